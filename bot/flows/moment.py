"""A moment of working life: its messages one after the other, one question among them, and what to do today.

Pure. It knows the texts that it was given, not the content they were taken from: what was shown stays as it was.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.grades import NoteNudge, PutOffNudge
from bot.interruptions import BUDGET

PUT_OFF = "put_off"
NOT_KNOWN = ("unsure", "unknown")

Step = Mapping[str, Any]


def read_moment(facts: Facts) -> Mapping[str, Any]:
    """What it was given, as `handbook.shown` makes it."""
    return facts["moment"] or {}


def list_asked(facts: Facts) -> list[Step]:
    """The steps that wait for a word; a last one without a question only says what to do today."""
    steps = list(read_moment(facts).get("steps") or ())
    return steps if steps and "question" in steps[-1] else steps[:-1]


def read_replies(facts: Facts) -> dict[str, Any]:
    """What was said so far, by step."""
    return {**(facts["read"] or {}), **(facts["check"] or {})}


def derive_next(facts: Facts) -> Value:
    """The first step without a word on it; empty where there is none."""
    told = read_replies(facts)
    return next((one["id"] for one in list_asked(facts) if one["id"] not in told), "")


def find_step(facts: Facts) -> Step:
    """The step a question is about; nothing where all were told."""
    this = facts["this"] or derive_next(facts)
    return next((one for one in list_asked(facts) if one["id"] == this), {})


def find_before(facts: Facts) -> Step:
    """The step before it; the last one where all were told."""
    asked, here = list_asked(facts), find_step(facts)
    place = asked.index(here) if here in asked else len(asked)
    return asked[place - 1] if place else {}


def grade(facts: Facts, step: Step) -> str:
    """right, wrong, unknown, or none where nothing was said that could be either."""
    said = read_replies(facts).get(str(step.get("id")))
    if "question" not in step or said in (None, PUT_OFF, "skipped", "later"):
        return "none"
    if said in NOT_KNOWN:
        return "unknown"
    return "right" if said == step["right"] else "wrong"


def derive_kind(facts: Facts) -> Value:
    step = find_step(facts)
    if not step:
        return "none"
    return "check" if "question" in step else "text"


def derive_verdict(facts: Facts) -> Value:
    """What is said of an answer, before the next thing is."""
    found = grade(facts, find_before(facts))
    return {"message": f"verdict_{found}"} if found != "none" else ""


def derive_right_one(facts: Facts) -> Value:
    step = find_before(facts)
    found = next((one for one in step.get("options") or () if one["id"] == step["right"]), None)
    return {"ja": found["ja"], "en": found["en"]} if found else ""


def derive_opening(facts: Facts) -> Value:
    return "" if read_replies(facts) else {"message": "opening"}


def derive_today(facts: Facts) -> Value:
    steps = list(read_moment(facts).get("steps") or ())
    return steps[-1]["text"] if len(steps) > len(list_asked(facts)) else ""


def derive_planned(facts: Facts) -> Value:
    """Who said that the moment is theirs, or everybody's."""
    moment = read_moment(facts)
    message = "why_all" if moment.get("for_all") == "yes" else "why_planned"
    return {"message": message, "value": {"person": moment.get("planner")}}


def derive_published(facts: Facts) -> Value:
    """The first title."""
    origins = read_moment(facts).get("origins") or ()
    return {"message": "from_published", "value": dict(origins[0])} if origins else ""


def tell_general(facts: Facts) -> Value:
    checked = read_moment(facts).get("general")
    return {"message": "general", "value": checked} if checked else ""


def _tell_if(name: str, message: str) -> Derive:
    return lambda facts: {"message": message} if read_moment(facts).get(name) == "yes" else ""


# -- what follows ------------------------------------------------------------------------------------------------------


def note(facts: Facts, _: str) -> list[Conclusion]:
    """How its question was answered; without an answer it was read, if anything was."""
    found = next((one for step in list_asked(facts) if (one := grade(facts, step)) != "none"), "")
    is_read = any(said == "unknown" or said not in UNANSWERED for said in (facts["read"] or {}).values())
    return [NoteNudge(found or ("seen" if is_read else "none"))]


def put_off(facts: Facts, _: str) -> list[Conclusion]:
    return [PutOffNudge(str(facts["snooze"]))]


DERIVED: Mapping[str, Derive] = {
    "next_step": derive_next,
    "kind": derive_kind,
    "puts_off": lambda facts: "yes" if PUT_OFF in read_replies(facts).values() else "no",
    "opening_line": derive_opening,
    "text": lambda facts: find_step(facts).get("text") or "",
    "question": lambda facts: find_step(facts).get("question") or "",
    "options": lambda facts: find_step(facts).get("options") or [],
    "verdict": derive_verdict,
    "right_one": derive_right_one,
    "explain": lambda facts: find_before(facts).get("explain") or "",
    "today": derive_today,
    "name": lambda facts: read_moment(facts).get("title") or "",
    "general_line": tell_general,
    "planned_line": derive_planned,
    "origin_outline": _tell_if("outline", "from_outline"),
    "origin_published": derive_published,
    "origin_ours": _tell_if("ours", "from_us"),
    "lasts": lambda facts: read_moment(facts).get("lasts") or 0,
    "most": lambda _: BUDGET,
}
CONCLUSIONS: Mapping[str, Conclude] = {"note": note, "put_off": put_off}
