"""What conclusions and commands write to the record, inside a transaction the store opened.

Each change adds its audit entry; nothing here reads what a person may not see, and nothing decides.
"""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.calendars import find_holidays
from bot.conclusions import (
    BeginInterview,
    ClassifyItem,
    Compute,
    RegisterItem,
    SetOwner,
    TellAsker,
    TellManager,
)
from bot.engine.interview import Interview
from bot.engine.lexicon import fold
from bot.engine.position import Snapshot
from bot.handbook.measures import COMPANY
from bot.hours import find_moment
from bot.ports import Ids
from bot.state.audit import Entry, chain
from bot.state.bulk import Bulk
from bot.state.crypto import Vault
from bot.state.database import dialect_of
from bot.state.rows import open_interview, open_item, seal_interview, seal_item, to_json
from bot.state.tables import (
    UNFINISHED,
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

NOWHERE = Snapshot("", (), {})  # before the first turn


@dataclass(slots=True)
class Transaction:
    """One open transaction with what writing needs; its audit entries go last, under the chain head's lock."""

    connection: Connection
    vault: Vault
    ids: Ids
    now: datetime
    keeper: Vault  # of who reported what
    entries: list[Entry] = field(default_factory=list)

    def add_entry(self, actor: str, action: str, thing: str, **detail: Any) -> None:
        self.entries.append(Entry(actor, action, thing, to_json(detail), self.now))

    def insert_new(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows whose key is not there yet, and say how many those were."""
        if not rows:
            return 0
        put = dialect_of(self.connection).insert(table).on_conflict_do_nothing().returning(*table.primary_key)
        return len(self.connection.execute(put, list(rows)).all())

    def finish(self) -> None:
        """Write the audit rows: the head is locked, the chain goes on from it, the head moves."""
        if not self.entries:
            return
        head = self.connection.execute(LOCK_HEAD).one()
        rows = chain(head.audit_seq, head.audit_hash, self.entries)
        INSERT_AUDIT.write(self.connection, rows)
        self.connection.execute(MOVE_HEAD, {"seq": rows[-1]["seq"], "hash": rows[-1]["hash"]})


# Made once, as in store.py.
LOCK_HEAD = select(deployment.c.audit_seq, deployment.c.audit_hash).where(deployment.c.id == 1).with_for_update()
INSERT_AUDIT = Bulk(insert(audit))
LOCK_COMPANY = select(func.pg_advisory_xact_lock(7274538))  # any number that nothing else of ours locks
MOVE_HEAD = (
    update(deployment).where(deployment.c.id == 1).values(audit_seq=bindparam("seq"), audit_hash=bindparam("hash"))
)


def lock_departments(tx: Transaction, ids: Sequence[str]) -> None:
    """Take the departments' rows in order, so that their names can be compared and written as one step."""
    wanted = select(departments.c.id).where(departments.c.id.in_(sorted(set(ids)))).order_by(departments.c.id)
    tx.connection.execute(wanted.with_for_update()).all()


def lock_places(tx: Transaction, places: Collection[str]) -> None:
    """Take what guards the measures of these places: the departments' rows in order, then, where `company` is among
    them, a lock of its own, as there is no row that stands for all departments. Everybody takes them in this order.
    """
    lock_departments(tx, [place for place in places if place != COMPANY])
    if COMPANY in places and tx.connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        tx.connection.execute(LOCK_COMPANY)


def open_items(tx: Transaction, department: str) -> list[tuple[Row[Any], dict[str, Any]]]:
    """Every item of a department with its body opened. Raises Damaged."""
    rows = tx.connection.execute(select(items).where(items.c.department_id == department)).all()
    return [(row, open_item(tx.vault, row)) for row in rows]


def register_items(tx: Transaction, interview: Interview, actor: str, put: Sequence[RegisterItem]) -> None:
    """New items as drafts; a name the department has already is left as it is. The department is locked."""
    handed = {"handed": interview.given["handed"]} if interview.given.get("handed") else {}
    known = {fold(body["name"]) for row, body in open_items(tx, put[0].department) if row.state != "retired"}
    rows, judges = [], []
    for one in put:
        if fold(one.name) in known:
            continue
        known.add(fold(one.name))
        item_id = tx.ids.new()
        judges += [(item_id, one.judge)] if one.judge else []
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
    for item_id, judge in judges:
        begin_interview(tx, actor, BeginInterview("evaluation", judge, item_id, handed, queued=True))


def classify_item(tx: Transaction, interview: Interview, actor: str, one: ClassifyItem) -> None:
    """The judgement of an item that stands on the register; one retired meanwhile stays as it is."""
    wanted = select(items).where(items.c.id == one.item, items.c.department_id == one.department)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or row.state == "retired":
        return
    known = open_item(tx.vault, row)
    if one.late and (known.get("judgement") or {}).get("interview", interview.id) != interview.id:
        return
    body = {**known, "judgement": {**one.judgement, "interview": interview.id, "person": interview.person}}
    changed = {
        "state": "proposed",
        "level": one.level,
        "class": f"L{one.level}-{one.way}",
        "review_on": (tx.now + relativedelta(months=one.review_in)).date(),
        "body": seal_item(tx.vault, row.id, body["name"], body["key"], body),
        "revision": row.revision + 1,
        "updated_at": tx.now,
    }
    tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))
    content = tx.vault.digest(to_json(one.judgement))
    tx.add_entry(actor, "item.classified", row.id, interview=interview.id, level=one.level, content=content)
    if known.get("judgement"):  # before its first judgement nothing was planned for it
        put_effect(tx, row.department_id)


