"""The front door: lets in what Teams signed for this app, small and readable, before any library looks at it.

Knows bytes and who checks tokens; must not know what an activity means, and never writes any of it down. A genuine
request sent again passes again: what it says has one key, and the inbox takes each key once.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from adapters.teams.cloud import LOOPBACK
from bot.doorway import (
    FORGED,
    NOWHERE,
    READ_SECONDS,
    UNREADABLE,
    App,
    Message,
    Receive,
    Refused,
    Send,
    answer_empty,
    check_length,
    find_headers,
    hand_on,
    read_body,
    read_json,
)

PATH = "/api/messages"
LARGEST = 256 * 1024  # bytes of one activity; Teams' own messages end at about 100 KB
JSON = b"application/json"
HEADERS = (b"authorization", b"content-type", b"content-length")
ACTIVITY, CLAIMS = "teams.activity", "teams.claims"  # what the inner application finds in its scope


class Gatekeeper(Protocol):
    """Who tells genuine requests from others."""

    async def read_claims(self, header: bytes) -> Mapping[str, Any]: ...

    def is_meant(self, claims: Mapping[str, Any], activity: Mapping[str, Any]) -> bool: ...


class Door:
    """An ASGI application before another one; `is_local` lets in this machine alone."""

    def __init__(self, inner: App, keeper: Gatekeeper, is_local: bool = False) -> None:
        self.inner = inner
        self.keeper = keeper
        self.is_local = is_local
        self.read_seconds = READ_SECONDS
        self.refused: Counter[int] = Counter()  # how many by status, and nothing else of them

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": f"{scope['type']}.close"})
            return
        try:
            body, told = await self._admit(scope, receive)
        except Refused as refused:
            self.refused[refused.status] += 1
            await answer_empty(send, refused.status)
        else:
            kept = {**scope, "headers": [(b"content-type", JSON)], "query_string": b"", **told}
            await self.inner(kept, hand_on(body, receive), send)

    async def _admit(self, scope: Message, receive: Receive) -> tuple[bytes, Message]:
        """Body and activity of a request that may pass. Raises Refused."""
        if (scope["method"], scope["path"]) != ("POST", PATH):
            raise Refused(NOWHERE)
        token, media, length = find_headers(scope["headers"], HEADERS)
        if self.is_local and not is_near(scope):
            raise Refused(FORGED)
        check_length(length, LARGEST)
        claims = await self.keeper.read_claims(token)
        body = await read_body(receive, LARGEST, self.read_seconds)
        activity = read_activity(media, body)
        if not self.keeper.is_meant(claims, activity):
            raise Refused(FORGED)
        return body, {ACTIVITY: activity, CLAIMS: claims}


def is_near(scope: Message) -> bool:
    """Whether the other end of the line is this machine."""
    return bool(scope.get("client")) and scope["client"][0] in LOOPBACK


def read_activity(media: bytes, body: bytes) -> Mapping[str, Any]:
    """One JSON object with a type. Raises Refused."""
    try:
        activity = read_json(body.decode())
    except (ValueError, RecursionError):
        raise Refused(UNREADABLE) from None
    if media.partition(b";")[0].strip().lower() != JSON or not isinstance(activity.get("type"), str):
        raise Refused(UNREADABLE)
    return activity
