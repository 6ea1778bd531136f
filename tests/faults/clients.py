"""People who keep answering while the program is killed under them, and who remember what was accepted."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from tests.faults.places import ROOT, Place

PATIENCE = 60.0  # seconds after which a silent program is a failed test
BACK = "戻る"
REPLIES = {
    "begin": "1",
    "pack_more": "なし",
    "knows_best": "",
    "who_would": "nobody",
    "left_behind": "いいえ",
    "confirm_list": "1",
}
_numbers = count(1)


class Reply(NamedTuple):
    """One reply under its event key; `text` is None where the person only turned to the interview."""

    key: str
    text: str | None
    question: str


def choose_reply(question: str, chance: Random) -> str:
    """What a person says to a question; often the list is told over again, so that interviews get long."""
    if question == "pack_prompts":
        return BACK if chance.random() < 0.6 else "1"
    return REPLIES.get(question) or ("" if question == "knows_best" else f"第{next(_numbers)}番の図面")


class Ended(Exception):
    """The program is gone, whether or not somebody killed it."""


class Lines:
    """Whole lines of JSON from a descriptor; what stands there without its line end was never said."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.rest = b""

    def read(self, until: float) -> list[Any]:
        """What is there now, or the next that comes; nothing at `until`. Raises Ended."""
        ready, _, _ = select.select([self.descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return []
        try:
            chunk = os.read(self.descriptor, 65536)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            raise Ended("the program is gone")
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        return [json.loads(line) for line in whole]

    def read_rest(self, patience: float = PATIENCE) -> list[Any]:
        """Everything said before the end, which is waited for."""
        found: list[Any] = []
        end = time.monotonic() + patience
        try:
            while time.monotonic() < end:
                found += self.read(end)
        except Ended:
            return found
        raise AssertionError("the program does not end")


class Worker:
    """A forked process of the program; used in a `with` block, after which it is gone in any case."""

    def __init__(self, process: int, line: socket.socket) -> None:
        self.process = process
        self.line = line
        self.lines = Lines(line.fileno())
        self.is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.is_over:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.kill(self.process, signal.SIGKILL)
        self.line.close()

    def send(self, orders: Iterable[Any]) -> None:
        for order in orders:
            self.line.sendall(json.dumps(order).encode() + b"\n")

    def kill(self) -> list[Any]:
        """Kill it, wait until it is gone, and read what it had said by then."""
        os.kill(self.process, signal.SIGKILL)
        return self.read_rest()

    def finish(self, patience: float = PATIENCE) -> list[Any]:
        """End its input, so that it ends by itself, and read what it says until then."""
        self.line.shutdown(socket.SHUT_WR)
        return self.read_rest(patience)

    def read_rest(self, patience: float = PATIENCE) -> list[Any]:
        rest = self.lines.read_rest(patience)
        self.is_over = True
        return rest


class Forge:
    """The process that forks workers. `content` is a data folder in which content lies compiled."""

    def __init__(self, content: Path) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker", str(theirs.fileno()), str(content)],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def start(self, place: Place, settings: Mapping[str, str] = MappingProxyType({}), **order: Any) -> Worker:
        """A worker at a place; `settings` are more of them, by the names they have in the environment."""
        ours, theirs = socket.socketpair()
        with theirs:
            message = json.dumps({"place": {**place.describe(), **settings}, **order}).encode()
            socket.send_fds(self.control, [message], [theirs.fileno()])
            process = self.control.recv(64)
        if not process:
            ours.close()
            raise Ended("the forge")
        return Worker(int(process), ours)

    def close(self) -> None:
        self.control.close()
        self.process.wait(PATIENCE)


@dataclass(slots=True)
class Talker:
    """One person who answers interview after interview."""

    email: str
    chance: Random
    keeps_keys: bool = True  # the fault on purpose: to send again under another key
    interview: str | None = None
    pending: Reply | None = None
    accepted: dict[str, list[Reply]] = field(default_factory=dict)  # by interview, in order
    resent: int = 0
    repeated: int = 0  # of the resent ones, those that had been committed before the kill

    def resume(self) -> dict[str, Any]:
        """After a start: the reply nobody accepted once more, under its key; without one, back to the interview."""
        self.resent += self.pending is not None
        if self.pending is None:
            self.interview = None
            self.pending = self._make(None, "")
        elif not self.keeps_keys:
            self.pending = self._make(self.pending.text, self.pending.question)
        return self._order()

    def hear(self, line: dict[str, Any], last: bool = False) -> list[dict[str, Any]]:
        """Take in one line; the order that follows from it, unless this is to be the last."""
        assert "error" not in line, line["error"]
        if "accepted" in line:
            assert self.pending and self.pending.key == line["key"]
            self.accepted.setdefault(line["interview"], []).append(self.pending)
            self.pending = None
            return []
        self.repeated += line["repeated"]
        is_over = line["status"] == "done"
        self.interview = None if is_over else line["interview"]
        if last:
            return []
        text = None if is_over else choose_reply(line["question"], self.chance)
        self.pending = self._make(text, line["question"])
        return [self._order()]

    def _make(self, text: str | None, question: str) -> Reply:
        return Reply(f"kill:{self.email}:{next(_numbers)}", text, question)

    def _order(self) -> dict[str, Any]:
        assert self.pending
        return {
            "person": self.email,
            "interview": self.interview,
            "key": self.pending.key,
            "text": self.pending.text,
        }


def live(worker: Worker, talkers: Sequence[Talker], during_start: float | None, talking: float) -> None:
    """Let everybody talk to a worker, then kill it, whatever it does: so long after its start, or its first word."""
    until = time.monotonic() + (PATIENCE if during_start is None else during_start)
    has_spoken = during_start is not None
    with worker:
        worker.send(talker.resume() for talker in talkers)
        while time.monotonic() < until:
            lines = worker.lines.read(until)
            if lines and not has_spoken:
                has_spoken, until = True, time.monotonic() + talking
            for line in lines:
                worker.send(_find(talkers, line).hear(line))
        for line in worker.kill():
            _find(talkers, line).hear(line)


def live_on(worker: Worker, talkers: Sequence[Talker]) -> None:
    """Let everybody talk to a worker that ends by itself."""
    with worker, suppress(Ended):
        worker.send(talker.resume() for talker in talkers)
        while lines := worker.lines.read(time.monotonic() + PATIENCE):
            for line in lines:
                worker.send(_find(talkers, line).hear(line))
        raise AssertionError("the program does not end")


def settle_rest(worker: Worker, talkers: Sequence[Talker]) -> None:
    """Get the last replies accepted, and let the worker end by itself."""
    with worker:
        worker.send(talker.resume() for talker in talkers)
        for line in worker.finish():
            _find(talkers, line).hear(line, last=True)
    assert not any(talker.pending for talker in talkers)


def _find(talkers: Sequence[Talker], line: dict[str, Any]) -> Talker:
    return next(talker for talker in talkers if line["key"].startswith(f"kill:{talker.email}:"))
