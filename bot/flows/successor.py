"""What asking for a successor shows and concludes: who goes on with what somebody left open, or that nobody does.

Pure.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, HandOn
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED
from bot.engine.position import Conclude

MOST_NAMED = 3


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """People of the department, and last the manager who is asked."""
    apart = {facts["who"]["person"], facts["me"]["person"]}
    near = [one for one in facts["near"] or () if one not in apart]
    return [{"person": one} for one in [*near[:MOST_NAMED], facts["me"]["person"]]]


def read_successor(facts: Facts) -> str | None:
    """Who is to go on; None where nobody is."""
    told = facts["who_next"]
    return told if isinstance(told, str) and told not in ("leave_out", *UNANSWERED) else None


def hand_on(facts: Facts, _: str) -> list[Conclusion]:
    return [HandOn(facts["who"]["person"], facts["department"]["id"], read_successor(facts))]


DERIVED: Mapping[str, Derive] = {
    "reason_line": lambda facts: {"message": facts["reason"]},
    "kept_line": lambda facts: {"message": "kept", "value": facts["count"]},
    "suggestions": derive_suggestions,
    "next_person": lambda facts: {"person": read_successor(facts)},
    "is_same": lambda facts: "yes" if read_successor(facts) == facts["who"]["person"] else "no",
}
CONCLUSIONS: Mapping[str, Conclude] = {"hand_on": hand_on}
