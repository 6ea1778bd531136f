"""What to show one person, in one language, with no platform in it. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

ANSWER = "answer"  # the field of a question that is no form


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to press or name; `chosen` where it is proposed, `exclusive` where it goes with nothing else."""

    id: str
    label: str
    chosen: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form."""

    id: str
    kind: str
    label: str
    choices: tuple[Choice, ...] = ()
    filled: Any = None
    filled_label: str = ""
    own: bool = False  # words of the person's own are taken beside the choices
    limit: int = 0  # longest text taken, in characters; 0 where nothing is said of it
    row: str = ""  # the line it stands on together with its neighbours, where it does not stand alone


def list_rows(fields: Sequence[Field]) -> list[tuple[Field, ...]]:
    """Fields by the line they stand on; their numbers are the places by which a line is named."""
    by_row = groupby(enumerate(fields), lambda one: one[1].row or one[0])
    return [tuple(field for _, field in together) for _, together in by_row]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a numbered list above the question."""

    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what it is about, a word for each column, and what each means where that is one of a few
    things a picture tells apart."""

    label: str
    cells: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table to look at, with its sentence for whoever hears it instead."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    spoken: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the interview is: parts done, parts in all, minutes left."""

    done: int
    total: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question ready to show."""

    flow: str
    interview: str
    revision: int
    language: str
    question: str
    kind: str
    title: str
    body: str = ""
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    progress: Progress | None = None
    hint: str = ""  # how to answer by typing, on surfaces without buttons
    moves: str = ""  # the words that always work
    offers: tuple[str, ...] = ()  # the names of those worth a button here
    preview: str = ""  # what a notification says instead, where nothing of it may show there


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said, with no question in it; `preview` as of a question."""

    text: str
    preview: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """An interview ended, for now or for good."""

    flow: str
    outcome: str


Shown = Prompt | Notice | End


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that waits for the person: what it is about in words, and the minutes left where they are known."""

    id: str
    about: str
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that concerns one person, in their language; `more_…` tells what the lists leave out."""

    language: str
    unfinished: tuple[Unfinished, ...]
    more_unfinished: str
    title: str  # of the items; empty where the person may read none
    items: tuple[Line, ...]
    more_items: str
    about: tuple[Line, ...]  # what is known of the person
    origin: str  # where that comes from
    hours: tuple[int, int]
    campaigns: tuple[Line, ...]  # under way, each with how far it is, for whoever sends them
    words: tuple[str, ...]  # of the command, which are held out for pressing


@dataclass(frozen=True, slots=True)
class Topic:
    """Something short things are about, by name; `fewer` where the person wishes to hear less of it."""

    id: str
    label: str
    fewer: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told or shown beside any interview; `changed` where it changed what is known of them."""

    language: str
    text: str = ""
    words: tuple[str, ...] = ()  # of the command, by name, to press beside what each does
    chooses: str = ""  # language, hours or topics, to press
    hours: tuple[int, int] = (0, 24)
    topics: tuple[Topic, ...] = ()
    overview: Overview | None = None
    part: str = ""  # of that page: register, me, or home for all of it
    maps: tuple[str, ...] = ()  # in letters of one width: how classes are protected
    changed: bool = False

    @property
    def is_private(self) -> bool:
        """Whether it names what only a conversation of two may."""
        return self.overview is not None or bool(self.maps)
