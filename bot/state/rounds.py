"""Rounds: a manager has the heads of departments asked what they hold, sees how far they are, and asks again by date.

A department that has a register is only asked whether each item is still so. Decides nothing of who may.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import exists, select

from bot.conclusions import BeginInterview, StartRound
from bot.state.database import Database
from bot.state.outbox import Due, put_again
from bot.state.record import Transaction, begin_interview, put_event
from bot.state.tables import UNFINISHED, departments, interviews, invitations, items, people, roles, rounds

FLOWS = ("inventory", "recheck")


class Asked(NamedTuple):
    """One department of a round, and how far it is: the status of its interview."""

    department: str
    department_en: str
    person: str
    status: str


def start_round(tx: Transaction, starter: str, actor: str, one: StartRound) -> str:
    """Ask the heads of these departments, each once, and put the card that shows how far they are. The round's id."""
    round_id = tx.ids.new()
    tx.insert_new(
        rounds, [{"id": round_id, "starter_id": starter, "started_at": tx.now, "repeat_months": one.repeat_months}]
    )
    for department, head in _find_heads(tx, one.departments):
        interview = _ask(tx, actor, department, head)
        tx.insert_new(invitations, [{"round_id": round_id, "department_id": department, "interview_id": interview}])
    tx.add_entry(actor, "round.started", round_id, departments=len(one.departments), months=one.repeat_months)
    _show(tx, round_id, starter)
    if one.repeat_months:
        due_at = tx.now + relativedelta(months=one.repeat_months)
        put_event(tx, f"round:{round_id}:again", starter, None, {"repeats": round_id}, due_at)
    return round_id


def repeat_round(tx: Transaction, round_id: str) -> None:
    """The same departments once more, by the heads they have now."""
    row = tx.connection.execute(select(rounds).where(rounds.c.id == round_id)).one()
    asked = tx.connection.execute(
        select(invitations.c.department_id).where(invitations.c.round_id == round_id)
    ).scalars()
    again = StartRound(tuple(asked), row.repeat_months)
    start_round(tx, row.starter_id, row.starter_id, again)


def _find_heads(tx: Transaction, ids: Sequence[str]) -> list[tuple[str, str]]:
    """(department, its head) for those that have one; of several the first."""
    wanted = (
        select(people.c.department_id, people.c.id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(roles.c.role == "department_head", people.c.active, people.c.department_id.in_(list(ids)))
        .order_by(people.c.department_id, people.c.id.desc())
    )
    return sorted({row.department_id: row.id for row in tx.connection.execute(wanted)}.items())


def _ask(tx: Transaction, actor: str, department: str, head: str) -> str:
    """The interview about the department: the one that is not over yet, whoever answers it, else a new one."""
    unfinished = select(interviews.c.id).where(
        interviews.c.subject == department,
        interviews.c.flow.in_(FLOWS),
        interviews.c.status.in_(UNFINISHED),
    )
    standing = tx.connection.execute(unfinished.order_by(interviews.c.id).limit(1)).scalar()
    if standing:
        return str(standing)
    listed = exists().where(items.c.department_id == department, items.c.state != "retired")
    flow = "recheck" if tx.connection.execute(select(listed)).scalar() else "inventory"
    begin_interview(tx, actor, BeginInterview(flow, head, department, {}, queued=True, invites=True))
    return str(tx.connection.execute(unfinished).scalar_one())


def refresh_progress(tx: Transaction, over: Collection[str]) -> None:
    """Interviews came to their end: the card of each round they belong to is shown anew, in its place."""
    if not over:
        return
    wanted = (
        select(rounds.c.id, rounds.c.starter_id)
        .join(invitations, invitations.c.round_id == rounds.c.id)
        .where(invitations.c.interview_id.in_(over))
    )
    for row in tx.connection.execute(wanted.distinct().order_by(rounds.c.id)):
        _show(tx, row.id, row.starter_id)


def _show(tx: Transaction, round_id: str, starter: str) -> None:
    put_again(tx, Due(f"round:{round_id}:card", "card", starter, {"round": round_id}))


def read_progress(database: Database, round_id: str) -> list[Asked]:
    """How far each department of a round is, by name. Raises CannotSave."""
    wanted = (
        select(departments.c.name, departments.c.name_en, interviews.c.person_id, interviews.c.status)
        .join(invitations, invitations.c.interview_id == interviews.c.id)
        .join(departments, departments.c.id == invitations.c.department_id)
        .where(invitations.c.round_id == round_id)
        .order_by(departments.c.name)
    )
    return [Asked(*tuple(row)) for row in database.fetch(wanted)]
