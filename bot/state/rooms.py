"""The room of a case's team as it is kept: where rooms can be had, who is to be in one now, which replica sees to it.

Whatever changes who is to be in it makes its row of the outbox fall due. Knows no platform and no words.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, literal, select, update

from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_members, incidents, rooms
from bot.state.incidents import Incident, open_own, to_incident
from bot.state.outbox import URGENT, Due, put_again
from bot.state.record import Transaction
from bot.state.rows import to_json
from bot.state.tables import accounts, outbox, people

WANTED, OPEN, OVER, FAILED = "wanted", "open", "over", "failed"  # states of a room
STANDING = (WANTED, OPEN)
KIND, HOUSE = "room", "house"  # kinds of rows of the outbox that are said to nobody
LEASE = timedelta(seconds=90)  # longer than one replica may be at one room
AGAIN = timedelta(hours=1)  # until it is looked who is in it, although nothing changed here
LOOK = timedelta(hours=1)  # until a workspace is asked again whether we may make rooms there
Run = Callable[[Select[Any]], Iterable[Any]]  # reads rows, within a transaction or outside


class Claim(NamedTuple):
    """One room, held by this replica alone."""

    incident: str
    surface: str
    workspace: str
    fence: int
    revision: int
    tries: int


class Guest(NamedTuple):
    """Somebody of the team; `user` in the workspace, where they were met there."""

    person: str
    email: str
    user: str | None


class Plan(NamedTuple):
    """A room as it is to be: its state, whether its case is over, and who is to be in it. `body` has its name, its
    channel once it was made, whose word it was, what its leader was told."""

    state: str
    is_over: bool
    body: Mapping[str, Any]
    team: tuple[Guest, ...]
    language: str


# -- where rooms can be had --------------------------------------------------------------------------------------------


def note_house(tx: Transaction, surface: str, workspace: str, opens: bool) -> None:
    """Whether our app may make rooms in a workspace; it is asked again when this falls due."""
    about, due_at = {"workspace": workspace, "opens": opens}, tx.now + LOOK
    put_again(tx, Due(f"{HOUSE}:{surface}:{workspace}", HOUSE, "", about, surface=surface, due_at=due_at))


def find_house(database: Database, surface: str, workspace: str) -> datetime | None:
    """When to ask there again; None where nobody ever did. Raises CannotSave."""
    key = f"{HOUSE}:{surface}:{workspace}"
    rows = database.fetch(select(outbox.c.due_at).where(outbox.c.key == key))
    return rows[0].due_at if rows else None


def list_houses(run: Run) -> list[tuple[str, str]]:
    """Surface and workspace of each place that has rooms."""
    asked = (outbox.c.person_id == "", outbox.c.state == "ready", outbox.c.kind == HOUSE)
    rows = run(select(outbox.c.surface, outbox.c.body).where(*asked).order_by(outbox.c.key))
    told = [(row.surface, json.loads(row.body)) for row in rows]
    return [(surface, one["workspace"]) for surface, one in told if one["opens"]]


def find_home(run: Run, person: str) -> tuple[str, str] | None:
    """The first place with rooms in which this person has an account."""
    for surface, workspace in list_houses(run):
        there = accounts.c.account.startswith(f"{workspace}:", autoescape=True)
        mine = (accounts.c.person_id == person, accounts.c.surface == surface, there)
        if list(run(select(accounts.c.account).where(*mine).limit(1))):
            return surface, workspace
    return None


def describe_room(database: Database, vault: Vault, known: Incident, person: str) -> dict[str, Any]:
    """What somebody of the case is told of its room: how it stands, what it is called, whether they could have one."""
    may = "yes" if find_home(database.fetch, person) else "no"
    rows = database.fetch(select(rooms, incidents.c.key).join(incidents).where(rooms.c.incident_id == known.id))
    if not rows:
        return {"state": "none", "may": may}
    body = _open(vault.open_own("incidents", known.id, rows[0].key), rows[0])
    return {"state": rows[0].state, "may": may, "name": body["name"]}


# -- what is kept of one -----------------------------------------------------------------------------------------------


def seal_room(own: Vault, incident: str, body: Mapping[str, Any]) -> bytes:
    return own.seal("rooms", incident, "body", to_json(body))


def _open(own: Vault, row: Any) -> dict[str, Any]:
    """Raises Damaged."""
    return dict(json.loads(own.open("rooms", row.incident_id, "body", row.body)))


def lock_room(tx: Transaction, found: tuple[Any, Incident]) -> tuple[Any, dict[str, Any]] | None:
    """The row of a case's room, taken until the end of the transaction, and what it holds; the case is locked."""
    wanted = select(rooms).where(rooms.c.incident_id == found[0].id)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    return (row, _open(open_own(tx.vault, found[0]), row)) if row else None


