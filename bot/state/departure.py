"""What becomes of cases when somebody left the company: they are out of them, and one they led finds somebody else.

Knows of cases no more than who is in them.
"""

from sqlalchemy import select, union

from bot.state.casework import add_line, ask_next, change_incident, put_member
from bot.state.incident_tables import incident_members, incident_tasks, incidents
from bot.state.incidents import LET_IN, lock_incident
from bot.state.record import Transaction
from bot.state.requests import tell_leader
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
    theirs = select(incidents.c.id).where(
        incidents.c.id.in_(union(within, asked).scalar_subquery()), incidents.c.state.in_(OPEN)
    )
    for incident in tx.connection.execute(theirs.order_by(incidents.c.id)).scalars().all():
        _release(tx, incident, person)


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
        change_incident(tx, found, state="new", facts={"taken_by": None})
        ask_next(tx, incident)
    elif row.state == "new":
        ask_next(tx, incident)
    else:
        tell_leader(tx, known, f"{incident}:{person}:left")
