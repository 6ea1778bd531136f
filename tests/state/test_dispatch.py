"""What is due on a chat surface: said once, in order, by one replica at a time, whatever goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.delivery import Voice
from bot.dispatch import MOST_TRIES, Dispatcher
from bot.letters import Closed, Letter, Posted
from bot.ports import Rejected, Throttled
from bot.prompts import Notice, Prompt, Shown
from bot.state import accounts as module
from bot.state.accounts import LEASE, Account, Came, claim, meet, settle
from bot.state.outbox import Outcome
from bot.state.tables import accounts, interviews, outbox
from tests.state.world import World

SURFACE = "slack"


@dataclass
class Platform:
    """Somewhere to send to: notes what came, and fails as it is told, before anything arrives or after so many."""

    faults: list[Exception] = field(default_factory=list)
    arrives: int = 0  # letters that arrive before the next fault
    sent: list[tuple[str, tuple[Shown, ...]]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    closed: list[Closed] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    asked_back: list[datetime] = field(default_factory=list)

    async def send(self, account: Account, shown: Sequence[Shown]) -> None:
        self.sent.append((account.account, tuple(shown)))

    async def read_back(self, account: Account, since: datetime) -> Mapping[str, str]:
        self.asked_back.append(since)
        return self.marks

    async def post(
        self, account: Account, letters: Sequence[Letter], found: Mapping[str, str]
    ) -> AsyncIterator[Posted]:
        await asyncio.sleep(0)
        said: list[Shown] = []
        for place, letter in enumerate(letters):
            if self.faults and place >= self.arrives:
                raise self.faults.pop(0)
            ref = found.get(letter.key)
            if letter.stands:
                self.changed.append(letter.refs[0])
            elif not letter.refs and not ref:
                ref = f"D:{len(self.marks)}"
                self.marks[letter.key] = ref
                said += letter.shown
            yield Posted(letter, ref, True)
        if said:
            self.sent.append((account.account, tuple(said)))

    async def close(self, account: Account, card: Closed) -> None:
        self.closed.append(card)

    def to_standing(self, prompt: Prompt) -> str:
        return prompt.title


def make(world: World, platform: Platform, name: str = "main") -> Dispatcher:
    store = world.store if name == "main" else world.add_replica(name)
    return Dispatcher(Voice(store, world.reader, SURFACE), platform, world.clock)


def begin(world: World, name: str = "sato") -> str:
    """An interview answered once from Slack by somebody who is known there; its id."""
    world.store.write(lambda tx: meet(tx, SURFACE, f"T1:{name}", world.find(name).id, f"D-{name}"))
    interview = world.begin(name)
    tell(world, interview, name, "はじめる", 1)
    return interview


def tell(world: World, interview: str, name: str, text: str, number: int) -> None:
    event = world.happened(interview, name, text, f"slack:{name}:{number}")
    world.store.take_turns([replace(event, surface=SURFACE)])


def states(world: World) -> dict[str, str]:
    return {row.key: row.state for row in world.rows(outbox)}


async def test_what_is_due_is_said_once_with_its_question(world: World) -> None:
    """One round says it and puts the question; the next finds nothing, and the row is sent."""
    platform, interview = Platform(), begin(world)
    dispatcher = make(world, platform)
    assert await dispatcher.deliver_due()
    assert not await dispatcher.deliver_due()
    (account, shown), *rest = platform.sent
    assert (account, rest) == ("T1:sato", [])
    assert isinstance(shown[-1], Prompt)
    assert states(world) == {"turn:slack:sato:1": "sent"}
    prompted = next(row.prompted_at for row in world.rows(interviews) if row.id == interview)
    assert prompted == world.clock.now()


async def test_replicas_never_say_the_same(world: World) -> None:
    """Three replicas at once: each conversation is held by one of them, and everything is said once."""
    platform = Platform()
    for name in ("sato", "ito", "mori", "shimizu"):
        begin(world, name)
    replicas = [make(world, platform, name) for name in ("main", "second", "third")]
    await asyncio.gather(*(one.deliver_due() for one in replicas))
    assert sorted(account for account, _ in platform.sent) == ["T1:ito", "T1:mori", "T1:sato", "T1:shimizu"]


async def test_without_the_claim_it_would_be_said_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with a lease that ends at once, two replicas say the same."""
    platform = Platform()
    begin(world)
    monkeypatch.setattr(module, "LEASE", LEASE * 0)
    first = world.store.write(lambda tx: claim(tx, SURFACE, 5))
    second = world.store.write(lambda tx: claim(tx, SURFACE, 5))
    assert [one.account for one in first] == [one.account for one in second] == ["T1:sato"]
    assert platform.sent == []


