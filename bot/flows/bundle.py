"""What a manager's card about several equal items shows and concludes: all approved, or each on a card of its own.

Pure.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, DecideItem
from bot.engine.facts import Derive, Facts
from bot.engine.position import Conclude
from bot.flows import card


def derive_lines(facts: Facts) -> list[dict[str, Any]]:
    """One line an item: its name, and what decided its level."""
    return [{"key": one["id"], "label": card.name_item(one), "note": card.name_reasons(one)} for one in facts["items"]]


def decide(facts: Facts, _: str) -> list[Conclusion]:
    """Each item by itself, whether it is approved here or looked at on its own."""
    choice, department = facts["card"], facts["department"]["id"]
    if choice == "approve":
        return [
            DecideItem(department, one["id"], one["revision"], "approved", one["proposer"]) for one in facts["items"]
        ]
    if choice == "singly":
        return [BeginInterview("decision", facts["me"]["person"], one["id"], {}, queued=True) for one in facts["items"]]
    return []


DERIVED: Mapping[str, Derive] = {
    "lines": derive_lines,
    "count": lambda facts: len(facts["items"]),
    "level_word": lambda facts: {"form": f"level_{facts['class']['level']}"},
    "way_word": lambda facts: {"form": f"way_{facts['class']['way']}"},
    "whose": lambda facts: [{"person": one} for one in facts["proposers"]],
    "rest_line": card.derive_rest,
}
CONCLUSIONS: Mapping[str, Conclude] = {"decide": decide}
