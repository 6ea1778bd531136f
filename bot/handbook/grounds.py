"""What speaks for telling one lesson or leak case to one person at an instant, as reasons that can be told to them.

Pure; knows no words, and no names of items: a reason holds ids, and whoever words it asks what the person may see.

A reason never says that somebody was wrong, nor how a department compares: a gap belongs to the map, not to a person.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from bot.handbook.awareness import LeakCase, Lesson
from bot.handbook.measures import OBJECTIVES
from bot.handbook.spacing import TOGETHER, Sent, Standing, find_due

# Kinds of reasons, in the order in which they decide; of a topic that was turned down the first three alone bring it.
ASKED, MOMENT, RETURNS, CHANGED = "asked", "moment", "returns", "changed"
HANDLES, THIN, UNHEARD = "handles", "thin", "unheard"

CADENCES = {  # triggers that are no event: the least time between two tellings
    "monthly": timedelta(weeks=4),
    "quarterly": timedelta(weeks=13),
    "half_yearly": timedelta(weeks=26),
    "yearly": timedelta(weeks=52),
}
CASE_REST = timedelta(weeks=52)  # a story that is known is not told twice in a year
FRESH = timedelta(weeks=4)  # how long something new is a reason
LONG_AGO = timedelta(weeks=26)  # since when something counts as not heard

Subject = Lesson | LeakCase
Square = tuple[str, str]  # objective and leaker, as in `cover`
Instants = Mapping[str, datetime]
NONE_YET: Instants = MappingProxyType({})


class Change(NamedTuple):
    """Something new in the department: an item, a measure or a rule, and what it touches."""

    kind: str  # item, measure or rule
    at: datetime
    handles: frozenset[str] = frozenset()  # categories, fields and forms of items
    squares: frozenset[Square] = frozenset()
    topics: frozenset[str] = frozenset()


class Learner(NamedTuple):
    """One person, as far as it matters what they should hear. All instants are UTC."""

    person: str  # id; nothing rests on it but the order of options
    handles: Mapping[str, int]  # category, field or form -> how many items of the department are of it
    groups: frozenset[str]  # audiences they belong to: managers, the field of the department
    thin: Mapping[Square, int]  # how many cells are open over what the department holds
    changes: tuple[Change, ...] = ()
    history: tuple[Sent, ...] = ()
    fewer: frozenset[str] = frozenset()  # topics turned down
    moments: Instants = NONE_YET  # trigger that holds, such as joining or before_visit -> since when
    asked: Instants = NONE_YET  # lesson or case that a manager asked to have sent -> when


class Reason(NamedTuple):
    """Why it comes. `values` by kind: moment, the triggers; returns, when it was answered; changed, the kinds of it;
    handles, what of it the department has, the most first; thin, objective and leaker of the square; unheard, when it
    was last sent, or nothing. Instants are in ISO form."""

    kind: str
    values: tuple[str, ...] = ()


def find_reasons(subject: Subject, learner: Learner, standing: Standing, now: datetime) -> tuple[Reason, ...]:
    """All that hold, the deciding one first."""
    found: dict[str, Sequence[str] | None] = {
        ASKED: () if _is_news(learner.asked.get(subject.id), standing, now) else None,
        MOMENT: _list_moments(subject, learner, standing, now) or None,
        RETURNS: _tell(standing.answered_at) if _is_back(subject, learner, standing, now) else None,
        CHANGED: _list_changes(subject, learner, standing, now) or None,
        HANDLES: list_handled(subject, learner) or None,
        THIN: find_thinnest(subject, learner)[0] or None,
        UNHEARD: _tell(standing.sent_at) if (standing.sent_at or now - LONG_AGO) <= now - LONG_AGO else None,
    }
    return tuple(Reason(kind, tuple(values)) for kind, values in found.items() if values is not None)


def may_come(
    subject: Subject, learner: Learner, standing: Standing, reasons: Collection[Reason], now: datetime
) -> bool:
    """Whether it may be told to this person now at all, given the reasons that hold.

    What a manager asked for may always come, once each time it is asked for. A return may whenever it is due. Anything
    else only after its rest, to those it is meant for, about what they handle, or anything while nobody has said what
    that is; where it belongs to a moment, then; and not where they turned its topic down, unless it is its moment,
    which is a duty.
    """
    kinds = {reason.kind for reason in reasons}
    if kinds & {ASKED, RETURNS}:
        return True
    due_at = find_due(standing, find_rest(subject))
    if due_at is not None and due_at > now:
        return False
    return _is_for(subject, learner) and (MOMENT in kinds or _is_free(subject, learner))


def owes_return(subject: Subject, learner: Learner, standing: Standing) -> bool:
    """Whether it is to return after a wrong answer, as often as it takes; of a topic that was turned down, once."""
    return standing.gap is not None and (subject.topic not in learner.fewer or standing.returned == 0)


def find_rest(subject: Subject) -> timedelta:
    """The least time between two tellings: of a case CASE_REST, of a lesson what its shortest cadence says."""
    if isinstance(subject, LeakCase):
        return CASE_REST
    return min((CADENCES[one] for one in subject.triggers if one in CADENCES), default=timedelta())


def list_handled(subject: Subject, learner: Learner) -> list[str]:
    """What the subject is about that the department has, the most first."""
    held = [name for name in subject.handles if learner.handles.get(name, 0) > 0]
    return sorted(held, key=lambda name: (-learner.handles[name], name))


def find_thinnest(subject: Subject, learner: Learner) -> tuple[Square | tuple[()], int]:
    """The square it works on that has the most open cells, and how many; the first by name of equal ones."""
    found = [(square, learner.thin.get(square, 0)) for square in sorted(_list_squares(subject))]
    square, count = max(found, key=lambda each: each[1], default=((), 0))
    return (square, count) if count > 0 else ((), 0)


def _list_squares(subject: Subject) -> Iterator[Square]:
    """Of a case those of its leakers, as it names no objective."""
    return product(subject.objectives if isinstance(subject, Lesson) else OBJECTIVES, subject.leakers)


def _is_news(at: datetime | None, standing: Standing, now: datetime) -> bool:
    """Whether something that happened then is still to be followed by a telling."""
    return at is not None and at <= now and (standing.sent_at is None or standing.sent_at < at)


def _tell(at: datetime | None) -> tuple[str, ...]:
    return (at.isoformat(),) if at else ()


def _list_moments(subject: Subject, learner: Learner, standing: Standing, now: datetime) -> list[str]:
    triggers = subject.triggers - CADENCES.keys() if isinstance(subject, Lesson) else ()
    return sorted(one for one in triggers if _is_news(learner.moments.get(one), standing, now))


def _is_back(subject: Subject, learner: Learner, standing: Standing, now: datetime) -> bool:
    due_at = find_due(standing)
    return owes_return(subject, learner, standing) and due_at is not None and due_at - TOGETHER <= now


def _list_changes(subject: Subject, learner: Learner, standing: Standing, now: datetime) -> list[str]:
    """The kinds of what is new, touches it and was not followed by it yet."""
    squares = set(_list_squares(subject))
    kinds = set()
    for one in learner.changes:
        touches = one.handles & subject.handles or one.squares & squares or subject.topic in one.topics
        if touches and one.at > now - FRESH and _is_news(one.at, standing, now):
            kinds.add(one.kind)
    return sorted(kinds)


def _is_for(subject: Subject, learner: Learner) -> bool:
    """Whether it is meant for this person, and about something that their department has, as far as that is known."""
    is_meant = isinstance(subject, LeakCase) or subject.audience == "all" or subject.audience in learner.groups
    is_known = any(count > 0 for count in learner.handles.values())
    return is_meant and (not subject.handles or not is_known or bool(list_handled(subject, learner)))


def _is_free(subject: Subject, learner: Learner) -> bool:
    """Whether it may come without being a duty: its topic was not turned down, and it belongs to no moment alone."""
    triggers = subject.triggers if isinstance(subject, Lesson) else frozenset()
    return subject.topic not in learner.fewer and (not triggers or bool(triggers & CADENCES.keys()))
