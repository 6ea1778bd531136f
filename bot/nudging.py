"""Puts before people what campaigns have for them, a few at a time: who may be written to now, with what fits them,
and more than a few things of one person on one card.

Every replica does it; no two do it for the same person. Knows no platform and no words.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bot.calendars import find_holidays
from bot.conversation import Conversation
from bot.events import Event, Opened
from bot.interruptions import Hours, bundle, find_next
from bot.state.asking import find_busy, find_interruptions
from bot.state.digests import begin_digest
from bot.state.learners import find_quiet
from bot.state.nudges import (
    Chosen,
    Fit,
    Held,
    begin_nudges,
    count_ready,
    drop_nudges,
    find_opened,
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

AT_ONCE = 10  # people taken in one go; few, so that nobody's reply waits behind them
AHEAD = 200  # messages worded before they can be sent; few, so that a pause finds little on its way
PATROL = 0.5  # seconds between two looks
WHILE_BUSY = timedelta(hours=1)  # until whoever is in the middle of an interview is looked at again
TIDY = 10  # looks after which what is over is looked for

Choose = Callable[[Member, str], Fit | None]  # person, campaign


class Sorted(NamedTuple):
    """Those who were taken: who is asked now and with what, one by one or several on one card, who later, who not at
    all."""

    messages: list[tuple[Chosen, ...]]
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
        sorted_out = Sorted([], {}, [])
        chosen = await asyncio.to_thread(self._choose, member, held, sorted_out)
        sorted_out.messages.extend(bundle(chosen))
        begun = await self._write(partial(_begin, sorted_out=sorted_out, is_told=False))
        if begun:
            await asyncio.to_thread(self.store.mark_sent, list(begun), None)

    def _has_room(self) -> bool:
        return count_ready(self.store.database) < AHEAD

    async def _reach(self, held: Sequence[Held]) -> None:
        opened = await asyncio.to_thread(find_opened, self.store.database, held)
        waiting = [one for one in held if one.key not in opened]
        sorted_out = await asyncio.to_thread(self._sort, waiting)
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
        if opened or done:
            await asyncio.to_thread(self.store.mark_sent, [*opened, *done], None)

    def _sort(self, held: Sequence[Held]) -> Sorted:
        """Asked again at the last moment: are they still here, is it a time for it, have they heard enough of us."""
        now, sorted_out = self.clock.now(), Sorted([], {}, [])
        theirs: dict[str, list[Held]] = defaultdict(list)
        for one in held:
            theirs[one.person].append(one)
        told, quiet = find_interruptions(self.store.database, theirs, now), self._find_quiet(theirs, now)
        for person, waiting in theirs.items():
            try:
                self._place(person, waiting, sorted_out, told[person], quiet.get(person))
            except Exception as fault:  # of this one alone: they are held once more when the lease is over
                note_fault(fault)
        return sorted_out

    def _place(
        self, person: str, held: Sequence[Held], into: Sorted, told: list[datetime], quiet_until: datetime | None
    ) -> None:
        """Now, later or not at all, what is due for one person."""
        member, now = self.reader.find_person(person), self.clock.now()
        if member is None or not member.active:
            into.never.extend(one.key for one in held)
            return
        hours = to_hours(member)
        if (moment := find_next(now, hours, told, quiet_until)) > now:
            into.later.update((one.key, moment) for one in held)
            return
        for message in bundle(self._choose(member, held, into)):
            if (moment := find_next(now, hours, told, quiet_until)) > now:
                into.later.update((one.held.key, moment) for one in message)
            else:
                into.messages.append(message)
                told.append(now)

    def _choose(self, member: Member, held: Sequence[Held], into: Sorted) -> list[Chosen]:
        """What fits of it, no thing twice; the rest comes not at all."""
        chosen: dict[tuple[str, str], Chosen] = {}
        for one in held:
            try:
                fit = self.choose(member, one.campaign)
            except Exception as fault:  # of this one alone
                note_fault(fault)
                continue
            if fit is None or (fit.flow, fit.thing) in chosen:
                into.never.append(one.key)
            else:
                chosen[fit.flow, fit.thing] = Chosen(one, fit)
        return list(chosen.values())

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


def _begin(tx: Transaction, sorted_out: Sorted, is_told: bool = True) -> dict[str, str]:
    """The interviews of what comes by itself, by key; of a card of several whoever is told of it is told by an event of
    its own."""
    put_off_nudges(tx, sorted_out.later)
    drop_nudges(tx, sorted_out.never, "unfit")
    for message in sorted_out.messages:
        if len(message) > 1:
            begin_digest(tx, message, is_told)
    return begin_nudges(tx, [message[0] for message in sorted_out.messages if len(message) == 1])
