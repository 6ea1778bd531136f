"""How a manager's review begins: what waits, in lines. What is decided of each is `decision`. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.flows.card import name_item

Card = Mapping[str, Any]  # flow, id, and what its source says of it


def derive_cards(facts: Facts) -> list[dict[str, Any]]:
    """One line a card: what it is about, and of which department."""
    return [LINES[card.get("flow", "decision")](card) for card in facts["cards"]]


def _name_item(card: Card) -> dict[str, Any]:
    return {
        "key": card["id"],
        "label": name_item(card),
        "note": [{"form": f"level_{card['level']}"}, card["department"]],
    }


def _name_bundle(card: Card) -> dict[str, Any]:
    label = {"message": "bundle", "value": {"form": f"level_{card['level']}"}, "other": card["count"]}
    return {"key": card["id"], "label": label, "note": card["department"]}


def _name_pair(card: Card) -> dict[str, Any]:
    one, other = card["pair"]
    label = {"message": "pair", "value": name_item(one), "other": name_item(other)}
    return {"key": card["id"], "label": label, "note": [one["department"], other["department"]]}


def _name_class(card: Card) -> dict[str, Any]:
    level, _, way = card["class"].partition("-")
    named = {"value": {"form": f"level_{level.removeprefix('L')}"}, "other": {"form": f"way_{way}"}}
    return {"key": card["id"], "label": {"message": "class", **named}, "note": card["department"]}


def _name_place(card: Card) -> dict[str, Any]:
    label = {"message": "unseen", "value": card["count"]}
    return {"key": card["id"], "label": label, "note": card["department"] or {"message": "company_wide"}}


LINES: Mapping[str, Callable[[Card], dict[str, Any]]] = {
    "decision": _name_item,
    "bundle": _name_bundle,
    "same": _name_pair,
    "plan": _name_class,
    "confirm": _name_place,
}


def derive_opener(facts: Facts) -> Value:
    if not facts["since"]:
        return {"message": "opener_first"}
    day = date.fromisoformat(facts["since"])
    return {"message": "opener_since", "value": day.month, "other": day.day}


DERIVED: Mapping[str, Derive] = {"cards_shown": derive_cards, "opener": derive_opener}
CONCLUSIONS: Mapping[str, Conclude] = {}
