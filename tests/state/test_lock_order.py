"""Whoever takes both a mailbox and a case takes the mailbox first, and cases in order: two replicas never wait for each
other."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.conclusions import AskReporter, NoteIncident
from bot.state import concluding, retention, unsealing
from bot.state.retention import EXPIRES, FORGETS, do_due
from bot.state.unsealing import UNSEALS, open_due
from bot.state.watching import fall_due
from bot.unseals import AskToUnseal, OpenReporter
from tests.state.talk import talking
from tests.state.test_unsealing import caller_of, make_desk, report, take
from tests.state.worked import tell
from tests.state.world import World

LOCKED = re.compile(r"FROM (mailboxes|incidents)\b.*FOR UPDATE", re.S)
WAYS = ("question", "second word", "time", "forgets", "expires")


@contextmanager
def noting(world: World) -> Iterator[list[str]]:
    """Which of the two tables had rows locked, in order, each once."""
    locked: list[str] = []

    def note(*told: Any) -> None:
        found = LOCKED.search(told[2])
        if found and found[1] not in locked:
            locked.append(found[1])

    engine = world.database.writer
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield locked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def find_key(world: World, told: dict[str, str]) -> str:
    """An event of this kind that is due now, by its key."""
    before = {row.key for row in world.reader.find_events(world.clock.now())}
    world.store.write(lambda tx: fall_due(tx, told, tx.now))
    (key,) = {row.key for row in world.reader.find_events(world.clock.now())} - before
    return key


async def go(world: World, way: str, incident: str) -> None:
    """One of the ways in which a case leads to whoever reported it."""
    if way == "question":
        tell(world, "takahashi", AskReporter(incident, "どこで"))
    elif way == "second word":
        tell(world, "watanabe", OpenReporter(incident, agreed=True), flow="agree")
    else:
        named = {"time": UNSEALS, "forgets": FORGETS, "expires": EXPIRES}[way]
        told = {named: incident, "salt": ""}
        key = find_key(world, told)
        run: Callable[..., None] = open_due if way == "time" else do_due
        world.store.write(lambda tx: run(tx, key, told))


@pytest.mark.parametrize("way", WAYS)
async def test_a_mailbox_is_taken_before_its_case(postgres_world: World, way: str) -> None:
    """By every way from a case to whoever reported it, as by the way in which they report."""
    world = postgres_world
    with talking(world) as talk:
        incident = await report(world, caller_of(world, "nakamura"))
        await take(talk)
    tell(world, "takahashi", AskToUnseal(incident, world.people["watanabe"], "本人の安全のため"))
    world.clock.at += timedelta(days=1)
    with noting(world) as locked:
        await go(world, way, incident)
    assert locked == ["mailboxes", "incidents"]


async def test_whoever_adds_takes_their_mailbox_first(postgres_world: World) -> None:
    """The other side of it: what comes from a mailbox reaches its case second."""
    world, caller = postgres_world, caller_of(postgres_world, "nakamura")
    with noting(world) as locked:
        await report(world, caller)
    assert locked == ["mailboxes", "incidents"]
    assert make_desk(world) is not None


@pytest.mark.parametrize("way", ["question", "forgets", "time"])
async def test_without_taking_it_first_the_order_is_the_other(
    postgres_world: World, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where the origin is not taken before, the case comes first."""
    for module in (concluding, retention, unsealing):
        monkeypatch.setattr(module, "lock_origins", lambda *_: None)
    world = postgres_world
    with talking(world) as talk:
        incident = await report(world, caller_of(world, "nakamura"))
        await take(talk)
    with noting(world) as locked:
        await go(world, way, incident)
    assert locked[:1] == ["incidents"]


def test_cases_of_one_batch_are_taken_in_order(postgres_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns about two cases lock them by id, whichever was said first."""
    taken: list[str] = []
    monkeypatch.setattr(concluding, "lock_row", lambda _, incident: taken.append(incident))
    conclusions = [NoteIncident(one, "fact", {}, {}) for one in ("b", "a", "b")]
    postgres_world.store.write(lambda tx: concluding.lock_what_changes(tx, conclusions))
    assert taken == ["a", "b"]
