"""The shapes of the content files, as a person writes them. Values only; `loader.py` turns them into flows."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from bot.engine.model import Kind, Text

STRICT = ConfigDict(extra="forbid")


class ChoiceMap(BaseModel):
    model_config = STRICT

    move: str | None = None
    opens: str | None = None
    exclusive: bool = False
    shown_when: Any = None


class FieldMap(BaseModel):
    model_config = STRICT

    answer: Kind
    choices: dict[str, ChoiceMap] = {}
    own: bool = False
    filled: Any = None


class RuleMap(BaseModel):
    model_config = STRICT

    when: Any = None
    go: str


class QuestionMap(BaseModel):
    """One question of a flow.yaml; what each line means stands at `model.Question`."""

    model_config = STRICT

    answer: Kind
    part: int = 1
    seconds: int = 10
    about: str | None = None
    times_from: str | None = None
    asked_when: Any = None
    choices: dict[str, ChoiceMap] = {}
    choices_from: str | None = None
    fields: dict[str, FieldMap] = {}
    fields_from: str | None = None
    filled_from: str | None = None
    own: bool = False
    limit: int = 60
    reads: str | None = None
    shows: str | None = None
    table_from: str | None = None
    edits: str | None = None
    standing: bool = False
    by_others: bool = False
    awaits: str | None = None
    asks_each: bool = False
    remark: bool = False
    keeps: bool = False
    brief: bool = False
    quiet: bool = False
    bare: bool = False
    required: bool = False
    on_later: Literal["postpone", "pause"] = "postpone"
    on_unknown: Literal["record", "example"] = "record"
    concludes: list[str] = []
    next: list[RuleMap] = []


class OutcomeMap(BaseModel):
    model_config = STRICT

    concludes: list[str] = []
    rests: bool = False


class FlowFile(BaseModel):
    """A whole flow.yaml."""

    model_config = STRICT

    id: str
    status: Literal["draft", "published"] = "draft"
    first: str
    parts: int = 1
    uses: list[str] = []
    shows: str | None = None
    edits: str | None = None
    hands: str | None = None
    compares: list[str] = []
    urgent: bool = False
    discreet: bool = False
    reports: bool = False
    given: list[str] = []
    derived: list[str] = []
    questions: dict[str, QuestionMap]
    outcomes: dict[str, OutcomeMap]


class FieldWords(BaseModel):
    model_config = STRICT

    label: Text
    choices: dict[str, Text] = {}
    also: dict[str, list[str]] = {}


class QuestionWords(BaseModel):
    model_config = STRICT

    title: Text
    again: Text | None = None
    noun: Text | None = None
    statement: Text | None = None
    body: Text | None = None
    body_again: Text | None = None
    help: Text | None = None
    why: Text | None = None
    example: Text | None = None
    echo: Text | None = None
    echoes: dict[str, Text] = {}
    recap: Text | None = None
    choices: dict[str, Text] = {}
    also: dict[str, list[str]] = {}
    fields: dict[str, FieldWords] = {}
    source: list[str] = []


class FlowWords(BaseModel):
    model_config = STRICT

    title: Text
    resume: Text | None = None
    messages: dict[str, Text] = {}


class DoubtMap(BaseModel):
    """Why a company's lawyer should confirm one text of a flow, and since when one has."""

    model_config = STRICT

    why: list[str]
    source: list[str] = []
    confirmed: str | None = None


class WordingFile(BaseModel):
    """A whole wording.yaml; `unverified` has doubts by the place of a text, such as flow.messages.legal."""

    model_config = STRICT

    flow: FlowWords
    questions: dict[str, QuestionWords]
    outcomes: dict[str, Text]
    unverified: dict[str, DoubtMap] = {}


class MoveMap(BaseModel):
    model_config = STRICT

    shown: Text
    also: list[str] = []
    within: list[str] = []


class AsideMap(BaseModel):
    model_config = STRICT

    title: Text
    body: Text | None = None
    choices: dict[str, Text] = {}
    also: dict[str, list[str]] = {}


class RepliesMap(BaseModel):
    model_config = STRICT

    yes: Text
    no: Text
    also: dict[str, list[str]]
    none: list[str]
    keep: list[str]
    all: list[str]
    myself: list[str]
    particles: list[str]
    send: list[str]
    asking: list[str]
    joins: list[str]
    counters: list[str]
    honorifics: list[str]
    hedges: list[str] = []
    denials: list[str] = []
    leaving: list[str] = []
    lacking: list[str] = []


class MessagesFile(BaseModel):
    """A whole shared/messages.yaml."""

    model_config = STRICT

    says: dict[str, Text]
    asides: dict[str, AsideMap]
    moves: dict[str, MoveMap]
    replies: RepliesMap
    formats: dict[str, Text]
    sources: dict[str, Text] = {}
    doubts: dict[str, Text] = {}
    surfaces: dict[str, dict[str, Text]]


class CommandMap(BaseModel):
    """One word of the command; what each line means stands at `lexicon.CommandWords`."""

    model_config = STRICT

    shown: Text
    also: list[str] = []
    tells: Text
    flow: str | None = None
    leads: bool = False


class CommandsFile(RootModel[dict[str, CommandMap]]):
    """A whole shared/commands.yaml: words of the command by name."""


class TermsFile(BaseModel):
    """A whole shared/terms.yaml: words a text must not use, with what to write instead."""

    model_config = STRICT

    avoid: dict[str, str]


class Case(BaseModel):
    """One example interview of a cases.yaml: what a person types, and where it must end."""

    model_config = STRICT

    about: str
    language: Literal["ja", "en"] = "ja"
    given: Mapping[str, Any] = {}
    people: dict[str, list[str]] = {}
    says: list[str]
    answers: dict[str, Any] = {}
    ends: str
    concludes: list[str] = []
