"""The store's contract: a turn is whole or not at all, a repeat changes nothing, a fault touches its own event only."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update
from sqlalchemy.exc import IntegrityError

from bot.engine.machine import FlowFault
from bot.engine.turn import take_turn
from bot.events import Body, Event, Opened
from bot.state import store as store_module
from bot.state.crypto import Damaged
from bot.state.database import CannotSave
from bot.state.lane import Lane
from bot.state.rows import answer_row, says_from_json
from bot.state.store import Handled
from bot.state.tables import answers, audit, inbox, interviews, items, outbox
from tests.state.canonical import read_state
from tests.state.world import World

TOLD = "プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ"
BEFORE_THE_LAST: tuple[Body | str, ...] = (
    *(Opened(), "1", TOLD, "1 4", "5 分からない", "小林"),
    *("P-3ライン加工条件表", "なし"),
)
WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def failing_at(world: World, number: int) -> Iterator[list[str]]:
    """Every write to the database goes through until the one of this number, which fails."""
    seen: list[str] = []

    def look(_: Connection, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith(WRITES):
            seen.append(statement)
            if len(seen) == number:
                raise RuntimeError("the power is gone")

    event.listen(world.database.writer, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(world.database.writer, "before_cursor_execute", look)


def test_a_turn_is_written_whole(world: World) -> None:
    """One turn leaves its key, its place, its answer, its outbox row and its audit rows, all at once."""
    interview = world.begin("sato")
    world.tell(interview, "sato", *BEFORE_THE_LAST)
    world.store.take_turns([world.happened(interview, "sato", "はい", "last")])
    assert [row.state for row in world.rows(inbox) if row.key == "last"] == ["taken"]
    assert world.position(interview) == "=listed"
    assert world.reader.read_answers(interview)[-1][1].key.startswith("confirm_list@")
    assert "turn:last" in {row.key for row in world.rows(outbox)}
    assert len(world.rows(items)) == 6
    actions = [row.action for row in world.rows(audit)]
    assert actions[-13:] == ["turn.done", *["item.registered"] * 6, *["interview.begun"] * 6]
    assert world.reader.find_chain_break() is None


def test_a_write_that_fails_anywhere_leaves_nothing_behind(world: World) -> None:
    """Whichever write of a turn fails, the record is as it was before, and the same event can be taken again."""
    interview = world.begin("sato")
    world.tell(interview, "sato", *BEFORE_THE_LAST)
    last = world.happened(interview, "sato", "はい", "last")
    before, number = read_state(world), 0
    while True:
        number += 1
        with failing_at(world, number) as seen:
            try:
                handled = world.store.take_turns([last])
                break
            except RuntimeError:
                assert read_state(world) == before, seen[-1]
    assert handled == [Handled("last", interview, "done")]
    assert number > 7
    assert world.reader.find_chain_break() is None


def test_a_repeated_key_changes_nothing_and_is_told_as_repeated(world: World) -> None:
    """Every event of an interview delivered again, days later and through another replica, leaves the state alone."""
    interview, replica = world.begin("sato"), world.add_replica("other")
    events = [world.happened(interview, "sato", body) for body in (*BEFORE_THE_LAST, "はい")]
    for one in events:
        assert not world.store.take_turns([one])[0].repeated
    before, entries = read_state(world), len(world.rows(audit))
    world.clock.advance(days=9)
    for one in reversed(events):
        for store in (world.store, replica):
            assert store.take_turns([one]) == [Handled(one.key, interview, "done", repeated=True)]
    assert (read_state(world), len(world.rows(audit))) == (before, entries)


@pytest.mark.parametrize("whose", ["somebody else's", "unknown"])
def test_an_event_for_an_interview_not_ones_own_is_refused_and_nothing_of_it_is_kept(world: World, whose: str) -> None:
    """Somebody else's interview and one that does not exist are answered alike, and no text of the event is written."""
    interview = world.begin("sato") if whose == "somebody else's" else "no-such-interview"
    said = world.happened(interview, "ito", "ヌメラピソの検査治具")
    before = len(world.rows(audit))
    expected = Handled(said.key, interview, "unknown", fault="not_yours")
    assert world.store.take_turns([said]) == [expected]
    again = world.store.take_turns([said])[0]
    assert (again.status, again.fault, again.repeated) == ("unknown", "not_yours", True)
    assert "ヌメラピソ" not in read_state(world)
    assert world.rows(answers) == []
    assert world.rows(outbox) == []
    assert len(world.rows(audit)) == before


