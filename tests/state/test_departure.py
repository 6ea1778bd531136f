"""Somebody who handled a case leaves the company: it does not lie with them."""

from sqlalchemy import update

from bot.conclusions import LetIn, PutTask, TakeIncident
from bot.due import Due
from bot.state.departure import release_cases
from bot.state.incident_tables import incidents
from bot.state.record import Transaction
from bot.state.tables import people, roles
from tests.state.talk import talking
from tests.state.worked import list_tasks, open_case, read, tell
from tests.state.world import World


def leave(world: World, name: str) -> None:
    """As the directory has it: gone, with all their roles; without a word to their cases, as before there was one."""

    def change(tx: Transaction) -> None:
        person = world.people[name]
        tx.connection.execute(update(people).where(people.c.id == person).values(active=False))
        tx.connection.execute(roles.delete().where(roles.c.person_id == person))

    world.store.write(change)


def release(world: World, name: str) -> None:
    world.store.write(lambda tx: release_cases(tx, world.people[name]))


async def test_a_case_whose_leader_left_finds_another(world: World) -> None:
    """The next who receives reports is asked for it at once, and leads it once they take it."""
    case = open_case(world)
    leave(world, "takahashi")
    with talking(world) as talk:
        await Due(talk.conversation).do_due()
        assert not talk.screen.shown  # the control: as long as nobody is asked, it lies with who is gone
        release(world, "takahashi")
        assert read(world, case) is None
        assert await talk.come("watanabe", "handoff")
    tell(world, "watanabe", TakeIncident(case), flow="handoff")
    found = read(world, case, "watanabe")
    assert found is not None
    assert (found.state, found.body["facts"]["taken_by"]) == ("taken", world.people["watanabe"])


async def test_what_somebody_was_to_do_is_nobodys_once_they_left(world: World) -> None:
    """A member who left is out of the case, their task is open and nobody's, and its leader leads on."""
    case = open_case(world)
    tell(world, "takahashi", LetIn(case, {world.people["kobayashi"]: "tm-it"}))
    tell(world, "takahashi", PutTask(case, "fr-03", world.people["kobayashi"], "open"))
    tell(world, "takahashi", PutTask(case, "fr-04", world.people["mori"], "open"))
    for name in ("kobayashi", "mori"):
        leave(world, name)
        release(world, name)
    found = read(world, case)
    assert found is not None
    assert (found.state, found.body["facts"]["taken_by"]) == ("taken", world.people["takahashi"])
    assert world.people["kobayashi"] not in found.resource.members
    assert [one.owner for one in list_tasks(world, case)] == [None, None]
    assert len(world.rows(incidents)) == 1
