"""Sends over real HTTP to a Slack that fails nearly every third time: none lost, none doubled, in order."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from adapters.slack.deliver import SlackMessenger
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.prompts import Notice, Prompt, Shown
from bot.state.accounts import Account, meet
from bot.state.outbox import Due, find_given_up, put_due, resend
from bot.state.queries import Member, Ready
from bot.state.tables import outbox
from tests.chat import shared
from tests.doubles.slack import Fault, SlackDouble
from tests.state.world import World

SURFACE = "slack"
LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
ROUNDS = 400 if LONG else 15
A_ROUND = 8  # looks of each replica between two things to say, so that most go out by themselves
FAULTY = 0.3
KINDS = (
    Fault(status=429, retry_after="2"),
    Fault(status=429),
    Fault(status=500),
    Fault(status=502, html="<html>bad gateway</html>"),
    Fault(drops="before"),
    Fault(drops="after"),
)

pytestmark = pytest.mark.timeout(1800 if LONG else 120)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each row only what it is called is said, so that what arrived can be told."""

    def word(_: Voice, __: Member, rows: Sequence[Ready], ___: Prompt | None) -> list[Shown]:
        return [Notice(row.key) for row in rows]

    monkeypatch.setattr(Voice, "word", word)


async def note(_: Account, __: str) -> None:
    """Every channel is known from the start."""


@asynccontextmanager
async def open_slack(world: World, reads_back: bool = True) -> AsyncIterator[tuple[SlackDouble, list[Dispatcher]]]:
    """Three replicas before one Slack."""
    double = await SlackDouble().start()
    session = ClientSession()
    client = AsyncWebClient(token="xoxb-test", base_url=double.api, session=session, retry_handlers=[])
    messenger = SlackMessenger(client, shared(), lambda _: "t", note)
    stores = [world.store, world.add_replica("second"), world.add_replica("third")]
    voices = [Voice(store, world.reader, SURFACE) for store in stores]
    try:
        yield double, [Dispatcher(voice, messenger, world.clock, reads_back) for voice in voices]
    finally:
        await session.close()
        await double.stop()


def know(world: World, most: int = 30) -> list[str]:
    """People whose conversations are known, by id."""
    people = [one.id for one in world.reader.list_members()][:most]
    for place, person in enumerate(people):
        world.store.write(lambda tx, at=place, who=person: meet(tx, SURFACE, f"T1:U{at}", who, f"D{at}"))
    return people


def say(world: World, people: Sequence[str], number: int) -> None:
    due = [Due(f"n:{place:03}:{number:05}", "notice", person) for place, person in enumerate(people)]
    world.store.write(lambda tx: put_due(tx, due))


async def deliver(world: World, dispatchers: Sequence[Dispatcher]) -> None:
    await asyncio.gather(*(one.deliver_due() for one in dispatchers))
    world.clock.advance(seconds=3)


def count_ready(world: World) -> int:
    return int(world.reader.database.fetch(select(func.count()).where(outbox.c.state == "ready"))[0][0])


def arrived(double: SlackDouble) -> dict[str, list[str]]:
    """What stands in each conversation, in order."""
    told: dict[str, list[str]] = {}
    for (channel, _), message in double.messages.items():
        told.setdefault(channel, []).extend(message["text"].split("\n"))
    return told


async def run(world: World, reads_back: bool) -> tuple[dict[str, list[str]], SlackDouble, list[str], int]:
    """People told something in every round while Slack fails; then until nothing waits. With how many calls ended so
    that nobody could tell whether they had arrived."""
    chance, people, unclear = Random(20261123), know(world), 0

    def choose(method: str) -> Fault:
        nonlocal unclear
        fault = chance.choice(KINDS) if chance.random() < FAULTY else Fault()
        unclear += fault.drops == "after" and method == "chat.postMessage"
        return fault

    async with open_slack(world, reads_back) as (double, dispatchers):
        double.choose = choose
        for number in range(ROUNDS):
            say(world, people, number)
            for _ in range(A_ROUND):
                await deliver(world, dispatchers)
        for _ in range(2000):
            if not count_ready(world):
                break
            await deliver(world, dispatchers)
    return arrived(double), double, people, unclear


async def test_none_lost_none_doubled_all_in_order(world: World) -> None:
    """Three replicas, nearly every third call going wrong: each thing said stands once, in its place."""
    told, double, people, unclear = await run(world, reads_back=True)
    posts = len(double.called("chat.postMessage"))
    print(f"{ROUNDS * len(people)} to say, {posts} posts, {len(double.messages)} messages, {unclear} unclear")
    assert count_ready(world) == 0
    for place in range(len(people)):
        assert told[f"D{place}"] == [f"n:{place:03}:{number:05}" for number in range(ROUNDS)]


async def test_without_reading_back_some_stand_twice(world: World) -> None:
    """Negative control: posted again without a look, what had arrived stands twice; but nothing is lost."""
    told, double, people, unclear = await run(world, reads_back=False)
    counted = Counter(one for lines in told.values() for one in lines)
    doubled = sum(many - 1 for many in counted.values())
    print(f"{doubled} doubled of {ROUNDS * len(people)}, {len(double.messages)} messages, {unclear} unclear")
    assert len(counted) == ROUNDS * len(people)
    assert doubled > 0


async def test_a_revoked_token_kills_nothing(world: World) -> None:
    """Where Slack takes nothing from us everything waits, and goes out by itself once the token is good again."""
    people = know(world, 3)
    async with open_slack(world) as (double, dispatchers):
        double.choose = lambda method: Fault(error="token_revoked")
        say(world, people, 1)
        for _ in range(100):
            await deliver(world, dispatchers)
        assert (count_ready(world), find_given_up(world.reader.database), double.messages) == (3, [], {})
        double.choose = lambda method: Fault()
        for _ in range(100):
            await deliver(world, dispatchers)
        assert count_ready(world) == 0
        assert len(double.messages) == 3


async def test_a_dead_letter_has_its_reason_and_can_be_sent_again(world: World) -> None:
    """What Slack will never take is put aside with Slack's word for why; sent again, it arrives."""
    people = know(world, 1)
    async with open_slack(world) as (double, dispatchers):
        double.script("chat.postMessage", Fault(error="channel_not_found"))
        say(world, people, 1)
        for _ in range(5):
            await deliver(world, dispatchers)
        (dead,) = find_given_up(world.reader.database)
        assert dead.reason == "channel_not_found"
        world.store.write(lambda tx: resend(tx, "operator", dead.key))
        for _ in range(5):
            await deliver(world, dispatchers)
        assert arrived(double) == {"D0": [dead.key]}