def test_a_stranger_cannot_act_under_the_mark_of_a_person(world: World) -> None:
    """A batch with one's own and somebody else's interview applies the one and refuses the other."""
    own, other = world.begin("sato"), world.begin("ito")
    handled = world.store.take_turns([world.happened(own, "sato", Opened()), world.happened(other, "sato", "1")])
    assert [one.fault for one in handled] == [None, "not_yours"]
    assert (len(world.rows(outbox)), world.position(other)) == (1, "begin")


def failing_for(key: str, fault: Exception) -> Any:
    def take(route: Any, interview: Any, one: Event, *rest: Any) -> Any:
        if one.key == key:
            raise fault
        return take_turn(route, interview, one, *rest)

    return take


FAULTS = [FlowFault("no rule"), KeyError("question"), ValueError("anything"), Damaged("cell")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_in_one_event_of_a_batch_marks_that_one_and_the_others_commit(
    world: World, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The middle one of three events fails: the others stand, it is told with a number, a repeat is told alike."""
    names = ("sato", "ito", "mori")
    places = {name: world.begin(name) for name in names}
    monkeypatch.setattr(store_module, "take_turn", failing_for("ito", fault))
    batch = [world.happened(places[name], name, "1", key=name) for name in names]
    code = "damaged" if isinstance(fault, Damaged) else "failed"
    assert [one.fault for one in world.store.take_turns(batch)] == [None, code, None]
    assert [world.position(places[name]) for name in names] == ["told_items", "begin", "told_items"]
    assert {row.key: row.state for row in world.rows(inbox)} == {"sato": "taken", "ito": code, "mori": "taken"}
    said = {row.key: says_from_json(row.body) for row in world.rows(outbox)}
    assert [say.notice for say in said["turn:ito"]] == [code]
    assert said["turn:ito"][0].params["id"].startswith("E-")
    before = read_state(world)
    assert world.store.take_turns([batch[1]]) == [Handled("ito", places["ito"], "open", repeated=True, fault=code)]
    assert read_state(world) == before


async def test_a_write_fault_of_one_event_is_halved_out_and_the_others_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row the database refuses costs only its own event, which is told as not saved and can be sent again."""
    names, culprit = ("sato", "ito", "mori", "shimizu"), "mori"
    places = {name: world.begin(name) for name in names}
    fault = IntegrityError("INSERT", {}, Exception("unique"))

    def write(tx: Any, interview: Any, place: int, *rest: Any) -> Any:
        if interview.id == places[culprit]:
            raise fault
        return answer_row(tx, interview, place, *rest)

    lane = Lane(world.store.take_turns)
    events = [world.happened(places[name], name, "1", key=name) for name in names]
    with monkeypatch.context() as broken:
        broken.setattr(store_module, "answer_row", write)
        waiting = [asyncio.ensure_future(lane.hand_in(one)) for one in events]
        await asyncio.sleep(0)
        lane.start()
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(one, CannotSave) for one in results] == [name == culprit for name in names]
    assert {row.key for row in world.rows(inbox)} == set(names) - {culprit}
    assert not (await lane.hand_in(events[2])).repeated
    lane.stop()
    assert [world.position(places[name]) for name in names] == ["told_items"] * 4


def test_a_damaged_cell_stops_its_own_interview_only_and_is_left_as_it_is(world: World) -> None:
    """An interview whose sealed cell was changed is told as damaged, its bytes stay, and its neighbours go on."""
    damaged, sound = world.begin("sato"), world.begin("ito")
    cell = next(row.body for row in world.rows(interviews) if row.id == damaged)
    flipped = bytes([*cell[:-1], cell[-1] ^ 1])
    with world.database.writing() as connection:
        connection.execute(update(interviews).where(interviews.c.id == damaged).values(body=flipped))
    events = [world.happened(damaged, "sato", "1"), world.happened(sound, "ito", "1")]
    assert [one.fault for one in world.store.take_turns(events)] == ["damaged", None]
    assert world.position(sound) == "told_items"
    assert next(bytes(row.body) for row in world.rows(interviews) if row.id == damaged) == flipped


def test_every_turn_leaves_one_row_in_the_outbox(world: World) -> None:
    """What is to be said stands under the key of the event that caused it, also where nothing else changed."""
    interview = world.begin("sato")
    events = [world.happened(interview, "sato", body) for body in (*BEFORE_THE_LAST, "はい", "なぜ", "もしもし")]
    world.store.take_turns([events[0]])
    for one in [*events, *events]:
        world.store.take_turns([one])
    turns = [row.key for row in world.rows(outbox) if row.kind == "turn"]
    assert sorted(turns) == sorted(f"turn:{one.key}" for one in events)


def test_cancel_really_deletes_the_answers(world: World) -> None:
    """After the second yes no answer row and no word of what was said is left, sealed or not."""
    interview = world.begin("sato")
    world.tell(
        interview, "sato", Opened(), "1", "ヌメラピソの検査治具、順送の金型", "1 4", "ヌメラピソは大事", "やめる"
    )
    assert "ヌメラピソ" in read_state(world)
    assert world.tell(interview, "sato", "はい")[0].status == "cancelled"
    assert world.rows(answers) == []
    assert "ヌメラピソ" not in read_state(world)
    assert world.reader.find_waiting(world.find("sato").id) == []
    assert world.tell(interview, "sato", "ヌメラピソの検査治具")[0].status == "cancelled"
    assert "ヌメラピソ" not in read_state(world)


def test_cancel_is_asked_once_before_it_is_done(world: World) -> None:
    """Negative control: a no after 'cancel' keeps every answer."""
    interview = world.begin("sato")
    world.tell(interview, "sato", Opened(), "1", "ヌメラピソの検査治具", "やめる", "いいえ")
    assert "ヌメラピソ" in read_state(world)


def test_one_name_twice_in_a_department_stays_one_item(world: World) -> None:
    """The same name in other letters, by another head of the department, adds nothing to the register."""
    make_head(world, "suzuki")
    for name, told in (("sato", "P-3ライン検査機、ヌメラ治具"), ("suzuki", "ｐ－３ライン検査機、セビロ台帳")):
        finish(world, name, told)
    assert len([row for row in world.rows(items) if row.state == "draft"]) == 3


def test_two_heads_at_once_register_one_name_once(world: World) -> None:
    """Two replicas that confirm the same list at the same moment leave each name once, round after round."""
    make_head(world, "suzuki")
    for number in range(1, 5):
        told = f"ヌメラ治具{number}号、セビロ台帳{number}号"
        ready = [
            (world.add_replica("abcdefgh"[number] + name), finish(world, name, told, 1)) for name in ("sato", "suzuki")
        ]
        start, results = threading.Barrier(2), []

        def confirm(store: Any, last: Event, start: threading.Barrier = start, results: list[Any] = results) -> None:
            start.wait()
            results.extend(store.take_turns([last]))

        threads = [threading.Thread(target=confirm, args=one) for one in ready]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.status for one in results] == ["done", "done"]
        assert len(world.rows(items)) == 2 * number
    assert world.reader.find_chain_break() is None


