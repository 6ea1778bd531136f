"""Teams' way in: Starlette behind the front door; each activity goes through the SDK, is read, handled once, answered.

Knows what Teams wants to hear how soon. Must not know what a flow is; it is handed the function that does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.teams.cards import CARD
from adapters.teams.cloud import Cloud
from adapters.teams.door import ACTIVITY, CLAIMS, PATH, Door, Gatekeeper
from adapters.teams.front import Answer
from adapters.teams.home import to_plain, to_told
from adapters.teams.inbound import INVOKES, read, read_reference
from adapters.teams.keys import FETCH_FAULTS, Keys
from adapters.teams.line import Json, Line, Reply
from adapters.teams.tokens import Anybody, AppToken, Check, MicrosoftToken, NoToken
from bot.doorway import App
from bot.engine.lexicon import Shared
from bot.front import to_language
from bot.incoming import Incoming
from bot.ports import Barred, Clock, Unsent
from bot.prompts import Told
from bot.state.database import CannotSave
from bot.state.store import note_fault

Handle = Callable[[Incoming], Awaitable[Answer]]

COMMIT_SECONDS = 4.0  # of the five after which a dialog is asked for once more
REPLY_SECONDS = 10.0
RECEIVED, FAILED, BUSY = 200, 500, 503
MESSAGE = "application/vnd.microsoft.activity.message"


class Unreached(Exception):
    """The first word with Microsoft went wrong; `refused` where it answered no, `told` is its own word for why."""

    def __init__(self, refused: bool, told: str) -> None:
        super().__init__(told)
        self.refused, self.told = refused, told


@dataclass(slots=True)
class Teams:
    """One Teams app. Made by `build_teams`; `close` it."""

    handle: Handle
    clock: Clock
    shared: Shared
    line: Line
    token: AppToken
    keeper: Gatekeeper
    keys: Keys
    session: ClientSession
    running: set["asyncio.Task[Any]"] = field(default_factory=set)  # replies under way

    @property
    def is_local(self) -> bool:
        """Whether it speaks to the Playground on this machine alone."""
        return isinstance(self.keeper, Anybody)

    def over_http(self) -> App:
        """The ASGI application for `POST /api/messages`."""
        return Door(Starlette(routes=[Route(PATH, self._receive, methods=["POST"])]), self.keeper, self.is_local)

    async def greet(self) -> None:
        """Ask whether keys and our own token can be had. Raises Unreached."""
        if self.is_local:
            return
        try:
            await self.keys.load()
            await self.token.read()
        except Barred as fault:
            raise Unreached(True, fault.code) from fault
        except (Unsent, *FETCH_FAULTS) as fault:
            raise Unreached(False, type(fault.__cause__ or fault).__name__) from fault

    async def close(self) -> None:
        if self.running:
            await asyncio.wait(self.running, timeout=REPLY_SECONDS)
        await self.line.close()
        await self.session.close()

    async def _receive(self, request: Request) -> Response:
        activity: Json = request.scope[ACTIVITY]
        replies: list[Reply] = []

        async def answer() -> Reply:
            replies.append(await self.take(activity))
            return replies[0]

        try:
            reply = await self.line.take(activity, request.scope[CLAIMS], answer)
        except Exception as fault:  # what the SDK cannot read, we may
            note_fault(fault)
            reply = replies[0] if replies else await self.take(activity)
        return Response(status_code=reply.status) if reply.body is None else JSONResponse(reply.body, reply.status)

    async def take(self, activity: Json) -> Reply:
        """One activity, from reading to the reply; 200 only where it is kept or says nothing to us.

        Teams waits some seconds and never comes again, so what takes longer goes on behind the reply.
        """
        work = asyncio.create_task(self._take(activity))
        done, _ = await asyncio.wait({work}, timeout=COMMIT_SECONDS)
        if done:
            return work.result()
        self._keep(work)
        return Reply(BUSY)

    async def _take(self, activity: Json) -> Reply:
        try:
            incoming = read(activity, self.clock.now())
            answer = await self.handle(incoming) if incoming else Answer()
        except Exception as fault:  # whatever it is, Teams learns only that it failed
            self._apologise(activity)
            if isinstance(fault, CannotSave):
                return Reply(BUSY)
            note_fault(fault)
            return Reply(FAILED)
        if answer.told and activity.get("type") != "invoke":
            self._whisper(activity, answer.told, bool(incoming and not incoming.is_private))
        return to_reply(activity, answer, self.shared)

    def _apologise(self, activity: Json) -> None:
        """In the language their client speaks."""
        told = to_word("cannot_save", activity, self.shared)
        is_private = (activity.get("conversation") or {}).get("conversationType") == "personal"
        self._whisper(activity, told, not is_private)

    def _whisper(self, activity: Json, told: Told, is_targeted: bool) -> None:
        """A word to one person where they spoke, sent after the answer; nothing depends on it."""

        async def send() -> None:
            try:
                await self.line.send(read_reference(activity), to_told(told, self.shared), is_targeted)
            except Exception as fault:  # where there are no such words, nothing is said among others
                note_fault(fault)

        self._keep(asyncio.create_task(send()))

    def _keep(self, task: "asyncio.Task[Any]") -> None:
        """Until it is done."""
        self.running.add(task)
        task.add_done_callback(self.running.discard)


def to_reply(activity: Json, answer: Answer, shared: Shared) -> Reply:
    """What Teams hears at once: a body only for what waits for one."""
    kind = INVOKES.get(str(activity.get("name"))) if activity.get("type") == "invoke" else ""
    told = answer.told or Told("ja")
    if kind == "press":
        body = (
            {"type": CARD, "value": answer.card} if answer.card else {"type": MESSAGE, "value": to_plain(told, shared)}
        )
        return Reply(RECEIVED, {"statusCode": RECEIVED, **body})
    if kind == "shortcut":  # its window is never empty: what follows stands in the chat
        told = answer.told or to_word("teams_in_dm", activity, shared)
        return Reply(RECEIVED, {"task": {"type": "continue", "value": to_dialog(told, shared)}})
    return Reply(RECEIVED, {} if activity.get("type") == "invoke" else None)


def to_word(name: str, activity: Json, shared: Shared) -> Told:
    """One of our phrases, in the language their client speaks."""
    language = to_language(activity.get("locale"))
    return Told(language, shared.says[name].of(language))


def to_dialog(told: Told, shared: Shared) -> Mapping[str, Any]:
    """What is told, in a window of its own."""
    (attachment,) = to_told(told, shared).get("attachments") or [{"contentType": CARD, "content": {}}]
    title = shared.commands["report"].shown.of(told.language).strip()
    return {"title": title, "height": "small", "width": "medium", "card": attachment}


# -- building ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of the app's registration."""

    app_id: str
    password: str = field(repr=False)
    tenant: str


