"""What falls due in cases: whoever leads one is called before a deadline, whoever was asked for something is asked.

Each event is carried out once, by whichever replica is first. Knows no platform and no words.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.calendars import find_holidays
from bot.conclusions import BeginInterview
from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.handbook.deadlines import DUE, MAYBE, Deadline, find_deadlines, is_likely, to_case
from bot.handbook.incident import read_response
from bot.hours import find_moment
from bot.state.casework import note_reminded
from bot.state.database import CannotSave
from bot.state.incidents import Incident, list_open_tasks, lock_incident
from bot.state.outbox import put_off, take_event
from bot.state.queries import Member, Ready
from bot.state.record import Transaction, begin_interview
from bot.state.requests import find_asked_of, find_leader
from bot.state.store import RECORD, note_fault
from bot.state.watching import call, find_to_answer, watch

Told = Mapping[str, Any]  # what an event says
LAST = timedelta(hours=24)  # before a deadline, when its leader is called whatever the hour
BUSY = timedelta(hours=1)  # until somebody who is at something of the same kind is asked again
AT_IT = timedelta(minutes=10)  # after an answer, within which somebody has the case before them
ABOUT = ("response", "course", "closing")  # flows in which a leader has the case before them


class Lookout:
    """Does what is due in cases."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.store = conversation.store
        self.reader = conversation.reader
        self.clock = conversation.clock

    async def do(self, rows: Sequence[tuple[Ready, Told]]) -> None:
        """Carry out those of these events that are about cases; what cannot be done now stays due, and keeps nothing
        else from being done."""
        for row, told in rows:
            try:
                with suppress(CannotSave):
                    await self._do_one(row, told)
            except Exception as fault:  # of our own, or of the record
                note_fault(fault)
                await self._write(lambda tx, key=row.key: put_off(tx, key, tx.now + BUSY))

    async def _do_one(self, row: Ready, told: Told) -> None:
        if "watches" in told:
            await self._write(lambda tx: self._look(tx, row.key, str(told["watches"])))
        elif "requests" in told:
            await self._write(lambda tx: self._request(tx, row.key, str(told["requests"])))
        elif "calls" in told:
            await self._call(row)

    # -- what is due in a case -----------------------------------------------------------------------------------------

    def _look(self, tx: Transaction, key: str, incident: str) -> None:
        """Call whoever leads it where something came due, and look again when the next thing does."""
        found = lock_incident(tx.connection, tx.vault, incident) if take_event(tx, key) else None
        leader = self.reader.find_person(find_leader(found[1]) or "") if found else None
        if found is None or leader is None or found[0].state != "taken":
            return
        facts = found[1].body["facts"]
        reminded = dict(facts.get("reminded") or {})
        moments = self._list_moments(tx, found[0], found[1], leader)
        fresh = {name: at.isoformat() for name, at in moments if at <= tx.now and reminded.get(name) != at.isoformat()}
        later = [at for _, at in moments if at > tx.now]
        if later:
            watch(tx, incident, min(later))
        if fresh and (until := self._find_rest(tx, leader.id, incident)):
            watch(tx, incident, until)
        elif fresh:
            note_reminded(tx, found, {**reminded, **fresh})
            self._call_leader(tx, leader.id, incident)

    def _list_moments(self, tx: Transaction, row: Any, known: Incident, leader: Member) -> list[tuple[str, datetime]]:
        """When its leader is called, each for what: tasks as they fall due and windows as they open, within hours; a
        deadline a day before it, whatever the hour."""
        tasks = [one for one in list_open_tasks(tx.connection, tx.vault, row) if one.due_at]
        found = [(f"task:{one.id}", _find_hour(leader, one.due_at)) for one in tasks if one.due_at]
        for one in self._find_deadlines(known, leader):
            if one.from_at:
                found.append((f"from:{one.id}", _find_hour(leader, one.from_at)))
            if one.due_at:
                found.append((f"last:{one.id}", one.due_at - LAST))
        return found

    def _find_deadlines(self, known: Incident, leader: Member) -> list[Deadline]:
        facts = known.body["facts"]
        case = to_case(facts, leader.timezone)
        handbook = read_response(self.conversation.routes["response"].flow.catalogue["incident"])
        found = find_deadlines(handbook, case) if "answers" in facts else []
        # of what nobody has said yet nobody is reminded
        return [one for one in found if one.state in (DUE, MAYBE) and is_likely(handbook, one)]

    def _find_rest(self, tx: Transaction, leader: str, incident: str) -> datetime | None:
        """Until when somebody who is answering about this very case is left to it: what is due now may be what they
        are saying; None where they are not at it."""
        waiting = find_to_answer(tx, leader, ABOUT, incident)
        until = waiting.touched_at + AT_IT if waiting and waiting.status == "open" else None
        return until if until and until > tx.now else None

    def _call_leader(self, tx: Transaction, leader: str, incident: str) -> None:
        """What they have before them of the case comes up once more; where there is nothing, how it goes on."""
        waiting = find_to_answer(tx, leader, ABOUT, incident)
        if waiting is None:
            begin_interview(tx, RECORD, BeginInterview("course", leader, incident, {}, queued=True))
            waiting = find_to_answer(tx, leader, ABOUT, incident)
        if waiting:
            call(tx, leader, waiting.id, tx.now)

    # -- what somebody was asked for -----------------------------------------------------------------------------------

    def _request(self, tx: Transaction, key: str, person: str) -> None:
        """Ask about everything that was asked of this person; while they are at it, wait."""
        waiting = find_to_answer(tx, person, ("task",), person)
        if waiting and waiting.status != "queued":
            put_off(tx, key, tx.now + BUSY)
            return
        if not take_event(tx, key) or not find_asked_of(self.store.database, self.store.vault, person):
            return
        begin_interview(tx, RECORD, BeginInterview("task", person, person, {}, queued=True))
        waiting = find_to_answer(tx, person, ("task",), person)
        if waiting:
            call(tx, person, waiting.id, tx.now)

    # -- calling -------------------------------------------------------------------------------------------------------

    async def _call(self, row: Ready) -> None:
        """Put the question before the person; nothing where it is over or no longer theirs."""
        waiting = next((one for one in self.reader.find_waiting(row.person) if one.id == row.interview), None)
        if waiting and await self.conversation.ready(await self._find(row.person), waiting.id):
            body = Opened(reminds=waiting.status != "queued")
            event = Event(row.key, waiting.id, row.person, RECORD, self.clock.now(), body, row.person)
            await self.conversation.handle(event)
        await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    async def _find(self, person: str) -> Member:
        found = await asyncio.to_thread(self.reader.find_person, person)
        if found is None:
            raise LookupError(person)
        return found

    async def _write(self, change: Any) -> None:
        await asyncio.to_thread(self.store.write, change)


def _find_hour(member: Member, at: datetime) -> datetime:
    """The first moment from then on within this person's hours."""
    return find_moment(at, member.timezone, *member.hours, find_holidays(member.timezone))
