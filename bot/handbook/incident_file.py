"""The shape of content/catalogue/incident.yaml as a person writes it, and what is refused there.

Values only: what each line means stands at the values of `bot/handbook/incident.py`. Complaints are as in `shapes`.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.engine.model import Text
from bot.handbook.incident import GROUNDS
from bot.handbook.measures import LEAKERS
from bot.handbook.shapes import (
    FACT_ID,
    OWNERS,
    PLAIN_ID,
    STRICT,
    Day,
    Form,
    Leaker,
    Owner,
    Sources,
    TitleMap,
    Told,
    YesNo,
    complain,
    each_of,
    find_strange,
    find_strange_sources,
    list_origins,
    one_of,
    within,
)

LONGEST_SHORT = 22  # as for measures, with room for an English line of 44 characters
SHOWN = (1, 6)  # signs of one leaker that the form lists
FIRST_HOUR = 3  # what not to do in the first hour
MOST_FACTS = 8  # that one deadline rests on: every combination of what is unknown is tried
STRENGTHS = ("low", "mid", "high")
STAYS = ("days", "collected", "untouched")
WAYS = ("days", "hours", "might_hours")  # a clock has at most one of these

Number = Annotated[int, Field(ge=0)]


class PointMap(BaseModel):
    """One sentence with where it comes from: a point, a check, something to do, damage, a protection."""

    model_config = STRICT

    name: Told
    short: Told | None = None
    first_hour: Told | None = None
    clocks: list[str] = []
    needs_confirmation: YesNo = "no"
    general: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class NameMap(BaseModel):
    model_config = STRICT

    name: Told


class StopMap(BaseModel):
    model_config = STRICT

    name: Told
    outside: Told | None = None


class SignMap(BaseModel):
    model_config = STRICT

    leaker: Leaker
    strength: Annotated[str, one_of(*STRENGTHS)]
    shown: YesNo = "no"
    short: Annotated[Text, within(LONGEST_SHORT)]
    name: Told
    source: Sources


class TaskMap(BaseModel):
    model_config = STRICT

    name: Told
    does: Told
    outside: Told | None = None
    target: Told
    start_hour: Number
    due_hour: Number
    owner: Owner
    hidden: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class ForensicsMap(BaseModel):
    model_config = STRICT

    name: Told
    looks_at: dict[str, NameMap]
    source: Sources


class TraceMap(BaseModel):
    model_config = STRICT

    name: Told
    take: Told
    outside: Told | None = None
    forms: list[Form] = []
    measures: list[str] = []
    held_by: Owner
    stays: Annotated[str, one_of(*STAYS)]
    leakers: list[Leaker] = []
    expected: YesNo = "no"
    hidden: YesNo = "no"
    source: Sources


class TeamMap(BaseModel):
    model_config = STRICT

    name: Told
    does: Told
    kind: Annotated[str, one_of(*OWNERS, "outside")]
    first: YesNo = "no"
    source: Sources


class PathMap(BaseModel):
    model_config = STRICT

    name: Told
    general: YesNo = "no"
    points: dict[str, PointMap]


class FactMap(BaseModel):
    model_config = STRICT

    name: Told
    asks: Told
    counts: str | None = None
    over: Number | None = None


class ClockMap(BaseModel):
    model_config = STRICT

    name: Told
    when: Told
    needs: list[str] = []
    any_of: list[str] = []
    unless: list[str] = []
    eased_by: list[str] = []
    days: Number | None = None
    from_day: Number | None = None
    first_day: Annotated[int, Field(ge=0, le=1)] = 0
    longer_days: Number | None = None
    longer_if: str | None = None
    hours: Number | None = None
    might_hours: Number | None = None
    duty: YesNo = "yes"
    hidden: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class IncidentFile(BaseModel):
    """The whole incident.yaml, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    general: dict[str, Told]
    premise: PointMap
    points: dict[str, PointMap]
    readiness: dict[str, PointMap]
    leakers: Annotated[dict[str, NameMap], each_of(*LEAKERS)]
    signs: dict[str, SignMap]
    confirm: dict[str, PointMap]
    tasks: dict[str, TaskMap]
    evidence_do: dict[str, PointMap]
    evidence_dont: dict[str, PointMap]
    forensics: ForensicsMap
    traces: dict[str, TraceMap]
    stops: dict[str, StopMap]
    team: dict[str, TeamMap]
    damage: dict[str, PointMap]
    paths: dict[str, PathMap]
    protection: dict[str, PointMap]
    facts: dict[str, FactMap]
    clocks: dict[str, ClockMap]
    notes: dict[str, PointMap]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        clocks = chain.from_iterable(_judge_clock(name, clock) for name, clock in self.clocks.items())
        for complaint in chain(_find_strays(self), _find_counts(self), clocks):
            raise complaint
        return self


