"""The real server before a Slack of ours, in a process of its own, until somebody kills it."""

import asyncio
import importlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.bootstrap import Program
from bot.dispatch import Dispatcher
from bot.server import open_server
from tests.faults.lines import say
from tests.slack.serving import serve


async def keep_watch(program: Program, waits: Mapping[str, float], forgets: bool) -> None:
    """Says at which port it listens. `waits` are seconds by `module:NAME`, instead of those of the product; `forgets`
    is the fault on purpose."""
    set_waits(waits)
    if forgets:
        mark_early()
    async with open_server(program, only="slack") as server, serve(server.app) as port:
        say(port=port)
        await asyncio.Event().wait()


def set_waits(waits: Mapping[str, float]) -> None:
    for name, seconds in waits.items():
        module = importlib.import_module(name.partition(":")[0])
        constant = name.partition(":")[2]
        is_span = isinstance(getattr(module, constant), timedelta)
        setattr(module, constant, timedelta(seconds=seconds) if is_span else seconds)


def mark_early() -> None:
    """The fault on purpose: what is due is written down as sent before it is."""
    post = Dispatcher._post

    async def mark_and_post(dispatcher: Dispatcher, held: Any, batch: Any) -> Any:
        dispatcher.store.mark_sent([row.key for row in batch.rows], None)
        return await post(dispatcher, held, batch)

    setattr(Dispatcher, "_post", mark_and_post)  # noqa: B010 - to a checker of types this is no method of ours
