"""A colleague's answer reaches the interview that asked, once, however often and by whomever it is carried over."""

import asyncio
import multiprocessing
import threading
from typing import Any

from bot.bootstrap import build_inspect, build_program
from bot.conversation import Conversation
from bot.events import Event
from bot.settings import Settings
from bot.state.lane import Lane
from bot.state.store import Handled, Store
from bot.state.tables import answers, inbox, outbox
from tests.state.canonical import read_state
from tests.state.test_store import TOLD
from tests.state.world import CountedIds, SetClock, World

TOLD_KEYS = "told:"


def ask_and_answer(world: World) -> str:
    """An interview that asked a colleague, who has answered; nothing is carried over yet. The asking interview."""
    asking = world.begin("sato")
    world.tell(asking, "sato", "1", TOLD, "1 4", "5 分からない", "小林")
    asked = world.reader.find_waiting(world.find("kobayashi").id, "colleague")[0][0]
    world.tell(asked, "kobayashi", "はい、私です")
    assert [row.state for row in world.rows(outbox) if row.key.startswith(TOLD_KEYS)] == ["ready"]
    return asking


def make_conversation(world: World, store: Store) -> Conversation:
    inspect = build_inspect(world.template.content)
    return Conversation(store, world.reader, Lane(store.take_turns), inspect, world.clock, store.ids)


def carry_over(conversation: Conversation, start: threading.Barrier | None = None, times: int = 1) -> None:
    conversation.lane.start()
    if start:
        start.wait()
    for _ in range(times):
        asyncio.run(conversation.carry_over())
    conversation.lane.stop()


def check_applied_once(world: World, asking: str) -> None:
    told = [row for row in world.rows(answers) if row.question == "colleague_says"]
    assert [row.interview_id for row in told] == [asking]
    assert len([row for row in world.rows(inbox) if row.key.startswith(TOLD_KEYS)]) == 1
    assert [row.state for row in world.rows(outbox) if row.key.startswith(TOLD_KEYS)] == ["sent"]
    assert len([row for row in world.rows(outbox) if row.key.startswith("turn:told:")]) == 1
    assert world.reader.find_chain_break() is None


def test_an_answer_is_carried_over_once_by_one_that_runs_again_and_again(world: World) -> None:
    """The second and the third time find nothing to do."""
    asking = ask_and_answer(world)
    carry_over(make_conversation(world, world.store), times=3)
    check_applied_once(world, asking)


def test_an_answer_is_carried_over_once_by_two_replicas_at_once(world: World) -> None:
    """Two programs that see the same row at the same moment both hand it in; one is told of a repeat."""
    asking = ask_and_answer(world)
    start = threading.Barrier(2)
    stores = [world.store, world.add_replica("other")]
    threads = [threading.Thread(target=carry_over, args=(make_conversation(world, one), start)) for one in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check_applied_once(world, asking)


def test_an_answer_is_carried_over_once_by_two_processes_at_once(world: World) -> None:
    """The same with processes of their own, each with its own connection and file lock."""
    asking = ask_and_answer(world)
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    key_file = world.template.key_file
    settings = {"data": world.folder, "key_file": key_file, "DATABASE_URL": world.url}
    processes = [context.Process(target=carry_in_process, args=(settings, start, name)) for name in ("a", "b")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    check_applied_once(world, asking)


def carry_in_process(settings: dict[str, Any], start: Any, name: str) -> None:
    program = build_program(Settings(**settings), clock=SetClock(), ids=CountedIds(name))
    lane = Lane(program.store.take_turns)
    inspect = build_inspect(program.content)
    carry_over(Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids), start)
    program.database.close()


def test_an_answer_that_was_applied_but_not_noted_is_not_applied_again(world: World) -> None:
    """Cut off between the commit and the note that it was sent, the next carrying over changes only the note."""
    asking = ask_and_answer(world)
    row = next(one for one in world.reader.find_events(world.clock.now()) if one.key.startswith(TOLD_KEYS))
    carry_over(make_conversation(world, world.store))
    with world.database.writing() as connection:
        connection.execute(outbox.update().where(outbox.c.key == row.key).values(state="ready", sent_at=None))
    before = read_state(world).replace('"ready"', '"sent"')
    carry_over(make_conversation(world, world.store))
    check_applied_once(world, asking)
    assert read_state(world).replace('"ready"', '"sent"') == before


def test_an_answer_that_cannot_be_carried_over_now_stays_due_and_harms_nobody(world: World) -> None:
    """When the lane fails at the colleague's answer, the person's own event is saved, and the answer comes later."""
    asking = ask_and_answer(world)

    def take(events: list[Event]) -> list[Handled]:
        if any(one.key.startswith(TOLD_KEYS) for one in events):
            raise RuntimeError("not now")
        return world.store.take_turns(events)

    conversation = make_conversation(world, world.store)
    conversation.lane = Lane(take)  # type: ignore[arg-type]
    conversation.lane.start()
    handled = asyncio.run(conversation.handle(world.happened(asking, "sato", "なぜ")))
    conversation.lane.stop()
    assert (handled.fault, handled.status) == (None, "open")
    assert [row.state for row in world.rows(outbox) if row.key.startswith(TOLD_KEYS)] == ["ready"]
    carry_over(make_conversation(world, world.store))
    check_applied_once(world, asking)


def test_a_damaged_answer_holds_up_no_other(world: World) -> None:
    """A message between interviews whose seal is broken is left where it is; the next one arrives."""
    asking = ask_and_answer(world)
    damaged = {"key": "told:broken:1", "kind": "event", "person_id": world.find("sato").id, "interview_id": asking}
    for body in ('"AAAA"', '"no base64"', "no json"):
        row = {**damaged, "key": f"told:{body}", "state": "ready", "due_at": world.clock.now(), "body": body}
        with world.database.writing() as connection:
            connection.execute(outbox.insert().values(**row, sent_at=None))
    carry_over(make_conversation(world, world.store))
    assert len([row for row in world.rows(answers) if row.question == "colleague_says"]) == 1
    assert [row.state for row in world.rows(outbox) if row.key.startswith(TOLD_KEYS)].count("ready") == 3


def test_an_answer_for_an_interview_that_ended_reaches_the_register(world: World) -> None:
    """A list confirmed in the meantime keeps its place; the item on the register gets the owner who answered."""
    from bot.access import Scope

    asking = ask_and_answer(world)
    world.walk_to(asking, "sato", "=listed")
    carry_over(make_conversation(world, world.store))
    owners = {row["name"]: row["owner"] for row in world.reader.read_register(Scope(everything=True))}
    assert owners["歩留まり・原価・生産能力"] == "kobayashi@hibarino.example"
    assert world.position(asking) == "=listed"
    check_applied_once(world, asking)
