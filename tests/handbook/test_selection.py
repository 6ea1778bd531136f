"""The lightest set of measures: as light as trying every set finds it, explained, the same every time, and quiet."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.handbook.cover import Cell, find_cover, find_met, find_opened
from bot.handbook.measures import ItemClass, Measure, Standing
from bot.handbook.selection import AT_ONCE, WEIGHTS, Suggestion, select
from tests.handbook.catalogues import (
    FEW_FORMS,
    STATES,
    catalogues,
    classes,
    draw_catalogue,
    list_measures,
    list_sample,
    list_shapes,
    make_class,
    make_measure,
    read_real,
    standings,
)


def cost_of(suggestion: Suggestion, measures: Mapping[str, Measure]) -> int:
    return sum(WEIGHTS[measures[pick.measure].effort] for pick in suggestion.picks)


def open_after(measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing) -> set[Cell]:
    cells = find_cover(measures, item_class, standing).cells
    return {cell for cell, state in cells.items() if state == "open"}


def take_up(standing: Standing, suggestion: Suggestion) -> dict[str, str]:
    return {**standing, **{pick.measure: "planned" for pick in suggestion.picks}}


# -- exact -------------------------------------------------------------------------------------------------------------


Need = tuple[str, ...]


def list_met(measure: Measure, held: ItemClass) -> set[Need]:
    """What a measure does for a class, written out again from the words of the rule; shares no code with it."""
    met: set[Need] = {("floor", form) for form in measure.floor}
    for form in measure.forms:
        who = measure.leakers & {"partner"} if form == "shared" else measure.leakers - {"partner"}
        met |= {(objective, leaker, form) for objective in measure.objectives for leaker in who}
    return {need for need in met if need[-1] in held.forms and measure.level <= held.level}


def try_every_set(met: Sequence[set[Need]], efforts: Sequence[int], wanted: set[Need]) -> tuple[int, int]:
    """Effort and sum of places of the best of all sets of candidates that meet everything wanted."""
    found = []
    for size in range(len(met) + 1):
        for places in combinations(range(len(met)), size):
            if set().union(*(met[place] for place in places)) >= wanted:
                found.append((sum(efforts[place] for place in places), sum(place + 1 for place in places)))
    return min(found)


def test_the_suggestion_is_as_light_as_the_best_of_all_sets() -> None:
    """On 500 small catalogues: of equal effort and equal places, and nothing stays open that could be met."""
    for seed in range(500):
        random = Random(seed)
        measures, forms = draw_catalogue(random), random.sample(FEW_FORMS, random.choice((2, 3, 3)))
        known = random.sample(sorted(measures), random.choice((0, 0, 1, 2)))
        standing = {name: random.choice(STATES) for name in known}
        look_at_every_set(measures, make_class(*forms), standing, near=random.choice(((), ("it",))))


def look_at_every_set(
    measures: Mapping[str, Measure], held: ItemClass, standing: Standing, near: Collection[str]
) -> None:
    kept = [list_met(measures[name], held) for name, state in standing.items() if state != "declined"]
    free = [one for one in measures.values() if one.id not in standing]
    every, open_needs = (set().union(*(list_met(one, held) for one in some)) for some in (measures.values(), free))
    open_needs -= set().union(*kept)
    order = [one for one in free if list_met(one, held) & open_needs]
    order.sort(key=lambda one: (0 if one.starter else 1, 0 if set(one.owners) & set(near) else 1, one.rank))
    efforts = [{"low": 1, "mid": 3, "high": 9}[one.effort] for one in order]

    suggestion = select(measures, held, standing, near)

    chosen = [place for place, one in enumerate(order) if one.id in {pick.measure for pick in suggestion.picks}]
    assert len(chosen) == len(suggestion.picks)
    met = [list_met(one, held) for one in order]
    assert set().union(*(met[place] for place in chosen)) >= open_needs
    best = try_every_set(met, efforts, open_needs)
    assert (sum(efforts[place] for place in chosen), sum(place + 1 for place in chosen)) == best
    assert len(suggestion.unmet) == len(every - open_needs - set().union(*kept))


def choose_greedily(measures: Mapping[str, Measure], held: ItemClass) -> int:
    """The effort where always the measure is taken that meets most of what is left for its effort."""
    left, effort = open_after(measures, held, {}), 0
    while left:
        met = {one.id: find_met(one, held) & left for one in measures.values()}
        best = max(met, key=lambda name: len(met[name]) / WEIGHTS[measures[name].effort])
        left, effort = left - met[best], effort + WEIGHTS[measures[best].effort]
    return effort


def test_taking_always_the_best_next_measure_is_never_lighter_and_often_dearer() -> None:
    """Over the real catalogue, where no one can try every set: in more than a quarter of all shapes of a class."""
    pairs = [(choose_greedily(read_real(), held), select(read_real(), held, {})) for held in list_shapes()]
    saved = [greedy - cost_of(suggestion, read_real()) for greedy, suggestion in pairs]
    assert min(saved) == 0
    assert sum(more > 0 for more in saved) > len(saved) / 4


# -- explained ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nearby", [(), ("business", "general_affairs")], ids=["nobody near", "small firm"])
@pytest.mark.parametrize("share", [0, 4], ids=["nothing yet", "every fourth in place"])
def test_without_any_one_pick_exactly_what_it_says_is_open(share: int, nearby: tuple[str, ...]) -> None:
    """Of the real catalogue: on every class of the sample company, and on every level with every set of forms."""
    measures = read_real()
    standing = {name: "claimed" for name, one in measures.items() if share and one.rank % share == 0}
    for item_class in (*list_sample(), *list_shapes()):
        suggestion = select(measures, item_class, standing, nearby)
        assert suggestion.unmet == ()
        taken = take_up(standing, suggestion)
        assert not open_after(measures, item_class, taken)
        for pick in suggestion.picks:
            assert pick.opens
            assert pick.opens == find_opened(measures, item_class, taken, pick.measure)


@given(catalogues, classes(), standings)
def test_every_pick_of_a_small_catalogue_opens_what_it_says(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Whatever is declined, in place or planned."""
    suggestion = select(measures, item_class, standing)
    for pick in suggestion.picks:
        assert pick.opens
        assert pick.opens == find_opened(measures, item_class, take_up(standing, suggestion), pick.measure)


