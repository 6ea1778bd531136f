"""What is shown, as Block Kit messages and modals, each message with the whole of it in plain text beside. Pure.

What the payload says, for whoever reads it back: buttons carry the token and, on a line of its own, what they mean:
`choose:<n>` the choice of that id, `move:<n>` the universal move of that name, `open:<n>` the modal, `send:<n>` the
fields as they stand in the message. Fields lie in blocks `field:<id>` (`field:answer` where the question is no form),
words added to one in `own:<id>`. A field whose action is `keep:<n>` keeps its proposal when it is left empty; one with
`value:<n>` is then not known.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from adapters.slack.blocks import (
    MOST_IN_MENU,
    MOST_IN_TEXT,
    MOST_IN_VIEW_TITLE,
    MOST_VIEW_BLOCKS,
    ROW,
    Block,
    Message,
    Part,
    actions,
    ask,
    bold,
    button,
    choose,
    context,
    cut,
    has_room,
    pack,
    picture,
    plain,
    preformatted,
    say,
    section,
    split,
    write,
)
from adapters.slack.home import to_told
from bot.documents.columns import to_lines
from bot.engine.inert import make_inert
from bot.engine.lexicon import Shared
from bot.layout import MARK, keeps_proposal, list_fields, list_notes, list_own_words, mark, number
from bot.prompts import ANSWER, Choice, Field, Notice, Prompt, Shown, Told, list_rows

MOST_BUTTONS = 9  # more choices become a menu
MOST_IN_LINE = 300  # characters of a choice among others, in plain text
WIDTH = 72  # of a table, in letters of one width; a wider one is written as lists
MOST_CLOSED = 8_000  # characters of an answered card's question, so that its answer fits the same message
TABLE = "table:1"  # the block where a table begins
GAP = "   "
PLACE = re.compile(r"\{(\w+)\}")

Token = Callable[[Prompt], str]


class Card(NamedTuple):
    """One prompt on its way to Slack, with the product's words and the token its buttons carry."""

    prompt: Prompt
    shared: Shared
    token: str

    def words(self, name: str, **values: object) -> str:
        text = self.shared.formats[name].of(self.prompt.language)
        return PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)

    def button(self, label: str, action: str, meaning: str = "", primary: bool = False) -> Block:
        return button(label, action, f"{self.token}\n{meaning}", primary)


# -- messages ----------------------------------------------------------------------------------------------------------


def to_messages(shown: Sequence[Shown | Told], shared: Shared, token: Token) -> list[Message]:
    """Arguments of chat.postMessage: notices in a row are one message, a question is one of its own, and so is a table
    with what introduces it, which stays as it is when the question is answered."""
    messages: list[Message] = []
    told: list[Part] = []
    preview = ""
    for one in shown:
        if isinstance(one, Notice):
            told += say(one.text)
            preview = preview or one.preview
        elif isinstance(one, Prompt | Told):
            own = [to_told(one, shared)] if isinstance(one, Told) else _write(one, shared, token)
            messages += [*pack(told, preview), *own]
            told, preview = [], ""
    return messages + pack(told, preview)


def _write(prompt: Prompt, shared: Shared, token: Token) -> list[Message]:
    card = Card(prompt, shared, token(prompt))
    return [one for parts in (_write_table(card), _write_prompt(card)) for one in pack(parts, prompt.preview)]


def to_standing(prompt: Prompt) -> str:
    """What of a question stays readable once it is answered."""
    body = "" if prompt.table else prompt.body
    return "\n".join(filter(None, [body, _list_lines(prompt), prompt.title]))


def _list_lines(prompt: Prompt) -> str:
    return "\n".join(f"{place} {line.label}{GAP}{line.note}".rstrip() for place, line in enumerate(prompt.lines, 1))


def to_closed(prompt_text: str, answer: str | None, shared: Shared, language: str) -> Message:
    """A card that is over: the question, its answer if there is one, and nothing left to press."""
    parts = [*say(cut(make_inert(prompt_text), MOST_CLOSED))]
    if answer is not None:
        told = PLACE.sub(lambda _: answer, shared.formats["chat_closed"].of(language))
        said = cut(make_inert(told), MOST_IN_TEXT - 2)
        parts.append(Part(said, section(bold(said))))
    closed = pack(parts)[0]
    return {name: closed[name] for name in ("text", "blocks", "parse", "link_names")}


def _write_prompt(card: Card) -> Iterator[Part]:
    yield from _write_above(card.prompt)
    yield from _write_question(card)
    yield _write_foot(card)


def _write_above(prompt: Prompt) -> Iterator[Part]:
    yield from () if prompt.table else say(prompt.body)
    yield from say(_list_lines(prompt))


def _write_table(card: Card) -> Iterator[Part]:
    """What introduces a table, the table, and the same in a sentence."""
    table = card.prompt.table
    if table is None:
        return
    yield from say(card.prompt.body)
    if table.title:
        yield _bold(table.title)
    pieces = split(make_inert("\n".join(to_lines(table, WIDTH))), MOST_IN_TEXT)
    for place, piece in enumerate(filter(str.strip, pieces), 1):
        yield Part(piece, preformatted(f"table:{place}", piece))
    yield from say(card.words("table_spoken", value=table.spoken))


