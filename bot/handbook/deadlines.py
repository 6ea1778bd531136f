"""When what is owed after a leak is due, from the moment of awareness and the answers so far, and why.

Pure: the instant, the time zone and the answers come in as values; which clocks there are is content. While an answer
is missing, the earliest that might apply counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.handbook.incident import Clock, Fact, Response
from bot.hours import find_day, find_start

DUE, MAYBE, DONE, NOT_NEEDED = "due", "maybe", "done", "not_needed"
TERM = "term"  # among what is missing: how long a contract or a policy gives
AWARE = "aware_at"  # among what moved a deadline: the instant it counts from
DAY, HOUR, MINUTE = 86_400, 3_600, 60  # seconds
LATEST = datetime.max.replace(tzinfo=UTC)
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Term(NamedTuple):
    """What one contract or policy says itself: hours (0 is at once) or days, and its own instant of awareness."""

    id: str
    clock: str = "contract"
    hours: int | None = None
    days: int | None = None
    aware_at: datetime | None = None  # where None, the case's


class Case(NamedTuple):
    """What deadlines are reckoned from.

    `answers`: fact -> True, False or None; "yes" and "no" are read alike and anything else is not known. Numbers such
    as `persons` stand under their own name. `done`: id of a deadline -> when it was met.
    """

    aware_at: datetime
    timezone: str
    answers: Mapping[str, Any] = NOTHING
    terms: tuple[Term, ...] = ()
    done: Mapping[str, datetime] = NOTHING


class Ground(NamedTuple):
    """An answer that a deadline rests on."""

    fact: str
    holds: bool


class Deadline(NamedTuple):
    """One report or notice. `due_at` is the first instant that is too late, UTC; `last_day` the day before it where
    days are counted; all three None where no time is set or nothing is owed."""

    id: str  # the clock's, and behind a colon the term's where there is one
    clock: str
    state: str  # due, maybe, done, not_needed
    since: datetime
    from_at: datetime | None
    due_at: datetime | None
    last_day: date | None
    why: tuple[Ground, ...]
    missing: tuple[str, ...]  # facts, or TERM, that may still change it
    duty: bool
    source: tuple[str, ...]
    unverified: tuple[str, ...]
    done_at: datetime | None = None


class Moved(NamedTuple):
    """A deadline that changed its state or time; None where there was or is none."""

    id: str
    was: Deadline | None
    now: Deadline | None
    because: tuple[str, ...]  # facts whose answer changed, AWARE, TERM


class Left(NamedTuple):
    """How long until a deadline, or since it where `is_over`: whole days, hours and minutes."""

    days: int
    hours: int
    minutes: int
    is_over: bool
    has_begun: bool  # its window, where it has one


def to_case(known: Mapping[str, Any], timezone: str) -> Case:
    """From the facts that stand in a case, as JSON: aware_at, answers, the hours of a contract's term, what was met
    when."""
    hours = known.get("term")
    terms = (Term("1", hours=hours),) if isinstance(hours, int) else ()
    met = {name: datetime.fromisoformat(at) for name, at in (known.get("met") or {}).items()}
    return Case(datetime.fromisoformat(known["aware_at"]), timezone, known.get("answers") or {}, terms, met)


def find_deadlines(response: Response, case: Case) -> list[Deadline]:
    """Every deadline of a case, the soonest first, then those without a time, what is done and what is not needed.

    Raises ValueError where an instant has no time zone.
    """
    answers = read_answers(response.facts, case.answers)
    found = [one for clock in response.clocks.values() for one in _find_each(clock, case, answers)]
    rank = {DUE: 0, MAYBE: 0, DONE: 1, NOT_NEEDED: 2}
    return sorted(found, key=lambda one: (rank[one.state], one.due_at or LATEST))


def find_moved(response: Response, before: Case, after: Case) -> list[Moved]:
    """What another answer, term or instant changes, in the order of the deadlines after it."""
    was, now = ({one.id: one for one in find_deadlines(response, case)} for case in (before, after))
    told = [read_answers(response.facts, case.answers) for case in (before, after)]
    moved = []
    for name in [*now, *(name for name in was if name not in now)]:
        old, new = was.get(name), now.get(name)
        if old is None or new is None or _to_time(old) != _to_time(new):
            known = new or old
            clock = response.clocks[known.clock] if known else None
            facts = [fact for fact in (clock.facts if clock else ()) if told[0].get(fact) != told[1].get(fact)]
            moved.append(Moved(name, old, new, (*facts, *_list_other_causes(before, after))))
    return moved


def count_down(deadline: Deadline, now: datetime) -> Left | None:
    """How long is left; None where it has no time or nothing is owed any more."""
    if deadline.due_at is None or deadline.state in (DONE, NOT_NEEDED):
        return None
    seconds = (deadline.due_at - now) // timedelta(seconds=1)
    days, rest = divmod(abs(seconds), DAY)
    is_over = now >= deadline.due_at
    has_begun = deadline.from_at is None or now >= deadline.from_at
    return Left(days, rest // HOUR, rest % HOUR // MINUTE, is_over, has_begun)


def is_likely(response: Response, one: Deadline) -> bool:
    """Whether all that it needs is known to hold, whatever else is still open."""
    return {ground.fact for ground in one.why if ground.holds}.issuperset(response.clocks[one.clock].needs)


def read_answers(facts: Mapping[str, Fact], told: Mapping[str, Any]) -> dict[str, bool]:
    """The facts that are known; a number that was given outweighs a guess about it."""
    read = {True: True, False: False, "yes": True, "no": False}
    known = {}
    for name, fact in facts.items():
        number = told.get(fact.counts) if fact.counts else None
        value = told.get(name)
        if isinstance(number, int) and not isinstance(number, bool):
            known[name] = number > fact.over
        elif isinstance(value, bool | str) and value in read:
            known[name] = read[value]
    return known


# -- one clock ---------------------------------------------------------------------------------------------------------


def _find_each(clock: Clock, case: Case, answers: Mapping[str, bool]) -> Iterator[Deadline]:
    """A deadline for each contract or policy with a term of its own, else one for the clock."""
    terms = [term for term in case.terms if term.clock == clock.id]
    if not terms:
        yield _find_one(clock, case, clock.id, case.aware_at, answers)
    held = {**answers, **dict.fromkeys(clock.needs, True)}  # whoever names a contract says that there is one
    for term in terms:
        own = clock if term.hours is term.days is None else clock._replace(hours=None, days=None, might_hours=None)
        if term.hours is not None:
            own = own._replace(hours=term.hours)
        elif term.days is not None:
            own = own._replace(days=term.days)
        yield _find_one(own, case, f"{clock.id}:{term.id}", term.aware_at or case.aware_at, held)


def _find_one(clock: Clock, case: Case, name: str, since: datetime, answers: Mapping[str, bool]) -> Deadline:
    if since.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    unknown = [fact for fact in clock.facts if fact not in answers]
    known = {fact for fact in clock.facts if answers.get(fact)}
    owed = [holds for holds in _complete(known, unknown) if _is_owed(clock, holds)]
    state = _find_state(clock, owed, known, unknown)
    done_at = case.done.get(name)
    days = [days for days in (_find_days(clock, holds) for holds in owed) if days is not None]
    missing = [fact for fact in unknown if _matters(clock, fact, known, unknown)]
    if clock.might_hours is not None and state != NOT_NEEDED:
        missing.append(TERM)
    return Deadline(
        name,
        clock.id,
        DONE if done_at else state,
        since.astimezone(UTC),
        *(_find_time(clock, since, min(days, default=None), case.timezone) if owed else (None, None, None)),
        why=tuple(_list_grounds(clock, answers, state)),
        missing=tuple(missing),
        duty=clock.duty,
        source=clock.source,
        unverified=clock.unverified,
        done_at=done_at,
    )


def _complete(known: set[str], unknown: Sequence[str]) -> Iterator[set[str]]:
    """Every way in which what is not known may turn out: the facts that hold then."""
    for holds in product((False, True), repeat=len(unknown)):
        yield known | {fact for fact, one in zip(unknown, holds, strict=True) if one}


def _is_owed(clock: Clock, holds: set[str]) -> bool:
    some = not clock.any_of or not holds.isdisjoint(clock.any_of)
    return some and holds.issuperset(clock.needs) and holds.isdisjoint(clock.unless)


def _find_state(clock: Clock, owed: Sequence[set[str]], known: set[str], unknown: Sequence[str]) -> str:
    if not owed:
        return NOT_NEEDED
    is_sure = len(owed) == 2 ** len(unknown) and known.isdisjoint(clock.eased_by) and clock.might_hours is None
    return DUE if is_sure else MAYBE


def _find_days(clock: Clock, holds: set[str]) -> int | None:
    return clock.longer_days if clock.longer_if in holds else clock.days


def _matters(clock: Clock, fact: str, known: set[str], unknown: Sequence[str]) -> bool:
    """Whether the answer could still change what is owed, by when, or whether it may not be needed."""
    others = [one for one in unknown if one != fact]
    return any(_judge(clock, holds) != _judge(clock, holds | {fact}) for holds in _complete(known, others))


def _judge(clock: Clock, holds: set[str]) -> tuple[bool, int | None, bool]:
    if not _is_owed(clock, holds):
        return (False, None, False)
    return (True, _find_days(clock, holds), not holds.isdisjoint(clock.eased_by))


def _list_grounds(clock: Clock, answers: Mapping[str, bool], state: str) -> Iterator[Ground]:
    """The answers it rests on: why it is owed, or else why it is not."""
    held = [fact for fact in clock.facts if answers.get(fact)]
    if state == NOT_NEEDED:
        denied = [fact for fact in clock.needs if answers.get(fact) is False]
        if clock.any_of and all(answers.get(fact) is False for fact in clock.any_of):
            denied += clock.any_of
        yield from (Ground(fact, False) for fact in denied)
        yield from (Ground(fact, True) for fact in held if fact in clock.unless)
        return
    yield from (Ground(fact, True) for fact in held)
    if clock.longer_if and answers.get(clock.longer_if) is False:
        yield Ground(clock.longer_if, False)


def _find_time(
    clock: Clock, since: datetime, days: int | None, timezone: str
) -> tuple[datetime | None, datetime | None, date | None]:
    """From when, until when, and the last day. Days end with the day, where the company is; hours pass anywhere."""
    hours = clock.hours if clock.hours is not None else clock.might_hours
    if days is None:
        return None, since.astimezone(UTC) + timedelta(hours=hours) if hours is not None else None, None
    first = find_day(since, timezone) - timedelta(days=clock.first_day)
    last = first + timedelta(days=days)
    opens = find_start(first + timedelta(days=clock.from_day), timezone) if clock.from_day is not None else None
    return opens, find_start(last + timedelta(days=1), timezone), last


# -- what moved --------------------------------------------------------------------------------------------------------


def _to_time(deadline: Deadline) -> tuple[Any, ...]:
    return deadline.state, deadline.from_at, deadline.due_at


def _list_other_causes(before: Case, after: Case) -> Iterator[str]:
    if (before.aware_at, before.timezone) != (after.aware_at, after.timezone):
        yield AWARE
    if before.terms != after.terms:
        yield TERM
