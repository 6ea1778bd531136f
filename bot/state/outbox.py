"""What falls due to be said: put there, put there again, taken back, settled, counted.

A row holds references only and is worded when it is sent. Knows no platform and no words.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select, update

from bot.state.database import Database, dialect_of
from bot.state.record import Transaction
from bot.state.rows import to_json
from bot.state.tables import outbox

MAIL = "mail"  # the kind of what goes to the contact outside the company, who is no person of ours
SPOKEN = ("turn", "notice", "reminder", "card", MAIL)  # kinds that are said to somebody; an event is not
DEAD, UNKNOWN = "dead", "unknown"  # it will not arrive; nobody can know whether it did
GIVEN_UP = (DEAD, UNKNOWN)
URGENT, REPLY = "urgent", "reply"
LANES = (URGENT, REPLY, "bulk")  # the first goes before the others
RANK = case({lane: place for place, lane in enumerate(LANES)}, value=outbox.c.lane, else_=len(LANES))


@dataclass(frozen=True, slots=True)
class Due:
    """Something to say to one person; `key` is unique and says what for. `about` holds references, never words."""

    key: str
    kind: str
    person: str
    about: Mapping[str, Any] = field(default_factory=dict)
    lane: str = "reply"
    surface: str | None = None  # anywhere where it names none
    interview: str | None = None
    due_at: datetime | None = None  # at once where it names none


def put_due(tx: Transaction, due: Sequence[Due]) -> int:
    """Put these there; a key that is there already stays as it is. Returns how many were new."""
    return tx.insert_new(outbox, [_row(tx, one) for one in due])


def put_again(tx: Transaction, one: Due) -> None:
    """Put it there, or let it fall due again as it is now: where it was said before, it is shown in the same place."""
    row = _row(tx, one)
    fresh = {name: row[name] for name in ("state", "due_at", "body", "lane")} | {"reason": None}
    put = dialect_of(tx.connection).insert(outbox).values(row)
    tx.connection.execute(put.on_conflict_do_update(index_elements=[outbox.c.key], set_=fresh))


def cancel_due(tx: Transaction, keys: Collection[str]) -> int:
    """Take back what was not said yet. Returns how many that were."""
    waiting = update(outbox).where(outbox.c.key.in_(list(keys)), outbox.c.state == "ready")
    return tx.connection.execute(waiting.values(state="cancelled")).rowcount


def take_event(tx: Transaction, key: str) -> bool:
    """Whether this event is this transaction's to carry out; another replica may have been first."""
    ready = update(outbox).where(outbox.c.key == key, outbox.c.state == "ready")
    return bool(tx.connection.execute(ready.values(state="sent", sent_at=tx.now)).rowcount)


def put_off(tx: Transaction, key: str, due_at: datetime) -> None:
    """Not yet, but from this instant on."""
    tx.connection.execute(update(outbox).where(outbox.c.key == key, outbox.c.state == "ready").values(due_at=due_at))


def _row(tx: Transaction, one: Due) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "person_id": one.person,
        "interview_id": one.interview,
        "surface": one.surface,
        "lane": one.lane,
        "state": "ready",
        "due_at": one.due_at or tx.now,
        "body": to_json(dict(one.about)),
        "sent_at": None,
    }


