"""Which lesson or leak case comes next for one person, in which form, and why.

Pure; knows no words and sends nothing. The same learner at the same instant is given the same choice, as nothing of
that instant or later is read: what was sent can be worked out again from the record.

Of all that may come (`grounds.may_come`) the first is taken, in this order, all our proposal:

1. what a manager asked for, as somebody waits for it;
2. what belongs to a moment, since after the visit it is of no use;
3. what returns after a wrong answer, the longest due first, as its gap is what makes it stick;
4. what something new touches, while it is new;
5. a lesson, but after CASE_AFTER things in a row that were no case a case: a story is remembered when it is rare;
6. another topic than the last one, so that nobody feels preached at;
7. what was not heard for months, so that everybody gets round everything;
8. what works on the thinnest square of the cover, then what concerns the most items of the department;
9. what was heard longest ago, then by id.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.handbook.awareness import Awareness, Check, LeakCase
from bot.handbook.grounds import (
    ASKED,
    CHANGED,
    MOMENT,
    RETURNS,
    UNHEARD,
    Learner,
    Reason,
    Subject,
    find_reasons,
    find_thinnest,
    list_handled,
    may_come,
    owes_return,
)
from bot.handbook.spacing import Sent, Standing, find_due, find_form, find_standing

LESSON, CASE = "lesson", "case"
CASE_AFTER = 3
APART = timedelta(hours=12)  # between two nudges to one person, so that there is one a day
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Choice(NamedTuple):
    """What comes: the check of a lesson in `form`, its options in this order, "" and none for a case."""

    kind: str  # lesson or case
    id: str
    form: str
    options: tuple[str, ...]
    reasons: tuple[Reason, ...]  # the deciding one first


class Candidate(NamedTuple):
    subject: Subject
    standing: Standing
    reasons: tuple[Reason, ...]


def choose(awareness: Awareness, learner: Learner, now: datetime) -> Choice | None:
    """What comes next for this person at this instant, if anything does."""
    return next(iter(rank(awareness, learner, now)), None)


def rank(awareness: Awareness, learner: Learner, now: datetime) -> list[Choice]:
    """All that may come, the next one first: what a message that holds several takes them from."""
    before = sorted((one for one in learner.history if one.sent_at < now), key=lambda one: (one.sent_at, one.id))
    candidates = list_candidates(awareness, learner, now)
    ordered = sorted(candidates, key=lambda one: _find_place(one, awareness, learner, before))
    return [_to_choice(one, learner.person) for one in ordered]


def list_candidates(awareness: Awareness, learner: Learner, now: datetime) -> list[Candidate]:
    """What may come at this instant, in no order."""
    sendings: dict[str, list[Sent]] = {}
    for sent in learner.history:
        sendings.setdefault(sent.id, []).append(sent)
    subjects: tuple[Subject, ...] = (*awareness.lessons.values(), *awareness.cases.values())
    found = []
    for subject in subjects:
        standing = find_standing(sendings.get(subject.id, ()), now)
        reasons = find_reasons(subject, learner, standing, now)
        if may_come(subject, learner, standing, reasons, now):
            found.append(Candidate(subject, standing, reasons))
    return found


def list_returns(awareness: Awareness, learner: Learner, now: datetime) -> list[datetime]:
    """When each return that is owed comes by itself, as far as known at this instant, the soonest first."""
    found = []
    for name, lesson in awareness.lessons.items():
        standing = find_standing([one for one in learner.history if one.id == name], now)
        due_at = find_due(standing)
        if owes_return(lesson, learner, standing) and due_at is not None:
            found.append(due_at)
    return sorted(found)


def order_options(check: Check, person: str, lesson: str, times: int) -> tuple[str, ...]:
    """The ids of a check's options in the order in which this person sees them this time; `times` it was sent before.

    By a digest of all that, so that nobody learns where the right one stands, and a text worded again is the same.
    """

    def place(option: str) -> bytes:
        return hashlib.sha256("\0".join((person, lesson, check.id, str(times), option)).encode()).digest()

    return tuple(sorted((option.id for option in check.options), key=place))


def _to_choice(candidate: Candidate, person: str) -> Choice:
    subject, standing, reasons = candidate
    if isinstance(subject, LeakCase):
        return Choice(CASE, subject.id, "", (), reasons)
    checks = {check.id: check for check in subject.checks}
    form = find_form(tuple(checks), standing)
    options = order_options(checks[form], person, subject.id, standing.times) if form else ()
    return Choice(LESSON, subject.id, form, options, reasons)


def _find_place(
    candidate: Candidate, awareness: Awareness, learner: Learner, before: Sequence[Sent]
) -> tuple[bool | int | str | datetime, ...]:
    """What a candidate is sorted by, line by line as in the order above."""
    subject, standing, reasons = candidate
    kinds = {reason.kind for reason in reasons}
    return (
        ASKED not in kinds,
        MOMENT not in kinds,
        find_due(standing) or EARLIEST if RETURNS in kinds else LATEST,
        CHANGED not in kinds,
        isinstance(subject, LeakCase) != _is_time_for_case(awareness, before),
        subject.topic == _find_last_topic(awareness, before),
        UNHEARD not in kinds,
        -find_thinnest(subject, learner)[1],
        -sum(learner.handles[name] for name in list_handled(subject, learner)),
        standing.sent_at or EARLIEST,
        subject.id,
    )


def _is_time_for_case(awareness: Awareness, before: Sequence[Sent]) -> bool:
    last = before[-CASE_AFTER:]
    return len(last) == CASE_AFTER and not any(one.id in awareness.cases for one in last)


def _find_last_topic(awareness: Awareness, before: Sequence[Sent]) -> str | None:
    name = before[-1].id if before else ""
    last = awareness.lessons.get(name) or awareness.cases.get(name)
    return last.topic if last else None
