"""Opening and writing: the log of SQLite is folded and blocks nobody, a reading is one view, one first start wins."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.events import Opened
from bot.state import database as database_module
from bot.state.database import is_passing, open_database
from bot.state.deployment import find_trial, make_deployment, open_vault
from bot.state.record import begin_interview, set_company_fact
from bot.state.tables import audit, inbox, interviews
from tests.state.canonical import read_state
from tests.state.world import KINDS, SetClock, World


def log_bytes(world: World) -> int:
    return Path(f"{world.database.path}-wal").stat().st_size


def test_the_log_is_folded_back_and_nothing_is_lost(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its size the write-ahead log is folded into the file, and every turn before and after it stands."""
    monkeypatch.setattr(database_module, "WAL_BYTES", 200_000)
    interview, sizes = sqlite_world.begin("sato"), []
    for _ in range(60):
        assert sqlite_world.tell(interview, "sato", "なぜ")[0].fault is None
        sizes.append(log_bytes(sqlite_world))
    assert max(sizes) > 100_000
    assert 0 in sizes[10:]
    assert max(sizes) < 300_000
    assert len(sqlite_world.rows(inbox)) == 60
    assert sqlite_world.reader.find_chain_break() is None


def test_a_reader_in_the_middle_puts_the_folding_off_and_delays_no_writer(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody reads, turns go on being committed at once; when they are done the log is folded."""
    monkeypatch.setattr(database_module, "WAL_BYTES", 100_000)
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 600.0)  # who waited for the reader would time the test out
    interview = sqlite_world.begin("sato")
    with sqlite_world.database.reading() as connection:
        connection.execute(select(interviews)).all()
        for _ in range(20):
            sqlite_world.tell(interview, "sato", "なぜ")
        assert log_bytes(sqlite_world) > 100_000
    sqlite_world.tell(interview, "sato", "なぜ")
    assert log_bytes(sqlite_world) < 100_000
    assert len(sqlite_world.rows(inbox)) == 21


def test_one_reading_is_one_view(world: World) -> None:
    """What is committed between two queries of one reading is not in the second."""
    with world.database.reading() as connection:
        before = len(connection.execute(select(audit)).all())
        world.begin("sato")
        assert len(connection.execute(select(audit)).all()) == before
        assert connection.execute(select(interviews)).all() == []
    assert len(world.rows(interviews)) == 1


def test_readers_cannot_write(sqlite_world: World) -> None:
    """The reading side of SQLite is opened read-only."""
    with pytest.raises(OperationalError), sqlite_world.database.reading() as connection:
        connection.execute(insert(inbox).values(key="x", state="taken", at=sqlite_world.clock.now()))


def test_a_change_that_fails_is_rolled_back(world: World) -> None:
    """An error inside a write leaves nothing of it, and the next write works."""
    before = read_state(world)
    with pytest.raises(IntegrityError), world.database.writing() as connection:
        for _ in range(2):
            connection.execute(insert(inbox).values(key="x", state="taken", at=world.clock.now()))
    assert read_state(world) == before
    world.begin("sato")


@pytest.mark.parametrize("kind", KINDS)
def test_of_programs_that_start_first_together_one_sets_up(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Replicas opening an empty database at once end with one schema, one deployment and one key that opens it."""
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else None
    start, made, faults = threading.Barrier(4), [], []

    def start_up() -> None:
        start.wait()
        try:
            database = open_database(url, tmp_path / "data")
            made.append(make_deployment(database, tmp_path / "key" / "master.key", True, SetClock()))
            open_vault(database, tmp_path / "key" / "master.key").seal("items", "1", "body", "x")
            assert find_trial(database) is True
            database.close()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=start_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(made) == [False, False, False, True]


def test_an_interview_begun_twice_is_one(world: World) -> None:
    """A second beginning of the same unfinished interview adds neither a row nor an audit entry."""
    interview = world.begin("sato")
    entries = len(world.rows(audit))
    assert world.begin("sato") == interview
    assert (len(world.rows(interviews)), len(world.rows(audit))) == (1, entries)


def test_an_interview_begun_by_two_replicas_at_once_is_one(world: World) -> None:
    """Two windows that begin the same interview at the same moment go on in one."""
    from bot.beginnings import BEGINNINGS

    member, start = world.find("sato"), threading.Barrier(2)
    (beginning,) = BEGINNINGS["inventory"](world.reader, member, ())

    def begin(store: Any) -> None:
        start.wait()
        store.write(lambda tx: begin_interview(tx, member.id, beginning))

    threads = [threading.Thread(target=begin, args=(store,)) for store in (world.store, world.add_replica("other"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(world.rows(interviews)) == 1
    assert [row.action for row in world.rows(audit)].count("interview.begun") == 1


def test_two_who_set_one_fact_of_the_company_at_once_both_succeed(world: World) -> None:
    """The later one stands, nobody is refused, and both are in the audit."""
    start, faults = threading.Barrier(2), []

    def put(store: Any, words: str) -> None:
        for number in range(10):
            start.wait()
            try:
                store.write(lambda tx, n=number: set_company_fact(tx, "test", "retention", f"{words}{n}", ""))
            except Exception as fault:
                faults.append(fault)

    stores = (world.store, world.add_replica("other"))
    threads = [threading.Thread(target=put, args=(one, words)) for one, words in zip(stores, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert world.reader.read_company()["retention"].ja in ("a9", "b9")
    assert [row.action for row in world.rows(audit)].count("company.fact_set") >= 20


def test_faults_that_pass_are_told_from_those_that_stay(world: World) -> None:
    """A lock or a lost connection may be tried again; a broken constraint or a fault of ours may not."""
    with pytest.raises(IntegrityError) as caught, world.database.writing() as connection:
        for _ in range(2):
            connection.execute(insert(inbox).values(key="x", state="taken", at=world.clock.now()))
    assert not is_passing(caught.value)
    assert not is_passing(KeyError("x"))
    assert is_passing(OperationalError("SELECT", {}, Exception("locked")))


def test_two_turns_that_wait_for_each_other_are_told_as_passing(postgres_world: World) -> None:
    """PostgreSQL ends a deadlock by refusing one of the two; that one may be tried again at once."""
    first, second = (postgres_world.begin(name) for name in ("sato", "ito"))
    other, faults, start = postgres_world.open(), [], threading.Barrier(2)

    def lock(database: Any, *order: str) -> None:
        try:
            with database.writing() as connection:
                connection.execute(text("SET deadlock_timeout = '20ms'"))
                for place, interview in enumerate(order):
                    connection.execute(select(interviews).where(interviews.c.id == interview).with_for_update())
                    if not place:
                        start.wait()
        except Exception as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=lock, args=(postgres_world.database, first, second)),
        threading.Thread(target=lock, args=(other, second, first)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [is_passing(fault) for fault in faults] == [True]


def test_a_turn_after_a_lost_connection_is_taken(postgres_world: World) -> None:
    """Connections the server ended are noticed and made anew; the event is taken the next time it is tried."""
    interview = postgres_world.begin("sato")
    with postgres_world.database.writing() as connection:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{ended} AND pid <> pg_backend_pid()"))
    assert postgres_world.tell(interview, "sato", Opened())[0].status == "open"
