"""What a manager's decision does to an item of the register, inside a transaction the store opened.

A decision counts for the item as its maker saw it: where the item was changed or decided meanwhile nothing is written,
and the card is put before that person again, with what happened.
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.conclusions import BeginInterview, DecideItem
from bot.engine.interview import Interview
from bot.state.record import Transaction, begin_interview
from bot.state.rows import open_item, seal_item, to_json
from bot.state.succession import is_active, release
from bot.state.tables import items

DECIDED = ("approved", "returned")


def decide_item(tx: Transaction, interview: Interview, actor: str, one: DecideItem) -> None:
    """Approve what was put forward, or send it back; the one who proposed it is then asked again, with the words."""
    wanted = select(items).where(items.c.id == one.item, items.c.department_id == one.department)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or row.state == "retired":
        return
    body = open_item(tx.vault, row)
    before = body.get("decision") or {}
    if is_stale(row, one) and before.get("interview") != interview.id:
        _ask_again(tx, interview, actor, row, before if row.state in DECIDED else None)
        return
    decision = {
        "what": one.what,
        "by": interview.person,
        "at": tx.now.isoformat(),
        "words": one.words,
        "level": row.level,
        "interview": interview.id,
        "asker": (interview.given.get("asker") or {}).get("person"),
    }
    sealed = seal_item(tx.vault, row.id, body["name"], body["key"], {**body, "decision": decision})
    changed = {"state": one.what, "body": sealed, "revision": row.revision + 1, "updated_at": tx.now}
    tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))
    content = tx.vault.digest(to_json(decision))
    tx.add_entry(actor, f"item.{one.what}", row.id, interview=interview.id, level=row.level, content=content)
    if one.what == "returned" and one.proposer:
        wish = {"wish": {"person": interview.person, "words": one.words}}
        asked = BeginInterview("evaluation", one.proposer, row.id, wish, queued=True, invites=True)
        begin_interview(tx, actor, asked)
        if not is_active(tx, one.proposer):
            release(tx, actor, one.proposer, "left")


def is_stale(row: Row[Any], one: DecideItem) -> bool:
    """Whether the item is no longer as the one who decides saw it."""
    return bool(row.revision != one.revision)


def _ask_again(tx: Transaction, interview: Interview, actor: str, row: Row[Any], decision: Any) -> None:
    """The same card once more for the person who was too late, with who was first, or that it was changed."""
    told: dict[str, Any] = {"changed": "yes"}
    if decision:
        told = {"decided": {"what": decision["what"], "who": {"person": decision["by"]}, "at": decision["at"]}}
    kept = {name: interview.given[name] for name in ("asker", "due") if interview.given.get(name)}
    begin_interview(tx, actor, BeginInterview("decision", interview.person, row.id, {**kept, **told}))
    tx.add_entry(actor, "item.decided_late", row.id, interview=interview.id)
