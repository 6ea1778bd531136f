"""Reading: people, names, waiting interviews, what is ready to be said, the register. Read-only, through `scope`."""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal, or_, select, text, true, union_all
from sqlalchemy.engine import Row

from bot.access import Actor, Scope
from bot.engine.interview import Interview, follow_flow
from bot.engine.machine import FlowFault
from bot.engine.model import Text
from bot.engine.position import Route
from bot.engine.words import PersonName
from bot.events import Known
from bot.state.audit import find_break
from bot.state.checkpoints import HEAD, stream_chain
from bot.state.crypto import Damaged, Vault
from bot.state.database import Database
from bot.state.names import list_candidates
from bot.state.outbox import read_refs
from bot.state.rows import open_answer, open_interview, open_item
from bot.state.store import note_fault
from bot.state.tables import (
    IS_SAID,
    answers,
    company,
    departments,
    deployment,
    interviews,
    items,
    outbox,
    people,
    roles,
)

UNFINISHED = ("open", "paused", "queued")  # in the order in which they are taken up
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the directory with what deciding and speaking need."""

    id: str
    email: str
    name: str
    language: str
    department_id: str
    department: Text
    field: str
    roles: tuple[str, ...]
    timezone: str
    active: bool = True
    hours: tuple[int, int] = (9, 18)  # from and to, on the person's own clock

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.department_id, frozenset(self.roles))


@dataclass(frozen=True, slots=True)
class Ready:
    """One row of the outbox that is due."""

    key: str
    kind: str
    person: str
    interview: str | None
    body: str
    lane: str
    due_at: datetime
    refs: Mapping[str, Sequence[str]]  # where its parts stand, as far as they were said
    was_sent: bool  # whole, some time before


class Waiting(NamedTuple):
    """An unfinished interview: `subject` is what it is about, for an inventory the department's id."""

    id: str
    flow: str
    status: str
    subject: str
    revision: int = 0


