"""With the disk full, or the database switched off, in the middle of a report: on every surface the person is told that
it was not taken and whom to call, nothing of it is kept, and once the database is back the same press works, once."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from adapters.slack.app import BUSY
from bot.bootstrap import Program, build_desk, build_program
from bot.events import Said, Submitted
from bot.hearing import Hearing
from bot.prompts import Notice
from bot.reporting import Caller
from bot.server import build_page
from bot.settings import Settings
from bot.state.database import CannotSave
from bot.state.incident_tables import incident_entries, incidents, receipts
from tests.doubles.activities import execute
from tests.faults.clients import PATIENCE
from tests.faults.outages import away
from tests.faults.places import Place, copy_place, opened
from tests.faults.terminals import Terminal
from tests.postgres import drop_database, make_database
from tests.slack.serving import serve
from tests.slack.test_report import ABOUT, RECEIPT, fill, wait_for_view
from tests.slack.test_round import open_office as open_slack
from tests.teams.office import open_office as open_teams
from tests.web.test_report import Visitor

PHONE = "201"  # of the desk of the sample company
TOLD = "受け取れていません"
SAID = {"field:what": {"value:2": {"value": "合言葉ナナカマドの図面"}}}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Of the database, None for a file."""
    made = make_database() if request.param == "postgres" else None
    yield made
    if made:
        drop_database(made)


def is_told(text: str) -> bool:
    return TOLD in text and PHONE in text


def count_kept(program: Program) -> int:
    """Rows of anything that follows from a report."""
    tables = (incidents, incident_entries, receipts)
    return sum(len(program.database.fetch(select(table))) for table in tables)


def check_taken_once(program: Program) -> None:
    assert len(program.database.fetch(select(incidents))) == 1
    assert program.reader.find_chain_break() is None


# -- in chats ----------------------------------------------------------------------------------------------------------


async def test_in_slack_the_form_stays_and_works_later(tmp_path: Path, url: str | None) -> None:
    """Sent while nothing can be kept: said on the form, which stays as it is; a word or a press is answered as plainly;
    later the same form is taken."""
    async with open_slack(tmp_path, DATABASE_URL=url) as (program, office):
        sato, ito = office["sato"], office["ito"]
        await sato.say("通報")
        await sato.hear()
        await sato.press("choose:1")
        following = await fill(sato, await wait_for_view(sato), ABOUT)
        with away(url):
            refused = await fill(sato, following["view"], SAID)
            assert refused["response_action"] == "errors"
            assert is_told("".join(refused["errors"].values()))
            await ito.say("通報")
            assert is_told(await ito.hear(TOLD, asks=False))
        assert count_kept(program) == 0
        for _ in range(2):
            assert not await fill(sato, following["view"], SAID)
        await sato.hear("R-", asks=False)
        check_taken_once(program)


async def test_in_slack_who_answers_by_typing_is_told(tmp_path: Path, url: str | None) -> None:
    """Whoever types or presses in the middle of a report hears it, too, whatever can be read of them."""
    async with open_slack(tmp_path, DATABASE_URL=url) as (program, office):
        sato = office["sato"]
        await sato.say("通報")
        await sato.hear()
        with away(url):
            for do in (lambda: sato.say("ここで続ける"), lambda: sato.press("choose:1")):
                sato.answered = 0
                await do()
                assert is_told(await sato.hear(TOLD, asks=False))
        sato.answered = 0
        await sato.press("choose:1")
        assert await wait_for_view(sato)
        assert count_kept(program) == 0


