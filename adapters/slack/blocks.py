"""What Slack takes, as plain values: texts that stay inert, elements within its limits, blocks packed into messages.

Pure; knows Block Kit and nothing of prompts or interviews.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.engine.inert import make_inert

MOST_BLOCKS = 50  # of a message
MOST_VIEW_BLOCKS = 100  # of a modal
MOST_CHARACTERS = 12_000  # of all blocks of a message; Slack refuses somewhat above 13,000
MOST_IN_TEXT = 3_000  # of a section, and of a text typed into a modal
MOST_IN_LABEL = 2_000
MOST_IN_PLACEHOLDER = 150
MOST_IN_ALT = 2_000  # of what is read aloud of a picture
MOST_ON_BUTTON = 75  # and of an option
MOST_IN_VIEW_TITLE = 24
MOST_TICKS = 10  # checkboxes or radio buttons; more become a menu
MOST_IN_MENU = 100
ROW = 5  # buttons side by side

ELLIPSIS = "\u2026"
FORMATTING = re.compile(r"[*_~`\n]|:[^\s:]+:")  # what mrkdwn would turn into something else inside bold text

Block = dict[str, Any]
Message = dict[str, Any]


class Part(NamedTuple):
    """One block, and what it says as plain text; one of the two may be missing."""

    text: str
    block: Block | None = None


# -- texts -------------------------------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """The three characters by which Slack knows mentions, links and channels, as what they look like."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def measure(text: str) -> int:
    """Characters as Slack may count them at worst: escaped, and two for what lies beyond the basic plane."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">")) + sum(c > "\uffff" for c in text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis says where something is left out, after a whole word if one is near."""
    if measure(text) <= limit:
        return text
    kept = _head(text, limit - 1)
    at = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:at] if at > len(kept) * 2 // 3 else kept).rstrip() + ELLIPSIS


def _head(text: str, limit: int) -> str:
    """The longest beginning that counts no more than `limit`."""
    counted = 0
    for place, character in enumerate(text):
        counted += measure(character)
        if counted > limit:
            return text[:place]
    return text


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, parted where lines end; a line that is longer is parted anywhere."""
    piece = ""
    for line in text.split("\n"):
        rest = line
        if piece and measure(f"{piece}\n{rest}") > limit:
            yield piece
            piece = ""
        while measure(rest) > limit:
            head = _head(rest, limit)
            yield head
            rest = rest.removeprefix(head)
        piece = f"{piece}\n{rest}" if piece else rest
    yield piece


def plain(text: str, limit: int = MOST_IN_TEXT) -> Block:
    """A text object in which nothing is ever active; Slack takes none that is empty."""
    return {"type": "plain_text", "text": cut(make_inert(text).strip(), limit) or ELLIPSIS, "emoji": False}


def bold(text: str) -> Block:
    """A text object in bold, or plainly where a character of it would itself be taken for formatting."""
    shown = plain(text)["text"]
    if FORMATTING.search(shown):
        return plain(text)
    return {"type": "mrkdwn", "text": f"*{escape(cut(shown, MOST_IN_TEXT - 2))}*", "verbatim": True}


# -- elements ----------------------------------------------------------------------------------------------------------


def button(label: str, action: str, value: str, primary: bool = False) -> Block:
    made = {"type": "button", "text": plain(label, MOST_ON_BUTTON), "action_id": action, "value": value}
    return {**made, "style": "primary"} if primary else made


def actions(block: str, buttons: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block, "elements": list(buttons)}


def section(text: Block) -> Block:
    return {"type": "section", "text": text}


def preformatted(block: str, text: str) -> Block:
    """Text whose spaces and line ends stand as they are, in letters of one width; nothing in it is ever active."""
    said = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": block, "elements": [said]}


def picture(file: str, said: str) -> Block:
    """A picture that lies at Slack, with what is read aloud of it."""
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": cut(make_inert(said).strip(), MOST_IN_ALT) or ELLIPSIS,
    }


def context(texts: Iterable[str]) -> Block:
    return {"type": "context", "elements": [plain(text) for text in texts]}


def ask(block: str, label: str, element: Block, optional: bool = False) -> Block:
    """An input block: one thing to fill in under its label."""
    made: Block = {"type": "input", "block_id": block, "label": plain(label, MOST_IN_LABEL), "element": element}
    return made | ({"optional": True} if optional else {})


def choose(action: str, options: Sequence[tuple[str, str, bool]], several: bool) -> Block:
    """One or several of (value, label, chosen): to tick where they are few, else a menu."""
    made = [{"text": plain(label, MOST_ON_BUTTON), "value": value} for value, label, _ in options]
    chosen = [one for one, (_, _, is_chosen) in zip(made, options, strict=True) if is_chosen]
    few = len(made) <= MOST_TICKS
    if several:
        element: Block = {"type": "checkboxes" if few else "multi_static_select"}
        element |= {"initial_options": chosen} if chosen else {}
    else:
        element = {"type": "radio_buttons" if few else "static_select"}
        element |= {"initial_option": chosen[0]} if chosen else {}
    return {**element, "action_id": action, "options": made}


def write(action: str, longest: int, initial: str = "", placeholder: str = "") -> Block:
    """A line to type into; what would not fit as it stands is not put there beforehand."""
    made: Block = {"type": "plain_text_input", "action_id": action, "max_length": longest}
    begun = make_inert(initial).strip()
    made |= {"initial_value": begun} if begun and measure(begun) <= longest else {}
    return made | ({"placeholder": plain(placeholder, MOST_IN_PLACEHOLDER)} if placeholder else {})


# -- messages ----------------------------------------------------------------------------------------------------------


def say(text: str) -> Iterator[Part]:
    """Text of any length, a section for each piece."""
    pieces = map(str.strip, split(make_inert(text).strip(), MOST_IN_TEXT))
    yield from (Part(piece, section(plain(piece))) for piece in pieces if piece)


def pack(parts: Iterable[Part], preview: str = "") -> list[Message]:
    """Parts as messages, as many in each as Slack takes, with their plain text beside the blocks, or with `preview`
    where that may not show in a notification."""
    messages: list[list[Part]] = []
    weight = 0
    for part in parts:
        added = max(measure(part.text) + 1, weigh(part.block or {}))
        if not messages or len(messages[-1]) == MOST_BLOCKS or weight + added > MOST_CHARACTERS:
            messages.append([])
            weight = 0
        messages[-1].append(part)
        weight += added
    return [_message(one, preview) for one in messages]


def join(first: Message, second: Message) -> Message | None:
    """Two messages as one; None where that is more than Slack takes."""
    blocks = [*first["blocks"], *second["blocks"]]
    if not has_room(blocks):
        return None
    text = "\n".join(dict.fromkeys((first["text"], second["text"])))
    return {**first, "text": text, "blocks": blocks}


def has_room(blocks: Sequence[Block]) -> bool:
    """Whether one message holds all of them."""
    return len(blocks) <= MOST_BLOCKS and weigh(blocks) <= MOST_CHARACTERS


def weigh(value: Any) -> int:
    """The characters in a block, whatever they are for."""
    if isinstance(value, Mapping):
        return sum(map(weigh, value.values()))
    if isinstance(value, list):
        return sum(map(weigh, value))
    return measure(value) if isinstance(value, str) else 0


def _message(parts: Sequence[Part], preview: str) -> Message:
    text = make_inert(preview or "\n".join(part.text for part in parts if part.text))
    blocks = [part.block for part in parts if part.block]
    off = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": escape(text), "blocks": blocks, **off}
