"""Slack, as an app sees it: a Web API that keeps what it is told, a socket, response_urls, faults on request."""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import ClientSession, WSMsgType, web

from tests.doubles.channels import Channels, Refused
from tests.doubles.payloads import encode, make_request


class Fault(NamedTuple):
    """What goes wrong with one call: an HTTP status, `error` inside a 200, or no answer before or after the effect."""

    status: int = 200
    retry_after: str | None = None
    html: str | None = None
    error: str | None = None
    hangs: str | None = None  # before or after
    drops: str | None = None  # the line, before or after


@dataclass(frozen=True)
class Call:
    method: str
    args: Mapping[str, Any]
    token: str


@dataclass(frozen=True)
class Got:
    """What the app answered."""

    status: int
    body: Any


@dataclass
class SlackDouble:
    """Start it, point an app's base_url at `api`, and stop it."""

    signing_secret: str = "the signing secret"
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    whispers: list[Any] = field(default_factory=list)  # what came to a response_url
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # by channel and ts
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # uploaded ones, by id
    waits_for_files: int = 0  # times a file is asked for before it is there, because it is taken up later
    homes: dict[str, Any] = field(default_factory=dict)
    views: dict[str, Any] = field(default_factory=dict)
    triggers: set[str] | None = None  # those that still live; None: all
    url: str = ""
    choose: Callable[[str], Fault] = lambda _: Fault()  # what goes wrong where nothing was scripted
    instead: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = field(default_factory=dict)  # by method

    def __post_init__(self) -> None:
        self.channels = Channels(self.users)
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._numbers = itertools.count(1)
        self._released = asyncio.Event()
        self._sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self._whispered = asyncio.Event()
        self._acks: dict[str, asyncio.Future[Any]] = {}

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    async def start(self) -> "SlackDouble":
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._serve_call)  # the SDK reads by GET
        app.router.add_post("/reply/{name}", self._serve_reply)
        app.router.add_post("/upload/{file}", self._serve_upload)
        app.router.add_get("/link", self._serve_socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        self._released.set()
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    def script(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong like this, in turn."""
        self._faults[method].extend(faults)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # -- the Web API ---------------------------------------------------------------------------------------------------

    async def _serve_call(self, request: web.Request) -> web.StreamResponse:
        method, args = request.match_info["method"], await _read_args(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method, args, token))
        fault = self._take_fault(method)
        if "before" not in (fault.hangs, fault.drops) and fault.status == 200 and not fault.error:
            said = self._do(method, args)
        else:
            said = {"ok": False, "error": fault.error or "internal_error"}
        if fault.hangs:
            await self._released.wait()
        if fault.drops and request.transport:
            request.transport.close()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        if self.channels.scopes is not None:
            headers["X-OAuth-Scopes"] = ",".join(sorted(self.channels.scopes))
        if fault.html is not None:
            return web.Response(status=fault.status, text=fault.html, content_type="text/html", headers=headers)
        return web.json_response(said, status=fault.status, headers=headers)

    def _take_fault(self, method: str) -> Fault:
        return self._faults[method].popleft() if self._faults[method] else self.choose(method)

    def _do(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        does = self.instead.get(method) or getattr(self, f"_{method.replace('.', '_')}", None)
        try:
            done = does(args) if does else self.channels.do(method, args)
            return {"ok": True, **done} if done is not None else {"ok": False, "error": "unknown_method"}
        except Refused as refused:
            return refused.said
        except KeyError as missing:
            return {"ok": False, "error": str(missing.args[0])}

    def _auth_test(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {"team_id": "T01", "user_id": "UBOT", "bot_id": "B01", "team": "Example", "user": "secret-review"}

    def _chat_postMessage(self, args: Mapping[str, Any]) -> dict[str, Any]:
        ts = f"1790000100.{next(self._numbers):06}"
        if not args.get("channel"):
            raise KeyError("channel_not_found")
        self.channels.may_be_written(args["channel"])
        self._find_files(args.get("blocks") or ())
        self.messages[args["channel"], ts] = {"ts": ts, **args}
        return {"channel": args["channel"], "ts": ts, "message": self.messages[args["channel"], ts]}

    def _chat_update(self, args: Mapping[str, Any]) -> dict[str, Any]:
        at = (args["channel"], args["ts"])
        if at not in self.messages:
            raise KeyError("message_not_found")
        self.messages[at] = {**self.messages[at], **args}
        return {"channel": at[0], "ts": at[1], "message": self.messages[at]}

    def _find_files(self, blocks: Any) -> None:
        """Whatever is shown must be uploaded, complete and taken up."""
        for block in (one for one in blocks if "slack_file" in one):
            file = self.files.get(block["slack_file"]["id"], {})
            if not file.get("is_complete"):
                raise KeyError("invalid_blocks")
            file["asked"] += 1
            if file["asked"] <= self.waits_for_files:
                raise KeyError("invalid_blocks")

    def _files_getUploadURLExternal(self, args: Mapping[str, Any]) -> dict[str, Any]:
        name = f"F{next(self._numbers):010}"
        self.files[name] = {"name": args["filename"], "length": int(args["length"]), "asked": 0, "shared": []}
        return {"file_id": name, "upload_url": f"{self.url}/upload/{name}"}

    async def _serve_upload(self, request: web.Request) -> web.Response:
        fault = self._take_fault("upload")
        file, body = self.files[request.match_info["file"]], await request.read()
        if fault.status == 200 and len(body) == file["length"]:
            file["body"] = body
        return web.Response(status=fault.status, text="OK")

    def _files_completeUploadExternal(self, args: Mapping[str, Any]) -> dict[str, Any]:
        told = _object(args["files"])
        for one in told:
            if "body" not in self.files.get(one["id"], ()):
                raise KeyError("file_not_found")
            self.files[one["id"]] |= {"is_complete": True, "title": one["title"]}
            self.files[one["id"]]["shared"] += [args["channel_id"]] if args.get("channel_id") else []
        return {"files": [{"id": one["id"], "title": one["title"]} for one in told]}

    def _conversations_open(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{args['users'][1:]}"}}

    def _conversations_history(self, args: Mapping[str, Any]) -> dict[str, Any]:
        told = [one for (channel, _), one in self.messages.items() if channel == args["channel"]][::-1]
        begin = int(args.get("cursor") or 0)
        end = begin + int(args.get("limit", 100))
        cursor = str(end) if end < len(told) else ""
        return {"messages": told[begin:end], "response_metadata": {"next_cursor": cursor}}

    def _users_info(self, args: Mapping[str, Any]) -> dict[str, Any]:
        if args["user"] not in self.users:
            raise KeyError("user_not_found")
        return {"user": self.users[args["user"]]}

    def _users_lookupByEmail(self, args: Mapping[str, Any]) -> dict[str, Any]:
        found = [one for one in self.users.values() if one["profile"]["email"] == args["email"] and not one["deleted"]]
        if not found:
            raise KeyError("users_not_found")
        return {"user": found[0]}

    def _views_open(self, args: Mapping[str, Any]) -> dict[str, Any]:
        if self.triggers is not None and args["trigger_id"] not in self.triggers:
            raise KeyError("expired_trigger_id")
        name = f"V{next(self._numbers)}"
        self.views[name] = _object(args["view"])
        return {"view": {"id": name, "hash": f"{name}.1", **self.views[name]}}

    _views_push = _views_open

    def _views_update(self, args: Mapping[str, Any]) -> dict[str, Any]:
        self.views[args["view_id"]] = _object(args["view"])
        return {"view": {"id": args["view_id"], **self.views[args["view_id"]]}}

    def _views_publish(self, args: Mapping[str, Any]) -> dict[str, Any]:
        self.homes[args["user_id"]] = _object(args["view"])
        return {"view": self.homes[args["user_id"]]}

    def _apps_connections_open(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": f"{self.url.replace('http', 'ws')}/link"}

    def add_user(self, user: str, email: str, tz: str = "Asia/Tokyo", locale: str = "ja-JP") -> None:
        told = {"id": user, "team_id": "T01", "tz": tz, "locale": locale, "deleted": False, "is_bot": False}
        self.users[user] = {**told, "profile": {"email": email, "real_name": email.partition("@")[0]}}

    # -- response_url and the socket -----------------------------------------------------------------------------------

    @property
    def replies(self) -> str:
        return f"{self.url}/reply/"

    async def _serve_reply(self, request: web.Request) -> web.Response:
        self.whispers.append(await request.json())
        self._whispered.set()
        return web.Response(text="ok")

    async def wait_for_whisper(self) -> Any:
        await asyncio.wait_for(self._whispered.wait(), 5)
        return self.whispers[-1]

    async def _serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A01"}})
        self._sockets.append(socket)
        self._connected.set()
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                self._settle(frame.data)
        return socket

    def _settle(self, text: str) -> None:
        told = json.loads(text) if text.startswith("{") else {}
        future = self._acks.pop(told.get("envelope_id", ""), None)
        if future and not future.done():
            future.set_result(told.get("payload"))

    async def send_over_socket(
        self, kind: str, payload: Mapping[str, Any], retry: int | None = None, patience: float = 3
    ) -> Any:
        """What the app acknowledged with; raises TimeoutError where it did not. `kind` as in `send`."""
        await asyncio.wait_for(self._connected.wait(), 5)
        name = f"envelope-{next(self._numbers)}"
        self._acks[name] = asyncio.get_running_loop().create_future()
        retried = {} if retry is None else {"retry_attempt": retry, "retry_reason": "timeout"}
        envelope = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True}
        future = self._acks[name]
        await self._sockets[-1].send_json({**envelope, **retried})
        return await asyncio.wait_for(future, patience)

    # -- what Slack sends over HTTP ------------------------------------------------------------------------------------

    async def send(self, app: str, kind: str, payload: Mapping[str, Any], now: float, retry: int | None = None) -> Got:
        """`kind`: events_api, interactive or slash_commands; `app`: where it listens; signed for `now`."""
        body, media = encode(kind, payload)
        retried = {} if retry is None else {"x_slack_retry_num": str(retry), "x_slack_retry_reason": "http_timeout"}
        request = make_request(self.signing_secret, now, body, media, **retried)
        headers = {name.decode(): value.decode() for name, value in request.headers}
        async with ClientSession() as session, session.post(app + request.path, data=body, headers=headers) as response:
            text = await response.text()
            return Got(response.status, json.loads(text) if text.startswith("{") else text)


def _object(value: Any) -> Any:
    read: Any = json.loads(value) if isinstance(value, str) else value
    return read


async def _read_args(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        told: dict[str, Any] = await request.json()
        return told
    return {**request.query, **await request.post()}
