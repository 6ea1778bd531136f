"""Reads the parts of a payload, whatever they are: each reader takes any JSON at all and gives what it is named for, or
nothing. Pure; knows no platform, only how much of anything a chat sends is looked at.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.engine.lexicon import clean

LONGEST = 40_000  # characters of one text; what is longer is cut before anything reads it
MOST_PARTS = 100  # values of one field, fields of one form
LONGEST_ID = 255  # of a chat's ids
LONGEST_KEY = 200  # as the inbox has it
LONGEST_TOKEN = 3_000  # of what a button or a form carries of ours

Json = Mapping[str, Any]


def to_object(value: Any) -> Json:
    """Empty for anything else."""
    return value if isinstance(value, dict) else {}


def to_list(value: Any) -> list[Any]:
    """Empty for anything else."""
    return value if isinstance(value, list) else []


def to_text(value: Any) -> str:
    """Cut where it is too long, empty for anything else."""
    return value[:LONGEST] if isinstance(value, str) else ""


def to_id(value: Any) -> str:
    """An id, an address or a time: short, printable ASCII without spaces; anything else is none."""
    fits = isinstance(value, str) and len(value) <= LONGEST_ID and value.isascii() and value.isprintable()
    return value if fits and " " not in value else ""


def to_clean(text: str) -> tuple[str, int]:
    """What was typed without its invisible characters, and how many those were."""
    return clean(text[:LONGEST])


def to_digest(text: str, length: int) -> str:
    """So many hexadecimal digits that stand for a text of any length."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
