"""Where records of a leak should still lie, who holds them and when they vanish, from what the register knows.

Pure: items, measures and the instants come in as values; which records a measure leaves is content. What was not said
is told as not said, never as none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.handbook.incident import Trace
from bot.handbook.measures import COMPANY, IN_PLACE, Measure

# How a source stands: seen to be there, said to be there, there by nature, known not to be, or nobody said.
CONFIRMED, CLAIMED, EXPECTED, NONE, UNSAID = "confirmed", "claimed", "expected", "none", "unsaid"
REST = "other-record"  # the trace of records that no other trace names
BY_DAYS, UNTOUCHED = "days", "untouched"


class Held(NamedTuple):
    """One item that the case is about, as the register has it."""

    id: str
    department: str
    forms: frozenset[str]  # with `shared` where something of it is handed to partners


class Stand(NamedTuple):
    """One measure at one place, a department or the company, as the record has it."""

    place: str
    measure: str
    state: str  # claimed, confirmed, planned or declined
    owner: str | None = None
    kept_days: int | None = None
    said_at: datetime | None = None


class Source(NamedTuple):
    """One place where evidence should lie.

    `holder` is a person's id where one is known, else only `held_by`, a kind of work. `vanishes_at` is when the record
    of the suspected start goes, `reaches_to` how far back its records reach now; None where its days or the start are
    not known, or it does not go by days.
    """

    trace: str
    measure: str | None
    place: str | None  # a department, or the company
    items: tuple[str, ...]
    state: str
    stays: str  # days, collected, untouched
    held_by: str
    holder: str | None
    kept_days: int | None
    vanishes_at: datetime | None
    reaches_to: datetime | None
    is_gone: bool  # the record of the suspected start
    said_at: datetime | None

    @property
    def are_days_unknown(self) -> bool:
        """Whether it goes by days and nobody said how many."""
        return self.stays == BY_DAYS and self.kept_days is None and self.state in (CONFIRMED, CLAIMED)


class Suspicion(NamedTuple):
    """What is suspected: since when, where it is known, and by whom (a kind of leaker)."""

    started_at: datetime | None = None
    leaker: str | None = None


def find_sources(
    traces: Mapping[str, Trace],
    measures: Mapping[str, Measure],
    items: Sequence[Held],
    stands: Sequence[Stand],
    suspected: Suspicion,
    now: datetime,
) -> list[Source]:
    """Where evidence about these items should lie: first what vanishes first, then records of unknown days, then what
    stays until it is touched or collected, what nobody has spoken of, what is gone, and what there is none of."""
    found: list[Source] = []
    for trace in traces.values():
        near = [item for item in items if trace.forms & item.forms]
        if near and _fits(trace, suspected.leaker):
            found += _find_of(trace, near, stands, suspected.started_at, now)
    found += _find_rest(traces, measures, items, stands, (suspected, now))
    return sorted(found, key=_to_urgency)


def _fits(trace: Trace, leaker: str | None) -> bool:
    return leaker is None or not trace.leakers or leaker in trace.leakers


def _find_of(
    trace: Trace, items: Sequence[Held], stands: Sequence[Stand], started_at: datetime | None, now: datetime
) -> Iterator[Source]:
    """A trace as each measure in place leaves it; without any, whether it is known not to be, or may be asked for."""
    own = [one for one in stands if one.measure in trace.measures and _list_items(one, items)]
    there = [one for one in own if one.state in IN_PLACE]
    for one in there:
        yield _to_source(trace, one, items, started_at, now)
    covered = {name for one in there for name in _list_items(one, items)}
    left = tuple(item.id for item in items if item.id not in covered)
    if left and trace.expected:
        yield _to_missing(trace, own, left)


def _find_rest(
    traces: Mapping[str, Trace],
    measures: Mapping[str, Measure],
    items: Sequence[Held],
    stands: Sequence[Stand],
    when: tuple[Suspicion, datetime],
) -> Iterator[Source]:
    """Records of a company's own measures, which no trace names."""
    named = {measure for trace in traces.values() for measure in trace.measures}
    for one in stands:
        measure = measures.get(one.measure)
        if measure is None or not measure.keeps or one.measure in named or one.state not in IN_PLACE:
            continue
        near = [item for item in items if measure.forms & item.forms]
        suspected, now = when
        is_theirs = suspected.leaker is None or suspected.leaker in measure.leakers
        if REST in traces and is_theirs and _list_items(one, near):
            held_by = next(iter(measure.owners), traces[REST].held_by)
            yield _to_source(traces[REST]._replace(held_by=held_by), one, near, suspected.started_at, now)


def _list_items(one: Stand, items: Sequence[Held]) -> tuple[str, ...]:
    """Those a measure stands over: of its department, or all where it serves the company."""
    return tuple(item.id for item in items if one.place in (COMPANY, item.department))


def _to_source(trace: Trace, one: Stand, items: Sequence[Held], started_at: datetime | None, now: datetime) -> Source:
    days = timedelta(days=one.kept_days) if one.kept_days is not None and trace.stays == BY_DAYS else None
    vanishes_at = started_at + days if days is not None and started_at else None
    return Source(
        trace=trace.id,
        measure=one.measure,
        place=one.place,
        items=_list_items(one, items),
        state=one.state,
        stays=trace.stays,
        held_by=trace.held_by,
        holder=one.owner,
        kept_days=one.kept_days if days is not None else None,
        vanishes_at=vanishes_at,
        reaches_to=now - days if days is not None else None,
        is_gone=vanishes_at is not None and vanishes_at <= now,
        said_at=one.said_at,
    )


def _to_missing(trace: Trace, own: Sequence[Stand], items: tuple[str, ...]) -> Source:
    """Nobody has spoken of it, or it is known not to be there; what a device holds by itself is there by nature."""
    is_denied = bool(own) and all(one.state not in IN_PLACE for one in own)
    state = EXPECTED if trace.stays == UNTOUCHED else (NONE if is_denied else UNSAID)
    said_at = max((one.said_at for one in own if one.said_at), default=None) if is_denied else None
    return Source(
        trace=trace.id,
        measure=None,
        place=None,
        items=items,
        state=state,
        stays=trace.stays,
        held_by=trace.held_by,
        holder=None,
        kept_days=None,
        vanishes_at=None,
        reaches_to=None,
        is_gone=False,
        said_at=said_at,
    )


def _to_urgency(one: Source) -> tuple[int, float, str]:
    if one.state == NONE:
        rank = 5
    elif one.is_gone:
        rank = 4
    elif one.state == UNSAID:
        rank = 3
    elif one.stays != BY_DAYS:
        rank = 2
    else:
        rank = 1 if one.are_days_unknown else 0
    moment = one.vanishes_at or one.reaches_to  # what reaches back least goes first
    return rank, (moment.timestamp() if one.vanishes_at else -moment.timestamp()) if moment else 0.0, one.trace
