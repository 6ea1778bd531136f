"""What a manager's card about two items that look alike shows and concludes: the same thing, two things, or another's
call. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, MatchItems
from bot.engine.facts import Derive, Facts
from bot.engine.position import Conclude
from bot.flows import card


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """Who may know: whoever knows one of the two best."""
    owners = dict.fromkeys(facts[which]["owner"] for which in ("higher", "lower"))
    return [{"person": one} for one in owners if one and one != facts["me"]["person"]]


def match(facts: Facts, _: str) -> list[Conclusion]:
    """The same thing: the lower one is to be raised to the higher."""
    if facts["card"] != "same":
        return []
    lower, higher = facts["lower"], facts["higher"]
    return [
        MatchItems(
            department=lower["department"]["id"],
            item=lower["id"],
            revision=lower["revision"],
            other=higher["id"],
            other_revision=higher["revision"],
            proposer=lower["proposer"],
        )
    ]


def delegate(facts: Facts, _: str) -> list[Conclusion]:
    """This one card for the person named."""
    given = {"asker": facts["me"], "due": card.read_due(facts)}
    return [BeginInterview("same", str(facts["hand_to"]), facts["pair"], given, queued=True, invites=True)]


def _name_level(which: str) -> Derive:
    return lambda facts: {"form": f"level_{facts[which]['level']}"}


DERIVED: Mapping[str, Derive] = {
    **{name: card.DERIVED[name] for name in ("now_line", "asked_line", "handed", "handed_to", "due_on", "rest_line")},
    "higher_name": lambda facts: card.name_item(facts["higher"]),
    "higher_of": lambda facts: facts["higher"]["department"]["name"],
    "level_word": _name_level("higher"),
    "lower_name": lambda facts: card.name_item(facts["lower"]),
    "lower_of": lambda facts: facts["lower"]["department"]["name"],
    "lower_level": _name_level("lower"),
    "likeness_line": lambda facts: {"message": f"alike_by_{facts['likeness']}"},
    "whose": lambda facts: {"person": facts["lower"]["proposer"]},
    "suggestions": derive_suggestions,
}
CONCLUSIONS: Mapping[str, Conclude] = {"match": match, "delegate": delegate}
