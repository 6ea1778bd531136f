"""Measures and classes to reason about: drawn small ones, the real catalogue, and the classes of the sample company."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from bot.handbook.measures import EFFORTS, FORMS, LEAKERS, OBJECTIVES, ItemClass, Measure, Standing, read_measures
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


def some_of(names: tuple[str, ...], least: int = 1) -> st.SearchStrategy[frozenset[str]]:
    """Any set of these, as one draw."""
    masks = st.integers(least, 2 ** len(names) - 1)
    return masks.map(lambda mask: frozenset(name for place, name in enumerate(names) if mask >> place & 1))


@st.composite
def catalogues(draw: st.DrawFn, most: int = 9) -> dict[str, Measure]:
    """A few measures that overlap a good deal, each with a rank of its own."""
    count = draw(st.integers(1, most))
    ranks = draw(st.permutations(range(1, count + 1)))
    return list_measures(
        *(
            make_measure(
                f"m{place}",
                objectives=draw(some_of(OBJECTIVES[:3])),
                leakers=draw(some_of(LEAKERS)),
                forms=draw(some_of(FORMS)),
                level=draw(st.integers(1, 3)),
                effort=draw(st.sampled_from(EFFORTS)),
                owners=tuple(sorted(draw(some_of(("business", "it", "hr"))))),
                reach=draw(st.sampled_from(("department", "company"))),
                starter=draw(st.booleans()),
                floor=draw(some_of(FORMS, least=0)),
                rank=rank,
            )
            for place, rank in enumerate(ranks)
        )
    )


def classes(department: str = "d1") -> st.SearchStrategy[ItemClass]:
    return st.builds(
        lambda level, forms: make_class(*forms, level=level, department=department),
        st.integers(1, 3),
        some_of(FORMS),
    )


def standings(states: tuple[str, ...] = STATES) -> st.SearchStrategy[Standing]:
    """What is known of the measures of `catalogues`; of many nothing."""
    names = st.sampled_from([f"m{place}" for place in range(9)])
    return st.dictionaries(names, st.sampled_from(states), max_size=5)


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
