"""Reading for whoever is to be asked or reminded unasked: what is not over yet, and how often they heard from us."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, union_all

from bot.interruptions import BUDGET, WEEK
from bot.state.database import Database
from bot.state.queries import UNFINISHED
from bot.state.tables import IS_EVENT, IS_SAID, interviews, outbox

DAY = timedelta(days=1)
IN_THE_MIDDLE = timedelta(minutes=30)  # since the last answer; our proposal
# How the keys begin of what reaches people unasked.
INTERRUPTS = ("invite:", "remind:", "notice:tasks_yours", "notice:released_yours", "notice:credit_", "turn:campaign:")
WORDED, LISTED = "turn:campaign:", "campaign:digest:"  # of these, what campaigns have sent off


class Unfinished(NamedTuple):
    """An interview that is not over: whose it is, and when something last happened in it."""

    id: str
    person: str
    flow: str
    status: str
    updated_at: datetime


def find_unfinished(database: Database, interview: str) -> Unfinished | None:
    """This interview, where it is not over. Raises CannotSave."""
    columns = (interviews.c.id, interviews.c.person_id, interviews.c.flow, interviews.c.status, interviews.c.updated_at)
    wanted = select(*columns).where(interviews.c.id == interview, interviews.c.status.in_(UNFINISHED))
    rows = database.fetch(wanted)
    return Unfinished(*tuple(rows[0])) if rows else None


def find_busy(database: Database, persons: Collection[str], now: datetime) -> set[str]:
    """Those of these people who were in the middle of an interview just now. Raises CannotSave."""
    is_open = (interviews.c.status == "open", interviews.c.updated_at >= now - IN_THE_MIDDLE)
    wanted = select(interviews.c.person_id).where(interviews.c.person_id.in_(persons), *is_open)
    return {row.person_id for row in database.fetch(wanted)}


def is_over_budget(database: Database, person: str, now: datetime) -> bool:
    """Whether this person was asked or reminded unasked as often as may be in a week. Raises CannotSave."""
    return len(find_interruptions(database, [person], now)[person]) >= BUDGET


def find_interruptions(database: Database, persons: Collection[str], now: datetime) -> Mapping[str, list[datetime]]:
    """When each of these people was asked or reminded unasked in the last week; what of a campaign is on its way to
    them counts as told now. Raises CannotSave."""
    asked = or_(*(outbox.c.key.startswith(begins, autoescape=True) for begins in INTERRUPTS))
    columns, theirs = (outbox.c.person_id, outbox.c.sent_at), outbox.c.person_id.in_(persons)
    told = select(*columns).where(theirs, asked, outbox.c.sent_at >= now - WEEK)
    worded = select(*columns).where(theirs, IS_SAID, outbox.c.key.startswith(WORDED, autoescape=True))
    listed = select(*columns).where(theirs, IS_EVENT, outbox.c.key.startswith(LISTED, autoescape=True))
    found: dict[str, list[datetime]] = defaultdict(list)
    for row in database.fetch(union_all(told, worded, listed)):
        found[row.person_id].append(row.sent_at or now)
    return found
