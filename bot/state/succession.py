"""What becomes of what somebody left open: of a department's work a successor goes on with it, at the same question;
what a person was asked beside goes back to whoever asked.

Decides nothing of who may; runs inside the transaction that learned why.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Select, func, select, update
from sqlalchemy.engine import Row

from bot.conclusions import BeginInterview, HandOn, TellManager
from bot.engine.interview import Interview
from bot.state.columns import ID
from bot.state.credits import CONSENTS, DECIDES
from bot.state.credits import pass_on as pass_credit_on
from bot.state.crypto import Damaged, Vault
from bot.state.database import Database
from bot.state.record import (
    Transaction,
    begin_interview,
    find_asked,
    give_back,
    notify_managers,
    notify_person,
    put_event,
    take_back,
)
from bot.state.rounds import refresh_progress
from bot.state.rows import open_interview, seal_interview
from bot.state.tables import UNFINISHED, departments, interviews, invitations, items, people, roles
from bot.state.upkeep import pass_on

WORK = ("inventory", "recheck", "evaluation", "measures")  # what a department is asked, whoever answers
Reason = Literal["left", "chat", "moved", "silent"]
GONE = ("left", "chat")


def release(tx: Transaction, actor: str, person: str, reason: Reason) -> bool:
    """Find somebody for what this person left open. Whether a manager is asked or was told of it.

    Who moved or lost their role keeps what is not of another department, who is only silent keeps what others asked.
    """
    is_asked = _release_interviews(tx, actor, person, reason)
    if reason in GONE:
        pass_on(tx, actor, [person])
    return is_asked


def _release_interviews(tx: Transaction, actor: str, person: str, reason: Reason) -> bool:
    home = _find_home(tx, person) if reason == "moved" else None
    without = set[str]()
    for row, value in lock_open(tx, person):
        if _is_work(row, value):
            without |= {row.department} - {home}
        elif reason in GONE:
            _return(tx, actor, row, value)
    for department in sorted(without):
        _find_successor(tx, actor, HandOn(person, department, None), reason)
    return bool(without)


def _return(tx: Transaction, actor: str, row: Row[Any], value: Interview) -> None:
    """What others asked of somebody who is gone is theirs again; a card to decide comes up in the next review."""
    take_back(tx, actor, row.id)
    given = value.given
    if given.get("origin"):
        give_back(tx, value)
    elif row.flow == "evaluation":
        asker = str(given["asker"]["person"])
        begin_interview(tx, actor, BeginInterview(row.flow, asker, row.subject, {}, queued=True, invites=True))
    elif row.flow in (CONSENTS, DECIDES):
        pass_credit_on(tx, actor, row.subject, row.person_id)
    elif row.flow == "successor":
        _find_successor(tx, actor, HandOn(given["who"]["person"], given["department"]["id"], None), given["reason"])


def lock_open(tx: Transaction, person: str) -> list[tuple[Row[Any], Interview]]:
    """What this person has not finished, each with the department it is about; locked in order. One that is damaged
    stays where it is."""
    rows = tx.connection.execute(_select_open(person).with_for_update(of=interviews)).all()
    return [(row, value) for row in rows if (value := _open(tx.vault, row))]


def _open(vault: Vault, row: Row[Any]) -> Interview | None:
    try:
        return open_interview(vault, row)
    except Damaged:
        return None


def _select_open(person: str) -> Select[Any]:
    named = func.substr(interviews.c.subject, 1, ID.length)  # alone, or before a class
    department = func.coalesce(items.c.department_id, named).label("department")
    return (
        select(interviews, department)
        .outerjoin(items, items.c.id == interviews.c.subject)
        .where(interviews.c.person_id == person, interviews.c.status.in_(UNFINISHED))
        .order_by(interviews.c.id)
    )


def count_open(database: Database, vault: Vault, person: str, department: str) -> int:
    """How much of a department's work waits for this person. Raises CannotSave."""
    rows = [row for row in database.fetch(_select_open(person)) if row.department == department]
    return len([row for row in rows if (value := _open(vault, row)) and _is_work(row, value)])


def find_near(database: Database, department: str, most: int) -> list[str]:
    """People of a department, its heads first. Raises CannotSave."""
    heads = select(roles.c.person_id).where(roles.c.role == "department_head")
    wanted = select(people.c.id).where(people.c.department_id == department, people.c.active)
    rows = database.fetch(wanted.order_by(people.c.id.in_(heads).desc(), people.c.id).limit(most))
    return [row.id for row in rows]


def _is_work(row: Row[Any], value: Interview) -> bool:
    """Whether this is the department's own, and nothing one person asked of another."""
    return row.flow in WORK and not value.given.get("asker") and not value.given.get("origin")


