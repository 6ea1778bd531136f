"""What there is to tell people about confidentiality, as values: lessons with checks, leak cases, moments of work.

Pure; knows no person and no file.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bot.engine.model import Text


class Option(NamedTuple):
    """One of the answers that can be given to a check."""

    id: str
    text: Text


class Check(NamedTuple):
    """One question about a lesson; `right` is the id of the option that is."""

    id: str
    question: Text
    options: tuple[Option, ...]
    right: str
    explain: Text


class Lesson(NamedTuple):
    """One short lesson. Its checks ask about the same point, each in another form."""

    id: str
    title: Text
    message: Text
    today: Text
    topic: str
    objectives: frozenset[str]
    leakers: frozenset[str]
    audience: str  # all, managers, or the field of a department
    handles: frozenset[str]  # categories, fields and forms of items it concerns; none where it concerns everybody
    triggers: frozenset[str]
    checks: tuple[Check, ...]
    source: tuple[str, ...]


class LeakCase(NamedTuple):
    """A leak that became publicly known, with how it ended."""

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
    """One thing that is said at a moment, with what is asked then."""

    id: str
    text: Text
    check: Check | None


class Moment(NamedTuple):
    """A short conversation for a moment of working life, such as joining."""

    id: str
    title: Text
    steps: tuple[Step, ...]
    source: tuple[str, ...]


class Awareness(NamedTuple):
    """All of it, by id; `topics` are the names of what people may turn down."""

    lessons: Mapping[str, Lesson]
    cases: Mapping[str, LeakCase]
    moments: Mapping[str, Moment]
    topics: Mapping[str, Text]
