"""What an edit of the register does to measures, before it is saved: which planned ones are released, what opens.

Knows classes before and after and how measures stand; not what the edit was, nor who owns what.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.handbook.cover import Cell, find_cover, find_met
from bot.handbook.measures import COMPANY, ItemClass, Measure, Standing


class Effect(NamedTuple):
    """Measures that need not be done any more, the commoner first, and the needs of classes that are newly open."""

    released: tuple[str, ...]
    opened: tuple[tuple[str, Cell], ...]  # class id and need, in the order of the classes after the edit


def find_effect(
    measures: Mapping[str, Measure],
    before: Sequence[ItemClass],
    after: Sequence[ItemClass],
    standing: Standing,
    elsewhere: Sequence[ItemClass] | None = None,
) -> Effect:
    """What changes where the classes of one department were `before` and are `after`, with its `standing`.

    Released is a planned measure that met a need of a class before and meets none after. One that serves the whole
    company is released only where `elsewhere`, the classes of all other departments, is given and needs it neither.
    Opened is a need that is open after and was not open in the same class before: it was met, or it was none.
    """
    planned = [name for name, state in standing.items() if state == "planned" and name in measures]
    released = [name for name in planned if _is_released(measures[name], before, after, elsewhere)]
    was_open = {one.id: _find_open(measures, one, standing) for one in before}
    opened = [
        (one.id, cell)
        for one in after
        for cell in _find_open(measures, one, standing)
        if cell not in was_open.get(one.id, ())
    ]
    return Effect(tuple(sorted(released, key=lambda name: measures[name].rank)), tuple(opened))


def _is_released(
    measure: Measure, before: Sequence[ItemClass], after: Sequence[ItemClass], elsewhere: Sequence[ItemClass] | None
) -> bool:
    if not _serves(measure, before) or _serves(measure, after):
        return False
    return measure.reach != COMPANY or (elsewhere is not None and not _serves(measure, elsewhere))


def _serves(measure: Measure, classes: Sequence[ItemClass]) -> bool:
    return any(find_met(measure, one) for one in classes)


def _find_open(measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing) -> list[Cell]:
    cells = find_cover(measures, item_class, standing).cells
    return [cell for cell, state in cells.items() if state == "open"]
