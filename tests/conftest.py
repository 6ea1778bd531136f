"""What every test leaves behind it: nothing open. Content is read from its files once, for all of them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect

from bot import bootstrap
from bot.engine import loader
from bot.engine.loader import Content, Shelves, digest_files
from bot.state import database


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


def read_once() -> Callable[[Path], Any]:
    """Reads each YAML file of one content once in a process, whatever is laid over it: that is nearly all of the time
    that loading takes, and nothing changes what was read."""
    read, kept = loader.read_yaml, dict[tuple[Path, bytes], Any]()

    def read_kept(path: Path) -> Any:
        try:
            key = path, path.read_bytes()
        except OSError:
            return read(path)
        if key not in kept:
            kept[key] = read(path)
        return kept[key]

    return read_kept


loader.read_yaml = read_once()  # before any module of tests is imported, as some load content then


@pytest.fixture(autouse=True, scope="session")
def _migrate_once() -> Iterator[None]:
    """Of each kind the first empty database in a process is brought to the newest schema step by step; later ones are
    told the same statements at once."""
    migrate, kept = database._migrate, dict[str, list[tuple[str, Any]]]()

    def migrate_empty(connection: Connection) -> None:
        kind = connection.dialect.name
        if inspect(connection).get_table_names():
            migrate(connection)
        elif kind in kept:
            for statement, given in kept[kind] if kind == "sqlite" else join_plain(kept[kind]):
                connection.exec_driver_sql(statement, given or None)
        else:
            kept[kind] = list_changes(connection, migrate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_migrate", migrate_empty)
        yield


def join_plain(changes: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """As few statements as can be told a server at once: those between two that are given something are one."""
    for is_given, some in groupby(changes, key=lambda one: bool(one[1])):
        told = list(some)
        yield from told if is_given else [(";\n".join(statement for statement, _ in told), None)]


def list_changes(connection: Connection, migrate: Any) -> list[tuple[str, Any]]:
    """The statements by which it is migrated, as the driver gets them."""
    told: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        _, _, statement, given, *_ = call
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            told.append((statement, given))

    event.listen(connection, "before_cursor_execute", note)
    try:
        migrate(connection)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return told


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
    for one in opened:
        one.close()
