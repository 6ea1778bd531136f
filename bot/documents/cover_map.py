"""The cover map as a picture: a table whose cells each mean one of four states, drawn as SVG.

Knows no surface and nothing of measures: every word comes with the table or from content. No colour carries meaning by
itself; a state has its word, its sign and its border too.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from bot.documents.columns import measure
from bot.documents.pixels import to_png
from bot.documents.wording import Wording
from bot.prompts import Table

MARGIN, GAP = 28, 8
LABEL, SQUARE, HEIGHT = 204, 132, 84  # widths of a row's label and of a square, and the height of both
TITLE_ROOM, HEAD_ROOM, LEGEND_ROOM = 52, 48, 64
TITLE_SIZE, SIZE, LEGEND_SIZE, SMALLEST = 26, 22, 18, 13
INSET = 8  # kept free on either side of a word
NARROW, CAPITAL = 0.54, 0.68  # of a wide character, what small letters and capitals take on an average
FONTS = "Noto Sans JP, Noto Sans CJK JP, Hiragino Sans, Yu Gothic UI, Meiryo, sans-serif"
PAPER, INK, QUIET = "#ffffff", "#1d2329", "#454d55"
MOST_SQUARES = 60  # of one picture; more would be too small to read, and too large to draw
SVG = "http://www.w3.org/2000/svg"
HATCH = "hatch"

# A word stays whole, Japanese may end a line anywhere but before what closes a phrase.
PIECE = re.compile(r"[\u2e80-\uffef][\u3001\u3002\u300d\uff09\u30fc)]*|[^\s\u2e80-\uffef]+[\s]*|\s+")
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Look(NamedTuple):
    """How a state is drawn: its ground, its border and its sign, which is drawn around the middle of the square."""

    fill: str
    ink: str
    border: int
    dashes: str
    sign: str


LOOKS = {
    "in_place": Look("#d9f0e3", "#14532d", 2, "", "M-9 0 L-3 7 L10 -8"),
    "planned": Look(f"url(#{HATCH})", "#1e4a7a", 2, "", "M-9 0 a9 9 0 1 0 18 0 a9 9 0 1 0 -18 0 M0 -5 V1 H5"),
    "open": Look(PAPER, "#7a3300", 3, "9 6", "M-9 0 a9 9 0 1 0 18 0 a9 9 0 1 0 -18 0"),
    "not_applicable": Look("#eef0f2", QUIET, 0, "", "M-8 0 H8"),
}
HATCHING = ("#eaf2fb", "#d3e3f5")  # ground and stripes


def is_map(table: Table) -> bool:
    """Whether each of its cells means one of the four states, and there are not too many to be drawn."""
    return 0 < len(table.rows) * len(table.columns) <= MOST_SQUARES and all(
        len(row.marks) == len(row.cells) == len(table.columns) and set(row.marks) <= set(LOOKS) for row in table.rows
    )


def to_svg(table: Table, wording: Wording) -> str:
    """The table as a picture, its legend in the language of `wording`; whatever the table says is text and no more."""
    width = 2 * MARGIN + LABEL + len(table.columns) * (SQUARE + GAP)
    top = MARGIN + (TITLE_ROOM if table.title else 0)
    height = top + HEAD_ROOM + len(table.rows) * (HEIGHT + GAP) + LEGEND_ROOM + MARGIN // 2
    svg = ElementTree.Element("svg", xmlns=SVG, viewBox=f"0 0 {width} {height}", width=str(width), height=str(height))
    svg.attrib |= {"role": "img", "font-family": FONTS, "font-size": str(SIZE), "fill": INK}
    _name(svg, table)
    draw(svg, "rect", width=width, height=height, fill=PAPER)
    if table.title:
        title = fit([table.title], width - 2 * MARGIN, TITLE_SIZE, 2)
        write(svg, title.lines[0], MARGIN, MARGIN + TITLE_ROOM // 2 - 8, title.size, anchor="start")
    _write_labels(svg, table, top)
    _draw_squares(svg, table, top + HEAD_ROOM)
    _draw_legend(svg, wording, width, height - MARGIN // 2 - LEGEND_ROOM // 2)
    return ElementTree.tostring(svg, encoding="unicode")


def to_picture(table: Table, wording: Wording) -> bytes | None:
    """The same as PNG; None where the table is no map, or nothing can be drawn here. Waits for another process."""
    return to_png(to_svg(table, wording)) if is_map(table) else None


# -- the parts ---------------------------------------------------------------------------------------------------------


def _name(svg: ElementTree.Element, table: Table) -> None:
    """What is read aloud of it, and the pattern of what is planned."""
    draw(svg, "title").text = clean(table.title)
    draw(svg, "desc").text = clean(table.spoken)
    ground, stripe = HATCHING
    hatch = draw(draw(svg, "defs"), "pattern", id=HATCH, width=10, height=10, patternUnits="userSpaceOnUse")
    hatch.set("patternTransform", "rotate(45)")
    draw(hatch, "rect", width=10, height=10, fill=ground)
    draw(hatch, "rect", width=4, height=10, fill=stripe)


def _write_labels(svg: ElementTree.Element, table: Table, top: int) -> None:
    heads = fit(table.columns, SQUARE, SIZE - 2, 2)
    for place, lines in enumerate(heads.lines):
        write(svg, lines, _left(place) + SQUARE / 2, top + HEAD_ROOM / 2 - 4, heads.size, fill=QUIET)
    labels = fit([row.label for row in table.rows], LABEL - GAP, SIZE, 2)
    for place, lines in enumerate(labels.lines):
        middle = top + HEAD_ROOM + place * (HEIGHT + GAP) + HEIGHT / 2
        write(svg, lines, MARGIN, middle, labels.size, anchor="start")


def _draw_squares(svg: ElementTree.Element, table: Table, top: int) -> None:
    words = fit([cell for row in table.rows for cell in row.cells], SQUARE - 2 * INSET, SIZE, 2)
    said = iter(words.lines)
    for down, row in enumerate(table.rows):
        for across, mark in enumerate(row.marks):
            left, above = _left(across), top + down * (HEIGHT + GAP)
            _draw_square(svg, mark, left, above, SQUARE, HEIGHT)
            _draw_sign(svg, mark, left + SQUARE / 2, above + 26)
            write(svg, next(said), left + SQUARE / 2, above + 58, words.size, fill=LOOKS[mark].ink)


def _draw_legend(svg: ElementTree.Element, wording: Wording, width: int, middle: float) -> None:
    share = (width - 2 * MARGIN) / len(LOOKS)
    words = fit([wording.name("square", state) for state in LOOKS], share - 62, LEGEND_SIZE, 2)
    for place, (state, lines) in enumerate(zip(LOOKS, words.lines, strict=True)):
        left = MARGIN + place * share
        _draw_square(svg, state, left, middle - 18, 44, 36)
        _draw_sign(svg, state, left + 22, middle)
        write(svg, lines, left + 54, middle, words.size, anchor="start", fill=QUIET)


def _draw_square(svg: ElementTree.Element, state: str, left: float, top: float, width: float, height: float) -> None:
    """Its border lies within, so that squares of every state are of one size."""
    look = LOOKS[state]
    inset = look.border / 2
    square = draw(svg, "rect", x=left + inset, y=top + inset, width=width - look.border, height=height - look.border)
    square.attrib |= {"class": state, "rx": "6", "fill": look.fill}
    if look.border:
        square.attrib |= {"stroke": look.ink, "stroke-width": str(look.border)}
        square.attrib |= {"stroke-dasharray": look.dashes} if look.dashes else {}


def _draw_sign(svg: ElementTree.Element, state: str, x: float, y: float) -> None:
    sign = draw(
        svg, "path", d=LOOKS[state].sign, fill="none", stroke=LOOKS[state].ink, transform=f"translate({x:g} {y:g})"
    )
    sign.attrib |= {"stroke-width": "3", "stroke-linecap": "round", "stroke-linejoin": "round"}


def _left(column: int) -> int:
    return MARGIN + LABEL + column * (SQUARE + GAP)


# -- texts -------------------------------------------------------------------------------------------------------------


class Fitted(NamedTuple):
    """Texts of one kind in one size, each in as many lines as it needs."""

    size: int
    lines: list[list[str]]


def fit(texts: Sequence[str], room: float, size: int, most: int) -> Fitted:
    """In one size all together: one line each if that need not be much smaller, else up to `most`, at last cut."""
    said = [clean(text) for text in texts]
    tries = [(one, smaller) for one in range(1, most + 1) for smaller in range(size, int(size * 0.8) - 1, -1)]
    for count, smaller in [*tries, *((most, one) for one in range(int(size * 0.8), SMALLEST, -1))]:
        broken = [_break(text, room / smaller) for text in said]
        if all(len(lines) <= count and all(width_of(line) <= room / smaller for line in lines) for lines in broken):
            return Fitted(smaller, broken)
    return Fitted(SMALLEST, [_cut(_break(text, room / SMALLEST), room / SMALLEST, most) for text in said])


def width_of(text: str) -> float:
    """In the size of its letters, about."""
    room, capitals = measure(text), sum("A" <= one <= "Z" for one in text)
    return room.wide + NARROW * (room.narrow - capitals) + CAPITAL * capitals


def _break(text: str, room: float) -> list[str]:
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and width_of((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _cut(lines: list[str], room: float, most: int) -> list[str]:
    """The first lines, each as far as there is room; an ellipsis stands where something is left out."""
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += "\u2026"
    return [line if width_of(line) <= room else _head(line, room) for line in kept]


def _head(line: str, room: float) -> str:
    kept = line
    while kept and width_of(kept + "\u2026") > room:
        kept = kept[:-1]
    return kept + "\u2026"


def clean(text: str) -> str:
    """Without what XML cannot hold, and what would turn or hide the rest; one line."""
    return " ".join(NOT_XML.sub("", text).split())


# -- elements ----------------------------------------------------------------------------------------------------------


def draw(parent: ElementTree.Element, name: str, **attributes: object) -> ElementTree.Element:
    """One element more; numbers are written short."""
    told = {key: f"{value:g}" if isinstance(value, float | int) else str(value) for key, value in attributes.items()}
    return ElementTree.SubElement(parent, name, told)


def write(
    svg: ElementTree.Element, lines: Sequence[str], x: float, middle: float, size: int, **style: str
) -> ElementTree.Element:
    """Lines around the height `middle`."""
    text = draw(svg, "text", **{"font-size": size, "text-anchor": style.pop("anchor", "middle"), **style})
    for place, line in enumerate(lines):
        baseline = middle + size * 0.36 + (place - (len(lines) - 1) / 2) * size * 1.2
        draw(text, "tspan", x=x, y=round(baseline, 1)).text = line
    return text
