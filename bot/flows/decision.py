"""What one decision of a manager shows and concludes: approved, sent back with words, or given to somebody else.

Pure.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, DecideItem
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.flows import card
from bot.flows.card import derive_own_words, is_returned, read_choice, read_due


def derive_own_line(facts: Facts) -> Value:
    """Whose proposal it is, and whether that person chose it over what was computed."""
    overruled, proposed = facts["item"].get("overruled"), facts["item"].get("proposed")
    if not overruled:
        return {"message": "of_whom"}
    value = {"form": f"level_{proposed}"}
    reason = overruled.get("reason")
    return {"message": "of_whom_own" if reason else "of_whom_own_bare", "value": value, "other": reason}


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """Who may know: whoever knows the item best, but neither who proposed it nor who is asked now."""
    apart = {facts["me"]["person"], (facts["proposer"] or {}).get("person")}
    near = dict.fromkeys([facts["item"].get("owner"), *(facts["item"].get("near") or ())])
    return [{"person": one} for one in near if one and one not in apart][: card.MOST_NAMED]


def decide(facts: Facts, key: str) -> list[Conclusion]:
    """Approval as soon as it is pressed; sending back once the words were seen and sent."""
    item = facts["item"]
    is_approved = key == "card" and read_choice(facts) == "approve"
    if not (is_approved or is_returned(facts, key)):
        return []
    return [
        DecideItem(
            department=facts["department"]["id"],
            item=item["id"],
            revision=item["revision"],
            what="approved" if is_approved else "returned",
            proposer=(facts["proposer"] or {}).get("person"),
            words=derive_own_words(facts),
        )
    ]


def delegate(facts: Facts, _: str) -> list[Conclusion]:
    """This one card for the person named."""
    given = {"asker": facts["me"], "due": read_due(facts)}
    return [BeginInterview("decision", str(facts["hand_to"]), facts["item"]["id"], given, queued=True, invites=True)]


DERIVED: Mapping[str, Derive] = {
    **card.DERIVED,
    "name": lambda facts: card.name_item(facts["item"]),
    "level_word": lambda facts: {"form": f"level_{facts['item']['level']}"},
    "reason_words": lambda facts: card.name_reasons(facts["item"]),
    "own_line": derive_own_line,
    "suggestions": derive_suggestions,
}
CONCLUSIONS: Mapping[str, Conclude] = {"decide": decide, "delegate": delegate}
