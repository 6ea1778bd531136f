"""Finds the accounts in a chat of people something is due for who never wrote, so that they can be spoken to.

Gentle: one call a second, few people a round, nobody sought in vain twice a day. Knows no platform.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bot.front import Found
from bot.ports import Barred, Clock, Throttled
from bot.state.reach import Met, Unmet, close_inactive, find_unmet, has_inactive, meet_person, note_unfound
from bot.state.store import Store, note_fault

PACE = 1.0  # seconds between two calls
PATROL = 30.0  # seconds between two rounds
BATCH = 20  # people in a round
BARRED_REST = 600.0  # seconds, where our app may not ask at all until somebody mends its rights

log = logging.getLogger("secret_review")


class People(Protocol):
    """Whoever can ask a chat about people."""

    async def look_up(self, email: str) -> tuple[str, str] | None: ...

    async def read(self, team: str, user: str) -> Found: ...


class Introductions:
    """Runs until it is cancelled; what goes wrong in a round waits for the next."""

    def __init__(self, store: Store, surface: str, people: People, wake: Callable[[], None], clock: Clock) -> None:
        self.store = store
        self.surface = surface
        self.people = people
        self.wake = wake
        self.clock = clock
        self.pace = PACE
        self.rest = 0.0  # seconds for which the chat wants to be left alone

    async def run(self) -> None:
        while True:
            await self.meet_due()
            await asyncio.sleep(max(PATROL, self.rest))

    async def meet_due(self) -> int:
        """One round: how many were met. Raises nothing."""
        met, self.rest = 0, 0.0
        unfound: list[str] = []
        try:
            for one in await asyncio.to_thread(self._find):
                met += await self._meet_safely(one, unfound)
        except Throttled as fault:
            self.rest = fault.seconds
        except Barred as fault:
            self.rest = BARRED_REST
            log.error("%s tells us of nobody: %s", self.surface, fault.code)
        except Exception as fault:  # say, a database that is away
            note_fault(fault)
        if await self._note(unfound) or met:
            self.wake()
        return met

    def _find(self) -> list[Unmet]:
        if has_inactive(self.store.database, self.surface):
            self.store.write(lambda tx: close_inactive(tx, self.surface))
        return find_unmet(self.store.database, self.surface, self.clock.now(), BATCH)

    async def _meet_safely(self, one: Unmet, unfound: list[str]) -> bool:
        try:
            is_met = await self._meet(one)
        except (Throttled, Barred):
            raise
        except Exception as fault:  # this one waits for the next round, and keeps nobody else from being met
            note_fault(fault)
            await asyncio.sleep(self.pace)
            return False
        unfound += [] if is_met else [one.id]
        return is_met

    async def _meet(self, one: Unmet) -> bool:
        place = await self.people.look_up(one.email)
        await asyncio.sleep(self.pace)
        told = await self.people.read(*place) if place else None
        if place:
            await asyncio.sleep(self.pace)
        if not (place and told and (told.email or "").casefold() == one.email):
            return False
        known = Met(":".join(place), None, told.language, told.timezone)
        await asyncio.to_thread(self.store.write, lambda tx: meet_person(tx, self.surface, one.id, known))
        return True

    async def _note(self, unfound: list[str]) -> bool:
        """All of a round at once, so that the managers read one line of it. Whether there was anything to note."""
        try:
            if unfound:
                silent = {name for name, route in self.store.words.routes.items() if route.flow.discreet}
                await asyncio.to_thread(self.store.write, lambda tx: note_unfound(tx, self.surface, unfound, silent))
        except Exception as fault:  # they are sought again in the next round
            note_fault(fault)
        return bool(unfound)
