"""The page a link leads to, over real HTTP: a look opens nothing, a press does; from a report on the web to the
mail, and from the mail to somebody within who leads the case."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot import bootstrap
from bot.bootstrap import Program, build_mailing, build_program, read_outside
from bot.server import build_outside, build_page
from bot.settings import Settings
from bot.state.incident_tables import incident_members, links
from bot.state.tables import audit
from tests.chat import content
from tests.doubles.post import Mailbox, open_mailbox
from tests.slack.serving import serve
from tests.slack.test_report import RECEIPT
from tests.web.test_report import Visitor

ADDRESS = "counsel@komorebi.example"
LINK = re.compile(r"https?://\S+/outside/[\w-]{43}")


@dataclass
class Counsel:
    """Somebody with a browser and a link."""

    client: aiohttp.ClientSession
    path: str
    page: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def look(self, query: str = "") -> str:
        async with self.client.get(self.path + query) as got:
            return await self._see(got)

    async def press(self, deed: str, query: str = "", **more: str) -> str:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        told = urlencode({"deed": deed, **more})
        async with self.client.post(self.path + query, data=told, headers=headers) as got:
            return await self._see(got)

    async def _see(self, got: aiohttp.ClientResponse) -> str:
        self.page, self.status = await got.text(), got.status
        self.headers = {name.lower(): value for name, value in got.headers.items()}
        assert "set-cookie" not in self.headers
        assert not re.search("https?://|<script|<img", self.page)  # no asset of anybody else's
        assert self.path.rpartition("/")[2] not in self.page  # what the link carries stands nowhere in it
        return self.page


@pytest.fixture(autouse=True)
def with_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The company's own folder names an address; all content is read once."""
    ours = content()
    company = ours.catalogue["contacts"]["company"]
    named = {**company, "outside-contact": {**company["outside-contact"], "mail": ADDRESS}}
    contacts = {**ours.catalogue["contacts"], "company": named}
    theirs = ours.model_copy(update={"catalogue": {**ours.catalogue, "contacts": contacts}})
    monkeypatch.setattr("bot.bootstrap.read_content", lambda _: theirs)


def to_settings(place: Path, server: str) -> Settings:
    page = "https://report.hibarino.example/report"
    return Settings(data=place / "data", key_file=place / "key", smtp=server, report_url=page)


@asynccontextmanager
async def open_pages(place: Path, server: Mailbox) -> AsyncIterator[tuple[Program, aiohttp.ClientSession]]:
    """A company with a contact outside who can be written to."""
    program = build_program(to_settings(place, server.url))
    try:
        app = Starlette(routes=[build_page(program).route(), build_outside(program).route()])
        async with serve(app) as port, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            yield program, client
    finally:
        program.database.close()


async def report(client: aiohttp.ClientSession, what: str = "顧客の名簿") -> Visitor:
    """On the page for reports: everybody who would receive it is named."""
    visitor = Visitor(client)
    await visitor.open()
    await visitor.send(choice="form")
    everybody = re.findall(r'name="field:conflict" value="([0-9a-f-]{36})"', visitor.page)
    await visitor.send(("field:mover", "employee"), *(("field:conflict", one) for one in everybody))
    await visitor.send(choice="outside")
    await visitor.send(("field:what", what))
    assert RECEIPT.search(visitor.page)
    return visitor


def follow(program: Program, client: aiohttp.ClientSession, server: Mailbox) -> Counsel:
    """The link of the newest mail."""
    build_mailing(program).try_due()
    (url,) = LINK.findall(server.mails[-1].get_content())
    return Counsel(client, urlsplit(url).path)


async def test_from_the_report_to_somebody_who_leads_the_case(tmp_path: Path) -> None:
    """Told before it is sent, mailed, looked at, opened, handed on; a look writes nothing and shows nothing."""
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            visitor = await report(client)
            assert "こもれび相談室" in visitor.page
            counsel = follow(program, client, server)
            before = len(program.database.fetch(select(audit)))
            for query in ("", "?lang=en"):
                assert "顧客の名簿" not in await counsel.look(query)
            assert len(program.database.fetch(select(audit))) == before
            assert "顧客の名簿" in await counsel.press("open")
            offered = re.findall(r'name="person" value="([0-9a-f-]{36})"', counsel.page)
            assert "高橋" in counsel.page  # named as perhaps involved, and not to be chosen
            takahashi = program.find_member("takahashi@hibarino.example")
            assert takahashi
            assert takahashi.id not in offered
            await counsel.press("hand", person=offered[0])
            assert counsel.status == 200
            (row,) = program.database.fetch(select(incident_members))
            assert (row.person_id, row.state) == (offered[0], "asked")
            await counsel.press("open")
            assert (counsel.status, "顧客の名簿" in counsel.page) == (410, False)


