"""The first hour of a case: the clock, what to stop, which items, where evidence lies, how sure, who, what next.

Pure. Every answer is written as it comes, so that nothing is lost where somebody stops.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, LetIn, NoteIncident, PutTask
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows.case import (
    OF_STOP,
    OF_TRACE,
    count_hours,
    go_on,
    list_chosen,
    list_deadlines,
    list_dont,
    list_items,
    list_sources,
    me,
    name_item,
    read_answers,
    read_aware,
    read_case,
    read_known,
    read_mover,
    read_past,
    read_told,
    take_nth,
    tell_day,
    tell_deadlines,
)
from bot.flows.room import open_room, tell_offer
from bot.handbook.evidence import CONFIRMED, EXPECTED, NONE, UNSAID, Source

FIRST_TASKS = ("fr-03", "fr-04", "fr-05", "fr-06", "fr-07", "fr-08", "fr-09")  # what comes within three days
FIRST_ROLES = ("tm-head", "tm-legal", "tm-it", "tm-ga")
NOBODY = "nobody"
MOST_SOURCES = 8  # shown at once
SOON = 4  # hours within which records are to be kept and doors shut


# -- stop --------------------------------------------------------------------------------------------------------------


def find_it(facts: Facts) -> str | None:
    """Who usually looks after systems."""
    workers = (read_case(facts).get("workers") or {}).get("it") or ()
    return next(iter(workers), None)


def needs_it(facts: Facts) -> str:
    """Whether somebody is to be asked to stop something: yes, or no where nothing is to be stopped."""
    told = facts["stop"]
    return "no" if told in ("skipped", "later") or told == ["none"] else "yes"


def find_stopper(facts: Facts) -> str | None:
    """Who is asked to stop it: the one named, or whoever usually looks after systems and is not involved."""
    if facts["involved"] == "no":
        return find_it(facts)
    named = facts["who_it"]
    return named if isinstance(named, str) and named not in (*UNANSWERED, NOBODY) else None


def note_stop(facts: Facts, _: str) -> list[Conclusion]:
    """What can be stopped stands in the record."""
    told = facts["stop"]
    if not isinstance(told, list):
        return [_note(facts, "decision", {}, {"stop": told})]
    return [_note(facts, "decision", {"stops": list_chosen(told)}, {"stop": told})]


def ask_stop(facts: Facts, _: str) -> list[Conclusion]:
    """Whoever can is asked to stop it, once it is known that the record of it stays."""
    owner = me(facts) if facts["involved"] == "myself" else find_stopper(facts)
    if not owner or owner in read_case(facts).get("kept_out", ()):
        return []
    places = list_chosen(facts["stop"]) or ["unknown"]
    return [_put(facts, f"{OF_STOP}{one}", owner, count_hours(facts, SOON)) for one in places]


# -- items and evidence ------------------------------------------------------------------------------------------------


def note_items(facts: Facts, _: str) -> list[Conclusion]:
    """Which items of the register it is about."""
    if not isinstance(facts["items"], list):
        return []
    items = list_chosen(facts["items"])
    return [_note(facts, "fact", {"items": items}, {"items": items})]


def find_holder(facts: Facts, one: Source) -> str | None:
    """Who holds a record: the owner of the measure that leaves it, or who sees to such work; nobody kept out."""
    case = read_case(facts)
    workers = (case.get("workers") or {}).get(one.held_by) or ()
    known = [one.holder, *workers]
    return next((person for person in known if person and person not in case.get("kept_out", ())), None)


def list_askable(facts: Facts) -> list[Source]:
    """The records somebody can be asked to keep, each kind once."""
    found = {one.trace: one for one in reversed(list_sources(facts)) if one.state != NONE and not one.is_gone}
    ordered = [one.trace for one in list_sources(facts)]
    return sorted(found.values(), key=lambda one: ordered.index(one.trace))[:MOST_SOURCES]


def derive_table(facts: Facts) -> Value:
    """What should still exist: which record, kept how long, until when, with whom."""
    sources = list_sources(facts)[:MOST_SOURCES]
    if not sources:
        return None
    names = ("column_days", "column_until", "column_holder")
    first = next((one for one in sources if one.vanishes_at and not one.is_gone), None)
    spoken: Value = {"message": "evidence_spoken", "value": len(sources)}
    if first and first.vanishes_at:
        name, day = read_told(facts)["traces"][first.trace]["name"], tell_day(first.vanishes_at)
        spoken = {"message": "evidence_first", "value": name, "other": day}
    columns = [{"message": name} for name in names]
    title = {"message": "records_title"}
    return {"columns": columns, "rows": [_to_row(facts, one) for one in sources], "spoken": spoken, "title": title}


def _to_row(facts: Facts, one: Source) -> dict[str, Any]:
    holder = find_holder(facts, one)
    who: Value = {"person": holder} if holder else facts.catalogue["measures"]["owners"][one.held_by]["name"]
    return {
        "label": read_told(facts)["traces"][one.trace]["name"],
        "cells": [_tell_days(one), _tell_until(one), who],
        "marks": [],
    }


def _tell_days(one: Source) -> Value:
    if one.kept_days is not None:
        return {"days": one.kept_days}
    if one.are_days_unknown:
        return {"message": "days_unknown"}
    known = {NONE: "record_none", UNSAID: "record_unsaid", EXPECTED: "record_expected"}
    return {"message": known.get(one.state, "record_stays")}


def _tell_until(one: Source) -> Value:
    if one.is_gone:
        return {"message": "record_gone"}
    if one.vanishes_at:
        return {"message": "until_seen" if one.state == CONFIRMED else "until_said", "value": tell_day(one.vanishes_at)}
    return {"message": f"until_{one.stays}"} if one.stays != "days" and one.state != NONE else ""


def derive_trace_options(facts: Facts) -> list[dict[str, Any]]:
    told = read_told(facts)["traces"]
    return [{"id": one.trace, **told[one.trace]["name"]} for one in list_askable(facts)]


def derive_trace_filled(facts: Facts) -> list[str]:
    """The records that are known to be there; where nobody has spoken of any, all that there may be, so that nothing
    vanishes because the register is empty."""
    askable = list_askable(facts)
    known = [one.trace for one in askable if one.state not in (UNSAID, EXPECTED)]
    return known or [one.trace for one in askable]


def ask_holders(facts: Facts, _: str) -> list[Conclusion]:
    """Whoever holds a record is asked to keep it; nobody is told what for."""
    wanted = list_chosen(facts["traces"])
    found, due = [one for one in list_askable(facts) if one.trace in wanted], count_hours(facts, SOON)
    known = {"traces": [one.trace for one in list_askable(facts)]}
    put = [_put(facts, f"{OF_TRACE}{one.trace}", find_holder(facts, one) or me(facts), due) for one in found]
    return [_note(facts, "fact", known, {"kept": wanted}), *put] if known["traces"] else []


# -- how sure, and who -------------------------------------------------------------------------------------------------


def note_grade(facts: Facts, _: str) -> list[Conclusion]:
    told = facts["grade"]
    return [_note(facts, "decision", {"grade": told}, {"grade": told})] if told not in UNANSWERED else []


def derive_team_fields(facts: Facts) -> list[dict[str, Any]]:
    """The few roles of the first hours, each with who usually does such work."""
    team, workers = read_told(facts)["team"], read_case(facts).get("workers") or {}
    nobody = {"id": NOBODY, "message": "team_nobody"}
    fields = []
    for role in FIRST_ROLES if workers else ():
        usual = next(iter(workers.get(team[role]["kind"], ())), NOBODY)
        options = [*({"person": one} for one in workers.get(team[role]["kind"], ())[:2]), nobody]
        fields.append({"id": role, "kind": "person", **team[role]["name"], "options": options, "filled": usual})
    return fields


def read_team(facts: Facts) -> dict[str, str]:
    """Who is in it with which role: as just said, without those kept out; one role a person."""
    told, out = facts["team"], set(read_case(facts).get("kept_out") or ())
    if not isinstance(told, dict):
        return {}
    named = [(person, role) for role, person in told.items() if person not in (*UNANSWERED, NOBODY, None)]
    return {person: role for person, role in reversed(named) if person not in out}


def list_left_out(facts: Facts) -> list[Value]:
    out = set(read_case(facts).get("kept_out") or ())
    told = facts["team"] if isinstance(facts["team"], dict) else {}
    return [{"person": one} for one in dict.fromkeys(told.values()) if one in out]


def let_in(facts: Facts, _: str) -> list[Conclusion]:
    team = read_team(facts)
    return [LetIn(read_case(facts)["id"], team)] if team else []


# -- law, and the plan -------------------------------------------------------------------------------------------------


def note_law(facts: Facts, _: str) -> list[Conclusion]:
    """The facts that deadlines rest on."""
    answers, term = read_answers(facts), facts["term"]
    known = {"answers": answers, **({"term": term} if isinstance(term, int) else {})}
    return [_note(facts, "fact", known, known)]


def has_personal(facts: Facts) -> str:
    return str(read_answers(facts).get("personal_data") or "unknown")


def find_doer(facts: Facts, task: str) -> str:
    """Who does a task: whoever was named, whoever of the team does such work, else whoever leads."""
    named = (facts["plan_owner"] or {}).get(task)
    if named and named not in (*UNANSWERED, NOBODY):
        return str(named)
    told = read_told(facts)
    kinds = {told["team"][role]["kind"]: person for person, role in read_team(facts).items()}
    return kinds.get(told["tasks"][task]["owner"], me(facts))


def derive_plan(facts: Facts) -> list[dict[str, Any]]:
    """What comes within three days, each with who does it and until when: targets of ours."""
    told, put = read_told(facts)["tasks"], {one["task"] for one in read_case(facts).get("tasks") or ()}
    lines = []
    for task in FIRST_TASKS if read_case(facts) else ():
        if task not in put:
            note = {
                "message": "plan_note",
                "person": {"person": find_doer(facts, task)},
                "value": told[task]["due_hour"],
            }
            lines.append({"key": task, "label": told[task]["name"], "note": note})
    return lines


def put_plan(facts: Facts, _: str) -> list[Conclusion]:
    if facts["plan"] != "ok":
        return []
    hours = read_told(facts)["tasks"]
    tasks = [line["key"] for line in derive_plan(facts)]
    return [_put(facts, task, find_doer(facts, task), int(hours[task]["due_hour"])) for task in tasks]


def finish_first(facts: Facts, key: str) -> list[Conclusion]:
    """The first hour is behind: what follows is asked from the record."""
    if not read_case(facts):
        return []
    return [_note(facts, "decision", {"first": "done"}, {"first": "done"}), *go_on(facts, key)]


def note_aware(facts: Facts, _: str) -> list[Conclusion]:
    """The instant from which everything counts was put right."""
    aware = read_aware(facts)
    if not isinstance(facts["aware_fix"], dict) or aware is None:
        return []
    was = read_known(facts).get("aware_at")
    return [_note(facts, "fact", {"aware_at": aware.isoformat()}, {"aware_at": aware.isoformat(), "was": was})]


def derive_fixed_line(facts: Facts) -> Value:
    """From when it counts, once that was put right."""
    aware = read_aware(facts)
    if not isinstance(facts["aware_fix"], dict) or aware is None:
        return ""
    return {"message": "fixed_line", "value": tell_day(aware), "other": f"{aware:%H:%M}"}


def _note(facts: Facts, kind: str, known: Mapping[str, Any], line: Mapping[str, Any]) -> NoteIncident:
    return NoteIncident(str(read_case(facts).get("id")), kind, known, line)


def _put(facts: Facts, task: str, owner: str, hours: int) -> PutTask:
    return PutTask(str(read_case(facts).get("id")), task, owner, "open", hours)


def _count(name: str) -> Derive:
    return lambda facts: len(facts[name] or ())


def derive_stopper_state(facts: Facts) -> str:
    """Whether it is still to be said who is asked to stop it."""
    if needs_it(facts) == "no" or facts["involved"] in ("no", "myself"):
        return "no"
    return "yes" if find_it(facts) in (None, me(facts)) or facts["involved"] else "no"


DERIVED: Mapping[str, Derive] = {
    "number": lambda facts: read_case(facts).get("number") or "",
    "aware_day": lambda facts: tell_day(read_aware(facts)),
    "aware_time": lambda facts: f"{read_aware(facts):%H:%M}" if read_aware(facts) else "",
    "fixed_line": derive_fixed_line,
    "dont_lines": lambda facts: list(list_dont(facts)),
    **{f"dont_{place + 1}": take_nth("dont_lines", place) for place in range(3)},
    "mover": read_mover,
    "still": lambda facts: (read_case(facts).get("report") or {}).get("still") or "unknown",
    "it_person": lambda facts: {"person": find_it(facts)} if find_it(facts) else "",
    "asks_involved": lambda facts: (
        "yes" if needs_it(facts) == "yes" and find_it(facts) not in (None, me(facts)) else "no"
    ),
    "asks_who_it": derive_stopper_state,
    "near_it": lambda facts: [{"person": one} for one in _list_near(facts)],
    "item_options": lambda facts: [{"id": one["id"], **name_item(one)} for one in read_case(facts).get("items") or ()],
    "item_count": _count("item_options"),
    "item_names": lambda facts: [name_item(one) for one in list_items(facts)],
    "evidence_table": derive_table,
    "trace_options": derive_trace_options,
    "trace_filled": derive_trace_filled,
    "trace_count": _count("trace_options"),
    "team_fields": derive_team_fields,
    "left_out": list_left_out,
    "left_out_line": lambda facts: (
        {"message": "left_out_line", "value": list_left_out(facts)} if list_left_out(facts) else ""
    ),
    "room_offer": lambda facts: tell_offer(facts, read_team(facts)),
    "has_personal": has_personal,
    "has_contract": lambda facts: str(read_answers(facts).get("contract") or "unknown"),
    "deadline_lines": tell_deadlines,
    **{f"deadline_{place + 1}": take_nth("deadline_lines", place) for place in range(3)},
    "deadline_count": lambda facts: len(list_deadlines(facts)),
    "plan_lines": derive_plan,
    "plan_count": _count("plan_lines"),
    "targets": lambda facts: read_told(facts)["general"]["targets"],
    "guidance": lambda facts: read_told(facts)["general"]["guidance"],
}
CONCLUSIONS: Mapping[str, Conclude] = {
    "note_aware": note_aware,
    "note_stop": note_stop,
    "ask_stop": ask_stop,
    "note_items": note_items,
    "ask_holders": ask_holders,
    "note_grade": note_grade,
    "let_in": let_in,
    "open_room": open_room,
    "note_law": note_law,
    "put_plan": put_plan,
    "finish_first": finish_first,
}
READERS = {"past": read_past}


def _list_near(facts: Facts) -> list[str]:
    """Others who may look after systems."""
    case = read_case(facts)
    workers = case.get("workers") or {}
    people = [*workers.get("it", ())[1:], *workers.get("general_affairs", ()), *workers.get("management", ())]
    return [one for one in dict.fromkeys(people) if one != me(facts)][:4]
