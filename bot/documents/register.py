"""The register as tables: one list of columns for the terminal, CSV and Excel, and the register as JSON.

Pure: rows and words in, text or bytes out. Must not know where rows come from, nor who may see them.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from rich.cells import cell_len as width
from xlsxwriter import Workbook

from bot.documents.wording import Row, Wording, list_ids, read_judgement

Cell = str | date  # an empty text where nothing is known


class Column(NamedTuple):
    """One column: its head is the format `column_<id>`, its cells are worked out from a row."""

    id: str
    read: Callable[[Row, Wording], Cell]


COLUMNS = (
    Column("department", lambda row, words: words.pick(row, "department")),
    Column("name", lambda row, words: words.pick(row, "name")),
    Column("level", lambda row, words: words.level(row.get("level"))),
    Column("class", lambda row, words: words.class_of(row.get("class"))),
    Column("reason", lambda row, words: words.reason(row)),
    Column("owner", lambda row, words: words.owner(row)),
    Column("state", lambda row, words: words.name("state", row["state"])),
    Column("review", lambda row, words: row.get("review_on") or ""),
    Column("id", lambda row, words: row["id"]),
)


def list_heads(words: Wording) -> list[str]:
    return [words.say(f"column_{column.id}") for column in COLUMNS]


def list_cells(row: Row, words: Wording) -> list[Cell]:
    return [column.read(row, words) for column in COLUMNS]


# -- as text for a terminal --------------------------------------------------------------------------------------------

SHORTEST_ID = 8


def to_table(rows: Sequence[Row], words: Wording, known: Iterable[str]) -> list[list[str]]:
    """Heads and lines of text; an id is cut to what tells it from all others in `known`. No rows, no heads."""
    short = shorten_ids(known)
    lines = [[str(cell) for cell in list_cells({**row, "id": short[row["id"]]}, words)] for row in rows]
    return [list_heads(words), *lines] if lines else []


def shorten_ids(ids: Iterable[str]) -> dict[str, str]:
    """The shortest beginning of each id that no other one has, at least eight characters."""
    ordered = sorted(set(ids))
    short = {}
    for place, one in enumerate(ordered):
        neighbours = [ordered[at] for at in (place - 1, place + 1) if 0 <= at < len(ordered)]
        alike = max((_count_alike(one, other) for other in neighbours), default=0)
        short[one] = one[: max(SHORTEST_ID, alike + 1)]
    return short


def _count_alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


# -- as JSON -----------------------------------------------------------------------------------------------------------

KEPT = ("id", "name", "name_en", "department", "owner", "owner_name", "owner_how", "state")


def to_record(row: Row) -> dict[str, Any]:
    """One item as plain values, for programs: ids, not words."""
    level, judgement, review_on = row.get("level"), read_judgement(row), row.get("review_on")
    return {
        **{name: row[name] for name in KEPT},
        "level": None if level is None else f"L{level}",
        "secret": None if level is None else level >= 1,
        "class": row.get("class"),
        "reasons": list_ids(judgement.get("reasons")),
        "review_on": review_on.isoformat() if review_on else None,
        "forms": list_ids(judgement.get("forms") or row.get("forms")),
    }


# -- as CSV ------------------------------------------------------------------------------------------------------------

# What a spreadsheet may take for the start of a formula, also behind spaces or our own mark (OWASP: CSV Injection).
ACTIVE = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def to_csv(rows: Sequence[Row], words: Wording) -> bytes:
    """UTF-8 with a mark by which Excel knows it, every cell quoted, none of them a formula."""
    return write_csv([list_heads(words), *([str(cell) for cell in list_cells(row, words)] for row in rows)])


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark by which Excel knows it, every cell quoted, none of them a formula."""
    file = StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([make_harmless(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def make_harmless(cell: str) -> str:
    """The cell as plain text in any spreadsheet: one apostrophe more where it could begin a formula."""
    return f"'{cell}" if ACTIVE.match(cell) else cell


def restore(cell: str) -> str:
    """What `make_harmless` was given."""
    return cell[1:] if cell.startswith("'") and ACTIVE.match(cell) else cell


# -- as Excel ----------------------------------------------------------------------------------------------------------

WIDEST = 48  # characters; longer texts are wrapped
FILTER = 3  # room for the button that filters a column
A4 = 9
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'"))


def to_xlsx(rows: Sequence[Row], words: Wording, company: str, on: date) -> bytes:
    """One sheet to sort, filter and print, as it stood on this day; every text a text, every date a date."""
    file = BytesIO()
    title = words.say("register_title", name=company).strip()
    with Workbook(file, {"in_memory": True, **PLAIN}) as book:
        book.set_properties({"title": title, "created": datetime(on.year, on.month, on.day)})  # noqa: DTZ001 - a day
        sheet = book.add_worksheet(words.say("register_sheet").translate(NOT_IN_A_NAME)[:31])
        table: list[Sequence[Cell]] = [list_heads(words), *(list_cells(row, words) for row in rows)]
        _fill_sheet(book, sheet, table)
        _set_up_print(sheet, title, on)
    return file.getvalue()


def _fill_sheet(book: Any, sheet: Any, table: Sequence[Sequence[Cell]]) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top", "bg_color": "#EEEEEE"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    for place, cells in enumerate(zip(*table, strict=True)):
        sheet.set_column(place, place, _fit(cells))
        sheet.write_string(0, place, cells[0], head)
        for line, cell in enumerate(cells[1:], start=1):
            if isinstance(cell, date):
                sheet.write_datetime(line, place, cell, day)
            else:
                sheet.write_string(line, place, cell, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)


def _fit(cells: Sequence[Cell]) -> int:
    longest = max((width(str(cell)) for cell in cells[1:]), default=0)
    return int(min(WIDEST, max(longest, width(str(cells[0])) + FILTER) + 1))


def _set_up_print(sheet: Any, title: str, on: date) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # as many pages long as it needs
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{title[:100].replace('&', '&&')}&R{on.isoformat()}")
    sheet.set_footer("&C&P / &N")
