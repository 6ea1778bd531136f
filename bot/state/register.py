"""What happens to an item of the register outside an interview: renamed, split, given an owner, taken off.

Each change is one audit entry in its own transaction; nothing here decides who may. A function returns None when done,
else the notice that says why nothing was changed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Row

from bot.conclusions import BeginInterview
from bot.engine.lexicon import fold
from bot.state.record import Transaction, begin_interview, lock_departments, open_items, put_effect, take_back
from bot.state.rows import open_item, seal_item, to_json
from bot.state.tables import UNFINISHED, interviews, items

JUDGING = "evaluation"  # the flow whose subject is an item
PASSED_ON = ("line", "forms", "technical", "entrusted", "owner_how")  # what a part has from the whole

Body = dict[str, Any]


def retire_item(tx: Transaction, actor: str, item_id: str, reason: str) -> str | None:
    """Take the item off the register, with the reason; what was still being asked about it is taken back."""
    asked = lock_asked(tx, item_id)
    row, body = _lock_item(tx, item_id)
    if row.state == "retired":
        return "item_is_retired"
    _take_back(tx, actor, asked)
    _write(tx, row, {**body, "retired": {"reason": reason}}, state="retired", review_on=None)
    tx.add_entry(actor, "item.retired", item_id, content=tx.vault.digest(reason))
    put_effect(tx, row.department_id)
    return None


def rename_item(tx: Transaction, actor: str, item_id: str, name: str, name_en: str | None) -> str | None:
    """Another name; the one before is kept with the item. Where no English one is given there is none any more."""
    row, body = _lock_item(tx, item_id)
    if row.state == "retired":
        return "item_is_retired"
    if fold(name) in _list_names(tx, row):
        return "item_name_taken"
    changed = {**body, "name": name, "name_en": name_en, "former": [*body.get("former", ()), body["name"]]}
    _write(tx, row, changed)
    tx.add_entry(actor, "item.renamed", item_id, content=tx.vault.digest(to_json([name, name_en])))
    return None


def change_owner(tx: Transaction, actor: str, item_id: str, owner: str) -> str | None:
    """Say who knows the item best."""
    row, body = _lock_item(tx, item_id)
    if row.state == "retired":
        return "item_is_retired"
    _write(tx, row, {**body, "owner_how": "said"}, owner_id=owner)
    tx.add_entry(actor, "item.owner_changed", item_id, owner=owner)
    return None


def split_item(tx: Transaction, actor: str, item_id: str, names: Sequence[str]) -> str | None:
    """Drafts in place of one item, which is taken off; whoever was to judge the whole is asked about each part."""
    asked = lock_asked(tx, item_id)
    row, body = _lock_item(tx, item_id)
    if row.state == "retired":
        return "item_is_retired"
    if {fold(name) for name in names} & _list_names(tx, row):
        return "item_name_taken"
    judges = {one.person_id for one in asked if one.subject == item_id} or _find_judge(tx, item_id)
    _take_back(tx, actor, asked)
    parts = [_make_part(tx, row, body, name) for name in names]
    tx.connection.execute(insert(items), parts)
    into = [part["id"] for part in parts]
    _write(tx, row, {**body, "into": into}, state="retired", review_on=None)
    tx.add_entry(actor, "item.split", item_id, into=into, content=tx.vault.digest(to_json(names)))
    put_effect(tx, row.department_id)
    for part in into:
        for judge in sorted(judges):
            begin_interview(tx, actor, BeginInterview(JUDGING, judge, part, {}, queued=True))
    return None


def _make_part(tx: Transaction, row: Row[Any], body: Body, name: str) -> dict[str, Any]:
    """A part keeps the whole's key, so that what was said of the whole can be told of it."""
    part = tx.ids.new()
    passed_on = {name: body[name] for name in PASSED_ON if name in body}
    return {
        "id": part,
        "department_id": row.department_id,
        "interview_id": row.interview_id,
        "owner_id": row.owner_id,
        "state": "draft",
        "body": seal_item(tx.vault, part, name, body["key"], {**passed_on, "name_en": None, "from": row.id}),
        "revision": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }


def _lock_item(tx: Transaction, item_id: str) -> tuple[Row[Any], Body]:
    """The item with its department's row locked before it, so that names can be compared and written as one step."""
    department = tx.connection.execute(select(items.c.department_id).where(items.c.id == item_id)).scalar_one()
    lock_departments(tx, [department])
    row = tx.connection.execute(select(items).where(items.c.id == item_id).with_for_update()).one()
    return row, open_item(tx.vault, row)


def _list_names(tx: Transaction, row: Row[Any]) -> set[str]:
    """The names the department has for its other items, in the form in which they are compared."""
    others = [(one, body) for one, body in open_items(tx, row.department_id) if one.id != row.id]
    return {fold(body["name"]) for one, body in others if one.state != "retired"}


def _write(tx: Transaction, row: Row[Any], body: Mapping[str, Any], **columns: Any) -> None:
    sealed = seal_item(tx.vault, row.id, body["name"], body["key"], body)
    changed = {"body": sealed, "revision": row.revision + 1, "updated_at": tx.now, **columns}
    tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))


# -- interviews about an item ------------------------------------------------------------------------------------------


def lock_asked(tx: Transaction, item_id: str) -> list[Row[Any]]:
    """The unfinished interviews about the item and the questions they handed on, locked in one order and before the
    item's department, as in every turn."""
    about = select(interviews.c.id).where(interviews.c.flow == JUDGING, interviews.c.subject == item_id)
    ids = tx.connection.execute(about).scalars().all()
    handed_on = [interviews.c.subject.startswith(f"{one}:", autoescape=True) for one in ids]
    wanted = select(interviews).where(or_(interviews.c.id.in_(ids), *handed_on), interviews.c.status.in_(UNFINISHED))
    return list(tx.connection.execute(wanted.order_by(interviews.c.id).with_for_update()))


def _take_back(tx: Transaction, actor: str, asked: Sequence[Row[Any]]) -> None:
    """Cancel these interviews. What was answered in them stays on the record; a question that was handed on is empty
    from then on, as whom it was handed to has no part in the item any more."""
    for row in asked:
        if ":" in row.subject:
            take_back(tx, actor, row.id)
        else:
            tx.connection.execute(update(interviews).where(interviews.c.id == row.id).values(status="cancelled"))
            tx.add_entry(actor, "interview.taken_back", row.id)


def _find_judge(tx: Transaction, item_id: str) -> set[str]:
    """Who judged the item last; nobody where it never was."""
    wanted = select(interviews.c.person_id).where(
        interviews.c.flow == JUDGING, interviews.c.subject == item_id, interviews.c.status == "done"
    )
    return set(tx.connection.execute(wanted.order_by(interviews.c.updated_at.desc()).limit(1)).scalars())
