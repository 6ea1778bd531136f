"""What every test leaves behind it: nothing open. Content is read from its files once, for all of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap
from bot.engine.loader import Content, Shelves, digest_files


@pytest.fixture(autouse=True, scope="session")
def _parse_content_once() -> Iterator[None]:
    """The same files are parsed once in a process: it takes longer than all else a program does to open."""
    load, kept = bootstrap.load_content, dict[str, Content]()

    def load_once(folders: Sequence[Path], shelves: Shelves) -> Content:
        digest = digest_files(folders, shelves)
        if digest not in kept:
            kept[digest] = load(folders, shelves)
        return kept[digest]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "load_content", load_once)
        yield


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
