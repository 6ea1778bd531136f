"""The lane: one thread per process through which every event reaches the store, in batches, in order.

What waits becomes one batch and one commit; an event is answered only after its commit. Knows nothing of flows.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.events import Event
from bot.state.database import PAUSES, CannotSave, is_passing
from bot.state.store import Handled

MOST = 64  # events in one batch

log = logging.getLogger("secret_review")


@dataclass(slots=True)
class Waiting:
    """An event and who waits for it."""

    event: Event
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Handled]"


class Lane:
    """Start it, hand it events, stop it; what was handed in before the stop is still done."""

    def __init__(self, take_turns: Callable[[Sequence[Event]], list[Handled]]) -> None:
        self._take_turns = take_turns
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._held: deque[Waiting] = deque()  # came in while an earlier one of the same interview was in the batch
        self._thread = threading.Thread(target=self._run, name="lane", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits and end the thread."""
        self._queue.put(None)
        self._thread.join()

    async def hand_in(self, event: Event) -> Handled:
        """Wait until the event is committed. Raises CannotSave where it was not."""
        loop = asyncio.get_running_loop()
        waiting = Waiting(event, loop, loop.create_future())
        self._queue.put(waiting)
        return await waiting.future

    def _run(self) -> None:
        open_for_more = True
        while open_for_more or self._held:
            batch, open_for_more = self._collect(open_for_more)
            if batch:
                results = self._apply([waiting.event for waiting in batch])
                try:
                    self._finish(batch, results)
                except RuntimeError:  # a loop closed under us: those who waited there are gone, the lane goes on
                    log.warning("answered nobody: the event loop is closed")

    def _collect(self, open_for_more: bool) -> tuple[list[Waiting], bool]:
        """What waits now, at most one event per interview; the first call waits for something to come."""
        batch: dict[str, Waiting] = {}
        waiting: Waiting | None
        for _ in range(len(self._held)):
            self._place(self._held.popleft(), batch)
        while open_for_more and len(batch) < MOST:
            try:
                waiting = self._queue.get(block=not batch and not self._held)
            except queue.Empty:
                break
            if waiting is None:
                open_for_more = False
            else:
                self._place(waiting, batch)
        return list(batch.values()), open_for_more

    def _place(self, waiting: Waiting, batch: dict[str, Waiting]) -> None:
        if batch.setdefault(waiting.event.interview, waiting) is not waiting:
            self._held.append(waiting)

    def _apply(self, events: Sequence[Event]) -> list[Handled | Exception]:
        """The batch, again when the fault passes, by halves when it does not; the culprit alone fails."""
        for pause in (*PAUSES, None):
            try:
                return list(self._take_turns(events))
            except Exception as fault:
                if pause is not None and is_passing(fault):
                    time.sleep(pause)
                    continue
                if len(events) == 1 or is_passing(fault):
                    return [CannotSave(type(fault).__name__)] * len(events)
                break
        middle = len(events) // 2
        return [*self._apply(events[:middle]), *self._apply(events[middle:])]

    def _finish(self, batch: Sequence[Waiting], results: Sequence[Handled | Exception]) -> None:
        """Wake those who wait, one call into each event loop."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Handled], Handled | Exception]]] = {}
        for waiting, result in zip(batch, results, strict=True):
            by_loop.setdefault(waiting.loop, []).append((waiting.future, result))
        for loop, settled in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: "Sequence[tuple[asyncio.Future[Handled], Handled | Exception]]") -> None:
    for future, result in settled:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
