"""One browser and one unpacked emulator for all tests here; where either is missing they are skipped, or fail in CI."""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browsers.emulator import fetch, name_missing
from tests.browsers.office import Office, open_office
from tests.browsers.packages import Unavailable
from tests.browsers.playground import fetch_playground

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "SECRET_REVIEW_BROWSERS"  # set to "required" where nothing may be left out
PICTURES = "SECRET_REVIEW_PICTURES"  # a folder, where pictures of everything seen are wanted


def leave_out(reason: str) -> None:
    """Say why there is nothing to test with."""
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        leave_out("Chromium is not installed")
    return str(found)


@pytest.fixture(scope="session")
def emulator(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if missing := name_missing():
        leave_out(missing)
    try:
        return fetch(tmp_path_factory.mktemp("emulator"))
    except Unavailable as fault:
        leave_out(str(fault))
        raise


@pytest.fixture(scope="session")
def playground(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Microsoft's client for bots, of which there is one for each person."""
    try:
        return fetch_playground(tmp_path_factory.mktemp("playground"))
    except Unavailable as fault:
        leave_out(str(fault))
        raise


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        await opened.close()


@pytest.fixture(autouse=True)
def every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """People are asked on holidays, too, found at once and spoken to without a pause; all that has tests of its own."""
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now)
    monkeypatch.setattr("bot.due.PATROL", 0.2)
    monkeypatch.setattr("bot.dispatch.PACE", timedelta(milliseconds=100))
    monkeypatch.setattr("bot.introductions.PATROL", 0.2)


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures of this test go, where any are wanted."""
    wanted = os.environ.get(PICTURES)
    return Path(wanted) / request.node.name if wanted else None


@pytest_asyncio.fixture(loop_scope="session")
async def office(
    request: pytest.FixtureRequest, tmp_path: Path, emulator: Path, browser: Browser, pictures: Path | None
) -> AsyncIterator[Office]:
    """The sample company in Slack; its parameter is the way there and the language."""
    async with open_office(tmp_path, emulator, browser, request.param, pictures) as opened:
        yield opened
