"""An ASGI application on a free port, and bytes sent to it as they are."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from socket import socket
from typing import Any

import uvicorn

from adapters.slack.answer import Answer
from bot.incoming import Incoming
from tests.doubles.payloads import Request

NOW = 1_790_000_002.0
CUT = 0
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


class Watch:
    """A clock that is put forward by hand."""

    def __init__(self, at: float = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


class Desk:
    """A handler that notes what reached it, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[Incoming] = []
        self.answer: Answer | BaseException = Answer()
        self.waits: asyncio.Event | None = None

    async def handle(self, incoming: Incoming) -> Answer:
        self.got.append(incoming)
        if self.waits:
            await self.waits.wait()
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@asynccontextmanager
async def serve(app: Any, listening: socket | None = None) -> AsyncIterator[int]:
    """The port it listens on: that of the socket handed in, or any."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening] if listening else None)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


def to_wire(request: Request, framing: bytes = b"") -> bytes:
    """As HTTP/1.1; `framing` stands in for the length."""
    framing = framing or b"content-length: %d" % len(request.body)
    head = [f"{request.method} {request.path} HTTP/1.1".encode(), b"host: test", b"connection: close", framing]
    return b"\r\n".join([*head, *(b": ".join(one) for one in request.headers)]) + b"\r\n\r\n" + request.body


def claim(length: bytes) -> Callable[[Request], bytes]:
    """With a length that is not the body's."""
    return lambda request: to_wire(request, b"content-length: " + length)


def to_pieces(request: Request) -> bytes:
    """Without a length."""
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body), request.body)
    return to_wire(replace(request, body=body), b"transfer-encoding: chunked")


async def send(port: int, request: bytes) -> tuple[int, bytes]:
    """The status and the body of the answer, CUT where the other side hung up while we still spoke."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        answer = await asyncio.wait_for(reader.read(), 20)
    except ConnectionResetError:
        return CUT, b""
    finally:
        writer.close()
    top, _, told = answer.partition(b"\r\n\r\n")
    return (int(top.split(b" ")[1]) if top else CUT), told
