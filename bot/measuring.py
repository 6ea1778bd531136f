"""What those who protect information are given: the head who settles a class, and whoever sees to a measure.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.access import Scope
from bot.calendars import find_holidays
from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.given import find_manager, find_workers
from bot.handbook.cover import find_met
from bot.handbook.measures import COMPANY, FORMS, ItemClass, Measure
from bot.state.measures import (
    Kept,
    Settled,
    find_due,
    find_over_at,
    has_unjudged,
    list_measures,
    list_settled,
    to_classes,
    to_holdings,
    to_standing,
)
from bot.state.queries import Member, Reader, Waiting

TOGETHER = timedelta(days=7)  # what is due within so long is asked at once
RESTED = timedelta(days=1)  # before somebody who spoke of what they see to is asked about it unasked
DAYS_AHEAD = 366  # more than is ever proposed for a measure
MOST_ASKED = 9  # measures of one interview with their owner


def begin_measures(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One interview for each of these classes, or for each of the department's that is not settled as it is now, the
    highest level first. None at all where one of those named is not of the own department."""
    reach = Scope(department=member.department_id)
    classes = {to_subject(one): one for one in to_classes(reader.read_register(reach)) if one.forms}
    if not subjects:
        settled = {one.subject: one for one in list_settled(reader, reach)}
        subjects = [name for name, one in classes.items() if not is_settled_as(one, settled.get(name))]
    if not set(subjects) <= set(classes):
        return []
    return [BeginInterview("measures", member.id, subject, {}, queued=True) for subject in subjects]


def to_subject(one: ItemClass) -> str:
    """What an interview about a class is about."""
    return f"{one.department}/{one.id}"


def is_settled_as(one: ItemClass, settled: Settled | None) -> bool:
    """Whether a class was settled, not sent back, and has the same items in the same forms as then."""
    if settled is None or settled.state == "returned":
        return False
    return set(settled.body["items"]) == set(one.items) and set(settled.body["forms"]) == one.forms


def is_time_to_protect(reader: Reader, member: Member, _: datetime) -> bool:
    """Whether all items of the department were judged, and its head did not turn the matter down since the last."""
    if has_unjudged(reader, member.department_id):
        return False
    judged = [row["updated_at"] for row in reader.read_register(Scope(department=member.department_id))]
    refused = find_over_at(reader, member.id, "measures", "cancelled")
    return refused is None or bool(judged and max(judged) > refused)


