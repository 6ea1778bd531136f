"""What Teams would refuse or act upon, found without Teams: by the cards' own schema and the rules it does not know.

Each `find_…` returns faults as sentences; none means that the activity is fit to send.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

from adapters.teams.cards import CARD, MOST_BYTES, measure
from tests.contracts.block_kit import HIDDEN, find_repeated, objects_in

SCHEMA = Path(__file__).parent / "schemas" / "adaptive-card-1.5.schema.json"
OF_TEAMS = ("msteams",)  # beside the cards' own
FREE = ("text", "title", "label", "value", "placeholder", "fallbackText", "errorMessage")  # any text will do here
MOST_ACTIONS = 6
MARKUP = re.compile(r"[*_`~\[\]]|^\s*([-+#]|\d+\.)\s", re.MULTILINE)
TEMPLATE = re.compile(r"\{\{")


def find_faults(activity: Mapping[str, Any]) -> list[str]:
    """Everything wrong with one message."""
    faults = [] if measure(activity) <= MOST_BYTES else [f"{measure(activity)} bytes"]
    if "text" in activity:
        return [*faults, *find_text_faults(activity)]
    for attachment in activity["attachments"]:
        card = attachment["content"]
        faults += [] if attachment["contentType"] == CARD else ["no card"]
        faults += [*find_schema_faults(card), *find_rule_faults(card), *find_active(card)]
    return faults + ([] if activity["summary"].strip() else ["nothing for a notification"])


def find_text_faults(activity: Mapping[str, Any]) -> list[str]:
    plain = activity.get("textFormat") == "plain" and activity["text"].strip()
    return [*([] if plain else ["not plain text"]), *(["hidden"] if HIDDEN.search(activity["text"]) else [])]


@cache
def validator() -> Draft6Validator:
    return Draft6Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def find_schema_faults(card: Mapping[str, Any]) -> list[str]:
    """Faults of the shape; it says nothing of what stands in a text, so each shape is looked at once."""
    return list(_find_shape_faults(json.dumps(_to_shape({k: v for k, v in card.items() if k not in OF_TEAMS}))))


@lru_cache(maxsize=10_000)
def _find_shape_faults(shape: str) -> tuple[str, ...]:
    return tuple(
        f"schema: {error.json_path} {error.message[:200]}" for error in validator().iter_errors(json.loads(shape))
    )


def _to_shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        named = {name: "x" if name in FREE and isinstance(one, str) else _to_shape(one) for name, one in value.items()}
        return {**named, **({"data": {}} if "data" in named else {})}
    return list(map(_to_shape, value)) if isinstance(value, list | tuple) else value


def find_rule_faults(card: Mapping[str, Any]) -> Iterator[str]:
    """Numbers and names that the schema does not look at."""
    inputs = [one for one in objects_in(card) if str(one.get("type", "")).startswith("Input.")]
    yield from find_repeated("input", [one["id"] for one in inputs])
    if not card["body"] or not card["fallbackText"].strip() or card["version"] != "1.5":
        yield "no body, no text, or another version"
    for one in objects_in(card):
        if len(one.get("actions", ())) > MOST_ACTIONS:
            yield f"{len(one['actions'])} buttons side by side"
        if one.get("type") == "Action.Execute":
            yield from _find_press_faults(one)
        if one.get("type") == "Input.ChoiceSet":
            yield from _find_choice_faults(one)


def _find_press_faults(one: Mapping[str, Any]) -> Iterator[str]:
    told = one.get("fallback") or {}
    if told.get("type") != "Action.Submit" or any(told.get(name) != one[name] for name in ("title", "data")):
        yield "a button that old clients do not have"
    if not one["title"].strip() or not one["data"].get("token") or one["verb"] != one["data"]["means"]:
        yield "a button that says or means nothing"


def _find_choice_faults(one: Mapping[str, Any]) -> Iterator[str]:
    values = [choice["value"] for choice in one["choices"]]
    chosen = one["value"].split(",") if one.get("value") else []
    yield from find_repeated("choice", values)
    if not set(chosen) <= set(values) or (len(chosen) > 1 and not one["isMultiSelect"]):
        yield "chosen beforehand, but not to be chosen"
    if any("," in value for value in values):
        yield "a value that is two"
    if one.get("isRequired") and not one.get("errorMessage", "").strip():
        yield "no sentence for what is missing"


def find_active(card: Mapping[str, Any]) -> Iterator[str]:
    """What could format, link, be replaced, turn or hide."""
    for one in objects_in(card):
        if one.get("type") == "TextBlock":
            yield "a text that knows mark-up"
        if "value" in one and "title" in one and MARKUP.search(one["title"]):
            yield f"mark-up in {one['title'][:60]!r}"
        for name in ("text", "title", "label", "placeholder", "fallbackText", "errorMessage"):
            text = one.get(name)
            if isinstance(text, str) and (HIDDEN.search(text) or TEMPLATE.search(text)):
                yield f"hidden or replaced in {text[:40]!r}"
