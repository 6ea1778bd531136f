"""What is in place, planned and open, need by need; and what an edit of the register releases or opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handbook.cover import (
    CELLS,
    FLOOR,
    Cell,
    find_cover,
    find_met,
    find_opened,
    find_swaps,
    list_needs,
    meets,
    to_squares,
)
from bot.handbook.effect import find_effect
from bot.handbook.measures import ItemClass, Measure, Standing
from tests.handbook.catalogues import (
    catalogues,
    classes,
    list_measures,
    list_sample,
    list_shapes,
    make_class,
    make_measure,
    read_real,
    standings,
)

LOCK = make_measure("lock", leakers={"employee", "outsider"}, rank=1)
MARK = make_measure("mark", objectives={"C4"}, floor={"paper", "shared"}, forms={"paper", "shared"}, rank=2)
PLEDGE = make_measure("pledge", objectives={"C4"}, leakers={"employee", "leaver"}, forms={"paper", "knowhow"}, rank=3)
ROOM = make_measure(
    "room", level=2, effort="high", leakers={"employee", "outsider"}, forms={"paper", "knowhow"}, rank=4
)
TERMS = make_measure("terms", objectives={"C1", "C5"}, leakers={"partner"}, forms={"paper", "shared"}, rank=5)
ALL = list_measures(LOCK, MARK, PLEDGE, ROOM, TERMS)


# -- needs -------------------------------------------------------------------------------------------------------------


def test_a_need_is_what_some_measure_meets_in_a_form_the_class_takes() -> None:
    """Nothing is asked that no measure is known for, and nothing over a form in which nothing is held."""
    assert list_needs(ALL, make_class("paper")) == (
        Cell(FLOOR, "", "paper"),
        Cell("C1", "employee", "paper"),
        Cell("C1", "outsider", "paper"),
        Cell("C4", "employee", "paper"),
        Cell("C4", "leaver", "paper"),
    )


def test_partners_count_over_what_is_shared_and_nothing_else() -> None:
    """A partner's cell is over `shared`, where something is handed out, and nobody else's is."""
    needs = list_needs(ALL, make_class("paper", "shared"))
    assert {cell for cell in needs if "partner" in cell or "shared" in cell} == {
        Cell(FLOOR, "", "shared"),
        Cell("C1", "partner", "shared"),
        Cell("C5", "partner", "shared"),
    }
    assert all((cell.leaker == "partner") == (cell.form == "shared") for cell in CELLS if cell.objective != FLOOR)


def test_a_measure_for_a_higher_level_is_neither_asked_nor_counted() -> None:
    """At level 1 the room with its entrance does not count, and what only it would meet is no need."""
    low, high = make_class("knowhow", level=1), make_class("knowhow", level=2)
    assert Cell("C1", "employee", "knowhow") not in list_needs(ALL, low)
    assert Cell("C1", "employee", "knowhow") in list_needs(ALL, high)
    assert not find_met(ROOM, low)
    assert meets(ROOM, Cell("C1", "outsider", "knowhow"), high)


def test_what_the_real_catalogue_leaves_out_is_what_has_no_measure_by_nature() -> None:
    """Trust of outsiders, and taking out what is in a leaver's head: of everything else something is known."""
    needs = list_needs(read_real(), make_class("paper", "electronic", "object", "knowhow", "shared"))
    left_out = {(cell.objective, cell.leaker) for cell in CELLS if cell not in needs}
    assert left_out == {("C5", "outsider"), ("C2", "leaver")}
    assert [cell for cell in CELLS if cell not in needs and cell[0] == "C2"] == [Cell("C2", "leaver", "knowhow")]


# -- how they stand ----------------------------------------------------------------------------------------------------


def test_a_need_stands_as_its_best_measure_does() -> None:
    """In place before planned before open; declined and unknown measures meet nothing."""
    cover = find_cover(ALL, make_class("paper"), {"lock": "planned", "room": "confirmed", "pledge": "declined"})
    assert cover.cells[Cell("C1", "outsider", "paper")] == "in_place"
    assert cover.met_by[Cell("C1", "outsider", "paper")] == ("room", "lock")
    assert cover.cells[Cell("C4", "leaver", "paper")] == "open"
    assert find_cover(ALL, make_class("paper", level=1), {"lock": "planned", "room": "confirmed"}).cells[
        Cell("C1", "outsider", "paper")
    ] == ("planned")


