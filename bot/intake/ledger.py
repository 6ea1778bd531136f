"""Reading a list of information a company keeps already, from CSV or Excel: its head, columns and rows. Pure.

What cannot be read is a value with a rule and its numbers; the words live in `content/shared/messages.yaml`.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from bot.engine.lexicon import clean
from bot.intake.people import decode
from bot.intake.workbook import Grid, Unreadable, is_workbook, read_grids

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_HEAD = 40
LOOKED_AT = 30  # rows from the top among which the head is looked for
DELIMITERS = "\t,;"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ESCAPED = re.compile(r"^['\"](?=[=+@\t\r-])")  # put before a cell so that no spreadsheet takes it for a formula
LEAST_HEARD = 2  # columns by whose names a row is known to be the head

Hear = Callable[[str], str | None]  # what a column of this head holds, where its words tell


@dataclass(frozen=True, slots=True)
class Column:
    """One column that holds something: its place, its letter in a spreadsheet, its head."""

    place: int
    letter: str
    head: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A list that was read: rows as (number in the spreadsheet, cells), each as wide as the widest."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    head: tuple[str, ...]  # every cell of the head row; its digest names the layout
    head_row: int
    sheet: str  # empty for CSV
    sha: str
    other_sheets: tuple[str, ...] = field(default=())


def read_ledger(raw: bytes, hear: Hear, sheet: str | None = None) -> Ledger | Unreadable:
    """The list in these bytes. Total: any bytes give a list or the reason why not."""
    if len(raw) > MOST_BYTES:
        return Unreadable("too_big", {"limit": MOST_BYTES // 1024 // 1024})
    found = read_grids(raw, sheet) if is_workbook(raw) else _read_text(raw)
    if isinstance(found, Unreadable):
        return found
    texts = {name: _to_texts(grid) for name, grid in found.items()}
    name = _choose_sheet(texts, hear)
    if name is None:
        return Unreadable("no_rows")
    others = tuple(one for one in found if one != name)
    return _build(texts[name], hear, name, sha256(raw).hexdigest(), others)


def _read_text(raw: bytes) -> dict[str, Grid] | Unreadable:
    try:
        text = raw.decode("utf-16") if raw[:2] in UTF_16 else decode(raw)
    except UnicodeDecodeError:
        text = None
    if text is None or "\0" in text:
        return Unreadable("not_a_list")
    tables = [table for mark in DELIMITERS if (table := _split(text, mark)) is not None]
    return {"": max(tables, key=_evenness)} if tables else Unreadable("not_a_list")


def _split(text: str, mark: str) -> Grid | None:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        return None


def _evenness(rows: Grid) -> int:
    """Cells in the filled rows of one width, at most: the mark that really parts the cells has most."""
    widths = Counter(len(row) for row in rows if any(row))
    return max(((width - 1) * count for width, count in widths.items()), default=0)


def _to_texts(grid: Grid) -> list[list[str]]:
    return [[_to_text(cell) for cell in row] for row in grid]


def _to_text(cell: Any) -> str:
    """A cell as a person reads it; whole numbers and days without what a spreadsheet adds."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ", "minutes")
    return ESCAPED.sub("", str(cell)).strip()


def tidy(cell: str) -> str:
    """A cell as one line without what cannot be seen."""
    return " ".join(clean(cell)[0].split())


def _choose_sheet(texts: Mapping[str, Sequence[Sequence[str]]], hear: Hear) -> str | None:
    """The first sheet whose head is known by its words, else the first that holds anything: covers come first."""
    filled = [name for name, rows in texts.items() if any(any(row) for row in rows)]
    known = (name for name in filled if _find_head(texts[name], hear)[1] >= LEAST_HEARD)
    return next(known, filled[0] if filled else None)


def _find_head(rows: Sequence[Sequence[str]], hear: Hear) -> tuple[int, int]:
    """The place of the head row and how many kinds of column its words tell; else of the first row of several cells."""
    filled = [place for place, row in enumerate(rows) if any(row)][:LOOKED_AT]
    heard = {place: len({hear(tidy(cell)) for cell in rows[place] if cell} - {None}) for place in filled}
    best = max(filled, key=lambda place: (heard[place], -place))
    wide = [place for place in filled if sum(map(bool, rows[place])) > 1] or filled
    if heard[best] >= LEAST_HEARD or (heard[best] and best in wide):
        return best, heard[best]
    return wide[0], 0


def _build(rows: list[list[str]], hear: Hear, sheet: str, sha: str, others: tuple[str, ...]) -> Ledger | Unreadable:
    place, _ = _find_head(rows, hear)
    body = [(number, row) for number, row in enumerate(rows[place + 1 :], place + 2) if any(row)]
    if not body:
        return Unreadable("no_rows")
    if len(body) > MOST_ROWS:
        return Unreadable("too_many_rows", {"count": len(body), "limit": MOST_ROWS})
    width = max(len(row) for _, row in [(0, rows[place]), *body])
    head = [tidy(cell) for cell in rows[place]] + [""] * (width - len(rows[place]))
    filled = [any(row[at : at + 1] != [""] for _, row in body if len(row) > at) for at in range(width)]
    columns = tuple(
        Column(at, to_letter(at), head[at][:LONGEST_HEAD] or to_letter(at)) for at in range(width) if filled[at]
    )
    if len(columns) > MOST_COLUMNS:
        return Unreadable("too_many_columns", {"count": len(columns), "limit": MOST_COLUMNS})
    padded = tuple((number, (*row, *[""] * (width - len(row)))) for number, row in body)
    return Ledger(columns, padded, tuple(head), place + 1, sheet, sha, others)


def to_letter(place: int) -> str:
    """A column's letter as a spreadsheet names it: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
