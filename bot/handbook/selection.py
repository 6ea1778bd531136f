"""The lightest set of measures that leaves nothing of a class open: an exact optimum of an integer programme (HiGHS).

Knows a class, the catalogue and how measures stand; no person, no date and no words.

**Candidates** are the measures of which nothing is known yet that meet an open need of the class (`cover`). What is in
place or planned is kept and what was declined is left out, so a suggestion only ever adds. **Chosen** is a set of
candidates by which every open need that a candidate meets is met, and of all such sets the one

1. of the least effort, the sum of `WEIGHTS`, then
2. of the least sum of places, where candidates stand in this order: those commonly done first before others, those
   that a kind of work at hand usually sees to before others, the commoner before the rarer.

One unit of effort weighs more than all places together, so both are one whole number and equal means equal. The same
input gives the same picks. An open need that no candidate meets, because all its measures were declined, is **unmet**;
it costs nothing, so declining makes no suggestion cheaper unless it leaves something unmet.

Without one of its picks a suggestion opens what no other pick meets; as the set is the lightest, that is never nothing.
The first `AT_ONCE` picks are for now, the others for next: small efforts before larger ones, and among equals what a
floor rests on first, then what opens most without it, then by place.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from bot.handbook.cover import FLOOR, Cell, find_cover, find_met
from bot.handbook.measures import ItemClass, Measure, Standing

if TYPE_CHECKING:
    from highspy import HighsLp

WEIGHTS = {"low": 1, "mid": 3, "high": 9}  # our proposal: a step of effort is worth three measures of the step below
AT_ONCE = 5  # new measures at a time; our proposal


class Pick(NamedTuple):
    """A measure to take up, the needs that are open without it, and whether it is for now or for next."""

    measure: str
    opens: tuple[Cell, ...]
    now: bool


class Suggestion(NamedTuple):
    """The measures to take up, those for now first, and the open needs that nothing meets any more."""

    picks: tuple[Pick, ...]
    unmet: tuple[Cell, ...]


class Programme(NamedTuple):
    """Choose candidates of the least weight so that every need is met.

    `needs` are the open ones that some candidate meets; `meets` holds the candidates by place, each with those it
    meets. `weights`, one a candidate, is its effort in units that are more than all places together, and its place.
    """

    needs: tuple[Cell, ...]
    meets: Mapping[str, Collection[Cell]]
    weights: tuple[int, ...]


def select(
    measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing, near: Collection[str] = ()
) -> Suggestion:
    """What to take up for a class, with its reasons. `near` are the kinds of work at hand, as in `Measure.owners`."""
    cells = find_cover(measures, item_class, standing).cells
    open_needs = [cell for cell, state in cells.items() if state == "open"]
    candidates = {name: measure for name, measure in measures.items() if name not in standing}
    programme = build_programme(candidates, item_class, open_needs, near)
    unmet = tuple(cell for cell in open_needs if cell not in programme.needs)
    if not programme.needs:
        return Suggestion((), unmet)
    names = list(programme.meets)
    chosen = [names[column] for column in solve(to_model(programme))]
    return Suggestion(explain(measures, programme, chosen), unmet)


def build_programme(
    candidates: Mapping[str, Measure], item_class: ItemClass, open_needs: Sequence[Cell], near: Collection[str]
) -> Programme:
    """The choice there is for these open needs."""
    wanted = set(open_needs)
    met = {name: find_met(measure, item_class) & wanted for name, measure in candidates.items()}
    useful = [name for name, cells in met.items() if cells]
    names = sorted(useful, key=lambda name: _preference(candidates[name], near))
    needed = set().union(*(met[name] for name in names))
    unit = 1 + sum(range(len(names) + 1))
    return Programme(
        needs=tuple(cell for cell in open_needs if cell in needed),
        meets={name: met[name] for name in names},
        weights=tuple(WEIGHTS[candidates[name].effort] * unit + place for place, name in enumerate(names, start=1)),
    )


def _preference(measure: Measure, near: Collection[str]) -> tuple[bool, bool, int]:
    return not measure.starter, not any(owner in near for owner in measure.owners), measure.rank


def to_model(programme: Programme) -> "HighsLp":
    """The programme as HiGHS takes it: a column of 0 or 1 a candidate, a row of at least 1 a need."""
    from highspy import HighsLp, HighsVarType, kHighsInf

    row_of = {cell: row for row, cell in enumerate(programme.needs)}
    met = [sorted(row_of[cell] for cell in cells) for cells in programme.meets.values()]
    index = list(chain.from_iterable(met))
    columns, rows = len(met), len(row_of)
    model = HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = [float(weight) for weight in programme.weights]
    model.col_lower_, model.col_upper_ = [0.0] * columns, [1.0] * columns
    model.row_lower_, model.row_upper_ = [1.0] * rows, [kHighsInf] * rows
    model.a_matrix_.start_ = [0, *accumulate(map(len, met))]
    model.a_matrix_.index_, model.a_matrix_.value_ = index, [1.0] * len(index)
    model.integrality_ = [HighsVarType.kInteger] * columns
    return model


def solve(model: "HighsLp") -> list[int]:
    """The columns chosen at the optimum, in ascending order; RuntimeError where HiGHS proves none."""
    from highspy._core import HighsModelStatus, _Highs  # highspy.Highs announces itself on standard output when made

    solver = _Highs()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != HighsModelStatus.kOptimal:
        raise RuntimeError(f"no lightest set was found: {solver.getModelStatus()}")
    return [column for column, value in enumerate(solver.getSolution().col_value) if value > 1 / 2]


OPTIONS: Mapping[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,  # a class takes milliseconds: what waits is spread over processes
    "parallel": "off",
    "mip_rel_gap": 0.0,  # the optimum, and not what is near it
    "mip_feasibility_tolerance": 1e-9,
}


def explain(measures: Mapping[str, Measure], programme: Programme, chosen: Sequence[str]) -> tuple[Pick, ...]:
    """The chosen ones, by place, in the order in which they are taken up, each with what no other of them meets."""
    times = Counter(cell for name in chosen for cell in programme.meets[name])
    once = [cell for cell in programme.needs if times[cell] == 1]
    opens = {name: tuple(cell for cell in once if cell in programme.meets[name]) for name in chosen}

    def urgency(name: str) -> tuple[int, bool, int]:
        rests = any(cell.objective == FLOOR for cell in opens[name])
        return WEIGHTS[measures[name].effort], not rests, -len(opens[name])

    order = sorted(chosen, key=urgency)
    return tuple(Pick(name, opens[name], place < AT_ONCE) for place, name in enumerate(order))
