"""A campaign through three replicas to a Slack that fails nearly every third time: each person once, at one pace."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert

from adapters.slack.deliver import SlackMessenger
from bench.order import build_order
from bot.conversation import Conversation
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.engine.position import Route
from bot.nudging import Nudging
from bot.state.asking import BUDGET
from bot.state.campaigns import (
    NUDGE,
    Audience,
    Campaign,
    Progress,
    cancel_campaign,
    find_campaign,
    make_campaign,
    pause_campaign,
    read_progress,
    resume_campaign,
    start_campaign,
)
from bot.state.lane import Lane
from bot.state.nudges import LEASE, Fit, hold_nudges
from bot.state.pace import BULK_PACE, CATCH_UP
from bot.state.tables import accounts, outbox, people, roles
from bot.teaching import FLOW
from tests.chat import shared
from tests.doubles.slack import Fault, SlackDouble
from tests.state.test_sends import FAULTY, KINDS, note
from tests.state.world import World

SURFACE = "slack"
MORE = 570 if os.environ.get("SECRET_REVIEW_LONG") else 10  # people beside the sample's thirty
A_LOOK = timedelta(milliseconds=250)
THING = "al-01"
FITS = Fit(FLOW, THING, {}, "lesson", {"ja": THING, "en": THING})


@dataclass
class Office:
    """Three replicas before one Slack, and when each message was posted."""

    world: World
    double: SlackDouble
    nudgings: list[Nudging]
    dispatchers: list[Dispatcher]
    posted: list[datetime]

    async def look(self, times: int = 1) -> None:
        """Each replica looks once, all at the same time; then a moment passes, a longer one where nothing was said."""
        for _ in range(times):
            before = len(self.posted)
            await asyncio.gather(*(one.do_due() for one in self.nudgings))
            await asyncio.gather(*(one.deliver_due() for one in self.dispatchers))
            self.world.clock.at += A_LOOK if len(self.posted) > before else 4 * A_LOOK

    async def run(self, campaign: str) -> Progress:
        """Until nobody waits any more."""
        for _ in range(3_000):
            await self.look()
            now = read_progress(self.world.database, campaign)
            if not now.waiting:
                return now
        raise AssertionError(now)

    @property
    def reached(self) -> Counter[str]:
        """How many cards stand with each person."""
        return Counter(channel for (channel, _), message in self.double.messages.items() if "blocks" in message)


@asynccontextmanager
async def open_office(world: World, fails: bool = True) -> AsyncIterator[Office]:
    double = await SlackDouble().start()
    session, chance, posted = ClientSession(), Random(20261201), list[datetime]()

    def choose(method: str) -> Fault:
        posted.extend([world.clock.at] if method == "chat.postMessage" else [])
        return chance.choice(KINDS) if fails and chance.random() < FAULTY else Fault()

    double.choose = choose
    client = AsyncWebClient(token="xoxb-test", base_url=double.api, session=session, retry_handlers=[])
    messenger = SlackMessenger(client, shared(), lambda _: "t", note)
    stores = [world.store, world.add_replica("second"), world.add_replica("third")]
    routes = {**world.store.words.routes, FLOW: Route(build_order().model_copy(update={"id": FLOW}))}
    for store in stores:
        store.words = replace(store.words, routes=routes)  # any flow will do: how it reaches people is looked at
    lanes = [Lane(store.take_turns) for store in stores]
    for lane in lanes:
        lane.start()
    talks = [
        Conversation(store, world.reader, lane, lambda _: None, world.clock, store.ids)
        for store, lane in zip(stores, lanes, strict=True)
    ]
    nudgings = [Nudging(one, lambda member, campaign: FITS) for one in talks]
    dispatchers = [Dispatcher(Voice(store, world.reader, SURFACE), messenger, world.clock) for store in stores]
    try:
        yield Office(world, double, nudgings, dispatchers, posted)
    finally:
        for lane in lanes:
            lane.stop()
        await session.close()
        await double.stop()


def fill(world: World, more: int = MORE) -> int:
    """So many people more, and a conversation with each; how many that makes."""
    with world.database.writing() as connection:
        like = dict(connection.execute(people.select().limit(1)).one()._mapping)
        made = [{**like, "id": f"p{n:035}", "email": f"p{n}@hibarino.example"} for n in range(more)]
        for table, rows in ((people, made), (roles, [{"person_id": one["id"], "role": "employee"} for one in made])):
            if rows:
                connection.execute(insert(table), rows)
    ids = [one.id for one in world.reader.list_members()]
    row = {"surface": SURFACE, "next_at": world.clock.at, "tries": 0, "fence": 0}
    with world.database.writing() as connection:
        connection.execute(
            insert(accounts), [{**row, "account": f"T1:{one}", "person_id": one, "channel": f"D{one}"} for one in ids]
        )
    return len(ids)


def begin(world: World) -> str:
    starter = world.find("takahashi").id
    one = Campaign(world.store.ids.new(), "lesson", THING, Audience(), "planned", starter, 0, world.clock.at)
    world.store.write(lambda tx: make_campaign(tx, starter, one))
    assert world.store.write(lambda tx: start_campaign(tx, starter, one.id))
    return one.id


async def test_each_person_is_sent_it_once_at_one_pace(world: World) -> None:
    """Whatever fails, everybody has exactly one card or is listed, and no window of any length has more than its
    pace allows."""
    everybody = fill(world)
    campaign = begin(world)
    async with open_office(world) as office:
        now = await office.run(campaign)
        reached, posted = office.reached, office.posted
    print(f"{everybody} people, {len(posted)} posts, {now}")
    assert (now.sent, now.dead, now.unknown) == (everybody, 0, 0)
    assert (len(reached), set(reached.values())) == (everybody, {1})
    for window in (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=20)):
        busiest = max(sum(at <= one < at + window for one in posted) for at in posted)
        assert busiest <= (window + CATCH_UP) / BULK_PACE + 1, window
    found = find_campaign(world.database, campaign)
    assert found is not None and found.people == everybody


async def reach_by_all(office: Office) -> None:
    """Whoever one replica holds is reached by all three at once, as by one that took longer than its lease."""
    held = office.world.store.write(lambda tx: hold_nudges(tx, 50))
    await asyncio.gather(*(one._reach(held) for one in office.nudgings))


async def test_replicas_that_outlive_their_lease_reach_people_once_all_the_same(postgres_world: World) -> None:
    """Held by all three at once, a person still has one interview and one card: the second event is a repeat."""
    everybody = fill(postgres_world, 0)
    campaign = begin(postgres_world)
    async with open_office(postgres_world, fails=False) as office:
        await reach_by_all(office)
        now = await office.run(campaign)
        assert (now.sent, set(office.reached.values())) == (everybody, {1})


@pytest.mark.parametrize("step", ["hand_in", "mark_sent"])
async def test_what_a_replica_left_when_it_died_goes_on_when_its_lease_is_over(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Begun and not said yet, or said and not noted: nobody waits for longer than the lease, and nobody hears twice."""
    everybody = fill(postgres_world, 0)
    campaign = begin(postgres_world)
    async with open_office(postgres_world, fails=False) as office:
        talk = office.nudgings[0].conversation
        with monkeypatch.context() as dying:
            dying.setattr(*((talk.lane, step, die) if step == "hand_in" else (talk.store, step, die)))
            with contextlib.suppress(Died):
                await office.nudgings[0].do_due()
        assert count_ahead(postgres_world) == everybody
        postgres_world.clock.at += LEASE
        await office.look()
        assert not count_ahead(postgres_world)
        await office.run(campaign)
        assert (len(office.reached), set(office.reached.values())) == (everybody, {1})


