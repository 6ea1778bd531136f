"""More than three things of campaigns for one person at once: one card, from which any may be opened."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation import Wanted
from bot.nudging import Nudging
from bot.resting import Resting
from bot.state import nudges as module
from bot.state.asking import find_interruptions
from bot.state.campaign_tables import nudges
from bot.state.campaigns import cancel_campaign, pause_campaign, resume_campaign
from bot.state.digests import FLOW, list_open
from bot.state.nudges import hold_nudges
from bot.state.rows import open_interview
from bot.state.tables import interviews, outbox, people
from tests.state.nudged import WHO, make_teaching, reach, rest, start
from tests.state.talk import Talk, talking
from tests.state.world import World

FOUR = ("al-11", "al-12", "al-01", "al-02")


async def put_before(world: World, talk: Talk, things: Sequence[str] = FOUR) -> list[str]:
    """Campaigns of these are due at once, and whoever may be told is; the campaigns."""
    begun = [start(world, thing) for thing in things]
    await reach(world, talk)
    await rest(world, talk)
    return begun


def list_cards(world: World, name: str = WHO) -> list[Any]:
    mine = [row for row in world.rows(interviews) if (row.person_id, row.flow) == (world.people[name], FLOW)]
    return sorted(mine, key=lambda row: str(row.id))


def list_sent(world: World, name: str = WHO) -> list[str]:
    """The campaigns of which this person was told."""
    return [row.campaign_id for row in world.rows(nudges) if row.person_id == world.people[name]]


def list_lines(world: World, card: Any) -> list[str]:
    """The campaigns whose lines can be opened on it."""
    return list_open(world.database, open_interview(world.vault, card))


def list_shown(talk: Talk) -> list[str]:
    """The campaigns among the choices this person saw last."""
    last = talk.screen.shown[-1][1]
    return sorted(one.id for one in getattr(last, "choices", ()) if "-" in one.id)


def find_row(world: World, campaign: str, name: str = WHO) -> Any:
    return next(row for row in world.rows(outbox) if row.key == f"campaign:{campaign}:{world.people[name]}")


def count_told(world: World, name: str = WHO) -> int:
    """How often this person was interrupted in the week."""
    return len(find_interruptions(world.database, [world.people[name]], world.clock.now())[world.people[name]])


@pytest.mark.parametrize(("things", "cards", "told"), [(FOUR, 1, 1), (FOUR[:3], 0, 3)])
async def test_four_come_on_one_card_and_three_one_by_one(
    world: World, things: Sequence[str], cards: int, told: int
) -> None:
    """A card is one interruption and nothing of it was told yet; up to three come as they always did."""
    with talking(world) as talk:
        begun = await put_before(world, talk, things)
        assert (len(list_cards(world)), count_told(world)) == (cards, told)
        assert sorted(list_sent(world)) == ([] if cards else sorted(begun))


async def test_what_is_opened_comes_next_and_the_others_behind_it(world: World) -> None:
    """The history knows the opened one alone; the rest stands on a card nobody is told of, until it is put away."""
    with talking(world) as talk:
        begun = await put_before(world, talk)
        await talk.come(WHO, FLOW)
        handled = await talk.say(WHO, "2")
        member = world.find(WHO)
        talk.at[WHO] = str(await talk.conversation.take_up_opened(member, handled.opens, member.id))
        assert (list_sent(world), handled.rests) == ([handled.opens], False)
        done = await talk.say(WHO, "分からない")
        assert (done.status, done.rests) == ("done", False)
        last = await talk.conversation.take_up(member, Wanted(), member.id, (), "nudge")
        *_, card = list_cards(world)
        assert (last, sorted([*list_lines(world, card), str(handled.opens)])) == (card.id, sorted(begun))
        assert count_told(world) == 1
        await talk.come(WHO, FLOW)
        await talk.say(WHO, "今回はいい")
    left = {one: find_row(world, one) for one in begun}
    assert left.pop(str(handled.opens)).state == "sent"
    assert {(row.state, row.reason) for row in left.values()} == {("cancelled", "put_away")}


async def test_a_card_nobody_answers_goes_as_one(world: World) -> None:
    """After five working days nothing of it waits, nothing was told, and nothing is said."""
    with talking(world) as talk:
        begun = await put_before(world, talk)
        said = len(world.rows(outbox))
        await rest(world, talk, days=6)
        assert [card.status for card in list_cards(world)] == ["open"]
        await rest(world, talk, days=2)
        assert [card.status for card in list_cards(world)] == ["cancelled"]
    assert {find_row(world, one).reason for one in begun} == {"unopened"}
    assert (list_sent(world), len(world.rows(outbox))) == ([], said)


@pytest.mark.parametrize("stop", [pause_campaign, cancel_campaign])
async def test_a_campaign_that_is_stopped_takes_its_line_along(world: World, stop: Any) -> None:
    """Its line is gone, and where it is chosen from an old list nothing opens; one that was only paused is there again
    when it goes on."""
    with talking(world) as talk:
        begun = await put_before(world, talk)
        await talk.come(WHO, FLOW)
        world.store.write(lambda tx: stop(tx, world.people["takahashi"], begun[3]))
        await talk.say(WHO, "4")
        assert list_sent(world) == []
        await talk.come(WHO, FLOW)
        *_, card = list_cards(world)
        assert list_lines(world, card) == sorted(begun[:3])
        assert list_shown(talk) == sorted(begun[:3])
        if stop is pause_campaign:
            world.store.write(lambda tx: resume_campaign(tx, world.people["takahashi"], begun[3]))
            assert list_lines(world, card) == sorted(begun)


async def test_what_was_paused_at_the_end_comes_by_its_own_rules(world: World) -> None:
    """Who puts the card away never saw that line: it comes when its campaign goes on."""
    with talking(world) as talk:
        begun = await put_before(world, talk)
        world.store.write(lambda tx: pause_campaign(tx, world.people["takahashi"], begun[0]))
        await talk.come(WHO, FLOW)
        await talk.say(WHO, "今回はいい")
        world.store.write(lambda tx: resume_campaign(tx, world.people["takahashi"], begun[0]))
        await reach(world, talk)
    assert list_sent(world) == [begun[0]]


async def test_put_off_it_comes_once_more_as_one(world: World) -> None:
    """On the next working morning, on one card again, and not before."""
    with talking(world) as talk:
        await put_before(world, talk)
        await talk.come(WHO, FLOW)
        await talk.say(WHO, "あとで", "明日の朝")
        await reach(world, talk)
        assert [card.status for card in list_cards(world)] == ["done"]
        world.clock.at = datetime(2026, 11, 10, 0, 5, tzinfo=UTC)
        await reach(world, talk)
        await rest(world, talk)
        assert sorted(card.status for card in list_cards(world)) == ["done", "open"]
        assert (count_told(world), list_sent(world)) == (2, [])


async def test_whoever_comes_by_themselves_finds_one_card(world: World) -> None:
    """It waits for them, once, and interrupts nobody."""
    with talking(world) as talk:
        for thing in FOUR:
            start(world, thing)
        nudging = Nudging(talk.conversation, make_teaching(world).choose)
        for _ in range(2):
            await nudging.bring(world.find(WHO))
        await rest(world, talk)
        assert ([card.status for card in list_cards(world)], count_told(world)) == (["queued"], 0)


async def test_the_same_thing_stands_on_no_card_twice(world: World) -> None:
    """Of two campaigns with one lesson the second has nothing for them."""
    with talking(world) as talk:
        begun = await put_before(world, talk, (*FOUR, FOUR[0]))
        (card,) = list_cards(world)
        assert list_lines(world, card) == sorted(begun[:4])
    assert find_row(world, begun[4]).reason == "unfit"


async def test_two_replicas_at_once_make_one_card(postgres_world: World) -> None:
    """Both look at the same time, more than once: one card, told once."""
    world = postgres_world
    for thing in FOUR:
        start(world, thing)
    second = world.add_replica("second")
    with talking(world) as talk, talking(world, second) as other:
        choose = make_teaching(world).choose
        both = [Nudging(one.conversation, choose) for one in (talk, other)]
        for _ in range(3):
            await asyncio.gather(*(one.do_due() for one in both))
        rows = [(row, {"lists": 4}) for row in world.reader.find_events(world.clock.now())]
        await asyncio.gather(*(Resting(one.conversation).do(rows) for one in (talk, other)))
    assert ([card.status for card in list_cards(world)], count_told(world), list_sent(world)) == (["open"], 1, [])


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_another_replica_takes_in_part_is_left_to_it(
    postgres_world: World, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one is at two of the four, the other finds none of them. The control: without the lock on the person it
    takes the other two, and there would be no card."""
    world = postgres_world
    if not is_locked:
        monkeypatch.setattr(module, "lock_persons", lambda *_: [world.people[WHO]])
    for thing in FOUR:
        start(world, thing)
    mine = select(outbox.c.key).where(outbox.c.person_id == world.people[WHO], outbox.c.kind == "nudge")

    def take_part(tx: Any) -> list[Any]:
        person = select(people.c.id).where(people.c.id == world.people[WHO])
        tx.connection.execute(person.with_for_update(key_share=True)).all()
        tx.connection.execute(mine.order_by(outbox.c.key).limit(2).with_for_update()).all()
        return world.add_replica("second").write(lambda other: hold_nudges(other, 50))

    found = [one for one in world.store.write(take_part) if one.person == world.people[WHO]]
    assert len(found) == (0 if is_locked else 2)
