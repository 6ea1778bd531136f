"""What somebody is asked of a case: to take it, to pass it on, to lead it instead of another, or to stay out.

Pure. Of the case it knows what it was given; nothing once that was taken back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conclusions import Conclusion, LeaveIncident, PassIncident, TakeIncident
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.leads import DeclineLead, TakeLead

NEXT = "next"  # whoever is next in turn


def read_case(facts: Facts) -> Mapping[str, Any]:
    """id, state, taken_by, knows, offered, others, report and added; empty once this person is out."""
    return facts["case"] or {}


def read_report(facts: Facts) -> Mapping[str, Any]:
    """What was reported: mover, when, still, signs, own, what, others."""
    return read_case(facts).get("report") or {}


def find_taker(facts: Facts) -> str | None:
    """Whoever has the case, where somebody had it from the beginning or took it meanwhile."""
    told = facts["taken_over"]
    return told["person"] if isinstance(told, dict) else read_case(facts).get("taken_by")


def list_others(facts: Facts) -> Sequence[str]:
    """Those who could take it instead, in turn."""
    return read_case(facts).get("others") or ()


def describe_mover(facts: Facts) -> Value:
    mover = read_report(facts).get("mover")
    known = facts.catalogue["incident"]["leakers"].get(mover)
    return tell("who_line", known["name"] if known else {"message": "mover_unknown"}) if mover else ""


def describe_when(facts: Facts) -> Value:
    when = read_report(facts).get("when")
    return tell("when_line", {"message": f"when_{when}"}) if when in ("today", "days", "earlier") else ""


def describe_signs(facts: Facts) -> Value:
    """The signs by their short names, then what was noticed beside them in the words of whoever reported."""
    known, report = facts.catalogue["incident"]["signs"], read_report(facts)
    told = [known[one]["short"] for one in report.get("signs") or () if one in known]
    return tell("signs_line", [*told, *(report.get("own") or ())])


def describe_still(facts: Facts) -> Value:
    still = read_report(facts).get("still")
    return {"message": f"still_{still}"} if still in ("yes", "no") else ""


def tell(message: str, value: Value) -> Value:
    """A line where there is something to say on it."""
    return {"message": message, "value": value} if value else ""


def find_choice(facts: Facts) -> str | None:
    """To whom it is passed on; None leaves it to the order."""
    others, told = list_others(facts), facts["to_whom"]
    return told if told in others else (others[0] if len(others) == 1 else None)


def describe_passing(facts: Facts) -> Value:
    to = find_choice(facts)
    if to:
        return tell("passed_to", {"person": to})
    return {"message": "passed_next" if list_others(facts) else "passed_nobody"}


def take(facts: Facts, _: str) -> list[Conclusion]:
    return [TakeIncident(read_case(facts)["id"])]


def pass_on(facts: Facts, _: str) -> list[Conclusion]:
    return [PassIncident(read_case(facts)["id"], find_choice(facts))]


def leave(facts: Facts, _: str) -> list[Conclusion]:
    return [LeaveIncident(read_case(facts)["id"])]


def take_lead(facts: Facts, _: str) -> list[Conclusion]:
    return [TakeLead(read_case(facts)["id"])]


def decline_lead(facts: Facts, _: str) -> list[Conclusion]:
    return [DeclineLead(read_case(facts)["id"])]


DERIVED: Mapping[str, Derive] = {
    "knows": lambda facts: read_case(facts).get("knows") or "no",
    "standing": lambda facts: "taken" if find_taker(facts) else "new",
    "taker": lambda facts: {"person": find_taker(facts)},
    "others": list_others,
    "choices": lambda facts: [{"person": one} for one in list_others(facts)],
    "who_line": describe_mover,
    "when_line": describe_when,
    "what_line": lambda facts: tell("what_line", read_report(facts).get("what")),
    "signs_line": describe_signs,
    "still_line": describe_still,
    "others_line": lambda facts: tell("others_line", read_report(facts).get("others")),
    "added_line": lambda facts: tell("added_line", list(read_case(facts).get("added") or ())),
    "passed_line": describe_passing,
    "offered": lambda facts: read_case(facts).get("offered") or "no",
}
CONCLUSIONS: Mapping[str, Conclude] = {
    "take": take,
    "pass_on": pass_on,
    "leave": leave,
    "take_lead": take_lead,
    "decline_lead": decline_lead,
}
