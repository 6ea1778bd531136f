"""Interviews and a round whole in Teams, in Microsoft's own client for bots, before the real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.server import LOOPBACK, open_server, take_port
from tests.browsers.colleague import Colleague
from tests.browsers.office import Office, build_office
from tests.browsers.playground import run_playground
from tests.browsers.test_round import (
    ITO,
    KNOWS,
    RULES,
    SATO,
    SHEET,
    SUZUKI,
    TAKAHASHI,
    WISH,
    decide,
    hand_on,
    judge,
    list_one,
    start,
)
from tests.house import JAPANESE
from tests.slack.serving import serve

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

WINDOW: Any = {"width": 1300, "height": 1100}
HERE = ("localhost", "127.0.0.1")


@dataclass
class Teams:
    """A bot on this machine, and a client of Microsoft's for each person before it."""

    office: Office
    browser: Browser
    script: Path
    folder: Path
    bot: str
    stack: AsyncExitStack

    async def seat(self, email: str) -> Colleague:
        """A person in the conversation with us, who has seen their page."""
        member = self.office.program.find_member(email)
        assert member is not None
        folder = self.folder / email
        url = await self.stack.enter_async_context(run_playground(self.script, folder, self.bot, email, member.name))
        context = await self.browser.new_context(viewport=WINDOW)
        self.stack.push_async_callback(context.close)
        await context.route(lambda one: not any(f"//{host}" in one for host in HERE), lambda route: route.abort())
        person = Colleague(await context.new_page(), email, self.office.pictures)
        await person.page.goto(url)
        await person.hears()
        return person


@asynccontextmanager
async def open_teams(office: Office, browser: Browser, script: Path, folder: Path) -> AsyncIterator[Teams]:
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(take_port(0, LOOPBACK))
        server = await stack.enter_async_context(open_server(office.program))
        port = await stack.enter_async_context(serve(server.app, listening))
        yield Teams(office, browser, script, folder, f"http://localhost:{port}/api/messages", stack)


@pytest_asyncio.fixture(loop_scope="session")
async def teams(
    request: pytest.FixtureRequest, tmp_path: Path, playground: Path, browser: Browser, pictures: Path | None
) -> AsyncIterator[Teams]:
    """The sample company in Teams; its parameter is the language."""
    with build_office(tmp_path, browser, request.param, pictures, teams_playground=True) as office:
        async with open_teams(office, browser, playground, tmp_path) as opened:
            yield opened


@pytest.mark.parametrize("teams", ["ja", "en"], indirect=True)
async def test_from_hello_to_a_judged_item(teams: Teams) -> None:
    """By pressing, ticking, filling in and typing an item comes to stand judged; answered cards lose their buttons."""
    office, sato = teams.office, await teams.seat(SATO)
    item = SHEET[office.language]
    assert office.department(SATO) in await sato.says("/secret-review")
    await sato.presses(office.choice("inventory", "begin", "start"))
    await sato.has_nothing_to_press(office.choice("inventory", "begin", "start"))
    await sato.says(item)
    await sato.ticks(office.choice("inventory", "pack_prompts", "none"))
    assert item in await sato.presses(office.word("chat_send"))
    before = office.place(SATO)
    await sato.says(office.move("back"))
    await sato.says(office.choice("inventory", "pack_prompts", "none"))
    assert office.place(SATO)[:3] == before[:3]
    await sato.fills({item: KNOWS[office.language]})
    await sato.presses(office.word("chat_send"))
    await sato.presses(office.choice("inventory", "left_behind", "no"))
    await sato.presses(office.choice("inventory", "confirm_list", "proceed"))
    await sato.says("1/0/1/1")
    await sato.presses(office.choice("evaluation", "economic", "core"))
    await sato.says("1/1/2/1")
    await sato.says("4/4/3")
    await sato.presses(office.choice("evaluation", "conclusion", "propose"), asks=False)
    (row,) = office.items()
    assert (row[0], row[2:]) == (item, (3, "proposed"))
    assert office.program.reader.find_chain_break() is None
    assert office.language == "ja" or not JAPANESE.search("".join(sato.heard[1:]))


async def answer_by_oneself(office: Office, head: Colleague) -> None:
    """As it is proposed, by one press."""
    await list_one(office, head, RULES[office.language])  # type: ignore[arg-type] # what it does, anybody can
    await head.presses(office.word("chat_send"))
    await judge(office, head)  # type: ignore[arg-type] # the same


@pytest.mark.parametrize("teams", ["ja", "en"], indirect=True)
async def test_a_round_from_its_start_to_what_the_manager_decides(teams: Teams) -> None:
    """Two heads are asked unasked and answer, one question is handed on, one item is approved and one sent back."""
    office = teams.office
    people: Any = [await teams.seat(one) for one in (TAKAHASHI, SATO, ITO, SUZUKI)]
    manager, sato, ito, suzuki = people
    await start(office, manager)
    await manager.sees(office.told("round_head", total=2, done=0))
    await asyncio.gather(hand_on(office, sato, suzuki), answer_by_oneself(office, ito))
    await manager.sees(office.told("round_head", total=2, done=2))
    await manager.sees(office.told("round_head", total=2, done=0), times=0)  # one message, shown anew where it stood
    await decide(office, manager)
    items = {name: (owner, level, state) for name, owner, level, state in office.items()}
    sheet, rules = items[SHEET[office.language]], items[RULES[office.language]]
    assert (sheet[:2], rules[:2]) == ((SUZUKI, 3), (ITO, 3))
    assert sorted((sheet[2], rules[2])) == ["approved", "returned"]
    await (sato if sheet[2] == "returned" else ito).sees(WISH[office.language])
    assert office.program.reader.find_chain_break() is None
    heard = "".join("".join(one.heard[1:]) for one in people)
    assert office.language == "ja" or not JAPANESE.search(heard)
