"""Who acknowledged what, as a table: one list of columns for the terminal and CSV, and the same as JSON.

Pure: rows and words in, text or bytes out. Must not know where rows come from, nor who may see them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.documents.register import write_csv
from bot.documents.wording import Wording

COLUMNS = ("department", "name", "email", "thing", "shown", "put_at", "acknowledged_at", "seq", "hash")


def list_heads(words: Wording) -> list[str]:
    return [words.say(f"acknowledged_{name}") for name in COLUMNS]


def list_cells(row: Any, words: Wording, titles: Mapping[str, str]) -> list[str]:
    """What is not known is empty. `titles` are what things are called."""
    known = {**row._asdict(), "department": words.pick(row._asdict(), "department")}
    known["thing"] = titles.get(row.thing, row.thing)
    return [_write(known[name]) for name in COLUMNS]


def to_plain(row: Any) -> dict[str, str]:
    """One person as plain values, for programs: ids, not words."""
    return {name: _write(value) for name, value in row._asdict().items()}


def to_csv(rows: Sequence[Any], words: Wording, titles: Mapping[str, str]) -> bytes:
    """The same as a file."""
    return write_csv([list_heads(words), *(list_cells(row, words, titles) for row in rows)])


def _write(value: Any) -> str:
    """Instants in UTC."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else str(value)