async def test_in_slack_without_a_look_at_the_token_nobody_is_told(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where nothing is known of a press but that the record is away, Slack has an error and they have no
    word."""
    monkeypatch.setattr(Hearing, "refuse", lambda *_: None)
    async with open_slack(tmp_path, DATABASE_URL=postgres_url) as (_, office):
        sato = office["sato"]
        await sato.say("通報")
        await sato.hear()
        with away(postgres_url):
            assert (await sato.press("choose:1")).status == BUSY


@pytest.mark.parametrize("is_taken", [True, False])
async def test_what_takes_longer_than_slack_waits_is_said_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_taken: bool
) -> None:
    """Slack has its answer in time, and the person theirs once it is known: the next question, or that it was not
    taken."""
    go_on = threading.Event()
    async with open_slack(tmp_path) as (program, office):
        sato, write = office["sato"], program.store.write
        await sato.say("通報")
        await sato.hear()

        def hesitate(change: Any) -> Any:
            go_on.wait(PATIENCE)
            if not is_taken:
                raise CannotSave
            return write(change)

        monkeypatch.setattr("adapters.slack.app.COMMIT_SECONDS", 0.1)
        monkeypatch.setattr(program.store, "write", hesitate)
        assert (await sato.press("choose:1")).status == BUSY
        go_on.set()
        assert is_told(await sato.hear(asks=is_taken)) is not is_taken


async def test_in_teams_the_card_works_later(tmp_path: Path, url: str | None) -> None:
    """The same on a card; what was filled in still stands on it."""
    async with open_teams(tmp_path, "botbuilder", DATABASE_URL=url) as (program, office):
        sato, ito = office["sato"], office["ito"]
        await sato.say("通報")
        await sato.hear()
        await sato.press("choose")
        await sato.hear()
        await sato.press(
            "send", **{"field:mover": "employee", "field:still": "yes", "several:conflict": "nobody_involved"}
        )
        await sato.hear()
        filled = {**sato.find("send"), "field:what": "合言葉ナナカマドの図面"}
        press = execute(filled, sato.user, replyToId=sato.names[-1])
        with away(url):
            await sato.send(press)
            assert is_told(await sato.hear(asks=False))
            await ito.say("通報")
            assert is_told(await ito.hear(asks=False))
        assert count_kept(program) == 0
        for _ in range(2):
            await sato.send(press)
        assert RECEIPT.search(await sato.hear(asks=False))
        check_taken_once(program)


# -- on the page and at a terminal -------------------------------------------------------------------------------------


async def test_on_the_page_the_same_form_works_later(tmp_path: Path, url: str | None) -> None:
    """The page says it in its answer; the form behind it, sent again, is taken."""
    program = build_program(Settings(data=tmp_path / "data", key_file=tmp_path / "key", DATABASE_URL=url))
    app = Starlette(routes=[build_page(program).route()])
    async with serve(app) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        visitor = Visitor(client)
        await visitor.open()
        await visitor.send(choice="form")
        await visitor.send(("field:mover", "partner"), ("field:conflict", "nobody_involved"))
        form = visitor.page
        with away(url):
            assert is_told(await visitor.send(("field:what", "名簿")))
            assert visitor.status == 503
        assert count_kept(program) == 0
        receipts_seen = set()
        for _ in range(2):
            visitor.page = form
            receipts_seen.update(RECEIPT.findall(await visitor.send(("field:what", "名簿"))))
        assert len(receipts_seen) == 1
        check_taken_once(program)


def read_until(terminal: Terminal, kind: str) -> list[dict[str, Any]]:
    """Lines of output up to one of this kind."""
    seen: list[dict[str, Any]] = []
    while not any(line["type"] == kind for line in seen):
        seen += terminal.lines.read(time.monotonic() + PATIENCE)
    return seen


def report_at_terminal(place: Place, *typed: str) -> Terminal:
    """A terminal at which somebody reports, after these lines."""
    terminal = Terminal(place, "nakamura@hibarino.example", "report")
    read_until(terminal, "prompt")
    for line in typed:
        terminal.type(line)
        read_until(terminal, "prompt")
    return terminal


def test_at_a_terminal_the_next_visit_goes_on(place: Place) -> None:
    """Said on the screen; whoever comes back finds the question they were at, and what they type is taken."""
    begun = report_at_terminal(place, "ここで続ける", "社内の人 / 今日 / はい / いない", "2、3 / 金型の図面 / 飛ばす")
    with begun:
        with away(place.url, begun.process.pid):
            begun.type("1")  # what was typed is sent
            told = read_until(begun, "notice")
        assert is_told(json.dumps(told, ensure_ascii=False))
    again = report_at_terminal(place)
    with again, opened(place) as program:
        assert count_kept(program) == 0
        again.type("1")
        assert RECEIPT.search(json.dumps(read_until(again, "notice"), ensure_ascii=False))
        check_taken_once(program)


async def test_taken_and_then_cut_off_is_not_said_to_be_lost(
    standing: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be read any more the instant after a report was taken, the person has their receipt."""

    def fail(*_: Any) -> Any:
        raise CannotSave

    with opened(copy_place(standing, tmp_path / "place")) as program:
        desk, caller = build_desk(program), Caller("slack", "T1:U9", None, "ja", "Asia/Tokyo", "D9")
        told = (Said("通報"), Said("1"), Submitted({"mover": "leaver"}))
        for place, body in enumerate(told):
            await desk.take(caller, f"one:{place}", body, program.clock.now())
        monkeypatch.setattr(program.database, "fetch", fail)
        came = await desk.take(caller, "last", Submitted({"what": "図面"}), program.clock.now())
        monkeypatch.undo()
        assert RECEIPT.search("\n".join(one.text for one in came.shown if isinstance(one, Notice)))
        check_taken_once(program)
