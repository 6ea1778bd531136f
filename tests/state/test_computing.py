"""What an interview has worked out comes back to it once, and while it takes its time everybody else goes on."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot import computing
from bot.bootstrap import build_inspect
from bot.computations import COMPUTATIONS
from bot.conclusions import BeginInterview
from bot.conversation import Conversation
from bot.engine import turn
from bot.engine.interview import Interview
from bot.state import concluding
from bot.state.lane import Lane
from bot.state.record import begin_interview
from bot.state.store import Store
from bot.state.tables import answers, audit, outbox
from tests.factories import route, worked_out
from tests.state.world import World

FLOW = "invented"
A_WHILE = 5.0  # seconds after which somebody who waits has been kept waiting


@dataclass
class Slow:
    """Something to work out that takes until it is let go."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    times: int = 0

    def compute(self, *_: Any) -> dict[str, int]:
        self.times += 1
        self.begun.set()
        assert self.gate.wait(60)
        return {"worth": self.times}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()
    monkeypatch.setitem(COMPUTATIONS, "words", slow.compute)
    monkeypatch.setattr(computing, "PATIENCE", A_WHILE)
    yield slow
    slow.gate.set()


@pytest.fixture
def store(world: World) -> Store:
    """With a flow that has something worked out beside those of the content."""
    words = replace(world.template.words, routes={**world.template.words.routes, FLOW: route(worked_out())})
    world.template = replace(world.template, words=words)
    world.store.words = words
    return world.store


def converse(world: World, store: Store) -> Conversation:
    inspect = build_inspect(world.template.content)
    return Conversation(store, world.reader, Lane(store.take_turns), inspect, world.clock, store.ids)


def begin(world: World, name: str = "sato") -> str:
    """An interview of the invented flow."""
    person = world.find(name).id
    world.store.write(lambda tx: begin_interview(tx, person, BeginInterview(FLOW, person, "s", {})))
    return world.reader.find_waiting(person, FLOW)[0].id


def read(world: World, interview: str) -> Interview:
    found = world.reader.read_interview(interview, world.template.words.routes)
    assert found is not None
    return found


def visit(conversation: Conversation, act: Callable[[], Any]) -> Any:
    """What is done while the lane runs."""
    conversation.lane.start()
    try:
        return asyncio.run(act())
    finally:
        conversation.lane.stop()


def due(world: World) -> list[str]:
    return [row.state for row in world.rows(outbox) if row.key.startswith("compute:")]


def test_the_result_is_there_within_the_visit(world: World, store: Store, slow: Slow) -> None:
    """What is quick is there before the person's event is answered, and nobody is named as having said it."""
    slow.gate.set()
    asking, conversation = begin(world), converse(world, store)

    async def answer() -> None:
        await conversation.handle(world.happened(asking, "sato", "12"))

    visit(conversation, answer)
    assert read(world, asking).snapshot.position == "fits"
    (row,) = [row for row in world.rows(answers) if row.question == "found"]
    assert row.person_id == ""
    assert [row.actor for row in world.rows(audit) if row.object == asking][-1] == "record"
    assert (due(world), slow.times) == (["sent"], 1)
    assert world.reader.find_chain_break() is None


