"""Writes asked for while another is under way share one transaction: many conversations end at once, one commit does.

Knows nothing of what is written.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from bot.state.record import Transaction

MOST = 50  # changes in one transaction, so that nobody else waits long for it

Result = TypeVar("Result")
Change = Callable[[Transaction], Any]
Write = Callable[[Change], Any]  # in a transaction of its own; raises CannotSave


class Asked(NamedTuple):
    """A change and who waits for what came of it."""

    change: Change
    future: "asyncio.Future[Any]"


class Together:
    """Belongs to one event loop. `write` is the store's own."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._asked: list[Asked] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, change: Callable[[Transaction], Result]) -> Result:
        """What a change returns, once it is committed. Raises what the change raises, and CannotSave."""
        one = Asked(change, asyncio.get_running_loop().create_future())
        self._asked.append(one)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        result: Result = await one.future
        return result

    async def _run(self) -> None:
        while self._asked:
            taken, self._asked = self._asked[:MOST], self._asked[MOST:]
            try:
                results = await asyncio.to_thread(self._write, partial(_change_all, taken=taken))
            except Exception:  # one of them cannot be: each by itself, so that no other suffers for it
                await self._write_alone(taken)
            else:
                for one, result in zip(taken, results, strict=True):
                    if not one.future.done():
                        one.future.set_result(result)

    async def _write_alone(self, taken: Sequence[Asked]) -> None:
        for one in taken:
            try:
                result = await asyncio.to_thread(self._write, one.change)
            except Exception as fault:
                if not one.future.done():
                    one.future.set_exception(fault)
            else:
                if not one.future.done():
                    one.future.set_result(result)


def _change_all(tx: Transaction, taken: Sequence[Asked]) -> list[Any]:
    return [one.change(tx) for one in taken]