def prepare_measures(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What settling one class starts with, as the record has it now; None where no item falls in it any more."""
    department = waiting.subject.partition("/")[0]
    reach = Scope(department=department)
    rows = reader.read_register(reach)
    one = next((one for one in to_classes(rows) if to_subject(one) == waiting.subject), None)
    if one is None:
        return None
    before = list_settled(reader, reach)  # what was sent back was looked through, too
    known = describe_class(rows, one, list_measures(reader, reach), find_workers(reader, department))
    return {
        **known,
        "manager": find_manager(reader, member),
        **tell_days(member, now),
        "again": bool(before),
        "settled": [{"level": read_level(one.class_id), "forms": list(one.body["forms"])} for one in before],
    }


def tell_days(member: Member, now: datetime) -> dict[str, Any]:
    """Which day it is for this person, and the public holidays ahead, as ISO dates, for days that are proposed."""
    today, is_holiday = now.astimezone(ZoneInfo(member.timezone)).date(), find_holidays(member.timezone)
    ahead = (today + timedelta(days=days) for days in range(DAYS_AHEAD))
    return {"today": today.isoformat(), "holidays": [day.isoformat() for day in ahead if is_holiday(day)]}


def describe_class(
    rows: Sequence[Mapping[str, Any]], one: ItemClass, kept: Sequence[Kept], workers: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """One class of these items as the record has it: its department and items, how measures stand there, and who does
    which kind of work."""
    held = [row for row in rows if row["id"] in one.items]
    return {
        "department": _name_department(held[0]),
        "class": {
            "id": one.id,
            "level": one.level,
            "forms": [form for form in FORMS if form in one.forms],
            "items": [_name_item(row) for row in held],
        },
        "standing": {name: _to_given(measure) for name, measure in to_standing(kept, one.department).items()},
        "people": workers,
    }


def read_level(class_id: str) -> int:
    """The level a class's id begins with."""
    return int(class_id.removeprefix("L").partition("-")[0])


def _name_department(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["department_id"],
        "name": {"ja": row["department"], "en": row["department_en"]},
        "field": row["field"],
    }


def _name_item(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("id", "name", "name_en")}


def _to_given(kept: Kept) -> dict[str, Any]:
    return {
        "state": kept.state,
        "owner": kept.owner,
        "due_on": kept.due_on.isoformat() if kept.due_on else None,
        "kept_days": kept.kept_days,
        "place": kept.place,
        "chosen_for": kept.chosen_for,
    }


def read_protection(reader: Reader, department: str, known: Mapping[str, Measure]) -> dict[str, Any]:
    """What protects a department's items as the record has it: these items, the classes as they were settled, how
    measures stand, and who else needs what of these is planned for the whole company."""
    reach = Scope(department=department)
    standing = to_standing(list_measures(reader, reach), department)
    held = to_holdings(reader.read_register(reach))
    wide = [name for name, kept in standing.items() if kept.place == COMPANY and kept.state == "planned"]
    others = list_needing(reader, department, [known[name] for name in wide if name in known])
    return {
        "held": [
            {"item": one.item, "class": one.class_id, "level": one.level, "forms": _to_list(one.forms)} for one in held
        ],
        "settled": [(read_level(one.class_id), one.body["forms"]) for one in list_settled(reader, reach)],
        # An owner who was never told of it need not hear that it is over.
        "standing": {
            name: {"state": kept.state, "owner": kept.owner if kept.asks else None} for name, kept in standing.items()
        },
        "elsewhere": sorted({(one.level, _to_list(one.forms)) for one in others}),
    }


def list_needing(reader: Reader, department: str, wanted: Collection[Measure]) -> list[ItemClass]:
    """For each of these measures a class of another department that it serves, where there is any. One department is
    looked at after the other, and no more than it takes."""
    left, found = list(wanted), list[ItemClass]()
    for other in (row.id for row in reader.list_departments() if row.id != department):
        if not left:
            break
        for one in to_classes(reader.read_register(Scope(department=other))):
            served = [measure for measure in left if find_met(measure, one)]
            found += [one] if served else []
            left = [measure for measure in left if measure not in served]
    return found


def _to_list(forms: Collection[str]) -> tuple[str, ...]:
    return tuple(form for form in FORMS if form in forms)


# -- what the owner of measures is asked -------------------------------------------------------------------------------


def begin_upkeep(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """Whoever comes by themselves speaks of all they have to see to, due or not; nothing where they have nothing."""
    mine = find_due(reader, member.id, date.max)
    return [BeginInterview("upkeep", member.id, member.id, {"asked_for": "yes"}, queued=True)] if mine else []


def is_time_to_tend(reader: Reader, member: Member, now: datetime) -> bool:
    """Whether somebody with nothing else before them has something to see to, and did not speak of it just now."""
    spoken = [find_over_at(reader, member.id, "upkeep", status) for status in ("done", "cancelled")]
    rested = all(at is None or now - at >= RESTED for at in spoken)
    return rested and bool(list_asked(reader, member, now, early=True))


def list_asked(reader: Reader, member: Member, now: datetime, early: bool) -> list[Kept]:
    """What this person is asked of within a week; `early`, where they came by themselves, all else they have not done
    yet, too, but not whether what was seen to be there goes on."""
    soon = now.astimezone(ZoneInfo(member.timezone)).date() + TOGETHER
    found = find_due(reader, member.id, date.max if early else soon)
    return [one for one in found if one.asks != "still" or (one.ask_on and one.ask_on <= soon)]


def prepare_upkeep(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What this person is asked of their measures: those due within a week, or all where they came by themselves."""
    found = reader.read_interview(waiting.id, routes)
    today = now.astimezone(ZoneInfo(member.timezone)).date()
    due = list_asked(reader, member, now, early=bool(found and found.given.get("asked_for")))[:MOST_ASKED]
    if not due:
        return None
    return {
        "measures": [
            {
                **{name: getattr(one, name) for name in ("place", "measure", "revision", "asks", "kept_days")},
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "confirmed_on": one.confirmed_at.date().isoformat() if one.confirmed_at else None,
            }
            for one in due
        ],
        "manager": find_manager(reader, member),
        "today": today.isoformat(),
    }
