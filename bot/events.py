"""What can happen, in our own words and past tense, and from whom. Values only; no platform, no storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the directory whose name occurs in the text, found by the shell before the turn."""

    id: str
    names: tuple[str, ...]  # family name, full name, English parts, e-mail and its local part


@dataclass(frozen=True, slots=True)
class Opened:
    """The person turned to an interview: began it, or came back to it, perhaps asking for a language.

    `reminds` where it was not the person but the day on which to ask once more; `campaign` where it was one of these,
    `several` where it was more than one of them at once.
    """

    language: str | None = None
    reminds: bool = False
    campaign: str | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Typed text, already cleaned and past the guard."""

    text: str
    removed: int = 0  # invisible characters taken out
    seen: str = ""  # where ids were ticked: the words that stood beside them, kept as what was said


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: what was chosen, at which question and revision the card was made."""

    question: str
    revision: int
    choice: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form sent: values by field id, as ids, labels or typed text."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Something the guard kept out. The text itself is gone; only what it looked like and its size came through."""

    kind: str
    lines: int
    characters: int


@dataclass(frozen=True, slots=True)
class Left:
    """The person went away: the input ended or the window was closed."""


@dataclass(frozen=True, slots=True)
class ColleagueAnswered:
    """A colleague answered the question that this interview had handed on."""

    key: str  # the standing question that takes the answer
    value: Any
    colleague: str


@dataclass(frozen=True, slots=True)
class Computed:
    """What this interview had worked out outside the lane came back. Nobody said it."""

    key: str  # the standing question that takes it; names what it was made from
    value: Any


Body = Opened | Said | Pressed | Submitted | Stopped | Left | ColleagueAnswered | Computed


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, to one interview. The same key is the same event, however often it arrives."""

    key: str
    interview: str
    person: str  # who did it; empty where nobody did
    surface: str
    occurred_at: datetime
    body: Body
    actor: str = ""  # as the audit names who did it, where that is not the person alone
    people: tuple[Known, ...] = field(default=())  # people the text may name
    shown: str | None = None  # the question the person had before them, where the surface knows it