def holds_table(message: Message) -> bool:
    return any(block.get("block_id") == TABLE for block in message["blocks"])


def show_picture(message: Message, file: str, prompt: Prompt) -> Message:
    """The message with a picture above its table, where it has room for one; `file` is the picture's id at Slack."""
    table, blocks = prompt.table, message["blocks"]
    if table is None or not holds_table(message):
        return message
    at = next(place for place, block in enumerate(blocks) if block.get("block_id") == TABLE)
    shown = picture(file, "\n".join(filter(None, [table.title, table.spoken])))
    pictured = [*blocks[:at], shown, *blocks[at:]]
    return {**message, "blocks": pictured} if has_room(pictured) else message


def _write_question(card: Card) -> Iterator[Part]:
    prompt = card.prompt
    if prompt.kind == "form":
        yield from _write_form(card)
    elif prompt.choices and len(prompt.choices) <= MOST_IN_MENU:
        yield from _write_ticks(card) if _is_filled_in(prompt) else _write_buttons(card)
    else:
        yield _bold(prompt.title)
        yield from say("\n".join(_number(prompt.choices, prompt.kind)))
        yield from _write_row("moves", [], card)


def _bold(text: str) -> Part:
    return Part(cut(make_inert(text), MOST_IN_TEXT), section(bold(text)))


def _is_filled_in(prompt: Prompt) -> bool:
    """Whether the choices are ticked or picked and then sent, rather than pressed."""
    return bool(prompt.choices) and (prompt.kind == "several_of" or len(prompt.choices) > MOST_BUTTONS)


def _write_buttons(card: Card) -> Iterator[Part]:
    """The choices in rows; a row of their own for the moves offered, unless it is one that finds room."""
    choices = card.prompt.choices
    labels = _number(choices, card.prompt.kind)
    yield _bold(card.prompt.title)
    for start in range(0, len(choices), ROW):
        row = list(enumerate(choices[start : start + ROW], start + 1))
        pressed = [card.button(mark(one), f"choose:{place}", one.id) for place, one in row]
        is_last = start + ROW >= len(choices)
        if is_last and len(card.prompt.offers) == 1 and len(pressed) < ROW:
            pressed += _offer(card)
        yield Part("\n".join(labels[start : start + ROW]), actions(f"choose:{start + 1}", pressed))
    if len(card.prompt.offers) > 1 or (card.prompt.offers and len(choices) % ROW == 0):
        yield from _write_row("moves", [], card)


def _offer(card: Card) -> list[Block]:
    offers = enumerate(card.prompt.offers, 1)
    return [card.button(card.words(f"chat_move_{name}"), f"move:{place}", name) for place, name in offers]


def _write_row(block: str, buttons: Sequence[Block], card: Card) -> Iterator[Part]:
    """Buttons, and behind them the moves offered."""
    row = [*buttons, *_offer(card)]
    if row:
        yield Part("", actions(block, row))


def _write_ticks(card: Card) -> Iterator[Part]:
    prompt = card.prompt
    text = "\n".join([_bold(prompt.title).text, *_number(prompt.choices, prompt.kind)])
    element = _pick(prompt.kind, prompt.choices, 1)
    yield Part(text, ask(f"field:{ANSWER}", prompt.title, element))
    yield from _write_row("send", [card.button(card.words("chat_send"), "send:1", primary=True)], card)


def _write_form(card: Card) -> Iterator[Part]:
    """The form as one button, and under it as numbered lines that can be answered by typing."""
    fields = card.prompt.fields
    buttons = [card.button(card.words("chat_answer"), "open:1", primary=True)]
    if all(field.filled is not None for field in fields):
        buttons.append(card.button(card.words("chat_send_as_shown"), "send:1"))
    lines = [_write_row_of(card, place, together) for place, together in enumerate(list_rows(fields), 1)]
    if any(field.filled is not None for field in fields):
        lines.append(card.words("chat_proposals"))
    told = list(say("\n".join(lines)))
    row = list(_write_row("form", buttons, card))
    yield _bold(card.prompt.title)
    if all(field.choices for field in fields):  # all of it stands in the modal again, so here it stays small
        yield from [*row, *(Part(part.text, context([part.text])) for part in told)]
    else:
        yield from [*told, *row]


def _write_row_of(card: Card, place: int, fields: Sequence[Field]) -> str:
    """What stands on one line: a field by itself, or several with what is proposed for each."""
    if not fields[0].row:
        return _write_field(card, place, fields[0])
    filled = [f"{MARK}{one.filled_label}" if one.filled_label else card.words("choose_field") for one in fields]
    return f"{place} {GAP.join([fields[0].row, *filled])}"


