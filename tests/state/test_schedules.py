"""What comes again and again: a campaign each time its rule says so, once, and as long as whoever made it may send."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from bot.state.campaign_tables import campaigns
from bot.state.campaigns import Audience, list_campaigns
from bot.state.schedules import (
    Schedule,
    begin_due_schedules,
    end_schedule,
    has_due_schedules,
    list_schedules,
    make_schedule,
)
from bot.state.tables import roles
from tests.state.world import World

RULE = "FREQ=WEEKLY;BYDAY=WE;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
WEDNESDAY = datetime(2026, 11, 11, 0, 0, tzinfo=UTC)  # nine in the morning in Japan, two days from the world's now


def make(world: World) -> str:
    starter = world.find("takahashi").id
    told = ("lesson", "", Audience(roles=("department_head",)), starter)
    one = Schedule(world.store.ids.new(), RULE, "Asia/Tokyo", world.clock.at, None, *told)
    world.store.write(lambda tx: make_schedule(tx, starter, one))
    return one.id


def begin(world: World, store: object = None) -> int:
    return (store or world.store).write(begin_due_schedules)  # type: ignore[attr-defined,no-any-return]


def test_it_begins_when_its_time_comes_and_once(world: World) -> None:
    """Not before its hour; then one campaign is started, by whichever replica is first, and the next is a week on."""
    made = make(world)
    assert not has_due_schedules(world.database, world.clock.at)
    world.clock.at = WEDNESDAY
    assert has_due_schedules(world.database, world.clock.at)
    assert [begin(world), begin(world, world.add_replica("other"))] == [1, 0]
    (campaign,) = list_campaigns(world.database)
    assert (campaign.state, campaign.people) == ("running", 8)
    (row,) = world.rows(campaigns)
    assert row.schedule_id == made
    (after,) = list_schedules(world.database)
    assert after.next_at == datetime(2026, 11, 18, 0, 0, tzinfo=UTC)


def test_what_nobody_was_there_to_begin_is_made_up_for_once(world: World) -> None:
    """After three weeks in which nothing ran it comes once, and then by its rule again."""
    make(world)
    world.clock.at = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)
    assert begin(world) == 1
    (after,) = list_schedules(world.database)
    assert after.next_at == datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
    assert len(list_campaigns(world.database)) == 1


@pytest.mark.parametrize("ends", ["by hand", "by role"])
def test_it_ends(world: World, ends: str) -> None:
    """By a word; or by itself, once whoever made it may send nothing any more. Then nothing is sent."""
    made = make(world)
    if ends == "by hand":
        assert world.store.write(lambda tx: end_schedule(tx, "takahashi", made))
        assert not world.store.write(lambda tx: end_schedule(tx, "takahashi", made))
    else:
        gone = delete(roles).where(roles.c.person_id == world.find("takahashi").id, roles.c.role == "register_manager")
        world.store.write(lambda tx: tx.connection.execute(gone))
    world.clock.at = WEDNESDAY
    begin(world)
    assert (list_campaigns(world.database), list_schedules(world.database)) == ([], [])
