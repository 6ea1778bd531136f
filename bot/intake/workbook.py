"""Reading the sheets of an Excel workbook from bytes, with what merged cells hold in each of their rows. Pure.

Looks at a workbook's size before anything is unpacked: a value in a far corner would fill the memory with empty cells.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

Grid = list[list[Any]]

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 200 * 1024 * 1024  # bytes
MOST_CELLS = 2_000_000  # from the first to the last that is filled
PIECE = 1024 * 1024
SHEETS = re.compile(r"worksheets?/", re.IGNORECASE)
# One that holds something: a workbook names its cells in either kind of quotes, with or without spaces around.
CELL = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']\s*([A-Za-z]{1,3})([0-9]{1,7})\s*["'][^<>]*(?<!/)>""")
MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s")
MOST_MERGED = 5_000
LONGEST_CELL_MARK = 300


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file gives no list: a rule by name, with its numbers or names."""

    rule: str
    params: Mapping[str, Any] = field(default_factory=dict)


def is_workbook(raw: bytes) -> bool:
    """Whether these bytes begin as a workbook does, be it new or old or locked."""
    return raw.startswith((ZIP, OLE))


def read_grids(raw: bytes, wanted: str | None) -> dict[str, Grid] | Unreadable:
    """Every sheet a person can see, by name and from its first cell, or only the one wanted."""
    if raw.startswith(ZIP) and (wrong := _look_before(raw)):
        return wrong
    try:
        return _read(raw, wanted)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # noqa: BLE001, RUF100 - calamine's panics are not Exceptions
        return Unreadable("locked" if type(fault).__name__ == "PasswordError" else "not_a_list")


def _read(raw: bytes, wanted: str | None) -> dict[str, Grid] | Unreadable:
    book = load_workbook(io.BytesIO(raw))
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets if wanted or sheet.visible == SheetVisibleEnum.Visible]
    if wanted is not None and wanted not in names:
        return Unreadable("no_such_sheet", {"sheet": wanted, "sheets": names})
    return {name: _read_sheet(book, name) for name in names if wanted in (None, name)}


def _read_sheet(book: Any, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    grid: Grid = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in grid[top + 1 : bottom + 1]:  # what is written once for several rows holds for each
            if left < len(row) and row[left] == "":
                row[left] = grid[top][left]
    return grid


def _look_before(raw: bytes) -> Unreadable | None:
    """What speaks against unpacking a workbook: its size, its reach, or that it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                return Unreadable("too_wide")
            if not any(SHEETS.search(part.filename) for part in parts):
                return Unreadable("not_a_list")
            # Every part is looked through: a workbook may keep its sheets under any name.
            return Unreadable("too_wide") if any(_reaches_far(packed, part) for part in parts) else None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return Unreadable("not_a_list")


def _reaches_far(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the rectangle up to the last filled cell of a sheet is too large to be held."""
    rows, columns, merged, rest = 0, 0, 0, b""
    with packed.open(part) as sheet:
        while piece := sheet.read(PIECE):
            rest += piece
            merged += len(MERGED.findall(piece))
            for letters, number in CELL.findall(rest):
                rows, columns = max(rows, int(number)), max(columns, _to_place(letters))
            rest = rest[-LONGEST_CELL_MARK:]
    return rows * columns > MOST_CELLS or merged > MOST_MERGED


def _to_place(letters: bytes) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - ord("A") + 1
    return place
