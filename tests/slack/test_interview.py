"""An interview in Slack from the first word to the register, through the real server against a Slack of ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.access import Scope
from bot.bootstrap import Program, build_program
from bot.server import open_server
from bot.settings import Settings
from tests.doubles.payloads import event, message, press, submit
from tests.doubles.slack import Call, SlackDouble
from tests.slack.serving import SECRET, serve

PATIENCE = 20.0


@dataclass
class Person:
    """Somebody in front of Slack: types, presses the buttons there are, fills in modals."""

    double: SlackDouble
    url: str
    user: str
    read: int = 0
    sent: int = 0
    cards: list[dict[str, Any]] = field(default_factory=list)
    answered: int = 0  # of the cards, those that stood when this person last did something

    async def say(self, text: str) -> None:
        self.sent += 1
        self.answered = len(self.cards)
        stamp = f"{time.time():.6f}"
        said = message(text, self.user, stamp, channel=f"D{self.user[1:]}")
        told = event(said, f"Ev{self.user}{self.sent}")
        assert (await self.double.send(self.url, "events_api", told, time.time())).status == 200

    async def press(self, action: str = "", label: str = "") -> Any:
        """The latest button whose action begins so and that reads so, of a card not answered yet, once it is there."""
        while not (found := self._find_buttons(action, label)):
            await self.hear()
        self.answered = len(self.cards)
        payload = press(found[-1]["value"], self.user, found[-1]["action_id"])
        payload["actions"][0]["action_ts"] = f"{time.time():.6f}"
        return await self.double.send(self.url, "interactive", payload, time.time())

    def _find_buttons(self, action: str, label: str) -> list[dict[str, Any]]:
        found = [one for card in self.cards[self.answered :] for one in buttons(card)]
        return [one for one in found if one["action_id"].startswith(action) and label in ("", one["text"]["text"])]

    async def submit(self, values: dict[str, Any]) -> None:
        view = self.double.called("views.open")[-1].args["view"]
        payload = submit(values, view["private_metadata"], self.user)
        assert (await self.double.send(self.url, "interactive", payload, time.time())).status == 200

    async def hear(self, holds: str = "", asks: bool = True) -> str:
        """What was written to this person since, once this is in it and, where one is to come, a card with a question.

        Whatever else comes by itself, sooner or later, is no answer to what they did: so say what is waited for.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told = [call.args for call in self._posted()]
            new, text = told[self.read :], "\n".join(map(read_message, told[self.read :]))
            if new and holds in text and (not asks or any(buttons(one) or "context" in str(one) for one in new)):
                self.read = len(told)
                self.cards += [one for one in new if one.get("blocks")]
                return text
            await asyncio.sleep(0.02)
        raise AssertionError((holds, [call.args.get("text") for call in self._posted()[-3:]]))

    def _posted(self) -> list[Call]:
        return [call for call in self.double.called("chat.postMessage") if self.user[1:] in str(call.args["channel"])]


def read_message(message: Mapping[str, Any]) -> str:
    """What stands in it; a discreet one says so in its blocks alone."""
    parts = [message["text"], *(block["text"] for block in message.get("blocks", ()) if "text" in block)]
    return "\n".join(str(part["text"]) if isinstance(part, dict) else str(part) for part in parts)


def buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block for block in card.get("blocks", ()) if block["type"] == "actions"]
    return [one for row in rows for one in row["elements"] if one["type"] == "button"]


@asynccontextmanager
async def open_company(folder: Path) -> AsyncIterator[tuple[Program, Person]]:
    double = await SlackDouble(SECRET).start()
    double.add_user("U01", "sato@hibarino.example")
    settings = Settings(data=folder / "data", key_file=folder / "key")
    named = {"slack_bot_token": "xoxb-test", "slack_signing_secret": SECRET, "slack_api_url": double.api}
    program = build_program(settings.model_copy(update=named))
    try:
        async with open_server(program) as server, serve(server.app) as port:
            yield program, Person(double, f"http://127.0.0.1:{port}", "U01")
    finally:
        program.database.close()
        await double.stop()


async def test_from_hello_to_a_judged_item(tmp_path: Path) -> None:
    """A head is met by the address, lists by typing and pressing, judges in a modal, and the register has it."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        await sato.press("choose:1")
        await sato.hear()
        await sato.say("P-3ライン加工条件表")
        await sato.hear()
        for reply in ("なし", "送る", "なし"):
            await sato.say(reply)
            await sato.hear()
        await sato.press("choose:1")
        await sato.hear()
        items = program.reader.read_register(Scope(everything=True))
        assert [one["state"] for one in items] == ["draft"]
        assert (await sato.press("open")).status == 200
        chosen = {"nonpublic": "never", "lifetime": "always", "technical": "yes"}
        values = {f"field:{name}": {"value:1": {"selected_option": {"value": one}}} for name, one in chosen.items()}
        values["field:duties"] = {"value:2": {"selected_options": [{"value": "none"}]}}
        await sato.submit(values)
        await sato.hear()
        await sato.press("choose:1")
        await sato.hear()
        await sato.say("1/1/2/1")
        await sato.hear()
        await sato.say("4/4/3")
        await sato.hear("極秘")
        await sato.press("choose:1")
        await sato.hear("出しました", asks=False)
        items = program.reader.read_register(Scope(everything=True))
        assert [(one["level"], one["class"]) for one in items] == [(3, "L3-desk")]
        assert program.reader.find_chain_break() is None


async def test_what_is_said_among_others_is_no_answer(tmp_path: Path) -> None:
    """A message in a channel is not taken as an answer, and nothing is said to it."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        (waiting,) = program.reader.find_waiting(member.id)
        said = message("はじめる", sato.user, f"{time.time():.6f}", channel="C01", channel_type="channel")
        assert (await sato.double.send(sato.url, "events_api", event(said, "EvC"), time.time())).status == 200
        found = program.reader.read_interview(waiting.id, program.store.words.routes)
        assert found is not None
        assert found.snapshot.answers == {}


@pytest.mark.parametrize("change", [{}, {"team_id": "T66"}, {"is_stranger": True}, {"deleted": True}, {"is_bot": True}])
async def test_who_is_not_of_this_workspace_is_shown_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    """An address counts only where this workspace vouches for it; unchanged, the same person is let in."""
    async with open_company(tmp_path) as (_, sato):
        sato.double.users["U01"] |= change
        await sato.say("こんにちは")
        told = await sato.hear("名簿に見当たりません" if change else "製造部", asks=not change)
        assert ("名簿に見当たりません" in told) is ("製造部" not in told)


async def test_somebody_unknown_is_shown_nothing(tmp_path: Path) -> None:
    """Who is not in the directory is told so, and no interview begins."""
    async with open_company(tmp_path) as (_, sato):
        sato.double.users["U01"]["profile"]["email"] = "nobody@elsewhere.example"
        await sato.say("こんにちは")
        await sato.hear("名簿に見当たりません", asks=False)
