"""What stands in a conversation and is changed in its place: the card of a round, a question that was answered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot import dispatch
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.letters import Letter
from bot.prompts import Notice, Prompt, Shown
from bot.state.outbox import Due, find_given_up, put_again, put_due
from bot.state.queries import Member, Ready
from tests.doubles.slack import Fault, SlackDouble
from tests.state.test_dispatch import begin, tell
from tests.state.test_sends import deliver, know, open_slack
from tests.state.world import World

KEYS = ("a:before", "b:card", "c:after")


def word_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each row is said what it is called and when it fell due."""

    def word(_: Voice, __: Member, rows: Sequence[Ready], ___: Prompt | None) -> list[Shown]:
        return [Notice(f"{row.key} {row.due_at:%H%M}") for row in rows]

    monkeypatch.setattr(Voice, "word", word)


def stands(double: SlackDouble) -> list[str]:
    return [one["text"] for one in double.messages.values()]


async def show_twice(world: World, double: SlackDouble, dispatchers: Sequence[Dispatcher], *faults: Fault) -> list[str]:
    """A card between two notices, then the card anew; what stood before it was."""
    (person,) = know(world, 1)
    card = Due(KEYS[1], "card", person)
    after = Due(KEYS[2], "notice", person, due_at=world.clock.now() + timedelta(seconds=1))
    world.store.write(lambda tx: (put_due(tx, [Due(KEYS[0], "notice", person), after]), put_again(tx, card)))
    world.clock.advance(seconds=1)
    await deliver(world, dispatchers)
    before = stands(double)
    world.clock.advance(minutes=1)
    double.script("chat.update", *faults)
    world.store.write(lambda tx: put_again(tx, card))
    for _ in range(20):
        await deliver(world, dispatchers)
    return before


@pytest.mark.parametrize("faults", [(), (Fault(429, retry_after="9"),), (Fault(drops="after"),)])
async def test_a_card_is_changed_in_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch, faults: tuple[Fault, ...]
) -> None:
    """The card of a round stays where it is, with new words; what was said before and after it is left alone."""
    word_anew(monkeypatch)
    async with open_slack(world) as (double, dispatchers):
        before = await show_twice(world, double, dispatchers, *faults)
        now = stands(double)
        assert [text.split(" ")[0] for text in before] == list(KEYS)
        assert [old == new for old, new in zip(before, now, strict=True)] == [True, False, True]


async def test_a_card_that_is_gone_is_shown_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the person took the card away it comes again, below."""
    word_anew(monkeypatch)
    async with open_slack(world) as (double, dispatchers):
        before = await show_twice(world, double, dispatchers, Fault(error="message_not_found"))
        *rest, last = stands(double)
        assert rest == before
        assert last.startswith(KEYS[1]) and last not in before


async def test_a_card_that_shares_its_message_takes_words_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: joined with its neighbours, the card anew wipes out what they said."""
    word_anew(monkeypatch)
    write = Dispatcher._write

    def join(self: Dispatcher, *told: Any) -> list[Letter]:
        return [one._replace(is_alone=False) for one in write(self, *told)]

    monkeypatch.setattr(Dispatcher, "_write", join)
    async with open_slack(world) as (double, dispatchers):
        (before,) = await show_twice(world, double, dispatchers)
        assert KEYS[2] in before
        assert KEYS[2] not in "".join(stands(double))


# -- a question that was answered --------------------------------------------------------------------------------------


def buttons(message: dict[str, Any]) -> list[Any]:
    return [block for block in message["blocks"] if block["type"] == "actions"]


async def answer_one(world: World, double: SlackDouble, dispatchers: Sequence[Dispatcher], *faults: Fault) -> list[Any]:
    """A question is put and answered, and closing its card goes wrong like this; what can be pressed, card by card."""
    interview = begin(world)
    tell(world, interview, "sato", "戻る", 2)  # the first question again, with its buttons
    await deliver(world, dispatchers)
    assert any(map(buttons, double.messages.values()))
    double.script("chat.update", *faults)
    tell(world, interview, "sato", "はじめる", 3)
    await deliver(world, dispatchers)
    return [one for one in map(buttons, double.messages.values()) if one]


async def test_an_answered_card_is_closed(world: World) -> None:
    """Once the next question is put, the card shows question and answer and has nothing to press."""
    async with open_slack(world) as (double, dispatchers):
        left = await answer_one(world, double, dispatchers)
        (call,) = double.called("chat.update")
        assert not buttons(call.args)
        assert len(left) <= 1  # of the question that is put now
        assert "はじめる" in call.args["text"]


@pytest.mark.parametrize("fault", [Fault(429, retry_after="7"), Fault(500), Fault(drops="after")])
async def test_a_card_is_closed_later_where_it_could_not_be_at_once(world: World, fault: Fault) -> None:
    """Where Slack is busy or away the card is closed on a later try, without holding up what is said."""
    async with open_slack(world) as (double, dispatchers):
        await answer_one(world, double, dispatchers, fault)
        posted = len(double.called("chat.postMessage"))
        for _ in range(10):
            await deliver(world, dispatchers)
        assert len(double.called("chat.update")) == 2
        (first, *_) = double.messages.values()
        assert not buttons(first)
        assert len(double.called("chat.postMessage")) == posted


async def test_without_a_second_try_it_stays_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: tried once alone, a card that Slack was too busy to close keeps its buttons."""
    monkeypatch.setattr(dispatch, "CLOSE_TRIES", 1)
    async with open_slack(world) as (double, dispatchers):
        await answer_one(world, double, dispatchers, Fault(429, retry_after="7"))
        for _ in range(10):
            await deliver(world, dispatchers)
        (first, *_) = double.messages.values()
        assert buttons(first)


async def test_a_card_that_is_gone_needs_no_closing(world: World) -> None:
    """A card the person took away is asked for once; the next question stands, and nothing is dead."""
    async with open_slack(world) as (double, dispatchers):
        await answer_one(world, double, dispatchers, Fault(error="message_not_found"))
        assert len(double.messages) == 2
        for _ in range(10):
            await deliver(world, dispatchers)
        assert len(double.called("chat.update")) == 1
        assert find_given_up(world.reader.database) == []