def _write_field(card: Card, place: int, field: Field) -> str:
    if not field.choices:
        filled = f"{MARK}{field.filled_label}" if field.filled_label else card.words("choose_field")
        return f"{place} {field.label}{GAP}{filled}"
    own = [f"{MARK}{text}" for text in list_own_words(field)]
    return f"{place}) {field.label}\n{GAP}{GAP.join([*_number(field.choices, 'form'), *own])}"


def _number(choices: Sequence[Choice], kind: str) -> list[str]:
    """Choices with the numbers by which they can be typed; 0 is understood as "none" where several can be given."""
    numbered = zip(number(choices, kind), choices, strict=True)
    return [f"{place} {cut(make_inert(mark(one)), MOST_IN_LINE)}" for place, one in numbered]


def _write_foot(card: Card) -> Part:
    """How far the interview is, how to answer, and the words that always work."""
    prompt, progress = card.prompt, card.prompt.progress
    values = {"total": progress.total, "place": progress.done + 1, "minutes": progress.minutes_left} if progress else {}
    far = card.words("progress", **values) if progress else ""
    hint = card.words(f"chat_{_hint(prompt)}") if _hint(prompt) else prompt.hint
    typed = hint if prompt.kind == "form" else prompt.hint
    moves = card.words("chat_moves") if prompt.offers else prompt.moves
    seen = [one for one in (far, hint, moves) if one]
    text = make_inert("\n".join(filter(None, [f"{typed} {prompt.moves}".strip(), far])))
    return Part(cut(text, MOST_IN_TEXT), context(seen) if seen else None)


def _hint(prompt: Prompt) -> str:
    """The hint that fits what Slack shows; none where there is nothing but the question."""
    if prompt.kind == "form":
        if any(field.row for field in prompt.fields):
            return "hint_form_rows"
        return "hint_form_choices" if all(field.choices for field in prompt.fields) else "hint_form"
    if not prompt.choices or len(prompt.choices) > MOST_IN_MENU:
        return ""
    if prompt.kind == "several_of":
        return "hint_several_of"
    return "hint_pick" if _is_filled_in(prompt) else "hint_press"


# -- modals ------------------------------------------------------------------------------------------------------------


def to_modal(prompt: Prompt, shared: Shared, token: Token) -> Block:
    """The view that takes a form, or several of a list, in one go. Everything in it may be left open."""
    card = Card(prompt, shared, token(prompt))
    blocks = [*_write_head(card), *_write_inputs(card)]
    if len(blocks) > MOST_VIEW_BLOCKS:
        blocks = [*blocks[: MOST_VIEW_BLOCKS - 1], context([card.words("chat_rest")])]
    return {
        "type": "modal",
        "callback_id": "form",
        "private_metadata": card.token,
        "title": plain(prompt.title, MOST_IN_VIEW_TITLE),
        "submit": plain(card.words("chat_send"), MOST_IN_VIEW_TITLE),
        "close": plain(card.words("chat_close"), MOST_IN_VIEW_TITLE),
        "blocks": blocks,
    }


def _write_head(card: Card) -> Iterator[Block]:
    """What the question says above its fields; the title again only where the view's own could not hold it."""
    prompt = card.prompt
    yield from (part.block for part in (*_write_table(card), *_write_above(prompt)) if part.block)
    if prompt.kind == "form" and plain(prompt.title, MOST_IN_VIEW_TITLE)["text"] != plain(prompt.title)["text"]:
        yield section(bold(prompt.title))
    yield context([" ".join(card.words(f"chat_{name}") for name in list_notes(prompt))])


def _write_inputs(card: Card) -> Iterator[Block]:
    for place, field in enumerate(list_fields(card.prompt), 1):
        yield ask(f"field:{field.id}", field.label, _fill_in(field, place), optional=True)
        if field.own or (field.choices and field.kind == "person"):
            label = card.words("chat_own", field=field.label)
            element = write(f"own:{place}", _longest(field), "\n".join(list_own_words(field)))
            yield ask(f"own:{field.id}", label, element, optional=True)


def _fill_in(field: Field, place: int) -> Block:
    """The element for a field; one that keeps its proposal shows it where it will vanish under what is typed."""
    if 0 < len(field.choices) <= MOST_IN_MENU:
        return _pick(field.kind, field.choices, place)
    if field.kind == "date":
        day = {"initial_date": field.filled} if isinstance(field.filled, str) and field.filled != "unknown" else {}
        return {"type": "datepicker", "action_id": f"value:{place}", **day}
    if keeps_proposal(field):
        return write(f"keep:{place}", _longest(field), placeholder=f"{MARK}{field.filled_label}")
    begun = "" if field.filled in (None, "unknown") else field.filled_label
    return write(f"value:{place}", _longest(field), begun)


def _longest(field: Field) -> int:
    return min(field.limit or MOST_IN_TEXT, MOST_IN_TEXT)


def _pick(kind: str, choices: Sequence[Choice], place: int) -> Block:
    options = [(one.id, one.label, one.chosen) for one in choices]
    return choose(f"value:{place}", options, several=kind == "several_of")
