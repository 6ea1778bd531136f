"""Builds the real objects and joins core to adapters: the only place that knows everything."""

import asyncio
import atexit
import csv
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.anchoring import Anchoring
from bot.anchors import Anchor, Post, list_anchors
from bot.clock import SystemClock, SystemIds
from bot.engine.checks import check_map
from bot.engine.dates import DateWords
from bot.engine.loader import Content, ContentFault, digest_files, load_content
from bot.engine.model import Flow
from bot.flows import build_route, check_functions
from bot.guard import Finding, Lexicon, inspect
from bot.handbook.awareness import list_published
from bot.handbook.shelves import SHELVES
from bot.intake.people import Person, decode, find_fields, read_people
from bot.outside import Outside, find_outside
from bot.ports import Clock, Ids
from bot.settings import Settings, name_operator
from bot.state.crypto import KeyFault, make_signing_key, probe_signing_key
from bot.state.database import Database, DatabaseFault, open_database, starting
from bot.state.deployment import check_keys, find_trial, make_deployment, open_keeper, open_vault
from bot.state.people import has_people, import_people
from bot.state.queries import Member, Reader
from bot.state.record import Transaction, set_company_fact
from bot.state.signing import Signer
from bot.state.store import Store, Vaults, Words

OURS = Path(__file__).resolve().parent.parent / "content"
CACHE = "content-cache.json"
LOG = "secret-review.log"
ORIGIN = "secret-review"  # what the name of each deployment in its checkpoints begins with


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
    signer: Signer

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
        return f"{self.operator} for {member.id}" if self.settings.operator else None

    @property
    def operator(self) -> str:
        """Who runs this, as the audit names them."""
        return f"operator:{name_operator()}"


def read_settings() -> Settings:
    """The environment. Raises StartFault where a key or what vouches for the data would lie beside the data."""
    try:
        settings = Settings()
    except ValidationError as fault:
        name = str(fault.errors()[0]["loc"][0])
        named = name if name.isupper() else f"{Settings.model_config['env_prefix']}{name.upper()}"
        raise StartFault("setting_wrong", name=named) from fault
    url = settings.database_url or ""
    folders = [settings.data, *([Path(url.removeprefix("sqlite:///")).parent] if url.startswith("sqlite:///") else [])]
    for key in (settings.key_file, settings.reporter_key_file, settings.signing_key):
        if any(folder.resolve() in key.resolve().parents for folder in folders):
            raise StartFault("key_beside_data", path=key)
    for anchor in read_anchors(settings):
        outside = anchor.folder and anchor.folder.resolve()
        if outside and any(folder.resolve() in (outside, *outside.parents) for folder in folders):
            raise StartFault("checkpoints_beside_data", path=outside)
    return settings


def read_anchors(
    settings: Settings, word: Callable[[int], tuple[str, str]] = lambda seq: (str(seq), "")
) -> list[Anchor]:
    """The places outside that checkpoints are written to; `word` gives subject and text of a mail. Raises
    StartFault."""
    post = Post(settings.smtp, settings.mail_from, word) if settings.smtp else None
    try:
        return list_anchors(settings.checkpoint_places, post)
    except ValueError as fault:
        name = "SMTP" if str(fault) == "mailto" else "CHECKPOINTS"
        raise StartFault("setting_wrong", name=f"{Settings.model_config['env_prefix']}{name}") from fault


def list_folders(settings: Settings) -> list[Path]:
    """Our content, and the company's own laid over it."""
    if settings.content and not settings.content.is_dir():
        raise StartFault("content_folder_missing", path=settings.content)
    return [OURS, *([settings.content] if settings.content else [])]


def read_content(settings: Settings) -> Content:
    """All content, from the compiled copy where the files are the ones it was made from. Raises StartFault."""
    folders = list_folders(settings)
    try:
        digest = digest_files(folders, SHELVES)
    except OSError as fault:
        raise StartFault("unreadable", path=fault.filename) from fault
    cache = settings.data / CACHE
    try:
        kept = cache.read_text(encoding="utf-8")
        if kept.startswith(digest):
            return Content.model_validate_json(kept[len(digest) :])
    except (OSError, UnicodeDecodeError, ValidationError):
        pass  # a copy that cannot be used is made anew
    try:
        content = load_content(folders, SHELVES)
        for flow in content.flows.values():
            check_functions(flow)
            for found in check_map(flow, folders[0] / "flows" / flow.id / "flow.yaml"):
                raise found
        _check_lists(content, folders[-1])
    except ContentFault as fault:
        raise StartFault(fault.code, path=fault.path, line=fault.line, **fault.params) from fault
    return content.model_copy(update={"digest": digest})


