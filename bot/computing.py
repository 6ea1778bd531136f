"""Works out, beside the lane, what interviews wait for: each once at a time, in threads of its own.

Hands the result in as an event. Knows no platform and no words.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.computations import COMPUTATIONS
from bot.events import Computed, Event
from bot.ports import Clock
from bot.state.database import CannotSave
from bot.state.outbox import put_off
from bot.state.queries import Reader, Ready
from bot.state.store import RECORD, Handled, Store, note_fault

SIDE_BY_SIDE = 2  # computations at once; what else runs in threads has threads of its own
PATIENCE = 2.0  # seconds a person's reply waits for what it had worked out; then it goes on without
AGAIN_AFTER = timedelta(minutes=1)  # where it went wrong

HandIn = Callable[[Event], Awaitable[Handled]]


class Computing:
    """What is being worked out now, by the key of the row that asked for it."""

    def __init__(self, store: Store, reader: Reader, clock: Clock, hand_in: HandIn) -> None:
        self.store = store
        self.reader = reader
        self.clock = clock
        self.hand_in = hand_in
        self._threads = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="computing")
        self._under_way: dict[str, tuple[str, asyncio.Task[None]]] = {}

    def begin(self, row: Ready) -> None:
        """Have this row worked out, unless that is under way here; its result is applied once, whoever else does."""
        if row.key not in self._under_way:
            task = asyncio.create_task(self._work_out(row))
            self._under_way[row.key] = (row.interview or "", task)
            task.add_done_callback(lambda _: self._under_way.pop(row.key, None))

    async def wait_for(self, interview: str) -> None:
        """Wait a moment for what this interview has under way, and for what follows from that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while tasks := [task for of, task in self._under_way.values() if of == interview]:
                    await asyncio.wait(tasks)

    async def _work_out(self, row: Ready) -> None:
        """The result into the interview; where that cannot be now, the row stays due."""
        try:
            value = await asyncio.get_running_loop().run_in_executor(self._threads, self._compute, row)
        except Exception as fault:  # of our own, or of the record; nobody else is to wait for it
            note_fault(fault)
            later = self.clock.now() + AGAIN_AFTER
            with suppress(CannotSave):
                await asyncio.to_thread(self.store.write, lambda tx: put_off(tx, row.key, later))
            return
        body = Computed(json.loads(row.body)["key"], value)
        with suppress(CannotSave):
            await self.hand_in(Event(row.key, row.interview or "", "", RECORD, self.clock.now(), body, actor=RECORD))
            # Also where the turn did not go well: this key was seen, and is never applied again.
            await asyncio.to_thread(self.store.mark_sent, [row.key], None)

    def _compute(self, row: Ready) -> Any:
        told = json.loads(row.body)
        given = {**told["given"], "now": self.clock.now().isoformat()}
        return COMPUTATIONS[told["computes"]](self.reader, self.store.words.routes, given)
