"""A line typed at the terminal, as an event body. Pure."""

import json
from typing import Any

from bot.engine.lexicon import clean
from bot.events import Body, Said, Submitted

LONGEST = 40_000  # characters of one message; what is longer is cut before anything reads it
MOST_PARTS = 100  # values of one field


def to_body(line: str) -> Body:
    """Typed text, or a JSON object by field as the reply to a form."""
    if line.lstrip().startswith("{"):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):  # not JSON, or nested beyond all reason: then it is text
            fields = None
        if isinstance(fields, dict):
            return Submitted({str(name): _clean(value) for name, value in fields.items()})
    text, removed = clean(line[:LONGEST])
    return Said(text, removed)


def _clean(value: Any) -> Any:
    """Texts of a form cleaned like typed ones; a list keeps its shape, anything else is written out."""
    if isinstance(value, list):
        return [_clean(part) for part in value[:MOST_PARTS]]
    return value if value is None or isinstance(value, bool) else clean(str(value)[:LONGEST])[0]
