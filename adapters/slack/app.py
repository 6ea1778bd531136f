"""Slack's way in: Bolt behind the front door, or on a socket; each payload is read, handled once, and answered.

Knows Bolt, and what Slack wants to hear how soon. Must not know what a flow is; it is handed the function that does.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.slack.answer import Answer, to_reply
from adapters.slack.door import PATH, Door
from adapters.slack.inbound import read, read_retry
from bot.doorway import UNREADABLE, App, BlankSecret, Message, Receive, Send, answer_empty
from bot.incoming import Incoming
from bot.ports import Clock
from bot.state.database import CannotSave
from bot.state.store import note_fault

Handle = Callable[[Incoming], Awaitable[Answer]]

API = "https://slack.com/api/"
REPLIES = "https://hooks.slack.com/"  # where response_urls lead
PATIENCE = 30.0  # seconds for the first connection
COMMIT_SECONDS = 2.0  # Slack waits three
OPEN_SECONDS = 0.8  # of what is left of a trigger
REPLY_SECONDS = 10.0
ANY = re.compile("", re.DOTALL)
HAS_PAYLOAD = re.compile(rb"^\s*\{|(?:^|&)payload=")  # JSON, or a form with that field
KINDS = ("action", "event", "command", "shortcut", "view")

FAILED, BUSY = 500, 503
WRONG = (SlackClientError, ClientError, OSError, TimeoutError)  # what a call to Slack may end in

log = logging.getLogger("secret_review")


class Unreached(Exception):
    """The first word with Slack went wrong; `refused` where it answered no, `told` is its own word for why."""

    def __init__(self, refused: bool, told: str) -> None:
        super().__init__(told)
        self.refused, self.told = refused, told


@dataclass(slots=True)
class Slack:
    """One Slack app. Made by `build_slack`; `close` it."""

    handle: Handle
    clock: Clock
    session: ClientSession
    client: AsyncWebClient
    bolt: AsyncApp
    replies: str
    running: set["asyncio.Task[None]"] = field(default_factory=set)  # replies under way

    def over_http(self, signing_secret: str) -> App:
        """The ASGI application for `POST /slack/events`. Raises BlankSecret."""
        bolt = cast(App, AsyncSlackRequestHandler(self.bolt, path=PATH))  # typed more narrowly than ASGI is
        return Door(shelter(bolt), signing_secret, self.clock)

    async def greet(self) -> None:
        """Ask whether the bot's token is good. Raises Unreached."""
        await reach(self.client.api_call("auth.test"))

    async def connect(self, connection: AsyncSocketModeHandler) -> None:
        """Open the socket, having asked first whether it may: connecting would ask in vain again and again.

        Raises Unreached.
        """
        await reach(connection.client.issue_new_wss_url())
        await reach(asyncio.wait_for(connection.connect_async(), PATIENCE))  # type: ignore[no-untyped-call] # Bolt's

    def over_socket(self, app_token: str) -> AsyncSocketModeHandler:
        """For a firm without a way in from outside: `connect` it, in the end `await close_async()`."""
        if not app_token.strip():
            raise BlankSecret("app-level token")
        client = AsyncWebClient(token=app_token, base_url=self.client.base_url, session=self.session)
        return AsyncSocketModeHandler(self.bolt, app_token, web_client=client)

    async def close(self) -> None:
        if self.running:
            await asyncio.wait(self.running, timeout=REPLY_SECONDS)
        await self.session.close()

    async def take(self, kind: str, request: AsyncBoltRequest) -> BoltResponse:
        """One payload, from reading to the response; 200 only where it is kept or says nothing to us."""
        try:
            incoming = read(kind, request.body, self.clock.now(), read_retry(request.headers))
            return await self._answer(incoming) if incoming else BoltResponse(status=200, body="")
        except CannotSave:
            return BoltResponse(status=BUSY, body="")
        except Exception as fault:  # whatever it is, Slack learns only that it failed
            note_fault(fault)
            return BoltResponse(status=FAILED, body="")

    async def _answer(self, incoming: Incoming) -> BoltResponse:
        try:
            async with asyncio.timeout(COMMIT_SECONDS) as limit:
                answer = await self.handle(incoming)
        except TimeoutError:
            if not limit.expired():
                raise
            return BoltResponse(status=BUSY, body="")
        if answer.view is not None and incoming.kind != "submitted":
            await self._show(incoming, answer)
        reply = to_reply(incoming.kind, answer)
        if answer.says and incoming.kind != "command":
            self._whisper(incoming, answer)
        return BoltResponse(status=200, body=dict(reply) if reply else "")

    async def _show(self, incoming: Incoming, answer: Answer) -> None:
        """The one call to Slack while it waits; where it fails, the event is kept all the same."""
        way = answer.way if incoming.view else "open"  # outside a modal there is none to update or to cover
        where = {"view_id": incoming.view} if way == "update" else {"trigger_id": incoming.trigger}
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self.client.api_call(f"views.{way}", json={**where, "view": dict(answer.view or {})})
        except WRONG as fault:
            note_fault(fault)

    def _whisper(self, incoming: Incoming, answer: Answer) -> None:
        """A word to one person, sent after the answer; nothing depends on it."""
        if incoming.reply_url.startswith(self.replies):
            task = asyncio.create_task(self._send(incoming.reply_url, answer))
            self.running.add(task)
            task.add_done_callback(self.running.discard)

    async def _send(self, url: str, answer: Answer) -> None:
        try:
            limit = ClientTimeout(total=REPLY_SECONDS)
            async with self.session.post(url, json=answer.says, allow_redirects=False, timeout=limit):
                pass
        except WRONG as fault:
            note_fault(fault)


