"""Statements that write many rows at once: SQLAlchemy words each one once for a database, the driver takes the rows.

Knows no table. Otherwise SQLAlchemy goes through every value of every row again, which costs as much as the writing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update

Row = Mapping[str, Any]
Made = tuple[str, Callable[[Row], Any]]  # as the driver takes it: the statement, and what makes a row of values


class Bulk:
    """One statement without values of its own; its rows have the same names each time: an insert's columns, an
    update's parameters."""

    __slots__ = ("_made", "_statement")

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._made: dict[str, Made] = {}  # by dialect

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """All of them, be it none."""
        if not rows:
            return
        dialect = connection.dialect
        if dialect.name not in self._made:
            self._made[dialect.name] = _make(self._statement, dialect, list(rows[0]))
        sql, convert = self._made[dialect.name]
        connection.exec_driver_sql(sql, [convert(row) for row in rows])


def _make(statement: Insert | Update, dialect: Dialect, names: list[str]) -> Made:
    made: Any = statement.compile(dialect=dialect, column_keys=names)
    processors = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in made.binds.items()}
    order = [(name, processors[name]) for name in made.positiontup or processors]

    def convert(row: Row) -> Any:
        return tuple([row[name] if process is None else process(row[name]) for name, process in order])

    def convert_named(row: Row) -> Any:
        return {name: row[name] if process is None else process(row[name]) for name, process in order}

    return made.string, convert if made.positiontup else convert_named
