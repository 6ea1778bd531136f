"""The cover map as a picture: it says what the table says, without colour too, and nothing in it but that."""

import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import cover_map, pixels
from bot.documents.cover_map import HATCHING, INK, LOOKS, PAPER, QUIET, is_map, to_svg, width_of
from bot.documents.wording import Wording
from bot.prompts import Row, Table
from tests.chat import shared

BOTH = ("ja", "en")
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "defs", "pattern", "rect", "path", "text", "tspan"}
STATES = tuple(LOOKS)
HOSTILE = [
    "<script>alert(1)</script>",
    '"/><image href="https://evil.example/x.png"/>',
    "</text></svg><svg onload='x'>",
    "<![CDATA[x]]>&xxe;<!ENTITY xxe SYSTEM 'file:///etc/passwd'>",
    "&lt;b&gt; &#60; %s {title} url(#hatch)",
    "a\x00b\x1bc\ud800d\ufffee",
    "\u202egnp.exe\u202c \u2067x\u2069 \u200b",
]


def make(language: str = "ja", label: str = "信頼", title: str = "見取り図", marks: tuple[str, ...] = STATES) -> Table:
    """A table of two rows; the first has every state in the usual order."""
    words = Wording(shared(), language)
    said = tuple(words.name("square", state) for state in marks)
    rows = (Row(label, said, marks), Row(label, said[::-1], marks[::-1]))
    return Table(tuple(f"{label}{place}" for place in range(len(marks))), rows, spoken=f"{label}。", title=title)


def draw(table: Table, language: str = "ja") -> ElementTree.Element:
    return ElementTree.fromstring(to_svg(table, Wording(shared(), language)))  # noqa: S314 - of our own making


def texts(svg: ElementTree.Element) -> list[str]:
    """What can be read in it, each text with its lines joined."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


# -- what is in it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BOTH)
def test_picture_says_what_the_table_says(language: str) -> None:
    """Title, heads, each row's label, each square's word in the table's order, then a legend of all four states."""
    table = make(language, label="Trust" if language == "en" else "信頼")
    svg, words = draw(table, language), Wording(shared(), language)
    told = [table.title, *table.columns, *(row.label for row in table.rows)]
    told += [cell for row in table.rows for cell in row.cells]
    assert texts(svg) == [*told, *(words.name("square", state) for state in STATES)]
    assert [svg.findtext(f"{SVG}{name}") for name in ("title", "desc")] == [table.title, table.spoken]


def test_squares_are_drawn_by_what_their_cells_mean() -> None:
    """A square's border, ground and sign follow the mark of its cell, whatever its word; the legend shows all."""
    table = Table(("a", "b"), (Row("r", ("済*", "x"), ("in_place", "open")),), "told")
    svg = draw(table)
    squares = [one for one in svg.iter(f"{SVG}rect") if one.get("class")]
    assert [one.get("class") for one in squares] == ["in_place", "open", *STATES]
    signs = [one.get("d") for one in svg.iter(f"{SVG}path")]
    assert signs == [LOOKS[state].sign for state in ("in_place", "open", *STATES)]
    assert [one.get("stroke-dasharray") for one in squares[:2]] == [None, LOOKS["open"].dashes]


def test_states_are_told_apart_without_colour() -> None:
    """Any two states differ in sign, in word in both languages, and in border or pattern."""
    for one, other in combinations(STATES, 2):
        looks = LOOKS[one], LOOKS[other]
        assert looks[0].sign != looks[1].sign
        assert len({(look.border, look.dashes, "url" in look.fill) for look in looks}) == 2
        for language in BOTH:
            words = Wording(shared(), language)
            assert words.name("square", one) != words.name("square", other)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted(map(luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_and_borders_stand_out() -> None:
    """Every word has at least 4.5 : 1 against its ground (WCAG AA), every border 3 : 1 against the paper."""
    assert min(contrast(INK, PAPER), contrast(QUIET, PAPER)) >= 4.5
    for look in LOOKS.values():
        grounds = HATCHING if look.fill.startswith("url") else (look.fill,)
        assert min(contrast(look.ink, ground) for ground in grounds) >= 4.5
        assert contrast(look.ink, PAPER) >= 3


@pytest.mark.parametrize(
    "row",
    [Row("a", ("x",)), Row("a", ("x",), ("open", "open")), Row("a", ("x",), ("elsewhere",)), Row("a", (), ())],
)
def test_only_a_map_is_drawn(row: Row) -> None:
    """A table whose cells mean none of the four states is no map, nor is one of more squares than a picture holds."""
    assert not is_map(Table(("c",), (row,), "told"))
    assert not is_map(replace(make(), rows=make().rows * 30))
    assert not is_map(Table((), (), "told"))
    assert is_map(make())


# -- what people wrote -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_people_are_inert(text: str) -> None:
    """Whatever a label says is text in the picture and nothing else: no element, reference or attribute comes of it."""
    harmless = draw(make(label="x", title="x"))
    svg = draw(make(label=text, title=text))
    assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= DRAWN
    kinds = [
        Counter((one.tag, *sorted(one.attrib)) for one in made.iter() if "tspan" not in one.tag)
        for made in (svg, harmless)
    ]
    assert kinds[0] == kinds[1]
    values = [value for one in svg.iter() for value in one.attrib.values()]
    assert not [value for value in values if re.search("evil|href|script|onload", value)]


def test_words_of_people_break_it_without_protection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: uncleaned, a label with what XML cannot hold makes no picture at all."""
    monkeypatch.setattr(cover_map, "clean", str)
    with pytest.raises(ElementTree.ParseError):
        draw(make(label="a\x00b"))


LABELS = st.text(st.sampled_from("近づきにくい取引先、。ーABCWxyz *019 "), max_size=60)


@given(LABELS, LABELS)
def test_long_words_stay_in_their_place(label: str, title: str) -> None:
    """However long, no line is wider than the room it has, and no more than two lines stand under each other."""
    table = make(label=label, title=title)
    svg = draw(table)
    width = float(svg.get("width") or 0)
    for text in svg.iter(f"{SVG}text"):
        lines, size = list(text), float(text.get("font-size") or 0)
        assert 1 <= len(lines) <= 2
        for line in lines:
            takes, x = width_of(line.text or "") * size, float(line.get("x") or 0)
            left = x if text.get("text-anchor") == "start" else x - takes / 2
            assert left >= 0
            assert left + takes <= width


# -- as pixels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BOTH)
def test_picture_is_drawn_with_its_words(language: str) -> None:
    """It becomes a PNG of twice its size, and another word makes another picture: the font is there."""
    words = Wording(shared(), language)
    one, other = (pixels.to_png(to_svg(make(language, title=title), words)) for title in ("済", "予"))
    assert one and other and one != other
    assert one.startswith(b"\x89PNG\r\n\x1a\n")
    size = [int.from_bytes(one[at : at + 4]) for at in (16, 20)]
    svg = draw(make(language))
    assert size == [2 * int(svg.get(name) or 0) for name in ("width", "height")]


@pytest.mark.parametrize("missing", pixels.NEEDED)
def test_no_picture_without_what_draws_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library or the font there is no picture, and that is all."""
    monkeypatch.setattr(pixels, "find_spec", lambda name: None if name == missing else True)
    assert pixels.to_png(to_svg(make(), Wording(shared(), "ja"))) is None


def test_what_cannot_be_drawn_is_no_picture() -> None:
    """Something that is no SVG gives no picture, and disturbs nobody."""
    assert pixels.to_png("no picture") is None
