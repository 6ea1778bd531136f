"""What a manager's card about a class shows and concludes: how it is to be protected, approved or sent back. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, DecideClass
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.flows import card
from bot.flows.card import derive_own_words, is_returned, read_choice, read_due
from bot.flows.measures_findings import is_idle
from bot.flows.measures_words import count_squares, derive_class_word, name_measure, name_squares, to_cells

MOST_SQUARES = 3  # told one by one; the others are counted
MOST_WORDS = 2  # of the head's own, on one card
FINDINGS = ("muri", "muda", "mura", "overlap")
APPROVES = ("approve", "keep")


def list_squares(facts: Facts) -> list[Value]:
    """What stays open, as people see it."""
    return name_squares(facts, to_cells(facts["class"]["open"]), with_meaning=False)


def derive_starts(facts: Facts) -> Value:
    """What approving sets going: the first measure by name, and how many."""
    planned = facts["class"]["planned"]
    if not planned:
        return {"message": "starts_nothing"}
    message = "starts" if len(planned) > 1 else "starts_one"
    return {"message": message, "value": name_measure(facts, planned[0]), "other": len(planned)}


def derive_open_line(facts: Facts) -> Value:
    squares = list_squares(facts)
    if not squares:
        return ""
    rest = len(squares) - MOST_SQUARES
    more = {"message": "open_more", "value": rest} if rest > 0 else ""
    return {"message": "open_line", "value": squares[:MOST_SQUARES], "other": more}


def derive_said_line(facts: Facts) -> Value:
    """Why something was declined, in the head's own words."""
    words = [one["reason"] for one in facts["class"]["declined"] if one["reason"]]
    return (
        {"message": "said_line", "value": [{"message": "quoted", "value": one} for one in words[:MOST_WORDS]]}
        if words
        else ""
    )


def derive_findings(facts: Facts) -> Value:
    """What is out of proportion, in a line; what is in place and idle is an overlap, as for the head."""
    found = facts["class"]["findings"]
    counted = Counter("overlap" if one["kind"] == "muda" and not is_idle(one) else one["kind"] for one in found)
    parts = [{"message": f"found_{kind}", "value": counted[kind]} for kind in FINDINGS if counted[kind]]
    return {"message": "findings", "value": parts} if parts else ""


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """Who may judge it: those near the kind of work, but neither who proposed it nor who is asked now."""
    apart = {facts["me"]["person"], (facts["proposer"] or {}).get("person")}
    return [{"person": one} for one in facts["near"] or () if one not in apart][: card.MOST_NAMED]


def decide(facts: Facts, key: str) -> list[Conclusion]:
    """Approval as soon as it is pressed, with what stays open; sending back once the words were seen and sent."""
    is_approved = key == "card" and read_choice(facts) in APPROVES
    if not (is_approved or is_returned(facts, key)):
        return []
    return [
        DecideClass(
            department=facts["department"]["id"],
            class_id=facts["class"]["id"],
            revision=facts["class"]["revision"],
            what="approved" if is_approved else "returned",
            proposer=(facts["proposer"] or {}).get("person"),
            words=derive_own_words(facts),
        )
    ]


def delegate(facts: Facts, _: str) -> list[Conclusion]:
    """This one card for the person named."""
    given = {"asker": facts["me"], "due": read_due(facts)}
    subject = f"{facts['department']['id']}/{facts['class']['id']}"
    return [BeginInterview("plan", str(facts["hand_to"]), subject, given, queued=True, invites=True)]


def _count_line(name: str) -> Derive:
    """So many of something, as a line of its own; nothing where there is none."""
    return lambda facts: {"message": f"{name}_line", "value": facts["class"][name]} if facts["class"][name] else ""


DERIVED: Mapping[str, Derive] = {
    **card.DERIVED,
    "class_word": derive_class_word,
    "open_count": lambda facts: count_squares(facts, to_cells(facts["class"]["open"])),
    "title_line": lambda facts: {"message": "titled_open" if facts["open_count"] else "titled"},
    "in_place_line": _count_line("in_place"),
    "unowned_line": _count_line("unowned"),
    "starts_line": derive_starts,
    "open_line": derive_open_line,
    "said_line": derive_said_line,
    "kept_line": lambda facts: {"message": "kept"} if facts["open_count"] and facts["class"]["again"] != "yes" else "",
    "again_line": lambda facts: {"message": "again"} if facts["class"]["again"] == "yes" else "",
    "findings_line": derive_findings,
    "suggestions": derive_suggestions,
}
CONCLUSIONS: Mapping[str, Conclude] = {"decide": decide, "delegate": delegate}
