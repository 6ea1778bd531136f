"""The server: every chat surface that is configured, joined to one core in one process.

Beside `bootstrap` the only place that knows both the core and the surfaces.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from adapters.slack.app import API, Slack, build_slack
from adapters.slack.app import Unreached as SlackUnreached
from adapters.slack.deliver import SlackMessenger
from adapters.slack.door import PATH as SLACK_PATH
from adapters.slack.front import SlackFront
from adapters.slack.pictures import Pictures
from adapters.slack.rooms import Rooms
from adapters.slack.workspace import Workspace
from adapters.teams.app import Credentials, Teams, build_teams
from adapters.teams.app import Unreached as TeamsUnreached
from adapters.teams.cloud import PLAYGROUND, PUBLIC, Cloud
from adapters.teams.deliver import TeamsMessenger
from adapters.teams.door import PATH as TEAMS_PATH
from adapters.teams.front import Nobody, TeamsFront
from adapters.web.app import PATH as WEB_PATH
from adapters.web.app import SURFACE as WEB
from adapters.web.app import Page
from adapters.web.outside import OutsidePage
from bot.bootstrap import Program, StartFault, build_anchoring, build_desk, build_inspect, build_mailing
from bot.conversation import Conversation
from bot.counsel import CounselDesk
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.documents.cover_map import to_picture
from bot.documents.wording import Wording
from bot.doorway import BlankSecret
from bot.drafts import Drafts
from bot.due import Due
from bot.front import Front
from bot.hearing import Hearing
from bot.housing import Housing
from bot.introductions import Introductions
from bot.nudging import Nudging
from bot.prompts import Table
from bot.reception import Reception
from bot.state.accounts import Account, meet
from bot.state.database import THREADS
from bot.state.lane import Lane
from bot.state.reach import leave_chat
from bot.teaching import Teaching
from bot.tokens import Tokens

HOST = "0.0.0.0"  # noqa: S104 - chats come from outside; every request passes a front door
LOOPBACK = "127.0.0.1"
SLACK, TEAMS = "slack", "teams"
SWITCH_SECONDS = 0.001  # after which a thread that reckons lets one that answers somebody go on
PATHS = {SLACK: SLACK_PATH, TEAMS: TEAMS_PATH, WEB: WEB_PATH}


class Runs(Protocol):
    """Works until it is cancelled, and ends by nothing else."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Server:
    """What is running, and the ASGI application in front of it."""

    app: Starlette
    surfaces: tuple[str, ...]


@asynccontextmanager
async def open_server(program: Program, only: str | None = None, cloud: Cloud = PUBLIC) -> AsyncIterator[Server]:
    """Start what is configured, or `only` one of it; stop it all on leaving. Raises StartFault where nothing is.

    `cloud` is where Teams' services are.
    """
    surfaces = list_surfaces(program, only)
    lane = Lane(program.store.take_turns)
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    async with AsyncExitStack() as stack:
        lane.start()
        stack.callback(lane.stop)
        routes: list[Any] = [Route("/healthz", _tell_health)]
        if TEAMS in surfaces:
            teams, running = await join_teams(program, lane, stack, cloud)
            with _reaching():
                await teams.greet()
            _run_all(running, stack)
            routes.append(Route(TEAMS_PATH, teams.over_http()))
        if SLACK in surfaces:
            slack, running = await join_slack(program, lane, stack)
            with _reaching():
                await slack.greet()
            _run_all(running, stack)
            routes += await _open_slack(program, slack, stack)
        routes[1:1] = [
            build_page(program).route(),
            build_outside(program).route(),
        ]  # Slack's takes the rest
        mailing = build_mailing(program)
        beside: list[Runs] = [build_anchoring(program), Drafts(program.store), *([mailing] if mailing else [])]
        conversation = build_conversation(program, lane)
        _run_all([Due(conversation), Nudging(conversation, build_teaching(program).choose), *beside], stack)
        yield Server(Starlette(routes=routes), surfaces)


