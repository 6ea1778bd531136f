"""Campaigns: whom one reaches and when, and that starting, pausing and cancelling hold for every replica at once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.state import pace
from bot.state.accounts import Came, claim, meet, settle
from bot.state.campaigns import (
    Audience,
    Campaign,
    Progress,
    cancel_campaign,
    count_groups,
    find_campaign,
    list_sendings,
    make_campaign,
    pause_campaign,
    read_progress,
    resume_campaign,
    start_campaign,
)
from bot.state.nudges import LEASE, hold_nudges, put_off_nudges
from bot.state.outbox import Due, put_due
from bot.state.pace import BULK_PACE, CATCH_UP, take_places
from bot.state.tables import items, outbox, people
from tests.state.world import World

SURFACE = "slack"
ALL = 30  # people of the sample


def make(world: World, **narrowed: tuple[str, ...]) -> str:
    """A campaign nobody has started; its id."""
    one = Campaign(
        world.store.ids.new(),
        "lesson",
        "",
        Audience(**narrowed),
        "planned",
        world.find("takahashi").id,
        0,
        world.clock.at,
    )
    world.store.write(lambda tx: make_campaign(tx, one.starter, one))
    return one.id


def start(world: World, campaign: str) -> int | None:
    return world.store.write(lambda tx: start_campaign(tx, "takahashi", campaign))


def progress(world: World, campaign: str) -> Progress:
    return read_progress(world.database, campaign)


def hold(world: World, most: int = 100) -> list[str]:
    return [one.person for one in world.store.write(lambda tx: hold_nudges(tx, most))]


def set_people(world: World, email: str, **values: Any) -> None:
    world.store.write(lambda tx: tx.connection.execute(update(people).where(people.c.email == email).values(values)))


# -- whom and when -----------------------------------------------------------------------------------------------------


def test_it_reaches_exactly_those_it_is_for(world: World) -> None:
    """Everybody, or those of these departments, with these roles, with items of these classes: as many as it said."""
    sato = world.find("sato")
    world.walk_to(world.begin("sato"), "sato", "=listed")
    world.store.write(
        lambda tx: tx.connection.execute(
            update(items).where(items.c.department_id == sato.department_id).values({"class": "L2-desk"})
        )
    )
    here = len([one for one in world.reader.list_members() if one.department_id == sato.department_id])
    wanted = {
        (): ALL,
        (("departments", (sato.department_id,)),): here,
        (("classes", ("L2-desk",)),): here,
        (("roles", ("department_head",)),): 8,
        (("departments", (sato.department_id,)), ("roles", ("department_head",))): 1,
        (("classes", ("L3-desk",)),): 0,
    }
    for narrowed, count in wanted.items():
        would = sum(group.people for group in count_groups(world.database, Audience(**dict(narrowed)), world.clock.at))
        campaign = make(world, **dict(narrowed))
        assert (would, start(world, campaign), progress(world, campaign).waiting) == (count, count, count), narrowed


def test_who_has_left_is_not_reached(world: World) -> None:
    """Somebody no longer in the company is neither counted nor written to."""
    set_people(world, "ito@hibarino.example", active=False)
    assert start(world, make(world)) == ALL - 1


def test_each_is_reached_in_their_own_hours(world: World) -> None:
    """Of two time zones each has its own morning, and what is planned for a holiday comes on the next working day."""
    world.clock.at = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday the 23rd in Japan, a holiday there
    set_people(world, "mehta@hibarino.example", timezone="Asia/Kolkata")
    start(world, make(world))
    due = {row.person_id: row.due_at for row in world.rows(outbox) if row.kind == "nudge"}
    assert due[world.find("sato").id] == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert due[world.find("mehta").id] == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def test_what_was_said_of_the_sending_holds(world: World) -> None:
    """The plan's first and last instants keep the pace and lie within the hours: what does not fit waits a day."""
    start_at = datetime(2026, 11, 9, 8, 59, 58, tzinfo=UTC)  # two seconds before six in the evening in Japan
    (sending,) = list_sendings(count_groups(world.database, Audience(), start_at))
    late = ALL - 1 - 2 / BULK_PACE.total_seconds()
    assert sending.first_at == start_at
    assert sending.last_at == datetime(2026, 11, 10, 0, 0, tzinfo=UTC) + late * BULK_PACE


