"""One person's year, played through by the very functions that decide what comes and when: what would come, and why.

Pure; sends nothing. It serves whoever wants to see beforehand what a schedule means for one person.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.handbook.awareness import Awareness
from bot.handbook.grounds import Learner, Reason
from bot.handbook.learning import APART, EARLIEST, LATEST, Choice, list_returns, rank
from bot.handbook.spacing import Sent
from bot.hours import find_start
from bot.interruptions import Hours, bundle, count_room, find_next

NUDGE, DIGEST = "nudge", "digest"


class Planned(NamedTuple):
    """Something that falls due for the person. What a nudge says is chosen when it comes, of all or of the kind that is
    its `what`, or it is what a manager named there; anything else says `what` and `why` itself."""

    due_at: datetime
    kind: str = NUDGE
    what: str = ""
    why: tuple[Reason, ...] = ()


class Reply(NamedTuple):
    """How the person answers, and how long after."""

    grade: str
    after: timedelta


class Entry(NamedTuple):
    """One message of the year: its kind is lesson, case, that of what was planned, or digest for several in one."""

    at: datetime
    kind: str
    what: tuple[str, ...]
    why: tuple[Reason, ...]


Answers = Callable[[Choice, datetime], Reply | None]  # what was sent, and when -> the answer, None for silence


class Year:
    """What of the year was played so far, and what is still to come. It is used up by being played."""

    def __init__(self, awareness: Awareness, learner: Learner, schedule: Iterable[Planned], answers: Answers) -> None:
        self.awareness = awareness
        self.learner = learner
        self.answers = answers
        self.waiting = list(schedule)
        self.vain: set[datetime] = set()  # returns in whose place nothing came
        self.nudges_from = EARLIEST
        self.interrupted = [one.sent_at for one in learner.history]
        self.entries: list[Entry] = []

    def list_due(self) -> list[tuple[datetime, Planned]]:
        """What was planned and what returns by itself, behind when it may come at the soonest, in that order."""
        owed = list_returns(self.awareness, self.learner, LATEST)
        returns = [Planned(due_at) for due_at in owed if due_at not in self.vain]
        due = [(self._find_start(one), one) for one in (*self.waiting, *returns)]
        return sorted(due, key=lambda each: each[0])

    def _find_start(self, planned: Planned) -> datetime:
        return max(planned.due_at, self.nudges_from) if planned.kind == NUDGE else planned.due_at

    def send(self, at: datetime, messages: Iterable[tuple[Planned, ...]]) -> None:
        """What these become at this instant, one message each; a nudge that finds nothing to say is left out."""
        choices = rank(self.awareness, self.learner, at)
        entries = []
        for message in messages:
            said = [entry for one in message for entry in self._say(at, one, choices)]
            entries += [_join(said)] if len(said) > 1 else said
        self._drop((one for message in messages for one in message), is_sent=bool(entries))
        self.interrupted += [at] * len(entries)
        self.entries += entries

    def _say(self, at: datetime, planned: Planned, choices: list[Choice]) -> Iterator[Entry]:
        if planned.kind != NUDGE:
            yield Entry(at, planned.kind, (planned.what,), planned.why)
        elif choice := self._choose(at, planned, choices):
            reply = self.answers(choice, at)
            sent = Sent(choice.id, choice.form, at)
            if reply:
                sent = sent._replace(grade=reply.grade, answered_at=at + reply.after)
            self.learner = self.learner._replace(history=(*self.learner.history, sent))
            self.nudges_from = at + APART
            yield Entry(at, choice.kind, (choice.id,), choice.reasons)

    def _choose(self, at: datetime, planned: Planned, choices: list[Choice]) -> Choice | None:
        """What a nudge says; no other one of the same message says it, too."""
        wanted = planned.what
        if wanted in self.awareness.lessons or wanted in self.awareness.cases:
            choices = rank(self.awareness, self.learner._replace(asked={wanted: planned.due_at}), at)
        fits = (one for one in choices if wanted in ("", one.kind, one.id))
        choice = next(fits, None)
        if choice in choices:
            choices.remove(choice)
        return choice

    def _drop(self, done: Iterable[Planned], is_sent: bool) -> None:
        """A return goes by itself once it was sent; where nothing came in its place it is not tried again."""
        for one in done:
            if one in self.waiting:
                self.waiting.remove(one)
            elif not is_sent:
                self.vain.add(one.due_at)


def plan_year(
    awareness: Awareness, learner: Learner, hours: Hours, year: int, schedule: Iterable[Planned], answers: Answers
) -> list[Entry]:
    """Every message of that year by the person's own calendar, in order: what falls due by the schedule, and what
    returns after a wrong answer. The history that the learner brings counts for the budget, too."""
    played = Year(awareness, learner, schedule, answers)
    at, ends_at = (find_start(date(begins, 1, 1), hours.timezone) for begins in (year, year + 1))
    while due := played.list_due():
        at = find_next(max(due[0][0], at), hours, played.interrupted)
        if at >= ends_at:
            break
        waiting = [one for starts_at, one in due if starts_at <= at]
        played.send(at, _keep_apart(bundle(waiting))[: count_room(at, played.interrupted)])
        at += datetime.resolution  # what comes next is chosen knowing what came now
    return played.entries


def _keep_apart(messages: Sequence[tuple[Planned, ...]]) -> list[tuple[Planned, ...]]:
    """Without the nudges after the first, where each would be a message of its own."""
    kept: list[tuple[Planned, ...]] = []
    has_nudge = False
    for message in messages:
        is_nudge = len(message) == 1 and message[0].kind == NUDGE
        if not (is_nudge and has_nudge):
            kept.append(message)
        has_nudge = has_nudge or is_nudge
    return kept


def _join(said: Sequence[Entry]) -> Entry:
    what = tuple(name for one in said for name in one.what)
    return Entry(said[0].at, DIGEST, what, tuple(reason for one in said for reason in one.why))
