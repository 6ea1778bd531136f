"""Reading: people, names, waiting interviews, what is ready to be said, the register. Read-only, through `scope`."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, func, or_, select, true, type_coerce
from sqlalchemy.engine import Row

from bot.access import Actor, Scope
from bot.engine.interview import Interview, follow_flow
from bot.engine.model import Text
from bot.engine.position import Route
from bot.engine.words import PersonName
from bot.events import Known
from bot.state.audit import find_break
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.rows import open_answer, open_interview, open_item
from bot.state.tables import (
    answers,
    audit,
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
MOST_READ = 600  # characters of a message that are searched for names
LONGEST_FAMILY = 6  # one more than the longest family name written in kanji
CJK = re.compile(r"[\u3005\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
KATAKANA = re.compile(r"[\u30a1-\u30ff]+")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f_.+'@-]*(?<![.'-])")  # ends where Japanese begins


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


class Reader:
    """Reads one database with one key."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database = database
        self.vault = vault

    def _all(self, query: Any) -> list[Row[Any]]:
        with self.database.reading() as connection:
            return list(connection.execute(query))

    def find_member(self, email: str) -> Member | None:
        """The person of this address."""
        found = self._members(people.c.email == email.strip().casefold())
        return found[0] if found else None

    def list_members(self) -> list[Member]:
        """Everybody, in the order they were first imported."""
        return self._members(true())

    def _members(self, which: ColumnElement[bool]) -> list[Member]:
        joined = select(people, departments.c.name.label("department"), departments.c.name_en.label("department_en"))
        wanted = joined.add_columns(departments.c.field).join(departments, departments.c.id == people.c.department_id)
        rows = self._all(wanted.where(which).order_by(people.c.id))
        held: dict[str, list[str]] = {}
        for row in self._all(select(roles).where(roles.c.person_id.in_(select(people.c.id).where(which)))):
            held.setdefault(row.person_id, []).append(row.role)
        return [
            Member(
                id=row.id,
                email=row.email,
                name=row.name,
                language=row.language,
                department_id=row.department_id,
                department=Text(ja=row.department, en=row.department_en),
                field=row.field,
                roles=tuple(sorted(held.get(row.id, ()))),
            )
            for row in rows
        ]

    def find_known(self, text: str) -> tuple[Known, ...]:
        """The people whose family name or address occurs in the text."""
        names, words = list_candidates(text)
        if not names:
            return ()
        which = or_(
            people.c.family.in_(names),
            func.lower(people.c.family_en).in_(words),
            people.c.email.in_(words),
        )
        rows = self._all(select(people).where(people.c.active, which).order_by(people.c.id).limit(MOST_FOUND))
        return tuple(Known(row.id, _names_of(row)) for row in rows)

    def find_names(self, ids: Collection[str]) -> dict[str, PersonName]:
        """How to write these people."""
        joined = select(people, departments.c.name.label("department"), departments.c.name_en.label("department_en"))
        wanted = joined.join(departments, departments.c.id == people.c.department_id).where(people.c.id.in_(list(ids)))
        return {
            row.id: PersonName(row.family, row.family_en, Text(ja=row.department, en=row.department_en), row.email)
            for row in self._all(wanted)
        }

    def read_company(self) -> dict[str, Text]:
        """The facts of the company that are known."""
        return {row.fact: Text(ja=row.ja, en=row.en) for row in self._all(select(company))}

    def find_with_role(self, role: str) -> list[str]:
        """The people who hold a role."""
        wanted = select(roles.c.person_id).where(roles.c.role == role).order_by(roles.c.person_id)
        return [row.person_id for row in self._all(wanted)]

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
        for row in self._all(wanted):
            found.setdefault(row.field, []).append(row.id)
        return {field: ids[:3] for field, ids in found.items()}

    def is_trial(self) -> bool:
        """Whether this is the sample company's folder."""
        rows = self._all(select(deployment.c.trial))
        return bool(rows and rows[0].trial)

    def read_interview(self, interview_id: str, routes: Mapping[str, Route]) -> Interview | None:
        """One interview, as the published version of its flow has it. Raises Damaged."""
        rows = self._all(select(interviews).where(interviews.c.id == interview_id))
        if not rows:
            return None
        interview = open_interview(self.vault, rows[0])
        return follow_flow(routes[interview.flow], interview)

    def find_waiting(self, person: str, flow: str | None = None) -> list[tuple[str, str, str]]:
        """Unfinished interviews of a person as (id, flow, status), the open ones first."""
        wanted = select(interviews.c.id, interviews.c.flow, interviews.c.status).where(
            interviews.c.person_id == person, interviews.c.status.in_(UNFINISHED)
        )
        rows = self._all(wanted.order_by(interviews.c.created_at))
        found = [(row.id, row.flow, row.status) for row in rows if flow in (None, row.flow)]
        return sorted(found, key=lambda one: UNFINISHED.index(one[2]))

    def has_done(self, person: str, flow: str) -> bool:
        """Whether the person finished an interview of this flow."""
        wanted = select(interviews.c.id).where(
            interviews.c.person_id == person, interviews.c.flow == flow, interviews.c.status == "done"
        )
        return bool(self._all(wanted.limit(1)))

    def find_ready(self, person: str, now: datetime) -> list[Ready]:
        """What is due to be said to a person, oldest first."""
        wanted = select(outbox).where(
            outbox.c.person_id == person,
            outbox.c.state == "ready",
            outbox.c.kind.in_(("turn", "notice")),
            outbox.c.due_at <= now,
        )
        return [_ready(row) for row in self._all(wanted.order_by(outbox.c.due_at, outbox.c.key))]

    def find_events(self, now: datetime) -> list[Ready]:
        """Events between interviews that are due."""
        wanted = select(outbox).where(outbox.c.state == "ready", outbox.c.kind == "event", outbox.c.due_at <= now)
        return [_ready(row) for row in self._all(wanted.order_by(outbox.c.due_at, outbox.c.key))]

    def read_register(self, allowed: Scope) -> list[dict[str, Any]]:
        """The items this scope reaches, with department and owner. Raises Damaged."""
        wanted = (
            select(
                items,
                departments.c.name.label("department"),
                departments.c.name_en.label("department_en"),
                people.c.email.label("owner"),
                people.c.name.label("owner_name"),
                people.c.name_en.label("owner_name_en"),
            )
            .join(departments, departments.c.id == items.c.department_id)
            .outerjoin(people, people.c.id == items.c.owner_id)
            .where(within_scope(allowed))
            .order_by(departments.c.name, items.c.id)
        )
        return [{**row._mapping, **open_item(self.vault, row)} for row in self._all(wanted)]

    def read_answers(self, interview_id: str) -> list[tuple[Row[Any], Any]]:
        """Every recorded answer of an interview in order, as (row, opened answer). Raises Damaged."""
        wanted = select(answers).where(answers.c.interview_id == interview_id)
        rows = self._all(wanted.order_by(answers.c.revision, answers.c.place))
        return [(row, open_answer(self.vault, row)) for row in rows]

    def find_chain_break(self) -> int | None:
        """The first audit row that does not follow from the one before it, or None where the chain holds."""
        with self.database.reading() as connection:
            head = connection.execute(select(deployment.c.audit_seq, deployment.c.audit_hash)).one()
            plain = [type_coerce(column, String) if column is audit.c.at else column for column in audit.c]
            wanted = select(*plain).order_by(audit.c.seq)
            with connection.execution_options(yield_per=1000).execute(wanted) as rows:
                return find_break(rows, head.audit_seq, head.audit_hash)


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


def list_candidates(text: str) -> tuple[list[str], list[str]]:
    """What in a text may be a family name, and which of its words a Latin name or an address: looked up by index,
    so that the cost depends on the text and not on how many people the company has."""
    said = text[:MOST_READ]
    said = f"{said}\n{unicodedata.normalize('NFKC', said)}"
    written = {run[i : i + n] for run in CJK.findall(said) for i in range(len(run)) for n in range(1, LONGEST_FAMILY)}
    latin = {word[: mark.start()] for word in LATIN.findall(said) for mark in re.finditer(r"['-]|$", word)}
    # SQLite lowers A to Z only, PostgreSQL every letter.
    words = {word.casefold() for word in latin} | {re.sub("[A-Z]+", lambda it: it[0].lower(), word) for word in latin}
    return sorted(written | latin | set(KATAKANA.findall(said))), sorted(words)


def _names_of(row: Any) -> tuple[str, ...]:
    local = row.email.partition("@")[0]
    names = [row.family, row.name, row.name.replace(" ", ""), row.family_en, row.name_en, row.email, local]
    return tuple(dict.fromkeys(name for name in names if name))


def _ready(row: Any) -> Ready:
    return Ready(row.key, row.kind, row.person_id, row.interview_id, row.body)