def test_a_measure_the_catalogue_does_not_know_any_more_meets_nothing() -> None:
    """A company may hide one that stands on its record."""
    rest = {name: measure for name, measure in ALL.items() if name != "lock"}
    assert set(find_cover(rest, make_class("paper", level=1), {"lock": "claimed"}).cells.values()) == {"open"}


def test_a_square_is_as_good_as_the_worst_of_its_cells_and_of_the_floors_under_it() -> None:
    """The pledge is signed, yet nobody can tell from the paper itself: what people see is open."""
    held = make_class("paper", "knowhow")
    squares = to_squares(find_cover(ALL, held, {"pledge": "claimed", "lock": "claimed"}))
    assert len(squares) == 20
    assert squares["C4", "leaver"] == "open"
    assert squares["C1", "employee"] == "open"  # the paper is locked away, the know-how is not
    assert squares["C4", "outsider"] == squares["C1", "partner"] == "not_applicable"
    marked = to_squares(find_cover(ALL, held, {"pledge": "claimed", "mark": "planned"}))
    assert marked["C4", "leaver"] == "planned"


@given(catalogues, classes(), standings)
def test_a_square_is_good_only_where_all_of_it_is(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Never better than a cell of it, and applicable exactly where it has one."""
    cover, order = find_cover(measures, item_class, standing), ("open", "planned", "in_place")
    squares = to_squares(cover)
    for cell, state in cover.cells.items():
        if cell.objective != FLOOR:
            assert order.index(squares[cell.objective, cell.leaker]) <= order.index(state)
    applicable = {square for square, state in squares.items() if state != "not_applicable"}
    assert applicable == {(cell.objective, cell.leaker) for cell in cover.cells if cell.objective != FLOOR}


# -- without one -------------------------------------------------------------------------------------------------------


@given(catalogues, classes(), standings)
def test_what_opens_without_a_measure_is_what_a_cover_without_it_leaves_open(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Said beforehand and seen afterwards, for every measure in place or planned."""
    cells = find_cover(measures, item_class, standing).cells
    for name in standing:
        without = {other: state for other, state in standing.items() if other != name}
        after = find_cover(measures, item_class, without).cells
        newly_open = [cell for cell, state in after.items() if state == "open" and cells[cell] != "open"]
        if standing[name] != "declined":
            assert list(find_opened(measures, item_class, standing, name)) == newly_open


def test_what_could_stand_in_closes_most_first_then_with_least_effort() -> None:
    """As the conversation shows it: both needs at middle effort, one at low, one at high."""
    split = make_measure("split", leakers={"employee", "leaver"}, forms={"knowhow"}, effort="mid", rank=1)
    code = split._replace(id="code", rank=9)
    aside = make_measure("aside", leakers={"leaver"}, forms={"knowhow"}, rank=8)
    zone = make_measure("zone", leakers={"employee"}, forms={"knowhow"}, effort="high", rank=2)
    gone = code._replace(id="gone", rank=2)
    measures = list_measures(split, code, aside, zone, gone)
    standing = {"split": "planned", "gone": "declined"}
    swaps = find_swaps(measures, make_class("knowhow"), standing, "split")
    assert [name for name, _ in swaps] == ["code", "aside", "zone"]
    assert [len(cells) for _, cells in swaps] == [2, 1, 1]
    assert find_swaps(measures, make_class("knowhow"), standing, "split", most=1) == [("code", swaps[0][1])]


@given(catalogues, classes(), standings)
def test_what_stands_in_is_new_and_closes_what_it_says(
    measures: dict[str, Measure], item_class: ItemClass, standing: Standing
) -> None:
    """Each closes at least one need that opens, and nothing is offered that is in place, planned or declined."""
    for name in standing:
        opened = find_opened(measures, item_class, standing, name)
        for other, cells in find_swaps(measures, item_class, standing, name):
            assert other not in standing
            assert cells
            assert set(cells) <= set(opened) & find_met(measures[other], item_class)


def test_every_shape_of_a_class_has_a_need_and_can_have_each_met() -> None:
    """Of the real catalogue, whatever the level and forms: all measures together leave nothing open."""
    everything = dict.fromkeys(read_real(), "claimed")
    for item_class in (*list_shapes(), *list_sample()):
        cells = find_cover(read_real(), item_class, everything).cells
        assert set(cells.values()) == {"in_place"}
        assert {cell.form for cell in cells if cell.objective == FLOOR} == item_class.forms


# -- an edit -----------------------------------------------------------------------------------------------------------


def test_a_planned_measure_is_released_where_nothing_needs_it_any_more() -> None:
    """The list is no longer secret: the room that was planned for it is not built, the lock that is there stays."""
    before, after = [make_class("paper", level=3)], [make_class("paper", level=1)]
    effect = find_effect(ALL, before, after, {"room": "planned", "mark": "planned", "lock": "claimed"})
    assert effect.released == ("room",)
    assert effect.opened == ()


def test_a_measure_of_the_whole_company_is_released_only_where_nobody_needs_it() -> None:
    """Other departments are asked; where nothing is known of them, it stays."""
    measures = list_measures(ROOM._replace(reach="company"))
    before, elsewhere = [make_class("paper")], [make_class("knowhow", department="d2")]
    standing = {"room": "planned"}
    assert find_effect(measures, before, [], standing).released == ()
    assert find_effect(measures, before, [], standing, elsewhere).released == ()
    assert find_effect(measures, before, [], standing, []).released == ("room",)


def test_what_an_edit_opens_is_told_by_class() -> None:
    """Somebody says that there is a copy on paper too."""
    before = [make_class("knowhow", level=1)]
    effect = find_effect(ALL, before, [make_class("knowhow", "paper", level=1)], {"pledge": "claimed"})
    assert effect.opened == (
        ("L3-desk", Cell(FLOOR, "", "paper")),
        ("L3-desk", Cell("C1", "employee", "paper")),
        ("L3-desk", Cell("C1", "outsider", "paper")),
    )


@given(catalogues, st.lists(classes(), max_size=3), st.lists(classes(), max_size=3), standings)
def test_released_is_planned_served_something_and_serves_nothing_any_more(
    measures: dict[str, Measure], before: list[ItemClass], after: list[ItemClass], standing: Standing
) -> None:
    """Exactly those; and what the edit leaves covers as much without them."""
    before, after = ([one._replace(id=f"c{place}") for place, one in enumerate(side)] for side in (before, after))
    effect = find_effect(measures, before, after, standing, elsewhere=[])
    planned = {name for name, state in standing.items() if state == "planned" and name in measures}
    useless = {name for name in planned if not any(find_met(measures[name], one) for one in after)}
    assert set(effect.released) == {name for name in useless if any(find_met(measures[name], one) for one in before)}
    kept = {name: state for name, state in standing.items() if name not in effect.released}
    for one in after:
        assert find_cover(measures, one, kept) == find_cover(measures, one, standing)


@given(catalogues, st.lists(classes(), max_size=3), standings)
def test_an_edit_that_changes_no_class_has_no_effect(
    measures: dict[str, Measure], held: list[ItemClass], standing: Standing
) -> None:
    """Nothing is released and nothing opens."""
    held = [one._replace(id=f"c{place}") for place, one in enumerate(held)]
    assert find_effect(measures, held, held, standing) == ((), ())


@pytest.mark.parametrize("without", ["lock", "unknown"])
def test_a_measure_that_meets_nothing_opens_nothing(without: str) -> None:
    """Neither where the class does not take its forms, nor where it is not in the catalogue."""
    assert find_opened(ALL, make_class("knowhow"), {without: "claimed"}, without) == ()
    assert find_swaps(ALL, make_class("knowhow"), {without: "claimed"}, without) == []
