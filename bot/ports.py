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


class Throttled(Exception):
    """The platform wants to be left alone for so many seconds: in the whole workspace, or in one conversation."""

    def __init__(self, seconds: float, wide: bool = False) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.wide = wide


class Rejected(Exception):
    """The platform will never take this: the conversation or the person is gone. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Barred(Exception):
    """The platform takes nothing from us until somebody mends our token or our rights. `code` is its own word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unsent(Exception):
    """Nothing of it left us for certain, say because nobody could be reached; it may well go next time."""


class Messenger(Protocol):
    """One surface that can show things to a person; raises OSError where it cannot."""

    async def show(self, person: str, shown: Sequence[Shown]) -> None: ...
