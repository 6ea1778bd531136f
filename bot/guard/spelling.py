"""A text in the one spelling in which it is looked at, and the words of the lexicon as patterns over it.

Must not know what is looked for, or what a word is for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from bot.engine.marks import RUN

ANY_LENGTH = 10_000  # nobody types this much: whatever it is, it was copied
ADDRESS = re.compile(r"(?:https?|s?ftp|file|smb)://\S+")

# With gaps of at most eight blanks, this much holds ANY_LENGTH that are not blank: more decides nothing.
_ENOUGH = 100_000
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_GAP = re.compile(r"[^\S\n]{9,}|\n\s*\n")
_LONG_WORD = 8  # letters


def to_plain(text: str) -> str:
    """`text` in NFKC with short gaps and short runs of symbols, without invisible characters; bounded."""
    shown = _GAP.sub(lambda gap: "\n" if "\n" in gap[0] else " " * 8, _INVISIBLE.sub("", text))[:_ENOUGH]
    if not shown.isascii():
        shown = unicodedata.normalize("NFKC", RUN.sub(r"\1", shown))[:_ENOUGH]
    return "\n".join(shown.splitlines())


def fold(words: Iterable[str]) -> list[str]:
    return [unicodedata.normalize("NFKC", word).casefold().strip() for word in words]


def spell_loosely(word: str) -> str:
    """A Latin word stands by itself, or ends a name (dbPassword) when long; "api key" is also api_key and apikey."""
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() and word[0].isalpha() and len(word) < _LONG_WORD else ""
    after = r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalpha() else ""
    return before + re.escape(word).replace(r"\ ", "[ _-]?") + after


def any_of(words: Iterable[str], spell: Callable[[str], str] = spell_loosely) -> str:
    """A group that matches any of `words`, the longest first, and nothing at all when there are none."""
    plain = sorted({unicodedata.normalize("NFKC", word).strip() for word in words} - {""}, key=len, reverse=True)
    if not plain:
        return "(?!)"
    first = "".join({re.escape(letter) for word in plain for letter in (word[0].lower(), word[0].upper())})
    return f"(?=[{first}])(?:{'|'.join(map(spell, plain))})"  # one letter first: ten times faster
