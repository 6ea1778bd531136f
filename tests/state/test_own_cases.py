"""A case of the company's own reaches its people once somebody of the case said that it may, and nothing else of it."""

import json

import pytest

from bot.conclusions import ApproveTelling
from bot.state.own_cases import list_own_cases
from bot.state.tables import metadata
from tests.state.nudged import WHO, find_given, find_nudge, make_teaching, reach, start
from tests.state.talk import talking
from tests.state.test_aftermath import DRAFT, close
from tests.state.worked import open_case, tell
from tests.state.world import World


def approve(world: World, approved: bool = True) -> str:
    incident = open_case(world)
    close(world, incident)
    tell(world, "takahashi", ApproveTelling(incident, approved), flow="telling")
    return incident


def read_cases(world: World) -> list[str]:
    """What may come of the company's own."""
    return [one.story.ja for one in make_teaching(world).read_awareness().cases.values() if one.status == "own"]


async def test_once_approved_it_is_told_as_this_companys_own(world: World) -> None:
    """An employee who has nothing to do with the case hears what happened and what was learned, and not of which case
    that is."""
    incident = approve(world)
    (case,) = list_own_cases(world.database, world.vault)
    with talking(world) as talk:
        start(world, case, "case")
        await reach(world, talk)
    told = find_given(world, WHO)
    assert (find_nudge(world, WHO).thing, told["status"]) == (case, "own")
    for part in ("辞めた人", DRAFT["lesson"], "効かなかった対策"):
        assert part in told["told"]["story"]["ja"], part
    assert "From our own company" in told["told"]["story"]["en"]
    assert incident not in json.dumps(told)
    assert case != incident


@pytest.mark.parametrize("said", ["nothing", "no"])
def test_before_that_and_after_a_no_nobody_hears_of_it(world: World, said: str) -> None:
    """It stands nowhere but in the case. The control: a yes is found."""
    if said == "no":
        approve(world, approved=False)
    else:
        close(world, open_case(world))
    assert read_cases(world) == []
    approve(world)
    assert len(read_cases(world)) == 1


def test_it_is_decided_once(world: World) -> None:
    """A second word changes nothing, so that nothing is told twice or taken for approved after a no."""
    incident = approve(world, approved=False)
    tell(world, "takahashi", ApproveTelling(incident, True), flow="telling")
    assert read_cases(world) == []


def test_its_words_lie_open_in_no_table(world: World) -> None:
    """What was learned is in the company's own words, so it is sealed as ever."""
    approve(world)
    rows = [str(row) for table in metadata.sorted_tables for row in world.rows(table)]
    assert not [row for row in rows if DRAFT["lesson"] in row]
    assert DRAFT["lesson"] in read_cases(world)[0]
