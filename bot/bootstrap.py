"""Builds the real objects and joins core to adapters: the only place that knows everything."""

import asyncio
import csv
import getpass
import hashlib
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.clock import SystemClock, SystemIds
from bot.directory import Person, decode, find_fields, read_people
from bot.engine.dates import DateWords
from bot.engine.loader import Content, ContentFault, digest_files, load_content
from bot.flows import build_route
from bot.guard import Finding, Lexicon, inspect
from bot.ports import Clock, Ids
from bot.settings import Settings
from bot.state.crypto import KeyFault, read_master_key
from bot.state.database import Database, DatabaseFault, open_database
from bot.state.deployment import find_trial, make_deployment, open_vault
from bot.state.queries import Member, Reader
from bot.state.record import Transaction, has_people, import_people, set_company_fact
from bot.state.store import Store, Words

OURS = Path(__file__).resolve().parent.parent / "content"
CACHE = "content-cache.json"


class StartFault(Exception):
    """The program does not start; `code` and `params` are worded by `bot/faults.py`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Program:
    """Everything a command needs, built once."""

    settings: Settings
    content: Content
    database: Database
    store: Store
    reader: Reader
    clock: Clock
    ids: Ids
    is_trial: bool

    def find_member(self, email: str | None) -> Member | None:
        """The person of an address; without one, the first department head of the trial company."""
        if email:
            return self.reader.find_member(email)
        heads = self.reader.find_with_role("department_head") if self.is_trial else []
        return next((member for member in self.reader.list_members() if member.id in heads), None)

    def name_actor(self, member: Member) -> str | None:
        """How the audit names who acts by `--as`; None where that is not allowed here."""
        if self.is_trial:
            return member.id
        return f"operator:{getpass.getuser()} for {member.id}" if self.settings.operator else None


def read_settings() -> Settings:
    """The environment. Raises StartFault where the key would lie beside the data."""
    settings = Settings()
    if settings.data.resolve() in settings.key_file.resolve().parents:
        raise StartFault("key_beside_data", path=settings.key_file)
    return settings


def list_folders(settings: Settings) -> list[Path]:
    """Our content, and the company's own laid over it."""
    if settings.content and not settings.content.is_dir():
        raise StartFault("content_folder_missing", path=settings.content)
    return [OURS, *([settings.content] if settings.content else [])]


def read_content(settings: Settings) -> Content:
    """All content, from the compiled copy where the files are the ones it was made from. Raises StartFault."""
    folders = list_folders(settings)
    digest = digest_files(folders)
    cache = settings.data / CACHE
    try:
        kept = cache.read_text(encoding="utf-8")
        if kept.startswith(digest):
            return Content.model_validate_json(kept[len(digest) :])
    except (OSError, UnicodeDecodeError, ValidationError):
        pass  # a copy that cannot be used is made anew
    try:
        return load_content(folders)
    except ContentFault as fault:
        raise StartFault(fault.code, path=fault.path, line=fault.line, **fault.params) from fault


def _keep_content(settings: Settings, content: Content) -> None:
    digest = digest_files(list_folders(settings))
    cache = settings.data / CACHE
    if settings.data.is_dir() and not (cache.exists() and cache.read_text(encoding="utf-8").startswith(digest)):
        waiting = cache.with_suffix(".new")
        waiting.write_text(digest + content.model_dump_json(), encoding="utf-8")
        waiting.replace(cache)


def build_program(
    settings: Settings, make: str = "trial", clock: Clock | None = None, ids: Ids | None = None
) -> Program:
    """Open what stands, or set up an empty data folder as the trial company or as a real one (`make`).

    Raises StartFault, and then nothing was changed.
    """
    content = read_content(settings)
    clock, ids = clock or SystemClock(), ids or SystemIds()
    try:
        if settings.key_file.exists():
            read_master_key(settings.key_file)
        database = open_database(settings.database_url, settings.data)
        if find_trial(database) is None:
            make_deployment(database, settings.key_file, make == "trial", clock)
        vault = open_vault(database, settings.key_file)
    except KeyFault as fault:
        raise StartFault(fault.code, path=fault.path) from fault
    except DatabaseFault as fault:
        raise StartFault(fault.code, path=fault.where) from fault
    routes = {flow_id: build_route(flow) for flow_id, flow in content.flows.items()}
    words = Words(routes, content.shared, DateWords(**_tuples(content.dates)))
    store = Store(database, vault, words, clock, ids)
    reader, is_trial = Reader(database, vault), bool(find_trial(database))
    if is_trial and not reader.list_members():  # new, or its first start was cut off, or another process is at it
        _settle_sample(store, content)
    store.publish(_bodies(content))
    _keep_content(settings, content)
    return Program(settings, content, database, store, reader, clock, ids, is_trial)


