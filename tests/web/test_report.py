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
from bot.bootstrap import Program, build_desk, build_program
from bot.events import Said, Submitted
from bot.prompts import Notice
from bot.reporting import Caller, read_receipt
from bot.server import build_page
from bot.settings import Settings
from bot.state.incident_tables import incidents, mailboxes
from bot.state.incidents import Cases
from bot.state.mailboxes import ask_reporter, to_mailbox
from tests.slack.serving import serve
from tests.slack.test_report import RECEIPT, find_case


@dataclass
class Visitor:
    """Somebody with a browser: sees a page, posts the form on it."""

    client: aiohttp.ClientSession
    query: str = ""
    page: str = ""
    status: int = 0
    address: str = "192.0.2.1"  # as a proxy on this machine says

    async def open(self, query: str = "") -> str:
        self.query = query
        async with self.client.get(PATH + query, headers={"x-forwarded-for": self.address}) as got:
            return await self._see(got)

    async def send(self, *fields: tuple[str, str], **more: str) -> str:
        """The form that waits, with what is hidden in it."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page)
        return await self.post([*((name, unescape(one)) for name, one in hidden), *fields, *more.items()])

    async def post(self, pairs: list[tuple[str, str]]) -> str:
        headers = {"content-type": "application/x-www-form-urlencoded", "x-forwarded-for": self.address}
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
    told = ("field:signs", "sg-par-08"), ("field:signs", "宛先を取り違えた"), ("field:what", "顧客の名簿")
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
        assert told["signs"] == ["sg-par-08"]
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


async def try_out(visitor: Visitor) -> None:
    """Until they are told to wait."""
    for _ in range(5):
        assert "見つかりません" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])
    assert "お待ちください" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])


async def test_receipts_cannot_be_tried_out(tmp_path: Path) -> None:
    """Wrong receipts are told as such; after five from one address it takes a while there, and nowhere else."""
    async with open_page(tmp_path) as (_, visitor):
        await visitor.open()
        receipt = await report(visitor)
        await try_out(Visitor(visitor.client, address="198.51.100.9"))
        assert "届いています" in await visitor.post([("receipt", receipt)])


async def test_without_telling_addresses_apart_everybody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: were all one sender, whoever tries receipts out would keep everybody from theirs."""
    monkeypatch.setattr("adapters.web.limits.Senders.name", lambda *_: "somebody")
    async with open_page(tmp_path) as (_, visitor):
        await visitor.open()
        receipt = await report(visitor)
        await try_out(Visitor(visitor.client, address="198.51.100.9"))
        assert "お待ちください" in await visitor.post([("receipt", receipt)])


async def test_receipts_are_not_tried_out_from_many_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All addresses together have an end, too."""
    monkeypatch.setattr("adapters.web.app.MOST_WRONG_ALL", 3)
    async with open_page(tmp_path) as (_, visitor):
        for number in range(3):
            visitor.address = f"198.51.100.{number}"
            assert "見つかりません" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])
        visitor.address = "198.51.100.77"
        assert "お待ちください" in await visitor.post([("receipt", "R-AAA-BBB-CCC")])


async def test_a_flood_is_told_whom_to_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More reports from one address than people can mean are not taken, and say so with the telephone; who is in the
    middle goes on, and so does whoever comes from elsewhere."""
    monkeypatch.setattr("adapters.web.app.MOST_FRESH", 3)
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        await visitor.send(choice="form")
        other = Visitor(visitor.client)
        for _ in range(2):
            await other.open()
            await other.send(choice="form")
        await other.open()
        assert "201" in await other.send(choice="form")
        assert other.status == 503
        assert len(program.database.fetch(select(mailboxes))) == 3
        await visitor.send(("field:mover", "partner"))
        assert RECEIPT.search(await visitor.send(("field:what", "名簿")))
        other.address = "198.51.100.9"
        await other.open()
        await other.send(choice="form")
        assert other.status == 200


