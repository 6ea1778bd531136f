"""What Teams takes, as plain values: texts that stay inert, elements of Adaptive Cards 1.5, activities within its size.

Pure; knows cards and nothing of prompts or interviews. Whatever a person wrote stands in a run of text, which knows no
mark-up, or in the title of a choice, which does; there what could be mark-up is written with its wide twin.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.engine.inert import make_inert

VERSION = "1.5"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
CARD = "application/vnd.microsoft.card.adaptive"
MOST_BYTES = 28 * 1024  # of one activity in UTF-16; Teams takes about 100 KB, some of its ways only this
MOST_IN_TEXT = 6_000  # characters of a message that is text alone, each of them two units at worst
MOST_IN_LINE = 300  # of a choice, a label, a line of a list
MOST_ON_BUTTON = 75
MOST_IN_SUMMARY = 200  # of what a notification shows
ROW = 6  # buttons side by side; Teams shows no more in one set
MOST_TICKS = 10  # choices to be seen at once; more become a menu
MOST_IN_MENU = 100

FIELD, SEVERAL, OWN, KEEP = "field", "several", "own", "keep"  # how the inputs of a form are named: `<kind>:<field>`
ELLIPSIS = "\u2026"
MARKUP = str.maketrans("*_`~[]<>", "\uff0a\uff3f\uff40\uff5e\uff3b\uff3d\uff1c\uff1e")
LIST = re.compile(r"^(\s*)([-+#]|\d+\.)(?=\s)", re.MULTILINE)
TEMPLATE = re.compile(r"\{(?=\{)")  # {{DATE(…)}} would be replaced

Element = dict[str, Any]
Activity = dict[str, Any]


# -- texts -------------------------------------------------------------------------------------------------------------


def settle(text: str, limit: int = MOST_IN_TEXT) -> str:
    """Inert, and at most so many characters; an ellipsis says where something is left out."""
    shown = TEMPLATE.sub("{ ", make_inert(text)).strip()
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + ELLIPSIS


def flatten(text: str, limit: int = MOST_IN_LINE) -> str:
    """One line, in which nothing could be taken for mark-up."""
    plain = " ".join(settle(text, limit).split()).translate(MARKUP)
    return LIST.sub(lambda one: one[0].replace("-", "\uff0d").replace("+", "\uff0b").replace("#", "\uff03"), plain) or (
        ELLIPSIS
    )


def encode_choice(value: str) -> str:
    """A value that may stand among others, parted by commas."""
    return value.replace("%", "%25").replace(",", "%2C")


def decode_choice(value: str) -> str:
    """The value again."""
    return value.replace("%2C", ",").replace("%25", "%")


# -- elements ----------------------------------------------------------------------------------------------------------


def say(text: str, **style: Any) -> Iterator[Element]:
    """Text of any length, a block for each line: a run knows no line breaks on every client."""
    spacing = "Default"
    for line in settle(text).split("\n"):
        if line.strip():
            run = {"type": "TextRun", "text": line.rstrip(), **style}
            yield {"type": "RichTextBlock", "inlines": [run], "spacing": spacing}
        spacing = "None" if line.strip() else "Medium"


def bold(text: str) -> Iterator[Element]:
    """What is asked."""
    yield from say(text, weight="Bolder")


def small(text: str) -> Iterator[Element]:
    """What stands beside."""
    yield from say(text, size="Small", isSubtle=True)


def press(title: str, data: Mapping[str, Any], primary: bool = False, takes_inputs: bool = False) -> Element:
    """A button by which the card changes at once; to a client that does not know such, one that sends a message."""
    made: Element = {"title": flatten(title, MOST_ON_BUTTON), "data": dict(data)}
    made |= {"style": "positive"} if primary else {}
    made |= {"associatedInputs": "auto" if takes_inputs else "none"}
    fallback = {"type": "Action.Submit", **made}
    return {"type": "Action.Execute", "verb": data["means"], **made, "fallback": fallback}


def submit(title: str, data: Mapping[str, Any], takes_inputs: bool = False) -> Element:
    """A button that sends a message and leaves the card as it is."""
    made = {"type": "Action.Submit", "title": flatten(title, MOST_ON_BUTTON), "data": dict(data)}
    return {**made, "associatedInputs": "auto" if takes_inputs else "none"}


def rows(buttons: Sequence[Element]) -> Iterator[Element]:
    """Buttons in sets, as many in each as Teams shows."""
    for start in range(0, len(buttons), ROW):
        yield {"type": "ActionSet", "actions": list(buttons[start : start + ROW])}


def beside(text: str, button: Element) -> Element:
    """A text and a button in one line."""
    told = {"type": "Column", "width": "stretch", "items": list(say(text)), "verticalContentAlignment": "Center"}
    return {"type": "ColumnSet", "columns": [told, {"type": "Column", "width": "auto", "items": list(rows([button]))}]}


def choose(
    name: str, label: str, options: Sequence[tuple[str, str, bool]], several: bool = False, required: str = ""
) -> Element:
    """One or several of (value, title, chosen): to tick where they are few, else a menu; `required` says what is
    missing where nothing is chosen."""
    chosen = [encode_choice(value) for value, _, is_chosen in options if is_chosen]
    made: Element = {
        "type": "Input.ChoiceSet",
        "id": f"{SEVERAL if several else FIELD}:{name}",
        "label": flatten(label),
        "style": "expanded" if len(options) <= MOST_TICKS else "compact",
        "isMultiSelect": several,
        "wrap": True,
        "choices": [{"title": flatten(title), "value": encode_choice(value)} for value, title, _ in options],
    }
    made |= {"value": ",".join(chosen if several else chosen[:1])} if chosen else {}
    return made | ({"isRequired": True, "errorMessage": required} if required else {})


def write(name: str, label: str, longest: int, initial: str = "", placeholder: str = "") -> Element:
    """A line to type into; `name` with its kind."""
    made: Element = {"type": "Input.Text", "id": name, "label": flatten(label), "maxLength": longest}
    begun = settle(initial, longest)
    made |= {"value": begun} if begun and begun == make_inert(initial).strip() else {}
    return made | ({"placeholder": flatten(placeholder)} if placeholder else {})


def pick_day(name: str, label: str, initial: str = "", required: str = "") -> Element:
    """A day of the calendar."""
    made: Element = {"type": "Input.Date", "id": f"{FIELD}:{name}", "label": flatten(label)}
    made |= {"value": initial} if initial else {}
    return made | ({"isRequired": True, "errorMessage": required} if required else {})


# A cell with nothing in it is left out by clients, and every other one of its row moves up.
EMPTY: Element = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "\u00a0"}]}


def lay_out(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:
    """A table; the first cell of each row says what it is about, as the first row does of the columns."""
    widths = [{"width": 2}, *({"width": 1} for _ in columns)]
    told = [_to_row(["", *columns], True), *(_to_row(row) for row in rows)]
    return {"type": "Table", "columns": widths, "rows": told, "showGridLines": True}


def _to_row(cells: Sequence[str], is_head: bool = False) -> Element:
    style = {"weight": "Bolder"} if is_head else {}
    told = [list(say(cell, **style)) or [EMPTY] for cell in cells]
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": items} for items in told]}


# -- activities --------------------------------------------------------------------------------------------------------


def to_card(body: Iterable[Element], fallback: str) -> Element:
    """A whole card; `fallback` is what a client reads that shows none."""
    told = settle(fallback, MOST_IN_TEXT) or ELLIPSIS
    card = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": list(body) or list(say(ELLIPSIS))}
    return {**card, "fallbackText": told, "msteams": {"width": "Full"}}


def to_message(card: Element, summary: str) -> Activity:
    """A message that is this card."""
    told = " ".join(settle(summary, MOST_IN_SUMMARY).split()) or ELLIPSIS
    return {"type": "message", "summary": told, "attachments": [{"contentType": CARD, "content": card}]}


def to_texts(text: str) -> list[Activity]:
    """Messages of plain text, as many as it takes; nothing where there is nothing to read."""
    shown = make_inert(text).strip()
    return [{"type": "message", "text": piece, "textFormat": "plain"} for piece in _split(shown) if piece.strip()]


def _split(text: str) -> Iterator[str]:
    """Pieces parted where lines end; a line that is longer is parted anywhere."""
    piece = ""
    for line in text.split("\n"):
        rest = line
        if piece and len(piece) + len(rest) >= MOST_IN_TEXT:
            yield piece
            piece = ""
        while len(rest) > MOST_IN_TEXT:
            yield rest[:MOST_IN_TEXT]
            rest = rest[MOST_IN_TEXT:]
        piece = f"{piece}\n{rest}" if piece else rest
    yield piece


def join(first: Activity, second: Activity) -> Activity | None:
    """Two messages of text as one; None where that is more than one, or where one is a card."""
    if "text" not in first or "text" not in second or len(first["text"]) + len(second["text"]) >= MOST_IN_TEXT:
        return None
    return {**first, "text": f"{first['text']}\n\n{second['text']}"}


def measure(activity: Mapping[str, Any]) -> int:
    """Bytes of an activity as Teams counts them, in UTF-16."""
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def fits(activity: Mapping[str, Any]) -> bool:
    """Whether Teams takes it on all its ways."""
    return measure(activity) <= MOST_BYTES
