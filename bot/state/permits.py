"""Who may write the record of a case out where nobody acts for another: its leader says so, for three days.

Whoever runs the program learns of a case only by that word, and its leader hears that it was used.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.engine.interview import Interview
from bot.holds import AllowPack
from bot.state.casework import add_line, change_incident, tell_member
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_members, incidents
from bot.state.incidents import Incident, lock_incident, to_incident
from bot.state.record import Transaction
from bot.state.requests import find_leader

ALLOWED_FOR = timedelta(days=3)
FACT = "pack"  # by, at: the word as it was last given
USED = "pack_made"  # the notice that tells the leader


def allow_pack(tx: Transaction, interview: Interview, actor: str, one: AllowPack) -> None:
    """Its leader's word alone; from now on."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    if found is None or interview.person != find_leader(found[1]):
        return
    change_incident(tx, found, facts={FACT: {"by": interview.person, "at": tx.now.isoformat()}})
    add_line(tx, one.incident, interview.person, "decision", {FACT: "allowed"})
    tx.add_entry(actor, "incident.pack_allowed", one.incident)


WRITES: Mapping[type, Callable[..., None]] = {AllowPack: allow_pack}


def find_allowed(database: Database, vault: Vault, named: str, now: datetime) -> tuple[str, str] | None:
    """The id of the case of this number, and who let it be written out; None where nobody did, or it is too long ago,
    or they lead it no more, as where there is no such case. Raises CannotSave, Damaged."""
    rows = database.fetch(select(incidents).where(incidents.c.number == named.upper(), incidents.c.state != "erased"))
    for row in rows:
        of_it = select(incident_members).where(incident_members.c.incident_id == row.id)
        by = _find_who(to_incident(vault, row, database.fetch(of_it)), now)
        if by:
            return str(row.id), by
    return None


def _find_who(known: Incident, now: datetime) -> str | None:
    told = known.body["facts"].get(FACT) or {}
    is_fresh = bool(told) and now < datetime.fromisoformat(told["at"]) + ALLOWED_FOR
    return str(told["by"]) if is_fresh and told["by"] == find_leader(known) else None


def note_packed(tx: Transaction, actor: str, incident: str, leader: str | None) -> None:
    """It is being written out; `leader` hears of it, where that is not whoever does."""
    tx.add_entry(actor, "incident.exported", incident, form="pack")
    if leader:
        tell_member(tx, incident, leader, USED)
