"""Sending one short thing to many people: what, to whom, when and how often, and what becomes of one under way.

Pure. How many it reaches and when is worked out beside it; how people answered it knows in counts alone.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from bot.conclusions import Compute, Conclusion
from bot.counts import GRADES
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.handbook.awareness import LeakCase, Lesson, read_awareness
from bot.sending import ChangeCampaign, SendOut

REPEATS = "repeats"  # the state of what comes again and again
FITS = {"fit": "lesson", "fit_case": "case"}  # choices that leave to each person what it is, by its kind
RULES = {
    "once": "",
    "monthly": "FREQ=MONTHLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
    "yearly": "FREQ=YEARLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
}

Told = Mapping[str, Any]


# -- those under way ---------------------------------------------------------------------------------------------------


def list_running(facts: Facts) -> list[dict[str, Any]]:
    """Each by what it sends and how many it has reached, to press."""
    return [_to_choice(one) for one in facts["campaigns"] or ()]


def _to_choice(one: Told) -> dict[str, str]:
    far = f" ({one['sent']}/{one['people']})" if one["state"] != REPEATS else ""
    return {"id": one["id"], **{language: f"{one['title'][language]}{far}" for language in ("ja", "en")}}


def find_picked(facts: Facts) -> Told:
    """The one that was chosen, as it stood when the list was made."""
    return next((one for one in facts["campaigns"] or () if one["id"] == facts["which"]), {})


def derive_progress(facts: Facts) -> Value:
    one = find_picked(facts)
    if not one:
        return ""
    if one["state"] == REPEATS:
        return {"message": "next_line", "value": one["next"]}
    return {"message": "progress_line", **{name: one[name] for name in ("people", "sent", "waiting")}}


def derive_results(facts: Facts) -> Value:
    """Counts of full fives, or why there are none."""
    one = find_picked(facts)
    if not one or one["state"] == REPEATS:
        return ""
    counts = one["counts"]
    if counts is None:
        return {"message": "few_line"}
    if not counts["counted"]:
        return {"message": "early_line", "value": counts["answered"]}
    return {"message": "counts_line", **counts}


# -- what, to whom, when -----------------------------------------------------------------------------------------------


def is_new(facts: Facts) -> bool:
    return not facts["campaigns"] or facts["which"] == "new"


def list_topics(facts: Facts) -> list[dict[str, Any]]:
    """Those that something may be sent of."""
    known = read_awareness(facts.catalogue)
    used = {one.topic for one in _list_all(facts)}
    return [{"id": name, "ja": text.ja, "en": text.en} for name, text in known.topics.items() if name in used]


def list_things(facts: Facts) -> list[dict[str, Any]]:
    """Lessons and leak cases of the topic."""
    found = [one for one in _list_all(facts) if one.topic == facts["what"]]
    return [{"id": one.id, "ja": one.title.ja, "en": one.title.en} for one in found]


def _list_all(facts: Facts) -> list[Lesson | LeakCase]:
    known = read_awareness(facts.catalogue)
    return [*known.lessons.values(), *known.cases.values()]


def read_sending(facts: Facts) -> dict[str, Any]:
    """What was said of it so far, as plain values."""
    subject = "" if facts["what"] in FITS else str(facts["thing"] or "")
    kind = FITS.get(str(facts["what"])) or ("case" if subject in read_awareness(facts.catalogue).cases else "lesson")
    return {
        "kind": kind,
        "subject": subject,
        "departments": _list_chosen(facts, "departments"),
        "roles": _list_chosen(facts, "roles"),
        "classes": _list_classes(facts),
        "day": _read_day(facts),
        "timezone": str(facts["timezone"] or ""),
        "rule": RULES.get(str(facts["again"]), ""),
    }


ASKED = {"departments": "which_departments", "roles": "roles", "classes": "levels"}  # by the choice that opens them


def _list_chosen(facts: Facts, whom: str) -> list[str]:
    """Several of a list that was asked for; what was answered on another way to whom counts for nothing."""
    found = facts[ASKED[whom]] if facts["whom"] == whom else None
    return [str(one) for one in found] if isinstance(found, list) else []


def _list_classes(facts: Facts) -> list[str]:
    """The classes there are of the levels that were chosen; one that nobody has reaches nobody, not everybody."""
    levels = _list_chosen(facts, "classes")
    found = [one for one in facts["classes"] or () if one.partition("-")[0] in levels]
    return found or levels


def _read_day(facts: Facts) -> str:
    if facts["when"] == "day" and isinstance(facts["day"], str) and facts["day"] not in UNANSWERED:
        return facts["day"]
    if facts["when"] == "tomorrow" and facts["today"]:
        return (date.fromisoformat(facts["today"]) + timedelta(days=1)).isoformat()
    return ""


def name_inputs(facts: Facts) -> str:
    """Names exactly what the count is worked out from."""
    return blake2b(repr(sorted(read_sending(facts).items())).encode(), digest_size=5).hexdigest()


def read_plan(facts: Facts) -> Told | None:
    found: Told | None = (facts["counted"] or {}).get(facts["inputs"])
    return found


def derive_plan(facts: Facts) -> Value:
    """How many, what it costs them, and from when to when."""
    plan = read_plan(facts)
    if not plan:
        return ""
    return {"message": "plan_line" if plan["people"] else "nobody_line", **plan}


def derive_subject(facts: Facts) -> Value:
    told = read_sending(facts)
    known = read_awareness(facts.catalogue)
    found = known.lessons.get(told["subject"]) or known.cases.get(told["subject"])
    return {"ja": found.title.ja, "en": found.title.en} if found else {"message": f"fit_{told['kind']}"}


def _tell_figure(name: str) -> Derive:
    """Of what is planned, or of what was picked."""

    def derive(facts: Facts) -> Value:
        plan, picked = read_plan(facts) or {}, find_picked(facts)
        known: Value = {**plan, **(picked.get("counts") or {}), **picked}.get(name, "")
        return known

    return derive


# -- what follows ------------------------------------------------------------------------------------------------------


def count(facts: Facts, _: str) -> list[Compute]:
    return [Compute("campaign", f"counted@{facts['inputs']}", read_sending(facts))]


def send(facts: Facts, _: str) -> list[Conclusion]:
    told = read_sending(facts)
    lists = {name: tuple(told[name]) for name in ("departments", "roles", "classes")}
    return [SendOut(**{**told, **lists})]


def change(facts: Facts, _: str) -> list[Conclusion]:
    return [ChangeCampaign(str(find_picked(facts)["id"]), str(facts["card"]))]


DERIVED: dict[str, Derive] = {
    "running": list_running,
    "has_running": lambda facts: "yes" if facts["campaigns"] else "no",
    "new": lambda facts: "yes" if is_new(facts) else "no",
    "picked_title": lambda facts: find_picked(facts).get("title") or "",
    "picked_state": lambda facts: find_picked(facts).get("state", ""),
    "progress_line": derive_progress,
    "results_line": derive_results,
    "topics": list_topics,
    "things": list_things,
    "by_topic": lambda facts: "yes" if is_new(facts) and facts["what"] and facts["what"] not in FITS else "no",
    "department_choices": lambda facts: [
        {"id": one["id"], "ja": one["name"]["ja"], "en": one["name"]["en"]} for one in facts["departments"] or ()
    ],
    "inputs": name_inputs,
    "is_counted": lambda facts: "yes" if read_plan(facts) is not None else "no",
    "people": lambda facts: (read_plan(facts) or {}).get("people", 0),
    "plan_line": derive_plan,
    "subject_word": derive_subject,
    "again_word": lambda facts: {"message": f"again_{facts['again']}"} if facts["again"] in RULES else "",
}
# Figures that lines above tell, by name.
DERIVED |= {name: _tell_figure(name) for name in ("first", "last", "sent", "waiting", "answered", *GRADES)}
CONCLUSIONS: Mapping[str, Conclude] = {"count": count, "send": send, "change": change}
