"""Who receives reports, in which order they are asked, and which of them a case may be put before.

Knows nothing of what a case is about.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select

from bot.state.incident_tables import on_call
from bot.state.incidents import Incident
from bot.state.record import Transaction, notify_person
from bot.state.tables import people, roles

Run = Callable[[Select[Any]], Iterable[Any]]  # reads rows, within a transaction or outside
RECEIVE = ("incident_handler", "incident_lead")  # roles in the order in which their people are asked
LAST = 1_000_000  # where those stand for whom no place was settled
RECEIVERS = (
    select(people.c.id, roles.c.role, on_call.c.place)
    .join(roles, roles.c.person_id == people.c.id)
    .outerjoin(on_call, on_call.c.person_id == people.c.id)
    .where(roles.c.role.in_(RECEIVE), people.c.active)
    .order_by(people.c.email)
)


def list_receivers(run: Run) -> list[str]:
    """Who receives reports now, in the order in which they are asked: as it was settled, then by role and address."""
    ordered = sorted(
        run(RECEIVERS), key=lambda row: (LAST if row.place is None else row.place, RECEIVE.index(row.role))
    )
    return list(dict.fromkeys(row.id for row in ordered))


def list_receivers_of(run: Run, known: Incident) -> list[str]:
    """Who may be asked to take this case: whoever received reports when it came and is still here, in turn.

    To be made one later opens no case, and no longer to be one closes none. Only where all of them left the company
    are those asked who receive reports now, as else nobody could be.
    """
    at_first = known.body.get("receivers")
    now = list_receivers(run)
    if at_first is None:  # from before this was kept
        return now
    here = select(people.c.id).where(people.c.active, people.c.id.in_(at_first)).order_by(people.c.email)
    left = [row.id for row in run(here)]
    return [*(one for one in now if one in left), *(one for one in left if one not in now)] or now


def settle_turn(tx: Transaction, actor: str, persons: Sequence[str]) -> None:
    """From now on these are asked first, in this order."""
    tx.connection.execute(delete(on_call))
    if persons:
        rows = [{"person_id": one, "place": place} for place, one in enumerate(persons)]
        tx.connection.execute(insert(on_call), rows)
    tx.add_entry(actor, "receiver.turn_settled", "receivers", people=list(persons))


def note_change(tx: Transaction, actor: str, before: Sequence[str]) -> None:
    """Who receives reports may have changed: each change is on the record, and those who did before hear of it."""
    now = list_receivers(tx.connection.execute)
    changed = {
        "added": [one for one in now if one not in before],
        "removed": [one for one in before if one not in now],
    }
    for how, found in changed.items():
        for person in found:
            tx.add_entry(actor, f"receiver.{how}", person)
        for person in before:
            _tell(tx, person, f"receivers_{how}", [one for one in found if one != person])


def _tell(tx: Transaction, person: str, notice: str, found: Sequence[str]) -> None:
    """Nobody is told of themselves."""
    if found:
        notify_person(tx, person, tx.ids.new(), notice, {"people": [{"person": one} for one in found]})