def _check_lists(content: Content, folder: Path) -> None:
    """The word lists have exactly the names the pure modules take."""
    for name, shape, lists in (("guard", Lexicon, content.guard), ("dates", DateWords, content.dates)):
        try:
            shape(**_tuples(lists))
        except TypeError as fault:
            named = ", ".join(set(lists) ^ {one.name for one in fields(shape)})
            raise ContentFault("unknown_key", folder / "shared" / f"{name}.yaml", name=named) from fault


def _keep_content(settings: Settings, content: Content) -> None:
    kept, digest = settings.data / CACHE, content.digest
    if digest and settings.data.is_dir() and not _is_kept(kept, digest):
        waiting = kept.with_suffix(f".{os.getpid()}")  # two processes may be at it at the same time
        waiting.write_text(digest + content.model_dump_json(), encoding="utf-8")
        waiting.replace(kept)


def _is_kept(kept: Path, digest: str) -> bool:
    if not kept.exists():
        return False
    with kept.open("rb") as file:
        return file.read(len(digest)) == digest.encode()


def build_program(
    settings: Settings, make: str | None = "trial", clock: Clock | None = None, ids: Ids | None = None
) -> Program:
    """Open what stands, or set up an empty place as the trial company, as a real one, or not at all (`make`).

    Raises StartFault, and then nothing was changed.
    """

    def judge(found: Any) -> None:
        if found is None and make is None:
            raise StartFault("nothing_here", path=settings.database_url or settings.data)
        check_keys(found, settings.key_file, settings.reporter_key_file)
        probe_signing_key(settings.signing_key)

    os.umask(0o077)  # what is made here is for its owner alone
    content = read_content(settings)
    clock, ids = clock or SystemClock(), ids or SystemIds()
    try:
        database = open_database(settings.database_url, settings.data, judge)
        with starting(database):
            if find_trial(database) is None:
                make_deployment(database, settings.key_file, make == "trial", clock)
            atexit.register(database.close)  # under its lock, however the command ends
            return _build(settings, content, database, clock, ids)
    except KeyFault as fault:
        raise StartFault(fault.code, path=fault.path) from fault
    except DatabaseFault as fault:
        raise StartFault(fault.code, path=fault.where) from fault


def _build(settings: Settings, content: Content, database: Database, clock: Clock, ids: Ids) -> Program:
    """The program over a deployment that stands."""
    _open_log(settings)
    vault = open_vault(database, settings.key_file)
    vaults = Vaults(vault, open_keeper(database, settings.reporter_key_file))
    signer = Signer(f"{ORIGIN}/{vault.digest('checkpoint origin')[:16]}", make_signing_key(settings.signing_key))
    routes = {flow_id: build_route(flow) for flow_id, flow in content.flows.items()}
    words = Words(routes, content.shared, DateWords(**_tuples(content.dates)))
    store = Store(database, vaults, words, clock, ids)
    reader = Reader(database, vault, read_outside(settings, content) is not None)
    is_trial = bool(find_trial(database))
    if is_trial and not reader.list_members():  # new, or its first start was cut off, or another process is at it
        _settle_sample(store, content)
    store.publish(_bodies(content))
    _keep_content(settings, content)
    gc.freeze()  # content and code live as long as the process; looking through them again costs every turn
    return Program(settings, content, database, store, reader, clock, ids, is_trial, signer)


def _bodies(content: Content) -> Mapping[str, tuple[str, Callable[[], str]]]:
    """Every flow with the phrases common to all, as they were shown together; every lesson, leak case and moment. Each
    is written out only where it is new."""
    shared = cache(content.shared.model_dump_json)

    def write(flow: Flow) -> str:
        return f'{{"flow":{flow.model_dump_json()},"shared":{shared()}}}'

    texts = list_published(content.awareness).items()
    return {
        **{flow.digest: ("flow", partial(write, flow)) for flow in content.flows.values()},
        **{digest: (kind, partial(str, body)) for digest, (kind, body) in texts},
    }


