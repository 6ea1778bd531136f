"""Numbers of a person: an individual number, a card, an account. Known by check digit or by the word before them.

Must not know the other kinds; a number that is a date is nobody's.
"""

import re
from functools import lru_cache

from bot.guard.finding import Lexicon
from bot.guard.spelling import any_of

_DASH = re.compile(r"(?<=[0-9])[\u2010-\u2015\u2212\u30fc](?=[0-9])")  # also the long vowel mark, typed by mistake
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.-])(?:[0-9]{12,19}|[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -][0-9]{1,3})?"
    r"|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})(?![0-9A-Za-z]|[.-][0-9])"
)
# A date, perhaps with a time.
_MOMENT = re.compile(r"(?a)(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d(?:[0-2]\d(?:[0-5]\d){1,2})?")
_MY_NUMBER_WEIGHTS = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)  # from the right, before the check digit; modulus 11


def shows_personal_number(plain: str, lexicon: Lexicon) -> bool:
    text = _DASH.sub("-", plain)
    runs = [run[0] for run in _LONG_NUMBER.finditer(text) if _has_check_digit(run[0])]
    runs += [run["number"] for run in _build(lexicon).finditer(text)]
    return any(not _MOMENT.fullmatch(re.sub("[ -]", "", run)) for run in runs)


def _has_check_digit(run: str) -> bool:
    """That of the individual number for twelve digits, that of a card (Luhn) for more."""
    last, *others = (int(character) for character in reversed(run) if character.isdecimal())
    if len(others) == len(_MY_NUMBER_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(others, _MY_NUMBER_WEIGHTS, strict=True)) % 11
        return last == (0 if rest <= 1 else 11 - rest) and any(others)
    doubled = (sum(divmod(digit * 2, 10)) for digit in others[::2])
    return (last + sum(doubled) + sum(others[1::2])) % 10 == 0 and any(others)


@lru_cache(maxsize=4)
def _build(lexicon: Lexicon) -> re.Pattern[str]:
    words = any_of(lexicon.personal_number_words)
    return re.compile(rf"{words}[^0-9\n]{{0,30}}(?P<number>[0-9](?:[ -]?[0-9]){{5,}})", re.IGNORECASE)
