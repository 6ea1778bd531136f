"""Teams, as a bot sees it: a connector that keeps what it is told, keys with which it signs, faults on request."""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

import jwt
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from adapters.teams.cloud import Cloud, is_loopback
from tests.doubles.activities import TENANT

APP = "00000000-aaaa-4000-8000-0000000000b0"
ISSUER = "https://api.botframework.com"


class Fault(NamedTuple):
    """What goes wrong with one call: an HTTP status, or no answer before or after the effect."""

    status: int = 200
    code: str = ""
    retry_after: str | None = None
    html: str | None = None
    body: str | None = None  # in place of the usual error
    hangs: str | None = None  # before or after
    drops: str | None = None  # the line, before or after
    leads_to: str | None = None  # another address


# As Microsoft documents what is answered where somebody blocked the bot or took it away.
BLOCKED = Fault(
    403,
    "MessageWritesBlocked",
    body='{"errorCode":209,"message":"{\\r\\n  \\"subCode\\": \\"MessageWritesBlocked\\"}"}',
)


class Call(NamedTuple):
    """What the bot asked for."""

    method: str  # send, update, create, member
    conversation: str
    body: Mapping[str, Any]
    token: str
    query: Mapping[str, str]
    name: str = ""  # of the activity that was sent or updated


class Got(NamedTuple):
    """What the bot answered."""

    status: int
    body: Any


class Signer:
    """One signing key."""

    def __init__(self, name: str, endorsements: tuple[str, ...] = ("msteams",)) -> None:
        self.name = name
        self.key: RSAPrivateKey = generate_private_key(65537, 2048)
        self.endorsements = endorsements

    def to_jwk(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {**told, "kid": self.name, "use": "sig", "endorsements": list(self.endorsements)}

    def sign(self, claims: Mapping[str, Any], **headers: Any) -> str:
        return jwt.encode(dict(claims), self.key, "RS256", {"kid": self.name, **headers})


@dataclass
class TeamsDouble:
    """Start it, hand `cloud` to the server, and stop it."""

    members: dict[str, dict[str, Any]] = field(default_factory=dict)  # by Teams' own id of a user
    calls: list[Call] = field(default_factory=list)
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # by conversation and id
    signers: list[Signer] = field(default_factory=lambda: [Signer("key-1")])
    fetched: int = 0  # how often the keys were
    url: str = ""
    choose: Callable[[str], Fault] = lambda _: Fault()  # what goes wrong where nothing was scripted

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._numbers = itertools.count(1)
        self._released = asyncio.Event()

    @property
    def service(self) -> str:
        return f"{self.url}/teams/"

    @property
    def cloud(self) -> Cloud:
        return Cloud(openid=f"{self.url}/openid", is_service=is_loopback)

    async def start(self) -> "TeamsDouble":
        app = web.Application()
        app.router.add_get("/openid", self._serve_metadata)
        app.router.add_get("/keys", self._serve_keys)
        app.router.add_post("/teams/v3/conversations", self._serve_create)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._serve_send)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities/{name}", self._serve_send)
        app.router.add_put("/teams/v3/conversations/{conversation}/activities/{name}", self._serve_update)
        app.router.add_get("/teams/v3/conversations/{conversation}/members/{user}", self._serve_member)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        self._released.set()
        await self._runner.cleanup()

    def script(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong like this, in turn."""
        self._faults[method].extend(faults)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def add_member(self, user: str, email: str, **more: Any) -> None:
        told = {"id": user, "aadObjectId": f"aad-{user}", "name": email.partition("@")[0], "email": email}
        self.members[user] = {**told, "userPrincipalName": email, "tenantId": TENANT, "userRole": "user", **more}

    # -- keys ----------------------------------------------------------------------------------------------------------

    async def _serve_metadata(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _serve_keys(self, _: web.Request) -> web.Response:
        self.fetched += 1
        return web.json_response({"keys": [one.to_jwk() for one in self.signers]})

    def rotate(self, name: str) -> None:
        """From now on another key signs, and nobody tells of the old one any more."""
        self.signers = [Signer(name)]

    def make_claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP, "nbf": now - 60, "exp": now + 3600, "serviceurl": self.service, **changed}
        return {name: value for name, value in claims.items() if value is not None}

    def make_token(self, **changed: Any) -> str:
        return f"Bearer {self.signers[0].sign(self.make_claims(**changed))}"

    # -- the connector -------------------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request, method: str, do: Callable[[Any], tuple[Any, str]]) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        fault = self._faults[method].popleft() if self._faults[method] else self.choose(method)
        told: Any = {"error": {"code": fault.code or "ServiceError", "message": "said by the double"}}
        name = ""
        if "before" not in (fault.hangs, fault.drops) and fault.status == 200 and not fault.leads_to:
            told, name = do(body)
        conversation = unquote(request.match_info.get("conversation", ""))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(method, conversation, body, token, dict(request.query), name))
        if fault.hangs:
            await self._released.wait()
        if fault.drops and request.transport:
            request.transport.close()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        if fault.leads_to:
            return web.Response(status=307, headers={"Location": fault.leads_to})
        if fault.html is not None:
            return web.Response(status=fault.status, text=fault.html, content_type="text/html", headers=headers)
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, content_type="application/json", headers=headers)
        status = fault.status if fault.status != 200 else (404 if told is None else 201 if method != "member" else 200)
        missing = {"error": {"code": "ActivityNotFoundInConversation"}}
        return web.json_response(missing if told is None else told, status=status, headers=headers)

    async def _serve_create(self, request: web.Request) -> web.Response:
        def do(body: Any) -> tuple[Any, str]:
            return {"id": conversation_of(body["members"][0]["id"])}, ""

        return await self._serve(request, "create", do)

    async def _serve_send(self, request: web.Request) -> web.Response:
        conversation = unquote(request.match_info["conversation"])

        def do(body: Any) -> tuple[Any, str]:
            name = f"17900001{next(self._numbers):05}"
            self.messages[conversation, name] = body
            return {"id": name}, name

        return await self._serve(request, "send", do)

    async def _serve_update(self, request: web.Request) -> web.Response:
        at = (unquote(request.match_info["conversation"]), unquote(request.match_info["name"]))

        def do(body: Any) -> tuple[Any, str]:
            if at not in self.messages:
                return None, at[1]
            self.messages[at] = body
            return {"id": at[1]}, at[1]

        return await self._serve(request, "update", do)

    async def _serve_member(self, request: web.Request) -> web.Response:
        user = unquote(request.match_info["user"])
        return await self._serve(request, "member", lambda _: (self.members.get(user), user))

    # -- what Teams sends ----------------------------------------------------------------------------------------------

    async def send(self, app: str, activity: Mapping[str, Any], token: str | None = None) -> Got:
        """`app`: where it listens."""
        told = {"serviceUrl": self.service, **activity}
        headers = {"Authorization": token or self.make_token()}
        async with (
            ClientSession() as session,
            session.post(f"{app}/api/messages", json=told, headers=headers) as answer,
        ):
            text = await answer.text()
            return Got(answer.status, json.loads(text) if text.startswith("{") else text)


def conversation_of(user: str) -> str:
    """The conversation of this user and the bot."""
    return f"a:talk-{user.removeprefix('29:')}"
