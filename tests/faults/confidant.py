"""The real desk for reports and the real conversation, in a process that is told things and says what it took, until
it is killed with them half written."""

import logging
import os
import tempfile
from collections.abc import Mapping
from typing import Any

from bot.bootstrap import Program, build_desk, build_inspect
from bot.conversation import Conversation, Wanted
from bot.delivery import Voice
from bot.due import Due
from bot.events import Body, Event, Opened, Said, Submitted
from bot.prompts import Prompt
from bot.reporting import Caller
from bot.state.lane import Lane
from bot.state.queries import Member
from bot.state.store import Vaults
from tests.faults.lines import read_orders, say

SURFACE = "slack"


class Confidant:
    """Takes one thing after the other."""

    def __init__(self, program: Program, lane: Lane, writes: bool) -> None:
        inspect = build_inspect(program.content)
        self.program = program
        self.desk = build_desk(program)
        self.conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)
        self.voice = Voice(program.store, program.reader, SURFACE)
        self.writes = writes  # the fault on purpose: into the log

    async def hear(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What came of it: the question that follows, by name, kind and the ids of its text fields."""
        member = self.program.find_member(f"{told['who']}@hibarino.example")
        assert member is not None
        body = to_body(told)
        if self.writes:
            logging.getLogger("secret_review").error("%s", body)
        if told["flow"] == "report":
            return await self._report(member, told["key"], body)
        return await self._answer(member, told["flow"], told["key"], body)

    async def _report(self, member: Member, key: str, body: Body) -> dict[str, Any]:
        caller = Caller(SURFACE, f"T1:{member.email}", member.id, member.language, member.timezone, "D1")
        came = await self.desk.take(caller, key, body, self.program.clock.now())
        await self.desk.settle(came)
        return to_line(next((one for one in came.shown if isinstance(one, Prompt)), None))

    async def _answer(self, member: Member, flow: str, key: str, body: Body) -> dict[str, Any]:
        await Due(self.conversation).do_due()
        interview = await self.conversation.take_up(member, Wanted(flow), member.id)
        if interview is None:
            return to_line(None)
        for step, one in enumerate((Opened(), body)):
            event = Event(f"{key}:{step}", interview, member.id, SURFACE, self.program.clock.now(), one, member.id)
            await self.conversation.handle(event)
        return to_line(self.voice.make_prompt(member, interview))


def to_body(told: Mapping[str, Any]) -> Body:
    if told.get("fields"):
        return Submitted(told["fields"])
    return Said(told["text"]) if told.get("text") else Opened()


def to_line(prompt: Prompt | None) -> dict[str, Any]:
    if prompt is None:
        return {"question": "", "kind": "", "texts": []}
    return {
        "question": prompt.question,
        "kind": prompt.kind,
        "texts": [one.id for one in prompt.fields if one.kind == "text"],
    }


async def confide(program: Program, how: Mapping[str, Any]) -> None:
    """`how`: {folder: where temporary files and what is printed go, clear: seal nothing, writes: log what is told};
    the last two are faults on purpose."""
    screen = os.open(os.path.join(how["folder"], "screen.txt"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(screen, 2)
    tempfile.tempdir = os.environ["TMPDIR"] = os.environ["SQLITE_TMPDIR"] = how["folder"]
    if how.get("clear"):
        unseal(program)
    lane = Lane(program.store.take_turns)
    lane.start()
    confidant = Confidant(program, lane, how.get("writes", False))
    async for told in read_orders():
        say(key=told["key"], **await confidant.hear(told))
    lane.stop()


def unseal(program: Program) -> None:
    """The fault on purpose: from now on everything of cases is kept as it was said."""
    from tests.state.test_canary_cases import ClearVault

    clear: Any = ClearVault()
    program.store.vault, program.store.keeper = Vaults(clear, clear)
    program.reader.vault = clear
