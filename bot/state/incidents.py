"""A case as it is kept: opened for those let into it, sealed for everybody else.

Every list and every detail goes through the same members; knows no flow and no words.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from bot.access import Actor, Resource, Scope, can, scope
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_entries, incident_members, incident_tasks, incidents
from bot.state.rows import to_json

LET_IN = ("asked", "member")  # states of a member who may know
SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # of numbers and receipts: none that reads like another


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's record: what kind, and when, who, what; `salt` is what the audit's proof of it takes."""

    seq: int
    kind: str
    body: Mapping[str, Any]
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do in a case."""

    id: str
    task: str
    owner: str | None
    state: str
    due_at: Any
    body: Mapping[str, Any]
    revision: int


@dataclass(frozen=True, slots=True)
class Incident:
    """A case with what is known of it; `members` are (state, role) by person."""

    id: str
    number: str
    state: str
    held: bool
    revision: int
    body: Mapping[str, Any]
    members: Mapping[str, tuple[str, str]]

    @property
    def kept_out(self) -> frozenset[str]:
        """Who may be involved, or left: they learn nothing of it, and are asked nothing that follows from it."""
        left = (name for name, (state, _) in self.members.items() if state == "left")
        return frozenset((*self.body["excluded"], *left))

    @property
    def resource(self) -> Resource:
        """Whoever is let in; nobody who may be involved, whatever else is noted of them."""
        let_in = frozenset(name for name, (state, _) in self.members.items() if state in LET_IN)
        return Resource(members=let_in - frozenset(self.body["excluded"]))


def hide_time(made: str) -> str:
    """An id that tells nothing of when it was made, from one that does; as hard to guess."""
    return str(uuid.UUID(bytes=hashlib.sha256(made.encode()).digest()[:16], version=4))


def spell(seed: str, length: int) -> str:
    """Symbols to read out and type, from something nobody can guess."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
    return "".join(SYMBOLS[(number >> 5 * place) % len(SYMBOLS)] for place in range(length))


def seal_incident(own: Vault, incident: str, body: Mapping[str, Any]) -> bytes:
    return own.seal("incidents", incident, "body", to_json(body))


def open_own(vault: Vault, row: Any) -> Vault:
    """The case's own vault. Raises Damaged."""
    return vault.open_own("incidents", row.id, row.key)


def to_incident(vault: Vault, row: Any, members: Iterable[Any]) -> Incident:
    """From its rows. Raises Damaged."""
    body = json.loads(open_own(vault, row).open("incidents", row.id, "body", row.body))
    known = {one.person_id: (one.state, one.role) for one in members}
    return Incident(row.id, row.number, row.state, row.held, row.revision, body, known)


def within(allowed: Scope) -> Select[Any]:
    """The cases a list may hold: of those this person was let into, and of no others."""
    return LISTED.params(member=allowed.member or "", let_in=LET_IN)


# Made once, as in store.py.
MINE = select(incident_members.c.incident_id).where(
    incident_members.c.person_id == bindparam("member"),
    incident_members.c.state.in_(bindparam("let_in", expanding=True)),
)
LISTED = select(incidents).where(incidents.c.id.in_(MINE), incidents.c.state != "erased").order_by(incidents.c.number)
FOUND = select(incidents).where(
    or_(incidents.c.id == bindparam("named"), incidents.c.number == bindparam("number")), incidents.c.state != "erased"
)
# Of tasks: the soonest first, those of no hour last on either database; within an hour what stops a leak, then as the
# catalogue counts them, and never by their ids, which are random.
IN_TURN = (
    incident_tasks.c.due_at.is_(None),
    incident_tasks.c.due_at,
    incident_tasks.c.task.not_like("stop-%"),
    incident_tasks.c.task,
    incident_tasks.c.id,
)
MEMBERS = select(incident_members).where(incident_members.c.incident_id == bindparam("incident"))


