"""The shape of content/catalogue/contacts.yaml as a person writes it. Values only; complaints are as in `shapes`."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from bot.handbook.shapes import STRICT, Day, Mail, Sources, TitleMap, Told, find_strange_sources, list_origins


class BodyMap(BaseModel):
    """A public desk; `fits` are facts of a case with which it is named first."""

    model_config = STRICT

    name: Told
    for_: Annotated[Told, Field(alias="for")]
    fits: list[str] = []
    source: Sources
    unverified: list[str] = []
    confirmed: Day | None = None
    seen: Day | None = None


class OwnContactMap(BaseModel):
    """A contact that each company fills in; `fact` is the fact of the company that holds it, where there is one, `mail`
    the address that is written to."""

    model_config = STRICT

    name: Told
    fact: str | None = None
    mail: Mail | None = None
    source: Sources


class ContactsFile(BaseModel):
    """The whole contacts.yaml, ours with a company's own laid over it."""

    model_config = STRICT

    seen: Day
    bodies: dict[str, BodyMap]
    company: dict[str, OwnContactMap]
    sources: dict[str, TitleMap]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for complaint in find_strange_sources(self.model_dump(), list_origins(self.sources)):
            raise complaint
        return self
