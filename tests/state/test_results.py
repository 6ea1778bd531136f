"""What came of a campaign over a real database: counts that tell nobody's answer, and who acknowledged what."""

from collections.abc import Sequence

import pytest

from bot.campaigning import read_lessons
from bot.counts import LEAST, Counts
from bot.handbook.spacing import RIGHT, WRONG
from bot.state.acknowledged import Acknowledged, list_acknowledged
from bot.state.grading import ACKNOWLEDGED
from bot.state.results import read_results
from bot.state.tables import audit, people
from tests.state.nudged import LESSON, answer, find_given, find_nudge, reach, start
from tests.state.talk import Talk, talking
from tests.state.world import World

MANY = ("ito", "abe", "sato", "suzuki", "mori", "kobayashi")


def move_all(world: World) -> str:
    """Everybody of these in one department; its id."""
    home = world.find("sato").department_id
    for name in MANY:
        mine = people.update().where(people.c.id == world.people[name])
        world.store.write(lambda tx, mine=mine: tx.connection.execute(mine.values(department_id=home)))
    return home


async def say(world: World, talk: Talk, names: Sequence[str], grade: str) -> None:
    for name in names:
        told = find_given(world, name)["told"]
        words = next(one["ja"] for one in told["options"] if (one["id"] == told["right"]) == (grade == RIGHT))
        await answer(world, talk, name, words)


def total(world: World, campaign: str) -> Counts:
    found = read_results(world.database, world.vault, campaign).total
    assert found is not None
    return found


async def test_answers_are_counted_by_fives(world: World) -> None:
    """Four answers tell nothing, the fifth tells all five at once; who moved since is counted where they were."""
    home = move_all(world)
    with talking(world) as talk:
        campaign = start(world, people=("sato",))
        await reach(world, talk)
        await say(world, talk, MANY[:3], RIGHT)
        await say(world, talk, MANY[3:4], WRONG)
        before = total(world, campaign)
        assert (before.answered, before.counted, set(before.grades.values())) == (4, 0, {0})
        gone = people.update().where(people.c.id == world.people[MANY[0]])
        other = next(row.id for row in world.reader.list_departments() if row.id != home)
        world.store.write(lambda tx: tx.connection.execute(gone.values(department_id=other)))
        await say(world, talk, MANY[4:5], WRONG)
    after = total(world, campaign)
    assert (after.answered, after.counted) == (5, LEAST)
    assert (after.grades[RIGHT], after.grades[WRONG]) == (3, 2)
    assert list(read_results(world.database, world.vault, campaign).parts) == [(home,)]
    assert read_lessons(world.database, world.vault)[LESSON].total == after


async def test_of_fewer_than_five_nothing_is_told(world: World) -> None:
    """A campaign to a few has no counts, whoever answered."""
    with talking(world) as talk:
        campaign = start(world, people=("abe",))
        few = read_results(world.database, world.vault, campaign)
        await reach(world, talk)
        await say(world, talk, ["abe"], RIGHT)
    assert few == read_results(world.database, world.vault, campaign)
    assert (few.total, few.parts) == (None, {})


def find_row(world: World, campaign: str, name: str) -> Acknowledged:
    rows = list_acknowledged(world.database, world.vault, campaign)
    return next(row for row in rows if row.email.startswith(f"{name}@"))


@pytest.mark.parametrize("grade", [RIGHT, WRONG])
async def test_an_acknowledgement_stands_in_the_chain(world: World, grade: str) -> None:
    """Whoever answered, rightly or not, has one entry of the audit, named by the evidence; others have none."""
    with talking(world) as talk:
        campaign = start(world)
        await reach(world, talk)
        before = find_row(world, campaign, "abe")
        assert (before.acknowledged_at, before.seq, before.hash) == (None, None, None)
        await say(world, talk, ["abe"], grade)
    row = find_row(world, campaign, "abe")
    (entry,) = [one for one in world.rows(audit) if one.action == ACKNOWLEDGED]
    assert (row.seq, row.hash, row.acknowledged_at) == (entry.seq, entry.hash, find_nudge(world, "abe").answered_at)
    assert entry.object == find_nudge(world, "abe").interview_id
    assert (row.thing, row.shown) == (LESSON, find_given(world, "abe")["digest"])
    assert f'"campaign":"{campaign}"' in entry.detail.replace(" ", "")
    assert world.reader.find_chain_break() is None


async def test_who_passed_it_over_did_not_acknowledge_it(world: World) -> None:
    """Passing over is no answer, and leaves no entry."""
    with talking(world) as talk:
        campaign = start(world)
        await reach(world, talk)
        await answer(world, talk, "abe", "飛ばす")
    assert find_row(world, campaign, "abe").seq is None
    assert [one for one in world.rows(audit) if one.action == ACKNOWLEDGED] == []


async def test_the_evidence_of_right_and_wrong_is_alike(world: World) -> None:
    """Two people who answered otherwise are told of in the same words, but for who, when and which row."""
    move_all(world)
    with talking(world) as talk:
        campaign = start(world, people=("sato",))
        await reach(world, talk)
        await say(world, talk, ["abe"], RIGHT)
        await say(world, talk, ["mori"], WRONG)
    own = {"name": "", "email": "", "put_at": None, "acknowledged_at": None, "seq": 0, "hash": ""}
    one, other = (find_row(world, campaign, name)._replace(**own) for name in ("abe", "mori"))
    assert one == other
