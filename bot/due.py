"""What happens by itself once its time has come: a person is asked, reminded, a round begins again, an answer is
carried from one interview to another. Knows no platform and no words.
"""

import asyncio
import hashlib
import json
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.alerting import Alerting
from bot.calendars import find_holidays
from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.followup import FollowUp
from bot.hours import add_working_days, find_moment
from bot.lookout import Lookout
from bot.patrol import keep_looking
from bot.resting import Resting
from bot.state.asking import DAY, find_unfinished, is_over_budget
from bot.state.database import CannotSave
from bot.state.outbox import put_off, take_event
from bot.state.outside import remind_due
from bot.state.queries import Member, Ready
from bot.state.record import Transaction, put_event
from bot.state.retention import EXPIRES, FORGETS
from bot.state.retention import do_due as erase_due
from bot.state.rounds import FLOWS, repeat_round
from bot.state.store import RECORD
from bot.state.succession import release
from bot.state.unsealing import UNSEALS, open_due
from bot.unseals import OUTSIDE

REMIND_AFTER = (3, 5)  # working days after the invitation, then after the reminder before
SILENT_AFTER = 5  # working days after the last reminder
SILENT_FOR = timedelta(days=5)  # of silence at least
PATROL = 2.0  # seconds between two looks


class Due:
    """Does what is due. Made by `server`; a terminal does it when somebody comes."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.reader = conversation.reader
        self.store = conversation.store
        self.clock = conversation.clock
        self.alerting = Alerting(conversation)
        self.followup = FollowUp(self.store, self.reader, self.clock)
        self.lookout = Lookout(conversation)
        self.resting = Resting(conversation)

    async def run(self) -> None:
        """Until it is cancelled."""
        await keep_looking(self.do_due, PATROL)

    async def do_due(self) -> None:
        """One look: what is urgent, then answers are carried over, measures followed up, people asked and reminded,
        rounds begun again."""
        await self.alerting.do_due()
        await self.conversation.carry_over()
        rows = await asyncio.to_thread(self.reader.find_events, self.clock.now())
        events = [(row, json.loads(row.body)) for row in rows]
        await self.followup.do(events)
        await self.lookout.do(events)
        await self.resting.do(events)
        for row, told in events:
            with suppress(CannotSave):  # it stays due
                if "invites" in told:
                    await self._ask(row, int(told["invites"]))
                elif EXPIRES in told or FORGETS in told:
                    await self._write(partial(erase_due, key=row.key, told=told))
                elif UNSEALS in told:
                    await self._write(partial(open_due, key=row.key, told=told))
                elif OUTSIDE in told:
                    await self._write(partial(remind_due, key=row.key, told=told))
                elif "repeats" in told:
                    await self._write(partial(repeat_once, key=row.key, round_id=str(told["repeats"])))

    async def _ask(self, row: Ready, reminders: int) -> None:
        """Put the question before the person, for the first time or once more; nothing where it needs no asking."""
        waiting = find_unfinished(self.store.database, row.interview or "")
        member = self.reader.find_person(row.person) if waiting else None
        if waiting is None or waiting.person != row.person or member is None or not member.active:
            await asyncio.to_thread(self.store.mark_sent, [row.key], None)
            return
        if is_over_budget(self.store.database, member.id, self.clock.now()):
            await self._write(lambda tx: put_off(tx, row.key, self._moment(member, 1)))
            return
        rested = self.clock.now() - waiting.updated_at
        is_silent = reminders > len(REMIND_AFTER) and rested >= SILENT_FOR
        if is_silent:
            await self._write(lambda tx: self._release_silent(tx, member, waiting.flow))
        elif rested >= DAY if reminders else waiting.status == "queued":
            if not await self.conversation.ready(member, waiting.id):
                await asyncio.to_thread(self.store.mark_sent, [row.key], None)
                return
            body = Opened(reminds=reminders > 0)
            event = Event(row.key, waiting.id, member.id, RECORD, self.clock.now(), body, member.id)
            await self.conversation.handle(event)
        if not is_silent:
            await self._write(lambda tx: self._next(tx, row, member, reminders))
        await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    def _next(self, tx: Transaction, row: Ready, member: Member, reminders: int) -> None:
        """When to look again; its key comes of the one before, so that two replicas plan it once."""
        place = min(reminders, len(REMIND_AFTER))
        days = (*REMIND_AFTER, SILENT_AFTER)[place]
        key = f"remind:{row.interview}:{hashlib.sha256(row.key.encode()).hexdigest()[:16]}"
        put_event(tx, key, member.id, row.interview, {"invites": place + 1}, self._moment(member, days))

    def _release_silent(self, tx: Transaction, member: Member, flow: str) -> None:
        """A manager is asked who goes on for a head who is silent; a colleague's one question simply stays open."""
        if flow in FLOWS:
            release(tx, RECORD, member.id, "silent")

    def _moment(self, member: Member, days: int) -> datetime:
        """The beginning of this person's hours, so many working days from now."""
        zone, is_holiday = ZoneInfo(member.timezone), find_holidays(member.timezone)
        day: date = add_working_days(self.clock.now().astimezone(zone).date(), days, is_holiday)
        return find_moment(datetime.combine(day, time(), zone), member.timezone, *member.hours, is_holiday)

    async def _write(self, change: Any) -> None:
        await asyncio.to_thread(self.store.write, change)


def repeat_once(tx: Transaction, key: str, round_id: str) -> None:
    """A round begins again, by whichever replica is first."""
    if take_event(tx, key):
        repeat_round(tx, round_id)