async def reach(called: Awaitable[object]) -> None:
    """Raises Unreached where a call comes to nothing."""
    try:
        await called
    except SlackApiError as fault:
        raise Unreached(True, str(fault.response.get("error", ""))) from fault
    except WRONG as fault:
        raise Unreached(False, type(fault).__name__) from fault


async def build_slack(handle: Handle, bot_token: str, clock: Clock, api: str = API) -> Slack:
    """Listens to nothing yet, and calls nobody. Raises BlankSecret."""
    if not bot_token.strip():
        raise BlankSecret("bot token")
    quieten()
    session = ClientSession()
    # The library's own handlers would send again what may have arrived.
    client = AsyncWebClient(token=bot_token, base_url=api, session=session, retry_handlers=[])
    slack = Slack(handle, clock, session, client, build_bolt(api, session), find_replies(api))
    for kind in KINDS:
        getattr(slack.bolt, kind)(ANY)(listen(slack, kind))
    for kind in ("view_closed", "options"):  # nothing to us, but Slack wants to hear that it arrived
        getattr(slack.bolt, kind)(ANY)(listen(slack, kind))
    slack.bolt.error(answer_unreadable)
    return slack


def find_replies(api: str) -> str:
    """Where a word to one person may be sent: Slack's own place for it, or the emulator that stands in for Slack."""
    return REPLIES if api == API else str(URL(api).origin()) + "/"


def build_bolt(api: str, session: ClientSession) -> AsyncApp:
    """Bolt without what the door does before it, and without a token: it has nothing to ask Slack."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    return AsyncApp(
        client=AsyncWebClient(base_url=api, session=session),
        signing_secret="",  # the door has it
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,  # reading does that, without asking Slack who we are
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def listen(slack: Slack, kind: str) -> Callable[..., Awaitable[BoltResponse]]:
    async def listener(request: AsyncBoltRequest) -> BoltResponse:
        return await slack.take(kind, request)

    return listener


async def answer_unreadable(error: Exception) -> BoltResponse:
    """Our own listener raises nothing, so whatever Bolt stumbled over is the payload."""
    note_fault(error)
    return BoltResponse(status=UNREADABLE, body="")


def shelter(inner: App) -> App:
    """Bolt takes a payload apart before it guards itself: what it raises there is answered like what it cannot read."""

    async def sheltered(scope: Message, receive: Receive, send: Send) -> None:
        async def hand_over() -> Message:
            message = await receive()
            return {**message, "body": veil(message["body"])} if "body" in message else message

        try:
            await inner(scope, hand_over, send)
        except Exception as fault:  # written by place only; a web server would write what it says
            note_fault(fault)
            await answer_empty(send, UNREADABLE)

    return sheltered


def veil(body: bytes) -> bytes:
    """Bolt 1.30 takes a form for an interaction wherever the word "payload" stands in it, and loses the command;
    written another way, the word means the same.
    """
    return body if HAS_PAYLOAD.search(body) else body.replace(b"payload", b"%70ayload")


class PlaceOnly(logging.Handler):
    """Writes where a library complained, never what about: it quotes whole requests."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, "%s:%s %s", record.filename, record.lineno, record.levelname)


def quieten() -> None:
    """The loggers of Slack's libraries, once: warnings and worse, by place."""
    for name in ("slack_bolt", "slack_sdk"):
        library = logging.getLogger(name)
        library.setLevel(logging.WARNING)
        library.handlers, library.propagate = [PlaceOnly(logging.WARNING)], False
