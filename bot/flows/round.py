"""What starting a round shows and concludes: which departments are asked, and when again. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, StartRound
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude

MONTHS = {"half": 6, "year": 12, "never": 0}


def derive_choices(facts: Facts) -> list[dict[str, Any]]:
    return [{"id": one["id"], "ja": one["name"]["ja"], "en": one["name"]["en"]} for one in facts["departments"]]


def derive_asked(facts: Facts) -> list[str]:
    """The departments to ask, by id."""
    chosen = facts["which"] if facts["begin"] == "some" else None
    return [one["id"] for one in facts["departments"] if not isinstance(chosen, list) or one["id"] in chosen]


def derive_without(facts: Facts) -> Value:
    return {"message": "without_line", "value": facts["without"]} if facts["without"] else ""


def start_round(facts: Facts, _: str) -> list[Conclusion]:
    return [StartRound(tuple(derive_asked(facts)), MONTHS.get(str(facts["again"]), 0))]


DERIVED: Mapping[str, Derive] = {
    "count": lambda facts: len(facts["departments"]),
    "choices": derive_choices,
    "without_line": derive_without,
    "asked": derive_asked,
    "asked_count": lambda facts: len(facts["asked"]),
    "again_word": lambda facts: {"message": f"again_{facts['again']}"} if facts["again"] in MONTHS else "",
}
CONCLUSIONS: Mapping[str, Conclude] = {"start_round": start_round}
