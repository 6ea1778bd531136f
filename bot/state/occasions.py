"""Moments of working life: planned for people as campaigns, each once for its day; and those of long holidays, switched
on for everybody.

Asks `access` for whom somebody may plan; knows no words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.access import Actor, Resource, can
from bot.calendars import find_holidays, list_timezones
from bot.engine.interview import Interview
from bot.grades import BringHolidays, PlanMoment
from bot.handbook.measures import COMPANY
from bot.handbook.occasions import HOLIDAY, Occasion, find_coming
from bot.state.campaign_tables import campaigns, schedules
from bot.state.campaigns import IS_NUDGE, Audience, Campaign, make_campaign, start_campaign
from bot.state.database import Database
from bot.state.record import Transaction, lock_places
from bot.state.schedules import EVES, Schedule, end_schedule, list_schedules, make_schedule
from bot.state.tables import outbox, people, roles

MOMENT = "moment"  # the kind of a campaign that brings one
PLAN, SWITCH = "occasion.begin", "campaign.manage"  # what is asked of `access`


class Coming(NamedTuple):
    """A moment that is still to be told to somebody, and from when on."""

    moment: str
    due_at: datetime


# -- planned -----------------------------------------------------------------------------------------------------------


def plan_moment(tx: Transaction, actor: str, planner: str, one: PlanMoment) -> int:
    """A campaign for all to whom it comes at the same instant, started; for how many people those are.

    Left out is whom the planner may not plan for, who is not here any more, and who has this moment on this day
    already.
    """
    day = date.fromisoformat(one.day)
    known = _list_planned(tx, one.moment, day)
    instants: dict[datetime, list[str]] = {}
    for row in _list_allowed(tx, planner, one.people):
        if row.id not in known:
            starts_at = find_coming(one.comes, day, row.timezone, find_holidays(row.timezone), tx.now)
            instants.setdefault(starts_at, []).append(row.id)
    for starts_at, persons in sorted(instants.items()):
        audience = Audience(people=tuple(persons))
        campaign = Campaign(tx.ids.new(), MOMENT, one.moment, audience, "planned", planner, 0, starts_at, day)
        make_campaign(tx, actor, campaign)
        start_campaign(tx, actor, campaign.id)
    return sum(map(len, instants.values()))


def _list_allowed(tx: Transaction, planner: str, wanted: Sequence[str]) -> list[Any]:
    """Those of these people for whom this one may plan; held, so that what two plan at once is planned once."""
    acting = _find_actor(tx, planner)
    columns = (people.c.id, people.c.department_id, people.c.timezone)
    here = select(*columns).where(people.c.id.in_(sorted(set(wanted))), people.c.active).order_by(people.c.id)
    rows = tx.connection.execute(here.with_for_update(key_share=True)).all()
    return [row for row in rows if can(acting, PLAN, Resource(row.id, row.department_id))]


def _find_actor(tx: Transaction, person: str) -> Actor:
    mine = select(people.c.department_id).where(people.c.id == person, people.c.active)
    held = select(roles.c.role).where(roles.c.person_id == person)
    department = tx.connection.execute(mine).scalar()
    granted = tx.connection.execute(held).scalars().all() if department else ()
    return Actor(person, department or "", frozenset(granted))


def _list_planned(tx: Transaction, moment: str, day: date) -> set[str]:
    """Who has this moment on this day: each stands in the outbox under the campaign's id."""
    return set(tx.connection.execute(_having(moment, day)).scalars())


def _having(moment: str, day: date) -> Any:
    return _planned(outbox.c.person_id).where(campaigns.c.subject == moment, campaigns.c.day == day)


def _planned(*columns: Any) -> Any:
    joined = select(*columns).join(campaigns, campaigns.c.id == outbox.c.campaign_id)
    return joined.where(campaigns.c.kind == MOMENT, campaigns.c.state != "cancelled", IS_NUDGE)


def list_planned(database: Database, moment: str, day: date) -> set[str]:
    """Who has this moment on this day already. Raises CannotSave."""
    return {row.person_id for row in database.fetch(_having(moment, day))}


def list_occasions(database: Database, person: str) -> list[Occasion]:
    """The moments that were planned for somebody, told or not. Raises CannotSave."""
    wanted = _planned(campaigns.c.subject, campaigns.c.day, campaigns.c.starts_at)
    rows = database.fetch(wanted.where(outbox.c.person_id == person, campaigns.c.day.is_not(None)))
    return [Occasion(row.subject, row.day, row.starts_at) for row in rows]


def list_coming(database: Database, person: str) -> list[Coming]:
    """What somebody is still to be told of, the soonest first. Raises CannotSave."""
    wanted = _planned(campaigns.c.subject, outbox.c.due_at).where(outbox.c.person_id == person)
    rows = database.fetch(wanted.where(outbox.c.state == "ready").order_by(outbox.c.due_at))
    return [Coming(row.subject, row.due_at) for row in rows]


# -- before long holidays ----------------------------------------------------------------------------------------------


def bring_holidays(tx: Transaction, actor: str, starter: str, comes: bool) -> bool:
    """Whether that changed anything. Only who keeps the holidays of a country we know has long ones."""
    if not can(_find_actor(tx, starter), SWITCH, Resource()):
        return False
    lock_places(tx, [COMPANY])  # so that two who switch it on at once do so once
    eves = select(schedules.c.id).where(schedules.c.rule == EVES, schedules.c.next_at.is_not(None))
    running = tx.connection.execute(eves.order_by(schedules.c.id)).scalars().all()
    if comes and not running:
        for one in _make_schedules(tx, starter):
            make_schedule(tx, actor, one)
        return True
    return not comes and any([end_schedule(tx, actor, one) for one in running])


def _make_schedules(tx: Transaction, starter: str) -> Iterator[Schedule]:
    for zones in list_timezones():
        told = (MOMENT, HOLIDAY, Audience(timezones=zones), starter)
        yield Schedule(tx.ids.new(), EVES, zones[0], tx.now.astimezone(UTC), None, *told)


def has_holidays(database: Database) -> bool:
    """Whether it comes by itself before long holidays. Raises CannotSave."""
    return any(one.rule == EVES for one in list_schedules(database))


# -- by a word ---------------------------------------------------------------------------------------------------------


def _plan_by_word(tx: Transaction, interview: Interview, actor: str, one: PlanMoment) -> None:
    plan_moment(tx, actor, interview.person, one)


def _bring_by_word(tx: Transaction, interview: Interview, actor: str, one: BringHolidays) -> None:
    bring_holidays(tx, actor, interview.person, one.comes)


WRITES: Mapping[type, Callable[..., None]] = {PlanMoment: _plan_by_word, BringHolidays: _bring_by_word}
