"""A line typed at the terminal, as an event body. Pure."""

import json

from bot.engine.lexicon import clean
from bot.events import Body, Said, Submitted

LONGEST = 40_000  # characters of one message; what is longer is cut before anything reads it


def to_body(line: str) -> Body:
    """Typed text, or a JSON object by field as the reply to a form."""
    if line.lstrip().startswith("{"):
        try:
            fields = json.loads(line)
        except ValueError:
            fields = None
        if isinstance(fields, dict):
            return Submitted({str(name): value for name, value in fields.items()})
    text, removed = clean(line[:LONGEST])
    return Said(text, removed)