async def test_a_replica_that_died_is_relieved_after_the_lease(world: World) -> None:
    """What it held is held by nobody else until the lease ends, then said by another; its own late word counts not."""
    platform = Platform()
    begin(world)
    (held,) = world.store.write(lambda tx: claim(tx, SURFACE, 5))
    dispatcher = make(world, platform)
    assert not await dispatcher.deliver_due()
    world.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await dispatcher.deliver_due()
    came = Came(world.clock.now(), 0, [Outcome("turn:slack:sato:1", world.clock.now(), "dead", {})])
    assert world.store.write(lambda tx: settle(tx, held, came)) is False
    assert states(world) == {"turn:slack:sato:1": "sent"}


async def test_order_is_kept_and_the_pace_too(world: World) -> None:
    """Two answers in a row come as one message in order; what comes within a second waits for the next."""
    platform, interview = Platform(), begin(world)
    tell(world, interview, "sato", "順送の金型", 2)
    dispatcher = make(world, platform)
    await dispatcher.deliver_due()
    (_, shown), *rest = platform.sent
    assert rest == []
    assert [type(one) for one in shown][-2:] == [Notice, Prompt]
    tell(world, interview, "sato", "なし", 3)
    assert not await dispatcher.deliver_due()
    world.clock.advance(seconds=2)
    assert await dispatcher.deliver_due()


async def test_too_many_is_obeyed_by_every_replica(world: World) -> None:
    """Told to wait, nobody writes there before; it is no failure, and nothing is lost."""
    platform = Platform(faults=[Throttled(30)])
    begin(world)
    replicas = [make(world, platform), make(world, platform, "second")]
    await replicas[0].deliver_due()
    world.clock.advance(seconds=29)
    assert not any([await one.deliver_due() for one in replicas])
    world.clock.advance(seconds=2)
    assert await replicas[1].deliver_due()
    assert len(platform.sent) == 1


async def test_what_fails_is_tried_again_and_given_up_in_the_end(world: World) -> None:
    """A passing fault is tried again later; after the last try, or where the platform never will, the row is dead."""
    platform = Platform(faults=[OSError()])
    begin(world)
    dispatcher = make(world, platform)
    await dispatcher.deliver_due()
    assert states(world) == {"turn:slack:sato:1": "ready"}
    world.clock.advance(hours=2)
    await dispatcher.deliver_due()
    assert states(world) == {"turn:slack:sato:1": "sent"}
    begin(world, "ito")
    platform.faults = [OSError() for _ in range(MOST_TRIES)]
    for _ in range(MOST_TRIES):
        world.clock.advance(hours=2)
        await dispatcher.deliver_due()
    assert states(world)["turn:slack:ito:1"] == "dead"
    begin(world, "mori")
    platform.faults = [Rejected("account_inactive")]
    await dispatcher.deliver_due()
    assert states(world)["turn:slack:mori:1"] == "dead"


async def test_what_cannot_be_read_ends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of our own is noted and tried again later, and everybody else is spoken to."""
    platform = Platform()
    begin(world)
    begin(world, "ito")
    dispatcher, sato = make(world, platform), world.find("sato").id
    word = dispatcher._word

    def stumble(held: Account) -> object:
        return word(held) if held.person != sato else 1 / 0

    monkeypatch.setattr(dispatcher, "_word", stumble)
    assert await dispatcher.deliver_due()
    assert [account for account, _ in platform.sent] == ["T1:ito"]
    monkeypatch.undo()
    world.clock.advance(minutes=1)
    await dispatcher.deliver_due()
    assert [account for account, _ in platform.sent] == ["T1:ito", "T1:sato"]


async def test_one_that_fails_holds_up_no_other(world: World) -> None:
    """A conversation that cannot be written to keeps nobody else waiting."""
    platform = Platform(faults=[OSError()])
    begin(world)
    begin(world, "ito")
    await make(world, platform).deliver_due()
    assert len(platform.sent) == 1


async def test_what_was_said_at_a_terminal_stays_there(world: World) -> None:
    """A turn taken on another surface is not said here; what belongs to none is."""
    platform = Platform()
    world.store.write(lambda tx: meet(tx, SURFACE, "T1:sato", world.find("sato").id, None))
    world.tell(world.begin("sato"), "sato", "はじめる")
    assert not await make(world, platform).deliver_due()
    with world.database.reading() as connection:
        assert connection.execute(select(accounts.c.fence)).scalars().all() == [0]
