"""What the guard says and what it is told: a finding, and the words it needs.

Values only; must not know how anything is recognised.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["rows", "code", "credential", "personal_number", "long_text"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text looks like and its size as typed: lines that are not blank, and characters. Never a piece of it."""

    kind: Kind
    lines: int
    characters: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `content/shared/guard.yaml`, both languages together; each list is explained there."""

    credential_words: tuple[str, ...]
    personal_number_words: tuple[str, ...]
    units: tuple[str, ...]
    currencies: tuple[str, ...]
    links: tuple[str, ...]
    not_values: tuple[str, ...]
    fingerprint_words: tuple[str, ...]
    sentence_endings: tuple[str, ...]
