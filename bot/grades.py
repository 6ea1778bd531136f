"""What follows from what a person did with a nudge or a moment, and from a word that sends them. Values only."""

from dataclasses import dataclass

from bot.sending import Sending


@dataclass(frozen=True, slots=True)
class NoteNudge:
    """How it was answered: right, wrong, unknown, seen, or none where it was left unanswered."""

    grade: str


@dataclass(frozen=True, slots=True)
class PutOffNudge:
    """The person wishes to hear it later; `until` is one of `interruptions.SNOOZES`."""

    until: str


@dataclass(frozen=True, slots=True)
class LessenTopic:
    """The person wishes to hear less of a topic; their duties, and what is owed after an answer, still come."""

    topic: str


@dataclass(frozen=True, slots=True)
class OpenListed:
    """Of several things on one card the person opens what this campaign has for them."""

    campaign: str


@dataclass(frozen=True, slots=True)
class PutOffListed:
    """The person wishes to have all that stands on the card later; `until` is one of `interruptions.SNOOZES`."""

    until: str


@dataclass(frozen=True, slots=True)
class DropListed:
    """The person puts away all that stands on the card."""


@dataclass(frozen=True, slots=True)
class PlanMoment:
    """A moment of working life is theirs: each is told of it when it comes by `comes`, one of `awareness.COMES`.

    `day` is an ISO date. Whoever was told of it for that day already, or is to be, is not told twice.
    """

    moment: str
    comes: str
    people: tuple[str, ...]
    day: str


@dataclass(frozen=True, slots=True)
class BringHolidays:
    """Whether the moment before a long holiday comes to everybody by itself from now on."""

    comes: bool


Listed = OpenListed | PutOffListed | DropListed
Graded = NoteNudge | PutOffNudge | LessenTopic | Listed | PlanMoment | BringHolidays | Sending
