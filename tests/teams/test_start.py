"""Starting with Teams: what is blank, half or contradictory does not start; the Playground stays on this machine."""

import socket
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.teams import app
from adapters.teams.cloud import Cloud
from bot.bootstrap import Program, StartFault, build_program
from bot.server import LOOPBACK, open_server
from bot.settings import Settings
from tests.doubles.activities import TENANT, say
from tests.doubles.teams import APP, TeamsDouble
from tests.slack.serving import serve
from tests.teams.gate import Given

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
async def test_what_is_blank_or_contradictory_does_not_start(tmp_path: Path, named: Any, code: str) -> None:
    """All three credentials, or the Playground and none of them."""
    with pytest.raises(StartFault) as fault:
        async with open_server(build(tmp_path, **named)):
            pass
    assert fault.value.code == code


async def test_without_keys_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Microsoft cannot be reached the operator is told, and nothing listens."""
    monkeypatch.setattr(app, "MicrosoftToken", lambda *_: Given())
    with pytest.raises(StartFault) as fault:
        async with open_server(build(tmp_path, **ALL), cloud=Cloud(openid="http://127.0.0.1:1/openid")):
            pass
    assert fault.value.code == "teams_unreachable"


async def test_the_playground_needs_no_credentials_and_answers_this_machine_alone(tmp_path: Path) -> None:
    """No token is asked for; a service anywhere else is refused."""
    double = await TeamsDouble().start()
    program = build(tmp_path, teams_playground=True)
    try:
        async with open_server(program) as server, serve(server.app) as port, ClientSession() as session:
            address = f"http://127.0.0.1:{port}/api/messages"
            for service, status in ((double.service, 200), ("https://smba.trafficmanager.net/emea/", 401)):
                async with session.post(address, json={**say("x"), "serviceUrl": service}) as answer:
                    assert answer.status == status
    finally:
        program.database.close()
        await double.stop()


async def test_the_playground_hears_nobody_from_outside(tmp_path: Path) -> None:
    """Negative control of the binding: even where it listens everywhere, another machine's request is refused."""
    program = build(tmp_path, teams_playground=True)
    outside = next((one for one in _addresses() if not one.startswith("127.")), None)
    if outside is None:
        pytest.skip("this machine has no other address")
    listening = socket.create_server(("0.0.0.0", 0))  # noqa: S104 - that is what is tried
    try:
        async with (
            open_server(program) as server,
            serve(server.app, listening) as port,
            ClientSession() as session,
            session.post(f"http://{outside}:{port}/api/messages", json=say("x")) as answer,
        ):
            assert answer.status == 401
    finally:
        program.database.close()


def _addresses() -> list[str]:
    found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    return sorted({str(one[4][0]) for one in found})


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
