"""What planning a campaign and sending what is due take, against bare inserts and bare claimed updates of such rows.

Ours plans by the real `start_campaign`, and sends by the real Dispatcher to somewhere that takes everything at once.
Theirs is the driver alone: the same rows inserted in transactions of 500, and each row claimed and marked sent in a
transaction of its own. Nobody waits for a pace.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

from sqlalchemy import delete, insert, text

from bench.delivery_peer import measure_peer
from bench.durable_turn import start_postgres
from bench.figure import Figure, Rounds, run_rounds
from bench.workshop import settings_for
from bot import dispatch
from bot.bootstrap import Program, build_program
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.letters import Closed, Letter, Posted
from bot.prompts import Notice, Prompt, Shown, Told
from bot.state.accounts import Account
from bot.state.campaigns import Audience, Campaign, make_campaign, start_campaign
from bot.state.database import Database
from bot.state.outbox import Due, put_due
from bot.state.queries import Member, Ready
from bot.state.tables import accounts, outbox, people

PLANNED = 5_000  # people a campaign is planned for
SENT = 200  # messages sent in a round
ROUNDS = 5
AT_ONCE = 500  # rows of a transaction of the bare inserts
SURFACE = "slack"
MUST, REACH = 0.3, 0.5


class Everything:
    """A surface that takes everything at once."""

    async def send(self, account: Account, shown: Sequence[Shown | Told]) -> None:
        pass

    async def read_back(self, account: Account, since: datetime) -> Mapping[str, str]:
        return {}

    async def post(
        self, account: Account, letters: Sequence[Letter], found: Mapping[str, str]
    ) -> AsyncIterator[Posted]:
        for letter in letters:
            yield Posted(letter, "1", True)

    async def close(self, account: Account, card: Closed) -> None:
        pass

    def to_standing(self, prompt: Prompt) -> str:
        return prompt.title


def measure_enqueue_sqlite() -> Figure:
    """Rows planned a second, on a file."""
    with open_sqlite() as program:
        return _measure_enqueue("delivery-enqueue-sqlite", program)


def measure_enqueue_postgres() -> Figure:
    """The same on PostgreSQL, and beside procrastinate there."""
    with open_postgres() as program:
        return _beside_peer(_measure_enqueue("delivery-enqueue-postgres", program), program, PLANNED)


def measure_drain_sqlite() -> Figure:
    """Messages sent and written down a second, on a file."""
    with open_sqlite() as program:
        return _measure_drain("delivery-drain-sqlite", program)


def measure_drain_postgres() -> Figure:
    """The same on PostgreSQL, and beside procrastinate there."""
    with open_postgres() as program:
        return _beside_peer(_measure_drain("delivery-drain-postgres", program), program, SENT, drains=True)


# -- the two databases -------------------------------------------------------------------------------------------------


@contextmanager
def open_sqlite() -> Iterator[Program]:
    with tempfile.TemporaryDirectory() as name:
        program = build_program(settings_for(Path(name, "data")))
        with closing(program.database):
            yield program


@contextmanager
def open_postgres() -> Iterator[Program]:
    with tempfile.TemporaryDirectory() as name, start_postgres(Path(name, "server")) as server:
        program = build_program(settings_for(Path(name, "data"), server.get_uri()))
        with closing(program.database):
            yield program


def fill(program: Program, many: int) -> list[str]:
    """So many more people, each in a conversation of their own; their ids."""
    now = datetime.now(UTC)
    with program.database.writing() as connection:
        like = dict(connection.execute(people.select().limit(1)).one()._mapping)
        ids = [program.ids.new() for _ in range(many)]
        connection.execute(insert(people), [{**like, "id": one, "email": f"{one}@bench.example"} for one in ids])
        kept = {"surface": SURFACE, "channel": "D", "next_at": now, "tries": 0, "fence": 0}
        connection.execute(insert(accounts), [{**kept, "account": f"T1:{one}", "person_id": one} for one in ids])
    return ids


def empty(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(outbox))


# -- planned -----------------------------------------------------------------------------------------------------------


def _measure_enqueue(name: str, program: Program) -> Figure:
    fill(program, PLANNED)
    starter = program.reader.list_members()[0].id

    def ours() -> float:
        empty(program.database)
        campaign = Campaign(program.ids.new(), "lesson", "", Audience(), "planned", starter, 0, datetime.now(UTC))
        program.store.write(lambda tx: make_campaign(tx, starter, campaign))
        began = perf_counter()
        count = program.store.write(lambda tx: start_campaign(tx, starter, campaign.id))
        taken = perf_counter() - began
        assert count is not None and count >= PLANNED
        return count / taken

    def theirs() -> float:
        empty(program.database)
        rows = [_bare_row(number) for number in range(PLANNED)]
        began = perf_counter()
        insert_bare(program.database, rows)
        return PLANNED / (perf_counter() - began)

    return _to_figure(name, "the driver alone inserting such rows, 500 in a transaction", _take(ours, theirs))


def _bare_row(number: int) -> dict[str, Any]:
    due_at = datetime.now(UTC)
    told = {"interview_id": None, "surface": None, "state": "ready", "due_at": due_at, "body": "{}", "lane": "bulk"}
    person = f"{number:036}"
    return {"key": f"campaign:{person}:{person}", "kind": "nudge", "person_id": person, "campaign_id": person, **told}


def insert_bare(database: Database, rows: Sequence[Mapping[str, Any]]) -> None:
    """By the driver's own executemany, on a connection with our pragmas."""
    statement = insert(outbox).compile(dialect=database.writer.dialect, column_keys=list(rows[0]))
    binds = {name: bind.type.dialect_impl(database.writer.dialect) for name, bind in statement.binds.items()}
    makers = {name: kind.bind_processor(database.writer.dialect) for name, kind in binds.items()}
    order = statement.positiontup

    def to_row(row: Mapping[str, Any]) -> Any:
        made = {name: make(row[name]) if make else row[name] for name, make in makers.items()}
        return tuple(made[name] for name in order) if order else made

    ready = [to_row(row) for row in rows]
    for at in range(0, len(ready), AT_ONCE):
        with database.writing() as connection:
            connection.exec_driver_sql(str(statement), ready[at : at + AT_ONCE])


