"""The word by which a person turns topics down and up again, and the page that shows what is under way."""

import pytest

from bot.delivery import Voice
from bot.engine.lexicon import Move
from bot.errands import Errands
from bot.overview import read_overview
from bot.prompts import Told
from bot.state.learners import read_wishes
from bot.state.tables import audit
from tests.state.nudged import make_teaching, start
from tests.state.world import World

WHO = "abe"


def make_errands(world: World, surface: str = "slack") -> Errands:
    return Errands(Voice(world.store, world.reader, surface))


async def ask(world: World, argument: str = "") -> Told:
    return await make_errands(world).answer(world.find(WHO), Move("topics", argument))


def list_fewer(world: World) -> set[str]:
    return set(read_wishes(world.database, world.people[WHO]).fewer)


async def test_every_topic_is_turned_down_and_back(world: World) -> None:
    """Each of those listed can be turned down by its button and back by its button, and is told so in between."""
    listed = (await ask(world)).topics
    assert {one.id for one in listed} == set(world.template.content.awareness["lessons"]["topics"])
    assert not any(one.fewer for one in listed)
    for one in listed:
        assert one.id in {turned.id for turned in (await ask(world, f"less {one.id}")).topics if turned.fewer}
    assert list_fewer(world) == {one.id for one in listed}
    assert make_teaching(world).read_learner(world.find(WHO)).fewer == list_fewer(world)
    for one in listed:
        await ask(world, f"more {one.id}")
    assert list_fewer(world) == set()


@pytest.mark.parametrize(("typed", "fewer"), [("会議", {"meetings"}), ("会議 戻す", set()), ("海の話", {"media"})])
async def test_typing_does_all_of_it(world: World, typed: str, fewer: set[str]) -> None:
    """A topic by its name is turned down, with one word more back; a name that is none changes nothing."""
    if fewer != {"meetings"}:
        await ask(world, "less meetings" if not fewer else "less media")
    await ask(world, typed)
    assert list_fewer(world) == fewer


async def test_pressed_twice_is_pressed_once(world: World) -> None:
    """The same button again changes nothing, and leaves one entry of the audit."""
    for _ in range(2):
        await ask(world, "less meetings")
    assert [one.action for one in world.rows(audit)].count("person.topic_lessened") == 1


def test_a_page_tells_of_campaigns_to_whoever_sends_them(world: World) -> None:
    """A manager sees each with how far it is; a head of a department and an auditor nothing of them."""
    start(world, people=("sato",))
    pages = {
        name: read_overview(Voice(world.store, world.reader, "slack"), world.find(name))
        for name in ("takahashi", "sato", "saito")
    }
    assert [len(page.campaigns) for page in pages.values()] == [1, 0, 0]
    assert "0/" in pages["takahashi"].campaigns[0].note
    held_out = [set(page.words) & {"moment", "campaign"} for page in pages.values()]
    assert held_out == [{"moment", "campaign"}, {"moment"}, set()]