def _tuples(lists: Mapping[str, Any]) -> dict[str, Any]:
    """Word lists of YAML as the tuples the pure modules take."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in lists.items()}


def _open_log(settings: Settings) -> None:
    """Faults go to a file beside the data, never to the person's screen; the file is made with the first of them."""
    with suppress(OSError):  # with PostgreSQL nothing else needs the folder
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = logging.getLogger("secret_review")
    for old in log.handlers:
        old.close()
    log.handlers = [logging.FileHandler(settings.data / LOG, encoding="utf-8", delay=True)]
    log.handlers[0].setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.propagate = False


def build_inspect(content: Content) -> Callable[[str], Finding | None]:
    """The guard with the words of content."""
    lexicon = Lexicon(**_tuples(content.guard))
    return lambda text: inspect(text, lexicon)


def build_desk(program: Program) -> Any:
    """Where reports of suspected leaks are taken."""
    from bot.reporting import ReportDesk

    return ReportDesk(program.store, program.reader, build_inspect(program.content), program.settings.report_url or "")


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


def build_anchoring(program: Program) -> Anchoring:
    """What makes checkpoints of the audit and writes them outside."""
    says = program.content.shared.says

    def word(seq: int) -> tuple[str, str]:
        """In both languages, as nobody knows who reads it."""
        subject, text = ([says[name].ja, says[name].en] for name in ("checkpoint_subject", "checkpoint_letter"))
        return " / ".join(subject).replace("{count}", str(seq)), "\n\n".join(text)

    return Anchoring(program.store, program.signer, read_anchors(program.settings, word), program.clock)


def build_mailing(program: Program) -> Any:
    """What writes to the contact outside the company; None where they cannot be written to."""
    from bot.mailing import Mailing

    outside = read_outside(program.settings, program.content)
    return Mailing(program.store, outside, program.content.shared) if outside else None


def read_outside(settings: Settings, content: Content) -> Outside | None:
    return find_outside(content.catalogue["contacts"], settings.smtp, settings.mail_from, settings.report_url)


def open_talk(
    program: Program, member: Member, actor: str, jsonl: bool, language: str | None
) -> Callable[[str | None, Sequence[str]], int]:
    """A conversation at this terminal, ready to run."""
    from bot.conversation import Wanted

    converse = open_terminal(program, member, actor, jsonl, language)

    def run(flow: str | None, subjects: Sequence[str] = ()) -> int:
        try:
            is_report = flow == "report"
            converse(lambda talk: talk.report() if is_report else talk.run(Wanted(flow, tuple(subjects)), language))
        finally:
            build_anchoring(program).try_due()
            if mailing := build_mailing(program):
                mailing.try_due()
            program.database.close()
        return 0

    return run


def open_terminal(
    program: Program, member: Member, actor: str, jsonl: bool, language: str | None
) -> Callable[[Callable[[Any], Coroutine[Any, Any, None]]], None]:
    """Runs one visit at this terminal, given what to do with its Talk; the terminal's modules are imported only
    here."""
    from adapters.terminal.app import SURFACE, Talk
    from adapters.terminal.deliver import TerminalMessenger
    from adapters.terminal.keyboard import interrupt, read_line
    from bot.conversation import Conversation
    from bot.delivery import Delivery
    from bot.nudging import Nudging
    from bot.state.lane import Lane
    from bot.teaching import Teaching

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    lane = Lane(program.store.take_turns)
    member = replace(member, language=language or member.language)
    messenger = TerminalMessenger(write, program.content.shared, jsonl)
    conversation = Conversation(
        program.store, program.reader, lane, build_inspect(program.content), program.clock, program.ids
    )
    by_proxy = actor != member.id
    delivery = Delivery(program.store, program.reader, messenger, program.clock, SURFACE, by_proxy)
    desk = build_desk(program)
    content = program.content
    teaching = Teaching(program.store, program.reader, program.clock, content.awareness, content.catalogue)
    bring = Nudging(conversation, teaching.choose).bring
    talk = Talk(conversation, delivery, messenger, member, actor, program.clock, program.ids, read_line, desk, bring)

    def converse(visit: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        signal.signal(signal.SIGINT, interrupt)
        lane.start()
        try:
            if program.is_trial and sys.stdin.isatty():
                asyncio.run(delivery.say(member, "trial"))
            asyncio.run(visit(talk))
        except KeyboardInterrupt:
            asyncio.run(talk.tell_left())
        finally:
            lane.stop()

    return converse
