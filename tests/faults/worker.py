"""A lean process of the real program that takes replies from standard input and says what it accepted.

Run as a module it is a forge: it imports everything once and forks a worker for each socket it is handed, so that a
start costs milliseconds and a test can afford hundreds of kills.
"""

import asyncio
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import count
from pathlib import Path
from typing import Any

from adapters.terminal.inbound import to_body
from bot.bootstrap import Program, build_inspect, build_program
from bot.conversation import Conversation, Wanted
from bot.engine.desk import OVERLAID
from bot.events import Body, Event, Opened
from bot.state.lane import Lane
from bot.state.queries import Member
from tests.faults.confidant import confide
from tests.faults.lines import read_orders, say
from tests.faults.places import settle, to_settings
from tests.faults.speaker import Ahead, speak
from tests.faults.watch import keep_watch

SURFACE = "terminal"
BEFORE = "before "


def make_event(program: Program, member: Member, interview: str, body: Body, key: str) -> Event:
    return Event(key, interview, member.id, SURFACE, program.clock.now(), body, member.id)


@dataclass(frozen=True, slots=True)
class Desk:
    """The program at work for everybody who talks to this process."""

    program: Program
    conversation: Conversation
    members: Mapping[str, Member]
    eager: bool  # the fault on purpose: says "accepted" before the commit
    dies_between: bool  # killed between committing the first item told and saying "accepted", or the reverse

    async def answer(self, asked: Mapping[str, Any]) -> None:
        """One reply, from take-up to what it led to; a fault is said, so that nobody waits in vain."""
        try:
            await self._answer(asked)
        except Exception:
            say(key=asked["key"], error=traceback.format_exc())

    async def _answer(self, asked: Mapping[str, Any]) -> None:
        member, key = self.members[asked["person"]], asked["key"]
        interview = asked["interview"] or await self.conversation.take_up(member, Wanted("inventory"), member.id)
        assert interview
        if self.eager:
            say(key=key, interview=interview, accepted=True)
            self._reach_between(asked)
        body = Opened() if asked["text"] is None else to_body(asked["text"])
        handled = await self.conversation.handle(make_event(self.program, member, interview, body, key))
        assert handled.fault is None, handled
        if not self.eager:
            self._reach_between(asked)
            say(key=key, interview=interview, accepted=True)
        question = self.find_question(interview)
        say(key=key, interview=interview, status=handled.status, repeated=handled.repeated, question=question)

    def _reach_between(self, asked: Mapping[str, Any]) -> None:
        if self.dies_between and "番" in (asked["text"] or ""):
            os.kill(os.getpid(), signal.SIGKILL)

    def find_question(self, interview: str) -> str:
        """The question before the person, without what it is about."""
        found = self.program.reader.read_interview(interview, self.conversation.routes)
        assert found
        aside = found.snapshot.aside or {}
        key = aside["key"] if aside.get("kind") in OVERLAID else found.snapshot.position
        return str(key).partition("@")[0]


async def converse(program: Program, eager: bool, dies_between: bool) -> None:
    """Take replies, many at a time, until standard input ends."""
    lane = Lane(program.store.take_turns)
    inspect = build_inspect(program.content)
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)
    desk = Desk(program, conversation, {one.email: one for one in program.reader.list_members()}, eager, dies_between)
    lane.start()
    tasks = [asyncio.create_task(desk.answer(asked)) async for asked in read_orders()]
    await asyncio.gather(*tasks)
    lane.stop()
    program.database.close()


async def press(program: Program, own: Sequence[str], shared: str, seconds: float) -> None:
    """Write turns of these people as fast as they are accepted, and say how many, how slow and what went wrong.

    `shared` is somebody another process speaks for at the same time.
    """
    lane = Lane(program.store.take_turns)
    inspect = build_inspect(program.content)
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)
    lane.start()
    end = time.monotonic() + seconds
    told = await asyncio.gather(
        *(_press_one(conversation, program, email, end, tell_again) for email in own),
        _press_one(conversation, program, shared, end, hesitate),
    )
    lane.stop()
    program.database.close()
    say(people=told)


def tell_again(number: int) -> str:
    """Begin, and tell the list over and over."""
    if number == 0:
        return "1"
    return f"第{number}番の図面" if number % 2 else "戻る"


def hesitate(number: int) -> str:
    """Nothing that could be chosen: it is noted, and the question stays."""
    return f"まだ{number}回しか見ていません"


async def _press_one(
    conversation: Conversation, program: Program, email: str, end: float, reply: Callable[[int], str]
) -> dict[str, Any]:
    """One person's turns until the end: how many were taken, the longest wait, and the faults."""
    member = program.reader.find_member(email)
    assert member
    interview = await conversation.take_up(member, Wanted("inventory"), member.id)
    assert interview
    taken, longest, faults = 0, 0.0, []
    while (start := time.monotonic()) < end:
        key = f"press:{email}:{os.getpid()}:{taken}"
        event = make_event(program, member, interview, to_body(reply(taken)), key)
        try:
            handled = await conversation.handle(event)
            faults += [handled.fault] if handled.fault else []
            taken += 1
        except Exception as fault:
            faults.append(repr(fault))
        longest = max(longest, time.monotonic() - start)
    return {"email": email, "interview": interview, "taken": taken, "longest": longest, "faults": faults}


def die_at(step: str, times: int = 1) -> None:
    """The fault on purpose: this process is killed the instant a step (`module:function` or `module:Class.function`)
    has returned so many times, or, with "before " in front of it, the instant it begins once more."""
    module, _, path = step.removeprefix(BEFORE).partition(":")
    *outer, name = path.split(".")
    owner: Any = reduce(getattr, outer, importlib.import_module(module))
    function, left = getattr(owner, name), count(times, -1)

    def last(*arguments: Any, **named: Any) -> Any:
        is_last = next(left) == 1
        if is_last and step.startswith(BEFORE):
            os.kill(os.getpid(), signal.SIGKILL)
        came = function(*arguments, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return came

    setattr(owner, name, last)


def work(order: Mapping[str, Any]) -> None:
    if order.get("die_at"):
        die_at(order["die_at"], order.get("times", 1))
    program = build_program(to_settings(order["place"]), clock=Ahead(order.get("ahead", 0.0)))
    if "slack" in order:
        asyncio.run(speak(program, order["slack"], order["ahead"], order["reads_back"]))
    elif "waits" in order:
        asyncio.run(keep_watch(program, order["waits"], order.get("forgets", False)))
    elif "tells" in order:
        asyncio.run(confide(program, order["tells"]))
    elif "own" in order:
        asyncio.run(press(program, order["own"], order["shared"], order["seconds"]))
    else:
        asyncio.run(converse(program, order.get("eager", False), order.get("dies_between", False)))


def serve(control: socket.socket) -> None:
    """Fork a worker for each order; its socket becomes the worker's standard input and output."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        if not message:
            return
        process = os.fork()
        if process == 0:
            control.close()
            run_forked(json.loads(message), descriptors[0])
        os.close(descriptors[0])
        control.sendall(f"{process}\n".encode())


def run_forked(order: Mapping[str, Any], descriptor: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(descriptor, 0)
    os.dup2(descriptor, 1)
    os.close(descriptor)
    code = 1
    try:
        work(order)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        settle(Path(folder) / "warm", content_from=Path(sys.argv[2]))  # what is imported late is imported now
    import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401 - the same

    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
