"""What a manager's decision does to an item of the register or to a class, inside a transaction the store opened.

A decision counts for the thing as its maker saw it: where it was changed or decided meanwhile nothing is written, and
the card is put before that person again, with what happened.
"""

from collections.abc import Mapping
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.conclusions import BeginInterview, DecideClass, DecideItem, MatchItems
from bot.engine.interview import Interview
from bot.state.record import Transaction, begin_interview, put_event
from bot.state.rows import open_class, open_item, seal_item, to_json
from bot.state.settling import find_class, write_class
from bot.state.succession import is_active, release
from bot.state.tables import items
from bot.state.tending import start_work

DECIDED = ("approved", "returned")
GAP_SEEN_FOR = relativedelta(months=6)  # before a manager is asked once more about what was left open


def decide_item(tx: Transaction, interview: Interview, actor: str, one: DecideItem) -> None:
    """Approve what was put forward, or send it back; the one who proposed it is then asked again, with the words."""
    wanted = select(items).where(items.c.id == one.item, items.c.department_id == one.department)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or row.state == "retired":
        return
    body = open_item(tx.vault, row)
    before = body.get("decision") or {}
    if is_stale(row, one) and before.get("interview") != interview.id:
        _ask_again(tx, interview, actor, "decision", row.id, before if row.state in DECIDED else None)
        tx.add_entry(actor, "item.decided_late", row.id, interview=interview.id)
        return
    decision = {**_tell_decision(tx, interview, one), "level": row.level}
    sealed = seal_item(tx.vault, row.id, body["name"], body["key"], {**body, "decision": decision})
    changed = {"state": one.what, "body": sealed, "revision": row.revision + 1, "updated_at": tx.now}
    tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))
    content = tx.vault.digest(to_json(decision))
    tx.add_entry(actor, f"item.{one.what}", row.id, interview=interview.id, level=row.level, content=content)
    if one.what == "returned":
        _ask_proposer(tx, actor, "evaluation", row.id, one.proposer, person=interview.person, words=one.words)


def decide_class(tx: Transaction, interview: Interview, actor: str, one: DecideClass) -> None:
    """Approve how a class is to be protected, which starts the work, or send it back to the head with the words.

    What it leaves open is asked about once more after a while.
    """
    row, subject = find_class(tx, one.department, one.class_id), f"{one.department}/{one.class_id}"
    if row is None:
        return
    body = open_class(tx.vault, row)
    before = body.get("decision") or {}
    if is_stale(row, one) and before.get("interview") != interview.id:
        _ask_again(tx, interview, actor, "plan", subject, before if row.state in DECIDED else None)
        tx.add_entry(actor, "class.decided_late", subject, interview=interview.id)
        return
    decision = _tell_decision(tx, interview, one)
    write_class(tx, row, one.department, one.class_id, {**body, "decision": decision}, state=one.what)
    content = tx.vault.digest(to_json(decision))
    tx.add_entry(actor, f"class.{one.what}", subject, interview=interview.id, content=content)
    if one.what == "approved":
        planned = [(place, measure) for place, measure, state, _ in body["put"] if state == "planned"]
        start_work(tx, planned, actor, interview.person)
        if body["open"] and not body.get("again"):
            told = {"gap": subject, "revision": row.revision + 1}
            put_event(tx, f"gap:{subject}:{row.revision + 1}", interview.person, None, told, tx.now + GAP_SEEN_FOR)
    else:
        _ask_proposer(tx, actor, "measures", subject, one.proposer, person=interview.person, words=one.words)


def match_items(tx: Transaction, interview: Interview, actor: str, one: MatchItems) -> None:
    """Two items are the same thing: whoever put the lower one forward is asked to raise it to the other's level, not
    told whose that is. A proposal waits no longer; what was approved stays so until there is another proposal."""
    wanted = select(items).where(items.c.id.in_((one.item, one.other))).order_by(items.c.id)
    rows = {row.id: row for row in tx.connection.execute(wanted.with_for_update())}
    lower, higher = rows[one.item], rows[one.other]
    if "retired" in (lower.state, higher.state):
        return
    if (lower.revision, higher.revision) != (one.revision, one.other_revision):
        _ask_again(tx, interview, actor, "same", interview.given["pair"])
        tx.add_entry(actor, "item.matched_late", lower.id, interview=interview.id)
        return
    body = open_item(tx.vault, lower)
    match = {"with": higher.id, "level": higher.level, "by": interview.person, "at": tx.now.isoformat()}
    changed = {
        "state": "returned" if lower.state == "proposed" else lower.state,
        "body": seal_item(tx.vault, lower.id, body["name"], body["key"], {**body, "match": match}),
        "revision": lower.revision + 1,
        "updated_at": tx.now,
    }
    tx.connection.execute(update(items).where(items.c.id == lower.id).values(changed))
    for row, other in ((lower, higher), (higher, lower)):
        tx.add_entry(actor, "item.matched", row.id, other=other.id, level=higher.level, interview=interview.id)
    wish = {"person": interview.person, "words": "", "level": higher.level}
    _ask_proposer(tx, actor, "evaluation", lower.id, one.proposer, **wish)


def is_stale(row: Row[Any], one: DecideItem | DecideClass) -> bool:
    """Whether the thing is no longer as the one who decides saw it."""
    return bool(row.revision != one.revision)


def _tell_decision(tx: Transaction, interview: Interview, one: DecideItem | DecideClass) -> dict[str, Any]:
    """The decision as it is kept with the thing."""
    return {
        "what": one.what,
        "by": interview.person,
        "at": tx.now.isoformat(),
        "words": one.words,
        "interview": interview.id,
        "asker": (interview.given.get("asker") or {}).get("person"),
    }


def _ask_proposer(tx: Transaction, actor: str, flow: str, subject: str, proposer: str | None, **wish: Any) -> None:
    """Ask whoever put it forward once more, with who wishes for what."""
    if proposer is None:
        return
    begin_interview(tx, actor, BeginInterview(flow, proposer, subject, {"wish": wish}, queued=True, invites=True))
    if not is_active(tx, proposer):
        release(tx, actor, proposer, "left")


def _ask_again(
    tx: Transaction,
    interview: Interview,
    actor: str,
    flow: str,
    subject: str,
    decision: Mapping[str, Any] | None = None,
) -> None:
    """The card once more for the person who was too late, with who was first, or that it was changed."""
    told: dict[str, Any] = {"changed": "yes"}
    if decision:
        told = {"decided": {"what": decision["what"], "who": {"person": decision["by"]}, "at": decision["at"]}}
    kept = {name: interview.given[name] for name in ("asker", "due") if interview.given.get(name)}
    begin_interview(tx, actor, BeginInterview(flow, interview.person, subject, {**kept, **told}))
