"""What becomes of the room of a case's team, in the record: asked for, made, who came in and went, closed, what failed.

Each deed is a line of the case's record and one of the audit, which says nothing of it. Decides nothing of what is
asked.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import update

from bot.engine.interview import Interview
from bot.flows.room import FEWEST
from bot.rooms import OpenRoom
from bot.state.casework import add_line, lock_own, tell_member
from bot.state.database import dialect_of
from bot.state.incident_tables import rooms
from bot.state.incidents import Incident, lock_incident, open_own, spell
from bot.state.record import Transaction
from bot.state.requests import find_leader
from bot.state.rooms import STANDING, WANTED, Claim, call_for_room, find_home, list_team, lock_room, seal_room

PREFIX, LENGTH = "sr-", 8  # of a room's name: forty bits that tell nothing
RECORD = "record"  # who did it, where nobody did


class Deed(NamedTuple):
    """Something that happened to a room: `what`, with whom. `tells` is what its leader hears of it, which says nothing
    of the case; with it the deed is written once for each `occasion`."""

    what: str
    person: str | None = None
    tells: str | None = None
    occasion: str = ""


def name_room(tx: Transaction) -> str:
    """What a room is called, chosen before anybody is asked to make it."""
    return f"{PREFIX}{spell(tx.ids.new(), LENGTH).lower()}"


def open_room(tx: Transaction, interview: Interview, actor: str, one: OpenRoom) -> None:
    """Its leader would have one; where the case has one already nothing happens."""
    found = lock_own(tx, interview, one.incident)
    if found is None or found[0].state != "taken" or interview.person != find_leader(found[1]):
        return
    home = find_home(tx.connection.execute, interview.person)
    standing = lock_room(tx, found)
    if home is None or len(list_team(found[1])) < FEWEST or (standing and standing[0].state in STANDING):
        return
    body = {"name": name_room(tx), "by": interview.person, "told": []}
    _put(tx, found, home, body, (standing[0].fence + 1 if standing else 0))
    call_for_room(tx, one.incident, home[0])
    add_line(tx, one.incident, interview.person, "decision", {"room": "wanted"})
    tx.add_entry(actor, "incident.room_wanted", one.incident)


def _put(
    tx: Transaction, found: tuple[Any, Incident], home: tuple[str, str], body: Mapping[str, Any], fence: int
) -> None:
    """The row of a room that is wanted from now on, in place of one that failed."""
    sealed = seal_room(open_own(tx.vault, found[0]), found[0].id, body)
    fresh = {"surface": home[0], "workspace": home[1], "state": WANTED, "body": sealed, "fence": fence}
    row = {"incident_id": found[0].id, **fresh, "revision": 1, "next_at": tx.now, "tries": 0}
    put = dialect_of(tx.connection).insert(rooms).values(row)
    tx.connection.execute(put.on_conflict_do_update(index_elements=[rooms.c.incident_id], set_=row))


WRITES: Mapping[type, Callable[..., None]] = {OpenRoom: open_room}


def note_deed(tx: Transaction, claim: Claim, deed: Deed, state: str | None = None, **known: Any) -> None:
    """Written by whoever still holds the room, with what is known of it from now on."""
    held = _hold(tx, claim)
    if held is None:
        return
    found, body = held
    occasion = f"{body['name']}:{deed.tells}:{deed.occasion}"
    if deed.tells and occasion in body["told"]:
        return
    told = [*body["told"], occasion] if deed.tells else body["told"]
    _change(tx, found, {**body, **known, "told": told}, **({"state": state} if state else {}))
    with_whom = {"person": deed.person} if deed.person else {}
    add_line(tx, claim.incident, RECORD, "fact", {"room": deed.what, **with_whom})
    tx.add_entry(RECORD, f"incident.room_{deed.what}", claim.incident, **with_whom)
    leader = find_leader(found[1])
    if deed.tells and leader:
        tell_member(tx, claim.incident, leader, deed.tells, f"{claim.incident}:{occasion}", tx.now)


def rename_room(tx: Transaction, claim: Claim) -> None:
    """What it was to be called is somebody else's."""
    held = _hold(tx, claim)
    if held:
        _change(tx, held[0], {**held[1], "name": name_room(tx)})


def _hold(tx: Transaction, claim: Claim) -> tuple[tuple[Any, Incident], dict[str, Any]] | None:
    """The case, and what is known of its room, both taken; None where this replica lost it."""
    found = lock_incident(tx.connection, tx.vault, claim.incident)
    room = lock_room(tx, found) if found else None
    return (found, room[1]) if found and room and room[0].fence == claim.fence else None


def _change(tx: Transaction, found: tuple[Any, Incident], body: Mapping[str, Any], **columns: str) -> None:
    sealed = seal_room(open_own(tx.vault, found[0]), found[0].id, body)
    mine = update(rooms).where(rooms.c.incident_id == found[0].id)
    tx.connection.execute(mine.values(body=sealed, **columns))