# -- what came of it ---------------------------------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What came of one row: as it was when it was taken, its new state or None while it is under way, and where its
    parts stand. `card` is what its question says, where it put one."""

    key: str
    due_at: datetime
    state: str | None
    refs: Mapping[str, Sequence[str]]
    reason: str | None = None
    card: str | None = None


def settle_rows(tx: Transaction, surface: str, outcomes: Sequence[Outcome]) -> None:
    """Write what came of rows; one that fell due again meanwhile stays due, but where it stands is kept."""
    for one in outcomes:
        row = update(outbox).where(outbox.c.key == one.key)
        known: dict[str, Any] = {"ref": to_json(dict(one.refs))} if one.refs else {}
        if one.card is not None:
            known |= {"card": tx.vault.seal("outbox", one.key, "card", one.card), "surface": surface}
        if known:
            tx.connection.execute(row.values(known))
        if one.state:
            same = row.where(outbox.c.state == "ready", outbox.c.due_at == one.due_at)
            sent_at = {"sent_at": tx.now} if one.state == "sent" else {}
            tx.connection.execute(same.values(state=one.state, reason=one.reason, **sent_at))


class Standing(NamedTuple):
    """A question that can still be answered where it stands: of which interview, where, and what it says."""

    interview: str
    refs: Mapping[str, Sequence[str]]
    card: str


def take_standing(tx: Transaction, surface: str, interviews: Collection[str], but: str | None) -> list[Standing]:
    """The cards of these interviews that stand on this surface, but that of one row; from now on nobody's to close."""
    if not interviews:
        return []
    stands = (outbox.c.interview_id.in_(sorted(interviews)), outbox.c.card.is_not(None), outbox.c.key != (but or ""))
    rows = tx.connection.execute(
        select(outbox).where(*stands, outbox.c.surface == surface).order_by(outbox.c.key).with_for_update()
    ).all()
    if rows:
        taken = update(outbox).where(outbox.c.key.in_([row.key for row in rows]))
        tx.connection.execute(taken.values(card=None))
    return [
        Standing(row.interview_id, read_refs(row.ref), tx.vault.open("outbox", row.key, "card", row.card))
        for row in rows
    ]


def read_refs(ref: str | None) -> dict[str, list[str]]:
    """Where the parts of a row stand, by part."""
    return dict(json.loads(ref)) if ref else {}


# -- for the operator --------------------------------------------------------------------------------------------------


class GivenUp(NamedTuple):
    """One row that could not be said, or of which nobody knows; `state` tells which."""

    key: str
    kind: str
    lane: str
    person: str
    reason: str | None
    due_at: datetime
    state: str


class Tally(NamedTuple):
    """How many rows there are by lane and state, and since when the oldest of those that wait was due."""

    counts: Mapping[str, Mapping[str, int]]
    oldest_at: datetime | None


def tally(database: Database, now: datetime) -> Tally:
    """Raises CannotSave."""
    spoken = outbox.c.kind.in_(SPOKEN)
    columns = (outbox.c.lane, outbox.c.state)
    counted: dict[str, Counter[str]] = {lane: Counter() for lane in LANES if lane != URGENT}
    for row in database.fetch(select(*columns, func.count().label("many")).where(spoken).group_by(*columns)):
        counted.setdefault(name_lane(row.lane), Counter())[row.state] += row.many
    late = select(outbox.c.due_at).where(spoken, outbox.c.state == "ready", outbox.c.due_at <= now)
    oldest = database.fetch(late.order_by(outbox.c.due_at).limit(1))
    return Tally(counted, oldest[0].due_at if oldest else None)


def find_given_up(database: Database) -> list[GivenUp]:
    """Raises CannotSave."""
    wanted = select(outbox).where(outbox.c.state.in_(GIVEN_UP), outbox.c.kind.in_(SPOKEN))
    rows = database.fetch(wanted.order_by(outbox.c.due_at, outbox.c.key))
    told = ((row.key, row.kind, name_lane(row.lane), row.person_id, row.reason, row.due_at, row.state) for row in rows)
    return [GivenUp(*one) for one in told]


def name_lane(lane: str) -> str:
    """As an operator is told of it: that something is urgent would say that there is a case."""
    return REPLY if lane == URGENT else lane


def resend(tx: Transaction, actor: str, key: str | None) -> int:
    """Let one row that was given up, or all of them, fall due again at their old place. Returns how many."""
    given_up = update(outbox).where(outbox.c.state.in_(GIVEN_UP), outbox.c.kind.in_(SPOKEN))
    chosen = given_up if key is None else given_up.where(outbox.c.key == key)
    count = tx.connection.execute(chosen.values(state="ready", reason=None)).rowcount
    if count:
        tx.add_entry(actor, "outbox.resent", key or "all", count=count)
    return count
