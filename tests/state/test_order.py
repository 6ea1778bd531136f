"""Who goes first on a chat surface, and what one thing that fails does to those behind it: over real HTTP."""

import pytest
from sqlalchemy import literal

from bot import dispatch
from bot.state import accounts
from bot.state.outbox import Due, find_given_up, put_due, resend
from tests.doubles.slack import Fault, SlackDouble
from tests.state.test_sends import arrived, count_ready, deliver, know, open_slack, plain
from tests.state.world import World

__all__ = ["plain"]

MANY = 1000


def put(world: World, *due: Due) -> None:
    world.store.write(lambda tx: put_due(tx, due))


async def find_first(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What arrives first of a thousand to many, a thousand events, one reply and one urgent word; one at a time."""
    *many, last = know(world)
    put(world, *(Due(f"bulk:{place}", "notice", many[place % len(many)], lane="bulk") for place in range(MANY)))
    put(world, *(Due(f"event:{place}", "event", many[place % len(many)]) for place in range(MANY)))
    world.clock.advance(minutes=1)
    put(world, Due("reply", "notice", last), Due("urgent", "notice", many[-1], lane="urgent"))
    monkeypatch.setattr(dispatch, "BATCH", 1)
    async with open_slack(world) as (double, (dispatcher, *_)):
        for _ in range(3):
            await dispatcher.deliver_due()
        said = [call.args["text"].split("\n")[0] for call in double.called("chat.postMessage")]
    return said


async def test_what_is_urgent_and_what_replies_leave_before_a_thousand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much waits for others, the urgent word is out first, then the reply."""
    first, second, third = await find_first(world, monkeypatch)
    assert (first, second, third.partition(":")[0]) == ("urgent", "reply", "bulk")


async def test_without_lanes_the_thousand_come_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where no lane goes before another, neither of the two is out first."""
    monkeypatch.setattr(accounts, "RANK", literal(2))
    assert not {"urgent", "reply"} & set(await find_first(world, monkeypatch))


async def say_three(world: World, double: SlackDouble, *faults: Fault) -> list[str]:
    """Three messages of one conversation to a Slack that goes wrong like this; their keys."""
    (person,) = know(world, 1)
    keys = [f"three:{place}" for place in range(3)]
    put(world, *(Due(key, "card", person) for key in keys))  # a card is a message of its own
    double.script("chat.postMessage", *faults)
    return keys


async def test_one_that_never_arrives_ends_alone(world: World) -> None:
    """The second of three is refused for good: it is put aside with the reason, and the third goes on."""
    async with open_slack(world) as (double, dispatchers):
        keys = await say_three(world, double, Fault(), Fault(error="msg_too_long"))
        for _ in range(4):
            await deliver(world, dispatchers)
        assert [call.args["text"] for call in double.called("chat.postMessage")] == keys
        assert [(one.key, one.reason) for one in find_given_up(world.reader.database)] == [(keys[1], "msg_too_long")]
        assert (arrived(double), count_ready(world)) == ({"D0": [keys[0], keys[2]]}, 0)
        world.store.write(lambda tx: resend(tx, "operator", keys[1]))
        await deliver(world, dispatchers)
        assert arrived(double) == {"D0": [keys[0], keys[2], keys[1]]}


@pytest.mark.parametrize("fault", [Fault(500), Fault(429, retry_after="9"), Fault(drops="after")])
async def test_nothing_overtakes_what_may_still_arrive(world: World, fault: Fault) -> None:
    """While the second of three may still come, the third waits behind it."""
    async with open_slack(world) as (double, dispatchers):
        keys = await say_three(world, double, Fault(), fault)
        for _ in range(60):
            await deliver(world, dispatchers)
        assert (arrived(double), find_given_up(world.reader.database)) == ({"D0": keys}, [])
