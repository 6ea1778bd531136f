"""A button pressed in Teams: with a token, over real HTTP, through the SDK, to its committed answer and closed card.

Against an empty handler behind the same door and SDK and one durable turn in process, taken in turn.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from aiohttp import ClientSession, TCPConnector
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.teams.app import Credentials, build_teams
from adapters.teams.door import PATH
from adapters.teams.front import Answer
from adapters.teams.line import Reference
from bench.figure import Figure
from bench.slack_press import CHOICE, EACH, QUESTION, ROUNDS, Times, begin_interviews, seal, take_by_turns, to_figure
from bot.bootstrap import Program, build_program
from bot.conversation import Conversation
from bot.events import Event, Pressed
from bot.server import join_teams
from bot.settings import Settings
from bot.state.lane import Lane
from tests.doubles.activities import BOT, TENANT, execute
from tests.doubles.teams import APP, TeamsDouble
from tests.slack.serving import serve
from tests.teams.gate import Given

USER = "29:u01"

Act = Callable[[], Awaitable[None]]


class Bench(NamedTuple):
    """One press each: through everything, to an empty handler, and as a turn in process."""

    press: Act
    listen: Act
    turn: Act


def measure_teams_press(sdk: str = "botbuilder") -> Figure:
    """A press in Teams, by either SDK."""
    name = "teams-press" if sdk == "botbuilder" else f"teams-press-{sdk}"
    return to_figure(name, "an empty handler behind the same door and SDK", asyncio.run(_measure(sdk)))


def measure_teams_press_agents() -> Figure:
    """The same by the other SDK."""
    return measure_teams_press("agents")


async def _measure(sdk: str) -> list[list[Times]]:
    async with open_bench(EACH * (ROUNDS + 1) * 2, sdk) as bench:
        rounds = [await take_by_turns(bench) for _ in range(ROUNDS + 1)]
    return rounds[1:]  # the first warms up


@asynccontextmanager
async def open_bench(most: int, sdk: str) -> AsyncIterator[Bench]:
    """The real program in a temporary folder, with so many questions that wait to be answered by a press."""
    with TemporaryDirectory() as name, patch("adapters.teams.app.MicrosoftToken", lambda *_: Given()):
        async with AsyncExitStack() as stack:
            double = await TeamsDouble().start()
            stack.push_async_callback(double.stop)
            given = {"teams_app_id": APP, "teams_app_password": "secret", "teams_tenant_id": TENANT, "teams_sdk": sdk}
            program = build_program(
                Settings(data=Path(name, "data"), key_file=Path(name, "key")).model_copy(update=given)
            )
            stack.callback(program.database.close)
            place = Reference(double.service, "a:talk-u01", BOT, USER, TENANT, "ja-JP").to_text()
            waiting = iter(begin_interviews(program, most, "teams", f"{TENANT}:aad-{USER}", place))
            lane = Lane(program.store.take_turns)
            lane.start()
            stack.callback(lane.stop)
            teams, _ = await join_teams(program, lane, stack, double.cloud)
            empty = build_teams(answer_nothing, program.clock, program.content.shared, double.cloud, NAMED, sdk)
            stack.push_async_callback(empty.close)
            ports = []
            for one in (teams, empty):
                await one.greet()
                app = Starlette(routes=[Route(PATH, one.over_http())])
                ports.append(await stack.enter_async_context(serve(app)))
            session = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0)))
            yield _make(program, lane, waiting, session, double, ports)


NAMED = Credentials(APP, "secret", TENANT)


async def answer_nothing(_: Any) -> Answer:
    """Received."""
    return Answer()


def _make(
    program: Program, lane: Lane, waiting: Iterator[str], session: ClientSession, double: TeamsDouble, ports: list[int]
) -> Bench:
    numbers, headers = count(1), {"Authorization": double.make_token()}
    sato = program.find_member("sato@hibarino.example")
    assert sato is not None
    inspect: Any = lambda _: None  # noqa: E731 - a press has no text for the guard
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)

    async def send(port: int, interview: str) -> None:
        token = seal(program, f"{interview}\n0\n{QUESTION}")
        activity = execute({"token": token, "means": "choose", "choice": CHOICE}, USER, serviceUrl=double.service)
        async with session.post(f"http://127.0.0.1:{port}{PATH}", json=activity, headers=headers) as answer:
            assert answer.status == 200, answer.status
            await answer.read()

    async def turn() -> None:
        body = Pressed(QUESTION, 0, CHOICE)
        event = Event(f"bench:{next(numbers)}", next(waiting), sato.id, "teams", program.clock.now(), body)
        handled = await conversation.handle(event)
        assert not handled.fault and not handled.repeated, handled

    return Bench(lambda: send(ports[0], next(waiting)), lambda: send(ports[1], "none"), turn)
