"""What follows from answers, in the imperative: what the record is to do. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.credits import Credited
from bot.grades import Graded
from bot.holds import Hold
from bot.leads import Lead
from bot.rooms import OpenRoom
from bot.unseals import Unseal


@dataclass(frozen=True, slots=True)
class RegisterItem:
    """Put one item on the department's register as a draft, by name only; an item of that name stays as it is."""

    department: str
    key: str  # names the item within its interview
    name: str
    owner: str | None  # who knows it best, a person id
    body: Mapping[str, Any]  # pack line, forms, flags and what was said of it
    judge: str | None = None  # who is asked next how much it matters


@dataclass(frozen=True, slots=True)
class ClassifyItem:
    """Write the judgement of an item: the level put forward, the class it falls in, and what it rests on.

    `way` is the widest way of use known; `review_in` the months after which to look again.
    """

    department: str
    item: str
    level: int
    way: str
    review_in: int
    judgement: Mapping[str, Any]
    late: bool = False  # comes of a colleague's answer; a judgement made by another interview meanwhile stays


@dataclass(frozen=True, slots=True)
class DecideItem:
    """A manager's word on what was put forward for an item: approved, or sent back with words of the manager's own.

    `revision` is the item's as the manager saw it.
    """

    department: str
    item: str
    revision: int
    what: str  # approved or returned
    proposer: str | None  # who is asked again, where it is sent back
    words: str = ""


@dataclass(frozen=True, slots=True)
class MatchItems:
    """A manager's word that items of two departments are the same thing: who put the lower one forward is asked to
    raise it to the other's level. Both revisions are the items' as the manager saw them."""

    department: str  # of the lower one
    item: str
    revision: int
    other: str  # the higher one
    other_revision: int
    proposer: str | None


@dataclass(frozen=True, slots=True)
class ConfirmItem:
    """An item is still as it was: the day to look at it again moves on by its own rule.

    `revision` is the item's as it was shown; one that changed meanwhile stays as it is.
    """

    department: str
    item: str
    revision: int


@dataclass(frozen=True, slots=True)
class RetireItem:
    """An item its department has no more comes off the register; one that changed since `revision` stays."""

    department: str
    item: str
    revision: int


@dataclass(frozen=True, slots=True)
class StartRound:
    """Ask the heads of these departments what they hold; again after so many months, 0 for no date."""

    departments: tuple[str, ...]
    repeat_months: int


@dataclass(frozen=True, slots=True)
class HandOn:
    """What a person has open about a department goes to a successor as far as it was answered; left out where there is
    none."""

    person: str
    department: str
    successor: str | None


@dataclass(frozen=True, slots=True)
class SetOwner:
    """Say who knows best an item this interview listed, by its key there; one not listed yet is left to it."""

    department: str
    key: str
    owner: str


@dataclass(frozen=True, slots=True)
class BeginInterview:
    """An interview nobody has answered yet, for one person about one subject; `queued` waits until they come.

    Where an unfinished one of the same person, flow and subject stands, that one stays. `invites` where the person
    does not know of it yet: at a good hour they are asked.
    """

    flow: str
    person: str
    subject: str
    given: Mapping[str, Any]
    queued: bool = False
    invites: bool = False


@dataclass(frozen=True, slots=True)
class PutMeasure:
    """What was said of one measure: claimed to be in place, planned, declined, or unknown, which its owner is asked.

    `due_on` is an ISO date, `kept_days` for how many days its records keep; None where nothing was said.
    """

    measure: str
    reach: str  # department, or company where one serves all
    state: str
    owner: str | None = None
    due_on: str | None = None
    kept_days: int | None = None
    reason: str = ""  # why it was declined, in the person's own words


