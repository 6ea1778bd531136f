"""The order of looking, the most harmful kind first. Must not know how any kind is recognised."""

from collections.abc import Iterator

from bot.guard.code import shows_code
from bot.guard.credentials import shows_credential
from bot.guard.finding import Finding, Kind, Lexicon
from bot.guard.numbers import shows_personal_number
from bot.guard.prose import shows_long_text
from bot.guard.rows import shows_rows
from bot.guard.spelling import to_plain


def inspect(text: str, lexicon: Lexicon) -> Finding | None:
    """What `text` looks like when it is content rather than a name or an explanation, else None.

    The most harmful kind wins. Full-width and invisible characters make no difference. Total: takes any string, also
    with lone surrogates; linear in its length, and bounded however long it is.
    """
    kind = next((kind for kind, shows in _look(to_plain(text), lexicon) if shows), None)
    return Finding(kind, sum(not line.isspace() for line in text.splitlines() if line), len(text)) if kind else None


def _look(plain: str, lexicon: Lexicon) -> Iterator[tuple[Kind, bool]]:
    yield "credential", shows_credential(plain, lexicon)
    yield "personal_number", shows_personal_number(plain, lexicon)
    yield "code", shows_code(plain)
    yield "rows", shows_rows(plain, lexicon)
    yield "long_text", shows_long_text(plain, lexicon)
