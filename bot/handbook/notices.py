"""Drafts of what is written after a leak, filled from the facts of a case, with what is still missing.

Pure. The texts are content; nothing is guessed, and what is not known says so in its place.
"""

import re
from collections.abc import Mapping
from functools import partial, reduce
from typing import Any, NamedTuple

from bot.engine.words import PLACE, places
from bot.handbook.incident import list_doubts

Told = Mapping[str, Any]  # content/documents/notices.yaml as parsed


class Draft(NamedTuple):
    """One notice in one language.

    `missing` are facts that must be known before it goes out, `open` those that may follow; both in the order of the
    text. `note` belongs beside it, not into it. `unverified` is why a lawyer should confirm it.
    """

    id: str
    title: str
    text: str
    note: str
    missing: tuple[str, ...]
    open: tuple[str, ...]
    unverified: tuple[str, ...]


def draft(told: Told, name: str, facts: Mapping[str, Any], language: str) -> Draft:
    """The notice of this id. A fact is a text, a text in both languages ({ja, en}), a number, or a list of these;
    missing where it is None or empty. Raises KeyError where there is no such notice."""
    notice = told["notices"][name]
    lacking = [place for place in dict.fromkeys(places(notice["text"][language])) if not _has(facts.get(place))]
    may = set(notice.get("may_stay_open") or ())

    def put(found: re.Match[str]) -> str:
        place = found.group(1)
        if place in lacking:
            return str(told["open" if place in may else "unknown"][language])
        return _write(told, facts[place], language)

    return Draft(
        id=name,
        title=notice["name"][language],
        text=PLACE.sub(put, notice["text"][language]),
        note=told["note"][language],
        missing=tuple(place for place in lacking if place not in may),
        open=tuple(place for place in lacking if place in may),
        unverified=list_doubts(notice),
    )


def find_notice(told: Told, clock: str) -> str | None:
    """The notice by which a deadline is met, where there is a draft of it."""
    return next((name for name, one in told["notices"].items() if one.get("clock") == clock), None)


def list_missing(told: Told, names: tuple[str, ...], language: str) -> list[str]:
    """What is missing, as a person calls it."""
    return [told["facts"][name]["name"][language] for name in names]


def _has(value: Any) -> bool:
    return value == 0 or bool(value.strip() if isinstance(value, str) else value)


def _write(told: Told, value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return reduce(partial(_join, told["joiner"][language]), [_write(told, one, language) for one in value])
    return str(value[language] if isinstance(value, Mapping) else value)


def _join(pattern: str, left: str, right: str) -> str:
    return PLACE.sub(lambda found: {"left": left, "right": right}[found.group(1)], pattern)
