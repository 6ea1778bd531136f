"""Lessons, leak cases and moments of working life as values: what can be shown, in both languages.

Pure: reads `content/awareness/` as parsed. Whom something reaches, and when, is reasoned elsewhere. What is hidden, or
waits for the company's lawyer, is not among the values.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.engine.model import Text
from bot.handbook.incident import may_show
from bot.handbook.measures import Same

# What a person may turn down, one by one.
TOPICS = (
    *("basics", "marking", "media", "mail", "meetings", "telework", "access", "visitors"),
    *("approaches", "partners", "others_secrets", "leaving", "credit", "reporting"),
)
AUDIENCES = ("all", "managers")  # or the field of a department
TRIGGERS = (
    *("onboarding", "joining", "monthly", "quarterly", "half_yearly", "yearly"),
    *("before_visit", "resignation"),
)
# How far a case is settled. An arrest or a pending trial has no word here, so neither can be told.
STATUSES = (
    *("criminal_convicted_1st", "criminal_convicted_appeal", "criminal_final", "acquitted_final"),
    *("civil_judgment_1st", "civil_settled", "confirmed_by_company", "investigation_report", "outline"),
)
MOMENTS = ("joining", "moving", "leaving", "project_end", "partner_visit", "long_holiday")
COMES = ON, BEFORE, NOW = ("on", "before", "now")  # when a moment comes: on its day, the working day before, at once
FILES = MappingProxyType({"lesson": "lessons", "case": "cases", "moment": "moments"})  # by kind of entry
# What a lawyer and a company note at an entry: nobody is shown it, so it makes no new version.
NOTES = ("hidden", "needs_confirmation", "unverified", "confirmed", "seen")
PLANS = ("name", "also", "date", "comes")  # what only whoever plans a moment reads: it makes no new version either

Told = Mapping[str, Any]


class Option(NamedTuple):
    id: str
    text: Text


class Check(NamedTuple):
    """One question with three or four options; `right` is the id of one. `explain` fits either answer."""

    id: str
    question: Text
    options: tuple[Option, ...]
    right: str
    explain: Text


class Lesson(NamedTuple):
    """One thing to know, and one to do today.

    `audience` is all, managers or a department's field. `handles` are fields, lines and forms of items as
    `catalogue/categories.yaml` and `measures.FORMS` name them; none is everybody. The first of `checks` is asked
    first, another one when it returns.
    """

    id: str
    title: Text
    message: Text
    today: Text
    topic: str
    objectives: frozenset[str]
    leakers: frozenset[str]
    audience: str
    handles: frozenset[str]
    triggers: frozenset[str]
    checks: tuple[Check, ...]
    source: tuple[str, ...]


class LeakCase(NamedTuple):
    """Something that happened elsewhere. `year` is that of its status, None where it has none; `resembles` says what
    it is like here, `handles` are the same as ids."""

    id: str
    title: Text
    story: Text
    resembles: Text
    handles: frozenset[str]
    today: Text
    topic: str
    leakers: frozenset[str]
    year: int | None
    status: str
    source: tuple[str, ...]


class Step(NamedTuple):
    """One message of a moment; without a check it is only read and confirmed."""

    id: str
    text: Text
    check: Check | None


class Moment(NamedTuple):
    """A short conversation at a turn of working life, in order; the last step is what to do today.

    `name` and `also` are words of whoever plans it, `date` says what its day is, `comes` when it comes, one of COMES.
    """

    id: str
    title: Text
    name: Text
    also: tuple[str, ...]
    date: Text
    comes: str
    steps: tuple[Step, ...]
    source: tuple[str, ...]


class Awareness(NamedTuple):
    """All of it, by id, in the order of the content."""

    lessons: Mapping[str, Lesson]
    cases: Mapping[str, LeakCase]
    moments: Mapping[str, Moment]
    topics: Mapping[str, Text]


def read_awareness(parsed: Told) -> Awareness:
    """`parsed` are the files of content/awareness by name."""
    return _read(Same(parsed))


def read_moments(parsed: Told) -> Mapping[str, Moment]:
    """The moments alone; of the files only theirs is needed."""
    return MappingProxyType({name: _read_moment(name, one) for name, one in _list_shown(parsed, "moment")})


@lru_cache(maxsize=4)
def _read(same: Same) -> Awareness:
    parsed = same.told
    topics = parsed["lessons"]["topics"].items()
    return Awareness(
        lessons=MappingProxyType({name: _read_lesson(name, one) for name, one in _list_shown(parsed, "lesson")}),
        cases=MappingProxyType({name: _read_case(name, one) for name, one in _list_shown(parsed, "case")}),
        moments=read_moments(parsed),
        topics=MappingProxyType({name: Text(**one["name"]) for name, one in topics}),
    )


def _list_shown(parsed: Told, kind: str) -> Iterator[tuple[str, Told]]:
    """What stands under its own name in the file of this kind, but for what is hidden or waits."""
    file = FILES[kind]
    for name, told in parsed[file][file].items():
        if told.get("hidden") != "yes" and may_show(told):
            yield name, told


def _read_lesson(name: str, told: Told) -> Lesson:
    return Lesson(
        id=name,
        title=Text(**told["title"]),
        message=Text(**told["message"]),
        today=Text(**told["today"]),
        topic=told["topic"],
        objectives=frozenset(told["objectives"]),
        leakers=frozenset(told["leakers"]),
        audience=told["audience"],
        handles=frozenset(told.get("handles", ())),
        triggers=frozenset(told["triggers"]),
        checks=tuple(_read_check(form, check) for form, check in told["checks"].items()),
        source=tuple(told["source"]),
    )


def _read_case(name: str, told: Told) -> LeakCase:
    return LeakCase(
        id=name,
        title=Text(**told["title"]),
        story=Text(**told["story"]),
        resembles=Text(**told["resembles"]),
        handles=frozenset(told.get("handles", ())),
        today=Text(**told["today"]),
        topic=told["topic"],
        leakers=frozenset(told["leakers"]),
        year=told.get("year"),
        status=told["status"],
        source=tuple(told["source"]),
    )


def _read_moment(name: str, told: Told) -> Moment:
    steps = tuple(
        Step(step, Text(**one["text"]), _read_check(step, one["check"]) if one.get("check") else None)
        for step, one in told["steps"].items()
    )
    title, short, date = (Text(**told[line]) for line in ("title", "name", "date"))
    return Moment(name, title, short, tuple(told["also"]), date, told["comes"], steps, tuple(told["source"]))


def _read_check(name: str, told: Told) -> Check:
    options = tuple(Option(key, Text(**text)) for key, text in told["options"].items())
    return Check(name, Text(**told["question"]), options, told["right"], Text(**told["explain"]))


def list_published(parsed: Told) -> dict[str, tuple[str, str]]:
    """Every entry that can be shown as it stands now, by digest: its kind, and what people see of it as JSON."""
    shown = [(kind, _write_entry(parsed, kind, name)) for kind in FILES for name, _ in _list_shown(parsed, kind)]
    return {_digest(body): (kind, body) for kind, body in shown}


def find_digest(parsed: Told, kind: str, name: str) -> str:
    """The digest under which an entry is published as it stands now. `kind` is lesson, case or moment."""
    return _digest(_write_entry(parsed, kind, name))


def _write_entry(parsed: Told, kind: str, name: str) -> str:
    file = parsed[FILES[kind]]
    told = file[FILES[kind]][name]
    titles = {tag: file["sources"].get(tag.partition(":")[2]) for tag in told["source"]}
    shown = {line: part for line, part in told.items() if line not in (*NOTES, *PLANS)}
    return json.dumps({"id": name, kind: shown, "sources": titles}, sort_keys=True, ensure_ascii=False)


def _digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()
