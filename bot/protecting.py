"""The cards of a manager's review about measures: how a class is to be protected, and what of a place was seen.

Reads the record and the catalogue, decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.access import Scope
from bot.engine.position import Route
from bot.handbook.cover import find_met
from bot.handbook.measures import COMPANY, FORMS, IN_PLACE, ItemClass, read_measures
from bot.measuring import read_level
from bot.sitting import Card, find_place, read_given, tell_decided
from bot.state.measures import Kept, Settled, list_measures, list_settled, to_standing
from bot.state.proposals import find_proposed_classes, find_unseen
from bot.state.queries import Member, Reader, Waiting

MOST_SEEN = 8  # measures of one card, with "none of them" nine lines


def list_classes(reader: Reader, member: Member) -> list[Card]:
    """The classes that wait for a decision, the highest level first."""
    names = _name_departments(reader)
    return [
        Card("plan", one.subject, {"class": one.class_id, "department": names[one.department]["name"]})
        for one in find_proposed_classes(reader, member.id)
    ]


def list_places(reader: Reader, member: Member) -> list[Card]:
    """One card for each department, and for the company, of which measures wait to be seen."""
    names = _name_departments(reader)
    return [
        Card("confirm", place, {"department": names[place]["name"] if place in names else None, "count": len(kept)})
        for place, kept in find_unseen(reader, member.id).items()
    ]


def _name_departments(reader: Reader) -> dict[str, dict[str, Any]]:
    return {
        row.id: {"id": row.id, "name": {"ja": row.name, "en": row.name_en}, "field": row.field}
        for row in reader.list_departments()
    }


def prepare_plan(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What the card of one class shows, as the record has it now; None where nothing is left to decide."""
    department = waiting.subject.partition("/")[0]
    reach = Scope(department=department)
    one = next((one for one in list_settled(reader, reach) if one.subject == waiting.subject), None)
    given = read_given(reader, routes, waiting)
    if one is None or not (one.state == "proposed" or given.get("decided")):
        return None
    named = _name_departments(reader)[department]
    return {
        "department": named,
        "class": _tell_class(one, list_measures(reader, reach), routes["plan"].flow.catalogue["measures"]),
        "proposer": {"person": one.body["person"]},
        "near": reader.find_experts().get(named["field"], []),
        **find_place(reader, member, now),
        **tell_decided(given, member, now),
    }


def _tell_class(one: Settled, kept: Sequence[Kept], catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """The class as it was put forward; of its plans those that are still to begin, the soonest due first."""
    put = {(place, measure): reason for place, measure, state, reason in one.body["put"] if state == "planned"}
    waiting = [row for row in kept if (row.place, row.measure) in put and row.state == "planned" and not row.asks]
    waiting.sort(key=lambda row: (row.due_on or date.max, row.measure))
    forms = frozenset(one.body["forms"])
    level = read_level(one.class_id)
    as_class = ItemClass(one.department, one.class_id, level, forms, tuple(one.body["items"]))
    standing, known = to_standing(kept, one.department), read_measures(catalogue)
    met = [name for name, row in standing.items() if row.state in IN_PLACE and name in known]
    return {
        "id": one.class_id,
        "level": level,
        "forms": [form for form in FORMS if form in forms],
        "items": len(one.body["items"]),
        "revision": one.revision,
        "planned": [row.measure for row in waiting],
        "unowned": len([row for row in waiting if row.owner is None]),
        "in_place": len([name for name in met if find_met(known[name], as_class)]),
        "open": one.body["open"],
        "declined": [
            {"measure": measure, "reason": reason}
            for _, measure, state, reason in one.body["put"]
            if state == "declined"
        ],
        "findings": one.body["findings"],
        "again": one.body.get("again", "no"),
    }


def prepare_confirm(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What of one place waits to be seen, as many as a card holds; None where nothing does any more."""
    kept = find_unseen(reader, member.id).get(waiting.subject, [])
    if not kept:
        return None
    names = _name_departments(reader)
    return {
        "where": names.get(waiting.subject, {"id": COMPANY, "name": None}),
        "measures": [
            {"measure": one.measure, "revision": one.revision, "said_by": one.said_by} for one in kept[:MOST_SEEN]
        ],
        "more": max(0, len(kept) - MOST_SEEN),
        **find_place(reader, member, now),
    }
