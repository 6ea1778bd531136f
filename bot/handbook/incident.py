"""What the handbook's part on leaks says, as values that reasoning can use: signs, tasks, traces, clocks, facts.

Pure: reads `content/catalogue/incident.yaml` as parsed, writes no words. Knows no case and no clock on the wall.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.handbook.measures import Same

Told = Mapping[str, Any]
GROUNDS = ("needs", "any_of", "unless", "eased_by")  # the lists of facts that a clock rests on
TIMES = ("days", "from_day", "longer_days", "hours", "might_hours")


class Sign(NamedTuple):
    """Something noticed. `strength` is low, mid or high; `shown` where the form of a report lists it."""

    id: str
    leaker: str
    strength: str
    shown: bool
    source: tuple[str, ...]


class Task(NamedTuple):
    """Something to do after a leak, by whom (a kind of work), in hours from awareness: our targets, no duty."""

    id: str
    start_hour: int
    due_hour: int
    owner: str
    source: tuple[str, ...]


class Trace(NamedTuple):
    """A kind of record that may be evidence.

    `stays` says how it goes: days (by its days), collected (once the paper is), untouched (while nobody uses the
    device). `expected`: asked about even where no measure is known to leave it. No `leakers` is all of them.
    """

    id: str
    forms: frozenset[str]
    measures: tuple[str, ...]
    held_by: str  # a kind of work
    stays: str
    leakers: frozenset[str]
    expected: bool
    source: tuple[str, ...]


class Clock(NamedTuple):
    """A report or notice with its time, from awareness; whether it is owed is up to facts.

    Owed where all of `needs` and one of `any_of` hold and none of `unless` does; where one of `eased_by` holds it may
    not be needed. `days` is the last day, `from_day` the first of a window, `first_day` 1 where the day of awareness
    is day one; with the fact `longer_if` it is `longer_days`. `hours` counts hours. `might_hours` is the earliest to
    reckon with while a contract's own term is unknown. With none of these it has no set time.
    """

    id: str
    needs: tuple[str, ...]
    any_of: tuple[str, ...]
    unless: tuple[str, ...]
    eased_by: tuple[str, ...]
    days: int | None
    from_day: int | None
    first_day: int
    longer_days: int | None
    longer_if: str | None
    hours: int | None
    might_hours: int | None
    duty: bool
    source: tuple[str, ...]
    unverified: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """All it rests on, each once."""
        longer = (self.longer_if,) if self.longer_if else ()
        return tuple(dict.fromkeys((*self.needs, *self.any_of, *self.unless, *self.eased_by, *longer)))


class Fact(NamedTuple):
    """A fact of a case; where `counts` names a number, it holds if that number is more than `over`."""

    id: str
    counts: str | None
    over: int


class Response(NamedTuple):
    """All of it, by id, in the order of the content."""

    signs: Mapping[str, Sign]
    tasks: Mapping[str, Task]
    traces: Mapping[str, Trace]
    clocks: Mapping[str, Clock]
    facts: Mapping[str, Fact]
    first_hour: tuple[str, ...]  # of `evidence_dont`: what not to do in the first hour


def read_response(catalogue: Told) -> Response:
    """`catalogue` is incident.yaml as parsed."""
    return _read(Same(catalogue))


@lru_cache(maxsize=4)
def _read(same: Same) -> Response:
    told = same.told
    return Response(
        signs=_each(told["signs"], _read_sign),
        tasks=_each(told["tasks"], _read_task),
        traces=_each(told["traces"], _read_trace),
        clocks=_each(told["clocks"], _read_clock),
        facts=_each(told["facts"], lambda name, one: Fact(name, one.get("counts"), int(one.get("over") or 0))),
        first_hour=tuple(name for name, one in told["evidence_dont"].items() if one.get("first_hour")),
    )


def _each(table: Mapping[str, Told], read: Any) -> Mapping[str, Any]:
    return MappingProxyType({name: read(name, one) for name, one in table.items() if one.get("hidden") != "yes"})


def _read_sign(name: str, told: Told) -> Sign:
    return Sign(name, told["leaker"], told["strength"], told.get("shown") == "yes", tuple(told["source"]))


def _read_task(name: str, told: Told) -> Task:
    return Task(name, int(told["start_hour"]), int(told["due_hour"]), told["owner"], tuple(told["source"]))


def _read_trace(name: str, told: Told) -> Trace:
    return Trace(
        id=name,
        forms=frozenset(told.get("forms", ())),
        measures=tuple(told.get("measures", ())),
        held_by=told["held_by"],
        stays=told["stays"],
        leakers=frozenset(told.get("leakers", ())),
        expected=told.get("expected") == "yes",
        source=tuple(told["source"]),
    )


def _read_clock(name: str, told: Told) -> Clock:
    lists: dict[str, Any] = {line: tuple(told.get(line, ())) for line in (*GROUNDS, "source")}
    numbers: dict[str, Any] = {line: told.get(line) for line in (*TIMES, "longer_if")}
    return Clock(
        id=name,
        **lists,
        **numbers,
        first_day=int(told.get("first_day", 0)),
        duty=told.get("duty") != "no",
        unverified=list_doubts(told),
    )


def list_signs(catalogue: Told, leaker: str, every: bool = False) -> list[Sign]:
    """The signs of this leaker that the form lists, or `every` one."""
    return [one for one in read_response(catalogue).signs.values() if one.leaker == leaker and (every or one.shown)]


def list_doubts(told: Told) -> tuple[str, ...]:
    """Why a company's lawyer should confirm this entry; nothing once it is confirmed."""
    return () if told.get("confirmed") else tuple(told.get("unverified") or ())


def may_show(told: Told) -> bool:
    """Whether this entry may be shown to anybody: some only once a company's lawyer confirmed it."""
    return told.get("needs_confirmation") != "yes" or bool(told.get("confirmed"))


def is_ours(source: tuple[str, ...] | list[str]) -> bool:
    """Whether it is nothing but our own suggestion, to be shown as such and never as the handbook's words."""
    return set(source) <= {"knowledge"}