def list_team(known: Incident) -> list[str]:
    """Who works the case; whoever was only asked to take it does not yet, and nobody who is kept out ever does."""
    within = known.resource.members - known.kept_out
    return sorted(person for person in within if known.members[person][0] == "member")


def read_plan(database: Database, vault: Vault, claim: Claim) -> Plan | None:
    """As the record has it at this moment; None where there is no case any more. Raises CannotSave, Damaged."""
    rows = database.fetch(select(incidents).where(incidents.c.id == claim.incident, incidents.c.state != "erased"))
    kept = database.fetch(select(rooms).where(rooms.c.incident_id == claim.incident))
    if not rows or not kept:
        return None
    of_it = select(incident_members).where(incident_members.c.incident_id == claim.incident)
    known = to_incident(vault, rows[0], database.fetch(of_it))
    body = _open(open_own(vault, rows[0]), kept[0])
    spoken = database.fetch(select(people.c.language).where(people.c.id == body["by"]))
    team = tuple(_to_guest(row) for row in _find(database, known, claim))
    return Plan(kept[0].state, known.state == "closed", body, team, spoken[0].language if spoken else "ja")


def _to_guest(row: Any) -> Guest:
    return Guest(row.id, row.email, row.account.partition(":")[2] if row.account else None)


def _find(database: Database, known: Incident, claim: Claim) -> list[Any]:
    """The team's people who have not left the company, with their accounts in the workspace."""
    there = accounts.c.account.startswith(f"{claim.workspace}:", autoescape=True)
    mine = (accounts.c.person_id == people.c.id) & (accounts.c.surface == claim.surface) & there
    wanted = select(people.c.id, people.c.email, accounts.c.account).outerjoin(accounts, mine)
    team = (people.c.id.in_(list_team(known)), people.c.active)
    return database.fetch(wanted.where(*team).order_by(people.c.id, accounts.c.account))


# -- when it is seen to, and by whom -----------------------------------------------------------------------------------


def stir_room(tx: Transaction, incident: str) -> None:
    """Who is to be in a case's room changed, or it is over: its row falls due now, where it has a room."""
    standing = update(rooms).where(rooms.c.incident_id == incident, rooms.c.state.in_(STANDING))
    changed = standing.values(revision=rooms.c.revision + 1).returning(rooms.c.surface)
    surface = tx.connection.execute(changed).scalar_one_or_none()
    if surface:
        call_for_room(tx, incident, surface)


def call_for_room(tx: Transaction, incident: str, surface: str) -> None:
    put_again(tx, Due(_name(incident), KIND, "", {"room": incident}, lane=URGENT, surface=surface))


def _name(incident: str) -> str:
    return f"{KIND}:{incident}"


def has_due(database: Database, surface: str, workspace: str, now: datetime) -> bool:
    """Whether a claim would find anything; costs no write. Raises CannotSave."""
    return bool(database.fetch(_find_due(surface, workspace, now).limit(1)))


def _find_due(surface: str, workspace: str, now: datetime) -> Select[Any]:
    due = (outbox.c.key == literal(f"{KIND}:") + rooms.c.incident_id, outbox.c.state == "ready", outbox.c.due_at <= now)
    mine = (rooms.c.surface == surface, rooms.c.workspace == workspace, rooms.c.next_at <= now)
    return select(rooms).join(outbox, due[0]).where(*due[1:], *mine).order_by(rooms.c.next_at, rooms.c.incident_id)


def claim_rooms(tx: Transaction, surface: str, workspace: str, most: int) -> list[Claim]:
    """Rooms that are to be seen to, now held by this replica alone until the lease ends or they are settled."""
    wanted = _find_due(surface, workspace, tx.now).limit(most).with_for_update(of=rooms, skip_locked=True)
    rows = tx.connection.execute(wanted).all()
    for row in rows:
        held = update(rooms).where(rooms.c.incident_id == row.incident_id)
        tx.connection.execute(held.values(next_at=tx.now + LEASE, fence=row.fence + 1))
    return [Claim(row.incident_id, surface, workspace, row.fence + 1, row.revision, row.tries) for row in rows]


def settle_room(tx: Transaction, claim: Claim, wait: timedelta | None, tries: int = 0) -> None:
    """All was done where there is no `wait`; else it stays due, but not before. What changed meanwhile stays due."""
    wanted = select(rooms).where(rooms.c.incident_id == claim.incident)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or row.fence != claim.fence:
        return
    again = update(rooms).where(rooms.c.incident_id == claim.incident)
    tx.connection.execute(again.values(next_at=tx.now + (wait or timedelta()), tries=tries))
    if wait is None and row.revision == claim.revision:
        done = {"due_at": tx.now + AGAIN} if row.state == OPEN else {"state": "sent", "sent_at": tx.now}
        tx.connection.execute(update(outbox).where(outbox.c.key == _name(claim.incident)).values(done))
