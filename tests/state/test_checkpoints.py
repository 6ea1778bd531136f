"""Checkpoints in the databases: when one is due, that one replica makes it, and what they find in tables that somebody
changed by hand.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.anchoring import Anchoring
from bot.anchors import Anchor, Handed, find_outside, list_anchors
from bot.events import Opened
from bot.state import checkpoints as module
from bot.state.audit import FIRST, Entry, chain
from bot.state.checkpoints import EVERY, EVERY_ROWS, LEASE, is_due, look_over, make_checkpoint
from bot.state.record import Transaction
from bot.state.store import Store
from bot.state.tables import audit, checkpoints, deployment
from bot.state.vouching import Found, Verdict
from tests.state.chains import SIGNER, STRANGER
from tests.state.world import MONDAY, World


class Keeper:
    """A place outside that keeps what it is handed, or does not take it."""

    def __init__(self) -> None:
        self.taken: list[Handed] = []
        self.refuses = False

    def write(self, handed: Handed) -> None:
        if self.refuses:
            raise ConnectionRefusedError
        self.taken.append(handed)

    @property
    def anchor(self) -> Anchor:
        return Anchor("command:keeper", self.write)


def add_rows(store: Store, count: int = 1) -> None:
    def add(tx: Transaction) -> None:
        for _ in range(count):
            tx.add_entry("nobody", "test.happened", "thing")

    store.write(add)


def open_anchoring(world: World, *anchors: Anchor, store: Store | None = None) -> Anchoring:
    return Anchoring(store or world.store, SIGNER, anchors, world.clock)


def list_made(world: World) -> list[int]:
    return [row.seq for row in world.rows(checkpoints)]


def count_rows(world: World) -> int:
    return int(world.rows(deployment)[0].audit_seq)


def look(world: World, outside: Sequence[Found] = ()) -> Verdict:
    return look_over(world.database, SIGNER.public, [], outside).verdict


# -- when one is made --------------------------------------------------------------------------------------------------


def test_one_is_due_at_first_and_after_an_hour_with_rows_or_a_thousand_rows(world: World) -> None:
    """Nothing new is never due, however long; one new row is after an hour, the thousandth at once."""
    anchoring = open_anchoring(world)

    def look_again(**later: float) -> int:
        world.clock.advance(**later)
        anchoring.try_due()
        return len(list_made(world))

    assert look_again() == 1
    assert look_again(days=3) == 1
    add_rows(world.store)
    assert look_again() == 2  # the hour was over long ago
    add_rows(world.store)
    assert look_again(seconds=EVERY.total_seconds() - 1) == 2
    assert look_again(seconds=1) == 3
    add_rows(world.store, EVERY_ROWS - 1)
    assert look_again() == 3
    add_rows(world.store)
    assert look_again() == 4
    assert look(world).result == "unanchored"


def test_two_replicas_at_once_make_one_and_write_it_once(world: World) -> None:
    """Ten times over: both find it due, both try; there is one more row, and one thing came to the place."""
    keeper = Keeper()
    replicas = [open_anchoring(world, keeper.anchor, store=world.add_replica(name)) for name in ("a", "b")]
    for made in range(1, 11):
        add_rows(world.store)
        world.clock.advance(hours=1)
        both = threading.Barrier(2)

        def go(one: Anchoring, both: threading.Barrier = both) -> None:
            both.wait()
            one.do_due()

        threads = [threading.Thread(target=go, args=(one,)) for one in replicas]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list_made(world)) == len(keeper.taken) == made


def test_while_one_replica_writes_it_another_leaves_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever claimed it has it; without the lease (negative control) the other hands it out as well."""
    keeper = Keeper()
    second = open_anchoring(world, keeper.anchor, store=world.add_replica("second"))
    world.store.write(lambda tx: make_checkpoint(tx, SIGNER))
    world.store.write(module.claim_pending)
    second.do_due()
    assert keeper.taken == []
    monkeypatch.setattr(module, "LEASE", timedelta(0))
    world.store.write(lambda tx: module.claim_pending(tx, at_once=True))
    second.do_due()
    assert len(keeper.taken) == 1


def test_what_was_made_and_not_written_is_made_up_for(world: World) -> None:
    """A program that ends between the commit and the writing leaves it to another, at once; one that ends while it
    writes, once its lease is over. Without that look (negative control) nothing is ever written."""
    keeper = Keeper()
    world.store.write(lambda tx: make_checkpoint(tx, SIGNER))
    assert keeper.taken == []
    other = open_anchoring(world, keeper.anchor, store=world.add_replica("other"))
    other.try_due()
    assert [one.seq for one in keeper.taken] == list_made(world)
    add_rows(world.store)
    world.clock.advance(hours=1)
    world.store.write(lambda tx: make_checkpoint(tx, SIGNER))
    world.store.write(module.claim_pending)
    other.try_due()
    assert len(keeper.taken) == 1
    world.clock.advance(seconds=LEASE.total_seconds())
    other.try_due()
    assert [one.seq for one in keeper.taken] == list_made(world)


