"""Passwords, keys and tokens: known by their own shape, by the word before them, or by their randomness.

Must not know the other kinds, nor which system a credential opens.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from bot.guard.finding import Lexicon
from bot.guard.spelling import ADDRESS, any_of, fold

_KNOWN_SECRETS = re.compile(
    r"(?a)-----BEGIN [A-Z ]{0,40}PRIVATE KEY|(?<![A-Za-z0-9])A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])"
    r"|(?<![\w-])(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|[sr]k_live_|npm_|hf_|AIza|ya29\.)[\w-]{16}"
    r"|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8}|hooks\.slack\.com/services/T|://[^\s:/@]{1,64}:[^\s/@]{3,64}@"
    r"|(?i:(?<!\w)bearer\s{1,4}[\w.~+/-]{16})"
    r"|[?&;](?i:sig|token|access_token|api_?key|key|secret|password|pwd|accountkey|sharedaccesskey)=[^&;\s]{6}"
)
_TOKEN = re.compile(r"(?<![\w+/=\\.-])[\w+/=-]{20,}(?![.\\])", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-fA-F])(?:[0-9a-f]{32,}|[0-9A-F]{32,})")
_TURN = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_WORDLIKE = re.compile(r"[a-z]{4,}")
_OFTEN, _SELDOM = 0.33, 0.28  # shares of a random token: small, capital and digit change; small letters make a word
_MIXED = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?=[^0-9]*[0-9])|.*[!#$%^&*?~;=]|.*\w@\w*$", re.ASCII)
_ELSEWHERE = re.compile(  # a date, a figure, an address, a path, a file: since when or where, not the value itself
    r"[0-9]{1,4}([-/.:][0-9]{1,2})+|[0-9.,]+%?|[^@]+@[^@]+\.[a-z]{2,}|[a-z]+://.*|[A-Za-z]:?[\\/].*|\\\\.*"
    r"|.*\.[A-Za-z]{2,5}"
)
_SHORTEST_VALUE, _SHORTEST_MIXED, _LOOK_BACK = 4, 6, 20  # characters


class _Shapes(NamedTuple):
    """What is made of one lexicon."""

    word: re.Pattern[str]
    follows: re.Pattern[str]  # what may come after a credential word: a link or a gap, then a value
    closes: re.Pattern[str]  # what may come after a value that ends its statement
    not_values: frozenset[str]
    fingerprint: re.Pattern[str]


def shows_credential(plain: str, lexicon: Lexicon) -> bool:
    shapes = _build(lexicon)
    if _KNOWN_SECRETS.search(plain):
        return True
    for word in shapes.word.finditer(plain):
        found = shapes.follows.match(plain, word.end())
        if found and _is_value(found, plain, shapes):
            return True
    local = ADDRESS.sub(" ", plain)  # the long name of a shared folder is a place
    tokens = (token.start() for token in _TOKEN.finditer(local) if _is_random(token[0]))
    return any(not shapes.fingerprint.search(local, max(0, start - _LOOK_BACK), start) for start in tokens)


def _is_value(found: re.Match[str], plain: str, shapes: _Shapes) -> bool:
    """Whether what follows a credential word is its value; the looser the link, the more it must look like one."""
    value = found["value"].rstrip(".,;:/)]}>\"'")
    if len(value) < _SHORTEST_VALUE or value.casefold() in shapes.not_values:
        return False
    closes = value != found["value"] or bool(shapes.closes.match(plain, found.end()))
    if value.isdecimal():
        return closes
    if _ELSEWHERE.fullmatch(value):
        return False
    mixed = bool(_MIXED.match(value))
    if found["strong"]:
        return mixed or closes or bool(found["quote"])
    if found["weak"]:  # a Latin word in a Japanese sentence is a value more often than an English one after "is"
        return (mixed and len(value) >= _SHORTEST_MIXED) or (closes and not found["weak"].isascii())
    return mixed and closes and len(value) >= _SHORTEST_MIXED


def _is_random(token: str) -> bool:
    core = token.strip("=-_/+")
    if _UUID.fullmatch(core) or core.isalpha():
        return False
    turns, in_words = len(_TURN.findall(core)), sum(map(len, _WORDLIKE.findall(core)))
    return bool(_HEX.fullmatch(core)) or (turns > _OFTEN * len(core) and in_words < _SELDOM * len(core))


@lru_cache(maxsize=4)
def _build(lexicon: Lexicon) -> _Shapes:
    ends = any_of(lexicon.sentence_endings, re.escape)
    return _Shapes(
        word=re.compile(any_of(lexicon.credential_words), re.IGNORECASE),
        follows=re.compile(
            r"(?:[_-][A-Za-z]{1,20}){0,3}[\"')\]」』]?(?: ?\([^()\n]{0,20}\))?(?:(?P<strong>\s{0,5}[:=]{1,2}>?\s{0,5})"
            rf"|(?P<weak>\s{{0,5}}{any_of(lexicon.links)}\s{{0,5}})|[ \t\n]{{1,5}}|(?=[\"「『]))"
            r"(?P<quote>[\"'「『<])?(?P<value>[!-~]{1,200}|[^\s!-~]{1,12}[0-9]{3,8}(?!\S))",
            re.IGNORECASE,
        ),
        closes=re.compile(rf"[ \t]*(?:$|[\n。、」』)/]|{ends}[。!]?(?:\n|$))"),
        not_values=frozenset(fold(lexicon.not_values)),
        fingerprint=re.compile(rf"{any_of(lexicon.fingerprint_words)}\W{{0,5}}$", re.IGNORECASE),
    )
