"""What becomes of cases when somebody left the company, or the chat: one nobody took is asked of the next, one they led
finds somebody else.

Knows of cases no more than who is in them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, union

from bot.state.casework import ASKING, add_line, ask_next, change_incident, put_member
from bot.state.incident_tables import incident_members, incident_tasks, incidents
from bot.state.incidents import LET_IN, lock_incident
from bot.state.leading import OFFERED, offer_next, read_offer
from bot.state.record import Transaction
from bot.state.requests import find_leader, tell_leader
from bot.state.withdrawal import release_tasks

OPEN = ("new", "taken")  # states of a case that is not over


def release_cases(tx: Transaction, person: str) -> None:
    """Of every open case they were in, or were asked something of; whoever receives reports is asked for those they
    led, as if nobody had taken them yet."""
    within = select(incident_members.c.incident_id).where(
        incident_members.c.person_id == person, incident_members.c.state.in_(LET_IN)
    )
    asked = select(incident_tasks.c.incident_id).where(
        incident_tasks.c.owner_id == person, incident_tasks.c.state == "open"
    )
    for incident in _list_open(tx, union(within, asked)):
        _release(tx, incident, person)


def pass_cases_on(tx: Transaction, person: str) -> None:
    """They are still of the company, and nobody can speak to them where they were: of a case nobody took the next is
    asked at once, one they lead is offered to the next. They stay let in, and may come back to it elsewhere."""
    within = select(incident_members.c.incident_id).where(
        incident_members.c.person_id == person, incident_members.c.state.in_(LET_IN)
    )
    for incident in _list_open(tx, within):
        found = lock_incident(tx.connection, tx.vault, incident)
        if found and found[0].state == "new":
            if found[1].body["facts"].get(ASKING, person) == person:  # else another's time is running
                ask_next(tx, incident)
        elif found and find_leader(found[1]) == person and not read_offer(found[1]):
            offer_next(tx, found)


def _list_open(tx: Transaction, named: Any) -> Sequence[str]:
    """Of the cases that a statement names, those that are not over, in the order in which they are locked."""
    wanted = select(incidents.c.id).where(incidents.c.id.in_(named.scalar_subquery()), incidents.c.state.in_(OPEN))
    return tx.connection.execute(wanted.order_by(incidents.c.id)).scalars().all()


def _release(tx: Transaction, incident: str, person: str) -> None:
    found = lock_incident(tx.connection, tx.vault, incident)
    if found is None:
        return
    row, known = found
    release_tasks(tx, "record", incident, person)
    if person in known.members:
        put_member(tx, incident, person, "left")
        add_line(tx, incident, person, "decision", {"left": True})
        tx.add_entry("record", "incident.left", incident, person=person)
    if row.state == "taken" and known.body["facts"].get("taken_by") == person:
        change_incident(tx, found, state="new", facts={"taken_by": None, OFFERED: None})
        ask_next(tx, incident)
    elif row.state == "new":
        ask_next(tx, incident)
    else:
        tell_leader(tx, known, f"{incident}:{person}:left")
