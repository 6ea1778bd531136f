"""What is shown, as activities: notices as plain text, a question as an Adaptive Card with its text beside. Pure.

What a button says, for whoever reads it back: `means` choose with the id of the `choice`, move with the name of the
universal move, or send with the inputs as they stand; `token` is what it belongs to. Inputs are named `field:<id>`,
`several:<id>`, `keep:<id>` (left empty it keeps its proposal) and `own:<id>` (words added to that field).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from adapters.teams.cards import (
    FIELD,
    KEEP,
    MOST_IN_LINE,
    MOST_IN_MENU,
    MOST_IN_TEXT,
    OWN,
    Activity,
    Element,
    bold,
    choose,
    fits,
    lay_out,
    pick_day,
    press,
    rows,
    say,
    settle,
    small,
    to_card,
    to_message,
    to_texts,
    write,
)
from adapters.teams.home import to_told
from bot.documents.columns import to_lines
from bot.engine.lexicon import Shared
from bot.layout import MARK, keeps_proposal, list_fields, list_notes, list_own_words, mark, number
from bot.prompts import Choice, Field, Notice, Prompt, Shown, Table, Told, list_rows

MOST_BUTTONS = 9  # more choices become a menu
MOST_CLOSED = 1_000  # characters of an answered card's question, and of its answer
LONGEST_ANSWER = 3_000  # characters typed into one field
WIDTH = 72  # of a table written as text, in letters of one width
GAP = "   "
PLACE = re.compile(r"\{(\w+)\}")

Token = Callable[[Prompt], str]


class Card(NamedTuple):
    """One prompt on its way to Teams, with the product's words and the token its buttons carry."""

    prompt: Prompt
    shared: Shared
    token: str

    def words(self, name: str, **values: object) -> str:
        text = self.shared.formats[name].of(self.prompt.language)
        return PLACE.sub(lambda found: str(values.get(found[1], found[0])), text).strip()

    def press(self, label: str, means: str, choice: str = "", primary: bool = False) -> Element:
        data = {"token": self.token, "means": means, **({"choice": choice} if choice else {})}
        return press(label, data, primary, takes_inputs=means == "send")


# -- messages ----------------------------------------------------------------------------------------------------------


def to_activities(shown: Sequence[Shown | Told], shared: Shared, token: Token) -> list[Activity]:
    """In order: notices in a row are one message, a question is one of its own, behind what its card cannot hold."""
    made: list[Activity] = []
    told: list[Notice] = []
    for one in shown:
        if isinstance(one, Notice):
            told.append(one)
        elif isinstance(one, Prompt | Told):
            own = [to_told(one, shared)] if isinstance(one, Told) else _write_all(Card(one, shared, token(one)))
            made += [*_write_notices(told), *own]
            told = []
    return made + _write_notices(told)


def _write_notices(told: Sequence[Notice]) -> list[Activity]:
    """As text; as a card where a notification may not show it, as it shows of a card only the summary."""
    text, preview = "\n".join(one.text for one in told), next((one.preview for one in told if one.preview), "")
    texts = to_texts(text)
    return [made for one in texts for made in to_hidden(say(one["text"]), preview)] if preview else texts


def to_hidden(body: Iterable[Element], preview: str) -> list[Activity]:
    """A card of which nothing but `preview` shows outside the conversation, in as many messages as it takes."""
    held: list[Element] = []
    made: list[Activity] = []
    for one in body:
        if held and not fits(to_message(to_card([*held, one], preview), preview)):
            made.append(to_message(to_card(held, preview), preview))
            held = []
        held.append(one)
    return [*made, *([to_message(to_card(held, preview), preview)] if held else [])]


def _write_all(card: Card) -> list[Activity]:
    """The question, behind its table where it has one: that stays as it is when the question is answered."""
    prompt = card.prompt
    if prompt.table is None:
        return _write(card)
    return [_write_table(card, prompt.table), *_write(card._replace(prompt=replace(prompt, body="", table=None)))]


def _write_table(card: Card, table: Table) -> Activity:
    """What introduces a table, the table, and the same in a sentence."""
    spoken = card.words("table_spoken", value=table.spoken)
    rows = [(row.label, *row.cells) for row in table.rows]
    above = [*say(card.prompt.body), *bold(table.title)]
    text = "\n".join(filter(None, [card.prompt.body, table.title, *to_lines(table, WIDTH), spoken]))
    preview = card.prompt.preview
    card_of_it = to_card([*above, lay_out(table.columns, rows), *say(spoken)], preview or text)
    whole = to_message(card_of_it, preview or table.title or spoken)
    return whole if fits(whole) else _write_notices([Notice(text, preview)])[0]


