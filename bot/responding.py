"""What those who handle a case are given of it, and whoever is asked to do something: as the record has it now.

All of it stands under one name, so that it can be forgotten. Decides nothing of what is asked.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.access import Actor, Scope
from bot.conclusions import BeginInterview
from bot.engine.lexicon import fold
from bot.engine.position import Route
from bot.given import begin_each, find_workers, list_places
from bot.handbook.measures import COMPANY
from bot.state.incidents import Cases, Entry, Incident, Task
from bot.state.leading import list_heirs, read_offer
from bot.state.measures import Kept, list_measures, to_holdings
from bot.state.queries import Member, Reader, Waiting
from bot.state.requests import find_asked_of, find_leader, find_outside
from bot.state.rooms import describe_room
from bot.state.withdrawal import CASE

MOST_ITEMS = 6  # of the register, put before whoever handles a case
MOST_REQUESTS = 6  # asked of one person together
MOST_LINES = 9  # of what was noted, the latest
ALIKE = 60  # least rapidfuzz partial ratio (0-100) at which an item may be what a report names
FROM_OUTSIDE = ("reply", "report")  # lines of the record that came of whoever reported
SYSTEMS = "administrator"  # the role of those who look after systems, where no department does


def begin_course(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One for each open case this person is in and whose first hour is behind; of those named, where any are."""
    found = [one for one in _list_open(reader, member.actor) if not subjects or one.id in subjects]
    return begin_each("course", member, found)


def is_time_to_go_on(reader: Reader, member: Member, _: datetime) -> bool:
    """Whether a case this person leads would be left without anybody being asked about it."""
    busy = {one.subject for one in reader.find_waiting(member.id)}
    led = (one for one in _list_open(reader, member.actor) if one.body["facts"].get("taken_by") == member.id)
    return any(one.id not in busy for one in led)