async def test_nothing_keeps_the_page_or_finds_it(tmp_path: Path) -> None:
    """No store, no referrer, no index, no frame; whatever the link, and whatever is asked."""
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            await report(client)
            counsel = follow(program, client, server)
            for one in (counsel, Counsel(client, "/report/outside/" + "A" * 43)):
                for page in (await one.look(), await one.press("open"), await one.press("nonsense")):
                    assert 'name="robots" content="noindex' in page
                    assert one.headers["cache-control"] == "no-store"
                    assert one.headers["referrer-policy"] == "no-referrer"
                    assert "noindex" in one.headers["x-robots-tag"]
                    assert "default-src 'none'" in one.headers["content-security-policy"]
                    assert "frame-ancestors 'none'" in one.headers["content-security-policy"]


async def test_a_look_tells_no_link_from_another(tmp_path: Path) -> None:
    """Whoever tries links learns nothing without a press: all look alike."""
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            await report(client)
            counsel, forged = follow(program, client, server), Counsel(client, "/report/outside/" + "A" * 43)
            assert await counsel.look() == await forged.look()
            assert counsel.status == forged.status == 200
            await forged.press("open")
            assert forged.status == 404


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_bad_input_gets_a_clear_sentence(tmp_path: Path, language: str) -> None:
    """Nothing chosen, nothing written, what looks like a password, too much, what is no form of ours: nothing of it is
    done, the page says so, and the report is still there where the link is good."""
    query = f"?lang={language}"
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            await report(client)
            counsel = follow(program, client, server)
            said = [
                await counsel.press("hand", query),
                await counsel.press("hand", query, person="nobody'--"),
                await counsel.press("ask", query, words="  "),
                await counsel.press("ask", query, words="password: hush-Tr0ub4dor"),
            ]
            assert all("顧客の名簿" in page for page in said)
            assert (await counsel.press("delete", query), counsel.status)[1] == 400
            assert (await counsel.press("ask", query, words="長" * 40_000), counsel.status)[1] == 413
            assert "<p>" in counsel.page
            assert not program.database.fetch(select(incident_members))
            assert "hush" not in "".join(said)


async def test_markup_stays_words(tmp_path: Path) -> None:
    """What a reporter writes is shown as they wrote it."""
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            await report(client, '名簿 <済> & "写し"')
            counsel = follow(program, client, server)
            assert "名簿 &lt;済&gt; &amp; " in await counsel.press("open")


async def test_links_cannot_be_tried_out_and_nobody_is_kept_out_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many that lead nowhere whoever tries is asked to wait; a good link opens all the same, but not without
    end either."""
    monkeypatch.setattr("adapters.web.outside.MOST_WRONG", 3)
    monkeypatch.setattr("adapters.web.outside.MOST_DEEDS", 2)
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            await report(client)
            counsel = follow(program, client, server)
            forged = Counsel(client, "/report/outside/" + "A" * 43)
            statuses = [(await forged.press("open"), forged.status)[1] for _ in range(5)]
            assert statuses == [404, 404, 404, 429, 429]
            opened = [(await counsel.press("open"), counsel.status)[1] for _ in range(3)]
            assert opened == [200, 200, 429]
            assert len(program.database.fetch(select(links))) == 1


async def test_without_an_address_it_is_as_it_was(tmp_path: Path) -> None:
    """No mail is promised where none can be sent: the person is told whom to call, and nothing is stored."""
    with open_mailbox() as server:
        async with open_pages(tmp_path, server) as (program, client):
            program.reader.reaches_outside = False
            visitor = Visitor(client)
            await visitor.open()
            await visitor.send(choice="form")
            everybody = re.findall(r'name="field:conflict" value="([0-9a-f-]{36})"', visitor.page)
            await visitor.send(*(("field:conflict", one) for one in everybody))
            await visitor.send(choice="outside")
            assert "こもれび相談室" in visitor.page
            assert not RECEIPT.search(visitor.page)
            assert not program.database.fetch(select(links))
    assert not server.taken


@pytest.mark.parametrize("missing", [{"smtp": None}, {"report_url": None}, {"address": None}, {}])
def test_what_is_missing_of_it_is_not_promised(tmp_path: Path, missing: dict[str, None]) -> None:
    """Address, mail server and the page's public address: one of them missing is all of them missing."""
    settings = to_settings(tmp_path, "smtp://localhost").model_copy(update=missing)
    theirs = bootstrap.read_content(settings)
    if "address" in missing:
        theirs = content()
    assert (read_outside(settings, theirs) is not None) == (missing == {})