def _bodies(content: Content) -> dict[str, tuple[str, str]]:
    return {flow.digest: ("flow", flow.model_dump_json()) for flow in content.flows.values()}


def _tuples(lists: Mapping[str, Any]) -> dict[str, Any]:
    """Word lists of YAML as the tuples the pure modules take."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in lists.items()}


def keep_trace(fault: Exception) -> tuple[str, Path]:
    """Where the program was when something unforeseen happened: file names and lines only, nothing anybody typed."""
    frames = traceback.extract_tb(fault.__traceback__)
    lines = [
        f"{type(fault).__name__}",
        *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    ]
    number = f"E-{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:6]}"
    path = Path(tempfile.gettempdir()) / f"secret-review-{number}.txt"
    path.write_text("\n".join([number, *lines]) + "\n", encoding="utf-8")
    return number, path


def build_inspect(content: Content) -> Callable[[str], Finding | None]:
    """The guard with the words of content."""
    lexicon = Lexicon(**_tuples(content.guard))
    return lambda text: inspect(text, lexicon)


def list_fields(content: Content) -> dict[str, Sequence[str]]:
    """The departments of the catalogue with the words by which a company's own are recognised."""
    departments: Mapping[str, Any] = content.catalogue["categories"]["departments"]
    return {name: department["heard_as"] for name, department in departments.items()}


def _settle_sample(store: Store, content: Content) -> None:
    """The invented press shop, for trying out."""
    fields = list_fields(content)
    people = read_people(decode((OURS / "sample" / "people.csv").read_bytes()) or "", fields).people
    with (OURS / "sample" / "company.csv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file))

    def settle(tx: Transaction) -> None:
        if has_people(tx):
            return
        import_people(tx, "trial", people, settle_fields(people, fields))
        for fact in facts:
            set_company_fact(tx, "trial", fact["fact"], fact["ja"], fact["en"])

    store.write(settle)


def settle_fields(people: Sequence[Person], fields: dict[str, Sequence[str]]) -> dict[str, str]:
    """The field of every department; those nothing is known of are asked with the general pack."""
    return {name: field or "general_affairs" for name, field in find_fields(people, fields).items()}


def open_talk(
    program: Program, member: Member, actor: str, jsonl: bool, language: str | None
) -> Callable[[str | None], int]:
    """A conversation at this terminal, ready to run; the terminal's modules are imported only here."""
    from adapters.terminal.app import SURFACE, Talk
    from adapters.terminal.deliver import TerminalMessenger
    from bot.conversation import Conversation
    from bot.delivery import Delivery
    from bot.state.lane import Lane

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    lane = Lane(program.store.take_turns)
    member = replace(member, language=language or member.language)
    messenger = TerminalMessenger(write, program.content.shared, jsonl)
    conversation = Conversation(
        program.store, program.reader, lane, build_inspect(program.content), program.clock, program.ids
    )
    delivery = Delivery(program.store, program.reader, messenger, program.clock, SURFACE)
    talk = Talk(conversation, delivery, messenger, member, actor, program.clock, program.ids, read_line)

    def run(flow: str | None) -> int:
        lane.start()
        try:
            if program.is_trial and sys.stdin.isatty():
                asyncio.run(delivery.say(member, "trial"))
            asyncio.run(talk.run(flow, language))
        except KeyboardInterrupt:
            asyncio.run(delivery.say(member, "paused"))  # all that was answered is saved already
        finally:
            lane.stop()
            program.database.close()
        return 0

    return run


async def read_line() -> str | None:
    """One reply from standard input: a line, or at a keyboard also the lines of one paste. None at its end."""
    if sys.stdin.isatty():
        sys.stdout.write("> ")
        sys.stdout.flush()
    line = sys.stdin.readline()  # nothing else runs here meanwhile, and Ctrl-C must end it at once
    while line and sys.stdin.isatty() and _more_waits():
        line += sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _more_waits() -> bool:
    """Whether more of a paste is there already: nobody types the next line within a twentieth of a second."""
    if sys.platform == "win32":
        return False
    import select

    return bool(select.select([sys.stdin], [], [], 0.05)[0])
