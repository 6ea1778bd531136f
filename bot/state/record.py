"""What conclusions and commands write to the record, inside a transaction the store opened.

Each change adds its audit entry; nothing here reads what a person may not see, and nothing decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from bot.conclusions import (
    BeginInterview,
    Conclusion,
    RegisterItem,
    SetCompanyFact,
    SetOwner,
    TellAsker,
    TellManager,
)
from bot.directory import Person
from bot.engine.interview import Interview
from bot.engine.lexicon import fold
from bot.engine.position import Snapshot
from bot.ports import Ids
from bot.state.audit import Entry, chain
from bot.state.crypto import Vault
from bot.state.rows import open_item, seal_interview, seal_item, to_json
from bot.state.tables import audit, company, departments, deployment, interviews, items, outbox, people, roles

NOWHERE = Snapshot("", (), {})  # before the first turn


@dataclass(slots=True)
class Transaction:
    """One open transaction with what writing needs; its audit entries go last, under the chain head's lock."""

    connection: Connection
    vault: Vault
    ids: Ids
    now: datetime
    entries: list[Entry] = field(default_factory=list)

    def add_entry(self, actor: str, action: str, thing: str, **detail: Any) -> None:
        self.entries.append(Entry(actor, action, thing, to_json(detail), self.now))

    def insert_new(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows whose key is not there yet, and say how many those were."""
        if not rows:
            return 0
        dialect = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        put = dialect.insert(table).on_conflict_do_nothing().returning(*table.primary_key)
        return len(self.connection.execute(put, list(rows)).all())

    def finish(self) -> None:
        """Write the audit rows: the head is locked, the chain goes on from it, the head moves."""
        if not self.entries:
            return
        head = self.connection.execute(
            select(deployment.c.audit_seq, deployment.c.audit_hash).where(deployment.c.id == 1).with_for_update()
        ).one()
        rows = chain(head.audit_seq, head.audit_hash, self.entries)
        self.connection.execute(insert(audit), rows)
        moved = {"audit_seq": rows[-1]["seq"], "audit_hash": rows[-1]["hash"]}
        self.connection.execute(update(deployment).where(deployment.c.id == 1).values(moved))


def conclude(tx: Transaction, interview: Interview, actor: str, conclusions: Sequence[Conclusion]) -> None:
    """Carry out what a turn concluded."""
    put = [one for one in conclusions if isinstance(one, RegisterItem)]
    if put:
        register_items(tx, interview, actor, put)
    for one in conclusions:
        if isinstance(one, SetOwner):
            set_owner(tx, interview, actor, one)
        elif isinstance(one, BeginInterview):
            begin_interview(tx, actor, one)
        elif isinstance(one, TellAsker):
            tell_asker(tx, interview, one)
        elif isinstance(one, TellManager):
            tell_managers(tx, interview, one)
        elif isinstance(one, SetCompanyFact):
            set_company_fact(tx, actor, one.fact, one.text, one.text)


def lock_departments(tx: Transaction, ids: Sequence[str]) -> None:
    """Take the departments' rows in order, so that their names can be compared and written as one step."""
    wanted = select(departments.c.id).where(departments.c.id.in_(sorted(set(ids)))).order_by(departments.c.id)
    tx.connection.execute(wanted.with_for_update()).all()


def _open_items(tx: Transaction, department: str) -> list[tuple[Row[Any], dict[str, Any]]]:
    rows = tx.connection.execute(select(items).where(items.c.department_id == department)).all()
    return [(row, open_item(tx.vault, row)) for row in rows]


def register_items(tx: Transaction, interview: Interview, actor: str, put: Sequence[RegisterItem]) -> None:
    """New items as drafts; a name the department has already is left as it is."""
    lock_departments(tx, [one.department for one in put])
    known = {fold(body["name"]) for _, body in _open_items(tx, put[0].department)}
    rows = []
    for one in put:
        if fold(one.name) in known:
            continue
        known.add(fold(one.name))
        item_id = tx.ids.new()
        rows.append(
            {
                "id": item_id,
                "department_id": one.department,
                "interview_id": interview.id,
                "owner_id": one.owner,
                "state": "draft",
                "body": seal_item(tx.vault, item_id, one.name, one.key, one.body),
                "revision": 1,
                "created_at": tx.now,
                "updated_at": tx.now,
            }
        )
        content = tx.vault.digest(to_json([one.name, one.body]))
        tx.add_entry(actor, "item.registered", item_id, interview=interview.id, content=content)
    if rows:
        tx.connection.execute(insert(items), rows)


def set_owner(tx: Transaction, interview: Interview, actor: str, one: SetOwner) -> None:
    """The owner of an item this interview registered, where it did; before that the interview itself knows."""
    lock_departments(tx, [one.department])
    for row, body in _open_items(tx, one.department):
        if row.interview_id == interview.id and body["key"] == one.key and row.owner_id != one.owner:
            changed = {"owner_id": one.owner, "revision": row.revision + 1, "updated_at": tx.now}
            tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))
            tx.add_entry(actor, "item.owner_changed", row.id, owner=one.owner, interview=interview.id)


