"""`kill -9` between sending and writing down that it was sent: said once, whichever side of Slack's effect it fell."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from random import Random

import pytest
from sqlalchemy import func, select

from bot.bootstrap import Program
from bot.state.accounts import LEASE, meet
from bot.state.outbox import Due, put_due
from bot.state.record import Transaction
from bot.state.tables import outbox, roles
from tests.doubles.slack import Fault, SlackDouble
from tests.faults.clients import PATIENCE, Forge
from tests.faults.conftest import LONG
from tests.faults.places import Place, opened
from tests.faults.speaker import SURFACE

KILLS = 200 if LONG else 10

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX"),
    pytest.mark.timeout(600 if LONG else 120),
]


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    made = await SlackDouble().start()
    yield made
    await made.stop()


async def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def is_said(program: Program) -> bool:
    waiting = select(func.count()).where(outbox.c.state == "ready", outbox.c.kind == "notice")
    return not program.database.fetch(waiting)[0][0]


def make_managers(program: Program) -> list[str]:
    """Two people who may read notices, in known conversations: while one is paced, the other is not."""
    ids = [one.id for one in program.reader.list_members()][:2]

    def write(tx: Transaction) -> None:
        tx.insert_new(roles, [{"person_id": one, "role": "register_manager"} for one in ids])
        for place, one in enumerate(ids):
            meet(tx, SURFACE, f"T1:U{place}", one, f"D{place}")

    program.store.write(write)
    return ids


def hang_once(double: SlackDouble, side: str) -> asyncio.Event:
    """The next post gets no answer, before or after its effect; set once it is there."""
    hung = asyncio.Event()

    def choose(method: str) -> Fault:
        if hung.is_set() or method != "chat.postMessage":
            return Fault()
        hung.set()
        return Fault(hangs=side)

    double.choose = choose
    return hung


async def kill_again_and_again(
    forge: Forge, place: Place, double: SlackDouble, sides: list[str], reads_back: bool = True
) -> Counter[str]:
    """One thing to say after the other, each process killed in the middle of it; how often each thing stands."""
    with opened(place) as program:
        managers = make_managers(program)
        for number, side in enumerate([*sides, ""]):
            ahead = number * (LEASE.total_seconds() + 1)
            with forge.start(place, slack=double.api, ahead=ahead, reads_back=reads_back) as worker:
                await wait_until(lambda: is_said(program))
                if side:
                    hung = hang_once(double, side)
                    told = {"notice": "nothing_waits", "params": {}}
                    due = Due(f"kill:{number}", "notice", managers[number % 2], told)
                    program.store.write(lambda tx, due=due: put_due(tx, [due]))
                    await asyncio.wait_for(hung.wait(), PATIENCE)
                worker.kill()
    return Counter(one["metadata"]["event_payload"]["key"] for one in double.messages.values())


async def test_what_was_being_said_stands_once(forge: Forge, place: Place, double: SlackDouble, seed: int) -> None:
    """The next process looks whether it arrived: everything stands, and nothing stands twice."""
    sides = Random(seed).choices(["before", "after"], k=KILLS)
    told = await kill_again_and_again(forge, place, double, sides)
    doubled = sum(told.values()) - len(told)
    landed, lost = sides.count("after"), KILLS - len(told)
    print(f"seed {seed}: {KILLS} kills, {landed} after it had arrived: {lost} lost, {doubled} doubled")
    assert set(sides) == {"before", "after"}
    assert (len(told), doubled) == (KILLS, 0)


async def test_without_looking_it_stands_twice(forge: Forge, place: Place, double: SlackDouble) -> None:
    """Negative control: a next process that does not look says what had arrived once more, and it is seen."""
    told = await kill_again_and_again(forge, place, double, ["after", "before", "after"], reads_back=False)
    assert sorted(told.values()) == [1, 2, 2]
