"""The one write path: a batch of events becomes one transaction, and what it made of each is handed back.

Order in every transaction: inbox keys, interviews by id, subjects, writes, audit head last. Acknowledged after commit.
"""

import hashlib
import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.conclusions import Compute, TellAsker
from bot.engine.dates import DateWords
from bot.engine.interview import Interview, Say, Turn
from bot.engine.lexicon import Shared
from bot.engine.machine import END
from bot.engine.position import Route
from bot.engine.turn import take_turn
from bot.events import ColleagueAnswered, Computed, Event, Opened
from bot.grades import OpenListed, PutOffNudge
from bot.ports import Clock, Ids
from bot.state.bulk import Bulk
from bot.state.concluding import conclude, lock_what_changes
from bot.state.credits import let_go
from bot.state.crypto import Damaged, Vault
from bot.state.database import PAUSES, CannotSave, Database, is_full, is_passing
from bot.state.outbox import REPLY, URGENT
from bot.state.pace import BULK
from bot.state.record import Transaction, erase, note_prompted
from bot.state.rounds import refresh_progress
from bot.state.rows import answer_row, open_interview, says_to_json, seal_interview, to_json
from bot.state.tables import answers, inbox, interviews, outbox, publications

Result = TypeVar("Result")
log = logging.getLogger("secret_review")


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of one event. `fault` names what went wrong, where the event itself could not be applied."""

    key: str
    interview: str
    status: str
    repeated: bool = False
    fault: str | None = None
    tells: bool = False  # an event came of it that is to be carried over: to another interview, or to be worked out
    rests: bool = False  # it ended, and nothing else is to follow in this visit
    opens: str | None = None  # the campaign of which something was opened, which follows
    # As its turn left it, where it took one; not shown, as it holds what people said.
    after: Interview | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """The content a turn is taken with."""

    routes: Mapping[str, Route]
    shared: Shared
    dates: DateWords | None


def note_fault(fault: BaseException) -> str:
    """A number for something unforeseen, under which the log has the places it went through, and nothing anybody
    typed."""
    places = [f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in traceback.extract_tb(fault.__traceback__)]
    number = f"E-{hashlib.sha256(' '.join(places).encode()).hexdigest()[:6]}"
    with suppress(OSError):  # a log that cannot be written keeps nobody from being told
        log.error("%s %s at %s", number, type(fault).__name__, " < ".join(reversed(places)))
    return number


class Vaults(NamedTuple):
    """Seals everything; seals who reported what."""

    vault: Vault
    keeper: Vault


class Store:
    """Writes to one database with one key; the database lets one write at a time in."""

    def __init__(self, database: Database, vaults: Vaults, words: Words, clock: Clock, ids: Ids) -> None:
        self.database = database
        self.vault = vaults.vault
        self.keeper = vaults.keeper
        self.words = words
        self.clock = clock
        self.ids = ids

    def write(self, change: Callable[[Transaction], Result]) -> Result:
        """One change outside an interview, in a transaction of its own; tried again where the fault passes.

        Raises CannotSave.
        """
        for pause in PAUSES:
            try:
                return self._transact(change)
            except DBAPIError as fault:
                if is_full(fault) or not is_passing(fault):
                    raise CannotSave(type(fault).__name__) from fault
                time.sleep(pause)
        try:
            return self._transact(change)
        except DBAPIError as fault:
            raise CannotSave(type(fault).__name__) from fault

    def _transact(self, change: Callable[[Transaction], Result]) -> Result:
        with self.database.writing() as connection:
            tx = Transaction(connection, self.vault, self.ids, self.clock.now(), keeper=self.keeper)
            result = change(tx)
            tx.finish()
        return result

    def take_turns(self, events: Sequence[Event]) -> list[Handled]:
        """Apply a batch with at most one event per interview. An event seen before changes nothing."""
        return self._transact(lambda tx: self._take_turns(tx, events))

    def _take_turns(self, tx: Transaction, events: Sequence[Event]) -> list[Handled]:
        fresh = _claim(tx, events)
        failed = _find_failed(tx, [event.key for event in events if event.key not in fresh])
        rows = _lock_interviews(tx, [event.interview for event in events])
        handled: list[Handled] = []
        taken: list[tuple[Event, Interview, Turn]] = []
        for event in events:
            row, repeated = rows.get(event.interview), event.key not in fresh
            is_of_record = isinstance(event.body, ColleagueAnswered | Computed)
            if row is None or not (row.person_id == event.person or is_of_record):
                handled.append(Handled(event.key, event.interview, "unknown", repeated, "not_yours"))
            elif repeated:
                handled.append(Handled(event.key, event.interview, row.status, repeated, failed.get(event.key)))
            else:
                handled.append(self._take_one(tx, event, row, taken))
        self._write_turns(tx, taken)
        return handled

    def _take_one(self, tx: Transaction, event: Event, row: Any, taken: list[tuple[Event, Interview, Turn]]) -> Handled:
        """One pure turn; a fault of the flow or a damaged record marks the event and touches nothing else."""
        try:
            before = open_interview(self.vault, row)
            route = self.words.routes[before.flow]
            turn = take_turn(route, before, event, tx.now, self.words.shared, self.words.dates)
        except Exception as fault:  # whatever it is, the rest of the batch goes on
            code = "damaged" if isinstance(fault, Damaged) else "failed"
            number = note_fault(fault)
            says = says_to_json((Say(code, {"id": number}),))
            tx.insert_new(outbox, [_turn_row(event, row.person_id, says, tx.now, self._lane(row.flow, event))])
            tx.connection.execute(update(inbox).where(inbox.c.key == event.key).values(state=code))
            return Handled(event.key, event.interview, row.status, fault=code)
        taken.append((event, before, turn))
        tells = any(isinstance(one, TellAsker | Compute) for one in turn.conclusions)
        opens = next((one.campaign for one in turn.conclusions if isinstance(one, OpenListed)), None)
        rests, after = _rests(route, turn), turn.interview
        return Handled(event.key, event.interview, after.status, tells=tells, rests=rests, opens=opens, after=after)

    def _write_turns(self, tx: Transaction, taken: Sequence[tuple[Event, Interview, Turn]]) -> None:
        moved = [(event, turn) for event, before, turn in taken if turn.interview != before]
        UPDATE_INTERVIEW.write(tx.connection, [_moved_row(self.vault, turn.interview, tx.now) for _, turn in moved])
        recorded = [
            answer_row(self.vault, turn.interview, place, one, event.person, tx.now)
            for event, turn in moved
            for place, one in enumerate(turn.recorded)
        ]
        INSERT_ANSWERS.write(tx.connection, recorded)
        lock_what_changes(tx, [one for _, turn in moved for one in turn.conclusions])
        for event, turn in moved:
            actor = event.actor or event.person
            if turn.erased:
                erase(tx, turn.interview)
                let_go(tx, turn.interview, actor)
            tx.add_entry(actor, f"turn.{turn.interview.status}", turn.interview.id, **self._detail(turn))
            if turn.conclusions:
                conclude(tx, turn.interview, actor, turn.conclusions)
        refresh_progress(tx, [turn.interview.id for _, turn in moved if turn.interview.status == "done"])
        rows = [
            _turn_row(event, one.person, says_to_json(turn.says), tx.now, self._lane(one.flow, event))
            for event, turn, one in ((event, turn, turn.interview) for event, _, turn in taken)
        ]
        INSERT_OUTBOX.write(tx.connection, rows)

    def _lane(self, flow: str, event: Event) -> str:
        """In which of the outbox's lanes what this flow says goes out."""
        if find_campaign_of(event) or (isinstance(event.body, Opened) and event.body.several):
            return BULK
        route = self.words.routes.get(flow)
        return URGENT if route and route.flow.urgent else REPLY

    def _detail(self, turn: Turn) -> dict[str, Any]:
        """What the audit says of a turn: no content, but a keyed digest that proves it."""
        states = [f"{one.key.partition('@')[0]}:{one.reply.state}" for one in turn.recorded]
        here = turn.interview.id, turn.interview.revision  # equal answers of two people look alike to nobody
        content = self.vault.digest(to_json([*here, turn.recorded])) if turn.recorded else ""
        return {"revision": turn.interview.revision, "answers": states, "content": content}

    def publish(self, bodies: Mapping[str, tuple[str, Callable[[], str]]]) -> None:
        """Keep every flow and text ever shown, by digest: digest -> (kind, what writes the body)."""
        known = {row.digest for row in self.database.fetch(select(publications.c.digest))}
        new = [
            {"digest": digest, "kind": kind, "body": write(), "at": self.clock.now()}
            for digest, (kind, write) in bodies.items()
            if digest not in known
        ]
        if new:
            self.write(lambda tx: tx.insert_new(publications, new))

    def mark_sent(self, keys: Sequence[str], prompted: str | None) -> None:
        """Note that these rows reached the person, and when the interview's prompt did."""

        def change(tx: Transaction) -> None:
            sent = update(outbox).where(outbox.c.key.in_(list(keys))).values(state="sent", sent_at=tx.now)
            tx.connection.execute(sent)
            if prompted:
                note_prompted(tx, prompted, tx.now)

        self.write(change)


