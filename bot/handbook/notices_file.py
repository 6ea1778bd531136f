"""The shape of content/documents/notices.yaml as a person writes it, and what is refused there.

Values only: what each line means stands at `notices.draft`. Complaints are as in `shapes`.
"""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.engine.words import places
from bot.handbook.shapes import PLAIN_ID, STRICT, Day, Sources, TitleMap, Told, complain, find_strange, list_origins


class FactName(BaseModel):
    model_config = STRICT

    name: Told


class NoticeMap(BaseModel):
    model_config = STRICT

    name: Told
    text: Told
    clock: str | None = None
    may_stay_open: list[str] = []
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class NoticesFile(BaseModel):
    """The whole file, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    note: Told
    unknown: Told
    open_: Annotated[Told, Field(alias="open")]
    joiner: Told
    facts: dict[str, FactName]
    notices: dict[str, NoticeMap]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for name, notice in self.notices.items():
            for complaint in _judge(self, name, notice):
                raise complaint
        return self


def _judge(file: NoticesFile, name: str, notice: NoticeMap) -> Iterator[PydanticCustomError]:
    """Both languages have the same places, each is a fact with a name, and where it is from has a title."""
    if not PLAIN_ID.fullmatch(name):
        yield complain("not_plain", "notices", name)
    ja, en = set(places(notice.text.ja)), set(places(notice.text.en))
    if ja != en:
        yield complain("places_unlike", "notices", name, "text", places=" ".join(sorted(ja ^ en)))
    yield from find_strange(sorted(ja), file.facts, "notices", name, "text")
    yield from find_strange(notice.may_stay_open, sorted(ja), "notices", name, "may_stay_open")
    yield from find_strange(notice.source, list_origins(file.sources), "notices", name, "source")
