"""Reading what proves the record of one case: its rows of the audit, digests of all others, and checkpoints.

Knows no words and no files; opens nothing that is sealed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from bot.state.audit import FIRST, Entry, write_instant
from bot.state.checkpoints import CHAIN, is_outside, read_places
from bot.state.database import Database
from bot.state.packs import write_link
from bot.state.tables import audit, checkpoints


def read_links(database: Database, incident: str) -> list[dict[str, Any]]:
    """Where the chain is taken up, then every row from the case's first on; what is not the case's is a digest. Raises
    CannotSave.
    """
    with database.reading() as connection:
        first = connection.execute(select(func.min(audit.c.seq)).where(audit.c.object == incident)).scalar()
        if first is None:
            return []
        wanted = CHAIN.where(audit.c.seq >= first - 1).order_by(audit.c.seq)
        rows = list(connection.execution_options(yield_per=1000).execute(wanted))
    before = rows.pop(0).hash if rows and rows[0].seq < first else FIRST
    return [{"first": first, "before": before}, *_write_rows(rows, incident, before)]


def _write_rows(rows: Sequence[Any], incident: str, before: str) -> Iterator[dict[str, Any]]:
    for row in rows:
        entry = Entry(row.actor, row.action, row.object, row.detail, row.at)
        shown = write_instant(entry) if row.object == incident else None
        yield write_link(row.seq, entry, before, row.hash, shown)
        before = row.hash


def read_checkpoints(database: Database, since: int, key: str) -> str:
    """The checkpoints of this key that count at least so many rows and stand in some place outside, as they were
    signed: one that never left the database vouches for nothing that whoever writes there could not make. Raises
    CannotSave."""
    wanted = select(checkpoints.c.text, checkpoints.c.places)
    wanted = wanted.where(checkpoints.c.seq >= since, checkpoints.c.key == key).order_by(checkpoints.c.seq)
    return "\n".join(row.text for row in database.fetch(wanted) if is_outside(read_places(row.places)))