def test_a_slow_computation_delays_nobody(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it takes its time the asker is answered by a question that waits, and everybody else's turns go on; once it
    is there, the asker who looks again is asked what follows."""
    monkeypatch.setattr(computing, "PATIENCE", 0.01)
    asking, other, conversation = begin(world), world.begin("ito"), converse(world, store)

    async def say(interview: str, name: str, text: str) -> None:
        handled = await asyncio.wait_for(conversation.handle(world.happened(interview, name, text)), A_WHILE)
        assert handled.fault is None

    async def go_on() -> None:
        await say(asking, "sato", "12")
        await say(other, "ito", "はじめる")
        await say(other, "ito", "図面と治具")
        await say(asking, "sato", "続ける")
        await asyncio.wait_for(conversation.carry_over(), A_WHILE)
        assert read(world, asking).snapshot.position.startswith("thinking@")
        slow.gate.set()
        monkeypatch.setattr(computing, "PATIENCE", A_WHILE)
        await say(asking, "sato", "続ける")

    visit(conversation, go_on)
    assert read(world, asking).snapshot.position == "fits"
    assert (due(world), slow.times) == (["sent"], 1)


def test_worked_out_in_the_lane_it_would_delay_everybody(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: done where the turn is written, somebody else's turn has to wait for it."""
    monkeypatch.setattr(concluding, "have_computed", lambda *_: slow.compute())
    asking, other, conversation = begin(world), world.begin("ito"), converse(world, store)

    async def go_on() -> None:
        mine = asyncio.create_task(conversation.handle(world.happened(asking, "sato", "12")))
        await asyncio.to_thread(slow.begun.wait, A_WHILE)
        try:
            with pytest.raises(TimeoutError):
                waits = conversation.lane.hand_in(world.happened(other, "ito", "はじめる"))
                await asyncio.wait_for(asyncio.shield(waits), 0.3)
        finally:
            slow.gate.set()
            await mine

    visit(conversation, go_on)


def test_it_is_applied_once_by_two_replicas(world: World, store: Store, slow: Slow) -> None:
    """Two programs that see the same row both work it out; the interview takes it once."""
    asking = begin(world)
    world.tell(asking, "sato", "12")
    other = world.add_replica("other")
    other.words = store.words
    threads = [threading.Thread(target=carry_over, args=(converse(world, one), asking)) for one in (store, other)]
    for thread in threads:
        thread.start()
    slow.gate.set()
    for thread in threads:
        thread.join()
    assert read(world, asking).snapshot.position == "fits"
    assert len([row for row in world.rows(answers) if row.question == "found"]) == 1
    assert due(world) == ["sent"]


def carry_over(conversation: Conversation, interview: str) -> None:
    """One look at what is due, and the moment it takes."""

    async def look() -> None:
        await conversation.carry_over()
        await conversation.computing.wait_for(interview)

    visit(conversation, look)


def test_it_stays_due_where_the_program_ends_before(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not worked out when the program ended is worked out at the next look, by whoever it is."""
    monkeypatch.setattr(computing, "PATIENCE", 0.01)
    asking, conversation = begin(world), converse(world, store)

    async def answer() -> None:
        await conversation.handle(world.happened(asking, "sato", "12"))

    visit(conversation, answer)
    slow.gate.set()
    assert due(world) == ["ready"]
    monkeypatch.setattr(computing, "PATIENCE", A_WHILE)
    carry_over(converse(world, store), asking)
    assert (read(world, asking).snapshot.position, due(world)) == ("fits", ["sent"])


def test_what_goes_wrong_is_tried_again_later(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of a computation leaves the interview where it is and is not tried again at once, but then it is."""
    monkeypatch.setitem(COMPUTATIONS, "words", lambda *_: 1 // 0)
    asking, conversation = begin(world), converse(world, store)

    async def answer() -> None:
        handled = await conversation.handle(world.happened(asking, "sato", "12"))
        assert handled.fault is None

    visit(conversation, answer)
    slow.gate.set()
    monkeypatch.setitem(COMPUTATIONS, "words", slow.compute)
    carry_over(converse(world, store), asking)
    assert slow.times == 0
    world.clock.advance(minutes=2)
    carry_over(converse(world, store), asking)
    assert (read(world, asking).snapshot.position, slow.times) == ("fits", 1)


def test_what_an_interview_cannot_take_is_worked_out_once(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the turn that takes a result fails, looking again later does not work it out over and over."""
    slow.gate.set()
    asking = begin(world)
    world.tell(asking, "sato", "12")
    monkeypatch.setattr(turn, "_take_computed", lambda *_: 1 // 0)
    for _ in range(3):
        carry_over(converse(world, store), asking)
    assert (slow.times, due(world)) == (1, ["sent"])


def test_what_was_asked_for_goes_with_a_cancelled_interview(
    world: World, store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an interview that is cancelled, what was to be worked out and what from is deleted with its answers."""
    monkeypatch.setattr(computing, "PATIENCE", 0.01)
    asking, conversation = begin(world), converse(world, store)

    async def cancel() -> None:
        for said in ("12", "やめる", "はい"):
            await conversation.handle(world.happened(asking, "sato", said))
        slow.gate.set()
        monkeypatch.setattr(computing, "PATIENCE", A_WHILE)
        await conversation.computing.wait_for(asking)

    visit(conversation, cancel)
    assert read(world, asking).status == "cancelled"
    assert (due(world), world.rows(answers)) == ([], [])
