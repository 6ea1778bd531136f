"""Finds the Slack accounts of people something is due for who never wrote, so that they can be spoken to.

Gentle: one call a second, few people a round, nobody sought in vain twice a day. Knows no library of Slack's.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from adapters.slack.workspace import Found
from bot.ports import Clock, Throttled
from bot.state.reach import Met, Unmet, close_inactive, find_unmet, has_inactive, meet_person, note_unfound
from bot.state.store import Store, note_fault

SURFACE = "slack"
PACE = 1.0  # seconds between two calls
PATROL = 30.0  # seconds between two rounds
BATCH = 20  # people in a round


class People(Protocol):
    """Whoever can ask Slack about people."""

    async def look_up(self, email: str) -> tuple[str, str] | None: ...

    async def read(self, team: str, user: str) -> Found: ...


class Introductions:
    """Runs until it is cancelled; what goes wrong in a round waits for the next."""

    def __init__(self, store: Store, people: People, wake: Callable[[], None], clock: Clock) -> None:
        self.store = store
        self.people = people
        self.wake = wake
        self.clock = clock
        self.pace = PACE
        self.rest = 0.0  # seconds for which Slack wants to be left alone

    async def run(self) -> None:
        while True:
            await self.meet_due()
            await asyncio.sleep(max(PATROL, self.rest))

    async def meet_due(self) -> int:
        """One round: how many were met. Raises nothing."""
        met, self.rest = 0, 0.0
        try:
            for one in await asyncio.to_thread(self._find):
                met += await self._meet_safely(one)
        except Throttled as fault:
            self.rest = fault.seconds
        except Exception as fault:  # say, a database that is away
            note_fault(fault)
        if met:
            self.wake()
        return met

    def _find(self) -> list[Unmet]:
        if has_inactive(self.store.database, SURFACE):
            self.store.write(lambda tx: close_inactive(tx, SURFACE))
        return find_unmet(self.store.database, SURFACE, self.clock.now(), BATCH)

    async def _meet_safely(self, one: Unmet) -> bool:
        try:
            return await self._meet(one)
        except Throttled:
            raise
        except Exception as fault:  # this one waits for the next round, and keeps nobody else from being met
            note_fault(fault)
            await asyncio.sleep(self.pace)
            return False

    async def _meet(self, one: Unmet) -> bool:
        place = await self.people.look_up(one.email)
        await asyncio.sleep(self.pace)
        told = await self.people.read(*place) if place else None
        if place:
            await asyncio.sleep(self.pace)
        is_them = told is not None and (told.email or "").casefold() == one.email
        if not (place and told and is_them):
            await asyncio.to_thread(self.store.write, lambda tx: note_unfound(tx, SURFACE, one.id))
            return False
        known = Met(":".join(place), None, told.language, told.timezone)
        await asyncio.to_thread(self.store.write, lambda tx: meet_person(tx, SURFACE, one.id, known))
        return True