def test_the_floor_is_asked_though_the_pledge_makes_people_aware() -> None:
    """Counted by objective alone the mark would never be chosen: nobody could tell from the paper that it is secret."""
    pledge = make_measure("pledge", objectives={"C4"}, starter=True)
    mark = make_measure("mark", objectives={"C4"}, floor={"paper"}, rank=2)
    measures = list_measures(pledge, mark)
    suggestion = select(measures, make_class("paper"), {"pledge": "confirmed"})
    assert [(pick.measure, pick.opens) for pick in suggestion.picks] == [("mark", (Cell("floor", "", "paper"),))]


# -- preferred ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"effort": "low"}, {"effort": "mid", "starter": True}),
        ({"starter": True}, {"owners": ("it",)}),
        ({"owners": ("legal", "it")}, {}),
        ({}, {}),
    ],
    ids=["effort first", "then what is commonly done first", "then what is near", "then what is common"],
)
def test_among_equals_the_lighter_the_usual_the_nearer_the_commoner(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    """Two that do the same: the order of preference decides, and the rank only where nothing before it does."""
    same_otherwise = better == worse
    first = make_measure("better", rank=1 if same_otherwise else 9, **better)
    second = make_measure("worse", rank=9 if same_otherwise else 1, **worse)
    suggestion = select(list_measures(second, first), make_class("paper"), {}, near=("it",))
    assert [pick.measure for pick in suggestion.picks] == ["better"]


def test_five_are_for_now_the_small_ones_and_the_floor_first() -> None:
    """As the conversation shows it: five now, the rest next, a middle effort after every small one."""
    each = [make_measure(f"m{place}", objectives={f"C{place}"}, rank=place) for place in (1, 2, 3, 5)]
    wide = make_measure("wide", objectives={"C1", "C2"}, leakers={"outsider"}, rank=8)
    mark = make_measure("mark", objectives={"C4"}, leakers={"leaver"}, floor={"paper"}, rank=9)
    drawer = make_measure("drawer", objectives={"C4"}, leakers={"employee"}, effort="mid", starter=True, rank=7)
    picks = select(list_measures(drawer, *each, wide, mark), make_class("paper"), {}).picks
    assert [pick.measure for pick in picks] == ["mark", "wide", "m1", "m2", "m3", "m5", "drawer"]
    assert [pick.now for pick in picks] == [True] * AT_ONCE + [False] * 2


def test_where_nothing_is_open_nothing_is_suggested() -> None:
    """All is in place, or the catalogue has nothing for such a class at all."""
    one = make_measure("one")
    assert select(list_measures(one), make_class("paper"), {"one": "planned"}) == ((), ())
    assert select(list_measures(one), make_class("object"), {}) == ((), ())


def test_what_cannot_be_met_any_more_is_said_and_the_rest_is_suggested_all_the_same() -> None:
    """Every measure for one need was declined; the other need does not wait for it."""
    measures = list_measures(make_measure("lock"), make_measure("pledge", objectives={"C4"}, rank=2))
    suggestion = select(measures, make_class("paper"), {"lock": "declined"})
    assert suggestion.unmet == (Cell("C1", "employee", "paper"),)
    assert [pick.measure for pick in suggestion.picks] == ["pledge"]


# -- sound -------------------------------------------------------------------------------------------------------------


@given(catalogues, classes(), standings, st.integers(0, 9))
def test_one_more_in_place_never_makes_it_dearer(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing, place: int
) -> None:
    """Whether it was unknown, planned or declined before."""
    more = {**standing, f"m{place}": "confirmed"}
    before, after = (select(measures, item_class, known) for known in (standing, more))
    assert cost_of(after, measures) <= cost_of(before, measures)


@given(catalogues, classes(), standings)
def test_a_class_in_fewer_forms_never_costs_more(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Any one form left out."""
    whole = cost_of(select(measures, item_class, standing), measures)
    for form in item_class.forms:
        fewer = item_class._replace(forms=item_class.forms - {form})
        assert cost_of(select(measures, fewer, standing), measures) <= whole


@given(catalogues, classes(), standings)
@example(list_measures(make_measure("m0")), make_class("paper"), {})
def test_declining_never_makes_it_cheaper_unless_something_stays_open(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Each of its picks declined: as dear or dearer, or the suggestion says what nothing meets any more."""
    before = select(measures, item_class, standing)
    for pick in before.picks:
        after = select(measures, item_class, {**standing, pick.measure: "declined"})
        assert cost_of(after, measures) >= cost_of(before, measures) or len(after.unmet) > len(before.unmet)


# -- the same every time -----------------------------------------------------------------------------------------------

TELL = """
from bot.handbook.selection import select
from tests.handbook.catalogues import list_shapes, read_real
print([select(read_real(), shape, {}, ("business",)) for shape in list_shapes()[-31::6]])
"""


def test_the_same_input_gives_the_same_picks_in_another_process_and_another_order() -> None:
    """Neither how Python scatters its sets nor how the catalogue is sorted decides anything."""
    scattered = {**os.environ, "PYTHONHASHSEED": "1"}
    elsewhere = subprocess.run([sys.executable, "-c", TELL], env=scattered, capture_output=True, check=True, text=True)
    turned = dict(reversed(read_real().items()))
    for measures in (read_real(), turned):
        here = [select(measures, shape, {}, ("business",)) for shape in list_shapes()[-31::6]]
        assert f"{here}\n" == elsewhere.stdout


def test_many_at_once_find_what_each_finds_alone() -> None:
    """Threads of one process do not disturb each other."""
    shapes = list_shapes()[::5]
    alone = [select(read_real(), shape, {}) for shape in shapes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda shape: select(read_real(), shape, {}), shapes)) == alone


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """A line of its own among what a command prints as JSON would break it."""
    assert select(read_real(), make_class("paper"), {}).picks
    assert capfd.readouterr() == ("", "")


def test_who_chooses_nothing_does_not_wait_for_the_solver_to_load() -> None:
    """It comes with its first use."""
    look = "import sys, bot.handbook.selection; assert 'highspy' not in sys.modules and 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", look], check=True)