class Reader:
    """Reads one database with one key. `reaches_outside` where the contact outside the company can be written to."""

    def __init__(self, database: Database, vault: Vault, reaches_outside: bool = False) -> None:
        self.database = database
        self.vault = vault
        self.reaches_outside = reaches_outside

    def find_member(self, email: str) -> Member | None:
        """The person of this address."""
        return next(iter(self._members(people.c.email == email.strip().casefold())), None)

    def find_person(self, person: str) -> Member | None:
        """The person of this id."""
        return next(iter(to_members(self.database.fetch(PERSON, {"person": person}))), None)

    def list_members(self) -> list[Member]:
        """Everybody, in the order they were first imported."""
        return self._members(true())

    def _members(self, which: ColumnElement[bool]) -> list[Member]:
        return to_members(self.database.fetch(MEMBERS.where(which)))

    def find_known(self, said_text: str) -> tuple[Known, ...]:
        """The people whose name or address occurs in the text, those meant most exactly first."""
        said = list_candidates(said_text)
        if not said.families:
            return ()
        exactly = (
            people.c.email.in_(said.words),
            people.c.name.in_(said.names),
            people.c.family.in_(said.families),
            func.lower(people.c.family_en).in_(said.words),
        )
        ranked = [select(people, literal(rank).label("rank")).where(one) for rank, one in enumerate(exactly)]
        parts = [one.where(people.c.active).order_by(people.c.id).limit(MOST_FOUND).subquery() for one in ranked]
        rows = self.database.fetch(union_all(*map(select, parts)).order_by("rank", "id"))
        found = {row.id: Known(row.id, _names_of(row)) for row in rows}
        return tuple(found.values())

    def find_names(self, ids: Collection[str]) -> dict[str, PersonName]:
        """How to write these people."""
        joined = select(people, *OF_DEPARTMENT).join(departments, departments.c.id == people.c.department_id)
        return {
            row.id: PersonName(
                ja=row.family,
                en=row.family_en,
                department=Text(ja=row.department, en=row.department_en),
                email=row.email,
                full=Text(ja=row.name, en=row.name_en),
            )
            for row in self.database.fetch(joined.where(people.c.id.in_(list(ids))))
        }

    def read_company(self) -> dict[str, Text]:
        """The facts of the company that are known."""
        return {row.fact: Text(ja=row.ja, en=row.en) for row in self.database.fetch(select(company))}

    def find_with_role(self, role: str) -> list[str]:
        """The people who hold a role."""
        wanted = select(roles.c.person_id).where(roles.c.role == role).order_by(roles.c.person_id)
        return [row.person_id for row in self.database.fetch(wanted)]

    def find_heads(self) -> list[Member]:
        """Everybody in the company who heads a department."""
        head = select(roles.c.person_id).where(roles.c.role == "department_head")
        return self._members(and_(people.c.active, people.c.id.in_(head)))

    def find_experts(self) -> dict[str, list[str]]:
        """By field of the catalogue: heads first, then others, at most three of each."""
        head = select(roles.c.person_id).where(roles.c.role == "department_head")
        wanted = (
            select(people.c.id, departments.c.field)
            .join(departments, departments.c.id == people.c.department_id)
            .where(people.c.active)
            .where(people.c.id.in_(head))
            .order_by(people.c.id)
        )
        found: dict[str, list[str]] = {}
        for row in self.database.fetch(wanted):
            found.setdefault(row.field, []).append(row.id)
        return {field: ids[:3] for field, ids in found.items()}

    def is_trial(self) -> bool:
        """Whether this is the sample company's folder."""
        rows = self.database.fetch(select(deployment.c.trial))
        return bool(rows and rows[0].trial)

    def read_interview(self, interview_id: str, routes: Mapping[str, Route]) -> Interview | None:
        """One interview as the published version of its flow has it; None where it cannot be read or walked."""
        rows = self.database.fetch(select(interviews).where(interviews.c.id == interview_id))
        if not rows or rows[0].flow not in routes:
            return None
        try:
            return follow_flow(routes[rows[0].flow], open_interview(self.vault, rows[0]))
        except (Damaged, FlowFault):
            return None

    def find_waiting(self, person: str, flow: str | None = None) -> list[Waiting]:
        """Unfinished interviews of a person, the open ones first."""
        columns = [interviews.c[name] for name in Waiting._fields]
        wanted = select(*columns).where(interviews.c.person_id == person, interviews.c.status.in_(UNFINISHED))
        # What was put before the person last is what a reply is for.
        rows = self.database.fetch(
            wanted.order_by(interviews.c.prompted_at.desc().nulls_last(), interviews.c.created_at, interviews.c.id)
        )
        found = [Waiting(*tuple(row)) for row in rows if flow in (None, row.flow)]
        return sorted(found, key=lambda one: UNFINISHED.index(one.status))

    def has_done(self, person: str, flow: str) -> bool:
        """Whether the person finished an interview of this flow."""
        wanted = select(interviews.c.id).where(
            interviews.c.person_id == person, interviews.c.flow == flow, interviews.c.status == "done"
        )
        return bool(self.database.fetch(wanted.limit(1)))

    def find_done(self, person: str, flow: str, subject: str) -> str | None:
        """The interview of this flow about this subject that the person finished last."""
        wanted = select(interviews.c.id).where(
            interviews.c.person_id == person,
            interviews.c.flow == flow,
            interviews.c.subject == subject,
            interviews.c.status == "done",
        )
        rows = self.database.fetch(wanted.order_by(interviews.c.updated_at.desc(), interviews.c.id.desc()).limit(1))
        return rows[0].id if rows else None

    def list_departments(self) -> list[Row[Any]]:
        """Every department with its field, by name."""
        return self.database.fetch(select(departments).order_by(departments.c.name))

    def find_ready(self, person: str, now: datetime, surface: str | None = None) -> list[Ready]:
        """What is due to be said to a person, oldest first; on one surface, or wherever it may be."""
        wanted = select(outbox).where(
            outbox.c.person_id == person,
            IS_SAID,
            outbox.c.due_at <= now,
        )
        if surface:
            wanted = wanted.where(or_(outbox.c.surface.is_(None), outbox.c.surface == surface))
        in_turn = (
            outbox.c.due_at,
            outbox.c.kind == "card",
            outbox.c.key,
        )  # a card comes after the words that announce it
        return [_ready(row) for row in self.database.fetch(wanted.order_by(*in_turn))]

    def find_events(self, now: datetime) -> list[Ready]:
        """Events between interviews that are due, with their bodies opened; one that is damaged holds up no other."""
        due = text("state = 'ready' AND kind = 'event'")  # written out, so that the index of just these is used
        wanted = select(outbox).where(due, outbox.c.due_at <= now)
        rows = self.database.fetch(wanted.order_by(outbox.c.due_at, outbox.c.key))
        opened: list[Ready] = []
        for row in rows:
            try:
                body = self.vault.open("outbox", row.key, "body", base64.b64decode(json.loads(row.body)))
            except (Damaged, ValueError) as fault:
                note_fault(fault)
            else:
                opened.append(replace(_ready(row), body=body))
        return opened

    def read_register(self, allowed: Scope, begins: str = "") -> list[dict[str, Any]]:
        """The items this scope reaches whose id begins so, with department and owner. Raises Damaged."""
        wanted = (
            select(
                items,
                *OF_DEPARTMENT,
                people.c.email.label("owner"),
                people.c.name.label("owner_name"),
                people.c.name_en.label("owner_name_en"),
                departments.c.field,
            )
            .join(departments, departments.c.id == items.c.department_id)
            .outerjoin(people, people.c.id == items.c.owner_id)
            .where(within_scope(allowed), items.c.id.startswith(begins, autoescape=True))
            .order_by(departments.c.name, items.c.id)
        )
        return self.open_items(wanted)

    def find_item(self, item_id: str) -> dict[str, Any] | None:
        """One item with its department, for whoever decides whether it may be read; None where it cannot be opened."""
        wanted = (
            select(
                items,
                *OF_DEPARTMENT,
                departments.c.field,
            )
            .join(departments, departments.c.id == items.c.department_id)
            .where(items.c.id == item_id)
        )
        return next((row for row in self.open_items(wanted) if "damaged" not in row), None)

    def open_items(self, wanted: Any) -> list[dict[str, Any]]:
        """The rows of items with what lies sealed in them. One that is damaged hides no other and is not hidden
        itself: it has no name, and under `damaged` the number by which the log knows it."""
        opened: list[dict[str, Any]] = []
        for row in self.database.fetch(wanted):
            try:
                sealed = open_item(self.vault, row)
            except (Damaged, ValueError) as fault:
                sealed = {"name": "", "key": "", "name_en": None, "owner_how": None, "damaged": note_fault(fault)}
            opened.append({**row._mapping, **sealed})
        return opened

    def find_drafts(self, department: str) -> list[str]:
        """The department's items nobody has judged yet, oldest first."""
        wanted = select(items.c.id).where(items.c.department_id == department, items.c.state == "draft")
        return [row.id for row in self.database.fetch(wanted.order_by(items.c.id))]

    def count_evaluations(self, person: str, inventory: str, item: str) -> tuple[int, int]:
        """Of the items of one list that this person is asked about: how many others are over, and all."""
        listed = select(items.c.id).where(items.c.interview_id == inventory)
        wanted = select(interviews.c.subject, interviews.c.status).where(
            interviews.c.person_id == person, interviews.c.flow == "evaluation", interviews.c.subject.in_(listed)
        )
        rows = self.database.fetch(wanted)
        over = {row.subject for row in rows if row.status in ("done", "cancelled")}
        return len(over - {item}), len({row.subject for row in rows} | {item})

    def find_evaluation(self, routes: Mapping[str, Route], **of: str) -> dict[str, Any]:
        """What the latest finished evaluation was told, by question: of one item, or of one person in a department."""
        about = select(items.c.id)
        wanted = select(interviews.c.id).where(interviews.c.flow == "evaluation", interviews.c.status == "done")
        if "subject" in of:
            wanted = wanted.where(interviews.c.subject == of["subject"])
        else:
            about = about.where(items.c.department_id == of["department"])
            wanted = wanted.where(interviews.c.person_id == of["person"], interviews.c.subject.in_(about))
        for row in self.database.fetch(wanted.order_by(interviews.c.updated_at.desc()).limit(3)):
            found = self.read_interview(row.id, routes)
            told = found.snapshot.answers if found else {}
            if "outside" in told:  # one that was handed over was told nothing
                return {key: reply.value for key, reply in told.items() if reply.state == "answered"}
        return {}

    def read_answers(self, interview_id: str) -> list[tuple[Row[Any], Any]]:
        """Every recorded answer of an interview in order, as (row, opened answer). Raises Damaged."""
        wanted = select(answers).where(answers.c.interview_id == interview_id)
        rows = self.database.fetch(wanted.order_by(answers.c.revision, answers.c.place))
        return [(row, open_answer(self.vault, row)) for row in rows]

    def find_chain_break(self) -> int | None:
        """The first audit row that does not follow from the one before it, or None where the chain holds."""
        with self.database.reading() as connection:
            head = connection.execute(HEAD).one()
            with stream_chain(connection) as rows:
                return find_break(rows, head.audit_seq, head.audit_hash)


