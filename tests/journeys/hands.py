"""Hands of somebody in front of Slack or Teams: a deed is done by what stands on their latest card, else it is typed.

What is filled in is sent as a client sends it: all inputs of the card, those that were left alone as they are shown.
"""

import itertools
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from adapters.teams.cards import encode_choice
from bot.prompts import ANSWER
from tests.contracts.block_kit import objects_in
from tests.doubles.activities import execute
from tests.doubles.payloads import press as press_button
from tests.doubles.payloads import submit
from tests.doubles.teams import conversation_of
from tests.journeys.deeds import Day, Deed, Fill, Move, Press, Tick
from tests.slack.test_interview import Person as SlackPerson
from tests.teams.office import Person as TeamsPerson

NUMBERS = itertools.count(1)


class Card(NamedTuple):
    """A message with a question, and its name on the platform."""

    name: str
    body: dict[str, Any]


def find_all(payload: Any, *kinds: str) -> list[dict[str, Any]]:
    """Everything of these types in it, in order."""
    return [one for one in objects_in(payload) if one.get("type") in kinds]


# -- Slack -------------------------------------------------------------------------------------------------------------

TICKED = ("checkboxes", "multi_static_select")
PICKED = ("radio_buttons", "static_select")


class SlackHands(NamedTuple):
    person: SlackPerson

    async def do(self, deed: Deed) -> bool:
        """False where nothing on the card does it."""
        if isinstance(deed, Press):
            return await self.press("choose", deed.choice)
        if isinstance(deed, Move):
            return await self.press("move", deed.name)
        if isinstance(deed, Tick):
            return await self._send(list(deed.choices))
        return isinstance(deed, Fill) and await self._fill_in(deed)

    def _find_card(self) -> Card:
        """The latest message that asks something."""
        told = [(at[1], one) for at, one in self.person.double.messages.items() if at[0] == f"D{self.person.user[1:]}"]
        return next(Card(name, one) for name, one in reversed(told) if list(_list_buttons(one)))

    async def press(self, action: str, choice: str | int, state: Mapping[str, Any] | None = None) -> bool:
        card = self._find_card()
        found = [one for one in _list_buttons(card.body) if one["action_id"].startswith(f"{action}:")]
        meant = [one for place, one in enumerate(found, 1) if choice in ("", place, one["value"].partition("\n")[2])]
        if not meant:
            return False
        place = {"type": "message", "message_ts": card.name, "channel_id": f"D{self.person.user[1:]}"}
        told = press_button(meant[0]["value"], self.person.user, meant[0]["action_id"], container=place)
        told["actions"][0]["action_ts"] = f"{time.time():.6f}"
        await self._hand_in({**told, **({"state": {"values": state}} if state else {})})
        return True

    async def _send(self, values: list[str | int]) -> bool:
        blocks = [one for one in find_all(self._find_card().body, "input") if one["block_id"] == f"field:{ANSWER}"]
        return bool(blocks) and await self.press("send", "", fill_slack(blocks, (values,)))

    async def _fill_in(self, deed: Fill) -> bool:
        if not await self.press("open", ""):
            return False
        view = self.person.double.called("views.open")[-1].args["view"]
        told = submit(fill_slack(find_all(view, "input"), deed.values), view["private_metadata"], self.person.user)
        await self._hand_in({**told, "view": {**told["view"], "hash": f"{time.time():.6f}.{next(NUMBERS)}"}})
        return True

    async def _hand_in(self, payload: Mapping[str, Any]) -> None:
        person = self.person
        assert (await person.double.send(person.url, "interactive", payload, time.time())).status == 200