def build_line(sdk: str, app_id: str, token: AppToken) -> Line:
    """The line by this SDK: botbuilder, or agents. Raises ImportError where it is not installed."""
    if sdk == "agents":
        from adapters.teams.agents_sdk import AgentsLine

        return AgentsLine(app_id, token)
    from adapters.teams.botbuilder_sdk import BotbuilderLine

    return BotbuilderLine(app_id, token)


def build_teams(
    handle: Handle, clock: Clock, shared: Shared, cloud: Cloud, known: Credentials | None, sdk: str = "botbuilder"
) -> Teams:
    """Listens to nothing yet, and calls nobody; without credentials for this machine alone. Raises BlankSecret."""
    quieten()
    token: AppToken = MicrosoftToken(known.app_id, known.password, known.tenant, cloud) if known else NoToken()
    line = build_line(sdk, known.app_id if known else "", token)
    session = ClientSession()  # last, as whatever goes wrong before would leave it open
    keys = Keys(cloud.openid, session)
    keeper: Gatekeeper = Check(known.app_id, known.tenant, keys, cloud) if known else Anybody(cloud)
    return Teams(handle, clock, shared, line, token, keeper, keys, session)


def quieten() -> None:
    """The loggers of the libraries: they quote requests and addresses, so nothing of theirs is written."""
    for name in ("botbuilder", "botframework", "msrest", "microsoft_agents", "msal", "urllib3", "requests"):
        library = logging.getLogger(name)
        library.handlers, library.propagate = [logging.NullHandler()], False
