"""What is due on a chat surface goes out: claimed by one replica, worded at the moment of sending, sent, recorded.

Order is kept within a conversation, and one that fails holds up no other. Knows no platform.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.delivery import Voice
from bot.ports import Clock, Rejected, Throttled
from bot.prompts import Prompt, Shown
from bot.state.accounts import Account, Came, claim, settle
from bot.state.queries import Ready
from bot.state.record import Transaction, note_prompted
from bot.state.store import note_fault

BATCH = 20  # conversations held at a time
PACE = timedelta(seconds=1)  # between two messages to one conversation
PATROL = 1.0  # seconds after which it looks again without being woken
MOST_TRIES = 8
LONGEST_WAIT = 3600.0

Send = Callable[[Account, Sequence[Shown]], Awaitable[None]]


class Dispatcher:
    """Speaks on one surface until it is cancelled."""

    def __init__(self, voice: Voice, send: Send, clock: Clock) -> None:
        self.voice = voice
        self.store = voice.store
        self.send = send
        self.clock = clock
        self.woken = asyncio.Event()

    def wake(self) -> None:
        """Something was written that may be due."""
        self.woken.set()

    async def run(self) -> None:
        while True:
            self.woken.clear()
            try:
                busy = await self.deliver_due()
            except Exception as fault:  # what is due stays so; one bad round must not end all speaking
                note_fault(fault)
                busy = False
            if not busy:
                try:
                    await asyncio.wait_for(self.woken.wait(), PATROL)
                except TimeoutError:
                    continue

    async def deliver_due(self) -> bool:
        """One round: everything that may be said now, one conversation beside the other. False where nothing was."""
        surface = self.voice.surface
        held = await asyncio.to_thread(self.store.write, lambda tx: claim(tx, surface, BATCH))
        await asyncio.gather(*map(self._deliver, held))
        return bool(held)

    async def _deliver(self, held: Account) -> None:
        rows: list[Ready] = []
        prompt: Prompt | None = None
        wait, tries, state = PACE, 0, "sent"
        begun_at = self.clock.now()  # a reply cannot be older than the sending of what it replies to
        try:
            rows, prompt, shown = await asyncio.to_thread(self._word, held)
            if shown:
                await self.send(held, shown)
        except Throttled as fault:
            wait, tries, state = timedelta(seconds=fault.seconds), held.tries, "ready"
        except Rejected as fault:
            note_fault(fault)
            state = "dead"
        except Exception as fault:  # whatever it is, it is tried again, and the others go on
            note_fault(fault)
            tries, state = held.tries + 1, "ready" if held.tries + 1 < MOST_TRIES else "dead"
            wait = timedelta(seconds=min(LONGEST_WAIT, 2.0**tries) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        done = [row.key for row in rows] if state != "ready" else []

        def finish(tx: Transaction) -> None:
            mine = settle(tx, held, Came(tx.now + wait, 0 if done else tries, done, state))
            if mine and state == "sent" and prompt:
                note_prompted(tx, prompt.interview, begun_at)

        await asyncio.to_thread(self.store.write, finish)

    def _word(self, held: Account) -> tuple[list[Ready], Prompt | None, list[Shown]]:
        """What is due in a conversation, the question it ends with, and both in words."""
        rows = self.voice.reader.find_ready(held.person or "", self.clock.now(), held.surface)
        member = self.voice.reader.find_person(held.person or "")
        if member is None:
            return rows, None, []
        turns = [row.interview for row in rows if row.kind == "turn"]
        prompt = self.voice.make_prompt(member, turns[-1]) if turns else None
        return rows, prompt, self.voice.word(member, rows, prompt)