class Cases:
    """Reads cases for one person at a time; what somebody was not let into is not there for them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault

    def list_open(self, actor: Actor) -> list[Incident]:
        """Every case this person was let into, by number. Raises CannotSave, Damaged."""
        rows = self.database.fetch(within(scope(actor, "incident.read")))
        found = [self._open(row) for row in rows]
        return [one for one in found if can(actor, "incident.read", one.resource)]

    def find(self, actor: Actor, incident: str) -> Incident | None:
        """This case, by id or number; None where there is none, or it is none of this person's."""
        rows = self.database.fetch(FOUND, {"named": incident, "number": incident.upper()})
        found = self._open(rows[0]) if rows else None
        return found if found and can(actor, "incident.read", found.resource) else None

    def pick(self, actor: Actor, named: Sequence[str]) -> list[Incident]:
        """These cases, or every one where none is named; nothing at all where one of these is none of this person's."""
        found = [self.find(actor, one) for one in named] if named else self.list_open(actor)
        return [one for one in found if one] if all(found) else []

    def list_entries(self, actor: Actor, incident: str) -> list[Entry]:
        """The record of a case, in order; empty where it is none of this person's."""
        found = self.find(actor, incident)
        if found is None:
            return []
        row = self.database.fetch(select(incidents).where(incidents.c.id == found.id))[0]
        own = open_own(self.vault, row)
        of_it = select(incident_entries).where(incident_entries.c.incident_id == found.id)
        rows = self.database.fetch(of_it.order_by(incident_entries.c.seq))
        return [to_entry(own, one) for one in rows]

    def find_day(self, incident: str) -> date | None:
        """After which a case that was read before is erased; None as long as it is not over."""
        rows = self.database.fetch(select(incidents.c.keep_until).where(incidents.c.id == incident))
        return rows[0].keep_until if rows else None

    def list_tasks(self, actor: Actor, incident: str) -> Sequence[Task]:
        """What is to be done in a case, the earliest first; empty where it is none of this person's."""
        found = self.find(actor, incident)
        if found is None:
            return []
        row = self.database.fetch(select(incidents).where(incidents.c.id == found.id))[0]
        own = open_own(self.vault, row)
        of_it = select(incident_tasks).where(incident_tasks.c.incident_id == found.id)
        rows = self.database.fetch(of_it.order_by(*IN_TURN))
        return [to_task(own, one) for one in rows]

    def _open(self, row: Any) -> Incident:
        return to_incident(self.vault, row, self.database.fetch(MEMBERS, {"incident": row.id}))


def to_task(own: Vault, row: Any) -> Task:
    """Raises Damaged."""
    body = json.loads(own.open("incident_tasks", row.id, "body", row.body))
    return Task(row.id, row.task, row.owner_id, row.state, row.due_at, body, row.revision)


def seal_entry(own: Vault, incident: str, seq: int, salt: str, body: Mapping[str, Any]) -> bytes:
    return own.seal("incident_entries", f"{incident}/{seq}", "body", to_json([salt, body]))


def to_entry(own: Vault, row: Any) -> Entry:
    """Raises Damaged."""
    salt, body = json.loads(own.open("incident_entries", f"{row.incident_id}/{row.seq}", "body", row.body))
    return Entry(row.seq, row.kind, body, salt)


def lock_row(connection: Connection, incident: str) -> None:
    """The case's row, taken until the end of the transaction, unread."""
    connection.execute(select(incidents.c.id).where(incidents.c.id == incident).with_for_update()).all()


def lock_incident(connection: Connection, vault: Vault, incident: str) -> tuple[Any, Incident] | None:
    """The case's row, taken until the end of the transaction, and what it holds; None where it is gone."""
    row = connection.execute(select(incidents).where(incidents.c.id == incident).with_for_update()).one_or_none()
    if row is None or row.state == "erased":
        return None
    members = connection.execute(select(incident_members).where(incident_members.c.incident_id == incident)).all()
    return row, to_incident(vault, row, members)


def list_open_tasks(connection: Connection, vault: Vault, row: Any) -> list[Task]:
    """What is still to be done in a case whose row is locked, the soonest first."""
    of_it = (incident_tasks.c.incident_id == row.id, incident_tasks.c.state == "open")
    wanted = select(incident_tasks).where(*of_it).order_by(*IN_TURN)
    own = open_own(vault, row)
    return [to_task(own, one) for one in connection.execute(wanted).all()]
