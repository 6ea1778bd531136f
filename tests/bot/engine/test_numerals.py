"""A number is read as people type it, and nothing that is not quite a number is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.numerals import read_number, replace_kanji

COUNTERS = ("日", "日間", "件", "人", "つ", "か月", "days", "day", "people")
PLACES = "〇一二三四五六七八九"


def spell(number: int) -> str:
    """Write 1 to 99,999,999 the way it is said in Japanese, one for each unit left out except before 万."""
    if number >= 10_000:
        return spell(number // 10_000) + "万" + (spell(number % 10_000) if number % 10_000 else "")
    written = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            written += ("" if digit == 1 and unit else PLACES[digit]) + unit
    return written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("7", 7), ("007", 7), (" 12 ", 12), ("１２０", 120), ("3,200", 3200), ("３，２００", 3200),
        ("1,234,567", 1234567), ("-5", -5), ("−5", -5), ("+5", 5), ("①", 1), ("⑳", 20), ("〇", 0), ("零", 0),
        ("十", 10), ("二十", 20), ("三十一", 31), ("百", 100), ("百五", 105), ("千二百", 1200), ("二千二十六", 2026),
        ("二〇二六", 2026), ("一万", 10000), ("三万五千", 35000), ("3万", 30000), ("3万5千", 35000), ("1万2000", 12000),
        ("2億", 200_000_000), ("1.5万", 15000), ("壱拾弐", 12), ("30日", 30), ("30 日", 30), ("三十日", 30),
        ("３０日間", 30), ("4件", 4), ("二人", 2), ("③日", 3), ("一つ", 1), ("30 days", 30), ("1 Day", 1),
        ("千人", 1000), ("3か月", 3),
    ],
)  # fmt: skip
def test_a_whole_number_in_any_writing_is_an_int(text: str, number: int) -> None:
    """Digits of any width, groups, circles, kanji and a known counter all give the same int."""
    found = read_number(text, COUNTERS)
    assert found == number
    assert type(found) is int


@pytest.mark.parametrize(
    ("text", "number"), [("0.5", 0.5), ("３．５", 3.5), ("1,200.25", 1200.25), ("2.5日", 2.5), ("3.0", 3.0)]
)
def test_a_decimal_point_gives_a_float(text: str, number: float) -> None:
    """What was typed with a point stays a float, also where it is whole."""
    found = read_number(text, COUNTERS)
    assert found == number
    assert type(found) is float


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "日", "days", "約30", "30くらい", "30以上", "30-40", "30〜40", "1 4 5", "1、4", "①②", "①2", "10²",
        "1/2", "½", "1,20", "1,2000", ",5", "5,", "1.", ".5", "1.2.3", "1e5", "0x10", "nan", "inf", "Infinity", "十十",
        "一千百万億", "万", "億", "0千", "〇十", "五三十", "百千", "30円", "30 hours", "金曜日", "漆", "三人組", "日日",
        "1_000", "9" * 19, "1" * 5000, "一" * 5000, "\ud800", "\0", "1\0", "٣", "Ⅳ", "1.00005万",
        "a\u0315\u0316" * 9000,
    ],
)  # fmt: skip
def test_anything_else_is_no_number(text: str) -> None:
    """An approximation, a range, a list, a fraction, an unknown counter or a number beyond use is not guessed at."""
    assert read_number(text, COUNTERS) is None


def test_without_counters_none_is_dropped() -> None:
    """A counter counts only where the caller names it."""
    assert read_number("30日") is None
    assert read_number("30日", ("",)) is None


@given(st.integers(1, 99_999_999))
def test_every_number_said_in_kanji_is_read_back(number: int) -> None:
    """Writing a number in kanji and reading it gives the number, alone and inside a text."""
    assert read_number(spell(number)) == number
    assert replace_kanji(f"[{spell(number)}]") == f"[{number}]"


@given(st.integers(-(10**17), 10**17))
def test_every_number_with_separators_is_read_back(number: int) -> None:
    """Groups of three, written by the machine, are read back."""
    assert read_number(f"{number:,}") == read_number(f"{number}") == number


@given(st.text(st.characters(), max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """Any string is a number or none, never an exception."""
    assert isinstance(read_number(text, COUNTERS), int | float | None)
    assert isinstance(replace_kanji(text), str)


def test_only_whole_numbers_in_kanji_are_replaced() -> None:
    """Words around stay; a run of numerals that is no number stays as it was."""
    assert replace_kanji("令和八年十一月二十日") == "令和8年11月20日"
    assert replace_kanji("十十と三") == "十十と3"
