"""The lane: batches in order, one event per interview, and a write fault falls on its own event alone."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg.errors
import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from bot.events import Event, Said
from bot.state.database import CannotSave
from bot.state.lane import MOST, PAUSES, Lane
from bot.state.store import Handled
from tests.state.world import MONDAY

TakeTurns = Callable[[Sequence[Event]], list[Handled]]


def event(key: str, interview: str | None = None) -> Event:
    return Event(key, interview or f"of {key}", "somebody", "test", MONDAY, Said(key))


def handled(events: Sequence[Event]) -> list[Handled]:
    return [Handled(one.key, one.interview, "open") for one in events]


@contextmanager
def running(take_turns: TakeTurns) -> Iterator[Lane]:
    lane = Lane(take_turns)
    lane.start()
    try:
        yield lane
    finally:
        lane.stop()


async def hand_in(lane: Lane, *events: Event) -> list[Handled | BaseException]:
    return await asyncio.gather(*map(lane.hand_in, events), return_exceptions=True)


class Desk:
    """Takes batches down, and fails as it was told to."""

    def __init__(self, fault: BaseException | None = None, culprits: Sequence[str] = (), times: int = 10**9) -> None:
        self.fault, self.culprits, self.times = fault, set(culprits), times
        self.batches: list[list[str]] = []

    def take(self, events: Sequence[Event]) -> list[Handled]:
        self.batches.append([one.key for one in events])
        if self.fault and self.times and (not self.culprits or self.culprits & {one.key for one in events}):
            self.times -= 1
            raise self.fault
        return handled(events)


LOCKED = OperationalError("UPDATE", {}, Exception("database is locked"))
CROSSED = DataError("UPDATE", {}, psycopg.errors.DeadlockDetected())
SERIAL = DataError("UPDATE", {}, psycopg.errors.SerializationFailure())
TOO_LONG = DataError("INSERT", {}, Exception("too long"))
DOUBLE = IntegrityError("INSERT", {}, Exception("unique"))
BUG = TypeError("a fault of ours")


@pytest.mark.parametrize("fault", [LOCKED, CROSSED, SERIAL], ids=["locked", "deadlock", "serialization"])
async def test_a_passing_fault_is_tried_again_and_nobody_notices(fault: Exception) -> None:
    """A lost connection, a lock or crossed transactions: the same batch again, up to three times."""
    desk = Desk(fault, times=len(PAUSES))
    with running(desk.take) as lane:
        assert await hand_in(lane, event("a")) == handled([event("a")])
    assert desk.batches == [["a"]] * (len(PAUSES) + 1)


async def test_a_passing_fault_that_does_not_pass_is_told_to_everyone_in_the_batch() -> None:
    """After the last try nothing is accepted, nothing is halved, and the lane goes on with the next batch."""
    desk = Desk(LOCKED, times=len(PAUSES) + 1)
    with running(desk.take) as lane:
        (first,) = await hand_in(lane, event("a"))
        (second,) = await hand_in(lane, event("b"))
    assert isinstance(first, CannotSave)
    assert isinstance(second, Handled)


@pytest.mark.parametrize("fault", [TOO_LONG, DOUBLE, BUG], ids=["data", "constraint", "bug"])
@pytest.mark.parametrize("culprit", [0, 31, 63])
async def test_a_fault_that_stays_is_halved_down_to_its_event(fault: Exception, culprit: int) -> None:
    """Wherever it sits in a full batch, one event is refused, the others are committed, in few batches."""
    events = [event(f"e{number:02}") for number in range(MOST)]
    desk = Desk(fault, [events[culprit].key])
    results = await _as_one_batch(desk, events)
    assert [isinstance(one, CannotSave) for one in results] == [number == culprit for number in range(MOST)]
    assert len(desk.batches) == 1 + 2 * 6  # the whole, and two halves at each of six levels


async def test_two_culprits_fail_and_no_more() -> None:
    """Halving finds every culprit, not only the first."""
    events = [event(f"e{number:02}") for number in range(20)]
    results = await _as_one_batch(Desk(DOUBLE, ["e03", "e17"]), events)
    failed = [one.key for one, result in zip(events, results, strict=True) if isinstance(result, CannotSave)]
    assert failed == ["e03", "e17"]


async def _as_one_batch(desk: Desk, events: Sequence[Event]) -> list[Handled | BaseException]:
    """Hand everything in before the lane starts, so that it finds all of it waiting."""
    lane = Lane(desk.take)
    waiting = [asyncio.ensure_future(lane.hand_in(one)) for one in events]
    await asyncio.sleep(0)
    lane.start()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    lane.stop()
    return results


async def test_what_waits_becomes_one_batch_of_at_most_so_many() -> None:
    """Events of different interviews that wait together are committed together, never more than the ceiling."""
    desk = Desk()
    events = [event(f"e{number:03}") for number in range(2 * MOST + 10)]
    await _as_one_batch(desk, events)
    assert [len(batch) for batch in desk.batches] == [MOST, MOST, 10]


async def test_events_of_one_interview_come_one_batch_after_the_other_in_order() -> None:
    """A batch holds at most one event of an interview; the later ones keep their order, and others do not wait."""
    desk = Desk()
    mine = [event(f"mine {number}", "mine") for number in range(5)]
    await _as_one_batch(desk, [*mine, event("other", "other")])
    assert desk.batches[0] == ["mine 0", "other"]
    assert [key for batch in desk.batches for key in batch if key != "other"] == [one.key for one in mine]
    assert len(desk.batches) == 5


async def test_stopping_finishes_what_was_handed_in() -> None:
    """What came before the stop is still committed and answered, also what had to wait for another batch."""
    desk = Desk()
    lane = Lane(desk.take)
    waiting = [asyncio.ensure_future(lane.hand_in(event(f"e{number}", "same"))) for number in range(4)]
    await asyncio.sleep(0)
    lane.start()
    lane.stop()
    assert [one.key for one in await asyncio.gather(*waiting)] == ["e0", "e1", "e2", "e3"]


async def test_one_who_no_longer_waits_disturbs_nobody() -> None:
    """A request given up in the middle is still committed, and the lane goes on for the others."""
    desk = Desk()
    lane = Lane(desk.take)
    gone, stays = (asyncio.ensure_future(lane.hand_in(event(key))) for key in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()
    lane.start()
    assert (await stays).key == "stays"
    lane.stop()
    assert "gone" in desk.batches[0]
