"""What planning a moment of working life shows and concludes: which, for whom, on what day; or each long holiday.

Pure. Whether the planner may plan for somebody is known by `own`, their people; a manager plans for everybody.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.grades import BringHolidays, PlanMoment
from bot.handbook.awareness import Moment, read_moments
from bot.handbook.occasions import HOLIDAY, find_misfit

ENOUGH = "enough"  # the answer that nobody else is meant
MOST_NEAR = 6


def list_moments(facts: Facts) -> Mapping[str, Moment]:
    return read_moments(facts.catalogue)


def find_moment(facts: Facts) -> Moment | None:
    """The one that was chosen."""
    return list_moments(facts).get(str(facts["which"]))


def _is_mine(facts: Facts, person: str) -> bool:
    own = facts["own"]
    return own is None or person in own


def list_said(facts: Facts, question: str) -> list[Any]:
    """What was said each time the question was asked, in that order."""
    told = facts[question] or {}
    return [told[turn] for turn in sorted(told, key=int) if told[turn] not in UNANSWERED]


def list_people(facts: Facts) -> list[str]:
    """Those for whom it is planned, each once."""
    named = [one for one in list_said(facts, "who") if one != ENOUGH and _is_mine(facts, one)]
    return list(dict.fromkeys(named))


def derive_day(facts: Facts) -> str:
    """The day last said, where it can be one; empty where it cannot."""
    said = list_said(facts, "when")
    return str(said[-1]) if said and not _find_misfit(facts, str(said[-1])) else ""


def _find_misfit(facts: Facts, said: str) -> str | None:
    moment = find_moment(facts)
    return find_misfit(moment.comes, date.fromisoformat(said), date.fromisoformat(facts["today"])) if moment else None


def _count_next(question: str) -> Derive:
    """Which time it is that the question is asked."""
    return lambda facts: str(facts["this"] or len(facts[question] or {}) + 1)


# -- what is shown -----------------------------------------------------------------------------------------------------


def derive_moments(facts: Facts) -> Value:
    return [
        {"id": one.id, "ja": one.name.ja, "en": one.name.en, "also": list(one.also)}
        for one in list_moments(facts).values()
    ]


def derive_near(facts: Facts) -> Value:
    """The planner's own people, so that they need not be written."""
    named = list_people(facts)
    return [{"person": one} for one in (facts["near"] or ()) if one not in named][:MOST_NEAR]


def derive_who_title(facts: Facts) -> Value:
    return {"message": "who_else" if list_people(facts) else "who_first"}


def derive_named(facts: Facts) -> Value:
    named = [{"person": one} for one in list_people(facts)]
    return {"message": "named", "value": named} if named else ""


def derive_barred(facts: Facts) -> Value:
    """That the last one named is not of their department."""
    said = list_said(facts, "who")
    if not said or said[-1] == ENOUGH or _is_mine(facts, said[-1]):
        return ""
    return {"message": "not_own", "value": {"person": said[-1]}, "manager": facts["manager"]}


def derive_misfit(facts: Facts) -> Value:
    said = list_said(facts, "when")
    found = _find_misfit(facts, str(said[-1])) if said else None
    return {"message": f"day_{found}", "value": {"on": said[-1]}} if found else ""


def _tell_moment(line: str) -> Derive:
    """A text of the chosen moment."""

    def derive(facts: Facts) -> Value:
        moment = find_moment(facts)
        return {"ja": getattr(moment, line).ja, "en": getattr(moment, line).en} if moment else ""

    return derive


def derive_comes(facts: Facts) -> Value:
    moment = find_moment(facts)
    return {"message": f"comes_{moment.comes}"} if moment else ""


def derive_summary(facts: Facts) -> Value:
    if facts["every"] in ("each", "stop"):
        return {"message": f"summary_{facts['every']}"}
    return {"message": "summary"}


# -- what follows ------------------------------------------------------------------------------------------------------


def plan(facts: Facts, _: str) -> list[Conclusion]:
    moment = find_moment(facts)
    if moment is None:  # it was hidden since it was chosen
        return []
    return [PlanMoment(moment.id, moment.comes, tuple(list_people(facts)), derive_day(facts))]


def bring(facts: Facts, _: str) -> list[Conclusion]:
    return [BringHolidays(facts["every"] == "each")]


DERIVED: Mapping[str, Derive] = {
    "moments": derive_moments,
    "asks_every": lambda facts: "yes" if facts["which"] == HOLIDAY and facts["holidays"] else "no",
    "plans": lambda facts: "no" if facts["every"] in ("each", "stop") else "yes",
    "next_who": _count_next("who"),
    "next_when": _count_next("when"),
    "has_all": lambda facts: "yes" if ENOUGH in list_said(facts, "who") else "no",
    "count": lambda facts: len(list_people(facts)),
    "near_people": derive_near,
    "who_title": derive_who_title,
    "named_line": derive_named,
    "barred_line": derive_barred,
    "day": derive_day,
    "day_told": lambda facts: {"on": derive_day(facts)} if derive_day(facts) else "",
    "misfit_line": derive_misfit,
    "name": _tell_moment("name"),
    "date_name": _tell_moment("date"),
    "comes_line": derive_comes,
    "people": lambda facts: [{"person": one} for one in list_people(facts)],
    "summary_line": derive_summary,
}
CONCLUSIONS: Mapping[str, Conclude] = {"plan": plan, "bring": bring}