def begin_interview(tx: Transaction, actor: str, one: BeginInterview) -> None:
    """A row for an interview; its position is worked out at its first turn, from the flow version published then."""
    person = tx.connection.execute(select(people.c.language, people.c.timezone).where(people.c.id == one.person)).one()
    interview_id = tx.ids.new()
    given = {
        **one.given,
        "interview": interview_id,
        "me": {"person": one.person},
        "timezone": person.timezone,
        "salt": tx.ids.new(),
    }
    value = Interview(interview_id, one.person, one.flow, "", person.language, "queued", 0, given, NOWHERE)
    made = tx.insert_new(
        interviews,
        [
            {
                "id": interview_id,
                "person_id": one.person,
                "flow": one.flow,
                "subject": one.subject,
                "digest": "",
                "language": person.language,
                "status": "queued" if one.queued else "open",
                "revision": 0,
                "body": seal_interview(tx.vault, value),
                "prompted_at": None,
                "created_at": tx.now,
                "updated_at": tx.now,
            }
        ],
    )
    if made:
        tx.add_entry(actor, "interview.begun", interview_id, flow=one.flow, person=one.person)


def tell_asker(tx: Transaction, interview: Interview, one: TellAsker) -> None:
    """An event that falls due at once, for the interview that had asked."""
    asker = tx.connection.execute(select(interviews.c.person_id).where(interviews.c.id == one.interview)).scalar_one()
    body = {"key": one.key, "value": one.value, "colleague": interview.person}
    _put_out(tx, f"told:{interview.id}:{interview.revision}", "event", asker, one.interview, body)


def tell_managers(tx: Transaction, interview: Interview, one: TellManager) -> None:
    """A notice to every register manager but the person whose answers made it."""
    managers = tx.connection.execute(select(roles.c.person_id).where(roles.c.role == "register_manager")).scalars()
    for manager in [manager for manager in managers if manager != interview.person]:
        key = f"notice:{one.notice}:{interview.id}:{interview.revision}:{manager}"
        _put_out(tx, key, "notice", manager, None, {"notice": one.notice, "params": dict(one.params)})


def _put_out(tx: Transaction, key: str, kind: str, person: str, interview: str | None, body: Any) -> None:
    row = {
        "key": key,
        "kind": kind,
        "person_id": person,
        "interview_id": interview,
        "state": "ready",
        "due_at": tx.now,
        "body": to_json(body),
        "sent_at": None,
    }
    tx.insert_new(outbox, [row])


def set_company_fact(tx: Transaction, actor: str, fact: str, ja: str, en: str) -> None:
    """One fact of the company that texts need."""
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    put = dialect.insert(company).values(fact=fact, ja=ja, en=en)
    tx.connection.execute(put.on_conflict_do_update(index_elements=[company.c.fact], set_={"ja": ja, "en": en}))
    tx.add_entry(actor, "company.fact_set", fact, content=tx.vault.digest(ja + "\n" + en))


def has_people(tx: Transaction) -> bool:
    """Whether anybody is in the directory; of two who ask at once, the second sees what the first then did."""
    tx.connection.execute(select(deployment.c.id).with_for_update()).all()
    return tx.connection.execute(select(people.c.id).limit(1)).first() is not None


def import_people(tx: Transaction, actor: str, found: Sequence[Person], fields: Mapping[str, str]) -> None:
    """The directory as the file has it: new people are added, known ones changed; nobody is removed."""
    ids = _import_departments(tx, found, fields)
    known = {row.email: row.id for row in tx.connection.execute(select(people.c.email, people.c.id))}
    for person in found:
        values = {
            "name": person.name,
            "name_en": person.name_en or person.name,
            "family": person.family,
            "family_en": person.family_en,
            "title": person.title,
            "department_id": ids[person.department],
            "language": person.language,
            "timezone": "Asia/Tokyo",
            "active": True,
        }
        person_id = known.get(person.email)
        if person_id:
            tx.connection.execute(update(people).where(people.c.id == person_id).values(values))
        else:
            person_id = tx.ids.new()
            tx.connection.execute(insert(people).values(id=person_id, email=person.email, **values))
        tx.connection.execute(delete(roles).where(roles.c.person_id == person_id))
        tx.connection.execute(insert(roles), [{"person_id": person_id, "role": role} for role in person.roles])
    tx.add_entry(actor, "people.imported", "people", count=len(found))


def _import_departments(tx: Transaction, found: Sequence[Person], fields: Mapping[str, str]) -> dict[str, str]:
    ids = {row.name: row.id for row in tx.connection.execute(select(departments.c.name, departments.c.id))}
    for person in found:
        values = {"name_en": person.department_en, "field": fields[person.department]}
        if person.department in ids:
            known = departments.c.id == ids[person.department]
            tx.connection.execute(update(departments).where(known).values(values))
        else:
            ids[person.department] = tx.ids.new()
            tx.connection.execute(
                insert(departments).values(id=ids[person.department], name=person.department, **values)
            )
    return ids


def appoint_manager(tx: Transaction, actor: str, person: str) -> bool:
    """Name the first register manager. False where there is one already."""
    count = select(func.count()).select_from(roles).where(roles.c.role == "register_manager")
    tx.connection.execute(select(deployment.c.id).with_for_update()).all()  # two cannot be first at the same time
    if tx.connection.execute(count).scalar_one():
        return False
    tx.connection.execute(insert(roles).values(person_id=person, role="register_manager"))
    tx.add_entry(actor, "role.appointed", person, role="register_manager")
    return True
