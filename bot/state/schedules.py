"""Schedules: a campaign that comes again and again, by a rule; each time it is made and started anew, once.

Knows no words and decides nothing of who may.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, insert, select, update

from bot.calendars import find_days_off
from bot.hours import find_day
from bot.long_holidays import find_eve, is_eve
from bot.recurrence import find_next_instant
from bot.state.campaign_tables import campaigns, schedules
from bot.state.campaigns import (
    Audience,
    Campaign,
    make_campaign,
    read_audience,
    start_campaign,
    write_audience,
)
from bot.state.database import Database
from bot.state.record import Transaction
from bot.state.tables import people, roles

EVES = "BEFORE-LONG-HOLIDAYS"  # the rule that is none of RFC 5545: the working day before each long holiday
CLOCK = "clock"  # who starts what nobody starts by hand, in the audit
MANAGER = "register_manager"


class Schedule(NamedTuple):
    """What comes again: the rule on the clock of its time zone, counted from `since`, and what a campaign is told."""

    id: str
    rule: str
    timezone: str
    since: datetime
    next_at: datetime | None
    kind: str
    subject: str
    audience: Audience
    starter: str


def make_schedule(tx: Transaction, actor: str, one: Schedule, after: datetime | None = None) -> None:
    """From now on, or after a later instant, it comes by its rule. Raises ValueError where that is none."""
    row = one._asdict() | {"audience": write_audience(one.audience), "starter_id": one.starter, "created_at": tx.now}
    row["next_at"] = find_next(one, after or tx.now)
    del row["starter"]
    tx.connection.execute(insert(schedules).values(row))
    tx.add_entry(actor, "schedule.made", one.id, rule=one.rule, kind=one.kind, subject=one.subject)


def find_next(one: Schedule, after: datetime) -> datetime | None:
    """The first instant after `after` at which it comes; none where it is over. Raises ValueError where its rule is
    none."""
    if one.rule == EVES:
        return find_eve(after, one.timezone, find_days_off(one.timezone))
    return find_next_instant(one.rule, one.since, one.timezone, after)


def end_schedule(tx: Transaction, actor: str, schedule: str) -> bool:
    """It comes no more; what of it is under way goes on. False where it had ended."""
    mine = update(schedules).where(schedules.c.id == schedule, schedules.c.next_at.is_not(None))
    is_ended = bool(tx.connection.execute(mine.values(next_at=None)).rowcount)
    if is_ended:
        tx.add_entry(actor, "schedule.ended", schedule)
    return is_ended


def has_due_schedules(database: Database, now: datetime) -> bool:
    """Whether one is to begin; costs no write. Raises CannotSave."""
    return bool(database.fetch(_find_due(now).limit(1)))


def begin_due_schedules(tx: Transaction) -> int:
    """Make and start a campaign of each that is due, and note when it comes next; how many that were.

    What nobody was there to begin is made up for once, not once for each time; what was to come before a holiday that
    has begun is not. Where whoever made it is no register manager any more it ends, so that nothing is sent in the name
    of somebody who may not send.
    """
    rows = tx.connection.execute(_find_due(tx.now).with_for_update(of=schedules, skip_locked=True)).all()
    for row in rows:
        if not _may_send(tx, row.starter_id):
            end_schedule(tx, CLOCK, row.id)
            continue
        one = to_schedule(row)
        if is_missed(one, tx.now):
            _come_next(tx, one)
            continue
        campaign = Campaign(tx.ids.new(), one.kind, one.subject, one.audience, "planned", one.starter, 0, tx.now)
        make_campaign(tx, CLOCK, campaign)
        tx.connection.execute(update(campaigns).where(campaigns.c.id == campaign.id).values(schedule_id=one.id))
        start_campaign(tx, CLOCK, campaign.id)
        _come_next(tx, one)
    return len(rows)


def is_missed(one: Schedule, now: datetime) -> bool:
    """Whether what was to come before a long holiday would come in it, or after it."""
    return one.rule == EVES and not is_eve(find_day(now, one.timezone), find_days_off(one.timezone))


def _come_next(tx: Transaction, one: Schedule) -> None:
    mine = update(schedules).where(schedules.c.id == one.id)
    tx.connection.execute(mine.values(next_at=find_next(one, tx.now)))


def _may_send(tx: Transaction, person: str) -> bool:
    wanted = select(people.c.id).join(roles, roles.c.person_id == people.c.id)
    wanted = wanted.where(people.c.id == person, people.c.active, roles.c.role == MANAGER)
    return tx.connection.execute(wanted).scalar() is not None


def _find_due(now: datetime) -> Select[Any]:
    return select(schedules).where(schedules.c.next_at <= now).order_by(schedules.c.id)


def list_schedules(database: Database) -> list[Schedule]:
    """Those that still come, the soonest first. Raises CannotSave."""
    wanted = select(schedules).where(schedules.c.next_at.is_not(None)).order_by(schedules.c.next_at, schedules.c.id)
    return [to_schedule(row) for row in database.fetch(wanted)]


def find_schedule(database: Database, schedule: str) -> Schedule | None:
    """By its id, or by as much of its end as names it alone. Raises CannotSave."""
    rows = database.fetch(select(schedules).where(schedules.c.id.endswith(schedule, autoescape=True)).limit(2))
    return to_schedule(rows[0]) if len(rows) == 1 and schedule else None


def to_schedule(row: Any) -> Schedule:
    """From a row of the table."""
    told = (row.rule, row.timezone, row.since, row.next_at, row.kind, row.subject)
    return Schedule(row.id, *told, read_audience(row.audience), row.starter_id)
