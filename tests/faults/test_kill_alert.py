"""`kill -9` while somebody is being called to a case: whoever sleeps, whatever dies, the call and the one after it
arrive, late by no more than nobody was there, once each, and tell nothing."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from bot.bootstrap import Program
from bot.conclusions import OpenIncident
from bot.state.accounts import LEASE, has_due, meet
from bot.state.casework import NEXT_AFTER, open_incident
from bot.state.outbox import cancel_due, put_off
from bot.state.tables import outbox
from tests.doubles.slack import SlackDouble
from tests.faults.clients import PATIENCE, Forge, Worker
from tests.faults.conftest import LONG
from tests.faults.places import Place, opened
from tests.faults.speaker import Ahead
from tests.faults.test_kill_sends import hang_once, wait_until
from tests.slack.serving import SECRET
from tests.state.cases import FIRST, REPORT, SECOND

ROUNDS = 20 if LONG else 1  # of all moments
SLOW = 10.0  # seconds within which a process starts and says what is due, however busy the machine is
SOON = {"bot.due:PATROL": 0.05, "bot.dispatch:PATROL": 0.05, "bot.hearing:PATROL": 0.2, "bot.dispatch:PACE": 0.05}
BEFORE, AFTER = "before", "after"  # the post has its effect, of which the answer never comes
CALLED = [  # where a process may be with a call that is due
    "before bot.alerting:find_unfinished",
    "before bot.state.store:Store.mark_sent",  # the question stands, but not yet that it does
    "bot.dispatch:claim",
    "before adapters.slack.deliver:SlackMessenger.post",
    BEFORE,
    AFTER,
    "before bot.dispatch:settle",
    "bot.dispatch:settle",  # written, and not committed
]
ONWARD = ["bot.alerting:go_onward", "before bot.state.casework:ask"]  # and with whoever is next

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX"),
    pytest.mark.timeout(3600 if LONG else 300),
]


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    made = await SlackDouble(SECRET).start()
    yield made
    await made.stop()


@dataclass
class Night:
    """The sample company asleep: reports come in, processes come and go, and what each chat shows is counted."""

    forge: Forge
    place: Place
    double: SlackDouble
    program: Program
    ahead: float = 0.0  # seconds by which the next process is later than the wall says
    forgets: bool = False  # the fault on purpose
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def write(tx: object) -> None:
            for number, name in enumerate((FIRST, SECOND)):
                member = self.program.find_member(f"{name}@hibarino.example")
                assert member is not None
                meet(tx, "slack", f"T01:U{number}", member.id, f"D{number}")  # type: ignore[arg-type]

        self.program.store.write(write)

    def report(self) -> None:
        """Somebody has just reported, and nobody was there any more to do what follows."""
        self.program.store.clock = Ahead(self.ahead)
        one = OpenIncident({**REPORT, "what": "合言葉ナナカマド"}, (), f"R-{len(self.opened)}")
        self.opened.append(self.program.store.write(lambda tx: open_incident(tx, one)))

    def pass_time(self) -> None:
        """Whoever was called has had the time they have."""
        self.program.store.write(lambda tx: put_off(tx, f"onward:{self.opened[-1]}", tx.now))

    def start(self, name: str = "xoxb-1", waits: dict[str, float] = SOON, **order: object) -> Worker:
        """A process; its name is the token by which its calls are told apart."""
        slack = {"SLACK_BOT_TOKEN": name, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": self.double.api}
        more = {"waits": waits, "ahead": self.ahead, "forgets": self.forgets, **order}
        return self.forge.start(self.place, slack, **more)

    async def die(self, moment: str) -> None:
        """A process is killed at this moment, and its lease ends while nobody is there."""
        in_post = moment in (BEFORE, AFTER)
        hung = hang_once(self.double, moment) if in_post else asyncio.Event()
        with self.start(**({} if in_post else {"die_at": moment})) as worker:
            if in_post:
                await asyncio.wait_for(hung.wait(), PATIENCE)
                worker.kill()
            else:
                await asyncio.to_thread(worker.read_rest)
        self.ahead += LEASE.total_seconds() + 1

    async def live(self) -> float:
        """The next process does what is due; the seconds it took from its start."""
        start = time.monotonic()
        with self.start():
            await wait_until(self.is_over)
        return time.monotonic() - start

    def is_over(self) -> bool:
        """Whether nothing is due any more."""
        due = (outbox.c.state == "ready", outbox.c.due_at <= Ahead(self.ahead).now())
        return not self.program.database.fetch(select(func.count()).where(*due))[0][0]

    def count_calls(self, number: int) -> list[int]:
        """How often each thing stands in the chat of whoever is first, or second."""
        said = [one for at, one in self.double.messages.items() if at[0] == f"D{number}"]
        return sorted(Counter(one["metadata"]["event_payload"]["key"] for one in said).values())


async def be_called(night: Night, called: str, onward: str) -> tuple[float, float]:
    """One report by night, a process killed before the first was called, another before the second; how late each call
    came once somebody was there again."""
    night.report()
    await night.die(called)
    first = await night.live()
    night.ahead += NEXT_AFTER.total_seconds()
    await night.die(onward)
    second = await night.live()
    night.program.store.write(lambda tx: cancel_due(tx, [f"onward:{night.opened[-1]}"]))  # enough of this one
    return first, second


def choose_moments(chance: Random, is_other: bool) -> list[tuple[str, str]]:
    """Where the first and the second process are killed: half of all places on each database, all where there is
    time."""
    called = chance.sample(CALLED, len(CALLED))
    onward = chance.sample([*ONWARD, *CALLED], len(CALLED))
    drawn = list(zip(called, onward, strict=True))
    return drawn if LONG else drawn[int(is_other) :: 2]


async def test_whoever_is_to_be_called_is_called_once(
    forge: Forge, place: Place, double: SlackDouble, seed: int
) -> None:
    """Killed anywhere on the way of the first call and of the second, the next process makes it, and nobody is called
    twice to one case."""
    chance = Random(seed)
    moments = [one for _ in range(ROUNDS) for one in choose_moments(chance, bool(place.url))]
    with opened(place) as program:
        night = Night(forge, place, double, program)
        late = [await be_called(night, *one) for one in moments]
    calls = [night.count_calls(number) for number in (0, 1)]
    print(f"seed {seed}: {2 * len(moments)} kills, late by {max(map(max, late)):.1f} s beyond the outage")
    assert calls == [[1] * len(moments)] * 2
    assert max(map(max, late)) < SLOW
    assert "ナナカマド" not in json.dumps([call.args for call in double.calls], ensure_ascii=False)


async def test_what_is_marked_before_it_is_sent_is_found_lost(forge: Forge, place: Place, double: SlackDouble) -> None:
    """The control: a program that writes down that it called before it did never calls whoever it was killed for."""
    with opened(place) as program:
        night = Night(forge, place, double, program, forgets=True)
        night.report()
        await night.die("before adapters.slack.deliver:SlackMessenger.post")
        await night.live()
    assert night.count_calls(0) == []


# -- two replicas ------------------------------------------------------------------------------------------------------

TAKEN_OVER = 1.0  # seconds of a lease here
QUICK = {**SOON, "bot.state.accounts:LEASE": TAKEN_OVER}


async def kill_who_calls(night: Night, workers: dict[str, Worker], side: str, begin: Callable[[], None]) -> float:
    """Whichever replica makes the call that begins here dies in the middle of it; the seconds until the other has."""
    hung = hang_once(night.double, side)
    begin()
    await asyncio.wait_for(hung.wait(), PATIENCE)
    workers.pop(night.double.called("chat.postMessage")[-1].token).kill()
    died = time.monotonic()
    await wait_until(night.is_over)
    return time.monotonic() - died


async def test_the_other_replica_takes_over_within_the_lease(
    forge: Forge, postgres_place: Place, double: SlackDouble
) -> None:
    """Of two the one that calls is killed: the other calls as soon as the lease is over, and once. A third comes in its
    place, and so it goes with whoever is next."""
    with opened(postgres_place) as program, ExitStack() as stack:
        night = Night(forge, postgres_place, double, program)
        workers = {one: stack.enter_context(night.start(one, QUICK)) for one in ("xoxb-1", "xoxb-2")}
        for worker in workers.values():
            await asyncio.to_thread(worker.lines.read, time.monotonic() + PATIENCE)  # it listens
        late = [await kill_who_calls(night, workers, BEFORE, night.report)]
        workers["xoxb-3"] = stack.enter_context(night.start("xoxb-3", QUICK))
        late.append(await kill_who_calls(night, workers, AFTER, night.pass_time))
    print(f"late by {late[0]:.2f} s and {late[1]:.2f} s with a lease of {TAKEN_OVER} s")
    assert (night.count_calls(0), night.count_calls(1)) == ([1], [1])
    assert max(late) < TAKEN_OVER + SLOW


@pytest.mark.parametrize(("lease", "is_claimable"), [(TAKEN_OVER, True), (3600.0, False)])
async def test_without_an_end_of_the_lease_nobody_would_take_over(
    forge: Forge, postgres_place: Place, double: SlackDouble, lease: float, is_claimable: bool
) -> None:
    """The control: with a lease that never ends, what a killed process held is nobody's once it should be."""
    with opened(postgres_place) as program:
        night = Night(forge, postgres_place, double, program)
        night.report()
        hung = hang_once(double, BEFORE)
        with night.start(waits={**SOON, "bot.state.accounts:LEASE": lease}) as worker:
            await asyncio.wait_for(hung.wait(), PATIENCE)
            worker.kill()
        assert not night.is_over()
        by_then = program.clock.now() + timedelta(seconds=TAKEN_OVER + 1)
        assert has_due(program.database, "slack", by_then) is is_claimable
