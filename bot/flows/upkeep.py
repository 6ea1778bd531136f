"""What the owner of measures is asked and what follows: done, another date, cannot be, somebody else's, for how long.

Pure. Nothing follows before the end, so that every answer can be taken back until then.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, TendMeasure
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows.measures_words import name_measure

Asked = Mapping[str, Any]  # one measure: place, measure, revision, asks, due_on, kept_days

YES = ("done", "there", "goes_on")
NOT_YET = ("not_yet", "not_there", "stopped")


def to_key(one: Asked) -> str:
    return f"{one['place']}/{one['measure']}"


def list_asked(facts: Facts) -> dict[str, Asked]:
    """The measures of this interview by key, those whose days alone are asked last; none before it is prepared."""
    ordered = sorted(facts["measures"] or (), key=lambda one: one["asks"] == "days")
    return {to_key(one): one for one in ordered}


def find_asked(facts: Facts) -> Asked:
    """The measure a question is about."""
    this = facts["this"] or next((facts[name] for name in NEXT if facts[name]), "")
    return list_asked(facts).get(this, {})


def _find_next(facts: Facts, question: str, needs: Any) -> str:
    """The first measure that needs this question and was not asked it; empty where there is none."""
    told = facts[question] or {}
    return next((key for key, one in list_asked(facts).items() if key not in told and needs(key, one)), "")


def _said(facts: Facts, key: str) -> Value:
    return (facts["state"] or {}).get(key)


def _read_told(facts: Facts, one: Asked) -> Mapping[str, Any]:
    """What the catalogue says of a measure; nothing where it has it no more."""
    found: Mapping[str, Any] = facts.catalogue["measures"]["measures"].get(one.get("measure"), {})
    return found


def _needs_days(facts: Facts, key: str, one: Asked) -> bool:
    """Whether it leaves records of which nobody knows how long they are kept."""
    keeps = _read_told(facts, one).get("keeps") == "yes"
    return one["asks"] == "days" or (_said(facts, key) in YES and keeps and not one["kept_days"])


NEXT: Mapping[str, Derive] = {
    "next_when": lambda facts: _find_next(facts, "when", lambda key, _: _said(facts, key) in NOT_YET),
    "next_reason": lambda facts: _find_next(facts, "reason", lambda key, _: _said(facts, key) == "cannot"),
    "next_who": lambda facts: _find_next(facts, "who", lambda key, _: _said(facts, key) == "other"),
    "next_days": lambda facts: _find_next(facts, "days", lambda key, one: _needs_days(facts, key, one)),
    "next_measure": lambda facts: _find_next(facts, "state", lambda _, one: one["asks"] != "days"),
}


def derive_state_title(facts: Facts) -> Value:
    """What is asked of one measure, by how it stands; with its date where it has one."""
    one = find_asked(facts)
    if one.get("asks") == "done":
        return {"message": "ask_done_by" if one["due_on"] else "ask_done"}
    return {"message": f"ask_{one.get('asks') or 'done'}"}


def derive_reason_line(facts: Facts) -> Value:
    """Why it is asked again, where that is not plain."""
    one = find_asked(facts)
    if one.get("asks") == "still" and one["confirmed_on"]:
        day = str(one["confirmed_on"])
        return {"message": "seen_on", "value": int(day[:4]), "other": {"on": day}}
    return {"message": "has_line"} if one.get("asks") == "has" else ""


def _name_day(day: str | None) -> Value:
    return {"on": day} if day else ""


def _name_count(name: str, said: tuple[str, ...]) -> Derive:
    def derive(facts: Facts) -> Value:
        count = len([one for one in (facts["state"] or {}).values() if one in said])
        return {"message": name, "value": count} if count else ""

    return derive


def tend(facts: Facts, _: str) -> list[Conclusion]:
    """What was said of each measure; where nothing was, its owner is asked once more."""
    return [_tend_one(facts, key, one) for key, one in list_asked(facts).items()]


def _tend_one(facts: Facts, key: str, one: Asked) -> TendMeasure:
    told = {name: _known((facts[name] or {}).get(key)) for name in ("when", "reason", "who", "days")}
    said, about = _said(facts, key), (one["place"], one["measure"], one["revision"])
    if one["asks"] == "days":
        return TendMeasure(*about, "days", kept_days=told["days"])
    if said in YES:
        return TendMeasure(*about, "in_place", kept_days=told["days"])
    if said in NOT_YET and (told["when"] or said != "not_yet"):
        return TendMeasure(*about, "later", due_on=told["when"])
    if said == "cannot":
        return TendMeasure(*about, "cannot", reason=told["reason"] or "")
    if said == "other" and told["who"] not in (None, "nobody", facts["me"]["person"]):
        return TendMeasure(*about, "other", owner=told["who"])
    return TendMeasure(*about, "open")


def _known(value: Value) -> Any:
    return None if value in UNANSWERED else value


DERIVED: Mapping[str, Derive] = {
    **NEXT,
    "count": lambda facts: len(facts["measures"]),
    "left": lambda facts: len([one for one in facts["measures"] if one["asks"] != "days"]) - len(facts["state"] or {}),
    "ask": lambda facts: find_asked(facts).get("asks") or "",
    "name": lambda facts: name_measure(facts, find_asked(facts).get("measure", "")),
    "desc": lambda facts: _read_told(facts, find_asked(facts)).get("desc") or "",
    "due_day": lambda facts: _name_day(find_asked(facts).get("due_on")),
    "state_title": derive_state_title,
    "reason_line": derive_reason_line,
    "done_line": _name_count("done_line", YES),
    "moved_line": _name_count("moved_line", NOT_YET),
    "cannot_line": _name_count("cannot_line", ("cannot",)),
    "other_line": _name_count("other_line", ("other",)),
}
CONCLUSIONS: Mapping[str, Conclude] = {"tend": tend}
