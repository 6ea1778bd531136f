"""What the shell needs from outside, as protocols: time, ids, and somewhere to show things."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.prompts import Shown


class Clock(Protocol):
    """The time, aware and in UTC."""

    def now(self) -> datetime: ...


class Ids(Protocol):
    """Fresh ids, sortable by the time they were made (UUID version 7)."""

    def new(self) -> str: ...


class Messenger(Protocol):
    """One surface that can show things to a person; raises OSError where it cannot."""

    async def show(self, person: str, shown: Sequence[Shown]) -> None: ...
