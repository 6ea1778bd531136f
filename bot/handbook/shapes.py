"""What the shapes of several catalogue files share: closed lists, texts of both languages, and how a complaint is made.

Knows no file. A complaint carries a fault of `bot/faults.py`, and as `at` its place inside what was looked at.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.engine.model import Text
from bot.handbook.measures import FORMS, LEAKERS

STRICT = ConfigDict(extra="forbid", defer_build=True)  # built when a file is read; most starts read none
OWNERS = ("legal", "hr", "it", "general_affairs", "business", "management")  # kinds of work
PLAIN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FACT_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")  # a day, or a month
ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")  # one, and nothing else that a mail server would read

Value = TypeVar("Value")


def complain(fault: str, *at: str, **params: Any) -> PydanticCustomError:
    return PydanticCustomError(fault, "see the fault", {"at": at, **params})


def one_of(*names: str) -> AfterValidator:
    """A word of a closed list."""
    return AfterValidator(partial(_take_name, names))


def each_of(*names: str) -> AfterValidator:
    """A table with exactly these names."""
    return AfterValidator(partial(_take_table, names))


def within(limit: int | None) -> AfterValidator:
    """A text that says something in both languages, in so many Japanese characters and twice as many English ones."""
    return AfterValidator(partial(_take_text, limit))


def list_origins(sources: Iterable[str]) -> tuple[str, ...]:
    """What a `source` may name, in a file with these titles."""
    return ("seed", "knowledge", *(f"found:{key}" for key in sources))


def find_strange(named: Iterable[str], known: Collection[str], *at: str) -> Iterator[PydanticCustomError]:
    """What is named and nobody knows."""
    for value in named:
        if value not in known:
            yield complain("not_one_of", *at, value=value, names=" ".join(known))


def find_strange_sources(told: Any, origins: tuple[str, ...], *at: str) -> Iterator[PydanticCustomError]:
    """Every `source` of a file, however deep, that has no title."""
    for name, part in told.items() if isinstance(told, dict) else ():
        if name == "source":
            yield from find_strange(part, origins, *at, name)
        yield from find_strange_sources(part, origins, *at, name)


def _take_name(names: Collection[str], name: str) -> str:
    if name not in names:
        raise complain("not_one_of", value=name, names=" ".join(names))
    return name


def _take_table(names: Collection[str], table: dict[str, Value]) -> dict[str, Value]:
    for name in names:
        if name not in table:
            raise complain("missing_key", name)
    for name in table:
        if name not in names:
            raise complain("unknown_key", name)
    return table


def _take_text(limit: int | None, text: Text) -> Text:
    for language, written, room in (("ja", text.ja, 1), ("en", text.en, 2)):
        if not written.strip():
            raise complain("missing_key", language)
        if limit and len(written) > limit * room:
            raise complain("text_too_long", language, length=len(written), limit=limit * room)
    return text


def _take_pattern(pattern: re.Pattern[str], written: str) -> str:
    if not pattern.fullmatch(written):
        raise complain("wrong_value")
    return written


Told = Annotated[Text, within(None)]
Leaker = Annotated[str, one_of(*LEAKERS)]
Form = Annotated[str, one_of(*FORMS)]
Owner = Annotated[str, one_of(*OWNERS)]
YesNo = Annotated[str, one_of("yes", "no")]
Day = Annotated[str, AfterValidator(partial(_take_pattern, DAY))]
Mail = Annotated[str, AfterValidator(partial(_take_pattern, ADDRESS))]
SOME = Field(min_length=1)
Sources = Annotated[list[str], SOME]


class TitleMap(BaseModel):
    """Something published: its title, where it was seen, and the day or month."""

    model_config = STRICT

    name: Told
    address: str | None = None
    seen: Day | None = None
