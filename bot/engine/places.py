"""Reading places before what is said of each: `5 鈴木、1 小林`, `2 P-3ライン 3 none`. Pure.

What stands behind a place comes back as it was typed, as it may be a name. Knows no field and no value.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.engine.lexicon import TRAILING, Shared

MARKS = {0xFF1A: ":", 0xFF1D: "=", 0xFF09: ")", 0xFF0C: ",", 0x3000: " "}
DIGITS = {start + digit: str(digit) for start in (0xFF10, 0x245F) for digit in range(1, 10)}
NARROW = {**MARKS, **DIGITS, 0xFF10: "0"}
MARK = r"(?:→|->|[:=.)])"
# In either the places are one group, what is said of them the other.
ONE_EACH = re.compile(rf"(\d+)\s*{MARK}?\s*([^\d\s、,][^\d、,]*|\d+(?=\s*(?:[、,]|$)))")
NUMBERED = re.compile(rf"((?:\d+[\s、,]*)+){MARK}?\s*([^\d\s、,][^\d、,]*|\d+(?=\s*(?:[、,]|$)))")
# Words may hold digits: where words are asked for, a place stands by itself.
BEFORE, BEHIND = r"(?:^|(?<=[\s、,]))", rf"(?:\s*{MARK}\s*|\s+|(?=[^\W\d]))"
ONE_APART = re.compile(rf"{BEFORE}(\d{{1,2}}){BEHIND}")
MANY_APART = re.compile(rf"{BEFORE}((?:\d{{1,2}}[\s、,]+)*\d{{1,2}}){BEHIND}")
BETWEEN = " :=→-"  # marks between a place and its answer


class Placed(NamedTuple):
    """What is said of these places."""

    places: list[int]
    words: str


def fold_width(text: str) -> str:
    """Digits and marks in one width; letters as they were typed. As long as the text."""
    return text.translate(NARROW)


def read_places(text: str, shared: Shared, has_choices: bool, has_words: bool) -> list[Placed]:
    """Each run of places with what stands behind it; nothing where words are over. Where lines have choices a second
    number is a choice, else it is a second place."""
    plain = _hide_counters(fold_width(text), shared)
    found = list(_part_apart(text, plain, has_choices) if has_words else _part_close(text, plain, has_choices))
    placed = [Placed([int(one) for one in re.findall(r"\d+", numbers)], strip(said, shared)) for numbers, said in found]
    return placed if all(one.words for one in placed) else []


def _hide_counters(plain: str, shared: Shared) -> str:
    """Numbers without what counts or joins them; as long as before."""
    counted = "|".join(re.escape(word) for word in sorted(shared.counters, key=len, reverse=True))
    joined = "|".join(re.escape(word) for word in shared.joins)
    pattern = rf"(?<=\d)(?:{counted})|(?<=\d)\s*(?:{joined})\s*(?=\d)"
    return re.sub(pattern, lambda one: " " * len(one[0]), plain, flags=re.IGNORECASE)


def _part_close(text: str, plain: str, has_choices: bool) -> Iterator[tuple[str, str]]:
    """Places may stand right behind words, as no answer holds a digit."""
    pattern = ONE_EACH if has_choices else NUMBERED
    if not pattern.sub("", plain).strip(" 、,。"):
        yield from ((one[1], text[one.start(2) : one.end(2)].strip(TRAILING)) for one in pattern.finditer(plain))


def _part_apart(text: str, plain: str, has_choices: bool) -> Iterator[tuple[str, str]]:
    """From one place that stands by itself to the next."""
    found = list((ONE_APART if has_choices else MANY_APART).finditer(plain))
    if not found or plain[: found[0].start()].strip(" 、,。"):
        return
    ends = [*(one.start() for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=True):
        yield one[1], text[one.end() : end].strip(" 、,。\n")


def strip(words: str, shared: Shared) -> str:
    """An answer without what stands between it and its place, such as は."""
    kept = words.strip(BETWEEN)
    for particle in shared.particles:
        kept = kept.removeprefix(particle).strip(BETWEEN)
    return kept
