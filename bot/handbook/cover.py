"""What of a class is protected and what stays open, need by need; knows no person, no date and no words.

A **cell** is objective x leaker x form. Employee, leaver and outsider count over the forms in which the class is held,
partner over `shared` alone and only where something of the class is handed out. A measure *meets* a cell where it
names all three and is meant for the class's level or a lower one. A **floor** is that people can tell, in one form the
class takes, that it is secret; a measure meets it where its `floor` holds that form, at its level. The **needs** of a
class are the cells and floors that at least one measure of the catalogue meets; any other is not applicable to it, by
nature (trust x outsider) or because no measure is known.

A need is `in_place` where a claimed or confirmed measure meets it, else `planned` where a planned one does, else
`open`. A **square**, objective x leaker, is what people see: as good as the worst of its cells. A floor counts as a
cell of C4 for every leaker that counts over its form, but makes no square applicable by itself.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bot.handbook.measures import EFFORTS, FORMS, IN_PLACE, LEAKERS, OBJECTIVES, ItemClass, Measure, Standing

FLOOR = "floor"
AWARENESS = "C4"  # the objective that a floor is part of
PARTNER, SHARED = "partner", "shared"
STATES = ("open", "planned", "in_place")  # the worst first
NOT_APPLICABLE = "not_applicable"
MOST_SWAPS = 3  # alternatives offered for one measure; our proposal


class Cell(NamedTuple):
    """Objective, leaker and form; a floor is `Cell("floor", "", form)`."""

    objective: str
    leaker: str
    form: str


class Cover(NamedTuple):
    """Every need of a class, in the order of `CELLS`: how it stands, and the measures in place or planned that meet it.

    The measures of a need stand with those in place first, then the commoner first.
    """

    cells: Mapping[Cell, str]
    met_by: Mapping[Cell, tuple[str, ...]]


def counts_over(leaker: str, form: str) -> bool:
    """Partners count over what is shared with them, everybody else over what the company itself holds."""
    return (leaker == PARTNER) == (form == SHARED)


CELLS = (
    *(Cell(FLOOR, "", form) for form in FORMS),
    *(Cell(*each) for each in product(OBJECTIVES, LEAKERS, FORMS) if counts_over(*each[1:])),
)


def find_met(measure: Measure, item_class: ItemClass) -> frozenset[Cell]:
    """The needs of a class that one measure meets."""
    return _find_met(measure, item_class.level, item_class.forms)


@lru_cache(maxsize=16_384)
def _find_met(measure: Measure, level: int, forms: frozenset[str]) -> frozenset[Cell]:
    """The same by what counts of a class; worked out once, as every question asks it of every measure."""
    if measure.level > level:
        return frozenset()
    named = product(measure.objectives, measure.leakers, measure.forms & forms)
    cells = [Cell(*each) for each in named if counts_over(*each[1:])]
    return frozenset((*cells, *(Cell(FLOOR, "", form) for form in measure.floor & forms)))


def meets(measure: Measure, cell: Cell, item_class: ItemClass) -> bool:
    return cell in find_met(measure, item_class)


def list_needs(measures: Mapping[str, Measure], item_class: ItemClass) -> tuple[Cell, ...]:
    """The cells and floors that at least one measure of the catalogue meets for this class."""
    met = set().union(*(find_met(measure, item_class) for measure in measures.values()))
    return tuple(cell for cell in CELLS if cell in met)


def find_cover(measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing) -> Cover:
    """How each need stands; a measure that the catalogue does not know, or that was declined, meets nothing."""
    met_by: dict[Cell, list[str]] = {cell: [] for cell in list_needs(measures, item_class)}
    states = dict.fromkeys(met_by, "open")
    for name in list_counted(measures, standing):
        for cell in find_met(measures[name], item_class):
            met_by[cell].append(name)
            states[cell] = max(states[cell], to_state(standing[name]), key=STATES.index)
    return Cover(states, {cell: tuple(names) for cell, names in met_by.items()})


def list_counted(measures: Mapping[str, Measure], standing: Standing) -> list[str]:
    """The measures in place, then those planned, each with the commoner first."""
    counted = [name for name in standing if name in measures and to_state(standing[name]) != "open"]
    return sorted(counted, key=lambda name: (standing[name] not in IN_PLACE, measures[name].rank))


def to_state(standing: str | None) -> str:
    """How a need stands for which this is the best that is known of any measure."""
    return "in_place" if standing in IN_PLACE else "planned" if standing == "planned" else "open"


def to_squares(cover: Cover) -> dict[tuple[str, str], str]:
    """All twenty squares (objective, leaker): open, planned, in_place or not_applicable."""
    return {square: _find_worst(cover, *square) for square in product(OBJECTIVES, LEAKERS)}


def _find_worst(cover: Cover, objective: str, leaker: str) -> str:
    states = [state for cell, state in cover.cells.items() if (cell.objective, cell.leaker) == (objective, leaker)]
    if not states:
        return NOT_APPLICABLE
    if objective == AWARENESS:
        floors = [cell for cell in cover.cells if cell.objective == FLOOR and counts_over(leaker, cell.form)]
        states += [cover.cells[floor] for floor in floors]
    return min(states, key=STATES.index)


def find_opened(
    measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing, without: str
) -> tuple[Cell, ...]:
    """The needs that this measure meets and no other one in place or planned does."""
    if without not in measures:
        return ()
    others = [name for name in list_counted(measures, standing) if name != without]
    held = frozenset[Cell]().union(*(find_met(measures[name], item_class) for name in others))
    opened = find_met(measures[without], item_class) - held
    return tuple(cell for cell in CELLS if cell in opened)


def find_swaps(
    measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing, without: str, most: int = MOST_SWAPS
) -> list[tuple[str, tuple[Cell, ...]]]:
    """What could stand in for a measure: others of which nothing is known yet, each with what it closes of what opens.

    Best first: closes the most, then the least effort, then commonly the first thing to do, then the commoner.
    """
    opened = find_opened(measures, item_class, standing, without)
    closed = {
        name: tuple(cell for cell in opened if cell in find_met(measure, item_class))
        for name, measure in measures.items()
        if name != without and name not in standing
    }
    found = sorted((-len(cells), *_lightness(measures[name]), name) for name, cells in closed.items() if cells)
    return [(name, closed[name]) for *_, name in found[:most]]


def _lightness(measure: Measure) -> tuple[int, bool, int]:
    return EFFORTS.index(measure.effort), not measure.starter, measure.rank
