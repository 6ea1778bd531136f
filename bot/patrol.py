"""Looking again and again whether anything is due. Knows nothing of what."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.state.store import note_fault


async def keep_looking(look: Callable[[], Awaitable[object]], seconds: float) -> None:
    """Until it is cancelled, with so long a rest between two looks; one bad look ends nothing."""
    while True:
        try:
            await look()
        except Exception as fault:
            note_fault(fault)
        await asyncio.sleep(seconds)