@dataclass(frozen=True, slots=True)
class SettleClass:
    """How the head of a department wants one class of its information protected; managers decide on it.

    `open_cells` are (objective, leaker, form) that stay open, `findings` what is out of proportion, by name with
    plain parameters.
    """

    department: str
    class_id: str
    put: tuple[PutMeasure, ...]
    open_cells: tuple[tuple[str, str, str], ...]
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DecideClass:
    """A manager's word on what the head of a department settled for a class: approved, or sent back with words.

    `revision` is the class's as the manager saw it; what it leaves open is approved with it.
    """

    department: str
    class_id: str
    revision: int
    what: str  # approved or returned
    proposer: str | None  # who is asked again, where it is sent back
    words: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmMeasures:
    """A manager looked: these measures of a place were seen to be there, those were not, each (measure, revision).

    Of what was not seen its owner is asked. A measure that changed since its revision stays as it is.
    """

    place: str  # a department, or company
    seen: tuple[tuple[str, int], ...]
    unseen: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TendMeasure:
    """What the owner of a measure said of it; one that changed since `revision`, or is another's by now, stays.

    `said` is in_place, later (`due_on`, an ISO date), cannot (`reason`), other (`owner`), days (`kept_days`), or open
    where nothing came of it and the owner is asked once more.
    """

    place: str  # a department, or company
    measure: str
    revision: int
    said: str
    owner: str | None = None
    due_on: str | None = None
    kept_days: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Compute:
    """Work out what needs a wider view than a turn has; the result comes back to the standing question `key`."""

    what: str
    key: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TellAsker:
    """Bring a colleague's answer back to the interview that handed the question on."""

    interview: str
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class TellManager:
    """Let the register managers know: a notice by name with plain parameters."""

    notice: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SetCompanyFact:
    """Write one fact of the company that texts need."""

    fact: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """What somebody reported becomes a case. Those excluded may be involved: they never learn of it. `outside` goes to
    the contact outside the company, and to nobody within.

    `report` holds who moved, the signs, what it is about, when, whether it goes on; who reported is not among it.
    """

    report: Mapping[str, Any]
    excluded: tuple[str, ...]
    receipt: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class AddToReport:
    """Something more that a reporter noticed, or a reply to a question of the team; without words it is left open."""

    receipt: str
    words: str
    replies: bool = False


@dataclass(frozen=True, slots=True)
class TakeIncident:
    """Somebody who was asked takes a case; from now on the others need not be asked."""

    incident: str


@dataclass(frozen=True, slots=True)
class PassIncident:
    """A case goes to somebody else of those who receive reports, at once; without one, to the next of them."""

    incident: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveIncident:
    """Somebody is involved, or may be: they are out of a case for good and are told nothing more."""

    incident: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """People who need to know, each in a role of the team; who is excluded is left out."""

    incident: str
    roles: Mapping[str, str]  # person -> role


@dataclass(frozen=True, slots=True)
class NoteIncident:
    """What became known or was decided in a case: facts that stand from now on, and one line of its record."""

    incident: str
    kind: str  # of the line: fact, decision, evidence, handover, question, reply or notice
    facts: Mapping[str, Any]
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PutTask:
    """Something to do in a case, and who is asked to; again where that changed. `task` is of the catalogue, or own with
    its words."""

    incident: str
    task: str
    owner: str | None
    state: str  # open, done or dropped
    hours: int | None = None  # from the beginning of the case until it is due
    words: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTask:
    """What whoever was asked to do something in a case said of it, who need not know the case.

    `said` is done, later (`due_on`, an ISO date), cannot or other (`owner`).
    """

    task: str  # the row's id
    said: str
    words: str = ""
    due_on: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class AskReporter:
    """A question of the team to whoever reported, brought without either's name."""

    incident: str
    words: str


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """A case is over: what failed and what was missed; the items named are looked at anew, with the classes and
    measures over them."""

    incident: str
    items: tuple[str, ...]
    measures: tuple[str, ...]
    signs: tuple[str, ...]
    draft: Mapping[str, Any]  # the case as it may be told in-house, once somebody approved it


@dataclass(frozen=True, slots=True)
class ApproveTelling:
    """Whether a closed case may be told in-house as it was drafted, without anybody's name."""

    incident: str
    approved: bool


Conclusion = (
    OpenIncident
    | Graded
    | Credited
    | Hold
    | Unseal
    | OpenRoom
    | AddToReport
    | TakeIncident
    | PassIncident
    | LeaveIncident
    | LetIn
    | Lead
    | NoteIncident
    | PutTask
    | AnswerTask
    | AskReporter
    | CloseIncident
    | ApproveTelling
    | RegisterItem
    | ClassifyItem
    | ConfirmItem
    | RetireItem
    | DecideItem
    | MatchItems
    | HandOn
    | SetOwner
    | StartRound
    | BeginInterview
    | SettleClass
    | DecideClass
    | ConfirmMeasures
    | TendMeasure
    | Compute
    | TellAsker
    | TellManager
    | SetCompanyFact
)
