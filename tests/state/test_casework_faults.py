"""Whatever breaks, a case still finds somebody, and nothing of it is left where it was shown; on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from bot import dispatch
from bot.alerting import Alerting
from bot.conclusions import LeaveIncident
from bot.prompts import Prompt
from bot.state import casework
from bot.state.accounts import meet
from bot.state.casework import NEXT_AFTER
from bot.state.database import CannotSave
from bot.state.record import Transaction
from bot.state.tables import accounts
from tests.state.cases import (
    FIRST,
    REPORT,
    SECOND,
    alerts,
    appoint_third,
    asked,
    handoffs,
    let_happen,
    on_duty,
    report,
    tell,
)
from tests.state.test_dispatch import SURFACE, Platform, make
from tests.state.world import World


@pytest.fixture(autouse=True)
def _three_receive(world: World) -> None:
    appoint_third(world)


# -- what breaks -------------------------------------------------------------------------------------------------------


async def test_a_process_that_was_killed_is_followed_by_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before it asked, or after that and before it could note it: another asks, and nobody is asked twice."""
    report(world)
    with on_duty(world, "second") as talk:
        mark = talk.conversation.store.mark_sent
        monkeypatch.setattr(talk.conversation.store, "mark_sent", _break)
        await Alerting(talk.conversation).do_due()
        assert len(alerts(world)) == 1
        monkeypatch.setattr(talk.conversation.store, "mark_sent", mark)
    with on_duty(world, "third") as talk:
        await let_happen(talk)
        await let_happen(talk)
    assert len(alerts(world)) == 1
    assert [row.status for row in handoffs(world, FIRST)] == ["open"]


def _break(*_: Any) -> None:
    raise CannotSave


async def test_of_two_replicas_one_goes_on(world: World) -> None:
    """Both find that the time is over; one asks the next, and the one after is not asked for it."""
    incident = report(world)
    world.clock.advance(seconds=NEXT_AFTER.total_seconds())
    other = world.add_replica("other")
    key = f"onward:{incident}"

    def go_on(tx: Transaction) -> None:
        casework.go_onward(tx, key, incident)

    await asyncio.gather(asyncio.to_thread(world.store.write, go_on), asyncio.to_thread(other.write, go_on))
    assert set(asked(world)) == {FIRST, SECOND}


OUTAGES = (1, 20, 240)  # seconds from when it is due until the platform takes messages again


async def deliver_through(world: World, seconds: int) -> float:
    """How long after it was due the alert arrived, with a platform that took nothing for so many seconds."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{FIRST}", world.people[FIRST], "D1"))
    report(world)
    platform = Platform()
    dispatcher = make(world, platform)
    with on_duty(world) as talk:
        await let_happen(talk)
        begun = world.clock.now()
        while not platform.sent:
            is_down = (world.clock.now() - begun).total_seconds() < seconds
            platform.faults = [OSError()] if is_down else []
            await dispatcher.deliver_due()
            world.clock.advance(seconds=1)
        return (world.clock.now() - begun).total_seconds()


@pytest.mark.parametrize("seconds", OUTAGES)
async def test_an_alert_is_late_by_the_outage_and_a_few_seconds(world: World, seconds: int) -> None:
    """As soon as the platform is back it goes out; it waits as long as no other message would."""
    assert await deliver_through(world, seconds) <= seconds + 9


async def test_with_the_waits_of_other_messages_it_would_be_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: tried as seldom as everything else, it comes long after the outage."""
    monkeypatch.setattr(dispatch, "URGENT_WAIT", dispatch.LONGEST_WAIT)
    monkeypatch.setattr("bot.state.accounts.URGENT", "bulk")
    monkeypatch.setattr("bot.dispatch.random.uniform", lambda *_: 1.5)
    assert await deliver_through(world, 240) > 240 + 60


async def test_an_alert_waits_out_no_failures_of_other_messages(world: World) -> None:
    """A conversation left alone for minutes because nothing could be sent there is tried again at once."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{FIRST}", world.people[FIRST], "D1"))
    later = {"next_at": world.clock.now() + 4 * dispatch.BARRED_WAIT, "tries": 9}
    world.store.write(lambda tx: tx.connection.execute(update(accounts).values(later)))
    report(world)
    platform = Platform()
    with on_duty(world) as talk:
        await let_happen(talk)
        await make(world, platform).deliver_due()
    ((_, shown),) = platform.sent
    assert isinstance(shown[-1], Prompt)
    assert shown[-1].preview


async def test_an_alert_is_never_given_up_for_what_passes(world: World) -> None:
    """However often it fails, it stays due; another message is given up in the end."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{FIRST}", world.people[FIRST], "D1"))
    report(world)
    platform = Platform(faults=[OSError() for _ in range(3 * dispatch.MOST_TRIES)])
    dispatcher = make(world, platform)
    with on_duty(world) as talk:
        await let_happen(talk)
        for _ in range(2 * dispatch.MOST_TRIES):
            await dispatcher.deliver_due()
            world.clock.advance(minutes=8)
        assert {row.state for row in alerts(world)} == {"ready"}
        platform.faults = []
        world.clock.advance(minutes=8)
        await dispatcher.deliver_due()
    assert {row.state for row in alerts(world)} == {"sent"}


# -- what stands in a chat ---------------------------------------------------------------------------------------------


async def test_a_card_that_was_answered_tells_nothing(world: World) -> None:
    """Neither what was shown on it nor what was answered is left of it."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{FIRST}", world.people[FIRST], "D1"))
    report(world)
    platform = Platform()
    dispatcher = make(world, platform)
    with on_duty(world) as talk:
        await let_happen(talk)
        await dispatcher.deliver_due()
        for choice in ("open", "take"):
            tell(world, FIRST, choice)
            world.clock.advance(seconds=2)
            await dispatcher.deliver_due()
    assert len(platform.closed) == 2
    assert {one.answer for one in platform.closed} == {None}
    assert not any(REPORT["what"] in one.text for one in platform.closed)


async def test_what_stood_open_for_whoever_leaves_is_closed(world: World) -> None:
    """The cards of everything else about the case lose what they showed."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{FIRST}", world.people[FIRST], "D1"))
    incident = report(world)
    platform = Platform()
    dispatcher = make(world, platform)
    with on_duty(world) as talk:
        await let_happen(talk)
        await dispatcher.deliver_due()
        tell(world, FIRST, "open")
        world.clock.advance(seconds=2)
        await dispatcher.deliver_due()
        other = world.reader.read_interview(handoffs(world, FIRST)[0].id, world.template.words.routes)
        assert other is not None
        elsewhere = other._replace(id="another")  # they leave from another conversation about the case
        one = LeaveIncident(incident)
        world.store.write(lambda tx: casework.leave_incident(tx, elsewhere, elsewhere.person, one))
        world.clock.advance(seconds=2)
        await dispatcher.deliver_due()
    assert [row.status for row in handoffs(world, FIRST)] == ["cancelled"]
    assert len(platform.closed) == 2
