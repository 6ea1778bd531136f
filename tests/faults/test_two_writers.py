"""Two processes write to one SQLite folder at once, and a reader that keeps its view open delays neither."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import Program
from bot.state.database import WAL_BYTES
from bot.state.tables import inbox, outbox
from tests.faults.clients import PATIENCE, Forge
from tests.faults.conftest import LONG
from tests.faults.evidence import find_damage, rows_of
from tests.faults.places import Place, copy_place, opened

SECONDS = 60.0 if LONG else 8.0
SLOWEST = 10.0  # seconds one turn may wait; a writer that waits for readers gives up after thirty
PROCESSES = (("sato", "ito"), ("mori", "shimizu"))
SHARED = "kobayashi@hibarino.example"

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the forge of workers forks"),
    pytest.mark.timeout(SECONDS + 120),
]

Told = list[dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, standing: Place) -> Place:
    return copy_place(standing, tmp_path / "place")


def write_together(forge: Forge, place: Place, seconds: float) -> Told:
    """Two processes at full speed, each for people of its own and for one whom both speak for."""
    workers = [
        forge.start(place, own=[f"{name}@hibarino.example" for name in own], shared=SHARED, seconds=seconds)
        for own in PROCESSES
    ]
    with workers[0], workers[1]:
        said = [line for worker in workers for line in worker.finish(seconds + PATIENCE)]
    assert len(said) == len(workers)
    return [person for line in said for person in line["people"]]


def count_turns(told: Told) -> int:
    return sum(person["taken"] for person in told)


def find_missing(program: Program, told: Told) -> list[str]:
    """Where the record counts other turns than the writers did."""
    turns: Counter[str] = Counter()
    for person in told:
        turns[person["interview"]] += person["taken"]
    found = []
    for interview, taken in turns.items():
        now = program.reader.read_interview(interview, program.store.words.routes)
        assert now
        found += [f"{interview}: {taken} taken, {now.revision} turns"] if now.revision != taken else []
    rows = rows_of(program, select(inbox.c.key)), rows_of(program, select(outbox.c.key).where(outbox.c.kind == "turn"))
    return found + [f"{turns.total()} taken, {len(kept)} rows" for kept in rows if len(kept) != turns.total()]


@contextmanager
def held_cursor(place: Place) -> Iterator[None]:
    """A reader in the middle of a result; at the end it must still see what it saw, and not what came since."""
    count = "SELECT count(*) FROM answers"
    reader, other = (sqlite3.connect(f"{place.database_file.as_uri()}?mode=ro", uri=True) for _ in range(2))
    try:
        reader.execute("BEGIN")
        before = reader.execute(count).fetchone()
        cursor = reader.execute("SELECT * FROM answers")
        cursor.fetchone()
        yield
        assert reader.execute(count).fetchone() == before != other.execute(count).fetchone()
    finally:
        reader.close()
        other.close()


def grow_log(place: Place) -> None:
    """Nearly as much in the log as it may hold, so that writers carry it past that at any pace."""
    with closing(sqlite3.connect(place.database_file)) as connection:
        connection.execute("CREATE TABLE filler (body)")
        connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (WAL_BYTES * 7 // 8,))
        connection.commit()
        connection.execute("DROP TABLE filler")


def test_two_processes_write_one_folder(forge: Forge, folder: Place) -> None:
    """Two processes at once: no fault, no starving, a sound file, an unbroken chain, and every turn there once."""
    told = write_together(forge, folder, SECONDS)
    print(f"{count_turns(told)} turns, the slowest {max(person['longest'] for person in told):.2f} s")
    assert [fault for person in told for fault in person["faults"]] == []
    assert min(person["taken"] for person in told) > 2
    with opened(folder) as program:
        assert find_damage(folder, program) == []
        assert find_missing(program, told) == []


def test_an_open_reader_delays_no_writer(forge: Forge, folder: Place) -> None:
    """While somebody holds a read open and the log grows past its size, writers go on at much the same pace."""
    alone = write_together(forge, folder, SECONDS / 4)
    with held_cursor(folder):
        grow_log(folder)
        beside = write_together(forge, folder, SECONDS / 2)
        assert Path(f"{folder.database_file}-wal").stat().st_size > WAL_BYTES
    pace = count_turns(beside) / 2 / count_turns(alone)
    slowest = max(person["longest"] for person in beside)
    print(f"pace beside a reader {pace:.2f} of alone, the slowest turn {slowest:.2f} s")
    assert [fault for person in beside for fault in person["faults"]] == []
    assert pace > 0.3
    assert slowest < SLOWEST
    with opened(folder) as program:
        assert find_damage(folder, program) == []
