"""Puts before people what campaigns have for them, a few at a time: who may be written to now, with what fits them.

Every replica does it; no two do it for the same person. Knows no platform and no words.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bot.calendars import find_holidays
from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.interruptions import Hours, find_next
from bot.state.asking import find_busy, find_interruptions
from bot.state.learners import find_quiet
from bot.state.nudges import (
    Chosen,
    Fit,
    Held,
    begin_nudges,
    count_ready,
    drop_nudges,
    finish_campaigns,
    has_loose_ends,
    has_nudges,
    hold_nudges,
    put_off_nudges,
)
from bot.state.queries import Member
from bot.state.record import Transaction
from bot.state.schedules import begin_due_schedules, has_due_schedules
from bot.state.store import RECORD, note_fault

AT_ONCE = 50  # people taken in one go
AHEAD = 200  # messages worded before they can be sent; few, so that a pause finds little on its way
PATROL = 0.5  # seconds between two looks
WHILE_BUSY = timedelta(hours=1)  # until whoever is in the middle of an interview is looked at again
TIDY = 10  # looks after which what is over is looked for

Choose = Callable[[Member, str], Fit | None]  # person, campaign


class Sorted(NamedTuple):
    """Those who were taken: who is asked now and with what, who later, who not at all."""

    chosen: list[Chosen]
    later: dict[str, datetime]
    never: list[str]


class Nudging:
    """Made by `server`; runs until it is cancelled."""

    def __init__(self, conversation: Conversation, choose: Choose) -> None:
        self.conversation = conversation
        self.reader = conversation.reader
        self.store = conversation.store
        self.clock = conversation.clock
        self.choose = choose
        self.looks = 0

    async def run(self) -> None:
        """One bad look ends nothing."""
        while True:
            try:
                more = await self.do_due()
            except Exception as fault:
                note_fault(fault)
                more = False
            if not more:
                await asyncio.sleep(PATROL)

    async def do_due(self) -> bool:
        """One look. Whether there may be more to do at once. Raises CannotSave."""
        self.looks += 1
        database, now = self.store.database, self.clock.now()
        if await asyncio.to_thread(has_due_schedules, database, now):
            await self._write(begin_due_schedules)
        if self.looks % TIDY == 0 and await asyncio.to_thread(has_loose_ends, database, now):
            await self._write(finish_campaigns)
        if not await asyncio.to_thread(has_nudges, database, now) or not await asyncio.to_thread(self._has_room):
            return False
        held = await self._write(lambda tx: hold_nudges(tx, AT_ONCE))
        if held:
            await self._reach(held)
        return bool(held)

    async def bring(self, member: Member) -> None:
        """What is due for somebody who came by themselves waits for them from now on, whatever the hour: they are not
        interrupted by it. Raises CannotSave."""
        held = await self._write(lambda tx: hold_nudges(tx, AT_ONCE, member.id))
        if not held:
            return
        found = [(one, await asyncio.to_thread(self.choose, member, one.campaign)) for one in held]
        chosen = [Chosen(one, fit) for one, fit in found if fit]
        never = [one.key for one, fit in found if not fit]
        begun = await self._write(partial(_begin, sorted_out=Sorted(chosen, {}, never)))
        if begun:
            await asyncio.to_thread(self.store.mark_sent, list(begun), None)

    def _has_room(self) -> bool:
        return count_ready(self.store.database) < AHEAD

    async def _reach(self, held: Sequence[Held]) -> None:
        sorted_out = await asyncio.to_thread(self._sort, held)
        begun = await self._write(partial(_begin, sorted_out=sorted_out))
        now = self.clock.now()
        people = {one.key: one.person for one in held}
        campaigns = {one.key: one.campaign for one in held}
        events = [
            Event(key, interview, people[key], RECORD, now, Opened(campaign=campaigns[key]), people[key])
            for key, interview in begun.items()
        ]
        handled = await asyncio.gather(*map(self.conversation.lane.hand_in, events), return_exceptions=True)
        done = [event.key for event, one in zip(events, handled, strict=True) if not isinstance(one, BaseException)]
        if done:
            await asyncio.to_thread(self.store.mark_sent, done, None)

    def _sort(self, held: Sequence[Held]) -> Sorted:
        """Asked again at the last moment: are they still here, is it a time for it, have they heard enough of us."""
        now, sorted_out = self.clock.now(), Sorted([], {}, [])
        persons = {one.person for one in held}
        told, quiet = find_interruptions(self.store.database, persons, now), self._find_quiet(persons, now)
        for one in held:
            try:
                self._place(one, sorted_out, told[one.person], quiet.get(one.person))
            except Exception as fault:  # of this one alone: they are held once more when the lease is over
                note_fault(fault)
        return sorted_out

    def _place(self, one: Held, into: Sorted, told: Collection[datetime], quiet_until: datetime | None) -> None:
        """Now, later or not at all."""
        member, now = self.reader.find_person(one.person), self.clock.now()
        if member is None or not member.active:
            into.never.append(one.key)
        elif (moment := find_next(now, to_hours(member), told, quiet_until)) > now:
            into.later[one.key] = moment
        elif found := self.choose(member, one.campaign):
            into.chosen.append(Chosen(one, found))
        else:
            into.never.append(one.key)

    def _find_quiet(self, persons: Collection[str], now: datetime) -> dict[str, datetime]:
        """Until when these people are left alone: who is in the middle of something, and who wished for it."""
        database = self.store.database
        busy = dict.fromkeys(find_busy(database, persons, now), now + WHILE_BUSY)
        wished = find_quiet(database, persons, now)
        return {one: max(busy.get(one, now), wished.get(one, now)) for one in {*busy, *wished}}

    async def _write(self, change: Callable[[Transaction], Any]) -> Any:
        return await asyncio.to_thread(self.store.write, change)


def to_hours(member: Member) -> Hours:
    """When this person may be written to."""
    return Hours(member.timezone, *member.hours, find_holidays(member.timezone))


def _begin(tx: Transaction, sorted_out: Sorted) -> dict[str, str]:
    put_off_nudges(tx, sorted_out.later)
    drop_nudges(tx, sorted_out.never, "unfit")
    return begin_nudges(tx, sorted_out.chosen)
