"""Nudges at rest: one that was put off comes once more in its time, one that nobody answered goes. Knows no platform
and no words.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendars import find_holidays
from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.hours import add_working_days, find_moment, find_start
from bot.state.asking import find_busy, find_unfinished, is_over_budget
from bot.state.campaigns import find_campaign
from bot.state.database import CannotSave
from bot.state.digests import LISTS, fade_digest, find_faded_digests
from bot.state.grading import AGAIN, ask_again, fade, find_faded
from bot.state.outbox import put_off
from bot.state.queries import Member, Ready
from bot.state.record import Transaction
from bot.state.store import RECORD, note_fault

AT_ONCE = 50  # faded in one look
WHILE_PAUSED = WHILE_BUSY = timedelta(hours=1)  # until a paused campaign, or a busy person, is looked at again


class Resting:
    """Does what is due of them; made by `Due`, and carried out once by whichever replica is first."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.reader = conversation.reader
        self.store = conversation.store
        self.clock = conversation.clock

    async def do(self, rows: Sequence[tuple[Ready, Mapping[str, Any]]]) -> None:
        """What cannot be done now stays due, and keeps nothing else from being done."""
        for row, told in rows:
            with suppress(CannotSave):
                if AGAIN in told:
                    await self._safely(partial(self._ask_again, row, str(told[AGAIN])))
                elif LISTS in told:
                    await self._safely(partial(self._put_before, row))
        for find, end in ((find_faded, fade), (find_faded_digests, fade_digest)):
            with suppress(CannotSave):
                for interview in await asyncio.to_thread(find, self.store.database, self.clock.now(), AT_ONCE):
                    await self._safely(partial(self._write, partial(end, actor=RECORD, interview=interview)))

    async def _safely(self, work: Callable[[], Awaitable[Any]]) -> None:
        try:
            await work()
        except CannotSave:
            raise
        except Exception as fault:  # of our own, or of the record
            note_fault(fault)

    async def _ask_again(self, row: Ready, campaign: str) -> None:
        member = self.reader.find_person(row.person)
        if member is None or not member.active:
            await asyncio.to_thread(self.store.mark_sent, [row.key], None)
            return
        later = await asyncio.to_thread(self._find_later, member, campaign)
        if later is not None:
            await self._write(lambda tx: put_off(tx, row.key, later))
            return
        interview = await self._write(lambda tx: ask_again(tx, campaign, member.id))
        if interview:
            now = self.clock.now()
            event = Event(row.key, interview, member.id, RECORD, now, Opened(campaign=campaign), member.id)
            await self.conversation.lane.hand_in(event)
        await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    async def _put_before(self, row: Ready) -> None:
        """A card of several things, where the person did not come to it by themselves and something is on it still."""
        member = self.reader.find_person(row.person)
        waiting = find_unfinished(self.store.database, row.interview or "")
        is_new = waiting is not None and waiting.status == "queued"
        if member and member.active and is_new and await self.conversation.ready(member, str(row.interview)):
            opened = Opened(several=True)
            event = Event(row.key, str(row.interview), member.id, RECORD, self.clock.now(), opened, member.id)
            await self.conversation.lane.hand_in(event)
        await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    def _find_later(self, member: Member, campaign: str) -> datetime | None:
        """When to look again, where it cannot come now: out of hours, over the budget, or paused."""
        now, is_holiday = self.clock.now(), find_holidays(member.timezone)
        found = find_campaign(self.store.database, campaign)
        if found and found.state == "paused":
            return now + WHILE_PAUSED
        begins = now + WHILE_BUSY if find_busy(self.store.database, [member.id], now) else now
        if is_over_budget(self.store.database, member.id, now):
            day = add_working_days(now.astimezone(ZoneInfo(member.timezone)).date(), 1, is_holiday)
            begins = find_start(day, member.timezone)
        moment = find_moment(begins, member.timezone, *member.hours, is_holiday)
        return moment if moment > now else None

    async def _write(self, change: Callable[[Transaction], Any]) -> Any:
        return await asyncio.to_thread(self.store.write, change)
