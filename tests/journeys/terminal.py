"""A terminal of the tests' own: the real program, replies from a list, what was shown kept as objects."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.terminal.app import SURFACE, Talk
from adapters.terminal.deliver import TerminalMessenger
from bot.bootstrap import Program, build_desk, build_inspect, build_program
from bot.conversation import Conversation, Wanted
from bot.delivery import Delivery
from bot.settings import Settings
from bot.state.lane import Lane


def open_program(folder: Path, **more: Any) -> Program:
    """The trial company in an empty folder."""
    return build_program(Settings(data=folder / "data", key_file=folder / "key", **more))


@dataclass
class Screen:
    """What one person saw, in order, and how many replies it took."""

    shown: list[dict[str, Any]] = field(default_factory=list)
    replies: int = 0
    typed: int = 0

    @property
    def prompts(self) -> list[dict[str, Any]]:
        return [one for one in self.shown if one["type"] == "prompt"]

    @property
    def notices(self) -> list[str]:
        return [one["text"] for one in self.shown if one["type"] == "notice"]

    @property
    def ends(self) -> list[tuple[str, str]]:
        return [(one["flow"], one["outcome"]) for one in self.shown if one["type"] == "end"]


Reply = Callable[[dict[str, Any]], str | None]  # what somebody says to the prompt before them; None ends the input


def talk(
    program: Program,
    email: str,
    replies: Iterable[str] | Reply,
    flow: str | None = None,
    lang: str | None = None,
    items: tuple[str, ...] = (),
) -> Screen:
    """One person's visit: the replies are typed one by one, or as each prompt asks for, then the input ends."""
    return _visit(program, email, replies, lambda visit: visit.run(Wanted(flow, items), lang))


def report(program: Program, email: str, replies: Iterable[str] | Reply, line: str | None = None) -> Screen:
    """The same at the desk that takes reports, begun by this line or by itself."""
    return _visit(program, email, replies, lambda visit: visit.report(line))


def _visit(
    program: Program, email: str, replies: Iterable[str] | Reply, visits: Callable[[Talk], Coroutine[Any, Any, Any]]
) -> Screen:
    member = program.find_member(email)
    assert member is not None, email
    screen, waiting = Screen(), iter(()) if callable(replies) else iter(replies)

    async def read_line() -> str | None:
        line = replies(screen.prompts[-1]) if callable(replies) else next(waiting, None)
        screen.replies += line is not None
        screen.typed += len(line or "")
        return line

    lane = Lane(program.store.take_turns)
    messenger = TerminalMessenger(
        lambda text: screen.shown.append(json.loads(text)), program.content.shared, jsonl=True
    )
    inspect = build_inspect(program.content)
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)
    delivery = Delivery(program.store, program.reader, messenger, program.clock, SURFACE)
    visit = Talk(
        conversation, delivery, messenger, member, member.id, program.clock, program.ids, read_line, build_desk(program)
    )
    lane.start()
    try:
        asyncio.run(visits(visit))
    finally:
        lane.stop()
    return screen


READ = {"ja": 8, "en": 16}  # characters a second; the same words take about twice as many letters in English


def count_minutes(screen: Screen, language: str = "ja") -> float:
    """The time model: reading eight characters a second, three seconds a press, eight a short text."""
    read = sum(len(_spoken(one)) for one in screen.shown if one["type"] != "end")
    return (read / READ[language] + screen.replies * 3 + screen.typed / 4) / 60


def _spoken(one: dict[str, Any]) -> str:
    if one["type"] == "notice":
        return str(one["text"])
    labels = [line["label"] + line["note"] for line in one["lines"]] + [choice["label"] for choice in one["choices"]]
    fields = [line["label"] + "".join(choice["label"] for choice in line["choices"]) for line in one["fields"]]
    return one["body"] + one["title"] + "".join([*labels, *fields])
