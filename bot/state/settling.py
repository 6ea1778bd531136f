"""What settling a class does to the record: the class is put forward, and each measure spoken of has its one row.

The places are locked before. What stands is never lowered by a lesser word: whoever has a measure in place, and the
first to plan it, speaks for every class and department that needs it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from bot.conclusions import PutMeasure, SettleClass
from bot.engine.interview import Interview
from bot.handbook.measures import COMPANY, IN_PLACE
from bot.state.record import Transaction, put_effect
from bot.state.rows import open_class, seal_class, seal_measure, to_json
from bot.state.tables import classes
from bot.state.tending import (
    SILENT,
    ask_before,
    ask_owner,
    find_measure,
    name_measure,
    tell_owner,
    tell_relieved,
    write_measure,
)

OVER = ("declined", "released")  # nothing is done about it any more
# What stands, and the words that change nothing of it.
OUTRANKS = {
    "confirmed": ("claimed", "planned", "unknown"),
    "claimed": ("claimed", "planned", "unknown"),
    "planned": ("unknown",),
}


def settle_class(tx: Transaction, interview: Interview, actor: str, one: SettleClass) -> None:
    """Put the class forward as its head settled it, and write what was said of each measure."""
    asked = interview.given.get("class") or {}
    put = sorted(one.put, key=lambda put: (to_place(one, put), put.measure))
    body = {
        "items": [item["id"] for item in asked.get("items", ())],
        "forms": list(asked.get("forms", ())),
        "put": [[to_place(one, said), said.measure, said.state, said.reason] for said in put],
        "open": [list(cell) for cell in one.open_cells],
        "findings": [dict(finding) for finding in one.findings],
        "person": interview.person,
    }
    row = find_class(tx, one.department, one.class_id)
    write_class(tx, row, one.department, one.class_id, body, state="proposed", interview_id=interview.id)
    content = tx.vault.digest(to_json(body))
    tx.add_entry(actor, "class.proposed", f"{one.department}/{one.class_id}", interview=interview.id, content=content)
    for said in put:
        _put_measure(tx, interview, actor, one, said)
    put_effect(tx, one.department)


def look_again(
    tx: Transaction, actor: str, department: str, class_id: str, revision: int, still_open: Sequence[Sequence[str]]
) -> None:
    """An approved class comes before a manager once more, for what it leaves open now; one decided or settled since
    stays as it is."""
    row = find_class(tx, department, class_id)
    if row is None or row.state != "approved" or row.revision != revision:
        return
    body = {**open_class(tx.vault, row), "open": [list(cell) for cell in still_open], "again": "yes"}
    write_class(tx, row, department, class_id, body, state="proposed")
    tx.add_entry(actor, "class.looked_at_again", f"{department}/{class_id}", open=len(still_open))


def to_place(one: SettleClass, put: PutMeasure) -> str:
    """Where the row of a measure stands: one for the company, or the department's own."""
    return COMPANY if put.reach == COMPANY else one.department


def find_class(tx: Transaction, department: str, class_id: str) -> Row[Any] | None:
    """The row of a class, locked."""
    wanted = select(classes).where(classes.c.department_id == department, classes.c["class"] == class_id)
    return tx.connection.execute(wanted.with_for_update()).one_or_none()


def write_class(
    tx: Transaction, row: Row[Any] | None, department: str, class_id: str, body: dict[str, Any], **columns: Any
) -> None:
    """Write a class's row, or its first one where there is none."""
    sealed = seal_class(tx.vault, department, class_id, body)
    columns |= {"body": sealed, "revision": row.revision + 1 if row else 1, "updated_at": tx.now}
    if row:
        this = (classes.c.department_id == department, classes.c["class"] == class_id)
        tx.connection.execute(update(classes).where(*this).values(columns))
    else:
        new = {"department_id": department, "class": class_id, "created_at": tx.now}
        tx.connection.execute(insert(classes), [{**new, **columns}])


def _put_measure(tx: Transaction, interview: Interview, actor: str, one: SettleClass, put: PutMeasure) -> None:
    place = to_place(one, put)
    row = find_measure(tx, place, put.measure)
    if row and _stands(row, one, put):
        _add_days(tx, actor, row, put)
        return
    due_on = date.fromisoformat(put.due_on) if put.due_on and put.state == "planned" else None
    owner = put.owner or _find_owner(row, interview, put)
    write_measure(
        tx,
        row,
        place,
        put.measure,
        state=put.state,
        owner_id=owner,
        due_on=due_on,
        kept_days=put.kept_days or (row.kept_days if row else None),
        chosen_for=row.chosen_for if row and row.state not in OVER else f"{one.department}/{one.class_id}",
        interview_id=interview.id,
        said_by=interview.person,
        said_at=tx.now,
        confirmed_by=None,
        confirmed_at=None,
        body=seal_measure(tx.vault, place, put.measure, {"reason": put.reason}),
        **_go_on_asking(tx, row, put, owner, due_on),
    )
    content = {"content": tx.vault.digest(put.reason)} if put.reason else {}
    tx.add_entry(actor, f"measure.{put.state}", name_measure(place, put.measure), interview=interview.id, **content)
    if row and row.state == "planned" and row.asks:
        _tell_change(tx, row, put, owner)


def _tell_change(tx: Transaction, row: Row[Any], put: PutMeasure, owner: str | None) -> None:
    """Of work under way that is somebody else's now both hear; of what is not to be done any more whoever had it."""
    is_over, is_others = put.state in OVER, put.state == "planned" and owner != row.owner_id
    if is_over or is_others:
        tell_relieved(tx, row.owner_id, [(row.place, row.measure)])
    if owner and is_others:
        tell_owner(tx, owner, [(row.place, row.measure)])


def _stands(row: Row[Any], one: SettleClass, put: PutMeasure) -> bool:
    """Whether what stands is no less than what is said now. What one department has or plans for the whole company
    another one neither plans otherwise nor takes away."""
    is_live = row.state in (*IN_PLACE, "planned")
    is_of_others = row.place == COMPANY and row.chosen_for.partition("/")[0] != one.department
    is_less = put.state in ("planned", "declined")
    return put.state in OUTRANKS.get(row.state, ()) or (is_live and is_of_others and is_less)


def _add_days(tx: Transaction, actor: str, row: Row[Any], put: PutMeasure) -> None:
    """How long records keep is taken over from whoever knows."""
    if put.kept_days and put.kept_days != row.kept_days:
        quiet = SILENT if row.asks == "days" else {}
        write_measure(tx, row, row.place, row.measure, kept_days=put.kept_days, **quiet)
        tx.add_entry(actor, "measure.days_known", name_measure(row.place, row.measure), days=put.kept_days)


def _find_owner(row: Row[Any] | None, interview: Interview, put: PutMeasure) -> str | None:
    """Whoever had it before, else who spoke of it; nobody yet where it is only planned."""
    known = row.owner_id if row else None
    return known or (None if put.state == "planned" else interview.person)


def _go_on_asking(
    tx: Transaction, row: Row[Any] | None, put: PutMeasure, owner: str | None, due_on: date | None
) -> dict[str, Any]:
    """What is not known is asked at once. A plan waits for its approval, but one that was approved before goes on."""
    if put.state == "unknown" and owner:
        return ask_owner(tx, owner, "has")
    if put.state == "planned" and row and row.state == "planned" and row.asks and owner:
        return ask_before(tx, owner, due_on)
    return dict(SILENT)
