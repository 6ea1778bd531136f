"""Starting to serve: what cannot go well is one clear fault before anybody is promised anything."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.anchors import find_outside
from bot.bootstrap import StartFault, build_program
from bot.server import open_server, take_port
from bot.settings import Settings
from tests.doubles.slack import Fault, SlackDouble
from tests.faults.places import compile_content
from tests.slack.serving import SECRET

TOKEN, APP = {"slack_bot_token": "xoxb-test"}, {"slack_app_token": "xapp-test"}
SIGNED = {"slack_signing_secret": SECRET}


async def start(folder: Path, api: str, given: dict[str, str]) -> str:
    """What it is refused for, empty where it starts."""
    settings = Settings(data=folder / "data", key_file=folder / "key").model_copy(
        update={"slack_api_url": api, **given}
    )
    program = build_program(settings)
    try:
        async with open_server(program):
            return ""
    except StartFault as fault:
        return f"{fault.code} {fault.params.get('told', '')}".strip()
    finally:
        program.database.close()


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, "no_surface"),
        (TOKEN, "no_surface"),
        (SIGNED, "no_surface"),
        (TOKEN | SIGNED, ""),
        (TOKEN | APP, ""),
        (TOKEN | SIGNED | APP, ""),
    ],
)
async def test_what_must_be_set(tmp_path: Path, given: dict[str, str], refused: str) -> None:
    """A token and one way in; less is said at once."""
    double = await SlackDouble(SECRET).start()
    assert await start(tmp_path, double.api, given) == refused
    await double.stop()


async def test_what_is_served_is_vouched_for(tmp_path: Path) -> None:
    """A server makes the first checkpoint by itself and writes it outside."""
    double = await SlackDouble(SECRET).start()
    settings = Settings(data=tmp_path / "data", key_file=tmp_path / "key" / "master.key")
    program = build_program(settings.model_copy(update={"slack_api_url": double.api, **TOKEN, **SIGNED}))
    async with asyncio.timeout(30), open_server(program):
        outside = tmp_path / "key" / "checkpoints"
        while not (outside.is_dir() and list(find_outside(outside))):  # noqa: ASYNC110 - a file, which tells nobody
            await asyncio.sleep(0.02)
    program.database.close()
    await double.stop()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_token_that_is_not_taken(tmp_path: Path, method: str) -> None:
    """Slack's own word for it is passed on; the negative control is the start without the fault, above."""
    double = await SlackDouble(SECRET).start()
    double.script(method, Fault(error="invalid_auth"))
    assert await start(tmp_path, double.api, TOKEN | APP) == "slack_refused invalid_auth"
    await double.stop()


async def test_slack_out_of_reach(tmp_path: Path) -> None:
    """Nobody at the other end is told as that."""
    with take_port(0) as held:
        port = held.getsockname()[1]
    fault = await start(tmp_path, f"http://127.0.0.1:{port}/api/", TOKEN | SIGNED)
    assert fault.startswith("slack_unreachable")


def test_a_port_somebody_else_has() -> None:
    """A taken port is told; any other is taken."""
    with take_port(0) as held, pytest.raises(StartFault) as refused:
        take_port(held.getsockname()[1])
    assert refused.value.code == "port_taken"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
async def test_stopping_leaves_nothing_open(tmp_path: Path, name: str) -> None:
    """The real program, on a socket and over HTTP: one line, then silence, and it ends well when it is told to."""
    compile_content(tmp_path / "data")
    double = await SlackDouble(SECRET).start()
    given = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test", "SLACK_SIGNING_SECRET": SECRET}
    folder = {"SECRET_REVIEW_DATA": str(tmp_path / "data"), "SECRET_REVIEW_KEY_FILE": str(tmp_path / "key")}
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--port", "0", "--lang", "en"),
        env={**os.environ, **given, **folder, "SLACK_API_URL": double.api},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert program.stdout is not None
    assert b"http://localhost:" in await asyncio.wait_for(program.stdout.readline(), 30)
    program.send_signal(getattr(signal, name))
    said, _ = await asyncio.wait_for(program.communicate(), 30)
    assert (said, program.returncode) == (b"", 0)
    await double.stop()