def test_a_place_that_does_not_take_it_is_tried_again_and_named(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The others have it at once and only once, rows are written on, one log line without the place's name tells, and
    the look over the chain does; after it takes it, nothing is left to do."""
    good, bad = Keeper(), Keeper()
    bad.refuses = True
    anchoring = open_anchoring(world, good.anchor, Anchor("mailto:auditor@a.example", bad.write))
    anchoring.try_due()
    world.clock.advance(seconds=59)
    anchoring.try_due()
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    assert "mailto" in lines[0]
    assert "auditor" not in lines[0]
    add_rows(world.store)
    looked = look_over(world.database, SIGNER.public, [], [])
    assert looked.unwritten["mailto:auditor@a.example"].fault == "ConnectionRefusedError"
    bad.refuses = False
    world.clock.advance(seconds=1)
    anchoring.try_due()
    assert len(good.taken) == len(bad.taken) == 1
    assert look_over(world.database, SIGNER.public, [], []).unwritten == {}
    assert not is_due(world.database, world.clock.now())


def test_a_place_that_was_away_gets_the_newest_alone(world: World) -> None:
    """After days of failing it is not flooded: the newest vouches for all before it."""
    bad = Keeper()
    bad.refuses = True
    anchoring = open_anchoring(world, bad.anchor)
    for _ in range(30):
        add_rows(world.store)
        world.clock.advance(hours=2)
        anchoring.try_due()
    bad.refuses = False
    for _ in range(5):
        world.clock.advance(hours=1)
        anchoring.try_due()
    assert [one.seq for one in bad.taken] == list_made(world)[-1:]


# -- what they find ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(world: World, tmp_path: Path) -> World:
    """A world in which a few things happened, with checkpoints in between, in the database and in a folder."""
    anchoring = open_anchoring(world, *list_anchors(f"folder:{tmp_path / 'outside'}", None))
    for name in ("sato", "ito", "mori"):
        world.tell(world.begin(name), name, Opened(), "1", "順送の金型", "なぜ")
        anchoring.do_due(wanted=True)
    add_rows(world.store)
    assert look(world, read_outside(tmp_path)).result == "whole"
    return world


def read_outside(tmp_path: Path) -> list[Found]:
    return list(find_outside(tmp_path / "outside"))


def run_all(world: World, statements: Sequence[Any]) -> None:
    with world.database.writing() as connection:
        for statement in statements:
            connection.execute(statement)


CHANGED: dict[str, Callable[[int], list[Any]]] = {
    "actor": lambda at: [update(audit).where(audit.c.seq == at).values(actor="somebody else")],
    "action": lambda at: [update(audit).where(audit.c.seq == at).values(action="turn.none")],
    "object": lambda at: [update(audit).where(audit.c.seq == at).values(object="")],
    "detail": lambda at: [update(audit).where(audit.c.seq == at).values(detail=audit.c.detail + " ")],
    "instant": lambda at: [update(audit).where(audit.c.seq == at).values(at=MONDAY + timedelta(microseconds=1))],
    "hash": lambda at: [update(audit).where(audit.c.seq == at).values(hash="0" * 64)],
    "deleted": lambda at: [delete(audit).where(audit.c.seq == at)],
    "number": lambda at: [update(audit).where(audit.c.seq == at).values(seq=-at)],
}


@pytest.mark.parametrize("how", CHANGED)
def test_a_change_by_hand_is_named_by_its_row(lived: World, tmp_path: Path, how: str) -> None:
    """At the first, a middle and the last row; a number that became negative counts as first."""
    for at in (1, count_rows(lived) // 2, count_rows(lived)):
        before = [dict(row._mapping) for row in lived.rows(audit)]
        run_all(lived, CHANGED[how](at))
        breach = look(lived, read_outside(tmp_path)).breach
        assert breach is not None
        assert breach.row == (1 if how == "number" else at)
        run_all(lived, [delete(audit), insert(audit).values(before)])
    assert look(lived, read_outside(tmp_path)).result == "whole"


@pytest.mark.parametrize("damaged", ["X'80ff'", "CAST(X'80ff' AS TEXT)", "5", "1.5"])
def test_bytes_that_are_no_text_are_named_by_their_row(sqlite_world: World, damaged: str) -> None:
    """SQLite keeps whatever stands in its file; in any column it is a break like another, and the reader goes on."""
    add_rows(sqlite_world.store, 9)
    for column in ("at", "actor", "action", "object", "detail", "hash"):
        before = [dict(row._mapping) for row in sqlite_world.rows(audit)]
        run_all(sqlite_world, [text(f"UPDATE audit SET {column} = {damaged} WHERE seq = 7")])  # noqa: S608 - our own
        breach = look(sqlite_world).breach
        assert breach is not None
        assert (breach.cause, breach.row) == ("row", 7)
        run_all(sqlite_world, [delete(audit), insert(audit).values(before)])
    assert look(sqlite_world).breach is None


def rewrite(world: World, keep: int, change: Callable[[Any], Any]) -> list[Any]:
    """The rows after `keep` changed, with numbers, hashes and head made anew, and no checkpoint left in the way."""
    rows = [row for row in world.rows(audit) if row.seq > keep]
    entries = [Entry(row.actor, row.action, row.object, change(row), row.at) for row in rows]
    head = next((row.hash for row in world.rows(audit) if row.seq == keep), FIRST)
    forged = chain(keep, head, entries)
    last = forged[-1]
    return [
        delete(audit).where(audit.c.seq > keep),
        insert(audit).values(forged),
        update(deployment).values(audit_seq=last["seq"], audit_hash=last["hash"]),
        delete(checkpoints).where(checkpoints.c.seq > keep),
    ]


def put_back(world: World, keep: int) -> list[Any]:
    """An older copy of the database: its rows, its head, its checkpoints."""
    head = next(row.hash for row in world.rows(audit) if row.seq == keep)
    return [
        delete(audit).where(audit.c.seq > keep),
        update(deployment).values(audit_seq=keep, audit_hash=head),
        delete(checkpoints).where(checkpoints.c.seq > keep),
    ]


FORGERIES: dict[str, Callable[[World, int], list[Any]]] = {
    "all made anew": lambda world, keep: rewrite(world, 0, lambda row: row.detail + " "),
    "the end made anew": lambda world, keep: rewrite(world, keep, lambda row: "{}"),
    "an older copy": put_back,
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_clean_forgery_is_found_by_the_folder_outside_alone(lived: World, tmp_path: Path, how: str) -> None:
    """With the folder it is broken, after the last good checkpoint; without it (negative control) nobody can tell, and
    that is said. Gone on with for a while, it is still found."""
    first, second, _ = list_made(lived)
    run_all(lived, FORGERIES[how](lived, second - 1))
    said = look(lived, read_outside(tmp_path))
    assert (said.result, said.sure) == ("broken", 0 if how == "all made anew" else first)
    assert look(lived).result == "unanchored"
    add_rows(lived.store, 40)
    said = look(lived, read_outside(tmp_path))
    assert (said.result, said.sure) == ("broken", 0 if how == "all made anew" else first)
    assert look(lived).result == "unanchored"


def test_what_was_forged_is_not_written_over_what_is_outside(lived: World, tmp_path: Path) -> None:
    """After an older copy was put back and gone on with to the same number, the file there stays, the place counts as
    failing, and the contradiction stays to be seen."""
    *_, last = list_made(lived)
    before = {file.name: file.read_bytes() for file in (tmp_path / "outside").iterdir()}
    run_all(lived, put_back(lived, last - 2))
    add_rows(lived.store, 2)
    anchoring = open_anchoring(lived, *list_anchors(f"folder:{tmp_path / 'outside'}", None))
    made, pending = anchoring.do_due(wanted=True)
    assert made == last
    assert pending is not None
    assert [one.fault for one in pending.places.values()] == ["TakenName"]
    assert {file.name: file.read_bytes() for file in (tmp_path / "outside").iterdir()} == before
    assert look(lived, read_outside(tmp_path)).result == "broken"


def test_a_checkpoint_changed_in_the_table_is_told(lived: World, tmp_path: Path) -> None:
    """A text that is no longer the checkpoint of its row breaks the whole, though each audit row is right; one of a key
    that is not ours is told, and vouches for nothing."""
    before = [dict(row._mapping) for row in lived.rows(checkpoints)]
    last, right = before[-1]["seq"], before[-1]["text"]
    stranger = STRANGER.sign(last, "0" * 64, MONDAY)
    forged = right.replace(right.splitlines()[2], stranger.splitlines()[2])
    for doctored in ({"seq": last + 1}, {"text": ""}, {"text": forged}, {"text": right + right}, {"text": stranger}):
        run_all(lived, [update(checkpoints).where(checkpoints.c.seq == last).values(**doctored)])
        said = look(lived, read_outside(tmp_path))
        told = (said.result, said.breach, len(said.marks.forged), len(said.marks.unknown))
        assert told == (("whole", None, 0, 1) if doctored == {"text": stranger} else ("broken", None, 1, 0))
        run_all(lived, [delete(checkpoints), insert(checkpoints).values(before)])


def test_looking_takes_the_same_memory_however_long_the_chain(sqlite_world: World) -> None:
    """Ten times the rows, no more than half as much again at its highest."""
    import tracemalloc

    def measure() -> int:
        tracemalloc.start()
        assert look(sqlite_world).breach is None
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    add_rows(sqlite_world.store, 3_000)
    measure()
    few = measure()
    for _ in range(9):
        add_rows(sqlite_world.store, 3_000)
    assert measure() < 1.5 * few


def test_rows_written_meanwhile_break_nothing(world: World) -> None:
    """A turn that is committed while the chain is looked over is not seen by half."""
    anchoring = open_anchoring(world)
    with world.database.reading() as connection:
        before = connection.execute(select(deployment.c.audit_seq)).scalar()
        add_rows(world.store)
        anchoring.do_due(wanted=True)
        assert connection.execute(select(deployment.c.audit_seq)).scalar() == before
    assert look(world).breach is None
