"""A question as it stands at one moment: its choices, fields and list worked out from the facts.

Both reading a reply and building a prompt start from this value, so that what is understood is what was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.engine.conditions import compile_condition
from bot.engine.facts import Facts, split_key
from bot.engine.lexicon import Shared
from bot.engine.model import Choice, Field, Flow, Kind, Question, Text, Value, Words
from bot.engine.words import Names, fill

NO_NAMES = Names()


class Option(NamedTuple):
    """One thing that can be chosen; where `person` is set the label is that person's name."""

    id: str
    label: Text
    also: tuple[str, ...] = ()
    move: str | None = None
    opens: str | None = None
    exclusive: bool = False
    person: bool = False


@dataclass(frozen=True, slots=True)
class AskedField:
    """One line of a form, with its choices and its proposal."""

    id: str
    kind: Kind
    label: Text
    options: tuple[Option, ...] = ()
    own: bool = False
    filled: Value = None
    told: bool = False  # filled with what the person said before, not with a proposal
    row: Text | None = None  # the line it stands on together with its neighbours


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a numbered list: what it is, its words, and what `直す N` changes."""

    key: str
    label: Value
    note: Value = None


@dataclass(frozen=True, slots=True)
class Asking:
    """The question asked, under its key, with everything that can be replied."""

    key: str
    question: Question
    facts: Facts
    options: tuple[Option, ...] = ()
    fields: tuple[AskedField, ...] = ()
    lines: tuple[Line, ...] = ()
    filled: Value = None

    @property
    def kind(self) -> Kind:
        return self.question.kind


def ask(flow: Flow, key: str, facts: Facts, shared: Shared) -> Asking:
    """The question of this key as the facts make it."""
    name, about = split_key(key)
    question = flow.questions[name]
    scoped = _about(facts, about)
    offered = scoped[question.choices_from] if question.choices_from else []
    options = [
        *(_offer(one, flow, scoped, shared) for one in offered or []),
        *_options(question.choices, scoped, shared),
    ]
    if question.kind == "yes_no" and not question.choices:
        options = [_option(shared.yes, scoped, shared), _option(shared.no, scoped, shared)]
    asked = (scoped[question.fields_from] or []) if question.fields_from else []
    filled = scoped[question.filled_from] if question.filled_from else None
    proposed = filled if isinstance(filled, dict) else {}
    return Asking(
        key=key,
        question=question,
        facts=scoped,
        options=tuple(options),
        fields=(
            *(_field(one, scoped, shared, proposed) for one in question.fields),
            *(_offer_field(one, flow, scoped, shared) for one in asked),
        ),
        lines=tuple(read_lines(scoped, question.shows)),
        filled=filled,
    )


def _about(facts: Facts, about: str | None) -> Facts:
    """The same facts, told which instance a question with `about` is speaking of (fact `this`)."""
    scoped = Facts({**facts.given, "this": about}, facts.answers, facts.derive, facts.catalogue)
    return scoped


def read_lines(facts: Facts, shows: str | None) -> list[Line]:
    """The numbered list a derived fact makes: dicts with `key`, `label` and perhaps `note`."""
    if shows is None:
        return []
    return [Line(line["key"], line["label"], line.get("note")) for line in facts[shows] or []]


def _options(choices: Sequence[Choice], facts: Facts, shared: Shared) -> list[Option]:
    """The choices that are shown as the facts stand."""
    shown = [one for one in choices if one.shown_when is None or compile_condition(one.shown_when)(facts)]
    return [_option(one, facts, shared) for one in shown]


def _option(choice: Choice, facts: Facts, shared: Shared) -> Option:
    return Option(
        choice.id,
        _fill_both(choice.label, facts, shared),
        choice.also,
        choice.move,
        choice.opens,
        choice.exclusive,
    )


def _fill_both(text: Text, facts: Facts, shared: Shared) -> Text:
    if "{" not in text.ja + text.en:
        return text
    view: Mapping[str, Any] = _View(facts)
    return Text(
        ja=fill(text.ja, view, "ja", shared, NO_NAMES),
        en=fill(text.en, view, "en", shared, NO_NAMES),
    )


class _View(dict[str, Any]):
    """Facts as a mapping, for filling words."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, name: str) -> Value:
        return self.facts[name]


def view_facts(facts: Facts, extra: Mapping[str, Value] | None = None) -> Mapping[str, Any]:
    """The facts, with some values of the moment beside them, as `words.fill` reads them."""
    view = _View(facts)
    view.update(extra or {})
    return view


def _offer(offered: Mapping[str, Any], flow: Flow, facts: Facts, shared: Shared) -> Option:
    """An option a derived fact proposes: {id, and its label} or {person: id}."""
    if "person" in offered:
        return Option(offered["person"], Text(ja="", en=""), person=True)
    label, also = _label(offered, flow, facts, shared), tuple(offered.get("also", ()))
    return Option(offered["id"], label, also, exclusive=bool(offered.get("exclusive")))


def _label(offered: Mapping[str, Any], flow: Flow, facts: Facts, shared: Shared) -> Text:
    """A label as such, {ja, en}, or as {message: name} of the flow's with what its places take."""
    if "message" not in offered:
        return Text(ja=offered["ja"], en=offered["en"])
    text, names, values = flow.messages[offered["message"]], Names(messages=flow.messages), view_facts(facts, offered)
    return Text(ja=fill(text.ja, values, "ja", shared, names), en=fill(text.en, values, "en", shared, names))


def _field(field: Field, facts: Facts, shared: Shared, proposed: Mapping[str, Value]) -> AskedField:
    choices = field.choices or ((shared.yes, shared.no) if field.kind == "yes_no" else ())
    options = tuple(_options(choices, facts, shared))
    filled = proposed.get(field.id, field.filled)
    return AskedField(field.id, field.kind, _fill_both(field.label, facts, shared), options, field.own, filled)


def _offer_field(offered: Mapping[str, Any], flow: Flow, facts: Facts, shared: Shared) -> AskedField:
    row = offered.get("row")
    return AskedField(
        offered["id"],
        offered["kind"],
        _label(offered, flow, facts, shared),
        tuple(_offer(one, flow, facts, shared) for one in offered.get("options", ())),
        bool(offered.get("own")),
        filled=offered.get("filled"),
        row=_label(row, flow, facts, shared) if row else None,
    )


def narrow(asking: Asking, line: AskedField) -> Asking:
    """One field of a form, asked as if it were the whole question."""
    words = Words(title=line.label, help=asking.question.words.help, why=asking.question.words.why)
    question = asking.question.model_copy(update={"kind": line.kind, "own": line.own, "words": words, "fields": ()})
    return Asking(asking.key, question, asking.facts, line.options, filled=line.filled)
