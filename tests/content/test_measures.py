"""The catalogue of measures is whole: every need of a class has a measure, and its words can be said to a person."""

from itertools import combinations, product
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.checks import check_content
from bot.engine.loader import read_catalogue
from bot.handbook.cover import CELLS, FLOOR, Cell, list_needs
from bot.handbook.measures import FORMS, GROUPS, LEAKERS, OBJECTIVES, ItemClass, read_measures
from bot.handbook.shelves import SHELVES
from tests.chat import content

CATALOGUE: dict[str, Any] = content().catalogue["measures"]
MEASURES = read_measures(CATALOGUE)
OWN_FORMS = ("paper", "electronic", "object", "knowhow")
MOST_SPOKEN = 40  # characters a person reads in one breath
DATA_FORMS = {"electronic", "shared"}

# Needs that nothing in the catalogue meets, by the level from which something does; 4 is never.
BY_NATURE = {
    **{Cell("C5", "outsider", form): 4 for form in OWN_FORMS},  # belonging makes no sense for outsiders
    Cell("C2", "leaver", "knowhow"): 4,  # what is in a head goes along with the person
    Cell("C1", "employee", "knowhow"): 2,  # keeping colleagues away from know-how is too much for what is only internal
    Cell("C1", "leaver", "knowhow"): 2,
    Cell("C3", "outsider", "electronic"): 2,  # watching for intruders, too
}


def of_class(level: int, forms: tuple[str, ...]) -> ItemClass:
    return ItemClass("d", f"L{level}", level, frozenset(forms), ())


CLASSES = [
    of_class(level, (*forms, *shared))
    for level in (1, 2, 3)
    for count in range(1, 5)
    for forms in combinations(OWN_FORMS, count)
    for shared in ((), ("shared",))
]


def test_the_catalogue_has_its_140_measures() -> None:
    """Every measure of the handbook's material is there, and ours hides none."""
    assert len(MEASURES) == len(CATALOGUE["measures"]) == 140


@pytest.mark.parametrize("item_class", CLASSES, ids=lambda one: f"{one.id}-{'+'.join(sorted(one.forms))}")
def test_every_need_of_a_class_has_a_measure(item_class: ItemClass) -> None:
    """Whatever the level and the forms, nothing is without a measure but what has none by nature."""
    wanted = {cell for cell in CELLS if cell.form in item_class.forms and BY_NATURE.get(cell, 0) <= item_class.level}
    assert set(list_needs(MEASURES, item_class)) == wanted


@pytest.mark.parametrize("form", FORMS)
def test_people_can_tell_in_every_form_that_something_is_secret(form: str) -> None:
    """Each form has a floor measure that is meant for every level and is no large effort."""
    floors = [measure for measure in MEASURES.values() if form in measure.floor]
    assert any(measure.level == 1 and measure.effort != "high" for measure in floors)
    assert Cell(FLOOR, "", form) in list_needs(MEASURES, of_class(1, (form,)))


def test_each_level_of_each_form_can_be_had_without_a_large_effort() -> None:
    """Whoever cannot spend much still closes every square; where only a large effort does, it is told here."""
    light = {name: measure for name, measure in MEASURES.items() if measure.effort != "high"}
    left = {
        (item_class.level, cell)
        for item_class in CLASSES
        for cell in set(list_needs(MEASURES, item_class)) - set(list_needs(light, item_class))
    }
    assert left == {(2, Cell("C1", "employee", "knowhow"))}  # a closed room, until the work may be split at L3


def test_an_open_square_says_what_it_means() -> None:
    """Nineteen squares and the floor have a sentence in both languages; trust towards outsiders has none."""
    opens = CATALOGUE["opens"]
    told = {(objective, leaker) for objective in OBJECTIVES for leaker in opens[objective]}
    assert told == set(product(OBJECTIVES, LEAKERS)) - {("C5", "outsider")}
    for text in (opens["floor"], *(opens[objective][leaker] for objective, leaker in told)):
        assert len(text["ja"]) <= MOST_SPOKEN
        assert len(text["en"]) <= MOST_SPOKEN * 2


def test_the_commonest_comes_first_and_no_rank_is_left_out() -> None:
    """Ranks count from 1 to 140, and what every firm has stands before what few have."""
    ranks = {name: measure.rank for name, measure in MEASURES.items()}
    assert sorted(ranks.values()) == list(range(1, 141))
    assert max(ranks[name] for name in ("c1-locked-storage", "c4-work-rules", "c4-nda-hire")) <= 10
    assert min(ranks[name] for name in ("c2-drm", "c3-leak-monitor", "c1-daily-password")) > 100


def test_only_where_there_is_data_is_the_list_of_data_asked() -> None:
    """Measures of computers take the form of data or of what partners hold, so that paper alone brings none up."""
    for measure in MEASURES.values():
        assert measure.group in GROUPS
        assert measure.group != "data" or measure.forms <= DATA_FORMS, measure.id


def test_what_keeps_records_makes_leaks_visible() -> None:
    """Days of keeping are asked of records alone, which are there to be looked at later."""
    keeping = [measure for measure in MEASURES.values() if measure.keeps]
    assert {"c3-cctv", "c3-entry-log", "c3-pc-log", "c3-visitor-badge"} <= {measure.id for measure in keeping}
    assert all("C3" in measure.objectives for measure in keeping)


def test_texts_hold_the_words_of_the_house() -> None:
    """No text of the catalogue uses a word to avoid, and none is empty in either language."""
    assert [fault for fault in check_content(content(), OURS) if "catalogue" in fault.path] == []


def test_words_to_avoid_are_found_in_the_catalogue() -> None:
    """Control: a word to avoid in one label is complained of, at its place."""
    word = next(iter(content().avoid))
    name, told = next(iter(CATALOGUE["measures"].items()))
    worse = {**CATALOGUE, "measures": {name: {**told, "short": {"ja": word, "en": "x"}}}}
    broken = content().model_copy(update={"catalogue": {"measures": worse}})
    found = [fault for fault in check_content(broken, OURS) if "catalogue" in fault.path]
    assert [(fault.code, fault.params["name"]) for fault in found] == [("word_to_avoid", f"measures.{name}.short")]


def test_the_file_fits_its_shape() -> None:
    """What the program refuses at its start is not in ours."""
    assert read_catalogue([OURS], SHELVES["catalogue"])["measures"] == CATALOGUE