def _find_strays(file: IncidentFile) -> Iterator[PydanticCustomError]:
    """What an entry names and the file does not have: sources, facts, clocks; and names that are no plain ones."""
    yield from find_strange_sources(file.model_dump(exclude={"sources"}), list_origins(file.sources))
    for table in ("signs", "confirm", "tasks", "traces", "clocks"):
        for name in getattr(file, table):
            if not PLAIN_ID.fullmatch(name):
                yield complain("not_plain", table, name)
    for name in file.facts:
        if not FACT_ID.fullmatch(name):
            yield complain("not_plain_fact", "facts", name)
    for name, clock in file.clocks.items():
        for line in GROUNDS:
            yield from find_strange(getattr(clock, line), file.facts, "clocks", name, line)
        longer = [clock.longer_if] if clock.longer_if else []
        yield from find_strange(longer, file.facts, "clocks", name, "longer_if")
    for name, note in file.notes.items():
        yield from find_strange(note.clocks, file.clocks, "notes", name, "clocks")


def _find_counts(file: IncidentFile) -> Iterator[PydanticCustomError]:
    """Lists that would be too short or too long on a person's screen, and hours that end before they begin.

    A list of the wrong length is told at its table, as no one line of it is the one to mend.
    """
    for leaker in LEAKERS:
        count = len([one for one in file.signs.values() if (one.leaker, one.shown) == (leaker, "yes")])
        if not SHOWN[0] <= count <= SHOWN[1]:
            yield complain("count_differs", "signs", what=leaker, count=count, least=SHOWN[0], most=SHOWN[1])
    count = len([one for one in file.evidence_dont.values() if one.first_hour])
    if count != FIRST_HOUR:
        what = {"what": "first_hour", "least": FIRST_HOUR, "most": FIRST_HOUR}
        yield complain("count_differs", "evidence_dont", count=count, **what)
    for name, task in file.tasks.items():
        if task.start_hour > task.due_hour:
            yield complain("not_in_order", "tasks", name, "due_hour", first="start_hour", last="due_hour")


def _judge_clock(name: str, clock: ClockMap) -> Iterator[PydanticCustomError]:
    """A clock counts in one way, its days follow each other, and a fact means one thing to it."""
    ways = [way for way in WAYS if getattr(clock, way) is not None]
    if len(ways) > 1:
        yield complain("one_only", "clocks", name, ways[1], first=ways[0], last=ways[1])
    for line, partner in (("from_day", "days"), ("longer_days", "longer_if"), ("longer_if", "longer_days")):
        if getattr(clock, line) is not None and getattr(clock, partner) is None:
            yield complain("goes_with", "clocks", name, line, partner=partner)
    for first, last in (("from_day", "days"), ("days", "longer_days")):
        early, late = getattr(clock, first), getattr(clock, last)
        if early is not None and late is not None and early > late:
            yield complain("not_in_order", "clocks", name, last, first=first, last=last)
    taken: dict[str, str] = {}
    for line in GROUNDS:
        for fact in getattr(clock, line):
            if taken.setdefault(fact, line) != line:
                yield complain("stands_twice", "clocks", name, line, value=fact, other=taken[fact])
    if len(taken) > MOST_FACTS:
        yield complain("count_differs", "clocks", name, what=name, count=len(taken), least=0, most=MOST_FACTS)
