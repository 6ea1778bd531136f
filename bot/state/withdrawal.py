"""What somebody who is out of a case was asked in it goes from them, with what they were shown.

Knows no more of a case than its tasks.
"""

import hashlib
from typing import Any

from sqlalchemy import select, update

from bot.state.incident_tables import incident_tasks
from bot.state.record import Transaction, find_asked, forget_given, make_due, take_back
from bot.state.tables import UNFINISHED, interviews, outbox
from bot.state.watching import ask_soon

CASE = "case"  # under which an interview is given what it may know of a case


def make_mark(tx: Transaction, occasion: str = "") -> str:
    """What tells two reminders apart, and tells nothing else; the same for the same occasion, where one is named."""
    return hashlib.sha256((occasion or tx.ids.new()).encode()).hexdigest()[:16]


def close_shown(tx: Transaction, person: str, interview: str) -> None:
    """A word that says nothing, after which what stands open of an interview in a chat is closed there."""
    key = f"turn:remind:{interview}:{make_mark(tx)}"
    tx.insert_new(outbox, [make_due(key, "turn", person, interview, "[]", tx.now)])


def release_tasks(tx: Transaction, actor: str, incident: str, person: str) -> None:
    """What somebody who is out of the case was to do is nobody's from now on, and what they were shown of it goes."""
    mine: tuple[Any, ...] = (incident_tasks.c.incident_id == incident, incident_tasks.c.owner_id == person)
    changed = update(incident_tasks).where(*mine)
    tx.connection.execute(changed.values(owner_id=None, revision=incident_tasks.c.revision + 1))
    asked = select(interviews.c.id, interviews.c.status).where(
        interviews.c.flow == "task", interviews.c.person_id == person
    )
    for row in tx.connection.execute(asked.order_by(interviews.c.id)).all():
        if row.status in UNFINISHED:
            take_back(tx, actor, row.id)
            close_shown(tx, person, row.id)
        else:
            forget_given(tx, row.id, CASE)
    ask_soon(tx, person, find_asked(tx, person).moment)  # of what is left of other cases
