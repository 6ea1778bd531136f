"""Reading what protects information: how the measures of a place stand, which classes its items fall in, what was
settled for these, who has what to do.

Read-only, through `scope`. Knows no catalogue, so not what a measure does.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from bot.access import Scope
from bot.handbook.measures import COMPANY, FORMS, Holding, ItemClass, gather_classes
from bot.state.crypto import Damaged
from bot.state.queries import Reader
from bot.state.rows import open_class
from bot.state.store import note_fault
from bot.state.tables import UNFINISHED, classes, interviews, items, measures

COUNTED = ("claimed", "confirmed", "planned", "declined")  # what the reasoning of the handbook knows of a measure


class Kept(NamedTuple):
    """One measure at one place, as the record has it; `asks` is what its owner is asked next, from `ask_on` on."""

    place: str
    measure: str
    state: str
    owner: str | None
    due_on: date | None
    kept_days: int | None
    chosen_for: str
    said_by: str
    said_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    asks: str | None
    ask_on: date | None
    revision: int


class Settled(NamedTuple):
    """What was settled for one class; `body` holds its items and forms then, what was put, what stays open, findings,
    and the decision."""

    department: str
    class_id: str
    state: str
    revision: int
    interview: str
    updated_at: datetime
    body: Mapping[str, Any]

    @property
    def subject(self) -> str:
        return f"{self.department}/{self.class_id}"


KEPT = [measures.c.owner_id.label("owner") if name == "owner" else measures.c[name] for name in Kept._fields]


def list_measures(reader: Reader, allowed: Scope, *which: ColumnElement[bool]) -> list[Kept]:
    """The measures this scope reaches, of a department also those that serve the whole company; by place and name.
    What was said of them in words stays sealed. Raises CannotSave.
    """
    wanted = select(*KEPT).where(_within(allowed), *which).order_by(measures.c.place, measures.c.measure)
    return [Kept(**row._mapping) for row in reader.database.fetch(wanted)]


def find_due(reader: Reader, person: str, until: date) -> list[Kept]:
    """What this person is to be asked about measures of theirs until that day, the most urgent first."""
    found = list_measures(reader, Scope(person=person), measures.c.ask_on <= until)
    return sorted(found, key=lambda one: (one.ask_on, one.place, one.measure))


def to_standing(kept: Sequence[Kept], department: str) -> dict[str, Kept]:
    """How each measure stands for a department; where its own row and the company's differ, its own counts."""
    near = [one for place in (COMPANY, department) for one in kept if one.place == place]
    return {one.measure: one for one in near if one.state in COUNTED}


def to_classes(rows: Sequence[Mapping[str, Any]]) -> list[ItemClass]:
    """The classes that items of the register fall in, by department, the highest level first.

    Items start no measures where they are drafts, off the register, public, or of a level that is still open.
    """
    return gather_classes(to_holdings(rows))


def to_holdings(rows: Sequence[Mapping[str, Any]]) -> list[Holding]:
    """Each item that starts measures, with its class and forms."""
    return [
        Holding(row["department_id"], str(row["id"]), row["class"], int(row["level"]), frozenset(_list_forms(row)))
        for row in rows
        if _is_settled(row)
    ]


def _is_settled(row: Mapping[str, Any]) -> bool:
    judgement = row.get("judgement") or {}
    is_judged = row["state"] not in ("draft", "retired") and bool(row["level"]) and bool(row["class"])
    return is_judged and judgement.get("low") is not None and judgement["low"] == judgement["high"]


def _list_forms(row: Mapping[str, Any]) -> list[str]:
    """The forms an item takes, as it was judged or else as such things usually are; a named place is none."""
    judgement = row["judgement"]
    told = [form for form in judgement.get("forms") or () if form in FORMS]
    shared = ["shared"] if "shared" in (judgement.get("ways") or ()) else []
    return [*(told or [form for form in row.get("forms") or () if form in FORMS]), *shared]


def list_settled(reader: Reader, allowed: Scope, *which: ColumnElement[bool]) -> list[Settled]:
    """What was settled for the classes this scope reaches, longest ago first. Raises CannotSave."""
    reached = true() if allowed.everything else classes.c.department_id == allowed.department
    wanted = select(classes).where(reached, *which)
    rows = reader.database.fetch(wanted.order_by(classes.c.updated_at, classes.c.department_id, classes.c["class"]))
    return [settled for row in rows if (settled := _open_settled(reader, row))]


def list_planned(reader: Reader, people: Collection[str]) -> list[Kept]:
    """The planned measures that these people see to, wherever they stand."""
    theirs = (measures.c.owner_id.in_(sorted(people)), measures.c.state == "planned")
    return list_measures(reader, Scope(everything=True), *theirs)


def select_revisions(departments: Collection[str]) -> Select[tuple[str, int]]:
    """The items of these departments with their revisions: two equal answers are two equal registers."""
    wanted = select(items.c.id, items.c.revision).where(items.c.department_id.in_(sorted(departments)))
    return wanted.order_by(items.c.id)


def has_unjudged(reader: Reader, department: str) -> bool:
    """Whether an item of this department is still to be judged: a draft, or one somebody is being asked about."""
    mine = select(items.c.id).where(items.c.department_id == department, items.c.state != "retired")
    asked = select(interviews.c.id).where(
        interviews.c.flow == "evaluation", interviews.c.status.in_(UNFINISHED), interviews.c.subject.in_(mine)
    )
    drafts = mine.where(items.c.state == "draft")
    return any(reader.database.fetch(wanted.limit(1)) for wanted in (drafts, asked))


def find_over_at(reader: Reader, person: str, flow: str, status: str) -> datetime | None:
    """When this person last finished an interview of this flow (`done`), or turned it down (`cancelled`)."""
    wanted = select(func.max(interviews.c.updated_at)).where(
        interviews.c.person_id == person, interviews.c.flow == flow, interviews.c.status == status
    )
    found: datetime | None = reader.database.fetch(wanted)[0][0]
    return found


def _open_settled(reader: Reader, row: Any) -> Settled | None:
    try:
        body = open_class(reader.vault, row)
    except (Damaged, ValueError) as fault:
        note_fault(fault)
        return None
    class_id = row._mapping["class"]
    return Settled(row.department_id, class_id, row.state, row.revision, row.interview_id, row.updated_at, body)


def _within(allowed: Scope) -> ColumnElement[bool]:
    """A scope over measures as a WHERE condition; an empty one matches nothing."""
    if allowed.everything:
        return true()
    reached: list[ColumnElement[bool]] = []
    if allowed.department:
        reached.append(measures.c.place.in_((allowed.department, COMPANY)))
    if allowed.person:
        reached.append(measures.c.owner_id == allowed.person)
    return or_(*reached) if reached else and_(false())
