"""What every card of a manager's review has alike: the button, the manager's own words, delegating, what is left.

Pure; what is decided, and of what, is each flow's own.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value

MOST_NAMED = 3  # people proposed to delegate to
MOST_REASONS = 2

Item = Mapping[str, Any]  # id, name, perhaps name_en, level, revision, and of its judgement what the card tells


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


def is_returned(facts: Facts, key: str) -> bool:
    """Whether it is sent back now: the words were seen and sent."""
    return key == "send" and read_choice(facts) == "return" and bool(facts["send"] == "send")


def read_due(facts: Facts) -> str:
    """By when whoever is asked instead is to answer, as an ISO date."""
    told = facts["due_date"]
    return told if isinstance(told, str) and told not in UNANSWERED else str(facts["due"] or "")


def name_day(day: str | None) -> Value:
    """An ISO date as month and day; nothing where there is none."""
    if not day:
        return ""
    on = date.fromisoformat(day)
    return {"message": "day", "value": on.month, "other": on.day}


def name_item(item: Item) -> Value:
    return {"ja": item["name"], "en": item.get("name_en") or item["name"]}


def name_reasons(item: Item) -> Value:
    """What decided its level, the first first."""
    return [{"form": f"reason_{one}"} for one in (item.get("reasons") or [])[:MOST_REASONS]]


def derive_rest(facts: Facts) -> Value:
    """How many cards of this review are left behind this one."""
    left = int(facts["of"] or 1) - int(facts["place"] or 1)
    return {"message": "left", "value": left} if left > 0 else {"message": "all_done"}


DERIVED: Mapping[str, Derive] = {
    "now_line": lambda facts: {"message": "changed_since"} if facts["changed"] else "",
    "asked_line": lambda facts: {"message": "asked_by"} if facts["asker"] else "",
    "was_decided": lambda facts: "yes" if facts["decided"] else "no",
    "decided_what": lambda facts: {"message": facts["decided"]["what"]} if facts["decided"] else "",
    "handed": lambda facts: "yes" if is_handed(facts) else "no",
    "handed_to": lambda facts: {"person": facts["hand_to"]},
    "words_missing": derive_words_missing,
    "own_words": derive_own_words,
    "returns": lambda facts: "yes" if read_choice(facts) == "return" else "no",
    "due_on": lambda facts: name_day(read_due(facts)),
    "rest_line": derive_rest,
}
