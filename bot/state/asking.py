"""Reading for whoever is to be asked or reminded unasked: what is not over yet, and how often they heard from us."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select

from bot.interruptions import BUDGET, WEEK
from bot.state.database import Database
from bot.state.queries import UNFINISHED
from bot.state.tables import interviews, outbox

DAY = timedelta(days=1)
# How the keys begin of what reaches people unasked.
INTERRUPTS = ("invite:", "remind:", "notice:tasks_yours", "notice:released_yours")


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


def is_over_budget(database: Database, person: str, now: datetime) -> bool:
    """Whether this person was asked or reminded unasked as often as may be in a week. Raises CannotSave."""
    asked = or_(*(outbox.c.key.startswith(begins) for begins in INTERRUPTS))
    wanted = select(func.count()).where(outbox.c.person_id == person, outbox.c.sent_at >= now - WEEK, asked)
    return int(database.fetch(wanted)[0][0]) >= BUDGET