# -- what a manager decides --------------------------------------------------------------------------------------------


def test_it_is_started_once(world: World) -> None:
    """A second start, and one of a replica at the same time, changes nothing."""
    campaign = make(world)
    assert [start(world, campaign), start(world, campaign)] == [ALL, None]
    replica = world.add_replica("other")
    assert replica.write(lambda tx: start_campaign(tx, "other", campaign)) is None
    assert progress(world, campaign).waiting == ALL


def test_a_paused_one_stands_still_and_goes_on(world: World) -> None:
    """While it is paused nobody is held for it and nothing that was worded is claimed; then it goes on where it was."""
    campaign = make(world)
    start(world, campaign)
    world.store.write(lambda tx: meet(tx, SURFACE, "T1:sato", world.find("sato").id, "D1"))
    put_worded(world, campaign, "sato")
    assert world.store.write(lambda tx: pause_campaign(tx, "takahashi", campaign))
    assert (hold(world), claimed(world)) == ([], [])
    assert not world.store.write(lambda tx: pause_campaign(tx, "takahashi", campaign))
    assert world.store.write(lambda tx: resume_campaign(tx, "takahashi", campaign))
    assert (len(hold(world)), claimed(world)) == (ALL, ["T1:sato"])


def test_a_cancelled_one_takes_back_what_has_not_gone_out(world: World) -> None:
    """Whoever was not reached is not any more, be it worded already, and another campaign is not touched."""
    campaign, other = make(world), make(world)
    start(world, campaign)
    start(world, other)
    put_worded(world, campaign, "sato")
    assert world.store.write(lambda tx: cancel_campaign(tx, "takahashi", campaign)) == ALL + 1
    assert world.store.write(lambda tx: cancel_campaign(tx, "takahashi", campaign)) is None
    assert (progress(world, campaign).waiting, progress(world, other).waiting) == (0, ALL)


def test_it_is_found_by_the_end_of_its_id(world: World) -> None:
    """As much of the id as names it alone is enough, and what names two is nobody's."""
    campaign, _ = make(world), make(world)
    found = find_campaign(world.database, campaign[-3:])
    assert found is not None and found.id == campaign
    assert find_campaign(world.database, "00") is None
    assert find_campaign(world.database, "%") is None


def put_worded(world: World, campaign: str, name: str) -> None:
    """Something of it that is worded and waits to be sent."""
    key = f"turn:campaign:{campaign}:{name}"
    world.store.write(lambda tx: put_due(tx, [Due(key, "turn", world.find(name).id, lane="bulk")]))
    mine = update(outbox).where(outbox.c.key == key)
    world.store.write(lambda tx: tx.connection.execute(mine.values(campaign_id=campaign)))


def meet_all(world: World, names: Sequence[str]) -> None:
    """Each has a conversation of their own from now on."""
    for name in names:
        person = world.find(name).id
        world.store.write(lambda tx, name=name, person=person: meet(tx, SURFACE, f"T1:{name}", person, name))


def claimed(world: World) -> list[str]:
    return [one.account for one in world.store.write(lambda tx: claim(tx, SURFACE, 20))]


# -- one person, one replica, one pace ---------------------------------------------------------------------------------


def test_nobody_is_held_twice_before_the_lease_ends(world: World) -> None:
    """What one replica holds no other does, until it may be taken for dead."""
    start(world, make(world))
    first, second = hold(world, 20), hold(world, 20)
    assert (len(first), len(second), set(first) & set(second)) == (20, 10, set())
    assert hold(world) == []
    world.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert sorted(hold(world)) == sorted([*first, *second])