# Made once, as in store.py. A row for each role of a person, or one where they have none.
OF_DEPARTMENT = (departments.c.name.label("department"), departments.c.name_en.label("department_en"))
OF_MEMBER = (people, *OF_DEPARTMENT, departments.c.field, roles.c.role)
MEMBERS = (
    select(*OF_MEMBER)
    .join(departments, departments.c.id == people.c.department_id)
    .outerjoin(roles, roles.c.person_id == people.c.id)
    .order_by(people.c.id)
)
PERSON = MEMBERS.where(people.c.id == bindparam("person"))


def to_members(rows: Sequence[Row[Any]]) -> list[Member]:
    """From rows as MEMBERS gives them."""
    return [_to_member(list(held)) for _, held in groupby(rows, key=lambda row: row.id)]


def _to_member(held: Sequence[Row[Any]]) -> Member:
    row = held[0]
    return Member(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        department_id=row.department_id,
        department=Text(ja=row.department, en=row.department_en),
        field=row.field,
        roles=tuple(sorted(one.role for one in held if one.role)),
        timezone=row.timezone,
        active=row.active,
        hours=(row.from_hour, row.to_hour),
    )


def within_scope(allowed: Scope) -> ColumnElement[bool]:
    """A scope over items as a WHERE condition; an empty one matches nothing."""
    if allowed.everything:
        return true()
    reached = []
    if allowed.department:
        reached.append(items.c.department_id == allowed.department)
    if allowed.person:
        reached.append(items.c.owner_id == allowed.person)
    return or_(*reached) if reached else and_(false())


def _names_of(row: Any) -> tuple[str, ...]:
    local = row.email.partition("@")[0]
    names = [row.family, row.name, row.name.replace(" ", ""), row.family_en, row.name_en, row.email, local]
    return tuple(dict.fromkeys(name for name in names if name))


def _ready(row: Any) -> Ready:
    where = (row.lane, row.due_at, read_refs(row.ref), row.sent_at is not None)
    return Ready(row.key, row.kind, row.person_id, row.interview_id, row.body, *where)