# -- sent --------------------------------------------------------------------------------------------------------------

CLAIM = {
    "sqlite": "UPDATE outbox SET due_at = :later WHERE key = (SELECT key FROM outbox WHERE state = 'ready'"
    " AND kind IN ('turn','notice','reminder','card') AND due_at <= :now LIMIT 1) RETURNING key",
    "postgresql": "UPDATE outbox SET due_at = :later WHERE key = (SELECT key FROM outbox WHERE state = 'ready'"
    " AND kind IN ('turn','notice','reminder','card') AND due_at <= :now LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING key",
}
DONE = "UPDATE outbox SET state = 'sent', sent_at = :now WHERE key = :key"


def _measure_drain(name: str, program: Program) -> Figure:
    ids = fill(program, SENT)
    voice = Voice(program.store, program.reader, SURFACE)

    def put() -> None:
        empty(program.database)
        due = [Due(f"notice:{one}", "notice", one) for one in ids]
        program.store.write(lambda tx: put_due(tx, due))

    async def drain() -> None:
        dispatcher = Dispatcher(voice, Everything(), program.clock)
        while await dispatcher.deliver_due():
            pass

    def ours() -> float:
        put()
        began = perf_counter()
        asyncio.run(drain())
        return SENT / (perf_counter() - began)

    def theirs() -> float:
        put()
        began = perf_counter()
        sent = drain_bare(program.database)
        assert sent == SENT, sent
        return SENT / (perf_counter() - began)

    with patch.object(voice, "word", word_keys), patch.object(dispatch, "PACE", timedelta()):
        rounds = _take(ours, theirs)
    return _to_figure(name, "the driver alone claiming each such row and marking it sent", rounds)


def word_keys(_: Member, rows: Sequence[Ready], __: Prompt | None) -> list[Shown]:
    """Of each row only what it is called, as wording is not looked at here."""
    return [Notice(row.key) for row in rows]


def drain_bare(database: Database) -> int:
    """Two transactions a row, as any queue has them; how many rows."""
    claim, done, count = text(CLAIM[database.writer.dialect.name]), text(DONE), 0
    is_file = database.writer.dialect.name == "sqlite"
    while True:
        now = datetime.now(UTC)
        later = now + timedelta(minutes=1)
        at = {"now": now.isoformat() if is_file else now, "later": later.isoformat() if is_file else later}
        with database.writing() as connection:
            key = connection.execute(claim, at).scalar()
        if key is None:
            return count
        with database.writing() as connection:
            connection.execute(done, {"now": at["now"], "key": key})
        count += 1


def _beside_peer(figure: Figure, program: Program, many: int, drains: bool = False) -> Figure:
    """With how many a second procrastinate puts there, or does, on the same server."""
    theirs = measure_peer(str(program.settings.database_url), many, ROUNDS, drains)
    return replace(figure, more={**figure.more, "procrastinate_per_s": round(theirs)})


def _take(ours: Callable[[], float], theirs: Callable[[], float]) -> Rounds:
    for warm_up in (ours, theirs):
        warm_up()
    return run_rounds(ours, theirs, ROUNDS)


def _to_figure(name: str, against: str, rounds: Rounds) -> Figure:
    more = {"ours_per_s": round(median(rounds.ours)), "theirs_per_s": round(median(rounds.theirs))}
    return Figure(name, rounds.ratios, against, MUST, REACH, "higher", more)
