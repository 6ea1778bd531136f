"""What one decision of a manager shows and concludes: approved, sent back with words, or given to somebody else.

Pure.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, DecideItem
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude

MOST_REASONS = 2
MOST_NAMED = 3


def read_choice(facts: Facts) -> Value:
    """Which button of the card, also where a word was typed on it."""
    answer = facts["card"]
    return answer["choice"] if isinstance(answer, dict) else answer


def derive_own_words(facts: Facts) -> str:
    """The manager's own words: those asked for, else those typed on the choice."""
    card, words = facts["card"], facts["words"]
    if isinstance(words, str) and words not in UNANSWERED:
        return words
    return str(card["own"]) if isinstance(card, dict) else ""


def derive_words_missing(facts: Facts) -> str:
    return "yes" if read_choice(facts) == "return" and not isinstance(facts["card"], dict) else "no"


def is_handed(facts: Facts) -> bool:
    nobody = {"nobody", facts["me"]["person"], *UNANSWERED}
    return isinstance(facts["hand_to"], str) and facts["hand_to"] not in nobody


def derive_own_line(facts: Facts) -> Value:
    """Whose proposal it is, and whether that person chose it over what was computed."""
    overruled, proposed = facts["item"].get("overruled"), facts["item"].get("proposed")
    if not overruled:
        return {"message": "of_whom"}
    value = {"form": f"level_{proposed}"}
    reason = overruled.get("reason")
    return {"message": "of_whom_own" if reason else "of_whom_own_bare", "value": value, "other": reason}


def derive_reasons(facts: Facts) -> Value:
    reasons = facts["item"].get("reasons") or []
    return [{"form": f"reason_{one}"} for one in reasons[:MOST_REASONS]]


def derive_suggestions(facts: Facts) -> list[dict[str, Any]]:
    """Who may know: whoever knows the item best, but neither who proposed it nor who is asked now."""
    apart = {facts["me"]["person"], (facts["proposer"] or {}).get("person")}
    near = dict.fromkeys([facts["item"].get("owner"), *(facts["item"].get("near") or ())])
    return [{"person": one} for one in near if one and one not in apart][:MOST_NAMED]


def read_due(facts: Facts) -> str:
    """By when whoever is asked instead is to answer, as an ISO date."""
    told = facts["due_date"]
    return told if isinstance(told, str) and told not in UNANSWERED else str(facts["due"] or "")


def derive_due_on(facts: Facts) -> Value:
    due = read_due(facts)
    if not due:
        return ""
    day = date.fromisoformat(due)
    return {"message": "day", "value": day.month, "other": day.day}


def derive_rest(facts: Facts) -> Value:
    """How many cards of this review are left behind this one."""
    left = int(facts["of"] or 1) - int(facts["place"] or 1)
    return {"message": "left", "value": left} if left > 0 else {"message": "all_done"}


def decide(facts: Facts, key: str) -> list[Conclusion]:
    """Approval as soon as it is pressed; sending back once the words were seen and sent."""
    choice, item = read_choice(facts), facts["item"]
    is_approved = key == "card" and choice == "approve"
    is_returned = key == "send" and choice == "return" and facts["send"] == "send"
    if not (is_approved or is_returned):
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
    "name": lambda facts: {"ja": facts["item"]["name"], "en": facts["item"].get("name_en") or facts["item"]["name"]},
    "level_word": lambda facts: {"form": f"level_{facts['item']['level']}"},
    "reason_words": derive_reasons,
    "own_line": derive_own_line,
    "now_line": lambda facts: {"message": "changed_since"} if facts["changed"] else "",
    "asked_line": lambda facts: {"message": "asked_by"} if facts["asker"] else "",
    "was_decided": lambda facts: "yes" if facts["decided"] else "no",
    "decided_what": lambda facts: {"message": facts["decided"]["what"]} if facts["decided"] else "",
    "handed": lambda facts: "yes" if is_handed(facts) else "no",
    "handed_to": lambda facts: {"person": facts["hand_to"]},
    "words_missing": derive_words_missing,
    "own_words": derive_own_words,
    "returns": lambda facts: "yes" if read_choice(facts) == "return" else "no",
    "suggestions": derive_suggestions,
    "due_on": derive_due_on,
    "rest_line": derive_rest,
}
CONCLUSIONS: Mapping[str, Conclude] = {"decide": decide, "delegate": delegate}
