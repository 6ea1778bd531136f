"""Drafts of what is written to others in a case, filled from what is known, with what is still missing.

Pure. Nobody is named in them but the company; what they say goes to the person alone, to copy.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, NoteIncident
from bot.engine.facts import Facts
from bot.engine.model import UNANSWERED, Value
from bot.flows.case import (
    list_deadlines,
    list_items,
    list_sources,
    name_item,
    name_task,
    read_aware,
    read_case,
    read_known,
    read_told,
)
from bot.handbook.evidence import NONE
from bot.handbook.notices import Draft, draft

COMPANY = {"company": "name", "contact": "desk_phone"}  # facts of the company that notices name


def read_notices(facts: Facts) -> Mapping[str, Any]:
    told: Mapping[str, Any] = facts.catalogue["notices"]
    return told


def derive_notice_options(facts: Facts) -> list[dict[str, Any]]:
    return [{"id": name, **one["name"]} for name, one in read_notices(facts)["notices"].items()]


def read_filling(facts: Facts) -> dict[str, Any]:
    """What is known of the case that a notice may say."""
    case, told, items, aware = read_case(facts), read_told(facts), list_items(facts), read_aware(facts)
    company, report = case.get("company") or {}, case.get("report") or {}
    signs = [told["signs"][one]["name"] for one in report.get("signs") or () if one in told["signs"]]
    measures = facts.catalogue["measures"]["measures"]
    in_place = {
        one["measure"] for item in items for one in item["measures"] if one["state"] in ("claimed", "confirmed")
    }
    records = [
        told["traces"][one.trace]["name"] for one in list_sources(facts) if one.state != NONE and not one.is_gone
    ]
    return {
        **{name: company.get(fact) for name, fact in COMPANY.items()},
        "aware_at": f"{aware:%Y-%m-%d %H:%M}" if aware else None,
        "outline": signs,
        "items": [name_item(one) for one in items],
        "places": list(dict.fromkeys(place for one in items for place in one["places"])),
        "systems": list(dict.fromkeys(place for one in items for place in one["places"])),
        "handled_how": [measures[one]["short"] for one in sorted(in_place) if one in measures],
        "records": list({str(one): one for one in records}.values()),
        "log_kinds": list({str(one): one for one in records}.values()),
        "done_so_far": [_to_text(name_task(facts, one)) for one in case.get("tasks") or () if one["state"] == "done"],
        "persons": read_known(facts).get("persons"),
    }


def _to_text(name: Value) -> Value:
    """A task's name as the documents read texts; of a record the record itself."""
    return name.get("value", name) if isinstance(name, dict) and "message" in name else name


def make_drafts(facts: Facts) -> tuple[Draft, Draft] | None:
    """The notice that was chosen, in Japanese and English; none where none was."""
    name, told = facts["notice"], read_notices(facts)
    if name in (*UNANSWERED, None) or name not in told["notices"]:
        return None
    filling = {key: one for key, one in read_filling(facts).items() if not _is_place(one)}
    return draft(told, name, filling, "ja"), draft(told, name, filling, "en")


def _is_place(value: Any) -> bool:
    """Whether it names a phrase of the flow, which no document has."""
    return isinstance(value, dict) and "message" in value


def derive_draft(facts: Facts) -> Value:
    made = make_drafts(facts)
    return {"ja": f"{made[0].title}\n\n{made[0].text}", "en": f"{made[1].title}\n\n{made[1].text}"} if made else ""


def derive_draft_missing(facts: Facts) -> Value:
    """What must be known before it goes out."""
    made, told = make_drafts(facts), read_notices(facts)
    if made is None:
        return ""
    names = [told["facts"][name]["name"] for name in made[0].missing]
    note = {"ja": made[0].note, "en": made[1].note}
    return {"message": "draft_missing", "value": names, "other": note} if names else note


def note_draft(facts: Facts, _: str) -> list[Conclusion]:
    """It went out: the record says so, and what was owed by it is met."""
    name = facts["notice"]
    if facts["draft"] != "sent" or make_drafts(facts) is None:
        return []
    clock, case = read_notices(facts)["notices"][name].get("clock"), read_case(facts)
    owed = [one.id for one in list_deadlines(facts) if one.clock == clock] or [clock]  # a contract's has its own name
    met = {**(read_known(facts).get("met") or {}), **dict.fromkeys(owed, case["now"])} if clock else {}
    return [NoteIncident(str(case.get("id")), "notice", {"met": met} if clock else {}, {"notice": name})]
