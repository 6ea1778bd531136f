"""What a flow is, as read from content: questions, outcomes, the rules between them and their words.

Knows nothing of people, platforms or storage; `loader.py` builds these values, everything else only reads them.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["ja", "en"]
Kind = Literal["yes_no", "one_of", "several_of", "text", "number", "days", "date", "person", "form"]
Value = Any  # an answer's value is plain JSON: str, int, list, dict or None

UNANSWERED = ("skipped", "unknown", "later")  # what a fact reads when its question has no value; no choice may use them


FROZEN = ConfigDict(frozen=True, extra="forbid")


class Text(BaseModel):
    """One human text in both languages."""

    model_config = FROZEN

    ja: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.ja


class Condition(BaseModel):
    """One closed test over a fact, or several joined.

    `operator` is one of `loader.OPERATORS`, or `all`, `any`, `not` (then `parts` holds what is joined).
    """

    model_config = FROZEN

    operator: str
    fact: str = ""
    value: Value = None
    parts: tuple["Condition", ...] = ()


class Rule(BaseModel):
    """Where to go when the condition holds; the last rule of a question has none."""

    model_config = FROZEN

    when: Condition | None = None
    go: str


class Choice(BaseModel):
    """One thing to press. A choice with `move` or `opens` is not an answer but a way to say that move by pressing."""

    model_config = FROZEN

    id: str
    label: Text
    also: tuple[str, ...] = ()  # words understood as this choice, both languages
    move: str | None = None  # a universal move, e.g. pause
    opens: str | None = None  # a standing question
    exclusive: bool = False  # in several_of: goes with nothing else
    shown_when: Condition | None = None  # left out of the list where this does not hold


class Field(BaseModel):
    """One line of a form."""

    model_config = FROZEN

    id: str
    kind: Kind
    label: Text
    choices: tuple[Choice, ...] = ()
    own: bool = False  # words of the person's own are accepted beside the choices
    filled: Value = None  # the proposal shown as already chosen


class Words(BaseModel):
    """What a person reads at one question; texts may hold `{fact}` places."""

    model_config = FROZEN

    title: Text
    again: Text | None = None  # the short form from the second time on
    noun: Text | None = None  # the question in a word or two, where it stands in a list
    statement: Text | None = None  # what is promised, said once before the first question
    body: Text | None = None  # said before the title
    body_again: Text | None = None  # said instead of it where the short form is shown
    help: Text | None = None
    why: Text | None = None
    example: Text | None = None
    echo: Text | None = None  # how an accepted answer is confirmed
    echoes: Mapping[str, Text] = {}  # the same for one choice alone
    recap: Text | None = None  # the answer in a few words, said on coming back
    source: tuple[str, ...] = ()


class Question(BaseModel):
    """A place in a flow that waits for one typed reply.

    `about` names a fact whose value tells which instance this is (the key becomes `question@value`); `standing`
    questions are never asked on their own, only opened by a choice or by the move "change N", and count from the
    start once answered.
    """

    model_config = FROZEN

    id: str
    kind: Kind
    words: Words
    part: int = 1  # which of the flow's parts it belongs to, for progress
    seconds: int = 10  # the time model's estimate for reading and answering
    about: str | None = None
    times_from: str | None = None  # a derived fact: how many instances of it are still to come, for the time model
    asked_when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: str | None = None  # a derived fact: list of {id, ja, en}
    fields: tuple[Field, ...] = ()
    fields_from: str | None = None  # a derived fact: list of {id, kind, ja, en, filled, options, row}
    filled_from: str | None = None  # a derived fact: the value shown as already chosen; for a form, by field
    own: bool = False  # words of the person's own are accepted beside the choices
    limit: int = 60  # longest text kept, in characters
    reads: str | None = None  # a reader of the flow's module that turns text into a value; None from it: not for it
    shows: str | None = None  # a derived fact: list of {key, ja, en, note_ja, note_en}, shown as numbered lines
    table_from: str | None = None  # a derived fact: {columns, rows of {label, cells, marks}, spoken, title}, to look at
    edits: str | None = None  # the standing question that 「直す N」 opens for line N of the list shown
    standing: bool = False
    by_others: bool = False  # a standing question that the person is never asked: another's interview, or we, answer it
    awaits: str | None = None  # takes no answer: it waits for what this conclusion has worked out
    asks_each: bool = False  # the fields of a form that a reply leaves open are asked one at a time
    remark: bool = False  # a choice may be typed with a word on it: {choice, own}
    keeps: bool = False  # words such as "as it is" leave what stands
    brief: bool = False  # a yes, or a number, may be all there is to say
    quiet: bool = False  # its answer needs no confirming: what follows shows it
    bare: bool = False  # over in seconds: beside its own choices no other move is held out, though each is understood
    required: bool = False  # skip and don't know are not taken here
    on_later: Literal["postpone", "pause"] = "postpone"
    on_unknown: Literal["record", "example"] = "record"
    concludes: tuple[str, ...] = ()  # conclusions drawn as soon as this is answered
    next: tuple[Rule, ...] = ()


class Outcome(BaseModel):
    """Where a flow ends, and what follows."""

    model_config = FROZEN

    id: str
    text: Text
    concludes: tuple[str, ...] = ()
    rests: bool = False  # the person has had enough: nothing else that waits follows in this visit


class Flow(BaseModel):
    """The map of one guided interview with its words. `digest` names exactly this version."""

    model_config = FROZEN

    id: str
    digest: str
    status: Literal["draft", "published"] = "draft"
    first: str
    parts: int = 1
    title: Text
    given: tuple[str, ...] = ()  # record values copied in when the interview starts
    derived: tuple[str, ...] = ()  # facts computed by the flow's module
    questions: Mapping[str, Question]
    outcomes: Mapping[str, Outcome]
    shows: str | None = None  # the derived fact that is the list this interview makes
    edits: str | None = None  # the standing question that changes a line of that list, where a question names none
    hands: str | None = None  # the standing question that gives the whole interview to somebody else
    compares: tuple[str, ...] = ()  # derived facts told before and after a change; words: messages.compare_<fact>
    resume: Text | None = None  # what is done so far, said on coming back
    urgent: bool = False  # what it says goes before everything else that waits to be said
    reports: bool = False  # takes reports: words that would begin one elsewhere are part of an answer here
    discreet: bool = False  # nothing of it shows in a preview, nor on a card that is over
    messages: Mapping[str, Text] = {}  # the flow's own notices
    catalogue: Mapping[str, Any] = {}  # reference data of content/catalogue that the derived facts read