def _write(card: Card) -> list[Activity]:
    """The question as a card; what is too much for one goes before it as text, its choices as numbers to type."""
    prompt = card.prompt
    above, asks = list(_write_above(prompt)), [*_write_question(card), *_write_foot(card)]
    whole, listed = _message(card, [*above, *asks]), "\n".join(_list_choices(prompt))
    is_cut = not is_answered_here(prompt) and len(listed) > MOST_IN_TEXT
    if fits(whole) and not is_cut:
        return [whole]
    before = _write_notices([Notice("\n".join(filter(None, [prompt.body, _list_lines(prompt)])), prompt.preview)])
    alone = _message(card, asks)
    if fits(alone) and not is_cut:
        return [*before, alone]
    only_moves = _message(card, [*bold(settle(prompt.title, MOST_CLOSED)), *_write_moves(card)])
    return [*before, *_write_notices([Notice(listed, prompt.preview)]), only_moves]


def _message(card: Card, body: Sequence[Element]) -> Activity:
    prompt = card.prompt
    return to_message(to_card(body, prompt.preview or to_plain(prompt)), prompt.preview or prompt.title or prompt.body)


def to_plain(prompt: Prompt) -> str:
    """All of a question as text, for a client that shows no card and for whoever types."""
    parts = [prompt.body, _list_lines(prompt), prompt.title, *_list_choices(prompt), prompt.hint, prompt.moves]
    return settle("\n".join(filter(None, parts)), MOST_IN_TEXT // 2)


def to_standing(prompt: Prompt) -> str:
    """What of a question stays readable once it is answered: a card shrinks to its answer."""
    return prompt.title or prompt.body


def to_closed(prompt_text: str, answer: str | None, shared: Shared, language: str) -> Element:
    """A card that is over: the question, its answer if there is one, and nothing left to press."""
    asked = settle(prompt_text, MOST_CLOSED)
    body, told = [*small(asked)], asked
    if answer is not None:
        text = shared.formats["chat_closed"].of(language).strip()
        said = settle(PLACE.sub(lambda _: answer, text), MOST_CLOSED)
        body += bold(said)
        told = f"{asked}\n{said}"
    return to_card(body, told)


# -- the parts of a card -----------------------------------------------------------------------------------------------


def _write_above(prompt: Prompt) -> Iterator[Element]:
    yield from say(prompt.body)
    yield from say(_list_lines(prompt))


def _list_lines(prompt: Prompt) -> str:
    return "\n".join(f"{place} {line.label}{GAP}{line.note}".rstrip() for place, line in enumerate(prompt.lines, 1))


def _list_choices(prompt: Prompt) -> Iterator[str]:
    """Everything there is to choose, by the numbers that can be typed."""
    if prompt.kind != "form":
        yield from _number(prompt.choices, prompt.kind)
        return
    for place, field in _number_fields(prompt.fields):
        yield f"{place} {field.label}{GAP}{field.filled_label}".rstrip()
        yield from _number(field.choices, "form")


def _number_fields(fields: Sequence[Field]) -> Iterator[tuple[int, Field]]:
    """Each field with the place of the line it stands on, by which it is named."""
    yield from ((place, field) for place, together in enumerate(list_rows(fields), 1) for field in together)


def _number(choices: Sequence[Choice], kind: str) -> list[str]:
    return [f"{place} {mark(one)}" for place, one in zip(number(choices, kind), choices, strict=True)]


def _write_question(card: Card) -> Iterator[Element]:
    prompt = card.prompt
    if not is_labelled(prompt):
        yield from bold(prompt.title)
    if prompt.kind == "form":
        yield from small(" ".join(card.words(f"chat_{name}") for name in list_notes(prompt)))
        yield from _write_inputs(card)
        yield from _write_moves(card, [card.press(card.words("chat_send"), "send", primary=True)])
    elif is_pressed(prompt):
        yield from _write_buttons(card)
    elif is_picked(prompt):
        yield _pick(card, list_fields(prompt)[0], 0)
        yield from _write_moves(card, [card.press(card.words("chat_send"), "send", primary=True)])
    else:
        yield from say("\n".join(_number(prompt.choices, prompt.kind)))
        yield from _write_moves(card)


def is_pressed(prompt: Prompt) -> bool:
    """Whether it is answered by one press."""
    return 0 < len(prompt.choices) <= MOST_BUTTONS and prompt.kind != "several_of"


def is_picked(prompt: Prompt) -> bool:
    """Whether the answer is ticked or picked on the card and then sent."""
    return prompt.kind == "date" or 0 < len(prompt.choices) <= MOST_IN_MENU


def is_answered_here(prompt: Prompt) -> bool:
    """Whether the card has what it is answered with, and not only numbers to type."""
    return prompt.kind == "form" or is_pressed(prompt) or is_picked(prompt)


def is_labelled(prompt: Prompt) -> bool:
    """Whether what is asked stands over its one input already."""
    one_line = len(prompt.title) <= MOST_IN_LINE and "\n" not in prompt.title.strip()
    return prompt.kind != "form" and not is_pressed(prompt) and is_picked(prompt) and one_line


def _write_buttons(card: Card) -> Iterator[Element]:
    yield from rows([card.press(mark(one), "choose", one.id) for one in card.prompt.choices])
    yield from _write_moves(card)


def _write_moves(card: Card, buttons: Sequence[Element] = ()) -> Iterator[Element]:
    """Buttons, and behind them the moves offered."""
    offers = [card.press(card.words(f"chat_move_{name}"), "move", name) for name in card.prompt.offers]
    yield from rows([*buttons, *offers])


def _write_inputs(card: Card) -> Iterator[Element]:
    for place, field in _number_fields(list_fields(card.prompt)):
        yield _fill_in(card, field, place)
        if field.own or (field.choices and field.kind == "person"):
            label = card.words("chat_own", field=field.label)
            yield write(f"{OWN}:{field.id}", label, _longest(field), "\n".join(list_own_words(field)))


def _fill_in(card: Card, field: Field, place: int) -> Element:
    """The input for a field; one that keeps its proposal shows it where it will vanish under what is typed."""
    if 0 < len(field.choices) <= MOST_IN_MENU or field.kind == "date":
        return _pick(card, field, place)
    label = f"{place} {field.label}"
    if keeps_proposal(field):
        return write(f"{KEEP}:{field.id}", label, _longest(field), placeholder=f"{MARK}{field.filled_label}")
    begun = "" if field.filled in (None, "unknown") else field.filled_label
    return write(f"{FIELD}:{field.id}", label, _longest(field), begun)


def _pick(card: Card, field: Field, place: int) -> Element:
    """To pick from; a question that is nothing else wants at least one."""
    label = f"{place} {field.label}" if place else field.label
    required = "" if place else card.words("chat_nothing_chosen")
    if field.kind == "date" and not field.choices:
        day = field.filled if isinstance(field.filled, str) and field.filled != "unknown" else ""
        return pick_day(field.id, label, day, required)
    numbered = zip(
        field.choices, number(field.choices, "several_of" if field.kind == "several_of" else "form"), strict=True
    )
    options = [(one.id, f"{at} {one.label}", one.chosen) for one, at in numbered]
    return choose(field.id, label, options, field.kind == "several_of", required)


def _longest(field: Field) -> int:
    return min(field.limit or LONGEST_ANSWER, LONGEST_ANSWER)


def _write_foot(card: Card) -> Iterator[Element]:
    """How far the interview is, how to answer, and the words that always work."""
    prompt, progress = card.prompt, card.prompt.progress
    values = {"total": progress.total, "place": progress.done + 1, "minutes": progress.minutes_left} if progress else {}
    far = card.words("progress", **values) if progress else ""
    hint = card.words(f"chat_{name_hint(prompt)}") if name_hint(prompt) else prompt.hint
    moves = card.words("chat_moves") if prompt.offers else prompt.moves
    yield from small("\n".join(filter(None, [far, " ".join(filter(None, [hint, moves]))])))


HINTS: Mapping[str, str] = {"several_of": "hint_several_of", "date": "hint_date"}


def name_hint(prompt: Prompt) -> str:
    """The hint that fits what Teams shows; none where there is nothing but the question."""
    if prompt.kind == "form":
        return "hint_form_choices" if all(field.choices for field in prompt.fields) else "hint_form"
    if is_pressed(prompt):
        return "hint_press"
    return HINTS.get(prompt.kind, "hint_pick") if is_picked(prompt) else ""
