"""One short thing: what a lesson or leak case shows, how an answer counts, and why it came.

Pure. It knows the texts that it was given, not the content they were taken from: what was shown stays as it was.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.grades import LessenTopic, NoteNudge, PutOffNudge
from bot.handbook.own_cases import OWN
from bot.interruptions import BUDGET

MOST_REASONS = 3
# By the status of a case: a firm of the handbook's outline, which is no leak, and a case of the company's own.
OPENINGS = {"outline": "opening_firm", OWN: "opening_own"}


def read_nudge(facts: Facts) -> Mapping[str, Any]:
    """What it was given, as `handbook.shown` makes it."""
    return facts["nudge"] or {}


def read_told(facts: Facts) -> Mapping[str, Any]:
    """The texts by what they are, each {ja, en}."""
    return read_nudge(facts).get("told") or {}


def derive_opening(facts: Facts) -> Value:
    nudge = read_nudge(facts)
    if nudge.get("kind") != "case":
        return {"message": "opening_lesson"}
    return {"message": OPENINGS.get(str(nudge.get("status")), "opening_case")}


def derive_grade(facts: Facts) -> Value:
    """right, wrong, unknown, or none where nothing was said that could be either."""
    said = facts["check"]
    if said in ("unsure", "unknown"):
        return "unknown"
    if said in (None, "put_off", *UNANSWERED):
        return "none"
    return "right" if said == read_told(facts).get("right") else "wrong"


def derive_verdict(facts: Facts) -> Value:
    grade = derive_grade(facts)
    return {"message": f"verdict_{grade}"} if grade != "none" else ""


def derive_returns(facts: Facts) -> Value:
    return {"message": "returns"} if derive_grade(facts) in ("wrong", "unknown") else ""


def derive_right_one(facts: Facts) -> Value:
    told = read_told(facts)
    return next((_plain(one) for one in told.get("options") or () if one["id"] == told["right"]), "")


def _plain(text: Mapping[str, Any]) -> dict[str, Any]:
    return {"ja": text["ja"], "en": text["en"]}


def _tell_reason(place: int) -> Derive:
    """The reason at this place, if there is one; each is a message with what it takes."""

    def derive(facts: Facts) -> Value:
        reasons = (read_nudge(facts).get("reasons") or [{"message": "why_any"}])[:MOST_REASONS]
        return reasons[place] if place < len(reasons) else ""

    return derive


def _tell_text(name: str) -> Derive:
    return lambda facts: read_told(facts).get(name) or ""


def _tell(message: str, value: Value) -> Value:
    """A line where there is something to say on it."""
    return {"message": message, "value": value} if value else ""


# -- where it is from --------------------------------------------------------------------------------------------------


def derive_published(facts: Facts) -> Value:
    """The first two titles; a mark of their own between them, as each may have commas inside."""
    if read_nudge(facts).get("status") == OWN:
        return {"message": "from_own"}
    first, second, *_ = [*map(_plain, read_nudge(facts).get("origins") or ()), "", ""]
    return {"message": "from_two", "value": first, "other": second} if second else _tell("from_published", first)


def derive_ours(facts: Facts) -> Value:
    """Told wherever it is our suggestion, be it beside something published."""
    return {"message": "from_us"} if read_nudge(facts).get("ours") == "yes" else ""


# -- how it is here ----------------------------------------------------------------------------------------------------


def read_here(facts: Facts) -> Mapping[str, Any]:
    """item, level, measures and owner as far as the person may see them, and whom they can ask."""
    return read_nudge(facts).get("here") or {}


def derive_here(facts: Facts) -> Value:
    here = read_here(facts)
    if here.get("reads") != "yes":
        return {"message": "here_general"}
    if not here.get("item"):
        return {"message": "here_nothing"}
    return {"message": "here_item", "value": here["item"], "other": {"form": f"level_{here['level']}"}}


def derive_owner(facts: Facts) -> Value:
    owner = read_here(facts).get("owner")
    return _tell("here_owner", {"person": owner} if owner else "")


def derive_ask(facts: Facts) -> Value:
    ask = read_here(facts).get("ask")
    return _tell("ask", {"person": ask}) if ask else {"message": "ask_nobody"}


# -- what follows ------------------------------------------------------------------------------------------------------


def note(facts: Facts, _: str) -> list[Conclusion]:
    """A case that was read is seen; one that was passed over, or turned down, was not answered."""
    is_read = facts["story"] in ("seen", "ours") or facts["story"] == "unknown"
    return [NoteNudge("seen" if is_read else str(derive_grade(facts)))]


def put_off(facts: Facts, _: str) -> list[Conclusion]:
    return [PutOffNudge(str(facts["snooze"]))]


def lessen(facts: Facts, _: str) -> list[Conclusion]:
    return [LessenTopic(str(read_nudge(facts)["topic_id"]))]


DERIVED: Mapping[str, Derive] = {
    "kind": lambda facts: read_nudge(facts).get("kind") or "lesson",
    "opening": derive_opening,
    **{name: _tell_text(name) for name in ("message", "question", "today", "story", "resembles", "explain")},
    "options": lambda facts: read_told(facts).get("options") or [],
    "general_line": lambda facts: _tell("general", read_nudge(facts).get("general")),
    "verdict": derive_verdict,
    "returns_line": derive_returns,
    "right_one": derive_right_one,
    "why_lead": lambda _: {"message": "why_lead"},
    **{f"why_{place + 1}": _tell_reason(place) for place in range(MOST_REASONS)},
    "origin_outline": lambda facts: {"message": "from_outline"} if read_nudge(facts).get("outline") == "yes" else "",
    "origin_published": derive_published,
    "origin_ours": derive_ours,
    "topic": lambda facts: read_nudge(facts).get("topic") or "",
    "most": lambda _: BUDGET,
    "here_line": derive_here,
    "measures_line": lambda facts: _tell("here_measures", read_here(facts).get("measures")),
    "owner_line": derive_owner,
    "ask_line": derive_ask,
}
CONCLUSIONS: Mapping[str, Conclude] = {"note": note, "put_off": put_off, "lessen": lessen}