def test_what_is_put_off_comes_then(world: World) -> None:
    """Somebody for whom it is no time now is held again from the instant on that was found for them."""
    campaign = make(world)
    start(world, campaign)
    hold(world)
    key, later = f"campaign:{campaign}:{world.find('sato').id}", world.clock.at + timedelta(seconds=5)
    world.store.write(lambda tx: put_off_nudges(tx, {key: later}))
    assert hold(world) == []
    world.clock.advance(seconds=5)
    assert hold(world) == [world.find("sato").id]


def take_all(world: World, seconds: int) -> list[datetime]:
    """The instants at which places were given out to three replicas that look every tenth of a second."""
    replicas = [world.store, world.add_replica("second"), world.add_replica("third")]
    given: list[datetime] = []
    for tick in range(seconds * 10):
        store = replicas[tick % 3]
        given += [world.clock.at] * store.write(lambda tx: take_places(tx, SURFACE, "T1", 20))
        world.clock.advance(milliseconds=100 if tick != 20 else 5_000)  # once nobody looks for five seconds
    return given


def find_busiest(given: list[datetime], window: timedelta) -> int:
    return max(sum(at <= other < at + window for other in given) for at in given)


def most_in(window: timedelta) -> int:
    return int((window + CATCH_UP) / BULK_PACE) + 1


def test_all_replicas_together_keep_one_pace(world: World) -> None:
    """In no window of any length is more given out than the pace and one short burst; and it is kept up to."""
    began = world.clock.at
    given = take_all(world, 8)
    for window in (timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=10)):
        assert find_busiest(given, window) <= most_in(window)
    assert len(given) >= (world.clock.at - began - timedelta(seconds=5)) / BULK_PACE


def test_a_pace_that_forgets_is_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where what was left unused is never forgotten, the burst after a rest is too large."""
    monkeypatch.setattr(pace, "CATCH_UP", timedelta(hours=1))
    window = timedelta(seconds=1)
    assert find_busiest(take_all(world, 8), window) > most_in(window)


def test_replies_do_not_wait_for_a_campaign(world: World) -> None:
    """However much of campaigns is due, who waits for an answer is claimed first, and no pace holds them up."""
    campaign = make(world)
    start(world, campaign)
    names = ["ito", "mori", "abe", "sato"]
    meet_all(world, names)
    for name in names[:3]:
        put_worded(world, campaign, name)
    world.clock.advance(seconds=1)
    world.store.write(lambda tx: put_due(tx, [Due("turn:x", "turn", world.find("sato").id)]))
    first = claimed(world)
    assert first[0] == "T1:sato"
    assert len(first) < len(names)  # a campaign waits for its pace


def test_what_failed_goes_before_what_came_later(world: World) -> None:
    """Somebody to whom it could not be sent waits for their own rest alone, not for all who came after them."""
    campaign = make(world)
    start(world, campaign)
    names = ["ito", "mori", "abe", "kato"]
    meet_all(world, names)
    put_worded(world, campaign, names[0])
    world.clock.advance(seconds=1)
    (held,) = world.store.write(lambda tx: claim(tx, SURFACE, 20))
    again_at = world.clock.at + timedelta(seconds=2)
    assert world.store.write(lambda tx: settle(tx, held, Came(again_at, 1, doubtful=True)))
    for name in names[1:]:
        put_worded(world, campaign, name)
    world.clock.advance(seconds=2)
    assert claimed(world)[0] == f"T1:{names[0]}"


def test_a_row_for_each_and_no_more(world: World) -> None:
    """Negative control of the count above: a row put there by hand shows in it."""
    campaign = make(world)
    start(world, campaign)
    values = {"key": "campaign:x", "kind": "nudge", "person_id": world.find("sato").id, "campaign_id": campaign}
    more = {"lane": "bulk", "state": "ready", "due_at": world.clock.at, "body": "{}"}
    world.store.write(lambda tx: tx.connection.execute(insert(outbox).values({**values, **more})))
    assert progress(world, campaign).waiting == ALL + 1