def set_owner(tx: Transaction, interview: Interview, actor: str, one: SetOwner) -> None:
    """The owner of an item that stands on the register; before that the interview itself knows."""
    for row, body in open_items(tx, one.department):
        is_it = (row.interview_id, body["key"]) == (interview.id, one.key) and row.state != "retired"
        if is_it and (row.owner_id, body["owner_how"]) != (one.owner, "said"):
            sealed = seal_item(tx.vault, row.id, body["name"], body["key"], {**body, "owner_how": "said"})
            changed = {"owner_id": one.owner, "body": sealed, "revision": row.revision + 1, "updated_at": tx.now}
            tx.connection.execute(update(items).where(items.c.id == row.id).values(changed))
            tx.add_entry(actor, "item.owner_changed", row.id, owner=one.owner, interview=interview.id)


def begin_interview(tx: Transaction, actor: str, one: BeginInterview) -> str | None:
    """A row for an interview; its position is worked out at its first turn, from the flow version published then. Its
    id; None where the person is at one about the same already."""
    person = find_asked(tx, one.person)
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
    if made and one.invites:
        put_event(tx, f"invite:{interview_id}", one.person, interview_id, {"invites": 0}, person.moment)
    if not made and one.given.get("wish"):
        _add_wish(tx, actor, one)
    return interview_id if made else None


def _add_wish(tx: Transaction, actor: str, one: BeginInterview) -> None:
    """Whoever is at it already sees there why they would have been asked anew; no flow goes another way for a wish."""
    mine = (interviews.c.person_id == one.person, interviews.c.flow == one.flow, interviews.c.subject == one.subject)
    unfinished = interviews.c.status.in_(UNFINISHED)
    row = tx.connection.execute(select(interviews).where(*mine, unfinished).with_for_update()).one_or_none()
    if row is None:
        return
    value = open_interview(tx.vault, row)
    body = seal_interview(tx.vault, value._replace(given={**value.given, "wish": one.given["wish"]}))
    tx.connection.execute(update(interviews).where(interviews.c.id == row.id).values(body=body))
    tx.add_entry(actor, "interview.wished_for", row.id)


class Asked(NamedTuple):
    """How to speak to somebody who did not ask for it: the language, the clock, and when is a good moment."""

    language: str
    timezone: str
    moment: datetime


