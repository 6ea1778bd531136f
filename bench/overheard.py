"""What the real store wrote, transaction by transaction, as plain statements that a bare driver can write again."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import event

from bot.state.database import Database

INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]+)\)")
NAMED = re.compile(r"%\((\w+)\)s|(?<!:):([a-z]\w*)")  # a parameter by name, as psycopg or sqlite3 takes it


class Write(NamedTuple):
    """One `executemany`."""

    sql: str
    rows: list[tuple[Any, ...]]


Batch = list[Write]  # one transaction


class Overheard:
    """Every write of an engine from the moment this is made, kept by transaction until it is taken."""

    def __init__(self, database: Database) -> None:
        self._mark = "?" if database.path else "%s"  # a place for a value, as sqlite3 or psycopg writes it
        self._statements: list[tuple[str, Any]] = []
        self._batches: list[list[tuple[str, Any]]] = []
        event.listen(database.writer, "before_cursor_execute", self._hear)
        event.listen(database.writer, "commit", self._end_batch)
        event.listen(database.writer, "rollback", self._forget)

    def take(self) -> list[Batch]:
        """The transactions since the last call; only here is anything worked out."""
        heard, self._batches = self._batches, []
        return [[to_write(sql, given, self._mark) for sql, given in batch] for batch in heard]

    def _hear(self, _connection: Any, _cursor: Any, sql: str, given: Any, _made: Any, _many: bool) -> None:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self._statements.append((sql, given))

    def _end_batch(self, _connection: Any) -> None:
        if self._statements:
            self._batches.append(self._statements)
            self._statements = []

    def _forget(self, _connection: Any) -> None:
        self._statements = []


def count_turns(batches: Sequence[Batch]) -> int:
    """Each turn has exactly one inbox row."""
    return sum(len(rows) for batch in batches for sql, rows in batch if sql.startswith("INSERT INTO inbox"))


def to_write(sql: str, given: Any, mark: str) -> Write:
    """One statement with `mark` for each value of plain rows; an insert loses casts, conflicts and returned columns."""
    sets: list[Any] = given if isinstance(given, list) else [given]
    inserted = INSERT.match(sql)
    if inserted:
        columns = [column.strip(' "') for column in inserted[2].split(",")]
        places = ", ".join([mark] * len(columns))
        plain = f"INSERT INTO {inserted[1]} ({inserted[2]}) VALUES ({places})"  # noqa: S608 - what the store wrote
        return Write(plain, [row for one in sets for row in _cut(one, columns)])
    if isinstance(sets[0], Mapping):
        names = [percent or colon for percent, colon in NAMED.findall(sql)]
        return Write(NAMED.sub(mark, sql), [tuple(one[name] for name in names) for one in sets])
    return Write(sql, [tuple(one) for one in sets])


def _cut(given: Any, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The parameters of one insert as rows; where it holds many, their names end in `__0`, `__1` and so on."""
    width = len(columns)
    if not isinstance(given, Mapping):
        return [tuple(given[start : start + width]) for start in range(0, len(given), width)]
    if columns[0] in given:
        return [tuple(given[column] for column in columns)]
    return [tuple(given[f"{column}__{place}"] for column in columns) for place in range(len(given) // width)]