def _find_home(tx: Transaction, person: str) -> str | None:
    """The department this person heads."""
    wanted = (
        select(people.c.department_id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(people.c.id == person, people.c.active, roles.c.role == "department_head")
    )
    return tx.connection.execute(wanted).scalar()


def _find_successor(tx: Transaction, actor: str, one: HandOn, reason: Reason) -> None:
    """The head the directory names now, else whoever a manager names; of a silent head a manager decides at once."""
    head = select(people.c.id).join(roles, roles.c.person_id == people.c.id).where(people.c.active)
    manager = head.where(roles.c.role == "register_manager", people.c.id != one.person)
    head = head.where(
        roles.c.role == "department_head", people.c.department_id == one.department, people.c.id != one.person
    )
    successor = tx.connection.execute(head.order_by(people.c.id).limit(1)).scalar()
    about = {"who": {"person": one.person}, "department": _name_department(tx, one.department)}
    if successor and reason != "silent":
        change_hands(tx, actor, HandOn(one.person, one.department, successor))
        told = TellManager("handed_on", {**about, "successor": {"person": successor}})
        notify_managers(tx, f"{one.person}:{tx.ids.new()}", told, successor)
        return
    asked = tx.connection.execute(manager.order_by(people.c.id).limit(1)).scalar()
    if asked:
        subject = f"{one.person}/{one.department}"
        given = {**about, "reason": reason}
        begin_interview(tx, actor, BeginInterview("successor", asked, subject, given, queued=True, invites=True))


def _name_department(tx: Transaction, department: str) -> dict[str, Any]:
    row = tx.connection.execute(select(departments).where(departments.c.id == department)).one()
    return {"id": row.id, "name": {"ja": row.name, "en": row.name_en}, "field": row.field}


def hand_on(tx: Transaction, interview: Interview, actor: str, one: HandOn) -> None:
    """What a manager concluded."""
    change_hands(tx, actor, one, interview.person)


def change_hands(tx: Transaction, actor: str, one: HandOn, by: str | None = None) -> None:
    """Move a department's open work to the successor, who is asked in their hours; cancel it where there is none."""
    found = [(row, value) for row, value in lock_open(tx, one.person) if row.department == one.department]
    rows = [(row, value) for row, value in found if _is_work(row, value)]
    for row, value in rows:
        if one.successor is None:
            _end(tx, actor, row)
        else:
            _move(tx, actor, row, value, one.successor, by)
    refresh_progress(tx, [row.id for row, _ in rows])
    if rows and one.successor not in (None, one.person) and is_active(tx, one.person):
        about = {"department": _name_department(tx, one.department), "successor": {"person": one.successor}}
        notify_person(tx, one.person, tx.ids.new(), "handed_on_from_you", about)


def is_active(tx: Transaction, person: str) -> bool:
    """Whether the directory still has this person."""
    return bool(tx.connection.execute(select(people.c.active).where(people.c.id == person)).scalar())


def _end(tx: Transaction, actor: str, row: Row[Any]) -> None:
    """Nobody goes on: what was answered stays on the record."""
    tx.connection.execute(update(interviews).where(interviews.c.id == row.id).values(status="cancelled"))
    tx.add_entry(actor, "interview.left_out", row.id)


def _move(tx: Transaction, actor: str, row: Row[Any], value: Interview, successor: str, by: str | None) -> None:
    """One interview to the successor; where they are asked the same already, that one counts."""
    mine = select(interviews.c.id).where(
        interviews.c.person_id == successor,
        interviews.c.flow == row.flow,
        interviews.c.subject == row.subject,
        interviews.c.status.in_(UNFINISHED),
        interviews.c.id != row.id,
    )
    standing = tx.connection.execute(mine).scalar()
    if standing:
        _end(tx, actor, row)
        of_round = update(invitations).where(invitations.c.interview_id == row.id)
        tx.connection.execute(of_round.values(interview_id=standing))
        return
    person = find_asked(tx, successor)
    given = {**value.given, "me": {"person": successor}, "timezone": person.timezone}
    if successor != row.person_id:
        given["handed"] = {"former": {"person": row.person_id}, "by": {"person": by} if by else None}
    moved = value._replace(person=successor, given=given, language=person.language)
    changed = {
        "person_id": successor,
        "language": person.language,
        "status": "queued",
        "body": seal_interview(tx.vault, moved),
        "updated_at": tx.now,
    }
    tx.connection.execute(update(interviews).where(interviews.c.id == row.id).values(changed))
    tx.add_entry(actor, "interview.handed_on", row.id, former=row.person_id, person=successor)
    put_event(tx, f"invite:{row.id}:{tx.ids.new()}", successor, row.id, {"invites": 0}, person.moment)


def release_all(tx: Transaction, actor: str, left: Sequence[str], moved: Sequence[str]) -> None:
    """After the directory changed: for all who left it, and all who have other duties now."""
    for person in sorted({*left, *moved}):
        _release_interviews(tx, actor, person, "left" if person in left else "moved")
    pass_on(tx, actor, left)
