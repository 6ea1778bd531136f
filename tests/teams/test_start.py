"""Starting with Teams: what is blank, half or contradictory does not start; the Playground stays on this machine."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp import ClientSession

from adapters.teams import app
from adapters.teams.cloud import Cloud, is_loopback, is_microsofts
from adapters.teams.deliver import TeamsMessenger
from adapters.teams.line import Reference
from bot.bootstrap import Program, StartFault, build_program
from bot.ports import Barred
from bot.prompts import Notice
from bot.server import LOOPBACK, open_server
from bot.settings import Settings
from bot.state.accounts import Account
from tests.chat import shared
from tests.doubles.activities import BOT, TENANT, say
from tests.doubles.teams import APP, TeamsDouble
from tests.slack.serving import serve
from tests.teams.gate import Given
from tests.teams.office import SDKS

ALL = {"teams_app_id": APP, "teams_app_password": "secret", "teams_tenant_id": TENANT}


def build(folder: Path, **named: Any) -> Program:
    settings = Settings(data=folder / "data", key_file=folder / "key")
    return build_program(settings.model_copy(update=named))


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, "no_surface"),
        *(({**ALL, name: None}, "teams_blank") for name in ALL),
        *(({**ALL, name: " "}, "teams_blank") for name in ALL),
        ({**ALL, "teams_playground": True}, "teams_blank"),
        ({"teams_app_id": APP, "teams_playground": True}, "teams_blank"),
    ],
)
async def test_what_is_blank_or_contradictory_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: Any, code: str
) -> None:
    """All three credentials, or the Playground and none of them; nothing is left open, to be complained of later."""
    opened: list[ClientSession] = []

    def open_session() -> ClientSession:
        opened.append(ClientSession())
        return opened[-1]

    monkeypatch.setattr(app, "ClientSession", open_session)
    with pytest.raises(StartFault) as fault:
        async with open_server(build(tmp_path, **named)):
            pass
    assert fault.value.code == code
    assert all(one.closed for one in opened)


async def test_without_keys_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Microsoft cannot be reached the operator is told, and nothing listens."""
    monkeypatch.setattr(app, "MicrosoftToken", lambda *_: Given())
    with pytest.raises(StartFault) as fault:
        async with open_server(build(tmp_path, **ALL), cloud=Cloud(openid="http://127.0.0.1:1/openid")):
            pass
    assert fault.value.code == "teams_unreachable"


@pytest.mark.parametrize("fault", [requests.ConnectionError("away"), ValueError("no such authority"), TimeoutError()])
async def test_without_a_token_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """Where Microsoft's login cannot be reached the operator is told what is in the way."""

    def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr("adapters.teams.tokens.ConfidentialClientApplication", fail)
    double = await TeamsDouble().start()
    try:
        with pytest.raises(StartFault) as told:
            async with open_server(build(tmp_path, **ALL), cloud=double.cloud):
                pass
    finally:
        await double.stop()
    assert (told.value.code, told.value.params["told"]) == ("teams_unreachable", type(fault).__name__)


@pytest.mark.parametrize("sdk", SDKS)
async def test_the_playground_needs_no_credentials_and_answers_this_machine_alone(tmp_path: Path, sdk: str) -> None:
    """No token is asked for; a service anywhere else is refused."""
    double = await TeamsDouble().start()
    program = build(tmp_path, teams_playground=True, teams_sdk=sdk)
    try:
        async with open_server(program) as server, serve(server.app) as port, ClientSession() as session:
            address = f"http://127.0.0.1:{port}/api/messages"
            for service, status in ((double.service, 200), ("https://smba.trafficmanager.net/emea/", 401)):
                async with session.post(address, json={**say("x"), "serviceUrl": service}) as answer:
                    assert answer.status == status
    finally:
        program.database.close()
        await double.stop()


def find_ways_in() -> list[tuple[str, dict[str, str]]]:
    """How somebody outside may get at this machine, as the address and what else is said: through a proxy that runs
    here, which names them, and, where the machine has an address that others see, over that. No packet is sent."""
    ways = [(LOOPBACK, {"X-Forwarded-For": "198.51.100.7"})]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("198.51.100.7", 9))
        own = asking.getsockname()[0]
        ways += [] if own.startswith("127.") else [(own, {})]
    return ways


@pytest.mark.parametrize(("address", "headers"), find_ways_in())
async def test_the_playground_hears_nobody_from_outside(tmp_path: Path, address: str, headers: dict[str, str]) -> None:
    """Negative control of the binding: even where it listens everywhere, who comes from another machine is refused."""
    double = await TeamsDouble().start()
    program = build(tmp_path, teams_playground=True)
    listening = socket.create_server(("0.0.0.0", 0))  # noqa: S104 - that is what is tried
    try:
        async with open_server(program) as server, serve(server.app, listening) as port, ClientSession() as session:
            for at, more, status in ((LOOPBACK, {}, 200), (address, headers, 401)):
                told = {**say("x"), "serviceUrl": double.service}
                async with session.post(f"http://{at}:{port}/api/messages", json=told, headers=more) as answer:
                    assert answer.status == status
    finally:
        program.database.close()
        await double.stop()


def test_the_playground_is_bound_to_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that is listened on is this machine's own; with credentials it is every one."""
    from bot import server

    bound: list[str] = []

    def take(port: int, host: str = server.HOST) -> Any:
        bound.append(host)
        raise StartFault("port_taken", port=port)

    monkeypatch.setattr(server, "take_port", take)
    for named in ({"teams_playground": True}, ALL):
        with pytest.raises(StartFault):
            server.serve(build(tmp_path, **named), 0, lambda *_: None)
    assert bound == [LOOPBACK, server.HOST]


@pytest.mark.parametrize(
    ("is_service", "service"),
    [(is_microsofts, "http://localhost:56150/_connector/"), (is_loopback, "https://smba.trafficmanager.net/emea/")],
)
async def test_what_one_kept_the_other_does_not_write_to(is_service: Any, service: str) -> None:
    """An address kept by a trial in the Playground never gets the token of the real app, nor the other way round; the
    control: an address of its own is written to."""

    class Line:
        def __init__(self) -> None:
            self.written: list[str] = []

        async def send(self, reference: Reference, *_: Any) -> str:
            self.written.append(reference.service)
            return "1"

    own = "https://smba.trafficmanager.net/emea/" if is_service is is_microsofts else "http://localhost:56150/"
    line: Any = Line()
    nobody: Any = None
    messenger = TeamsMessenger(line, shared(), lambda _: "", nobody, nobody, is_service)
    for at in (service, own):
        reference = Reference(at, "a:1", BOT, "29:u01", TENANT)
        account = Account("teams", f"{TENANT}:x", None, reference.to_text(), 0, 0)
        if at == service:
            with pytest.raises(Barred):
                await messenger.send(account, [Notice("x")])
        else:
            await messenger.send(account, [Notice("x")])
    assert line.written == [own]
