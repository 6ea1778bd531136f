"""The floor under a durable turn: a copy of the database, written by its bare driver."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.overheard import Batch
from bot.state.database import Database

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "wal_autocheckpoint")  # as our writer has
FOLD_PAGES = 1000  # SQLite's own default, 4 MiB, where our writer folds its log in some other way


class SqliteCopy:
    """A file, opened with the pragmas of our writer."""

    def __init__(self, path: Path, like: Database) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        with like.writer.connect() as connection:
            kept = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
        kept["wal_autocheckpoint"] = kept["wal_autocheckpoint"] or FOLD_PAGES
        for name, value in kept.items():
            self._connection.execute(f"PRAGMA {name}={value}")

    def write(self, batches: Sequence[Batch]) -> float:
        """Seconds for these transactions."""
        began = perf_counter()
        for batch in batches:
            self._connection.execute("BEGIN IMMEDIATE")
            for sql, rows in batch:
                self._connection.executemany(sql, rows)
            self._connection.commit()
        return perf_counter() - began

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        self._connection.close()


class PostgresCopy:
    """Another database of the same server, with its default durability."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._connection = psycopg.connect(url)

    def write(self, batches: Sequence[Batch]) -> float:
        """Seconds for these transactions."""
        cursor = self._connection.cursor()
        began = perf_counter()
        for batch in batches:
            for sql, rows in batch:
                cursor.executemany(sql.encode(), rows)
            self._connection.commit()
        return perf_counter() - began

    def read(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.encode()).fetchall()

    def close(self) -> None:
        self._connection.close()
