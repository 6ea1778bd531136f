"""The page for those who want no chat trace, over real HTTP: a report, a receipt, and back with it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from adapters.web.app import PATH
from bot.bootstrap import Program, build_program
from bot.server import build_page
from bot.settings import Settings
from bot.state.incident_tables import incidents, mailboxes
from bot.state.incidents import Cases
from bot.state.mailboxes import ask_reporter
from tests.slack.serving import serve
from tests.slack.test_report import RECEIPT, find_case


@dataclass
class Visitor:
    """Somebody with a browser: sees a page, posts the form on it."""

    client: aiohttp.ClientSession
    query: str = ""
    page: str = ""
    status: int = 0

    async def open(self, query: str = "") -> str:
        self.query = query
        async with self.client.get(PATH + query) as got:
            return await self._see(got)

    async def send(self, *fields: tuple[str, str], **more: str) -> str:
        """The form that waits, with what is hidden in it."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page)
        return await self.post([*((name, unescape(one)) for name, one in hidden), *fields, *more.items()])

    async def post(self, pairs: list[tuple[str, str]]) -> str:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        async with self.client.post(PATH + self.query, data=urlencode(pairs), headers=headers) as got:
            return await self._see(got)

    async def _see(self, got: aiohttp.ClientResponse) -> str:
        assert not got.headers.get("set-cookie")
        assert "default-src 'none'" in got.headers["content-security-policy"]
        self.page, self.status = await got.text(), got.status
        assert not re.search("https?://", self.page)  # no asset of anybody else's
        return self.page


@asynccontextmanager
async def open_page(folder: Path) -> AsyncIterator[tuple[Program, Visitor]]:
    program = build_program(Settings(data=folder / "data", key_file=folder / "key"))
    try:
        app = Starlette(routes=[build_page(program).route()])
        async with serve(app) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            yield program, Visitor(client)
    finally:
        program.database.close()


async def report(visitor: Visitor) -> str:
    await visitor.send(choice="form")
    await visitor.send(("field:mover", "partner"), ("field:still", "yes"), ("field:conflict", "nobody_involved"))
    told = ("field:signs", "sg-par-06"), ("field:signs", "宛先を取り違えた"), ("field:what", "顧客の名簿")
    found = RECEIPT.search(await visitor.send(*told))
    assert found
    return found[0]


async def test_a_report_needs_no_name_and_no_account(tmp_path: Path) -> None:
    """Three pages, no cookie, no asset of others; what was written becomes a case, a look leaves nothing."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        assert not program.database.fetch(select(mailboxes))  # who only looks is kept nowhere
        await report(visitor)
        told = find_case(program).body["report"]
        assert told["what"] == "顧客の名簿"
        assert told["signs"] == ["sg-par-06"]
        assert told["own"] == ["宛先を取り違えた"]


async def test_back_with_the_receipt(tmp_path: Path) -> None:
    """The receipt, however it is typed, shows where it stands, takes more, and brings a question of the team."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        receipt = await report(visitor)
        await visitor.open("?lang=en")
        assert "waits for somebody" in await visitor.post([("receipt", receipt.lower())])
        await visitor.send(choice="close")
        case = find_case(program)
        assert program.store.write(lambda tx: ask_reporter(tx, case.id, "何時ごろでしたか"))
        await visitor.open()
        assert "何時ごろでしたか" in await visitor.post([("receipt", receipt)])
        await visitor.send(("field:words", "夕方です"))
        lines = list_lines(program, case.id)
        assert ("reply", "夕方です") in lines


def list_lines(program: Program, case: str) -> list[tuple[str, str]]:
    handler = program.find_member("takahashi@hibarino.example")
    assert handler is not None
    entries = Cases(program.database, program.store.vault).list_entries(handler.actor, case)
    return [(one.kind, one.body.get("words", "")) for one in entries]


async def test_a_form_sent_twice_opens_one_case(tmp_path: Path) -> None:
    """The same form again, say by a reload, changes nothing."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        await visitor.send(choice="form")
        await visitor.send(("field:mover", "outsider"))
        last = visitor.page
        for _ in range(2):
            visitor.page = last
            await visitor.send(("field:what", "鍵"))
        assert len(program.database.fetch(select(incidents))) == 1


async def test_receipts_cannot_be_tried_out(tmp_path: Path) -> None:
    """Wrong receipts are told as such, and after five everybody waits a while."""
    async with open_page(tmp_path) as (_, visitor):
        for _ in range(5):
            assert "見つかりません" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])
        assert "お待ちください" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])


@pytest.mark.parametrize(
    "pairs", [[], [("visitor", "x")], [("visitor", "'; drop"), ("question", "trust")], [("a", "b")]]
)
async def test_what_is_no_form_of_ours_is_refused_kindly(tmp_path: Path, pairs: list[tuple[str, str]]) -> None:
    """Nothing of it is taken, and the page says so."""
    async with open_page(tmp_path) as (program, visitor):
        assert "受け取れていません" in await visitor.post(pairs)
        assert visitor.status == 400
        assert not program.database.fetch(select(mailboxes))


async def test_markup_stays_words(tmp_path: Path) -> None:
    """What a person writes is shown as they wrote it and never becomes part of the page."""
    async with open_page(tmp_path) as (_, visitor):
        name = "0" * 8 + "-0000-0000-0000-" + "0" * 12
        await visitor.post([("visitor", name), ("question", "trust"), ("choice", "form")])
        await visitor.send(("field:mover", "<script>alert(1)</script>"))
        assert "<script>" not in visitor.page
