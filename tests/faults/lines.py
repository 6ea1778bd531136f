"""What a process under test and whoever drives it say to one another: JSON, one object a line, over one socket."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any


def say(**line: Any) -> None:
    """At once and whole, so that what was said stands however this process ends."""
    os.write(1, json.dumps(line).encode() + b"\n")


async def read_orders() -> AsyncIterator[Any]:
    """What comes in, until the other side ends it."""
    lines = asyncio.StreamReader()
    with os.fdopen(0, "rb", 0, closefd=False) as standard_input:
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), standard_input)
        async for line in lines:
            yield json.loads(line)
