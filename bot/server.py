"""The server: every chat surface that is configured, joined to one core in one process.

Beside `bootstrap` the only place that knows both the core and the surfaces.
"""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from adapters.slack.app import API, Slack, Unreached, build_slack
from adapters.slack.deliver import SlackMessenger
from adapters.slack.door import PATH
from adapters.slack.introductions import SURFACE, Introductions
from adapters.slack.pictures import Pictures
from adapters.slack.reception import Reception
from adapters.slack.workspace import Workspace
from bot.bootstrap import Program, StartFault, build_inspect
from bot.conversation import Conversation
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.documents.cover_map import to_picture
from bot.documents.wording import Wording
from bot.due import Due
from bot.prompts import Table
from bot.state.accounts import Account, meet
from bot.state.lane import Lane
from bot.tokens import Tokens

HOST = "0.0.0.0"  # noqa: S104 - Slack comes from outside; every request passes the front door


class Runs(Protocol):
    """Works until it is cancelled, and ends by nothing else."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Server:
    """What is running, and the ASGI application in front of it."""

    app: Starlette
    surfaces: tuple[str, ...]


@asynccontextmanager
async def open_server(program: Program, only: str | None = None) -> AsyncIterator[Server]:
    """Start what is configured, or `only` one of it; stop it all on leaving. Raises StartFault where nothing is."""
    settings = program.settings
    if only not in (None, SURFACE) or not (
        settings.slack_bot_token and (settings.slack_signing_secret or settings.slack_app_token)
    ):
        raise StartFault("no_surface")
    lane = Lane(program.store.take_turns)
    async with AsyncExitStack() as stack:
        lane.start()
        stack.callback(lane.stop)
        slack, running = await join_slack(program, lane, stack)
        with _reaching():
            await slack.greet()
        for one in running:
            stack.push_async_callback(_stop, asyncio.create_task(one.run()))
        routes: list[Any] = [Route("/healthz", _tell_health)]
        if settings.slack_signing_secret:
            routes.append(Mount("/", app=slack.over_http(settings.slack_signing_secret)))
        if settings.slack_app_token:
            connection = slack.over_socket(settings.slack_app_token)
            stack.push_async_callback(connection.close_async)
            with _reaching():
                await slack.connect(connection)
        yield Server(Starlette(routes=routes), (SURFACE,))


async def join_slack(program: Program, lane: Lane, stack: AsyncExitStack) -> tuple[Slack, tuple[Runs, ...]]:
    """Slack's way in and way out, with the core between them."""
    settings, tokens = program.settings, Tokens(program.store.vault)
    inspect = build_inspect(program.content)
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)
    reception: Reception | None = None

    async def handle(incoming: Any) -> Any:
        assert reception is not None  # noqa: S101 - nothing arrives before it stands
        return await reception.handle(incoming)

    def draw(table: Table, language: str) -> bytes | None:
        return to_picture(table, Wording(program.content.shared, language))

    async def note(account: Account, channel: str) -> None:
        known = partial(meet, surface=SURFACE, account=account.account, person=account.person, channel=channel)
        await asyncio.to_thread(program.store.write, known)

    slack = await build_slack(handle, settings.slack_bot_token or "", program.clock, settings.slack_api_url or API)
    stack.push_async_callback(slack.close)
    pictures = Pictures(slack.client, slack.session, draw)
    messenger = SlackMessenger(slack.client, program.content.shared, tokens.make, note, pictures)
    voice = Voice(program.store, program.reader, SURFACE)
    dispatcher = Dispatcher(voice, messenger, program.clock)
    stack.push_async_callback(dispatcher.stop)  # once nothing claims any more
    workspace = Workspace(slack.client)
    reception = Reception(conversation, voice, dispatcher, tokens.make, tokens.read, workspace)
    return slack, (
        dispatcher,
        Due(conversation),
        Introductions(program.store, workspace, dispatcher.wake, program.clock),
    )


@contextmanager
def _reaching() -> Iterator[None]:
    """What went wrong with a surface, said to the operator. Raises StartFault."""
    try:
        yield
    except Unreached as fault:
        raise StartFault("slack_refused" if fault.refused else "slack_unreachable", told=fault.told) from fault


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _tell_health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def take_port(port: int) -> socket.socket:
    """Listens there, or anywhere that is free for 0. Raises StartFault."""
    try:
        return socket.create_server((HOST, port))
    except OSError as fault:
        raise StartFault("port_taken", port=port) from fault


def serve(program: Program, port: int, say: Any, only: str | None = None) -> None:
    """Every surface that is configured, or `only` one, until it is told to stop.

    `say` is handed the surfaces and the address once they listen. Raises StartFault.
    """

    async def run() -> None:
        for name in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises it once more; closing must come first
            signal.signal(name, signal.default_int_handler)
        with take_port(port) as listening:
            async with open_server(program, only) as server:
                say(", ".join(server.surfaces), f"http://localhost:{listening.getsockname()[1]}{PATH}")
                config = uvicorn.Config(server.app, log_config=None, access_log=False, lifespan="off")
                with suppress(KeyboardInterrupt):
                    await uvicorn.Server(config).serve(sockets=[listening])

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run())
    finally:
        program.database.close()
