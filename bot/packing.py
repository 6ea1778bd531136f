"""What goes into an evidence pack: the record of one case as its members may read it, with what the register says.

Reads for one member; who reported is nowhere in it. Knows no files and no words.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.access import Scope
from bot.given import list_places
from bot.handbook.deadlines import Deadline, find_deadlines, to_case
from bot.handbook.incident import Response
from bot.state.incidents import Cases, Entry, Incident, Task
from bot.state.measures import Kept, list_measures
from bot.state.packs import FORMAT
from bot.state.queries import Member, Reader

OF_ITEM = ("id", "name", "name_en", "state", "level", "class", "forms", "department", "department_en", "review_on")
Told = dict[str, Any]


def gather_pack(reader: Reader, member: Member, case: Incident, response: Response, now: datetime) -> Told:
    """Everything of a case this member is in, as plain JSON; people by id, and how they are called beside. Raises
    CannotSave, Damaged."""
    cases, actor = Cases(reader.database, reader.vault), member.actor
    items = _read_items(reader, case.body["facts"].get("items") or ())
    told: Told = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "made_by": member.id,
        "timezone": member.timezone,
        "case": {"id": case.id, "number": case.number, "state": case.state, "held": case.held},
        "members": [{"person": one, "state": state, "role": role} for one, (state, role) in _order(case)],
        "report": case.body["report"],
        "facts": case.body["facts"],
        "record": [_to_line(one) for one in cases.list_entries(actor, case.id)],
        "tasks": [_to_task(one) for one in cases.list_tasks(actor, case.id)],
        "deadlines": [_to_deadline(one) for one in _reckon(case, response, member.timezone)],
        "items": items,
        "measures": list(_read_measures(reader, items)),
    }
    return {**told, "people": _name_people(reader, told)}


def _order(case: Incident) -> list[tuple[str, tuple[str, str]]]:
    return sorted(case.members.items())


def _to_line(one: Entry) -> Told:
    return {"seq": one.seq, "kind": one.kind, "salt": one.salt, "body": one.body}


def _to_task(one: Task) -> Told:
    told = {"task": one.task, "owner": one.owner, "state": one.state, "body": one.body}
    return {**told, "due_at": _write(one.due_at)}


def _reckon(case: Incident, response: Response, timezone: str) -> list[Deadline]:
    """What is owed, or may be, as far as the case knows what that rests on."""
    return find_deadlines(response, to_case(case.body["facts"], timezone))


def _to_deadline(one: Deadline) -> Told:
    times = {name: _write(getattr(one, name)) for name in ("since", "from_at", "due_at", "last_day", "done_at")}
    return {"id": one.id, "clock": one.clock, "state": one.state, **times, "missing": list(one.missing)}


def _read_items(reader: Reader, wanted: Sequence[str]) -> list[Told]:
    """The items a case is about as the register has them now; one that is gone is left out."""
    found = (reader.find_item(one) for one in wanted)
    rows = (row for row in found if row is not None)
    return [
        {name: _write(row.get(name)) for name in OF_ITEM}
        | {"owner": row["owner_id"], "department_id": row["department_id"], "places": list_places(row)}
        for row in rows
    ]


def _read_measures(reader: Reader, items: Sequence[Told]) -> Iterator[Told]:
    """What stands over these items, of their departments and of the company."""
    for department in sorted({one["department_id"] for one in items}):
        yield from (_to_measure(one) for one in list_measures(reader, Scope(department=department)))


def _to_measure(one: Kept) -> Told:
    told = {"measure": one.measure, "place": one.place, "state": one.state, "owner": one.owner}
    seen = {"confirmed_by": one.confirmed_by, "confirmed_at": _write(one.confirmed_at), "due_on": _write(one.due_on)}
    return {**told, "kept_days": one.kept_days, "said_by": one.said_by, "said_at": _write(one.said_at), **seen}


def _write(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _name_people(reader: Reader, told: Told) -> Told:
    """Everybody of the directory whose id occurs anywhere, by name, department and address."""
    ids = set(_list_texts(told))
    known = reader.find_names([one.id for one in reader.list_members() if one.id in ids])
    return {
        one: {
            "ja": name.full.ja if name.full else name.ja,
            "en": name.full.en if name.full else name.en,
            "department": name.department.model_dump(),
            "email": name.email,
        }
        for one, name in known.items()
    }


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for key, part in value.items() if isinstance(value, Mapping) else ():
        yield str(key)
        yield from _list_texts(part)
    for part in value if isinstance(value, list | tuple) else ():
        yield from _list_texts(part)
