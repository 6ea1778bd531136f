"""The shape of content/catalogue/measures.yaml as a person writes it, and what is refused there.

Values only: what each line means stands at `measures.Measure`. A complaint carries a fault of `bot/faults.py`, and as
`at` the place of it inside what was looked at.
"""

from collections.abc import Iterator
from itertools import chain, product
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.engine.model import Text
from bot.handbook.catalogue import fold
from bot.handbook.measures import COMPANY, EFFORTS, FORMS, GROUPS, LEAKERS, OBJECTIVES
from bot.handbook.shapes import (
    OWNERS,
    PLAIN_ID,
    SOME,
    STRICT,
    Day,
    Form,
    Leaker,
    Owner,
    Told,
    YesNo,
    complain,
    each_of,
    find_strange,
    list_origins,
    one_of,
    within,
)

LONGEST_SHORT = 20  # Japanese characters; English takes twice the room
LONGEST_REASON = 40

Objective = Annotated[str, one_of(*OBJECTIVES)]


class ObjectiveMap(BaseModel):
    model_config = STRICT

    name: Told
    short: Told
    source: list[str]


class LeakerMap(BaseModel):
    model_config = STRICT

    name: Told
    note: Told
    source: list[str]


class NameMap(BaseModel):
    model_config = STRICT

    name: Told


class OpensMap(BaseModel):
    """What an open square means, by objective and leaker, and a form in which nothing tells that it is secret."""

    model_config = STRICT

    C1: dict[Leaker, Told]
    C2: dict[Leaker, Told]
    C3: dict[Leaker, Told]
    C4: dict[Leaker, Told]
    C5: dict[Leaker, Told]
    floor: Told


class MeasureMap(BaseModel):
    """One measure; what each line means stands at `measures.Measure`."""

    model_config = STRICT

    name: Told
    short: Annotated[Text, within(LONGEST_SHORT)]
    also: list[str] = []
    desc: Told
    reason: Annotated[Text, within(LONGEST_REASON)]
    objectives: Annotated[list[Objective], SOME]
    leakers: Annotated[list[Leaker], SOME]
    forms: Annotated[list[Form], SOME]
    level: Annotated[str, one_of("L1", "L2", "L3")]
    effort: Annotated[str, one_of(*EFFORTS)]
    owners: Annotated[list[Owner], SOME]
    reach: Annotated[str, one_of("department", COMPANY)]
    starter: YesNo = "no"
    group: Annotated[str, one_of(*GROUPS)]
    floor: list[Form] = []
    keeps: YesNo = "no"
    rank: Annotated[int, Field(ge=1)]
    hidden: YesNo = "no"
    tags: list[str] = []
    source: Annotated[list[str], SOME]
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class MeasuresFile(BaseModel):
    """The whole file, ours with a company's own laid over it."""

    model_config = STRICT

    objectives: Annotated[dict[str, ObjectiveMap], each_of(*OBJECTIVES)]
    leakers: Annotated[dict[str, LeakerMap], each_of(*LEAKERS)]
    forms: Annotated[dict[str, NameMap], each_of(*FORMS)]
    efforts: Annotated[dict[str, NameMap], each_of(*EFFORTS)]
    owners: Annotated[dict[str, NameMap], each_of(*OWNERS)]
    opens: OpensMap
    measures: dict[str, MeasureMap]
    sources: dict[str, Told] = {}
    seen: Day | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for complaint in chain(_find_strays(self), _find_doubles(self)):
            raise complaint
        return self


def _find_strays(file: MeasuresFile) -> Iterator[PydanticCustomError]:
    """What a measure names and the file does not have: forms of its floor, sources, what an open square means."""
    origins = list_origins(file.sources)
    for name, one in file.measures.items():
        if not PLAIN_ID.fullmatch(name):
            yield complain("not_plain", "measures", name)
        yield from find_strange(one.floor, one.forms, "measures", name, "floor")
        yield from find_strange(one.source, origins, "measures", name, "source")
        for objective, leaker in product(one.objectives, one.leakers):
            if leaker not in getattr(file.opens, objective):
                yield complain("missing_key", "opens", objective, leaker)


def _find_doubles(file: MeasuresFile) -> Iterator[PydanticCustomError]:
    """A rank, or a word people type, that stands for two measures which are shown."""
    taken: dict[int | str, str] = {}
    for name, one in file.measures.items():
        marks: list[tuple[str, int | str]] = [("rank", one.rank), *(("also", fold(word)) for word in one.also)]
        for line, mark in marks if one.hidden == "no" else ():
            other = taken.setdefault(mark, name)
            if other != name:
                yield complain("stands_twice", "measures", name, line, value=mark, other=other)