def find_asked(tx: Transaction, person: str, since: datetime | None = None) -> Asked:
    """This person, who is in the directory; a good moment from now on, or from `since` where that is later."""
    columns = (people.c[name] for name in ("language", "timezone", "from_hour", "to_hour"))
    row = tx.connection.execute(select(*columns).where(people.c.id == person)).one()
    begins = max(tx.now, since or tx.now)
    moment = find_moment(begins, row.timezone, row.from_hour, row.to_hour, find_holidays(row.timezone))
    return Asked(row.language, row.timezone, moment)


def note_prompted(tx: Transaction, interview: str, at: datetime) -> None:
    """When the question an interview waits at was put before the person."""
    tx.connection.execute(update(interviews).where(interviews.c.id == interview).values(prompted_at=at))


def prepare_interview(tx: Transaction, actor: str, interview_id: str, given: Mapping[str, Any]) -> None:
    """What an interview nobody has answered is about, as the record has it now."""
    wanted = select(interviews).where(interviews.c.id == interview_id, interviews.c.revision == 0)
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        return
    value = open_interview(tx.vault, row)
    body = seal_interview(tx.vault, value._replace(given={**value.given, **given}))
    tx.connection.execute(update(interviews).where(interviews.c.id == row.id).values(body=body, updated_at=tx.now))
    tx.add_entry(actor, "interview.prepared", row.id)


def renew_given(tx: Transaction, interview_id: str, given: Mapping[str, Any]) -> None:
    """What an interview is about, as the record has it now, where none of its questions was answered."""
    row = tx.connection.execute(select(interviews).where(interviews.c.id == interview_id).with_for_update()).one()
    value = open_interview(tx.vault, row)
    if not value.snapshot.path and not value.snapshot.aside:
        body = seal_interview(tx.vault, value._replace(given={**value.given, **given}))
        tx.connection.execute(update(interviews).where(interviews.c.id == interview_id).values(body=body))


def tell_asker(tx: Transaction, interview: Interview, one: TellAsker) -> None:
    """An event that falls due at once, for the interview that had asked."""
    asker = tx.connection.execute(select(interviews.c.person_id).where(interviews.c.id == one.interview)).scalar_one()
    key = f"told:{interview.id}:{interview.revision}"
    told = {"key": one.key, "value": one.value, "colleague": interview.person}
    put_event(tx, key, asker, one.interview, told, tx.now)


def have_computed(tx: Transaction, interview: Interview, one: Compute) -> None:
    """An event that falls due at once, to be worked out outside the lane; what it is made from is sealed with it."""
    told = {"computes": one.what, "key": one.key, "given": dict(one.given)}
    put_event(tx, f"compute:{interview.id}:{interview.revision}", interview.person, interview.id, told, tx.now)


def put_event(
    tx: Transaction, key: str, person: str, interview: str | None, told: Mapping[str, Any], due_at: datetime
) -> None:
    """Something that is to happen by itself, once, from this instant on; what it tells is sealed."""
    sealed = base64.b64encode(tx.vault.seal("outbox", key, "body", to_json(told))).decode()
    tx.insert_new(outbox, [make_due(key, "event", person, interview, to_json(sealed), due_at)])


def put_effect(tx: Transaction, department: str) -> None:
    """What this department's items fall in, or what was said of its measures, changed: it is looked at outside the
    lane what follows."""
    put_event(tx, f"effect:{department}:{tx.ids.new()}", "", None, {"effect": department}, tx.now)


def erase(tx: Transaction, interview: Interview, actor: str | None = None) -> None:
    """Delete what a cancelled interview was told, and take back the questions it had handed on; by the person who was
    asked, unless `actor` says who else did."""
    tx.connection.execute(delete(answers).where(answers.c.interview_id == interview.id))
    computed = outbox.c.key.startswith(f"compute:{interview.id}:", autoescape=True)
    tx.connection.execute(delete(outbox).where(computed))
    handed_on = select(interviews.c.id).where(interviews.c.subject.startswith(f"{interview.id}:", autoescape=True))
    for queued in tx.connection.execute(handed_on.where(interviews.c.status.in_(UNFINISHED))).scalars():
        take_back(tx, actor or interview.person, queued)
    give_back(tx, interview)


