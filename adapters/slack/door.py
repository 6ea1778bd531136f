"""The front door: lets in what Slack signed, fresh, small and readable, before any library looks at it.

Knows bytes, a secret and the time; must not know what a request means, and never writes any of it down.

A genuine request sent again within the five minutes passes again, on purpose: Slack itself does that. It is harmless
because what it says has one key, `slack:<team>:<event id, or trigger, or message and time>` (inbound.py), and the inbox
takes each key once.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.doorway import (
    FORGED,
    NOWHERE,
    READ_SECONDS,
    UNREADABLE,
    App,
    BlankSecret,
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
from bot.ports import Clock

PATH = "/slack/events"
LARGEST = 256 * 1024  # bytes of one request
FRESH_SECONDS = 300  # between Slack's clock and ours, either way
MOST_FIELDS = 100  # of a form; a slash command has about fifteen

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
HEADERS = (b"x-slack-request-timestamp", b"x-slack-signature", b"content-type", b"content-length")
HANDED_ON = (b"content-type", b"x-slack-retry-num", b"x-slack-retry-reason")  # Bolt obeys others, which nobody signed
LONGEST_STAMP = 12  # digits of a time in seconds, far beyond any that is fresh


class Door:
    """An ASGI application before another one."""

    def __init__(self, inner: App, signing_secret: str, clock: Clock, read_seconds: float = READ_SECONDS) -> None:
        """Raises BlankSecret."""
        if not signing_secret.strip():
            raise BlankSecret("signing secret")
        self.inner = inner
        self.secret = signing_secret.strip().encode()
        self.clock = clock
        self.read_seconds = read_seconds
        self.refused: Counter[int] = Counter()  # how many by status, and nothing else of them

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
        elif scope["type"] == "http":
            await self._receive(scope, receive, send)
        else:
            await send({"type": f"{scope['type']}.close"})

    async def _receive(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            body = await self._admit(scope, receive)
        except Refused as refused:
            self.refused[refused.status] += 1
            await answer_empty(send, refused.status)
        else:
            headers = [one for one in scope["headers"] if one[0].lower() in HANDED_ON]
            await self.inner({**scope, "headers": headers, "query_string": b""}, hand_on(body, receive), send)

    async def _admit(self, scope: Message, receive: Receive) -> bytes:
        """The whole body of a request that may pass. Raises Refused."""
        if (scope["method"], scope["path"]) != ("POST", PATH):
            raise Refused(NOWHERE)
        stamp, signature, kind, length = find_headers(scope["headers"], HEADERS)
        check_length(length, LARGEST)
        body = await read_body(receive, LARGEST, self.read_seconds)
        if not self.is_genuine(stamp, signature, body):
            raise Refused(FORGED)
        if not is_readable(kind, body):
            raise Refused(UNREADABLE)
        return body

    def is_genuine(self, stamp: bytes, signature: bytes, body: bytes) -> bool:
        """Whether our own secret made this signature of this body, within five minutes of now; for any bytes at all."""
        return is_signed(self.secret, stamp, signature, body) and is_fresh(stamp, self.clock.now().timestamp())


def is_signed(secret: bytes, stamp: bytes, signature: bytes, body: bytes) -> bool:
    """Compared in a time that does not tell how much of it is right."""
    right = "v0=" + hmac.new(secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature)


def is_fresh(stamp: bytes, now: float) -> bool:
    """`stamp` in whole seconds, as ASCII digits."""
    return stamp.isdigit() and len(stamp) <= LONGEST_STAMP and abs(now - int(stamp)) <= FRESH_SECONDS


def is_readable(kind: bytes, body: bytes) -> bool:
    """Whether these bytes are what Slack sends: a JSON object with a type, or a form with one inside, or a command."""
    try:
        return _is_shaped(decode(kind, body))
    except (ValueError, RecursionError):
        return False


def decode(kind: bytes, body: bytes) -> Mapping[str, Any]:
    """What the body says, by its content type. Raises ValueError or RecursionError."""
    media = kind.partition(b";")[0].strip().lower().decode("latin-1")
    if media == JSON:
        return read_json(body.decode())
    if media != FORM:
        raise ValueError("content type")
    fields = parse_qsl(
        body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_FIELDS
    )
    if len(dict(fields)) < len(fields):
        raise ValueError("the same field twice")
    form = dict(fields)
    return read_json(form["payload"]) if "payload" in form else form


def _is_shaped(said: Mapping[str, Any]) -> bool:
    return any(isinstance(said.get(name), str) for name in ("type", "command", "ssl_check"))
