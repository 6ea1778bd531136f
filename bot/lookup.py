"""What words may need, read from the record when the first of them asks: most texts name nobody.

Knows nothing of what is looked up.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bot.state.database import CannotSave

V = TypeVar("V")


class Lookup(Mapping[str, V]):
    """A mapping that is read once, by whichever thread first asks it; empty where the database does not answer."""

    def __init__(self, read: Callable[[], Mapping[str, V]]) -> None:
        self._read = read
        self._found: Mapping[str, V] | None = None

    def __getitem__(self, name: str) -> V:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, V]:
        if self._found is None:
            try:
                self._found = self._read()
            except CannotSave:  # that we cannot save must be sayable all the same
                self._found = {}
        return self._found
