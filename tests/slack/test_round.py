"""A round in Slack, whole: started by the manager, answered by a head, decided card by card, over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import due, introductions
from bot.access import Scope
from bot.bootstrap import Program, build_program
from bot.server import open_server
from bot.settings import Settings
from bot.state.tables import people
from tests.bot.trial import put_forward
from tests.doubles.payloads import command
from tests.doubles.slack import SlackDouble
from tests.slack.serving import SECRET, serve
from tests.slack.test_interview import PATIENCE, Person

USERS = {"U01": "sato", "U02": "takahashi", "U03": "ito", "U04": "suzuki"}


@asynccontextmanager
async def open_office(
    folder: Path, users: Mapping[str, str] = USERS, **more: Any
) -> AsyncIterator[tuple[Program, dict[str, Person]]]:
    """The press shop in Slack; everybody may be written to at any hour, so that the test needs no clock of its own.
    `more` are settings."""
    double = await SlackDouble(SECRET).start()
    for user, name in users.items():
        double.add_user(user, f"{name}@hibarino.example")
    settings = Settings(data=folder / "data", key_file=folder / "key", **more)
    named = {"slack_bot_token": "xoxb-test", "slack_signing_secret": SECRET, "slack_api_url": double.api}
    program = build_program(settings.model_copy(update=named))
    always = update(people).values(from_hour=0, to_hour=24)
    program.store.write(lambda tx: tx.connection.execute(always))
    try:
        async with open_server(program) as server, serve(server.app) as port:
            yield program, {name: Person(double, f"http://127.0.0.1:{port}", user) for user, name in users.items()}
    finally:
        program.database.close()
        await double.stop()


async def type_command(person: Person, text: str = "") -> Any:
    told = {**command(text, person.user), "trigger_id": f"{time.time():.6f}"}
    return await person.double.send(person.url, "slash_commands", told, time.time())


async def choose(person: Person, label: str) -> None:
    assert (await person.press(label=label)).status == 200


async def hear_out(program: Program, email: str, surface: str = "slack") -> None:
    """Until everything that is due to this person stands in their chat."""
    member = program.find_member(email)
    assert member is not None
    until = asyncio.get_running_loop().time() + PATIENCE
    while program.reader.find_ready(member.id, program.clock.now(), surface):
        assert asyncio.get_running_loop().time() < until
        await asyncio.sleep(0.02)


@pytest.fixture(autouse=True)
def every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs on Sundays, too; the calendar has tests of its own."""
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now)
    monkeypatch.setattr(due, "PATROL", 0.2)
    monkeypatch.setattr(introductions, "PATROL", 0.2)


async def test_a_round_from_start_to_decision(tmp_path: Path) -> None:
    """The manager starts it, the head hears of it unasked, lists and judges; one card is sent back, one approved."""
    async with open_office(tmp_path) as (program, office):
        manager, sato = office["takahashi"], office["sato"]
        await type_command(manager, "start")
        await manager.hear("責任者")
        await choose(manager, "部署を選ぶ")
        await manager.hear()
        await manager.say("製造部")
        await manager.hear()
        await choose(manager, "決めない")
        await manager.hear("決めていません", asks=False)
        await sato.hear("はじめまして")  # nobody in this office ever wrote to the app before
        put_forward(program, "sato@hibarino.example", {"加工条件表": 3, "順送の金型": 2})
        await type_command(manager, "review")
        await manager.hear("2枚")
        await choose(manager, "始める")
        await manager.hear("加工条件表")
        await hear_out(program, "takahashi@hibarino.example")  # nobody types in the instant in which a card arrives
        await manager.say("戻す まず相談したい")
        await manager.hear()
        await choose(manager, "送る")
        await manager.hear("順送の金型")
        await choose(manager, "承認")
        await manager.hear(asks=False)
        states = {row["name"]: row["state"] for row in program.reader.read_register(Scope(everything=True))}
        assert states == {"加工条件表": "returned", "順送の金型": "approved"}
        await sato.hear("まず相談したい")
        assert program.reader.find_chain_break() is None