def list_surfaces(program: Program, only: str | None) -> tuple[str, ...]:
    """The chats that are configured, or only that one; where none is, the page for reports alone if people are told
    where it is. Raises StartFault where there is nothing to run."""
    settings = program.settings
    found = {
        SLACK: settings.slack_bot_token and (settings.slack_signing_secret or settings.slack_app_token),
        TEAMS: settings.teams_playground or _name_app(program),
    }
    surfaces = tuple(name for name, value in found.items() if value and only in (None, name))
    if not surfaces and only is None and settings.report_url:
        return (WEB,)
    if not surfaces:
        raise StartFault("no_surface")
    return surfaces


def _name_app(program: Program) -> tuple[str, ...]:
    """Whatever of the app's registration is set."""
    settings = program.settings
    named = (settings.teams_app_id, settings.teams_app_password, settings.teams_tenant_id)
    return tuple(one for one in named if one)


def _run_all(running: Sequence[Runs], stack: AsyncExitStack) -> None:
    for one in running:
        stack.push_async_callback(_stop, asyncio.create_task(one.run()))


async def _open_slack(program: Program, slack: Slack, stack: AsyncExitStack) -> list[Any]:
    """Its ways in: a route, a socket, or both."""
    settings = program.settings
    if settings.slack_app_token:
        connection = slack.over_socket(settings.slack_app_token)
        stack.push_async_callback(connection.close_async)
        with _reaching():
            await slack.connect(connection)
    secret = settings.slack_signing_secret
    return [Mount("/", app=slack.over_http(secret))] if secret else []


def build_page(program: Program) -> Page:
    """The page for reports without a chat trace."""
    return Page(build_desk(program), program.content.shared, program.clock, program.ids)


def build_outside(program: Program) -> OutsidePage:
    """The page that a link to the contact outside the company leads to."""
    content = program.content
    desk = CounselDesk(program.store, program.reader, build_inspect(content), content.catalogue["incident"])
    return OutsidePage(desk, content.shared, program.clock)


def build_conversation(program: Program, lane: Lane) -> Conversation:
    """The way into the core."""
    inspect = build_inspect(program.content)
    return Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)


def build_teaching(program: Program) -> Teaching:
    """What chooses what each person is told of a campaign."""
    content = program.content
    return Teaching(program.store, program.reader, program.clock, content.awareness, content.catalogue)


@dataclass(slots=True)
class Desk:
    """Where a surface hands in what it hears, before the reception behind it stands."""

    reception: Reception[Any] | None = None

    async def handle(self, incoming: Any) -> Any:
        """Raises CannotSave."""
        assert self.reception is not None  # noqa: S101 - nothing arrives before it stands
        return await self.reception.handle(incoming)

    def open(self, program: Program, lane: Lane, dispatcher: Dispatcher, front: Front[Any]) -> Hearing[Any]:
        """From now on somebody is there. Returns what says whatever the desk for reports has to say."""
        conversation, tokens = build_conversation(program, lane), Tokens(program.store.vault)
        reports = build_desk(program)
        self.reception = Reception(conversation, dispatcher.voice, dispatcher, tokens.read, front, reports)
        return self.reception.hearing


def _noting(program: Program, surface: str) -> Callable[[Account, str], Any]:
    """Remembers how to write to somebody."""

    async def note(account: Account, channel: str) -> None:
        known = partial(meet, surface=surface, account=account.account, person=account.person, channel=channel)
        await asyncio.to_thread(program.store.write, known)

    return note


async def join_slack(program: Program, lane: Lane, stack: AsyncExitStack) -> tuple[Slack, tuple[Runs, ...]]:
    """Slack's way in and way out, with the core between them."""
    settings, shared, tokens, desk = program.settings, program.content.shared, Tokens(program.store.vault), Desk()

    def draw(table: Table, language: str) -> bytes | None:
        return to_picture(table, Wording(shared, language))

    slack = await build_slack(desk.handle, settings.slack_bot_token or "", program.clock, settings.slack_api_url or API)
    stack.push_async_callback(slack.close)
    pictures = Pictures(slack.client, slack.session, draw)
    messenger = SlackMessenger(slack.client, shared, tokens.make, _noting(program, SLACK), pictures)
    dispatcher = Dispatcher(Voice(program.store, program.reader, SLACK), messenger, program.clock)
    stack.push_async_callback(dispatcher.stop)  # once nothing claims any more
    workspace = Workspace(slack.client)
    front = SlackFront(workspace, program.content.shared, tokens.make)
    hearing = desk.open(program, lane, dispatcher, front)
    introductions = Introductions(program.store, SLACK, workspace, dispatcher.wake, program.clock)
    housing = Housing(program.store, SLACK, Rooms(slack.client, workspace), shared, program.clock)
    return slack, (dispatcher, hearing, introductions, housing)


