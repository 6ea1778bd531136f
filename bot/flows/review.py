"""How a manager's review begins: what waits, in lines. What is decided of each is `decision`. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude


def derive_cards(facts: Facts) -> list[dict[str, Any]]:
    """One line a card: the item by name, its level and department."""
    return [
        {
            "key": card["id"],
            "label": {"ja": card["name"], "en": card.get("name_en") or card["name"]},
            "note": [{"form": f"level_{card['level']}"}, card["department"]],
        }
        for card in facts["cards"]
    ]


def derive_opener(facts: Facts) -> Value:
    if not facts["since"]:
        return {"message": "opener_first"}
    day = date.fromisoformat(facts["since"])
    return {"message": "opener_since", "value": day.month, "other": day.day}


DERIVED: Mapping[str, Derive] = {"cards_shown": derive_cards, "opener": derive_opener}
CONCLUSIONS: Mapping[str, Conclude] = {}
