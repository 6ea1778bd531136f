"""Prose that is longer than an explanation, and any text too long to have been typed.

Must not know the other kinds, nor what the text says.
"""

import re
from functools import lru_cache

from bot.guard.finding import Lexicon
from bot.guard.spelling import ADDRESS, ANY_LENGTH, any_of

_SENTENCE = re.compile(r"(?<=[。!?])|(?<=[a-z)\"]{3}\.)[ \t]|\n")
_UNBROKEN = re.compile(r"[\s、。,;・!?/\\]+")
_LATIN_SHARE = 0.4  # a Latin letter says less than half of what a kana or kanji does
_LONG, _LONG_UNBROKEN = 500, 150  # weights; eight sentences are long much sooner
_SENTENCES, _LONG_IN_SENTENCES, _WORDS = 8, 120, range(4, 61)
_LOOK_BACK = 20  # characters: an ending is shorter


def shows_long_text(plain: str, lexicon: Lexicon) -> bool:
    """Prose that is longer than an explanation: its sentences, which lists of names have none of, are weighed."""
    if len(plain) - sum(map(str.isspace, plain)) > ANY_LENGTH:
        return True
    head, ending = plain[: 2 * ANY_LENGTH], _build(lexicon)
    weights = [_weigh(piece) for piece in map(str.strip, _SENTENCE.split(head)) if _is_sentence(piece, ending)]
    if sum(weights) >= _LONG or (len(weights) >= _SENTENCES and sum(weights) >= _LONG_IN_SENTENCES):
        return True
    return any(_weigh(run) >= _LONG_UNBROKEN for run in _UNBROKEN.split(ADDRESS.sub(" ", head)))


def _is_sentence(piece: str, ending: re.Pattern[str]) -> bool:
    closed = piece.endswith((".", "!", "?")) and len(piece.split()) in _WORDS
    return closed or bool(ending.search(piece, max(0, len(piece) - _LOOK_BACK)))


def _weigh(text: str) -> float:
    latin = sum(map(str.isascii, text))
    return len(text) - latin + latin * _LATIN_SHARE


@lru_cache(maxsize=4)
def _build(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"[\u3041-\u309f]。$|{any_of(lexicon.sentence_endings, re.escape)}[!?]?$")
