"""Pictures in Slack: seen once and by nobody else, and where there is none the table says it all."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import deliver
from adapters.slack.deliver import SlackMessenger
from adapters.slack.pictures import NAME, Pictures
from bot.engine.speaking import to_prompt
from bot.letters import ASKED, Letter
from bot.prompts import Row, Table
from bot.state.accounts import Account
from tests.chat import shared
from tests.contracts.slack_prompts import choices, elements, make, token
from tests.doubles.slack import Fault, SlackDouble
from tests.slack.test_interview import open_company

ACCOUNT = Account("slack", "T1:U1", "p", "D1", 0, 0)
PNG = b"\x89PNG\r\n\x1a\n of the map"
TABLE = Table(
    ("従業員等",), (Row("信頼", ("済",), ("in_place",)),), spoken="空きはありません。", title="極秘 × 部署の中"
)
PROMPT = make(table=TABLE, choices=choices(2), body="できあがりです。")
LETTER = Letter("k" * 64, "turn:1", ASKED, (PROMPT,))
LONG_AGO = datetime(2026, 11, 9, tzinfo=UTC)


@dataclass
class Screen:
    """One person's conversation at Slack, and what writes to it."""

    double: SlackDouble
    messenger: SlackMessenger
    drawn: list[tuple[Table, str]] = field(default_factory=list)

    async def post(self, found: Mapping[str, str] | None = None) -> bool:
        """Whether the letter arrived whole, as the dispatcher hears of it."""
        try:
            return [one.is_last async for one in self.messenger.post(ACCOUNT, [LETTER], found or {})][-1]
        except Exception:  # whatever it was, it is tried again
            return False

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.double.messages.values())

    @property
    def shown(self) -> list[str]:
        """The files that people see."""
        return [block["slack_file"]["id"] for one in self.messages for block in one["blocks"] if "slack_file" in block]


@asynccontextmanager
async def open_screen(
    draw: Callable[[Table, str], bytes | None] = lambda table, language: PNG,
) -> AsyncIterator[Screen]:
    async def note(_: Account, __: str) -> None: ...

    drawn: list[tuple[Table, str]] = []

    def draw_and_note(table: Table, language: str) -> bytes | None:
        drawn.append((table, language))
        return draw(table, language)

    double = await SlackDouble().start()
    async with ClientSession() as session:
        client = AsyncWebClient(token="xoxb-test", base_url=double.api, session=session, retry_handlers=[])
        pictures = Pictures(client, session, draw_and_note)
        yield Screen(double, SlackMessenger(client, shared(), token, note, pictures), drawn)
    await double.stop()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the pauses between them."""
    monkeypatch.setattr(deliver, "PAUSES", (0.0,) * len(deliver.PAUSES))


async def test_the_picture_is_shown_with_its_table() -> None:
    """The picture is uploaded as it was drawn, in the person's language, and stands in the table's message alone."""
    async with open_screen() as screen:
        assert await screen.post()
        table, question = screen.messages
        assert screen.drawn == [(TABLE, "ja")]
        (file,) = screen.shown
        assert screen.double.files[file]["body"] == PNG
        assert elements(table, "image") and elements(table, "rich_text") and not elements(question, "image")


async def test_a_file_is_shared_with_nobody_and_tells_nothing() -> None:
    """Nobody sees the file but in the message, and its name and title say no more than the title of the table."""
    async with open_screen() as screen:
        await screen.post()
        (file,) = screen.double.files.values()
        assert (file["shared"], file["name"], file["title"]) == ([], NAME, TABLE.title)
        told = [call.args for call in screen.double.calls if call.method.startswith("files.")]
        assert not [args for args in told if {"channel_id", "channels", "initial_comment"} & set(args)]


async def test_slack_may_take_it_up_later() -> None:
    """A file that is not there at first is shown as soon as it is; nothing is posted before."""
    async with open_screen() as screen:
        screen.double.waits_for_files = len(deliver.PAUSES) - 1
        assert await screen.post()
        assert (len(screen.shown), len(screen.messages)) == (1, 2)


async def test_too_late_is_without() -> None:
    """A file that does not come in time is not waited for: the table is shown without."""
    async with open_screen() as screen:
        screen.double.waits_for_files = len(deliver.PAUSES)
        assert await screen.post()
        assert (screen.shown, len(screen.messages)) == ([], 2)
        assert elements(screen.messages[0], "rich_text")


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("files.getUploadURLExternal", Fault(error="missing_scope")),
        ("files.getUploadURLExternal", Fault(status=429, retry_after="30")),
        ("upload", Fault(status=500)),
        ("files.completeUploadExternal", Fault(error="file_not_found")),
        ("files.completeUploadExternal", Fault(drops="after")),
    ],
)
async def test_what_goes_wrong_with_a_picture_stops_nothing(method: str, fault: Fault) -> None:
    """Whichever step fails, even for want of a right, table and question arrive at once, without the picture."""
    async with open_screen() as screen:
        screen.double.script(method, fault)
        assert await screen.post()
        assert (screen.shown, len(screen.messages)) == ([], 2)


async def test_what_cannot_be_drawn_is_not_uploaded() -> None:
    """Where there is nothing to draw with, Slack is asked for nothing."""
    async with open_screen(draw=lambda table, language: None) as screen:
        assert await screen.post()
        assert (screen.double.files, len(screen.messages)) == ({}, 2)


async def test_the_real_server_draws_and_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the whole server, a question with a map comes with a real picture of it above the table."""
    monkeypatch.setattr("bot.delivery.to_prompt", lambda speaker: replace(to_prompt(speaker), table=TABLE))
    async with open_company(tmp_path) as (_, sato):
        await sato.say("こんにちは")
        while not sato.cards or not elements(sato.cards[-1], "button"):
            await sato.hear()
        shown = [one for card in sato.cards for one in elements(card, "image")]
        file = sato.double.files[shown[0]["slack_file"]["id"]]
        assert (len(shown), shown[0]["alt_text"]) == (1, f"{TABLE.title}\n{TABLE.spoken}")
        assert file["body"].startswith(b"\x89PNG") and len(file["body"]) > 10_000


async def run_amid_faults(reads_back: bool) -> tuple[int, int]:
    """Two hundred letters, every third call going wrong; how many had their table twice, and how many a picture."""
    chance = Random(20261130)
    kinds = (Fault(status=500), Fault(drops="before"), Fault(drops="after"), Fault(status=429))
    twice = pictured = 0
    for _ in range(200):
        async with open_screen() as screen:
            screen.double.choose = lambda method: chance.choice(kinds) if chance.random() < 0.3 else Fault()
            found: Mapping[str, str] = {}
            while not await screen.post(found):
                screen.double.choose, choose = lambda method: Fault(), screen.double.choose
                found = await screen.messenger.read_back(ACCOUNT, LONG_AGO) if reads_back else {}
                screen.double.choose = choose
            tables = [one for one in screen.messages if elements(one, "rich_text")]
            twice += len(tables) > 1
            pictured += bool(screen.shown)
    return twice, pictured


async def test_a_picture_never_shows_twice() -> None:
    """Tried again after whatever went wrong, on the way up or behind it, it stands once or not at all."""
    twice, pictured = await run_amid_faults(reads_back=True)
    print(f"200 tables, {pictured} with their picture, {twice} twice")
    assert (twice, pictured > 50) == (0, True)


async def test_without_the_look_some_show_twice() -> None:
    """Negative control: posted again without reading back, some tables stand twice."""
    twice, _ = await run_amid_faults(reads_back=False)
    assert twice > 0
