"""The press shop in Teams: our real server over HTTP before a connector of ours, and people in front of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.bootstrap import Program, build_program
from bot.server import open_server
from bot.settings import Settings
from bot.state.tables import people
from tests.doubles.activities import TENANT, execute, say, submit
from tests.doubles.teams import APP, Got, TeamsDouble, conversation_of
from tests.slack.serving import serve

PATIENCE = 20.0
USERS = {"29:u01": "sato", "29:u02": "takahashi", "29:u03": "ito", "29:u04": "suzuki"}
SDKS = ("botbuilder", "agents")


@dataclass
class Person:
    """Somebody in front of Teams: types, presses the buttons there are, fills in what the card has."""

    double: TeamsDouble
    url: str
    user: str
    read: int = 0
    cards: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of the cards

    async def send(self, activity: dict[str, Any]) -> Got:
        return await self.double.send(self.url, activity)

    async def say(self, text: str) -> None:
        assert (await self.send(say(text, self.user))).status == 200

    def find(self, means: str, place: int = 0, card: int = -1) -> dict[str, Any]:
        """What this button of a card carries."""
        found = [one for one in buttons(self.cards[card]) if one["data"]["means"] == means]
        data: dict[str, Any] = found[place]["data"]
        return data

    async def press(self, means: str, place: int = 0, **inputs: str) -> Got:
        """A button of the latest card."""
        data = self.find(means, place)
        return await self.send(execute({**data, **inputs}, self.user, replyToId=self.names[-1]))

    async def submit(self, means: str, place: int = 0, **inputs: str) -> Got:
        """The same from a client that knows no Action.Execute."""
        return await self.send(submit({**self.find(means, place), **inputs}, self.user, replyToId=self.names[-1]))

    async def hear(self, asks: bool = True) -> str:
        """What was written to this person since, once a card with a question is among it, where one is to come."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told = [call for call in self.double.called("send") if call.conversation == conversation_of(self.user)]
            told = [call for call in told if call.name]
            if any(not asks or "attachments" in call.body for call in told[self.read :]):
                new, self.read = told[self.read :], len(told)
                cards = [call for call in new if call.body.get("attachments")]
                self.cards += [call.body["attachments"][0]["content"] for call in cards]
                self.names += [call.name for call in cards]
                return "\n".join(read_text(call.body) for call in new)
            await asyncio.sleep(0.02)
        raise AssertionError(self.double.calls[-3:])


async def wait_until(is_so: Callable[[], Any]) -> Any:
    """What it says once it is so."""
    until = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    return found


def read_text(activity: Any) -> str:
    """What a person reads of it."""
    cards = [one["content"] for one in activity.get("attachments") or ()]
    return "\n".join(
        [activity.get("text") or "", *(str(card.get("fallbackText", "")) for card in cards), *map(str, cards)]
    )


def buttons(card: Any) -> list[dict[str, Any]]:
    """Every button of a card, fallbacks aside."""
    if isinstance(card, list):
        return [one for part in card for one in buttons(part)]
    if not isinstance(card, dict):
        return []
    if str(card.get("type", "")).startswith("Action.") and "data" in card:
        return [card]
    return [one for part in card.values() for one in buttons(part)]


@asynccontextmanager
async def open_office(
    folder: Path, sdk: str, users: Mapping[str, str] = USERS, **more: Any
) -> AsyncIterator[tuple[Program, dict[str, Person]]]:
    """Everybody may be written to at any hour, so that a test needs no clock of its own. `more` are settings."""
    double = await TeamsDouble().start()
    for user, name in users.items():
        double.add_member(user, f"{name}@hibarino.example")
    named = {"teams_app_id": APP, "teams_app_password": "secret", "teams_tenant_id": TENANT, "teams_sdk": sdk}
    settings = Settings(data=folder / "data", key_file=folder / "key", **more).model_copy(update=named)
    program = build_program(settings)
    program.store.write(lambda tx: tx.connection.execute(update(people).values(from_hour=0, to_hour=24)))
    try:
        with pytest.MonkeyPatch.context() as patch:  # Microsoft's own login is not asked
            patch.setattr("adapters.teams.app.MicrosoftToken", lambda *_: Given())
            async with open_server(program, cloud=double.cloud) as server, serve(server.app) as port:
                url = f"http://127.0.0.1:{port}"
                yield program, {name: Person(double, url, user) for user, name in users.items()}
    finally:
        program.database.close()
        await double.stop()


class Given:
    """A token of ours that nobody had to fetch."""

    async def read(self) -> str:
        return "the token of the bot"
