"""The three firms of the outline: what they had gives the cover that is told of them."""

from itertools import product

import pytest

from bot.handbook.cover import FLOOR
from bot.handbook.measures import LEAKERS, OBJECTIVES, fits, read_measures
from tests.content.firms import CATALOGUE, PAGE, Firm, list_firms, write_page

FIRMS = {firm.id: firm for firm in list_firms()}

# What each reached: squares in place, and squares that are met in some of the forms alone; all others stay open.
IN_PLACE = {
    "jkb": {("C1", "employee"), ("C1", "partner"), ("C1", "outsider"), ("C5", "partner")},
    "shinohara": set[tuple[str, str]](),
    "happy": {("C1", "employee")},
}
IN_PART = {
    "jkb": {
        **{("C3", leaker): {"object"} for leaker in ("employee", "outsider")},
        **{("C4", leaker): {"object"} for leaker in ("employee", "outsider")},
        ("C4", "partner"): {"shared"},
    },
    "shinohara": {
        ("C4", "employee"): {"paper", "knowhow"},
        ("C4", "leaver"): {"knowhow"},
        ("C5", "employee"): {"paper", "knowhow"},
        ("C5", "leaver"): {"paper", "knowhow"},
    },
    "happy": {
        ("C1", "leaver"): {"object", "knowhow"},
        ("C2", "employee"): {"object", "knowhow"},
        ("C2", "outsider"): {"object", "knowhow"},
        ("C3", "employee"): {"object", "knowhow"},
        ("C5", "employee"): {"object", "knowhow"},
        ("C5", "leaver"): {"knowhow"},
    },
}
FLOORS = {"jkb": {"object"}, "shinohara": {"knowhow"}, "happy": set[str]()}

each_firm = pytest.mark.parametrize("firm", FIRMS.values(), ids=FIRMS)


@each_firm
def test_what_a_firm_had_closes_these_squares_and_leaves_the_others_open(firm: Firm) -> None:
    """Square by square: in place, open though met in some forms, wholly open, or not applicable."""
    partners = "shared" in firm.item_class.forms
    for square in product(OBJECTIVES, LEAKERS):
        applies = square != ("C5", "outsider") and (square[1] != "partner" or partners)
        state = "in_place" if square in IN_PLACE[firm.id] else "open" if applies else "not_applicable"
        assert firm.squares[square] == state, square
        if state == "open":
            assert set(firm.list_met(*square)) == IN_PART[firm.id].get(square, set()), square


@each_firm
def test_every_objective_the_outline_names_for_a_firm_is_met_at_least_in_part(firm: Firm) -> None:
    """What the outline files under an objective serves that objective in the catalogue too."""
    for objective in firm.told["named"]:
        assert any(firm.list_met(objective, leaker) for leaker in LEAKERS), objective


@each_firm
def test_without_what_it_had_a_firm_meets_nothing(firm: Firm) -> None:
    """Control: each of its measures is meant for its class and told by the outline, and they alone make its cover."""
    for name in firm.told["had"]:
        assert fits(read_measures(CATALOGUE)[name], firm.item_class)
        assert "seed" in CATALOGUE["measures"][name]["source"]
    met = {name for names in firm.cover.met_by.values() for name in names}
    assert met == set(firm.told["had"])


@each_firm
def test_the_forms_in_which_people_can_tell(firm: Firm) -> None:
    """The floor a firm reached: the forms in which something says that it is secret."""
    states = firm.cover.cells.items()
    assert {cell.form for cell, state in states if cell.objective == FLOOR and state == "in_place"} == FLOORS[firm.id]


def test_the_page_of_the_firms_tells_this() -> None:
    """docs/firms.md is what its words and the catalogue say now; `python -m tests.content.firms` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == write_page()