def count_ahead(world: World) -> int:
    """How many were not said yet, as far as is noted."""
    return sum(row.kind == NUDGE and row.state == "ready" for row in world.rows(outbox))


class Died(Exception):
    """Of a replica, at this instant."""


def die(*_: Any) -> None:
    raise Died


async def test_an_event_of_its_own_each_time_is_found_out(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: where each try is an event under another key, somebody is told more than once."""
    fill(postgres_world, 0)
    campaign = begin(postgres_world)
    async with open_office(postgres_world, fails=False) as office:
        for number, one in enumerate(office.nudgings):
            lane = one.conversation.lane
            plain = lane.hand_in
            rename: Any = lambda event, plain=plain, number=number: plain(  # noqa: E731
                replace(event, key=f"{event.key}:{number}:{postgres_world.clock.at}")
            )
            monkeypatch.setattr(lane, "hand_in", rename)
        await reach_by_all(office)
        await office.run(campaign)
        turns = [row for row in postgres_world.rows(outbox) if row.kind == "turn"]
        assert len(turns) > len({row.person_id for row in turns})


async def test_a_pause_stops_it_and_it_goes_on(postgres_world: World) -> None:
    """After a pause nothing more is posted, be it worded already; taken up again, the rest has it once."""
    everybody = fill(postgres_world)
    campaign = begin(postgres_world)
    async with open_office(postgres_world, fails=False) as office:
        await office.look(20)
        postgres_world.store.write(lambda tx: pause_campaign(tx, "takahashi", campaign))
        stood = len(office.posted)
        await office.look(20)
        assert 0 < stood == len(office.posted) < everybody
        postgres_world.store.write(lambda tx: resume_campaign(tx, "takahashi", campaign))
        await office.run(campaign)
        assert (len(office.reached), set(office.reached.values())) == (everybody, {1})


async def test_a_cancelled_one_reaches_nobody_more(postgres_world: World) -> None:
    """What was worded is taken back with the rest."""
    fill(postgres_world)
    campaign = begin(postgres_world)
    async with open_office(postgres_world, fails=False) as office:
        await office.look(20)
        postgres_world.store.write(lambda tx: cancel_campaign(tx, "takahashi", campaign))
        stood = len(office.posted)
        await office.look(20)
        assert len(office.posted) == stood
    assert read_progress(postgres_world.database, campaign).waiting == 0


async def test_nobody_is_told_more_than_their_week_holds(postgres_world: World) -> None:
    """A fourth campaign in a week waits until the first of the others is a week old; hours are asked again then."""
    everybody = fill(postgres_world, 0)
    first_at = postgres_world.clock.at
    async with open_office(postgres_world, fails=False) as office:
        for _ in range(BUDGET):
            await office.run(begin(postgres_world))
            postgres_world.clock.advance(days=1)  # whoever has a question open is left alone for an hour
        fourth = begin(postgres_world)
        await office.look(40)
        assert read_progress(postgres_world.database, fourth).waiting == everybody
        due = {row.due_at for row in postgres_world.rows(outbox) if row.campaign_id == fourth}
        assert min(due) > first_at + timedelta(days=7)