def begin_task(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """About all that this person was asked to do; nothing where they were asked for nothing."""
    asked = find_asked_of(reader.database, reader.vault, member.id)
    return [BeginInterview("task", member.id, member.id, {}, queued=True)] if asked else []


def is_time_to_answer(reader: Reader, member: Member, _: datetime) -> bool:
    """Whether somebody with nothing else before them was asked for what they have not spoken of yet."""
    return any(not one.body.get("said") for one in find_asked_of(reader.database, reader.vault, member.id))


def _list_open(reader: Reader, actor: Actor) -> list[Incident]:
    found = Cases(reader.database, reader.vault).list_open(actor)
    return [one for one in found if one.state == "taken" and one.members[actor.person][0] == "member"]


def prepare_case(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What is known of an open case; None where it is over, or none of this person's."""
    known = Cases(reader.database, reader.vault).find(member.actor, waiting.subject)
    return {CASE: describe_case(reader, member, known, now)} if known and known.state == "taken" else None


def prepare_telling(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """How a closed case may be told, as it was drafted; None once that was decided."""
    known = Cases(reader.database, reader.vault).find(member.actor, waiting.subject)
    draft = known.body.get("draft") if known else None
    if known is None or not draft or draft["state"] != "proposed":
        return None
    return {CASE: {"id": known.id, "number": known.number, "draft": dict(draft)}}


def prepare_task(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What this person was asked to do and has not answered, whether they are in the case or not, and nothing of it."""
    asked = find_asked_of(reader.database, reader.vault, member.id)[:MOST_REQUESTS]
    if not asked:
        return None
    outside = find_outside(reader.database, member.id)
    told = [{**_to_given(one), "outside": one.id in outside} for one in asked]
    return {CASE: {"asked": told, **_tell_now(member, now)}}


def describe_case(reader: Reader, member: Member, known: Incident, now: datetime) -> dict[str, Any]:
    """The case with what the register says of the items it may be about."""
    cases, facts = Cases(reader.database, reader.vault), known.body["facts"]
    entries = cases.list_entries(member.actor, known.id)
    return {
        "id": known.id,
        "number": known.number,
        "report": dict(known.body["report"]),
        "facts": dict(facts),
        "aware_at": facts["aware_at"],
        **_tell_now(member, now),
        "kept_out": sorted(known.kept_out),
        "members": _list_members(known),
        "leader": find_leader(known),
        "offered": read_offer(known).get("to"),
        "heirs": list_heirs(reader.database.fetch, known) if find_leader(known) == member.id else [],
        "room": describe_room(reader.database, reader.vault, known, member.id),
        "tasks": [_to_given(one) for one in cases.list_tasks(member.actor, known.id)],
        "items": list_near(reader, known),
        "workers": _find_workers(reader, member, known.kept_out),
        "company": {name: text.model_dump() for name, text in reader.read_company().items()},
        "replies": [_to_line(one) for one in entries if one.kind in FROM_OUTSIDE and "words" in one.body][-MOST_LINES:],
        "evidence": [_to_line(one) for one in entries if one.kind == "evidence"][-MOST_LINES:],
        "read": facts.get("read", 0),
        "last": max((one.seq for one in entries), default=0),
    }


def _list_members(known: Incident) -> list[dict[str, str]]:
    within = sorted((name, role) for name, (state, role) in known.members.items() if state == "member")
    return [{"person": name, "role": role} for name, role in within]


def _tell_now(member: Member, now: datetime) -> dict[str, Any]:
    return {"now": now.isoformat(), "today": now.astimezone(ZoneInfo(member.timezone)).date().isoformat()}


def _to_given(one: Task) -> dict[str, Any]:
    return {
        "id": one.id,
        "task": one.task,
        "owner": one.owner,
        "state": one.state,
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "words": one.body.get("words", ""),
        "said": one.body.get("said", ""),
        "note": one.body.get("note", ""),
        "named": one.body.get("named"),
    }


def _to_line(one: Entry) -> dict[str, Any]:
    return {"seq": one.seq, **one.body}


def _find_workers(reader: Reader, member: Member, out: Collection[str]) -> dict[str, list[str]]:
    """Who sees to each kind of work, those kept out of the case left out; systems are looked after by administrators
    where no department does."""
    found = find_workers(reader, member.department_id)
    if found["it"] == found["general_affairs"]:
        found["it"] = reader.find_with_role(SYSTEMS) or found["it"]
    found["management"] = reader.find_with_role("incident_lead") or found["management"]
    return {kind: [one for one in people if one not in out] for kind, people in found.items()}


# -- the register ------------------------------------------------------------------------------------------------------


def list_near(reader: Reader, known: Incident) -> list[dict[str, Any]]:
    """The items that what was told may be about, the likeliest first, with the measures over them; where nothing is
    like them those of the highest level."""
    rows = [row for row in reader.read_register(Scope(everything=True)) if row["state"] != "retired" and row["name"]]
    chosen = set(known.body["facts"].get("items") or ())
    report = known.body["report"]
    told = [fold(text) for text in (report.get("what"), *(report.get("own") or ())) if text]
    scored = [(_score(row, told) if row["id"] not in chosen else 100.0, row) for row in rows]
    near = [pair for pair in scored if pair[0] >= ALIKE] or scored
    near.sort(key=lambda pair: (-pair[0], -(pair[1]["level"] or 0), pair[1]["id"]))
    return [_describe_item(reader, row) for _, row in near[:MOST_ITEMS]]


def _score(row: Mapping[str, Any], told: Sequence[str]) -> float:
    names = [fold(name) for name in (row["name"], row.get("name_en")) if name]
    return max((fuzz.partial_ratio(name, text) for name in names for text in told), default=0.0)


def _describe_item(reader: Reader, row: Mapping[str, Any]) -> dict[str, Any]:
    judgement = row.get("judgement") or {}
    (holding,) = to_holdings([row]) or (None,)
    forms = sorted(holding.forms) if holding else [*(judgement.get("forms") or row.get("forms") or ())]
    kept = list_measures(reader, Scope(department=row["department_id"]))
    return {
        "id": row["id"],
        "name": row["name"],
        "name_en": row.get("name_en") or row["name"],
        "level": row["level"],
        "class": row["class"] or "",
        "forms": forms,
        "places": list_places(row),
        "owner": row["owner_id"],
        "department": row["department_id"],
        "measures": [_describe_measure(one) for one in kept if one.place in (COMPANY, row["department_id"])],
    }


def _describe_measure(one: Kept) -> dict[str, Any]:
    return {
        "place": one.place,
        "measure": one.measure,
        "state": one.state,
        "owner": one.owner or one.said_by,
        "kept_days": one.kept_days,
        "said_at": one.said_at.isoformat(),
    }
