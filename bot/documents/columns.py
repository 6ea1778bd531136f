"""A table as lines of text whose columns stand under each other. Knows no surface, and nothing of what is in it.

A Japanese character takes the room of two Latin ones on most screens and of somewhat less on others, so a column holds
as many of either kind in every line: then it is straight whatever the proportion.
"""

from typing import NamedTuple

from rich.cells import cell_len

from bot.prompts import Table

GAP = "  "
WIDE_SPACE = "\u3000"


class Room(NamedTuple):
    """How many characters of either width a text takes; what has none, say a mark on a letter, counts as neither."""

    wide: int
    narrow: int


def measure(text: str) -> Room:
    widths = [cell_len(character) for character in text]
    return Room(widths.count(2), widths.count(1))


def to_lines(table: Table, most: int) -> list[str]:
    """The head, then a line for each row; where that is wider than `most` columns, each row as a list of its own."""
    written = [("", *table.columns), *((row.label, *row.cells) for row in table.rows)]
    grid = [tuple(" ".join(text.split("\n")) for text in line) for line in written]
    rooms = [_widest(column) for column in zip(*grid, strict=True)]
    lines = [_join(line, rooms) for line in grid]
    return lines if max(map(cell_len, lines)) <= most else _to_lists(table)


def _to_lists(table: Table) -> list[str]:
    lines: list[str] = []
    for row in table.rows:
        pairs = list(zip(table.columns, row.cells, strict=True))
        rooms = [_widest(column) for column in zip(*pairs, strict=True)]
        lines += [row.label, *(f"{GAP}{_join(pair, rooms)}" for pair in pairs)]
    return lines


def _widest(texts: tuple[str, ...]) -> Room:
    rooms = [measure(text) for text in texts]
    return Room(max(room.wide for room in rooms), max(room.narrow for room in rooms))


def _join(texts: tuple[str, ...], rooms: list[Room]) -> str:
    return GAP.join(_fill(text, room) for text, room in zip(texts, rooms, strict=True)).rstrip()


def _fill(text: str, room: Room) -> str:
    taken = measure(text)
    return text + WIDE_SPACE * (room.wide - taken.wide) + " " * (room.narrow - taken.narrow)
