"""What every test leaves behind it: nothing open."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot import bootstrap


@pytest.fixture(autouse=True)
def _close_databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command closes its database as its process ends; here all commands share one process."""
    opened: list[Any] = []
    open_database = bootstrap.open_database

    def opening(*args: Any, **more: Any) -> Any:
        opened.append(open_database(*args, **more))
        return opened[-1]

    monkeypatch.setattr(bootstrap, "open_database", opening)
    yield
    for database in opened:
        database.close()