def give_back(tx: Transaction, interview: Interview) -> None:
    """What somebody asked of a person who then cancels goes back: the question as not answered, the item or class as
    theirs."""
    given = interview.given
    if given.get("origin"):
        origin = given["origin"]
        tell_asker(tx, interview, TellAsker(origin["interview"], origin["key"], {"answer": "declined", "person": None}))
    elif given.get("asker"):
        asker = given["asker"]["person"]
        wanted = select(interviews.c.subject).where(interviews.c.id == interview.id)
        subject = tx.connection.execute(wanted).scalar_one()
        begin_interview(tx, asker, BeginInterview(interview.flow, asker, subject, {}, queued=True))


def take_back(tx: Transaction, actor: str, interview_id: str) -> None:
    """End an interview whose reason is gone, with all it was given and told."""
    empty = Interview(interview_id, "", "", "", "", "cancelled", 0, {}, NOWHERE)
    gone = update(interviews).where(interviews.c.id == interview_id)
    tx.connection.execute(gone.values(status="cancelled", body=seal_interview(tx.vault, empty)))
    tx.connection.execute(delete(answers).where(answers.c.interview_id == interview_id))
    tx.add_entry(actor, "interview.taken_back", interview_id)


def forget_given(tx: Transaction, interview_id: str, name: str) -> None:
    """An interview no longer holds one of the values it was given."""
    row = tx.connection.execute(select(interviews).where(interviews.c.id == interview_id).with_for_update()).one()
    value = open_interview(tx.vault, row)
    kept = {key: one for key, one in value.given.items() if key != name}
    body = seal_interview(tx.vault, value._replace(given=kept))
    tx.connection.execute(update(interviews).where(interviews.c.id == interview_id).values(body=body))


def tell_managers(tx: Transaction, interview: Interview, one: TellManager) -> None:
    """A notice to every register manager but the person whose answers made it."""
    notify_managers(tx, f"{interview.id}:{interview.revision}", one, interview.person)


def notify_managers(tx: Transaction, occasion: str, one: TellManager, but: str) -> None:
    """A notice to every register manager `but` one, once for each occasion."""
    managers = tx.connection.execute(select(roles.c.person_id).where(roles.c.role == "register_manager")).scalars()
    for manager in [manager for manager in managers if manager != but]:
        key = f"notice:{one.notice}:{occasion}:{manager}"
        body = to_json({"notice": one.notice, "params": dict(one.params)})
        tx.insert_new(outbox, [make_due(key, "notice", manager, None, body, tx.now)])


def notify_person(tx: Transaction, person: str, occasion: str, notice: str, params: Mapping[str, Any]) -> None:
    """A notice about something of a person's own, within their hours."""
    body = to_json({"notice": notice, "params": dict(params), "whose": person})
    key = f"notice:{notice}:{occasion}:{person}"
    tx.insert_new(outbox, [make_due(key, "notice", person, None, body, find_asked(tx, person).moment)])


def make_due(key: str, kind: str, person: str, interview: str | None, body: str, due_at: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "person_id": person,
        "interview_id": interview,
        "surface": None,
        "state": "ready",
        "due_at": due_at,
        "body": body,
        "sent_at": None,
    }


def set_company_fact(tx: Transaction, actor: str, fact: str, ja: str, en: str) -> None:
    """One fact of the company that texts need."""
    put = dialect_of(tx.connection).insert(company).values(fact=fact, ja=ja, en=en)
    tx.connection.execute(put.on_conflict_do_update(index_elements=[company.c.fact], set_={"ja": ja, "en": en}))
    tx.add_entry(actor, "company.fact_set", fact, content=tx.vault.digest(ja + "\n" + en))
