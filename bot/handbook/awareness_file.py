"""The shapes of content/awareness/ as a person writes it, and what is refused there.

Values only: what each line means stands at the values of `bot/handbook/awareness.py`. Complaints are as in `shapes`.
Names of items and measures are looked up in the catalogue where it is given as the context of validation.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from bot.engine.model import Text
from bot.handbook.awareness import AUDIENCES, COMES, MOMENTS, STATUSES, TOPICS, TRIGGERS
from bot.handbook.measures import FORMS, OBJECTIVES
from bot.handbook.shapes import (
    FACT_ID,
    PLAIN_ID,
    SOME,
    STRICT,
    Day,
    Leaker,
    Sources,
    TitleMap,
    Told,
    YesNo,
    complain,
    each_of,
    find_strange_sources,
    list_origins,
    one_of,
    within,
)

CHECKS = (2, 6)  # forms of the same point: one asked first, another when it returns
OPTIONS = (3, 4)
STEPS = (2, 4)
CATEGORIES, MEASURES = "catalogue/categories.yaml", "catalogue/measures.yaml"

# In Japanese characters, English takes twice the room: a lesson is read in ten seconds, a case in half a minute.
Title = Annotated[Text, within(24)]
Message = Annotated[Text, within(120)]
Today = Annotated[Text, within(60)]
Question = Annotated[Text, within(60)]
Choice = Annotated[Text, within(30)]
Story = Annotated[Text, within(240)]
Topic = Annotated[str, one_of(*TOPICS)]
Objective = Annotated[str, one_of(*OBJECTIVES)]


class NameMap(BaseModel):
    model_config = STRICT

    name: Told


class StatusMap(BaseModel):
    """How far something is settled; a story with this status says `word`, where there is one."""

    model_config = STRICT

    name: Told
    word: Told | None = None


class CheckMap(BaseModel):
    model_config = STRICT

    question: Question
    options: dict[str, Choice]
    right: str
    explain: Message

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        for complaint in _judge_check(self):
            raise complaint
        return self


class LessonMap(BaseModel):
    model_config = STRICT

    title: Title
    message: Message
    today: Today
    topic: Topic
    objectives: Annotated[list[Objective], SOME]
    leakers: Annotated[list[Leaker], SOME]
    audience: str
    handles: list[str] = []
    triggers: Annotated[list[Annotated[str, one_of(*TRIGGERS)]], SOME]
    checks: dict[str, CheckMap]
    general: YesNo = "no"
    hidden: YesNo = "no"
    needs_confirmation: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class CaseMap(BaseModel):
    model_config = STRICT

    title: Title
    story: Story
    resembles: Message
    today: Today
    topic: Topic
    leakers: Annotated[list[Leaker], SOME]
    handles: list[str] = []
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    status: Annotated[str, one_of(*STATUSES)]
    hidden: YesNo = "no"
    needs_confirmation: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class StepMap(BaseModel):
    model_config = STRICT

    text: Message
    check: CheckMap | None = None


class MomentMap(BaseModel):
    model_config = STRICT

    title: Title
    name: Annotated[Text, within(12)]  # stands on a button
    also: list[str]
    date: Title
    comes: Annotated[str, one_of(*COMES)]
    steps: dict[str, StepMap]
    measures: Annotated[list[str], SOME]
    hidden: YesNo = "no"
    needs_confirmation: YesNo = "no"
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class LessonsFile(BaseModel):
    """The whole lessons.yaml, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    topics: Annotated[dict[str, NameMap], each_of(*TOPICS)]
    lessons: dict[str, LessonMap]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> Self:
        for complaint in chain(_find_strays(self, "lessons"), _judge_lessons(self, info.context)):
            raise complaint
        return self


class CasesFile(BaseModel):
    """The whole cases.yaml, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    statuses: Annotated[dict[str, StatusMap], each_of(*STATUSES)]
    cases: dict[str, CaseMap]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> Self:
        for complaint in chain(_find_strays(self, "cases"), _judge_cases(self, info.context)):
            raise complaint
        return self


class MomentsFile(BaseModel):
    """The whole moments.yaml, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    columns: Annotated[dict[str, list[str]], each_of("email", "moment", "date")]
    moments: Annotated[dict[str, MomentMap], each_of(*MOMENTS)]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees(self, info: ValidationInfo) -> Self:
        for complaint in chain(_find_strays(self, "moments"), _judge_moments(self, info.context)):
            raise complaint
        return self