async def join_teams(
    program: Program, lane: Lane, stack: AsyncExitStack, cloud: Cloud = PUBLIC
) -> tuple[Teams, tuple[Runs, ...]]:
    """The same for Teams. Raises StartFault."""
    settings, shared, desk = program.settings, program.content.shared, Desk()
    known = read_credentials(program)
    there = cloud if known else PLAYGROUND
    try:
        teams = build_teams(desk.handle, program.clock, shared, there, known, settings.teams_sdk)
    except BlankSecret as fault:
        raise StartFault("teams_blank") from fault
    except ImportError as fault:
        raise StartFault("teams_sdk_missing", name=settings.teams_sdk) from fault
    stack.push_async_callback(teams.close)
    note = _noting(program, TEAMS)

    async def leave(account: Account) -> None:
        await asyncio.to_thread(program.store.write, lambda tx: leave_chat(tx, TEAMS, account.account))

    make_token = Tokens(program.store.vault).make
    messenger = TeamsMessenger(teams.line, shared, make_token, note, leave, there.is_service)
    dispatcher = Dispatcher(Voice(program.store, program.reader, TEAMS), messenger, program.clock, tells_once=True)
    stack.push_async_callback(dispatcher.stop)
    hearing = desk.open(program, lane, dispatcher, TeamsFront(teams.line, shared, note))
    return teams, (dispatcher, hearing, Introductions(program.store, TEAMS, Nobody(), dispatcher.wake, program.clock))


def read_credentials(program: Program) -> Credentials | None:
    """All of the registration, or nothing of it in the Playground. Raises StartFault."""
    settings = program.settings
    if settings.teams_playground != bool(_name_app(program)):
        named = (settings.teams_app_id or "", settings.teams_app_password or "", settings.teams_tenant_id or "")
        return None if settings.teams_playground else Credentials(*named)
    raise StartFault("teams_blank")


@contextmanager
def _reaching() -> Iterator[None]:
    """What went wrong with a surface, said to the operator. Raises StartFault."""
    try:
        yield
    except SlackUnreached as fault:
        raise StartFault("slack_refused" if fault.refused else "slack_unreachable", told=fault.told) from fault
    except TeamsUnreached as fault:
        raise StartFault("teams_refused" if fault.refused else "teams_unreachable", told=fault.told) from fault


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _tell_health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def take_port(port: int, host: str = HOST) -> socket.socket:
    """Listens there, or anywhere that is free for 0. Raises StartFault."""
    try:
        return socket.create_server((host, port))
    except OSError as fault:
        raise StartFault("port_taken", port=port) from fault


def serve(program: Program, port: int, say: Any, only: str | None = None) -> None:
    """Every surface that is configured, or `only` one, until it is told to stop.

    `say` is handed the surfaces and the address once they listen. Raises StartFault.
    """

    async def run() -> None:
        for name in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises it once more; closing must come first
            signal.signal(name, signal.default_int_handler)
        host = LOOPBACK if program.settings.teams_playground else HOST  # who shows no token stays on this machine
        with take_port(port, host) as listening:
            async with open_server(program, only) as server:
                address = f"http://localhost:{listening.getsockname()[1]}"
                say(", ".join(server.surfaces), ", ".join(f"{address}{PATHS[one]}" for one in server.surfaces))
                config = uvicorn.Config(server.app, log_config=None, access_log=False, lifespan="off")
                with suppress(KeyboardInterrupt):
                    await uvicorn.Server(config).serve(sockets=[listening])

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run())
    finally:
        program.database.close()
