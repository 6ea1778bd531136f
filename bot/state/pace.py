"""Where a whole workspace is to be left alone for a while: one lane of it, or everything, by every replica.

A row says "not before"; one with a reason also says that somebody must mend something. Knows no platform.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, delete, select

from bot.state.database import Database, dialect_of
from bot.state.record import Transaction
from bot.state.tables import pace

EVERY = "*"  # in place of a lane: all of them


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
