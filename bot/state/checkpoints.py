"""The table of checkpoints: which is due, which were made, where outside each of them was written.

Knows neither what a place outside is nor how it is written to.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, select, type_coerce, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.state.database import CannotSave, Database
from bot.state.record import LOCK_HEAD, Transaction
from bot.state.signing import PublicKey, Signer, read_notes
from bot.state.tables import audit, checkpoints, deployment
from bot.state.vouching import Doubt, Found, Marks, Verdict, judge_chain, sort_notes

EVERY_ROWS = 1000
EVERY = timedelta(hours=1)  # in which rows were added
LEASE = timedelta(minutes=5)  # for one go at every place; longer than all of them may take
IN_DATABASE = "database"

CHAIN = select(*(type_coerce(column, String) if column is audit.c.at else column for column in audit.c))
HEAD = select(deployment.c.audit_seq, deployment.c.audit_hash)
NEWEST = select(checkpoints.c.seq, checkpoints.c.at, checkpoints.c.places).order_by(checkpoints.c.seq.desc()).limit(1)


class Written(NamedTuple):
    """How it stands with one place: since when it is there, or how often it was tried in vain and why."""

    at: str | None
    tries: int = 0
    fault: str | None = None


class Pending(NamedTuple):
    """A checkpoint that some place outside may not have yet."""

    seq: int
    text: str
    places: Mapping[str, Written]


@contextmanager
def stream_chain(connection: Connection) -> Iterator[Iterator[Any]]:
    """Every audit row in order, a thousand in memory at a time."""
    with connection.execution_options(yield_per=1000).execute(CHAIN.order_by(audit.c.seq)) as rows:
        yield rows


@contextmanager
def _reading_any_bytes(connection: Connection) -> Iterator[None]:
    """SQLite hands out bytes that are no text as well; slower, so only where there are some."""
    raw: Any = connection.connection.driver_connection
    raw.text_factory = lambda told: told.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = str


# -- made --------------------------------------------------------------------------------------------------------------


def is_due(database: Database, now: datetime) -> bool:
    """Whether a checkpoint is to be made, or one is to be written somewhere. Raises CannotSave."""
    if database.fetch(select(checkpoints.c.seq).where(checkpoints.c.next_at <= now).limit(1)):
        return True
    (head,), newest = database.fetch(HEAD), database.fetch(NEWEST)
    return _falls_due(head.audit_seq, newest[0] if newest else None, now)


def _falls_due(seq: int, newest: Any, now: datetime) -> bool:
    if newest is None:
        return seq > 0
    added = seq - newest.seq
    return bool(added >= EVERY_ROWS or (added > 0 and now - newest.at >= EVERY))


def make_checkpoint(tx: Transaction, signer: Signer, wanted: bool = False) -> int | None:
    """Sign the head of the chain where that is due, or where rows were added and it is `wanted`; its number of rows.

    The head is locked meanwhile, so of several replicas one makes it.
    """
    head = tx.connection.execute(LOCK_HEAD).one()
    newest = tx.connection.execute(NEWEST).one_or_none()
    is_new = head.audit_seq > (newest.seq if newest else 0)
    if not is_new or not (wanted or _falls_due(head.audit_seq, newest, tx.now)):
        return None
    text = signer.sign(head.audit_seq, head.audit_hash, tx.now)
    made = {"seq": head.audit_seq, "at": tx.now, "key": signer.public.id, "text": text, "places": "{}"}
    tx.insert_new(checkpoints, [{**made, "next_at": tx.now}])
    return int(head.audit_seq)


# -- written outside ---------------------------------------------------------------------------------------------------


def claim_pending(tx: Transaction, at_once: bool = False) -> Pending | None:
    """The newest checkpoint, where it is to be written somewhere; nobody else has it until the lease is over.

    Older ones are left as they are: the newest vouches for all rows before it. `at_once` waits for nothing, and looks
    whether a place was named since.
    """
    wanted = select(checkpoints).order_by(checkpoints.c.seq.desc()).limit(1).with_for_update()
    row = tx.connection.execute(wanted).one_or_none()
    if row is None or not (at_once or (row.next_at and row.next_at <= tx.now)):
        return None
    older = update(checkpoints).where(checkpoints.c.seq < row.seq, checkpoints.c.next_at.is_not(None))
    tx.connection.execute(older.values(next_at=None))
    tx.connection.execute(update(checkpoints).where(checkpoints.c.seq == row.seq).values(next_at=tx.now + LEASE))
    return Pending(row.seq, row.text, read_places(row.places))


def note_written(tx: Transaction, seq: int, places: Mapping[str, Written], again: timedelta | None) -> None:
    """What came of it; after `again` it is tried once more, unless a newer checkpoint has come."""
    newest = tx.connection.execute(NEWEST).one()
    next_at = tx.now + again if again is not None and newest.seq == seq else None
    told = json.dumps({name: list(one) for name, one in places.items()}, ensure_ascii=False)
    tx.connection.execute(update(checkpoints).where(checkpoints.c.seq == seq).values(places=told, next_at=next_at))


def is_outside(places: Mapping[str, Written]) -> bool:
    """Whether a checkpoint stands in any place outside the database."""
    return any(one.at for one in places.values())


def read_places(text: str) -> dict[str, Written]:
    """By the name of the place; what somebody wrote over reads as nothing known."""
    try:
        return {name: Written(*one) for name, one in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


# -- looked at ---------------------------------------------------------------------------------------------------------


class Looked(NamedTuple):
    """What can be said of the chain, how many checkpoints the database holds, and the places the newest lacks."""

    verdict: Verdict
    made: int
    unwritten: Mapping[str, Written]


def look_over(database: Database, signer: PublicKey, keys: Sequence[PublicKey], outside: Iterable[Found]) -> Looked:
    """Judge the chain as of one moment, whatever is written meanwhile; `outside` was read before, so that none of it is
    newer than the rows. Raises CannotSave where the database cannot be read."""
    known = {key.id: key for key in (signer, *keys)}
    try:
        with database.reading() as connection:
            head = connection.execute(HEAD).one()
            made = connection.execute(select(checkpoints).order_by(checkpoints.c.seq)).all()
            marks = _read_marks(made, outside, signer.origin, known)
            verdict = _judge(connection, (head.audit_seq, head.audit_hash), marks)
    except DBAPIError as fault:
        raise CannotSave(type(fault).__name__) from fault
    places = read_places(made[-1].places) if made else {}
    return Looked(verdict, len(made), {name: one for name, one in places.items() if not one.at})


def _judge(connection: Connection, head: tuple[int, str], marks: Marks) -> Verdict:
    try:
        with stream_chain(connection) as rows:
            return judge_chain(rows, head, marks)
    except OperationalError:
        if connection.dialect.name != "sqlite":
            raise
        with _reading_any_bytes(connection), stream_chain(connection) as rows:
            return judge_chain(rows, head, marks)


def _read_marks(
    made: Sequence[Row[Any]], outside: Iterable[Found], origin: str, keys: Mapping[str, PublicKey]
) -> Marks:
    """All checkpoints; a row of the table whose text is not the checkpoint it stands for is as good as forged."""
    found: list[Found] = []
    damaged: list[Doubt] = []
    for row in made:
        notes = read_notes(row.text)
        if len(notes) == 1 and (notes[0].checkpoint.origin, notes[0].checkpoint.seq) == (origin, row.seq):
            found.append(Found(notes[0], IN_DATABASE, False))
        else:
            damaged.append(Doubt(IN_DATABASE, row.seq, row.key))
    marks = sort_notes([*found, *outside], origin, keys)
    return marks._replace(forged=[*damaged, *marks.forged])
