"""What every front door does before it knows who knocks: one body of a bounded size, in time, as bounded JSON.

Knows ASGI and JSON; must not know whose door it is, and never writes any of it down.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

READ_SECONDS = 10.0  # to hand over a whole request
DEEPEST = 32  # objects and lists within each other
LONGEST_LENGTH = 12  # digits of a content-length, far beyond any that is taken

UNREADABLE, FORGED, NOWHERE, TOO_LARGE = 400, 401, 404, 413


class Refused(Exception):
    """This request goes no further; the status is all its sender learns."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BlankSecret(ValueError):
    """Without what tells genuine requests from others anybody could speak for anybody; such a door is not built."""


def find_headers(headers: Iterable[tuple[bytes, bytes]], wanted: Sequence[bytes]) -> list[bytes]:
    """The value of each; none where there are several, so that nobody reads another one than we."""
    found: dict[bytes, list[bytes]] = {name: [] for name in wanted}
    for name, value in headers:
        found.get(name.lower(), []).append(value)
    return [values[0] if len(values) == 1 else b"" for values in found.values()]


def check_length(length: bytes, largest: int) -> None:
    """`length` as the header has it, or nothing. Raises Refused before anything is read."""
    if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > largest):
        raise Refused(TOO_LARGE)


async def read_body(receive: Receive, largest: int, seconds: float = READ_SECONDS) -> bytes:
    """Raises Refused as soon as it is too much, or takes too long."""
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive, largest)
    except TimeoutError:
        raise Refused(UNREADABLE) from None


async def _collect(receive: Receive, largest: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":  # the sender went away
            raise Refused(UNREADABLE)
        body += message.get("body", b"")
        if len(body) > largest:
            raise Refused(TOO_LARGE)
        if not message.get("more_body", False):
            return bytes(body)


def read_json(text: str) -> Mapping[str, Any]:
    """One object, not too deep. Raises ValueError or RecursionError."""
    value = json.loads(text, parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    if is_deeper(value, DEEPEST):
        raise ValueError("too deep")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def is_deeper(value: Any, most: int) -> bool:
    """Whether there are more than `most` objects and lists within each other; not found out by recursion."""
    layer = [value]
    for _ in range(most):
        layer = [part for one in layer for part in _list_parts(one)]
        if not layer:  # nearly everything that comes ends after a few
            return False
    return any(isinstance(one, dict | list) for one in layer)


def _list_parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def hand_on(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, as it came, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def hand_over() -> Message:
        return waiting.pop() if waiting else await receive()

    return hand_over


async def answer_empty(send: Send, status: int) -> None:
    """A status and nothing else; what may still come of the request is not waited for."""
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
