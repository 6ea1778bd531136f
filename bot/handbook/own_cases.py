"""A case of the company's own, as it may be told in-house: kinds of things, no names, no numbers, no days.

Pure. `told` is the file of content/catalogue about cases, `measures` the entries of that about measures.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.model import Text, Value

OWN = "own"  # the status of such a case among what people are told
TOPIC = "reporting"
LANGUAGES = ("ja", "en")

Told = Mapping[str, Any]
Fill = Callable[[str, Mapping[str, Value], str], str]  # a text, what its places take, the language


def tell_draft(told: Told, measures: Told, draft: Told) -> dict[str, Any]:
    """What a sentence that tells it takes: which, and by places."""
    mover = draft.get("mover")
    who = told["leakers"][mover]["name"] if mover in told["leakers"] else {"message": "mover_unknown"}
    signs = [told["signs"][one]["short"] for one in draft.get("signs") or () if one in told["signs"]]
    failed = [measures[one]["short"] for one in draft.get("measures") or () if one in measures]
    return {
        "message": "told_with_measures" if failed else "told",
        "value": who,
        "other": signs or {"message": "signs_none"},
        "failed": failed,
        "lesson": draft.get("lesson") or "",
    }


def to_entry(told: Told, measures: Told, draft: Told, texts: Mapping[str, Text], fill: Fill) -> dict[str, Any]:
    """The same as an entry of content/awareness/cases.yaml. `texts` are what tells it, and own_title and own_today."""
    spoken = tell_draft(told, measures, draft)
    mover = draft.get("mover")
    return {
        "title": _to_plain(texts["own_title"]),
        "story": {one: fill(texts[spoken["message"]].of(one), spoken, one) for one in LANGUAGES},
        "resembles": dict.fromkeys(LANGUAGES, ""),
        "today": _to_plain(texts["own_today"]),
        "handles": list(draft.get("forms") or ()),
        "topic": TOPIC,
        "leakers": [mover] if mover in told["leakers"] else [],
        "status": OWN,
        "source": [],
    }


def add_entries(parsed: Told, entries: Mapping[str, Told]) -> dict[str, Any]:
    """The files of content/awareness with these among the cases, the latest first."""
    cases = parsed["cases"]
    return {**parsed, "cases": {**cases, "cases": {**entries, **cases["cases"]}}}


def _to_plain(text: Text) -> dict[str, str]:
    return {one: text.of(one) for one in LANGUAGES}