def make_head(world: World, name: str) -> None:
    from bot.state.tables import roles

    with world.database.writing() as connection:
        connection.execute(insert(roles).values(person_id=world.find(name).id, role="department_head"))


def finish(world: World, name: str, told: str, left: int = 0) -> Event:
    """Walk an inventory with these items to its end, or to its last event, which is handed back."""
    interview = world.begin(name)
    world.tell(interview, name, Opened(), "1", told)
    world.walk_to(interview, name, "confirm_list")
    last = world.happened(interview, name, "はい")
    if not left:
        assert world.store.take_turns([last])[0].status == "done"
    return last


def test_publications_keep_every_digest(world: World) -> None:
    """A text once shown is kept by digest; publishing again, or from another replica, adds only what is new."""
    from bot.state.tables import publications

    flows = {flow.digest for flow in world.template.content.flows.values()}
    assert {row.digest for row in world.rows(publications) if row.kind == "flow"} == flows
    world.clock.advance(days=1)
    bodies = {digest: ("flow", lambda: "changed") for digest in flows}
    world.store.publish(bodies)
    world.add_replica("other").publish({**bodies, "d" * 64: ("flow", lambda: "new")})
    kept = {row.digest: row.body for row in world.rows(publications) if row.kind == "flow"}
    assert set(kept) == {*flows, "d" * 64}
    assert "changed" not in kept.values()


def test_an_answer_carries_the_digest_of_the_words_it_saw(world: World) -> None:
    """Every recorded answer names a published flow version."""
    interview = world.begin("sato")
    world.tell(interview, "sato", *BEFORE_THE_LAST, "はい")
    shown = {row.digest for row, _ in world.reader.read_answers(interview)}
    assert shown == {world.template.content.flows["inventory"].digest}
