"""What Slack would refuse, found without Slack: by its types, by its SDK's models, and by the rules neither knows.

Each `find_…` returns faults as sentences; none means that the payload is fit to send.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SCHEMAS = Path(__file__).parent / "schemas"
MOST_CHARACTERS = 13_000
MOST_TEXT = 40_000
MOST_IN_HOME = 250_000  # bytes of the whole view
OPTION_TEXT, OPTION_VALUE, BUTTON_VALUE = 75, 150, 2_000
FREE = ("text", "value", "initial_value", "private_metadata")  # any text will do here
FILE = re.compile("F[A-Z0-9]{8,}")
ALIVE = ("broadcast", "channel", "color", "date", "emoji", "link", "team", "user", "usergroup")  # of rich text
TICKS = ("checkboxes", "radio_buttons")

ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
FORMATTING = re.compile(r"[*_~`\n]|:\S+:")
# Turns, hides or ends what is read; U+200D and variation selectors only join, but nothing needs them here.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def find_message_faults(message: Mapping[str, Any]) -> list[str]:
    payload = {"text": message["text"], "blocks": message["blocks"]}
    faults = [*find_schema_faults("message", payload), *find_model_faults(message["blocks"])]
    faults += find_rule_faults(message["blocks"], 50)
    if not message["text"].strip():
        faults.append("no plain text")
    if len(message["text"]) > MOST_TEXT:
        faults.append("plain text too long")
    if sum(map(len_of, texts_in(message["blocks"]))) > MOST_CHARACTERS:
        faults.append("too many characters in all")
    return faults


def find_view_faults(view: Mapping[str, Any]) -> list[str]:
    faults = [*find_schema_faults("modal", view), *find_rule_faults(view["blocks"], 100)]
    try:
        View(**view).validate_json()
    except Exception as fault:  # whatever its models raise is a refusal
        faults.append(f"model: {fault}")
    if len(view.get("private_metadata", "")) > 3_000:
        faults.append("private_metadata too long")
    named = [name for name in ("title", "submit", "close") if name in view]
    faults += [f"{name} too long" for name in named if len_of(view[name]["text"]) > 24]
    return faults


def find_home_faults(view: Mapping[str, Any]) -> list[str]:
    faults = [*find_schema_faults("home", view), *find_model_faults(view["blocks"])]
    faults += find_rule_faults(view["blocks"], 100)
    if len(json.dumps(view)) > MOST_IN_HOME:
        faults.append("more than a home may weigh")
    return faults


# -- the three layers --------------------------------------------------------------------------------------------------


@cache
def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def find_schema_faults(name: str, payload: Mapping[str, Any]) -> list[str]:
    """Faults of the shape; the types say nothing of what stands in a text, so each shape is looked at once."""
    return list(_find_shape_faults(name, json.dumps(_to_shape(payload))))


@lru_cache(maxsize=10_000)
def _find_shape_faults(name: str, shape: str) -> tuple[str, ...]:
    errors = validator(name).iter_errors(json.loads(shape))
    return tuple(f"schema: {error.json_path} {error.message[:200]}" for error in errors)


def _to_shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: "x" if name in FREE and isinstance(one, str) else _to_shape(one) for name, one in value.items()}
    return list(map(_to_shape, value)) if isinstance(value, list | tuple) else value


def find_model_faults(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    faults = []
    for block in blocks:
        try:
            (parsed,) = Block.parse_all([dict(block)])
            parsed.validate_json()
        except Exception as fault:  # an unknown block makes its models stumble rather than complain
            faults.append(f"model: {type(fault).__name__} {fault}")
    return faults


def find_rule_faults(blocks: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Numbers, lengths and names that neither the types nor the models look at."""
    faults = [] if 0 < len(blocks) <= most else [f"{len(blocks)} blocks"]
    faults += find_repeated("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    faults += find_repeated("action_id", [one["action_id"] for one in objects_in(blocks) if "action_id" in one])
    for one in objects_in(blocks):
        faults += _find_object_faults(one)
    return faults


def find_repeated(name: str, values: Sequence[str]) -> list[str]:
    repeated = [f"{name} {value!r} stands twice" for value, count in Counter(values).items() if count > 1]
    return repeated + [f"{name} too long" for value in values if not 0 < len(value) <= 255]


def _find_object_faults(one: Mapping[str, Any]) -> Iterator[str]:
    kind = one.get("type")
    if kind in ("plain_text", "mrkdwn"):
        if not one["text"].strip(" \n*" if kind == "mrkdwn" else None):
            yield "empty text"
        if len_of(one["text"]) > 3_000:
            yield "text too long"
    if kind == "text" and not 0 < len_of(one["text"]) <= 3_000:
        yield "rich text that is empty or too long"
    if kind == "image" and not 0 < len_of(one["alt_text"]) <= 2_000:
        yield "a picture with nothing, or too much, to read aloud"
    if kind == "image" and not FILE.fullmatch(one["slack_file"]["id"]):
        yield "a picture that lies nowhere"
    if kind == "button" and (len_of(one["text"]["text"]) > OPTION_TEXT or len(one["value"]) > BUTTON_VALUE):
        yield "button too long"
    if kind == "plain_text_input" and len_of(one.get("initial_value", "")) > one["max_length"]:
        yield "more written beforehand than may be written"
    if kind == "actions" and len(one["elements"]) > 25:
        yield "too many elements"
    yield from _find_option_faults(one)


def _find_option_faults(one: Mapping[str, Any]) -> Iterator[str]:
    kind, options = one.get("type"), one.get("options", ())
    if kind in TICKS and not 0 < len(options) <= 10:
        yield f"{kind} with {len(options)} options"
    if len(options) > 100:
        yield "too much to choose from"
    yield from find_repeated("option", [option["value"] for option in options])
    for option in options:
        if len_of(option["text"]["text"]) > OPTION_TEXT or len(option["value"]) > OPTION_VALUE:
            yield f"option too long: {option}"
    begun = [*one.get("initial_options", ()), *([one["initial_option"]] if "initial_option" in one else [])]
    if ("initial_options" in one and not begun) or any(option not in options for option in begun):
        yield "chosen beforehand, but not among the options"


# -- what must stay inert ----------------------------------------------------------------------------------------------


def find_active(payload: Mapping[str, Any]) -> list[str]:
    """What could mention, link, format, turn or hide: in Slack's own markup, and in every text."""
    faults = []
    for one in objects_in(payload.get("blocks", ())):
        if one.get("type") == "mrkdwn":
            faults += [] if one.get("verbatim") is True else ["mrkdwn that Slack reads links and names from"]
            faults += find_markup(one["text"])
            faults += ["formatting inside bold text"] if FORMATTING.search(one["text"][1:-1]) else []
        if one.get("type") == "plain_text" and one.get("emoji") is not False:
            faults.append("plain text in which emoji names become pictures")
        if one.get("type") in ALIVE or (one.get("type") == "text" and "style" in one):
            faults.append("rich text that is more than text")
    faults += find_markup(payload.get("text", ""))
    faults += [f"hidden in {text[:40]!r}" for text in texts_in(payload) if HIDDEN.search(text)]
    return faults


def find_markup(text: str) -> list[str]:
    return [f"markup in {text[:80]!r}"] if "<" in text or ">" in text or ENTITY.search(text) else []


# -- walking a payload -------------------------------------------------------------------------------------------------


def objects_in(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from objects_in(one)


def texts_in(value: Any) -> Iterator[str]:
    """Every text a person reads in it."""
    for one in objects_in(value):
        yield from (one[name] for name in ("text", "initial_value", "alt_text") if isinstance(one.get(name), str))


def len_of(text: str) -> int:
    """Characters as Slack's clients count them, in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
