"""What interviews have worked out outside the lane: by name, a function over a reader, the flows, and plain values.

Each gives plain values; what they were made from is named by the key of the question that takes them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from bot.access import Scope
from bot.engine.lexicon import fold
from bot.engine.position import Route
from bot.handbook.cover import find_met
from bot.handbook.measures import COMPANY, ItemClass, Measure, read_measures
from bot.handbook.proportion import Finding, find_muda, find_mura, find_muri
from bot.handbook.selection import select
from bot.state.measures import count_load, list_measures, to_classes, to_standing
from bot.state.queries import Reader

Compute = Callable[[Reader, Mapping[str, Route], Mapping[str, Any]], Any]
EVERYWHERE = Scope(everything=True)


def suggest(_: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> dict[str, Any]:
    """The lightest set for one class as the interview knows it: measures in order, each with what opens without it,
    and what nothing meets any more."""
    found = select(read_catalogue(routes), to_class(given["class"]), given["standing"], given["near"])
    picks = [
        {"measure": one.measure, "opens": [list(cell) for cell in one.opens], "now": one.now} for one in found.picks
    ]
    return {"picks": picks, "unmet": [list(cell) for cell in found.unmet]}


def weigh(reader: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of a plan is out of proportion, seen beside all that the company has and plans: what concerns the class, and
    of other departments only that they have more for something alike."""
    measures, this = read_catalogue(routes), to_class(given["class"])
    rows = reader.read_register(EVERYWHERE)
    others = [one for one in to_classes(rows) if (one.department, one.id) != (this.department, this.id)]
    kept = list_measures(reader, EVERYWHERE)
    standing_of = {
        department: {name: one.state for name, one in to_standing(kept, department).items()}
        for department in {one.department for one in others}
    }
    standing_of[this.department] = dict(given["standing"])
    planned = [(name, person, day) for name, person, day in given["planned"] if person]
    here = {(name, COMPANY if measures[name].reach == COMPANY else this.department) for name, *_ in planned}
    load = count_load(reader, {person for _, person, _ in planned}, but=here)  # put forward before, they weigh once
    found = [
        *find_muri(planned, load, measures),
        *find_muda(measures, [this, *others], standing_of),
        *find_mura(measures, [this, *others], standing_of, list(list_alike(rows))),
    ]
    return [
        {"kind": one.kind, "name": one.name, "params": dict(one.params)}
        for one in found
        if concerns(one, this, measures)
    ]


def concerns(found: Finding, this: ItemClass, measures: Mapping[str, Measure]) -> bool:
    """Whether a finding is this class's to look at."""
    told = found.params
    if found.kind == "mura":
        return (told["department"], told["class"]) == (this.department, this.id)
    if found.kind == "muri":
        return True
    return told["place"] in (this.department, COMPANY) and bool(find_met(measures[told["measure"]], this))


def list_alike(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Pairs of items of two departments that go by one name, or by one line of the packs."""
    named: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["state"] not in ("draft", "retired") and row["name"]:
            for name in {fold(row["name"]), *([f"line {row['line']}"] if row.get("line") else [])}:
                named.setdefault(name, []).append(row)
    pairs = {pair for held in named.values() for pair in _pair(held)}
    yield from sorted(pairs)


def _pair(held: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for one, other in combinations(sorted(held, key=lambda row: str(row["id"])), 2):
        if one["department_id"] != other["department_id"]:
            yield str(one["id"]), str(other["id"])


def read_catalogue(routes: Mapping[str, Route]) -> dict[str, Measure]:
    """The measures as the published flow has them."""
    return read_measures(routes["measures"].flow.catalogue["measures"])


def to_class(told: Mapping[str, Any]) -> ItemClass:
    return ItemClass(told["department"], told["id"], told["level"], frozenset(told["forms"]), tuple(told["items"]))


COMPUTATIONS: dict[str, Compute] = {"suggestion": suggest, "proportion": weigh}
