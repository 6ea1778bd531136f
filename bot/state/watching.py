"""What is to be looked at again in a case, and who is called to it: events that name nothing in clear.

Decides nothing of what is due.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from bot.state.incidents import hide_time
from bot.state.record import Transaction, put_event
from bot.state.tables import UNFINISHED, interviews


class ToAnswer(NamedTuple):
    """An interview that is not over."""

    id: str
    status: str
    touched_at: datetime  # when they answered there last, or it began


def find_to_answer(tx: Transaction, person: str, flows: Sequence[str], subject: str) -> ToAnswer | None:
    """What this person has before them of these flows about this, what they began first."""
    mine = (interviews.c.person_id == person, interviews.c.flow.in_(flows), interviews.c.subject == subject)
    wanted = select(interviews.c.id, interviews.c.status, interviews.c.updated_at).where(
        *mine, interviews.c.status.in_(UNFINISHED)
    )
    rows = tx.connection.execute(wanted.order_by(interviews.c.created_at, interviews.c.id)).all()
    return ToAnswer(*rows[0]) if rows else None


def fall_due(tx: Transaction, told: Mapping[str, str], at: datetime) -> None:
    """Something of a case happens by itself from this instant on, under a name that tells nobody that there is one."""
    put_event(tx, f"due:{hide_time(tx.ids.new())}", "", None, told, max(at, tx.now))


def watch(tx: Transaction, incident: str, at: datetime) -> None:
    """From this instant on somebody looks what is due in the case."""
    put_event(tx, f"watch:{tx.ids.new()}", "", None, {"watches": incident}, max(at, tx.now))


def ask_soon(tx: Transaction, person: str, at: datetime) -> None:
    """From this instant on the person is asked about what was asked of them in cases, all together."""
    put_event(tx, f"request:{tx.ids.new()}", person, None, {"requests": person}, max(at, tx.now))


def call(tx: Transaction, person: str, interview: str, at: datetime) -> None:
    """The interview comes before the person, for the first time or once more."""
    put_event(tx, f"call:{tx.ids.new()}", person, interview, {"calls": interview}, max(at, tx.now))
