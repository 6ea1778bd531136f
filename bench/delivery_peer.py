"""The same planning and sending by procrastinate, the task queue on PostgreSQL nearest to what ours does.

Its jobs do nothing, as sending does nothing in `bench/delivery.py`; ours besides keep the order of a conversation, the
pace of a workspace, where each message stands, and who it went to.
"""

import asyncio
from statistics import median
from time import perf_counter

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONDict

from bot.dispatch import BATCH

DATABASE = "peer"


def measure_peer(url: str, many: int, rounds: int, drains: bool) -> float:
    """Jobs put there a second, so many in one go, or, where it `drains`, jobs done a second; the median of the rounds.
    `url` names a server, on which a database is made for it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
        parameters = {**connection.info.get_parameters(), "dbname": DATABASE}
    return asyncio.run(_measure(App(connector=PsycopgConnector(kwargs=parameters)), many, rounds, drains))


async def _measure(app: App, many: int, rounds: int, drains: bool) -> float:
    done: list[str] = []

    @app.task(name="say")
    async def say(person: str) -> None:
        done.append(person)

    async def put() -> float:
        jobs: list[JSONDict] = [{"person": f"{number:036}"} for number in range(many)]
        began = perf_counter()
        await say.batch_defer_async(*jobs)
        return many / (perf_counter() - began)

    async def drain() -> float:
        await put()
        done.clear()
        began = perf_counter()
        await app.run_worker_async(concurrency=BATCH, wait=False, install_signal_handlers=False)
        taken = perf_counter() - began
        assert len(done) == many, len(done)
        return many / taken

    async def empty() -> None:
        await app.connector.execute_query_async("TRUNCATE procrastinate_jobs CASCADE")

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        taken = []
        for _ in range(rounds + 1):  # the first warms up
            taken.append(await (drain() if drains else put()))
            await empty()
        return median(taken[1:])
