"""Typed text comes to one form without losing a word, and in a time that follows its length."""

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.lexicon import clean, fold

ENDLESS = [
    "\u0315\u0316",  # marks that Unicode's normal forms must sort
    "\uff9e\u0316",  # a half-width voicing mark is a combining one in NFKC
    "\u0f73\u0316",  # a vowel sign made of two marks
    "☆\u0315\u0316",
    "か\u3099",
    "か",
]


@pytest.mark.parametrize(
    "text",
    [
        "順送金型の設計図", "Prägewerkzeug", "が", "ハ\u309aン", "ﾊﾟｽﾜｰﾄﾞ", "👨\ufe0f❤\ufe0f" * 20, "☆" * 200, "──" * 40,
        "ที่นี่", "हिन्दी", "e" + "\u0301" * 5, "Z" + "\u0315\u0316" * 10,
    ],
)  # fmt: skip
def test_what_people_write_stays_whole(text: str) -> None:
    """Marks that belong to letters, and rows of symbols however long, come through; only their form may change."""
    assert clean(text) == (unicodedata.normalize("NFC", text), 0)


@pytest.mark.parametrize("mark", ENDLESS[:3])
def test_marks_without_end_are_cut_and_counted(mark: str) -> None:
    """The words around them stay, thirty marks are kept, and the person is told how many were not."""
    kept, removed = clean("金" + mark * 100 + "型")
    assert kept[0] + kept[-1] == "金型"
    assert removed == 2 * 100 - 30


def test_symbols_among_the_marks_stay() -> None:
    kept, _ = clean("☆" * 40 + "\u0301" * 40 + "★")
    assert kept == "☆" * 40 + "★"


@given(st.text(st.sampled_from("aか☆ー \u0301\u0316\u3099\uff9e\u200b\ud800")))
def test_short_runs_lose_only_what_is_invisible(text: str) -> None:
    shown = "".join(sign for sign in text if sign not in "\u200b\ud800")
    if len(shown) <= 30:
        assert clean(text) == (unicodedata.normalize("NFC", shown).strip(), len(text) - len(shown))


@pytest.mark.parametrize("reshape", [clean, fold, lambda text: fold(clean(text)[0])])
@pytest.mark.parametrize("piece", ENDLESS)
def test_time_follows_the_length(reshape: Callable[[str], object], piece: str) -> None:
    """The longest message of any shape takes a moment; sorted mark by mark, it would take seconds."""
    text = (piece * 40_000)[:40_000]
    start = time.perf_counter()
    reshape(text)
    assert time.perf_counter() - start < 0.5
