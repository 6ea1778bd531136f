"""Where a whole workspace is to be left alone for a while: one lane of it, or everything, by every replica.

A row says "not before"; one with a reason also says that somebody must mend something. What goes out in bulk moves its
own row on with every message, so that all replicas together keep to one pace. Knows no platform.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, delete, select, update

from bot.state.database import Database, dialect_of
from bot.state.record import Transaction
from bot.state.tables import pace

EVERY = "*"  # in place of a lane: all of them
BULK = "bulk"
# Between two messages of a campaign to a workspace: Slack takes several hundred a minute from one app, and what people
# are answered shares them.
BULK_PACE = timedelta(milliseconds=250)
CATCH_UP = timedelta(seconds=1)  # of places nobody used, as replicas do not look all the time


class Stop(NamedTuple):
    """Nothing is sent to this workspace in this lane before `next_at`."""

    workspace: str
    lane: str
    next_at: datetime
    reason: str | None = None
    surface: str = ""

    def is_on(self, now: datetime) -> bool:
        return self.next_at > now


def find_stops(database: Database) -> list[Stop]:
    """Every stop that was ever asked for and not lifted, over or not. Raises CannotSave."""
    return to_stops(database.fetch(select(pace).order_by(*pace.primary_key)))


def to_stops(rows: Iterable[Any]) -> list[Stop]:
    """Rows of the table as values."""
    return [Stop(row.workspace, row.lane, row.next_at, row.reason, row.surface) for row in rows]


def put_stop(tx: Transaction, surface: str, stop: Stop) -> None:
    """Ask every replica to wait; of two that ask, the later one holds."""
    put = dialect_of(tx.connection).insert(pace).values(stop._replace(surface=surface)._asdict())
    later = case((pace.c.next_at > put.excluded.next_at, pace.c.next_at), else_=put.excluded.next_at)
    changed = {"next_at": later, "reason": put.excluded.reason}
    tx.connection.execute(put.on_conflict_do_update(index_elements=list(pace.primary_key), set_=changed))


def lift_stops(tx: Transaction, surface: str, workspace: str) -> None:
    """What had to be mended was mended."""
    held = (pace.c.surface == surface, pace.c.workspace == workspace, pace.c.reason.is_not(None))
    tx.connection.execute(delete(pace).where(*held))


def take_places(tx: Transaction, surface: str, workspace: str, wanted: int) -> int:
    """How many messages of a campaign may go to this workspace now, of as many as are wanted; they are the caller's
    from now on, sent or not.

    In any t seconds at most t / BULK_PACE and those of one CATCH_UP are given out, by however many replicas: each moves
    on the instant before which nothing is sent, and what was left unused longer ago than that is forgotten.
    """
    there = {"surface": surface, "workspace": workspace, "lane": BULK}
    tx.insert_new(pace, [{**there, "next_at": tx.now, "reason": None}])
    here = [pace.c[name] == value for name, value in there.items()]
    next_at = tx.connection.execute(select(pace.c.next_at).where(*here).with_for_update()).scalar_one()
    if next_at > tx.now:
        return 0
    since = max(next_at, tx.now - CATCH_UP)
    given = int(min(wanted, 1 + (tx.now - since) // BULK_PACE))
    tx.connection.execute(update(pace).where(*here).values(next_at=since + given * BULK_PACE))
    return given
