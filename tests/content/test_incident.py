"""What the content says about leaks is whole, said with its origin, and fits what else the content has."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.checks import check_content
from bot.engine.loader import read_catalogue
from bot.handbook.incident import is_ours, list_doubts, list_signs, may_show, read_response
from bot.handbook.measures import LEAKERS, read_measures
from bot.handbook.shelves import SHELVES
from tests.chat import content

CATALOGUE: dict[str, Any] = content().catalogue["incident"]
CONTACTS: dict[str, Any] = content().catalogue["contacts"]
RESPONSE = read_response(CATALOGUE)
MOST_ON_A_BUTTON = 20


def list_entries(told: Any, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything that says where it is from."""
    if isinstance(told, Mapping):
        if "source" in told:
            yield name, told
        for key, part in told.items():
            yield from list_entries(part, f"{name}.{key}".removeprefix("."))


ENTRIES = dict(list_entries(CATALOGUE))


@pytest.mark.parametrize("leaker", LEAKERS)
def test_the_form_lists_four_to_six_signs_of_each_leaker(leaker: str) -> None:
    """Short enough for a button, each of them told once."""
    shown = list_signs(CATALOGUE, leaker)
    assert 4 <= len(shown) <= 6
    words = [CATALOGUE["signs"][one.id]["short"] for one in shown]
    assert all(len(one["ja"]) <= MOST_ON_A_BUTTON and len(one["en"]) <= 2 * MOST_ON_A_BUTTON + 4 for one in words)
    assert len({one["ja"] for one in words}) == len(words)
    assert len(list_signs(CATALOGUE, leaker, every=True)) > len(shown)


def test_traces_know_the_measures_that_leave_records() -> None:
    """Every measure whose days are asked leaves a trace, and no trace names a measure that is none."""
    measures = read_measures(content().catalogue["measures"])
    named = {measure for trace in RESPONSE.traces.values() for measure in trace.measures}
    assert {name for name, measure in measures.items() if measure.keeps} <= named <= set(measures)
    for trace in RESPONSE.traces.values():
        assert all(measures[name].forms & trace.forms for name in trace.measures), trace.id


def test_the_first_hour_and_what_follows() -> None:
    """Three things not to do, and tasks that begin with the report and end within their hours, in order."""
    assert len(RESPONSE.first_hour) == 3
    tasks = list(RESPONSE.tasks.values())
    assert [task.start_hour for task in tasks if task.start_hour == 0] == [0]
    assert all(task.start_hour <= task.due_hour for task in tasks)


def test_what_law_or_a_contract_says_is_marked_until_a_lawyer_confirmed_it() -> None:
    """Clocks, paths of accountability and the text of the law carry a reason; the law is shown only afterwards."""
    law = [name for name in ENTRIES if name.startswith(("clocks.", "paths.", "notes.", "protection.wb-law"))]
    assert [name for name in law if not list_doubts(ENTRIES[name])] == []
    assert [name for name, told in ENTRIES.items() if not may_show(told)] == ["protection.wb-law"]
    assert [one for one in CONTACTS["bodies"].values() if not list_doubts(one)] == []


def test_only_what_was_published_is_said_to_be() -> None:
    """What rests on nothing but our own knowledge is told apart from the outline and from what was published."""
    ours = {name for name, told in ENTRIES.items() if is_ours(told["source"])}
    assert "tasks.fr-01" in ours
    assert "premise" not in ours
    assert not is_ours(["seed", "knowledge"])


def test_facts_of_clocks_are_asked_and_used() -> None:
    """Every fact has a question, and no question is asked for nothing."""
    used = {fact for clock in RESPONSE.clocks.values() for fact in clock.facts}
    assert used == set(RESPONSE.facts)
    fits = {fact for body in CONTACTS["bodies"].values() for fact in body.get("fits", ())}
    assert fits <= {*RESPONSE.facts, *LEAKERS}


def test_the_files_fit_their_shapes_and_the_words_of_the_house() -> None:
    """What the program refuses at its start is not in ours, nor a word to avoid."""
    read = read_catalogue([OURS], SHELVES["catalogue"])
    assert (read["incident"], read["contacts"]) == (CATALOGUE, CONTACTS)
    assert [fault for fault in check_content(content(), OURS) if "catalogue" in fault.path] == []


def test_a_doubt_without_words_is_found() -> None:
    """Control: a reason to confirm that nobody has words for is complained of, at its entry."""
    worse = {"clocks": {"ppc-quick": {**CATALOGUE["clocks"]["ppc-quick"], "unverified": ["moonlight"]}}}
    broken = content().model_copy(update={"catalogue": {"incident": worse}})
    found = [fault.params["name"] for fault in check_content(broken, OURS) if "catalogue" in fault.path]
    assert found == ["clocks.ppc-quick: moonlight"]
