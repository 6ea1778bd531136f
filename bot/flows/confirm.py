"""What a manager's card about measures in place shows and concludes: which of them were seen to be there. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, ConfirmMeasures
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.flows import card
from bot.flows.measures_words import name_measure
from bot.handbook.measures import COMPANY

NONE = "none"


def derive_choices(facts: Facts) -> list[dict[str, Any]]:
    """The measures of the card as lines to tick."""
    told = facts.catalogue["measures"]["measures"]
    return [
        {"id": one["measure"], **told[one["measure"]]["short"], "also": told[one["measure"]].get("also", ())}
        for one in facts["measures"]
        if one["measure"] in told
    ]


def list_seen(facts: Facts) -> list[str]:
    said = facts["seen"]
    return [one for one in said if one != NONE] if isinstance(said, list) else []


def list_unseen(facts: Facts) -> list[str]:
    seen = list_seen(facts)
    return [one["id"] for one in derive_choices(facts) if one["id"] not in seen]


def derive_place_name(facts: Facts) -> Value:
    """The department, or that it is of the whole company."""
    where = facts["where"]
    return {"message": "company_wide"} if where["id"] == COMPANY else where["name"]


def derive_whose(facts: Facts) -> Value:
    """Who said that they are there."""
    people = dict.fromkeys(one["said_by"] for one in facts["measures"])
    return [{"person": one} for one in people]


def confirm(facts: Facts, _: str) -> list[Conclusion]:
    """What was seen is confirmed; of what was looked for in vain its owner is asked; the rest waits."""
    revisions = {one["measure"]: one["revision"] for one in facts["measures"]}
    unseen = list_unseen(facts) if facts["rest"] == "ask" else []
    pairs = [tuple((one, revisions[one]) for one in names) for names in (list_seen(facts), unseen)]
    return [ConfirmMeasures(facts["where"]["id"], *pairs)] if any(pairs) else []


DERIVED: Mapping[str, Derive] = {
    "choices": derive_choices,
    "place_name": derive_place_name,
    "whose": derive_whose,
    "more_line": lambda facts: {"message": "more", "value": facts["more"]} if facts["more"] else "",
    "unseen": lambda facts: [name_measure(facts, one) for one in list_unseen(facts)],
    "unseen_count": lambda facts: len(list_unseen(facts)),
    "seen_line": lambda facts: {"message": "seen", "value": len(list_seen(facts))} if list_seen(facts) else "",
    "rest_line": card.derive_rest,
}
CONCLUSIONS: Mapping[str, Conclude] = {"confirm": confirm}
