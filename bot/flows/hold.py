"""What is asked about keeping a case from being erased: its leader holds it, to end that takes a second word. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.holds import AllowPack, AskLift, HoldIncident, LiftHold


def read_case(facts: Facts) -> Mapping[str, Any]:
    """What the interview was given of the case; nothing once it was taken away."""
    return facts["case"] or {}


def read_words(facts: Facts) -> str:
    said = facts["words"]
    return said if isinstance(said, str) and said not in UNANSWERED else ""


def derive_part(facts: Facts) -> Value:
    """What this person may do here; to lift a hold alone nobody may."""
    case = read_case(facts)
    may = case.get("may", "know")
    return "alone" if may == "lift" and not case["others"] else may


def derive_reason_line(facts: Facts) -> Value:
    reason = (read_case(facts).get("lifting") or {}).get("reason")
    return {"message": "reason_given", "value": reason} if reason else ""


def hold(facts: Facts, _: str) -> list[Conclusion]:
    return [HoldIncident(read_case(facts)["id"], read_words(facts))]


def ask_second(facts: Facts, _: str) -> list[Conclusion]:
    return [AskLift(read_case(facts)["id"], str(facts["second"]), read_words(facts))]


def allow(facts: Facts, _: str) -> list[Conclusion]:
    return [AllowPack(read_case(facts)["id"])]


def give_word(facts: Facts, _: str) -> list[Conclusion]:
    return [LiftHold(read_case(facts)["id"], facts["agree"] == "agree")]


DERIVED: Mapping[str, Derive] = {
    "part": derive_part,
    "case_number": lambda facts: read_case(facts).get("number", ""),
    "asker": lambda facts: {"person": (read_case(facts).get("lifting") or {}).get("by")},
    "others": lambda facts: read_case(facts).get("others") or [],
    "reason_line": derive_reason_line,
    "alone_line": lambda facts: {"message": "alone"} if derive_part(facts) == "alone" else "",
    "how_line": lambda facts: {"message": "is_held" if read_case(facts).get("held") else "is_not_held"},
}
CONCLUSIONS: Mapping[str, Conclude] = {
    "hold": hold,
    "ask_second": ask_second,
    "give_word": give_word,
    "allow": allow,
}
