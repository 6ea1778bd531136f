"""What stands in a mailbox: a draft goes after its day, a report and its receipt stay."""

from datetime import timedelta

from bot.engine.lexicon import clean
from bot.events import Said
from bot.reporting import Came
from bot.state.incident_tables import mailboxes
from bot.state.mailboxes import Mailbox, erase_drafts, name_mailbox, read_mailbox
from tests.state.test_unsealing import caller_of, make_desk, report
from tests.state.world import World

DAYS = timedelta(days=3)


async def say(world: World, text: str, key: str, name: str = "suzuki") -> Came:
    desk = make_desk(world)
    came = await desk.take(caller_of(world, name), key, Said(*clean(text)), world.clock.now())
    await desk.settle(came)
    return came


def read(world: World, name: str = "suzuki") -> Mailbox | None:
    keeper = world.store.keeper
    return read_mailbox(world.reader.database, keeper, name_mailbox(keeper, caller_of(world, name).name))


def erase(world: World) -> int:
    return world.store.write(lambda tx: erase_drafts(tx, (world.clock.now() + DAYS).date()))


async def test_a_report_outlives_the_day_of_its_draft(world: World) -> None:
    """Its receipt leads to it as long as the case is kept; a draft that was never sent goes, with whose it was."""
    await report(world, caller_of(world, "suzuki"))
    await say(world, "通報", "sato:1", "sato")
    assert len(world.rows(mailboxes)) == 2
    assert erase(world) == 1
    box = read(world)
    assert box is not None
    assert box.reports
    (left,) = world.rows(mailboxes)
    assert left.id == box.id


async def test_a_draft_beside_a_report_goes_alone(world: World) -> None:
    """A second report that was begun and not sent is erased after its day; the first stays."""
    await report(world, caller_of(world, "suzuki"))
    await say(world, "通報", "again:1")
    assert erase(world) == 1
    box = read(world)
    assert box is not None
    assert (len(box.reports), box.body.get("draft")) == (1, None)
    assert erase(world) == 0
