"""What follows from what a person did with a nudge, in the imperative; with it, what sends nudges. Values only."""

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


Graded = NoteNudge | PutOffNudge | LessenTopic | Sending
