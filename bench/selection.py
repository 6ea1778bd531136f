"""What choosing measures takes for forty classes of the whole catalogue, against the solver alone.

Ours is what a person waits for: what is open, the model, its optimum, the reasons. Theirs is HiGHS given the same
models ready-made. Processor time, so that what else runs here counts for nothing; nothing is in place yet, which is the
most there ever is to choose.
"""

from functools import partial
from itertools import combinations, islice
from pathlib import Path
from statistics import median
from time import process_time

from highspy import HighsLp

from bench.figure import Figure, run_rounds
from bot.engine.loader import read_yaml
from bot.handbook.cover import list_needs
from bot.handbook.measures import FORMS, ItemClass, Measure, read_measures
from bot.handbook.selection import build_programme, select, solve, to_model

CATALOGUE = Path(__file__).resolve().parent.parent / "content" / "catalogue" / "measures.yaml"
ROUNDS = 21
CLASSES = 40
NEAR = ("business",)


def measure_selection() -> Figure:
    """The ratio of two times for the same forty optima."""
    measures, classes = read_measures(read_yaml(CATALOGUE)), list_classes()
    models = [to_model(build_programme(measures, one, list_needs(measures, one), NEAR)) for one in classes]
    ours, alone = partial(_time_selections, measures, classes), partial(_time_solver, models)
    for warm_up in (ours, alone):
        warm_up()
    rounds = run_rounds(ours, alone, ROUNDS)
    return Figure(
        name="selection",
        ratios=rounds.ratios,
        against="HiGHS alone, given the same forty models ready-made",
        must=2.0,
        reach=1.5,
        better="lower",
        more={
            "class_ms": round(median(rounds.ours) / CLASSES * 1e3, 2),
            "slowest_class_ms": round(max(_time_selections(measures, [one]) for one in classes) * 1e3, 2),
            "forty_classes_s": round(median(rounds.ours), 3),
            "solver_class_ms": round(median(rounds.theirs) / CLASSES * 1e3, 2),
        },
    )


def list_classes() -> list[ItemClass]:
    """The forty that ask most: strictly confidential in every set of two forms or more, then confidential in the
    largest sets."""
    shapes = ((level, forms) for level in (3, 2) for size in (5, 4, 3, 2) for forms in combinations(FORMS, size))
    return [ItemClass("d", f"L{level}", level, frozenset(forms), ()) for level, forms in islice(shapes, CLASSES)]


def _time_selections(measures: dict[str, Measure], classes: list[ItemClass]) -> float:
    began = process_time()
    for one in classes:
        select(measures, one, {}, NEAR)
    return process_time() - began


def _time_solver(models: list[HighsLp]) -> float:
    began = process_time()
    for model in models:
        solve(model)
    return process_time() - began
