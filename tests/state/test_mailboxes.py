"""What stands in a mailbox: a draft goes after its day, a report, its receipt and the team's questions stay."""

import pytest

from bot.drafts import Drafts
from bot.engine.lexicon import clean
from bot.events import Said
from bot.reporting import Came
from bot.state.incident_tables import mailboxes
from bot.state.mailboxes import Mailbox, ask_reporter, name_mailbox, read_mailboxes
from tests.state.test_unsealing import caller_of, make_desk, report
from tests.state.world import World

QUESTION = "何時ごろでしたか"


async def say(world: World, text: str, key: str, name: str = "suzuki") -> Came:
    desk = make_desk(world)
    came = await desk.take(caller_of(world, name), key, Said(*clean(text)), world.clock.now())
    await desk.settle(came)
    return came


def read(world: World, name: str = "suzuki") -> Mailbox | None:
    keeper = world.store.keeper
    own = name_mailbox(keeper, caller_of(world, name).name)
    return read_mailboxes(world.reader.database, keeper, [own]).get(own)


async def erase(world: World, hours: float = 24) -> int:
    world.clock.advance(hours=hours)
    return await Drafts(world.store).erase_late()


async def test_a_report_outlives_the_day_of_its_draft(world: World) -> None:
    """Its receipt leads to it as long as the case is kept; a draft that was never sent goes, with whose it was."""
    await report(world, caller_of(world, "suzuki"))
    await say(world, "通報", "sato:1", "sato")
    assert len(world.rows(mailboxes)) == 2
    assert await erase(world) == 1
    box = read(world)
    assert box is not None
    assert box.reports
    (left,) = world.rows(mailboxes)
    assert left.id == box.id


async def test_a_draft_beside_a_report_goes_alone(world: World) -> None:
    """A second report that was begun and not sent is erased after its day; the first stays."""
    await report(world, caller_of(world, "suzuki"))
    await say(world, "通報", "again:1")
    assert await erase(world) == 1
    box = read(world)
    assert box is not None
    assert (len(box.reports), box.body.get("draft")) == (1, None)
    assert await erase(world) == 0


async def test_a_draft_stands_for_the_whole_of_its_day(world: World) -> None:
    """The control: nothing goes an hour too soon, and whoever goes on begins the day anew."""
    await say(world, "通報", "one")
    assert await erase(world, hours=23) == 0
    await say(world, "1", "two")
    assert await erase(world, hours=23) == 0
    assert await erase(world, hours=1) == 1


@pytest.mark.parametrize("begun", [["1"], ["1", "長" * 500]], ids=["chosen", "too long a text"])
async def test_what_was_half_added_goes_after_a_day(world: World, begun: list[str]) -> None:
    """Somebody came back by their receipt, began to write and left it: nothing of that is kept, the report is."""
    await report(world, caller_of(world, "suzuki"))
    box = read(world)
    assert box is not None
    for place, text in enumerate([f"追加 {box.reports[0]['receipt']}", *begun]):
        await say(world, text, f"add:{place}")
    assert await erase(world) == 1
    box = read(world)
    assert box is not None
    assert (len(box.reports), box.body.get("draft")) == (1, None)


async def test_a_question_of_the_team_outlives_what_was_half_replied(world: World) -> None:
    """What was typed for it is gone after a day; the question stands, and is answered later."""
    incident = await report(world, caller_of(world, "suzuki"))
    world.store.write(lambda tx: ask_reporter(tx, incident, QUESTION))
    box = read(world)
    assert box is not None
    await make_desk(world).bring_question(caller_of(world, "suzuki"), box.id)
    await say(world, "長" * 500, "too long")
    box = read(world)
    assert box is not None
    assert "長長" in str(box.body)
    assert await erase(world) == 1
    box = read(world)
    assert box is not None
    assert "長長" not in str(box.body)
    await say(world, "夕方の六時", "at last")
    box = read(world)
    assert box is not None
    assert box.asks == []
