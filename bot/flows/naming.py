"""How measures, classes and what stays open are called: derived values from the catalogue of measures.

Pure. A flow that uses them has `class_forms`, `square` and `floor` among its messages.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.handbook.cover import FLOOR
from bot.handbook.measures import FORMS


def read_told(facts: Facts) -> Mapping[str, Any]:
    """The catalogue of measures as it is written."""
    found: Mapping[str, Any] = facts.catalogue["measures"]
    return found


def name_measure(facts: Facts, measure: str) -> Value:
    """A measure as people call it; one the catalogue has no more goes by its id."""
    one = read_told(facts)["measures"].get(measure)
    return dict(one["short"]) if one else measure


def name_forms(facts: Facts, forms: Collection[str]) -> list[Value]:
    return [dict(read_told(facts)["forms"][form]["name"]) for form in FORMS if form in forms]


def name_class(facts: Facts, class_id: str, forms: Collection[str]) -> Value:
    """Level × way of use, with the forms it takes."""
    level, _, way = class_id.partition("-")
    named = {"value": {"form": f"level_{level.removeprefix('L')}"}, "other": {"form": f"way_{way}"}}
    return {"message": "class_forms", **named, "this": name_forms(facts, forms)}


def name_squares(facts: Facts, cells: Iterable[Sequence[str]]) -> list[Value]:
    """Needs, each (objective, leaker, form), by square with the forms of each together."""
    squares: dict[tuple[str, str], list[str]] = {}
    for objective, leaker, form in cells:
        squares.setdefault((objective, leaker), []).append(form)
    return [_name_square(facts, *square, forms) for square, forms in squares.items()]


def _name_square(facts: Facts, objective: str, leaker: str, forms: Collection[str]) -> Value:
    told = read_told(facts)
    if objective == FLOOR:
        return {"message": "floor", "value": name_forms(facts, forms)}
    sides = {"value": dict(told["objectives"][objective]["short"]), "other": dict(told["leakers"][leaker]["name"])}
    return {"message": "square", **sides, "this": name_forms(facts, forms)}
