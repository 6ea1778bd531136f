"""What interviews have worked out outside the lane: by name, a function over a reader, the flows, and plain values.

Each gives plain values; what they were made from is named by the key of the question that takes them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.position import Route
from bot.handbook.measures import ItemClass, Measure, read_measures
from bot.handbook.selection import select
from bot.state.queries import Reader

Compute = Callable[[Reader, Mapping[str, Route], Mapping[str, Any]], Any]


def suggest(_: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> dict[str, Any]:
    """The lightest set for one class as the interview knows it: measures in order, each with what opens without it,
    and what nothing meets any more."""
    found = select(read_catalogue(routes), to_class(given["class"]), given["standing"], given["near"])
    picks = [{"measure": one.measure, "opens": [list(cell) for cell in one.opens], "now": one.now} for one in found.picks]
    return {"picks": picks, "unmet": [list(cell) for cell in found.unmet]}


def weigh(reader: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is out of proportion in a plan."""
    return []


def read_catalogue(routes: Mapping[str, Route]) -> dict[str, Measure]:
    """The measures as the published flow has them."""
    return read_measures(routes["measures"].flow.catalogue["measures"])


def to_class(told: Mapping[str, Any]) -> ItemClass:
    return ItemClass(told["department"], told["id"], told["level"], frozenset(told["forms"]), tuple(told["items"]))


COMPUTATIONS: dict[str, Compute] = {"suggestion": suggest, "proportion": weigh}
