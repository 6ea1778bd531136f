"""Campaigns: whom one is to reach and when, planned at once for everybody; started, paused, taken up again, cancelled.

One row of the outbox a person, until it is put before them. Knows no words and decides nothing of who may.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, literal, literal_column, or_, select, update

from bot.calendars import find_holidays
from bot.hours import find_closing, find_moment
from bot.state.campaign_tables import campaigns, nudges
from bot.state.columns import Instant
from bot.state.database import Database
from bot.state.outbox import GIVEN_UP
from bot.state.pace import BULK, BULK_PACE
from bot.state.record import Transaction
from bot.state.rows import to_json
from bot.state.tables import items, outbox, people, roles

NUDGE = "nudge"  # the kind of a row of the outbox that a campaign has yet to put before somebody
IS_NUDGE = outbox.c.kind == literal_column(f"'{NUDGE}'")  # as the indexes have it
UNFINISHED = ("planned", "running", "paused")
STRAGGLES = timedelta(minutes=10)  # for which what was on its way when a campaign was cancelled is looked out for


class Audience(NamedTuple):
    """Whom a campaign is for: these people, people of these departments, with these roles, whose department has items
    of these classes, in these time zones; what is empty narrows nothing."""

    departments: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    timezones: tuple[str, ...] = ()


class Campaign(NamedTuple):
    """One decision to send many people one short thing; `subject` is which, empty where each gets what fits them. Of a
    moment `day` is the day it is about."""

    id: str
    kind: str
    subject: str
    audience: Audience
    state: str
    starter: str
    people: int
    starts_at: datetime
    day: date | None = None


class Group(NamedTuple):
    """People who live by the same clock and hours, how many they are, and when they are to be reached."""

    timezone: str
    hours: tuple[int, int]
    people: int
    due_at: datetime


class Sending(NamedTuple):
    """When the first and the last of a group is sent, at the pace that all share; None where there is nobody."""

    group: Group
    first_at: datetime
    last_at: datetime


class Progress(NamedTuple):
    """How far a campaign is, in people: not reached yet, put before them, answered, given up, and not known."""

    waiting: int
    sent: int
    answered: int
    dead: int
    unknown: int
    cancelled: int


# -- whom and when -----------------------------------------------------------------------------------------------------


def list_groups(rows: Sequence[Any], starts_at: datetime) -> list[Group]:
    """Of (timezone, from_hour, to_hour, people): each with the first of its hours from `starts_at` on."""
    return [
        Group(
            row.timezone,
            (row.from_hour, row.to_hour),
            row.people,
            find_moment(starts_at, row.timezone, row.from_hour, row.to_hour, find_holidays(row.timezone)),
        )
        for row in rows
    ]


def count_groups(database: Database, audience: Audience, starts_at: datetime) -> list[Group]:
    """Exactly whom it would reach, and when, were it started now. Raises CannotSave."""
    return list_groups(database.fetch(_count_calendars(audience)), starts_at)


def list_sendings(groups: Sequence[Group]) -> list[Sending]:
    """When each group is sent what it is to be sent, one message after the other and within its hours, if nothing else
    goes out: those due first go first."""
    sendings, free_at = [], datetime.min.replace(tzinfo=UTC)
    for group in sorted(groups, key=lambda group: group.due_at):
        holidays = find_holidays(group.timezone)
        first_at = find_moment(max(free_at, group.due_at), group.timezone, *group.hours, holidays)
        opens, left = first_at, (group.people - 1) * BULK_PACE
        while (room := find_closing(opens, group.timezone, *group.hours) - opens) < left:
            left -= room
            opens = find_moment(opens + room, group.timezone, *group.hours, holidays)
        free_at = opens + left + BULK_PACE
        sendings.append(Sending(group, first_at, opens + left))
    return sendings


def list_classes(database: Database) -> list[str]:
    """The classes of information an audience may be narrowed to. Raises CannotSave."""
    wanted = select(items.c["class"]).where(items.c["class"].is_not(None)).distinct()
    return sorted(row[0] for row in database.fetch(wanted) if row[0])


def is_meant(database: Database, audience: Audience, person: str) -> bool:
    """Whether a campaign for these is for this person, too. Raises CannotSave."""
    return bool(database.fetch(select(people.c.id).where(*_meant(audience), people.c.id == person)))


def _count_calendars(audience: Audience) -> Select[Any]:
    calendar = (people.c.timezone, people.c.from_hour, people.c.to_hour)
    counted = select(*calendar, func.count().label("people")).where(*_meant(audience))
    return counted.group_by(*calendar).order_by(*calendar)


def _meant(audience: Audience) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [people.c.active]
    if audience.people:
        wanted.append(people.c.id.in_(audience.people))
    if audience.departments:
        wanted.append(people.c.department_id.in_(audience.departments))
    if audience.timezones:
        wanted.append(people.c.timezone.in_(audience.timezones))
    if audience.roles:
        wanted.append(exists().where(roles.c.person_id == people.c.id, roles.c.role.in_(audience.roles)))
    if audience.classes:
        held = (items.c.department_id == people.c.department_id, items.c.state != "retired")
        wanted.append(exists().where(*held, items.c["class"].in_(audience.classes)))
    return wanted


# -- what a manager decides --------------------------------------------------------------------------------------------


def make_campaign(tx: Transaction, actor: str, one: Campaign) -> None:
    """Write it down, to be started."""
    row = {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "audience": write_audience(one.audience),
        "state": "planned",
        "starter_id": one.starter,
        "people": 0,
        "starts_at": one.starts_at,
        "day": one.day,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    tx.connection.execute(insert(campaigns).values(row))
    tx.add_entry(actor, "campaign.made", one.id, kind=one.kind, subject=one.subject)


def start_campaign(tx: Transaction, actor: str, campaign: str) -> int | None:
    """Everybody it is for has a row from now on: one statement for all who live by the same calendar. How many those
    are; None where it was started before, or is over."""
    one = lock_campaign(tx, campaign)
    if one is None or one.state != "planned":
        return None
    starts_at = max(tx.now, one.starts_at)
    groups = list_groups(tx.connection.execute(_count_calendars(one.audience)).all(), starts_at)
    for group in groups:
        tx.connection.execute(insert(outbox).from_select(PLANNED, _plan(campaign, one.audience, group)))
    count = sum(group.people for group in groups)
    _set_state(tx, campaign, "running", people=count, starts_at=starts_at)
    tx.add_entry(actor, "campaign.started", campaign, people=count, groups=len(groups))
    return count


PLANNED = ("key", "kind", "person_id", "campaign_id", "lane", "state", "due_at", "body")


def _plan(campaign: str, audience: Audience, group: Group) -> Select[Any]:
    hours = (people.c.from_hour == group.hours[0], people.c.to_hour == group.hours[1])
    return select(
        literal(f"campaign:{campaign}:") + people.c.id,
        literal(NUDGE),
        people.c.id,
        literal(campaign),
        literal(BULK),
        literal("ready"),
        literal(group.due_at, Instant),
        literal('{"department":"') + people.c.department_id + '"}',  # where they are now, by which they are counted
    ).where(*_meant(audience), people.c.timezone == group.timezone, *hours)


def pause_campaign(tx: Transaction, actor: str, campaign: str) -> bool:
    """Nothing more of it goes out until it is taken up again. False where it does not run."""
    return _move(tx, actor, campaign, "running", "paused")


def resume_campaign(tx: Transaction, actor: str, campaign: str) -> bool:
    """It goes on where it was paused. False where it is not."""
    return _move(tx, actor, campaign, "paused", "running")


def cancel_campaign(tx: Transaction, actor: str, campaign: str) -> int | None:
    """Nothing more of it goes out. How many it reaches no more; None where it is over."""
    one = lock_campaign(tx, campaign)
    if one is None or one.state not in UNFINISHED:
        return None
    _set_state(tx, campaign, "cancelled")
    count = drop_waiting(tx, campaign)
    tx.add_entry(actor, "campaign.cancelled", campaign, people=count)
    return count


def drop_waiting(tx: Transaction, campaign: str) -> int:
    """Take back all of a campaign that did not go out yet."""
    waiting = update(outbox).where(outbox.c.campaign_id == campaign, outbox.c.state == "ready")
    return tx.connection.execute(waiting.values(state="cancelled")).rowcount


def _move(tx: Transaction, actor: str, campaign: str, before: str, after: str) -> bool:
    one = lock_campaign(tx, campaign)
    if one is None or one.state != before:
        return False
    _set_state(tx, campaign, after)
    tx.add_entry(actor, f"campaign.{after}", campaign)
    return True


def _set_state(tx: Transaction, campaign: str, state: str, **values: Any) -> None:
    tx.connection.execute(
        update(campaigns).where(campaigns.c.id == campaign).values(state=state, updated_at=tx.now, **values)
    )


def lock_campaign(tx: Transaction, campaign: str) -> Campaign | None:
    """As it is now, and stays until this transaction ends."""
    row = tx.connection.execute(select(campaigns).where(campaigns.c.id == campaign).with_for_update()).one_or_none()
    return to_campaign(row) if row else None


# -- how it is told ----------------------------------------------------------------------------------------------------


def find_stopped(now: datetime) -> Select[Any]:
    """The campaigns of which nothing may go out now, though it may still be on its way."""
    late = and_(campaigns.c.state == "cancelled", campaigns.c.updated_at > now - STRAGGLES)
    return select(campaigns.c.id).where(or_(campaigns.c.state == "paused", late))


def list_campaigns(database: Database) -> list[Campaign]:
    """All there ever were, the newest first. Raises CannotSave."""
    return [to_campaign(row) for row in database.fetch(select(campaigns).order_by(campaigns.c.id.desc()))]


def find_campaign(database: Database, campaign: str) -> Campaign | None:
    """By its id, or by as much of its end as names it alone. Raises CannotSave."""
    rows = database.fetch(select(campaigns).where(campaigns.c.id.endswith(campaign, autoescape=True)).limit(2))
    return to_campaign(rows[0]) if len(rows) == 1 and campaign else None


def read_progress(database: Database, campaign: str) -> Progress:
    """How many people it reached by now. Raises CannotSave."""
    columns = (outbox.c.kind, outbox.c.state)
    wanted = select(*columns, func.count().label("many")).where(outbox.c.campaign_id == campaign).group_by(*columns)
    counted = {(row.kind, row.state): row.many for row in database.fetch(wanted)}
    answered = select(func.count()).where(nudges.c.campaign_id == campaign, nudges.c.answered_at.is_not(None))
    dead, unknown = (counted.get(("turn", state), 0) for state in GIVEN_UP)
    return Progress(
        waiting=counted.get((NUDGE, "ready"), 0) + counted.get(("turn", "ready"), 0),
        sent=counted.get(("turn", "sent"), 0),
        answered=int(database.fetch(answered)[0][0]),
        dead=dead,
        unknown=unknown,
        cancelled=counted.get((NUDGE, "cancelled"), 0) + counted.get(("turn", "cancelled"), 0),
    )


def write_audience(audience: Audience) -> str:
    """As its column has it."""
    return to_json(audience._asdict())


def read_audience(written: str) -> Audience:
    """From its column."""
    return Audience(**{name: tuple(values) for name, values in json.loads(written).items()})


def to_campaign(row: Any) -> Campaign:
    """From a row of the table."""
    audience = read_audience(row.audience)
    told = (row.state, row.starter_id, row.people, row.starts_at, row.day)
    return Campaign(row.id, row.kind, row.subject, audience, *told)