def _judge_check(check: CheckMap) -> Iterator[PydanticCustomError]:
    """One of three or four options is right, and no two of them read the same."""
    yield from _count(check.options, OPTIONS, "options")
    if check.right not in check.options:
        yield complain("not_one_of", "right", value=check.right, names=" ".join(check.options))
    taken: dict[str, str] = {}
    for name, text in check.options.items():
        if not FACT_ID.fullmatch(name):
            yield complain("not_plain_fact", "options", name)
        for written in (text.ja, text.en):
            other = taken.setdefault(written, name)
            if other != name:
                yield complain("stands_twice", "options", name, value=written, other=other)


def _find_strays(file: LessonsFile | CasesFile | MomentsFile, table: str) -> Iterator[PydanticCustomError]:
    """Sources without a title, and names that are no plain ones."""
    yield from find_strange_sources(file.model_dump(exclude={"sources"}), list_origins(file.sources))
    for name in getattr(file, table):
        if table != "moments" and not PLAIN_ID.fullmatch(name):  # moments have a closed list
            yield complain("not_plain", table, name)


def _judge_lessons(file: LessonsFile, catalogue: Mapping[str, Any] | None) -> Iterator[PydanticCustomError]:
    fields = list(catalogue["categories"]["departments"]) if catalogue else []
    for name, one in file.lessons.items():
        yield from _count(one.checks, CHECKS, "lessons", name, "checks")
        for form in one.checks:
            if not PLAIN_ID.fullmatch(form):
                yield complain("not_plain", "lessons", name, "checks", form)
        if catalogue:
            yield from _find_missing([one.audience], [*AUDIENCES, *fields], CATEGORIES, "lessons", name, "audience")
            yield from _find_missing(one.handles, _list_handled(catalogue), CATEGORIES, "lessons", name, "handles")


def _judge_cases(file: CasesFile, catalogue: Mapping[str, Any] | None) -> Iterator[PydanticCustomError]:
    """A story says how far its case is settled, in both languages: a first judgment is told as a first one."""
    for name, one in file.cases.items():
        word = file.statuses[one.status].word
        for language, told, wanted in (("ja", one.story.ja, word and word.ja), ("en", one.story.en, word and word.en)):
            if wanted and wanted.casefold() not in told.casefold():
                yield complain("word_lacking", "cases", name, "story", language, word=wanted)
        if catalogue:
            yield from _find_missing(one.handles, _list_handled(catalogue), CATEGORIES, "cases", name, "handles")


def _judge_moments(file: MomentsFile, catalogue: Mapping[str, Any] | None) -> Iterator[PydanticCustomError]:
    for name, one in file.moments.items():
        yield from _count(one.steps, STEPS, "moments", name, "steps")
        for step in one.steps:
            if not FACT_ID.fullmatch(step):
                yield complain("not_plain_fact", "moments", name, "steps", step)
        if catalogue:
            known = catalogue["measures"]["measures"]
            yield from _find_missing(one.measures, known, MEASURES, "moments", name, "measures")


def _count(table: Mapping[str, Any], limits: tuple[int, int], *at: str) -> Iterator[PydanticCustomError]:
    least, most = limits
    if not least <= len(table) <= most:
        yield complain("count_differs", *at, what=at[-1], count=len(table), least=least, most=most)


def _find_missing(named: Iterable[str], known: Collection[str], among: str, *at: str) -> Iterator[PydanticCustomError]:
    """What another file should have; too many names to list them all."""
    for value in named:
        if value not in known:
            yield complain("named_nowhere", *at, value=value, among=among)


def _list_handled(catalogue: Mapping[str, Any]) -> set[str]:
    """What an item can be told by: the fields and lines of the catalogue, and its forms."""
    categories = catalogue["categories"]
    rooms = [*categories["departments"].values(), categories["common"]]
    return {*categories["departments"], *chain.from_iterable(room["lines"] for room in rooms), *FORMS}
