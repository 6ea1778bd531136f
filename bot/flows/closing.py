"""How a case is closed: what did not hold, which sign was missed, and how it may be told in-house, without anybody's
name.

Pure. Nothing is closed before the last question.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import ApproveTelling, CloseIncident, Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows.case import go_on, list_chosen, list_items, read_case, read_mover, read_told
from bot.handbook import own_cases
from bot.handbook.incident import read_response
from bot.handbook.measures import IN_PLACE

MOST_CHOSEN = 8


def list_over(facts: Facts) -> dict[str, Mapping[str, Any]]:
    """The measures over its items that count as in place, by place and name."""
    found = [one for item in list_items(facts) for one in item["measures"] if one["state"] in IN_PLACE]
    return {f"{one['place']}/{one['measure']}": one for one in found}


def derive_measures(facts: Facts) -> list[dict[str, Any]]:
    told = facts.catalogue["measures"]["measures"]
    named = [(key, one["measure"]) for key, one in list_over(facts).items() if one["measure"] in told]
    return [{"id": key, **told[name]["short"]} for key, name in named][:MOST_CHOSEN]


def derive_signs(facts: Facts) -> list[dict[str, Any]]:
    """The signs that fit whose doing it was; those that were reported first."""
    told = read_told(facts)
    seen, mover = (read_case(facts).get("report") or {}).get("signs") or (), read_mover(facts)
    fitting = [one.id for one in read_response(told).signs.values() if mover in (one.leaker, "unknown")]
    return [{"id": one, **told["signs"][one]["short"]} for one in sorted(fitting, key=lambda one: one not in seen)][
        :MOST_CHOSEN
    ]


def make_draft(facts: Facts) -> dict[str, Any]:
    """The case as it may be told: kinds of things, no names, no numbers, no days."""
    lesson = facts["lesson"]
    return {
        "mover": read_mover(facts),
        "signs": list_chosen(facts["missed"]) or list((read_case(facts).get("report") or {}).get("signs") or ()),
        "measures": [key.rpartition("/")[2] for key in list_chosen(facts["failed"])],
        "forms": sorted({form for one in list_items(facts) for form in one["forms"]}),
        "lesson": lesson if isinstance(lesson, str) and lesson not in UNANSWERED else "",
    }


def tell_draft(facts: Facts, draft: Mapping[str, Any]) -> Value:
    """The draft in words."""
    return own_cases.tell_draft(read_told(facts), facts.catalogue["measures"]["measures"], draft)


def close(facts: Facts, _: str) -> list[Conclusion]:
    draft = make_draft(facts) if facts["telling"] == "draft" else {}
    items = tuple(str(one["id"]) for one in list_items(facts))
    failed, missed = tuple(list_chosen(facts["failed"])), tuple(list_chosen(facts["missed"]))
    return [CloseIncident(str(read_case(facts).get("id")), items, failed, missed, draft)]


def decide_telling(facts: Facts, _: str) -> list[Conclusion]:
    """A member's word on whether it may be told."""
    if facts["approve"] not in ("approve", "decline"):
        return []
    return [ApproveTelling(str(read_case(facts).get("id")), facts["approve"] == "approve")]


DERIVED: Mapping[str, Derive] = {
    "number": lambda facts: read_case(facts).get("number") or "",
    "measure_options": derive_measures,
    "sign_options": derive_signs,
    "told_line": lambda facts: tell_draft(facts, make_draft(facts)),
    "item_count": lambda facts: len(list_items(facts)),
}
CONCLUSIONS: Mapping[str, Conclude] = {"close": close, "go_on": go_on}
TELLING_DERIVED: Mapping[str, Derive] = {
    "told_line": lambda facts: tell_draft(facts, read_case(facts).get("draft") or {}),
    "failed": lambda facts: (read_case(facts).get("draft") or {}).get("measures") or "",
    "lesson": lambda facts: (read_case(facts).get("draft") or {}).get("lesson") or "",
}
TELLING_CONCLUSIONS: Mapping[str, Conclude] = {"decide_telling": decide_telling}
