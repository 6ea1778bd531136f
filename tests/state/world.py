"""A deployment to test against, on either database: the sample company, with clock and ids of the test's own.

The company is set up once for each database and then copied, key and all.
"""

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.beginnings import BEGINNINGS
from bot.bootstrap import build_program
from bot.engine.loader import Content
from bot.events import Body, Event, Known, Said
from bot.settings import Settings
from bot.state.crypto import Vault
from bot.state.database import Database, open_database
from bot.state.deployment import open_keeper, open_vault
from bot.state.queries import Member, Reader
from bot.state.record import Transaction, begin_interview
from bot.state.store import Handled, Store, Vaults, Words
from tests.chat import content
from tests.postgres import MakePostgres, drop_database, make_database

MONDAY = datetime(2026, 11, 9, 7, 40, tzinfo=UTC)
KINDS = ("sqlite", "postgres")
ANSWERS = {
    "begin": "はじめる",
    "told_items": "順送の金型、段取りのコツ",
    "pack_prompts": "どれもない",
    "pack_more": "どれもない",
    "knows_best": "送る",
    "who_would": "思い当たらない",
    "called": "飛ばす",
    "left_behind": "ない",
    "confirm_list": "はい",
    "is_it_you": "はい、私です",
}


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


class CountedIds:
    """Ids counted up under a name, so that the same steps give the same ids; safe to use from many threads."""

    def __init__(self, name: str) -> None:
        self.name = sha256(name.encode()).hexdigest()[:8]
        self.numbers = count(1)

    def new(self) -> str:
        return f"{self.name}-0000-7000-8000-{next(self.numbers):012d}"


@dataclass(frozen=True)
class Template:
    """The sample company on one kind of database, closed and ready to be copied."""

    kind: str
    folder: Path
    url: str | None
    key_file: Path
    content: Content
    words: Words


def make_template(kind: str, folder: Path, make_postgres: MakePostgres | None) -> Template:
    url = make_postgres() if make_postgres else None
    settings = Settings(data=folder / "data", key_file=folder / "key" / "master.key", DATABASE_URL=url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.bootstrap.read_content", lambda _: content())
        program = build_program(settings, make="trial", clock=SetClock(), ids=CountedIds("sample"))
    program.database.close()
    log = logging.getLogger("secret_review")  # what it says is looked at here, not kept in a file
    log.handlers, log.propagate = [], True
    return Template(kind, settings.data, url, settings.key_file, program.content, program.store.words)


@dataclass
class World:
    """One copy of the sample company, open."""

    template: Template
    folder: Path
    url: str | None
    clock: SetClock = field(default_factory=SetClock)
    opened: list[Database] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vault: Vault = open_vault(self.open(), self.template.key_file)
        self.keeper: Vault = open_keeper(self.opened[0], self.template.key_file.with_name("reporter.key"))
        self.store = Store(self.opened[0], self.vaults, self.template.words, self.clock, CountedIds("main"))
        self.reader = Reader(self.opened[0], self.vault)
        self.numbers = count(1)
        self.people = {member.email.partition("@")[0]: member.id for member in self.reader.list_members()}

    @property
    def vaults(self) -> Vaults:
        return Vaults(self.vault, self.keeper)

    @property
    def kind(self) -> str:
        return self.template.kind

    @property
    def database(self) -> Database:
        return self.opened[0]

    def open(self) -> Database:
        """Another way into the same database, as another process would have it."""
        self.opened.append(open_database(self.url, self.folder))
        return self.opened[-1]

    def add_replica(self, name: str) -> Store:
        """Another program on the same database."""
        return Store(self.open(), self.vaults, self.template.words, self.clock, CountedIds(name))

    def close(self) -> None:
        for database in self.opened:
            database.close()

    def find(self, name: str) -> Member:
        """A person of the sample by the local part of the address."""
        member = self.reader.find_member(f"{name}@hibarino.example")
        assert member is not None
        return member

    def begin(self, name: str, flow: str = "inventory") -> str:
        """Begin an interview as the conversation would; its id."""
        member = self.find(name)
        (beginning,) = BEGINNINGS[flow](self.reader, member, ())

        def begin(tx: Transaction) -> None:
            begin_interview(tx, member.id, beginning)

        self.store.write(begin)
        return self.reader.find_waiting(member.id, flow)[0][0]

    def happened(self, interview: str, name: str, body: Body | str, key: str | None = None) -> Event:
        """An event as the conversation hands it in; plain text is what the person typed."""
        body = Said(body) if isinstance(body, str) else body
        people: tuple[Known, ...] = self.reader.find_known(body.text) if isinstance(body, Said) else ()
        key = key or f"test:{next(self.numbers)}"
        person = self.people.get(name) or self.find(name).id
        return Event(key, interview, person, "terminal", self.clock.now(), body, people=people)

    def tell(self, interview: str, name: str, *bodies: Body | str) -> list[Handled]:
        """One event after the other, each in a batch of its own."""
        return [self.store.take_turns([self.happened(interview, name, body)])[0] for body in bodies]

    def walk_to(self, interview: str, name: str, question: str) -> None:
        """Answer with whatever leads on until this question, or this outcome, is reached."""
        while self.position(interview).partition("@")[0] != question:
            self.tell(interview, name, ANSWERS[self.position(interview).partition("@")[0]])

    def position(self, interview: str) -> str:
        found = self.reader.read_interview(interview, self.template.words.routes)
        assert found is not None
        return found.snapshot.position

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table as it lies there."""
        with self.database.reading() as connection:
            return list(connection.execute(table.select()))


def open_world(template: Template, folder: Path) -> Iterator[World]:
    """A fresh copy, closed and removed when the test is over."""
    url = make_database(template.url) if template.url else None
    if template.folder.exists():
        shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    world = World(template, folder, url)
    try:
        yield world
    finally:
        world.close()
        if url:
            drop_database(url)
