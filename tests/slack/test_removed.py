"""The app, or its token, is taken away while people answer: nothing is said, and nothing lost, until it is back."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import dispatch
from bot.bootstrap import Program, build_program
from bot.server import open_server
from bot.settings import Settings
from bot.state.outbox import find_given_up
from bot.state.pace import find_stops
from bot.state.tables import audit
from tests.doubles.payloads import event, message
from tests.doubles.slack import Fault, SlackDouble
from tests.faults.evidence import rows_of
from tests.slack.serving import SECRET, serve
from tests.slack.test_interview import PATIENCE, Person

SATO = "sato@hibarino.example"
OLD, NEW = "xoxb-old", "xoxb-new"
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}
UNINSTALLED = {"type": "app_uninstalled"}
NUMBERS = itertools.count(1)


@asynccontextmanager
async def open_office(folder: Path, double: SlackDouble, token: str, way: str) -> AsyncIterator[tuple[Program, Person]]:
    """A server with this token, over HTTP or over a socket; what it kept before is there again."""
    ways = {"http": {"slack_signing_secret": SECRET}, "socket": {"slack_app_token": "xapp-test"}}
    settings = Settings(data=folder / "data", key_file=folder / "key")
    given = {"slack_bot_token": token, "slack_api_url": double.api, **ways[way]}
    program = build_program(settings.model_copy(update=given))
    try:
        async with open_server(program) as server, serve(server.app) as port:
            yield program, Person(double, f"http://127.0.0.1:{port}", "U01")
    finally:
        program.database.close()


async def tell(person: Person, way: str, inner: dict[str, Any]) -> None:
    told = event(inner, f"EvR{next(NUMBERS)}")
    if way == "socket":
        assert not await person.double.send_over_socket("events_api", told)
    else:
        assert (await person.double.send(person.url, "events_api", told, time.time())).status == 200


async def say(person: Person, way: str, text: str) -> None:
    await tell(person, way, message(text, person.user, f"{time.time():.6f}"))


async def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        await asyncio.sleep(0.02)


def path_of(program: Program) -> tuple[str, ...]:
    """The questions Sato has answered."""
    member = program.find_member(SATO)
    assert member is not None
    (waiting,) = program.reader.find_waiting(member.id)
    found = program.reader.read_interview(waiting.id, program.store.words.routes)
    assert found is not None
    return found.snapshot.path


async def answer_unheard(sato: Person, way: str, removed: dict[str, Any]) -> int:
    """Begin, have the right to speak taken away, answer; how many messages stood before."""
    double = sato.double
    await say(sato, way, "こんにちは")
    await sato.hear()
    await tell(sato, way, removed)
    double.choose = lambda _: Fault(error="account_inactive" if removed is UNINSTALLED else "token_revoked")
    said = len(double.messages)
    await say(sato, way, "はじめる")
    return said


async def answer_in_vain(program: Program, sato: Person, way: str, removed: dict[str, Any]) -> int:
    """The same, until it was tried to speak and Slack took nothing: the answer is kept, nothing is given up."""
    said = await answer_unheard(sato, way, removed)
    await wait_until(lambda: [one for one in find_stops(program.database) if one.reason])
    assert path_of(program) == ("begin",)
    assert len(sato.double.messages) == said
    assert find_given_up(program.database) == []
    assert [row.action for row in rows_of(program, audit.select())].count("app.removed") == 1
    return said


@pytest.fixture
async def double(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackDouble]:
    monkeypatch.setattr(dispatch, "BARRED_WAIT", timedelta(seconds=0.1))
    made = await SlackDouble(SECRET).start()
    made.add_user("U01", SATO)
    yield made
    await made.stop()


@pytest.mark.parametrize(("way", "removed"), [("http", REVOKED), ("socket", UNINSTALLED)], ids=["http", "socket"])
async def test_with_a_new_token_it_goes_on(
    tmp_path: Path, double: SlackDouble, way: str, removed: dict[str, Any]
) -> None:
    """Answers are kept while nothing can be said; started with a new token, the next question comes, once."""
    async with open_office(tmp_path, double, OLD, way) as (program, sato):
        said = await answer_in_vain(program, sato, way, removed)
    double.choose = lambda _: Fault()
    tried = len(double.called("chat.postMessage"))  # counted here: started anew, it may speak before it is asked
    async with open_office(tmp_path, double, NEW, way) as (program, sato):
        sato.read = tried
        await sato.hear()
        assert len(double.messages) == said + 1
        assert double.called("chat.postMessage")[-1].token == NEW
        await say(sato, way, "P-3ライン加工条件表")
        await sato.hear()
        assert path_of(program)[:2] == ("begin", "told_items")
        assert program.reader.find_chain_break() is None


async def test_where_the_token_is_good_again_nobody_need_start_anew(tmp_path: Path, double: SlackDouble) -> None:
    """The same process goes on by itself once Slack takes what it says."""
    async with open_office(tmp_path, double, OLD, "http") as (program, sato):
        said = await answer_in_vain(program, sato, "http", REVOKED)
        double.choose = lambda _: Fault()
        await wait_until(lambda: len(double.messages) > said)
        assert len(double.messages) == said + 1


async def test_one_that_gives_up_loses_what_was_to_be_said(
    tmp_path: Path, double: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: where a revoked token counts as a refusal of the message, the next question is never put."""
    monkeypatch.setattr("adapters.slack.deliver.BARRED", ())
    async with open_office(tmp_path, double, OLD, "http") as (program, sato):
        await answer_unheard(sato, "http", REVOKED)
        await wait_until(lambda: find_given_up(program.database))