# Made once: SQLAlchemy finds the compiled form of a statement it knows without looking through its parts.
CLAIM = {
    name: dialect.insert(inbox).on_conflict_do_nothing().returning(inbox.c.key)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
READ = ("id", "person_id", "flow", "digest", "language", "status", "revision", "body", "prompted_at")
LOCK_INTERVIEWS = (
    select(*(interviews.c[name] for name in READ))
    .where(interviews.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(interviews.c.id)
    .with_for_update()
)
INSERT_ANSWERS = Bulk(insert(answers))
INSERT_OUTBOX = Bulk(insert(outbox))
UPDATE_INTERVIEW = Bulk(
    update(interviews)
    .where(interviews.c.id == bindparam("row_id"))
    .values(
        digest=bindparam("new_digest"),
        language=bindparam("new_language"),
        status=bindparam("new_status"),
        revision=bindparam("new_revision"),
        body=bindparam("new_body"),
        updated_at=bindparam("new_at"),
    )
)


def _moved_row(vault: Vault, interview: Interview, at: datetime) -> dict[str, Any]:
    return {
        "row_id": interview.id,
        "new_digest": interview.digest,
        "new_language": interview.language,
        "new_status": interview.status,
        "new_revision": interview.revision,
        "new_body": seal_interview(vault, interview),
        "new_at": at,
    }


def _rests(route: Route, turn: Turn) -> bool:
    """Whether the person has had enough. Behind something that stood on a card with others the others follow, unless
    it was put off."""
    after = turn.interview
    if after.status != "done" or not route.flow.outcomes[after.snapshot.position.removeprefix(END)].rests:
        return False
    return not after.given.get("listed") or any(isinstance(one, PutOffNudge) for one in turn.conclusions)


RECORD = "record"  # the surface of events that come of other interviews


def find_campaign_of(event: Event) -> str | None:
    """The campaign by which a person is asked, unasked for."""
    return event.body.campaign if isinstance(event.body, Opened) else None


def _turn_row(event: Event, person: str, says: str, at: datetime, lane: str) -> dict[str, Any]:
    return {
        "key": f"turn:{event.key}",
        "kind": "turn",
        "person_id": person,
        "interview_id": event.interview,
        "surface": event.surface if event.surface != RECORD else None,
        "lane": lane,
        "state": "ready",
        "due_at": at,
        "body": says,
        "sent_at": None,
        "campaign_id": find_campaign_of(event),
    }


def _claim(tx: Transaction, events: Sequence[Event]) -> set[str]:
    """The keys of the batch that were never seen before."""
    rows = [{"key": key, "state": "taken", "at": tx.now} for key in sorted({event.key for event in events})]
    return set(tx.connection.execute(CLAIM[tx.connection.dialect.name], rows).scalars())


def _find_failed(tx: Transaction, keys: Sequence[str]) -> dict[str, str]:
    """What went wrong with events seen before, so that a repeat gets the same answer."""
    if not keys:
        return {}
    wanted = select(inbox.c.key, inbox.c.state).where(inbox.c.key.in_(list(keys)), inbox.c.state != "taken")
    return {row.key: row.state for row in tx.connection.execute(wanted)}


def _lock_interviews(tx: Transaction, ids: Sequence[str]) -> dict[str, Any]:
    return {row.id: row for row in tx.connection.execute(LOCK_INTERVIEWS, {"ids": sorted(set(ids))})}
