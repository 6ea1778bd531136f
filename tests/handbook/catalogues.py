"""Measures and classes to reason about: drawn small ones, the real catalogue, and the classes of the sample company."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import strategies as st

from bot.handbook.measures import EFFORTS, FORMS, LEAKERS, OBJECTIVES, ItemClass, Measure, read_measures
from tests.chat import content
from tests.content.experts import list_lines, play, read_experts

OWN_FORMS = ("paper", "electronic", "object", "knowhow")
STATES = ("claimed", "confirmed", "planned", "declined")


def make_measure(name: str, **told: Any) -> Measure:
    """A measure that only hinders employees from getting near paper at low effort, but for what is told of it."""
    plain: Mapping[str, Any] = {
        "objectives": {"C1"},
        "leakers": {"employee"},
        "forms": {"paper"},
        "level": 1,
        "effort": "low",
        "owners": ("business",),
        "reach": "department",
        "starter": False,
        "group": "things",
        "floor": set(),
        "keeps": False,
        "rank": 1,
    }
    sets = {"objectives", "leakers", "forms", "floor"}
    values = {key: frozenset(value) if key in sets else value for key, value in {**plain, **told}.items()}
    return Measure(id=name, **values)


def make_class(*forms: str, level: int = 3, department: str = "d1", id: str = "L3-desk") -> ItemClass:
    return ItemClass(department, id, level, frozenset(forms), ("x",))


def list_measures(*measures: Measure) -> dict[str, Measure]:
    return {measure.id: measure for measure in measures}


# -- drawn -------------------------------------------------------------------------------------------------------------

FEW_FORMS = ("paper", "electronic", "shared")  # few of each, so that measures have much in common


def draw_catalogue(random: Random) -> dict[str, Measure]:
    """Six to ten measures that overlap a good deal, each with a rank of its own."""
    count = random.randint(6, 10)
    ranks = random.sample(range(1, count + 1), count)
    return list_measures(*(_draw_measure(random, f"m{place}", rank) for place, rank in enumerate(ranks)))


def _draw_measure(random: Random, name: str, rank: int) -> Measure:
    return make_measure(
        name,
        objectives=random.sample(OBJECTIVES[:3], random.choice((1, 1, 2))),
        leakers=random.sample(LEAKERS, random.choice((1, 2, 3))),
        forms=random.sample(FEW_FORMS, random.choice((1, 2, 3))),
        level=random.choice((1, 1, 1, 2, 3)),
        effort=random.choice(EFFORTS),
        owners=tuple(random.sample(("business", "it", "hr"), 2)),
        reach=random.choice(("department", "company")),
        starter=random.random() < 1 / 3,
        floor=random.sample(FEW_FORMS, random.choice((0, 0, 1))),
        rank=rank,
    )


# Drawn by a seed and not piece by piece: pieces come out so small that nothing is left to choose.
catalogues = st.integers(0, 2**32).map(lambda seed: draw_catalogue(Random(seed)))


def classes(department: str = "d1") -> st.SearchStrategy[ItemClass]:
    forms = st.sampled_from([frozenset(each) for size in (3, 2, 1) for each in combinations(FEW_FORMS, size)])
    return st.builds(lambda level, held: make_class(*held, level=level, department=department), LEVELS, forms)


LEVELS = st.sampled_from((3, 2, 1))
# What is known of the measures of a drawn catalogue: of most nothing.
standings = st.dictionaries(st.sampled_from([f"m{place}" for place in range(10)]), st.sampled_from(STATES), max_size=4)


# -- real --------------------------------------------------------------------------------------------------------------


@cache
def read_real() -> dict[str, Measure]:
    return read_measures(content().catalogue["measures"])


def list_shapes() -> list[ItemClass]:
    """Every level with every set of forms there is, 93 classes."""
    sets = [forms for size in range(1, len(FORMS) + 1) for forms in combinations(FORMS, size)]
    return [make_class(*forms, level=level, id=f"L{level}") for level in (1, 2, 3) for forms in sets]


@cache
def list_sample() -> tuple[ItemClass, ...]:
    """The classes of the sample company once every line of its departments is judged as an expert answers."""
    found: dict[tuple[str, str], tuple[int, set[str], list[str]]] = defaultdict(lambda: (0, set(), []))
    for line, expert in read_experts().items():
        judged = play(line, expert).judged
        key = (list_lines()[line][0], f"L{judged.level}-{judged.way}")
        _, forms, items = found[key]
        forms |= set(judged.judgement["forms"]) | ({"shared"} & set(judged.judgement["ways"]))
        found[key] = (judged.level, forms, [*items, line])
    return tuple(
        ItemClass(department, name, level, frozenset(forms), tuple(items))
        for (department, name), (level, forms, items) in found.items()
        if level
    )