async def test_the_other_language_keeps_what_was_filled_in(tmp_path: Path) -> None:
    """In the middle of a form the page turns to the other language with everything in its place, and nothing of it is
    kept before it is sent."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        await visitor.send(choice="form")
        await visitor.send(("field:mover", "partner"))
        signs = ("field:signs", "sg-par-08"), ("field:signs", "Sakai & Tool へ送った")
        visitor.query = "?lang=en"
        page = await visitor.send(*signs, ("field:what", "顧客の名簿"), switch="en")
        assert 'lang="en"' in page
        assert re.search(r'value="sg-par-08" checked', page)
        assert page.count(" checked") == 1
        assert "Sakai &amp; Tool へ送った" in page
        assert ">顧客の名簿</textarea>" in page
        (row,) = program.database.fetch(select(mailboxes))
        assert "名簿" not in str(to_mailbox(program.store.keeper, row).body)
        assert not program.database.fetch(select(incidents))
        assert RECEIPT.search(await visitor.send(*signs, ("field:what", "顧客の名簿")))


async def test_a_page_that_tells_a_receipt_offers_no_way_to_lose_it(tmp_path: Path) -> None:
    """It is shown once, so that page leads to no other language."""
    async with open_page(tmp_path) as (_, visitor):
        assert "?lang=en" in await visitor.open()
        await report(visitor)
        assert "?lang=en" not in visitor.page


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


async def test_a_form_sent_twice_shows_the_receipt_again(tmp_path: Path) -> None:
    """Whoever pressed twice, or lost the line, sees the receipt as well; once, and of the same report."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        await visitor.send(choice="form")
        await visitor.send(("field:mover", "outsider"))
        last, receipts = visitor.page, []
        for _ in range(2):
            visitor.page = last
            receipts += RECEIPT.findall(await visitor.send(("field:what", "鍵")))
        assert len(receipts) == 2
        assert len(set(receipts)) == 1
        assert len(program.database.fetch(select(incidents))) == 1


async def test_the_same_short_reply_counts_each_time(tmp_path: Path) -> None:
    """Two questions of the team may both be answered with the same word, be it a yes or a number."""
    async with open_page(tmp_path) as (program, visitor):
        await visitor.open()
        receipt = await report(visitor)
        case = find_case(program)
        for said in ("はい", "はい", "18"):
            assert program.store.write(lambda tx: ask_reporter(tx, case.id, "いまもですか"))
            await visitor.post([("receipt", receipt)])
            await visitor.send(("field:words", said))
        replies = [words for kind, words in list_lines(program, case.id) if kind == "reply"]
        assert replies == ["はい", "はい", "18"]


async def test_the_same_choice_made_anew_counts(tmp_path: Path) -> None:
    """Who names all who receive reports, goes back and names them again comes to the desk outside again."""
    async with open_page(tmp_path) as (_, visitor):
        await visitor.open()
        await visitor.send(choice="form")
        for _ in range(2):
            everybody = re.findall(r'name="field:conflict" value="([0-9a-f-]{36})"', visitor.page)
            assert 'value="outside"' in await visitor.send(*(("field:conflict", one) for one in everybody))
            await visitor.send(choice="again")


async def test_a_receipt_that_leads_nowhere_takes_no_draft(tmp_path: Path) -> None:
    """What was filled in before stands, and its question with it."""
    async with open_page(tmp_path) as (program, _):
        desk, caller = build_desk(program), Caller("slack", "T1:U9", None, "ja", "Asia/Tokyo", "D9")
        for place, body in enumerate((Said("通報"), Said("1"), Submitted({"mover": "leaver"}))):
            await desk.take(caller, f"one:{place}", body, program.clock.now())
        wrong = await desk.take(caller, "two", Said("追加 R-AAA-BBB-CCC"), program.clock.now())
        assert wrong.waits
        await desk.settle(wrong)
        came = await desk.take(caller, "three", Submitted({"what": "図面"}), program.clock.now())
        assert RECEIPT.search("\n".join(one.text for one in came.shown if isinstance(one, Notice)))
        assert find_case(program).body["report"]["mover"] == "leaver"


@pytest.mark.parametrize(
    "typed", ["追加R-ABC-DEF-GHJ", "r-abc-def-ghjです", "Rーａｂｃー ＤＥＦーghj", "R−ABC−DEF−GHJ。"]
)
def test_a_receipt_is_read_however_it_is_typed(typed: str) -> None:
    """Without a space beside it, in full width, with whatever the keyboard makes of a hyphen."""
    assert read_receipt(typed) == "R-ABC-DEF-GHJ"
    assert read_receipt("SR-ABC-DEF-GHJ") is None
