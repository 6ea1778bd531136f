"""Why an item stands as it does, as lines to read and as plain values: the answers behind it, what followed, the
judgement in words.

Pure. Must not know where any of it comes from, nor who may see it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.documents.register import to_record
from bot.documents.wording import Row, Wording, list_ids, read_judgement


class Part(NamedTuple):
    """One line of a form as it was answered; `proposed` is True as left, False as changed, None without a proposal."""

    field: str
    label: str
    answer: str
    proposed: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: the question in the words that were shown, and what was answered, in words."""

    at: datetime
    by: str
    flow: str
    title: str  # of the flow
    interview: str
    question: str
    text: str
    language: str
    answer: str
    parts: tuple[Part, ...] = ()
    proposed: bool | None = None
    state: str = "stands"  # or replaced by a later answer, or unused since the interview took another way
    sources: tuple[str, ...] = ()


class Entry(NamedTuple):
    """Something that happened to the item, in words."""

    at: datetime
    by: str
    action: str
    text: str


class Line(NamedTuple):
    """One thing that was judged."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """Everything there is to tell of one item."""

    item: Row
    back: Sequence[Step]
    forward: Sequence[Entry]
    zone: str  # the reader's time zone


# -- the judgement in words --------------------------------------------------------------------------------------------


def list_judged(row: Row, words: Wording) -> list[Line]:
    """What was judged of an item, line by line; what the record does not speak of is left out."""
    judgement = read_judgement(row)
    told = {"level": words.level(row.get("level")), "class": words.class_of(row.get("class"))}
    told |= {name: tell(words, judgement[name]) for name, tell in JUDGED.items() if name in judgement}
    told["range"] = _word_range(judgement, words)
    told["review"] = str(row.get("review_on") or "")
    order = ("level", "range", "class", *JUDGED, "review")
    return [Line(name, words.say(f"judged_{name}"), told[name]) for name in order if told.get(name)]


def _word_range(judgement: Mapping[str, Any], words: Wording) -> str:
    low, high = judgement.get("low"), judgement.get("high")
    if low == high or low is None or high is None:
        return ""
    return words.say("judged_between", low=words.level(low), high=words.level(high))


def _word_overruled(words: Wording, value: Any) -> str:
    reason = value.get("reason") if isinstance(value, Mapping) else None
    return (str(reason) if reason else words.say("judged_no_reason")) if value else ""


def _word_many(kind: str) -> Callable[[Wording, Any], str]:
    return lambda words, value: words.say("judged_open") if value is None else words.names(kind, list_ids(value))


def _word_one(kind: str) -> Callable[[Wording, Any], str]:
    return lambda words, value: "" if value is None else words.name(kind, value)


def _word_texts(words: Wording, value: Any) -> str:
    return words.join(list_ids(value))


def _word_next(words: Wording, value: Any) -> str:
    name = f"next_{str(value).removeprefix('next_')}"
    return words.say(name) if name in words.shared.formats else ""


JUDGED: Mapping[str, Callable[[Wording, Any], str]] = {
    "reasons": _word_many("reason"),  # of what was proposed; a person's own reason stands beside it
    "proposed": lambda words, value: words.level(value),
    "overruled": _word_overruled,
    "nonpublic": _word_one("nonpublic"),
    "useful": _word_many("useful"),
    "marks": _word_many("mark"),
    "forms": _word_many("form"),
    "places": _word_texts,
    "ways": _word_many("way"),
    "lifetime": _word_one("lifetime"),
    "hint": _word_one("hint"),
    "next": _word_next,
}

# -- as lines ----------------------------------------------------------------------------------------------------------

SHOWN_AT = "%Y-%m-%d %H:%M"


def to_lines(why: Why, words: Wording) -> Iterator[str]:
    """The whole story to read, oldest first."""
    row, zone = why.item, ZoneInfo(why.zone)
    yield words.pick(row, "name")
    state = words.say(
        "why_state", state=words.name("state", row["state"]), owner=words.owner(row) or words.say("nobody")
    )
    yield f"  {words.pick(row, 'department')}  {state}  {row['id']}"
    yield from ("", words.say("why_back", zone=why.zone))
    for step in why.back:
        yield from _step_lines(step, words, zone)
    yield from ("", words.say("why_forward"))
    for entry in why.forward:
        yield f"  {entry.at.astimezone(zone):{SHOWN_AT}}  {entry.by}  {entry.text}"
    judged = list_judged(row, words) if read_judgement(row) else []
    yield from ("", words.say("why_judged")) if judged else ()
    yield from (f"  {words.say('labelled', label=line.label, text=line.text)}" for line in judged)


def _step_lines(step: Step, words: Wording, zone: ZoneInfo) -> Iterator[str]:
    yield f"  {step.at.astimezone(zone):{SHOWN_AT}}  {step.by}  {step.title}"
    yield from (f"    {line}" for line in step.text.split("\n"))
    note = "" if step.state == "stands" else " " + words.say(f"why_{step.state}")
    answers = [
        words.say("labelled", label=part.label, text=part.answer) + _word_proposed(part.proposed, words)
        for part in step.parts
    ]
    yield from (f"    → {answer}{note}" for answer in answers or [step.answer + _word_proposed(step.proposed, words)])
    yield from (f"    {source}" for source in step.sources)


def _word_proposed(proposed: bool | None, words: Wording) -> str:
    return "" if proposed is None else " " + words.say("why_as_proposed" if proposed else "why_changed")


# -- as JSON -----------------------------------------------------------------------------------------------------------


def to_values(why: Why, words: Wording) -> dict[str, Any]:
    """The same for programs: times with their zone, ids beside the words."""
    zone = ZoneInfo(why.zone)
    forward: list[dict[str, Any]] = [
        {**entry._asdict(), "at": entry.at.astimezone(zone).isoformat()} for entry in why.forward
    ]
    if read_judgement(why.item):
        forward.append({"action": "judgement", "lines": [line._asdict() for line in list_judged(why.item, words)]})
    review_on = why.item.get("review_on")
    forward += [{"action": "review", "on": review_on.isoformat()}] if review_on else []
    return {
        "item": to_record(why.item),
        "back": [_step_values(step, zone) for step in why.back],
        "forward": forward,
    }


def _step_values(step: Step, zone: ZoneInfo) -> dict[str, Any]:
    names = ("by", "flow", "interview", "question", "text", "language", "answer", "state", "sources")
    parts = [
        {"field": part.field, "label": part.label, "answer": part.answer, "as_proposed": part.proposed}
        for part in step.parts
    ]
    told = {name: getattr(step, name) for name in names}
    return {"at": step.at.astimezone(zone).isoformat(), **told, "as_proposed": step.proposed, "fields": parts}
