"""Reads a number as a person types it: plain, grouped, full-width, circled or in kanji.

Knows the digits and no language: the words that may follow a number are given to it.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

__all__ = ["read_number", "replace_kanji"]

_LONGEST = 40  # longer than any number a person types; NFKC is quadratic in combining marks, so the length comes first

# Code points, because no Japanese stands in strings here. Unicode's own numeric values would also read "lacquer" as 7.
_DIGITS = {chr(code): value for value, codes in enumerate((
    (0x3007, 0x96F6),  # 〇 零
    (0x4E00, 0x58F1),  # 一 壱
    (0x4E8C, 0x5F10),  # 二 弐
    (0x4E09, 0x53C2),  # 三 参
    (0x56DB,),         # 四
    (0x4E94,),         # 五
    (0x516D,),         # 六
    (0x4E03,),         # 七
    (0x516B,),         # 八
    (0x4E5D,),         # 九
)) for code in codes}  # fmt: skip
_TEN, _HUNDRED, _THOUSAND, _MYRIAD, _MYRIADS = map(chr, (0x5341, 0x767E, 0x5343, 0x4E07, 0x5104))  # 十 百 千 万 億
_OLD_TEN = chr(0x62FE)  # 拾, on contracts and cheques
_UNITS = {_TEN: 10, _OLD_TEN: 10, _HUNDRED: 100, _THOUSAND: 1000}

_ZEROS = "".join(digit for digit, value in _DIGITS.items() if value == 0)
_COUNTS = "".join(digit for digit, value in _DIGITS.items() if value)
_KANJI = "".join((*_DIGITS, *_UNITS, _MYRIAD, _MYRIADS))
_KANJI_RUN = re.compile(f"[{_KANJI}]+")
_PLACES = re.compile(f"[{_ZEROS}{_COUNTS}]+")  # digit by digit, as a year is written
_FOUR = (  # at most 9,999, larger units first
    f"(?:[1-9{_COUNTS}]?{_THOUSAND})?(?:[1-9{_COUNTS}]?{_HUNDRED})?"
    f"(?:[1-9{_COUNTS}]?[{_TEN}{_OLD_TEN}])?[1-9{_COUNTS}]?"
)
_AMOUNT = rf"[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|{_FOUR}"
_GROUPED = re.compile(rf"(?:({_AMOUNT}){_MYRIADS})?(?:({_AMOUNT}){_MYRIAD})?([0-9]{{1,4}}|{_FOUR})")
_ARABIC = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.[0-9]{1,12})?")
_DASHES = {0x2010: "-", 0x2212: "-"}  # hyphen and minus sign, which NFKC leaves alone


def read_number(text: str, counters: tuple[str, ...] = ()) -> int | float | None:
    """The number that `text` is, or None when it is anything else. Never raises.

    One of `counters` ("days", a counter word of Japanese) may follow and is dropped. A decimal point gives a float,
    everything else an int. An approximation, a range or a list is not a number.
    """
    if len(text) > _LONGEST or not _marks_stand_alone(text):
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().strip()
    for ending in _list_endings(counters):
        number = _read_plain(plain.removesuffix(ending).rstrip()) if plain.endswith(ending) else None
        if number is not None:
            return number
    return None


@lru_cache(maxsize=1_000)  # counters are words of content
def _list_endings(counters: tuple[str, ...]) -> tuple[str, ...]:
    return "", *sorted(filter(None, map(_fold, counters)), key=len, reverse=True)


def replace_kanji(text: str) -> str:
    """`text` with every run of kanji numerals that forms a number written in Arabic digits; other runs stay."""

    def to_arabic(run: re.Match[str]) -> str:
        value = _read_kanji(run[0])
        return run[0] if value is None else str(value)

    return _KANJI_RUN.sub(to_arabic, text)


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()


def _marks_stand_alone(text: str) -> bool:
    """Circled digits and superscripts fold into plain digits, so two of them, or one beside a digit, would misread."""
    if text.isascii():
        return True
    marks = sum(unicodedata.category(character) == "No" for character in text)
    digits = sum(character.isdecimal() or character in _KANJI for character in text)
    return marks == 0 or (marks == 1 and digits == 0)


def _read_plain(text: str) -> int | float | None:
    if _ARABIC.fullmatch(text):
        number = text.replace(",", "")
        return float(number) if "." in number else int(number)
    return _read_kanji(text)


def _read_kanji(text: str) -> int | None:
    if len(text) > _LONGEST:
        return None
    if _PLACES.fullmatch(text):
        return int("".join(str(_DIGITS[character]) for character in text))
    found = _GROUPED.fullmatch(text)
    if not found or "" in found.groups()[:2] or not any(found.groups()):  # a myriad needs its count
        return None
    above, myriads, rest = (_read_four(part or "") for part in found.groups())
    total = above * 10**8 + myriads * 10**4 + rest
    return int(total) if total == int(total) else None


def _read_four(part: str) -> Decimal:
    """A part below one myriad, whose order the grammar has already checked; nothing written is zero."""
    if not part or re.fullmatch(r"[0-9.]+", part):
        return Decimal(part or 0)
    total = waiting = 0
    for character in part:
        if character in _UNITS:
            total, waiting = total + (waiting or 1) * _UNITS[character], 0
        else:
            waiting = _DIGITS[character] if character in _DIGITS else int(character)
    return Decimal(total + waiting)
