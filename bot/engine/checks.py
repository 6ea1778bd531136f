"""Whole-content checks: every way leads somewhere, both languages say the same, texts fit, words are the house's.

Pure; complaints are ContentFaults worded elsewhere.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from bot.engine.facts import known_names
from bot.engine.loader import LANGUAGES, Content, ContentFault
from bot.engine.model import Condition, Flow, Question, Text
from bot.engine.words import places

# Longest Japanese text of each kind, in characters; English takes twice the room.
LONGEST = {
    "title": 60,
    "again": 60,
    "noun": 24,
    "statement": 400,
    "body": 240,
    "body_again": 240,
    "help": 240,
    "why": 240,
    "example": 160,
    "echo": 120,
}
LONGEST_LABEL = 24
MOST_CHOICES = 9
MOST_FIELDS = 4
EXTRA_PLACES = (
    *("answer", "minutes", "person", "company", "surface", "this"),
    *("trail", "left_out", "spared", "before", "after", "value", "other"),
)


def check_content(content: Content, folder: Path) -> list[ContentFault]:
    """Everything wrong with the content, in the order of the files."""
    found: list[ContentFault] = []
    for flow in content.flows.values():
        where = folder / "flows" / flow.id
        found += check_map(flow, where / "flow.yaml")
        found += check_words(flow, content.avoid, where / "wording.yaml")
        found += check_cases(flow, {case.ends for case in content.cases[flow.id]}, where / "cases.yaml")
        found += _check_sources(flow, content.shared.sources, where / "wording.yaml")
    said = content.shared
    shared = {**said.says, **said.formats, **said.sources, **said.doubts}
    found += _check_texts(shared, content.avoid, folder / "shared" / "messages.yaml")
    rooms = {"catalogue": content.catalogue, "documents": content.documents, "awareness": content.awareness}
    for room, files in rooms.items():
        for name, written in files.items():
            where = folder / room / f"{name}.yaml"
            found += _check_texts(dict(_list_texts(written)), content.avoid, where)
            found += _check_doubts(written, said.doubts, where)
    return found + list(_check_commands(content, folder / "shared" / "commands.yaml"))


def _list_texts(written: Any, name: str = "") -> Iterator[tuple[str, Text]]:
    """Every text of a file without a shape of its own, by its place in the file."""
    if isinstance(written, Mapping):
        if set(written) == set(LANGUAGES):
            yield name, Text(**written)
        for key, part in written.items():
            yield from _list_texts(part, f"{name}.{key}".removeprefix("."))


def _check_doubts(written: Any, doubts: Mapping[str, Text], where: Path, name: str = "") -> Iterator[ContentFault]:
    """Why a lawyer should confirm an entry has words that a person can read."""
    if isinstance(written, Mapping):
        for doubt in written.get("unverified") or ():
            if doubt not in doubts:
                yield ContentFault("unknown_name", where, name=f"{name}: {doubt}")
        for key, part in written.items():
            yield from _check_doubts(part, doubts, where, f"{name}.{key}".removeprefix("."))


def _check_commands(content: Content, where: Path) -> Iterator[ContentFault]:
    """Words of the command fit a button and explain themselves, and none means two things."""
    commands = content.shared.commands
    for name, command in commands.items():
        yield from _check_length(f"{name}.shown", command.shown, LONGEST_LABEL, where)
        yield from _check_length(f"{name}.tells", command.tells, LONGEST["title"], where)
        texts = {f"{name}.shown": command.shown, f"{name}.tells": command.tells}
        yield from _check_texts(texts, content.avoid, where)
    for name, other in combinations(commands, 2):
        for word in sorted(commands[name].spellings & commands[other].spellings):
            yield ContentFault("duplicate_key", where, name=f"{name}, {other}: {word}")


def check_map(flow: Flow, where: Path) -> list[ContentFault]:
    """Names exist, the last rule is unconditional, everything is reached, every question comes to an end."""
    return [*_check_names(flow, where), *_check_rules(flow, where), *_check_ways(flow, where)]


def _check_names(flow: Flow, where: Path) -> Iterator[ContentFault]:
    known = known_names(flow)
    for question in flow.questions.values():
        facts = [question.about, question.choices_from, question.fields_from, question.filled_from, question.shows]
        facts += [question.times_from, question.table_from]
        for name in [name for name in facts if name] + list(_facts_tested(question)):
            if name not in known:
                yield ContentFault("unknown_name", where, name=name)
        targets = [rule.go for rule in question.next]
        opened = [choice.opens for choice in question.choices if choice.opens] + (
            [question.edits] if question.edits else []
        )
        for name in targets + opened:
            if name not in flow.questions and name not in flow.outcomes:
                yield ContentFault("unknown_name", where, name=name)
    told = [f"compare_{fact}" for fact in flow.compares if f"compare_{fact}" not in flow.messages]
    for name in [*{flow.first, flow.hands or flow.first} - set(flow.questions), *set(flow.compares) - known, *told]:
        yield ContentFault("unknown_name", where, name=name)


def _facts_tested(question: Question) -> Iterator[str]:
    conditions = [rule.when for rule in question.next if rule.when] + (
        [question.asked_when] if question.asked_when else []
    )
    offered = [*question.choices, *(choice for field in question.fields for choice in field.choices)]
    conditions += [choice.shown_when for choice in offered if choice.shown_when]
    while conditions:
        condition: Condition = conditions.pop()
        conditions.extend(condition.parts)
        if condition.fact:
            yield condition.fact


def _check_rules(flow: Flow, where: Path) -> Iterator[ContentFault]:
    for question in flow.questions.values():
        if question.standing:
            continue
        if not question.next or question.next[-1].when is not None:
            yield ContentFault("last_rule", where, name=question.id)
        if len(question.choices) > MOST_CHOICES or len(question.fields) > MOST_FIELDS:
            yield ContentFault("too_long", where, name=question.id, length=len(question.choices), limit=MOST_CHOICES)


def _check_ways(flow: Flow, where: Path) -> Iterator[ContentFault]:
    ways = {question.id: {rule.go for rule in question.next} for question in flow.questions.values()}
    reached, waiting = set[str](), [flow.first]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(ways.get(here, ()))
    standing = {question.id for question in flow.questions.values() if question.standing}
    for name in [*flow.questions, *flow.outcomes]:
        if name not in reached and name not in standing:
            yield ContentFault("unreachable", where, name=name)
    ending = set(flow.outcomes)
    while True:
        more = {name for name, targets in ways.items() if targets & ending} - ending
        if not more:
            break
        ending |= more
    for name in reached - ending - standing:
        yield ContentFault("no_end", where, name=name)


def check_words(flow: Flow, avoid: Mapping[str, str], where: Path) -> list[ContentFault]:
    """Texts fit, both languages have the same places, every place is a fact, no word of the avoided list."""
    texts: dict[str, Text] = {f"flow.{name}": text for name, text in flow.messages.items()}
    found: list[ContentFault] = []
    for question in flow.questions.values():
        words = {name: getattr(question.words, name) for name in LONGEST}
        told = {name: text for name, text in words.items() if text is not None}
        texts |= {f"{question.id}.{name}": text for name, text in told.items()}
        texts |= {f"{question.id}.echoes.{name}": text for name, text in question.words.echoes.items()}
        for name, text in told.items():
            found += _check_length(f"{question.id}.{name}", text, LONGEST[name], where)
        labels = {f"{field.id}.{one.id}": one.label for field in question.fields for one in field.choices}
        labels |= {field.id: field.label for field in question.fields}
        texts |= {f"{question.id}.{name}": label for name, label in labels.items()}
        for choice in question.choices:
            texts[f"{question.id}.{choice.id}"] = choice.label
            found += _check_length(f"{question.id}.{choice.id}", choice.label, LONGEST_LABEL, where)
    texts |= {f"outcomes.{outcome.id}": outcome.text for outcome in flow.outcomes.values()}
    known = {*known_names(flow), *EXTRA_PLACES}
    for name, text in texts.items():
        for place in (place.partition(".")[0] for place in places(text.ja + text.en)):
            if place not in known:
                found.append(ContentFault("unknown_name", where, name=f"{name} {{{place}}}"))
    return found + list(_check_texts(texts, avoid, where))


def _check_sources(flow: Flow, sources: Mapping[str, Text], where: Path) -> Iterator[ContentFault]:
    """What a text says was published has a title under which a person can look for it."""
    for question in flow.questions.values():
        for tag in question.words.source:
            key = tag.partition(":")[2]
            if key and key not in sources:
                yield ContentFault("unknown_name", where, name=f"{question.id}: {tag}")


def _check_length(name: str, text: Text, limit: int, where: Path) -> Iterator[ContentFault]:
    for language, most in (("ja", limit), ("en", limit * 2)):
        length = len(text.of(language))
        if length > most:
            yield ContentFault("too_long", where, name=f"{name} ({language})", length=length, limit=most)


def _check_texts(texts: Mapping[str, Text], avoid: Mapping[str, str], where: Path) -> Iterator[ContentFault]:
    for name, text in texts.items():
        if not text.ja.strip() or not text.en.strip():
            yield ContentFault("missing_key", where, name=name)
        if not set(places(text.en)) <= set(places(text.ja)):
            yield ContentFault("places_differ", where, name=name)
        for word, better in avoid.items():
            if word in text.ja or (word.isascii() and word in text.en):
                yield ContentFault("word_to_avoid", where, name=name, word=word, better=better)


def check_cases(flow: Flow, ends: set[str], where: Path) -> list[ContentFault]:
    """A published flow has an example for each outcome."""
    if flow.status != "published":
        return []
    return [ContentFault("case_missing", where, name=name) for name in flow.outcomes if name not in ends]