def _list_buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of a question."""
    for one in find_all(message.get("blocks") or [], "button"):
        if one["action_id"].partition(":")[0] in ("choose", "move", "open", "send"):
            yield one


def fill_slack(blocks: list[dict[str, Any]], values: tuple[Any, ...]) -> dict[str, Any]:
    """The state of these inputs, the first of them filled in with these values."""
    fields = [one for one in blocks if one["block_id"].startswith("field:")]
    given = dict(zip((one["block_id"] for one in fields), values, strict=False))
    return {
        one["block_id"]: {one["element"]["action_id"]: _fill_element(one["element"], given.get(one["block_id"]))}
        for one in blocks
    }


def _fill_element(element: Mapping[str, Any], value: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind in TICKED:
        chosen = element.get("initial_options", []) if value is None else _pick_options(element, value)
        return {"type": kind, "selected_options": chosen}
    if kind in PICKED:
        chosen = [element.get("initial_option")] if value is None else _pick_options(element, [value])
        return {"type": kind, "selected_option": chosen[0]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or element.get("initial_date")}
    return {"type": kind, "value": value or element.get("initial_value")}


def _pick_options(element: Mapping[str, Any], wanted: Any) -> list[Any]:
    found = {one["value"]: one for one in element["options"]}
    found |= dict(enumerate(element["options"], 1))
    return [found[one] for one in wanted]


# -- Teams -------------------------------------------------------------------------------------------------------------


class TeamsHands(NamedTuple):
    person: TeamsPerson

    async def do(self, deed: Deed) -> bool:
        """False where nothing on the card does it."""
        if isinstance(deed, Press):
            return await self._press("choose", deed.choice) or await self._send((deed.choice,), "Input.ChoiceSet")
        if isinstance(deed, Move):
            return await self._press("move", deed.name)
        if isinstance(deed, Tick | Day):
            kind = "Input.ChoiceSet" if isinstance(deed, Tick) else "Input.Date"
            return await self._send((deed.choices if isinstance(deed, Tick) else deed.day,), kind)
        return isinstance(deed, Fill) and await self._send(deed.values)

    def _find_card(self) -> Card:
        """The latest message that asks something."""
        at = conversation_of(self.person.user)
        told = [(name, one) for (where, name), one in self.person.double.messages.items() if where == at]
        return next(Card(name, one) for name, one in reversed(told) if list(_list_actions(one)))

    async def _press(self, means: str, choice: str | int, inputs: Mapping[str, str] | None = None) -> bool:
        card = self._find_card()
        found = [one["data"] for one in _list_actions(card.body) if one["data"]["means"] == means]
        meant = [one for place, one in enumerate(found, 1) if choice in ("", place, one.get("choice"))]
        if not meant:
            return False
        told = execute({**meant[0], **(inputs or {})}, self.person.user, replyToId=card.name)
        got = await self.person.send(told)
        assert (got.status, got.body["statusCode"]) == (200, 200), got
        return True

    async def _send(self, values: tuple[Any, ...], only: str = "") -> bool:
        inputs = find_all(self._find_card().body, "Input.ChoiceSet", "Input.Text", "Input.Date")
        if only and [one["type"] for one in inputs if not one["id"].startswith("own:")] != [only]:
            return False
        return await self._press("send", "", _fill_teams(inputs, values))


def _list_actions(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Buttons of a question, their fallbacks aside."""
    for one in find_all(message, "Action.Execute"):
        if one["data"]["means"] in ("choose", "move", "send"):
            yield one


def _fill_teams(inputs: list[dict[str, Any]], values: tuple[Any, ...]) -> dict[str, str]:
    """What the inputs hold, the first of them filled in with these values."""
    fields = [one for one in inputs if not one["id"].startswith("own:")]
    given = dict(zip((one["id"] for one in fields), values, strict=False))
    return {one["id"]: _fill_input(one, given.get(one["id"])) for one in inputs}


def _fill_input(one: Mapping[str, Any], value: Any) -> str:
    if value is None:
        return str(one.get("value", ""))
    if one["type"] != "Input.ChoiceSet":
        return str(value)
    places = {place: choice["value"] for place, choice in enumerate(one["choices"], 1)}
    wanted = value if isinstance(value, list | tuple) else [value]
    return ",".join(places[name] if isinstance(name, int) else encode_choice(name) for name in wanted)
