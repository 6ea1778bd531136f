"""The directory as rows: people, departments and roles from a checked file, and the first register manager.

What a person chose, or the chat tells of them, stands against what a later file says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.intake.people import Person
from bot.state.database import Database
from bot.state.departure import release_cases
from bot.state.receivers import list_receivers, note_change
from bot.state.record import Transaction, lock_departments
from bot.state.succession import release_all
from bot.state.tables import departments, deployment, people, roles

TIMEZONE = "Asia/Tokyo"
DIRECTORY = "directory"  # as the one who said so
KNOWN = ("id", "email", "active", "language", "language_from", "timezone", "timezone_from")


def has_people(tx: Transaction) -> bool:
    """Whether anybody is in the directory; of two who ask at once, the second sees what the first then did."""
    tx.connection.execute(select(deployment.c.id).with_for_update()).all()
    return tx.connection.execute(select(people.c.id).limit(1)).first() is not None


def import_people(
    tx: Transaction, actor: str, found: Sequence[Person], fields: Mapping[str, str], everybody: bool = False
) -> None:
    """The directory as the file has it: new people are added, known ones changed. Nobody is removed, unless the file
    names everybody: then whoever is not in it has left."""
    before, received = _find_duties(tx), list_receivers(tx.connection.execute)
    ids = _import_departments(tx, found, fields)
    emails = {person.email for person in found}
    known = {row.email: row for row in tx.connection.execute(select(*(people.c[name] for name in KNOWN)))}
    new, changed, held = [], [], []
    for person in found:
        row = _to_row(person, ids[person.department])
        stands = known.get(person.email)
        if stands:
            person_id = stands.id
            changed.append({**row, **_keep_chosen(stands), "row_id": person_id})
        else:
            person_id = tx.ids.new()
            new.append({**row, "id": person_id, "email": person.email})
        held += [{"person_id": person_id, "role": role} for role in person.roles]
    if new:
        tx.connection.execute(insert(people), new)
    if changed:
        # In one order everywhere, so that two imports never wait for each other.
        changed.sort(key=lambda row: row["row_id"])
        tx.connection.execute(update(people).where(people.c.id == bindparam("row_id")), changed)
    gone = [{"whose": person_id} for person_id in sorted({row["person_id"] for row in held})]
    tx.connection.execute(delete(roles).where(roles.c.person_id == bindparam("whose")), gone)
    tx.connection.execute(insert(roles), held)
    tx.add_entry(actor, "people.imported", "people", count=len(found))
    left = [row.id for email, row in known.items() if everybody and row.active and email not in emails]
    for person_id in left:
        _let_go(tx, actor, person_id)
    note_change(tx, actor, received)
    after = _find_duties(tx)
    release_all(tx, actor, left, [person for person, duty in before.items() if after.get(person) != duty])
    for person_id in sorted(left):  # after interviews, as whoever answers one locks it before its case
        release_cases(tx, person_id)


def _let_go(tx: Transaction, actor: str, person: str) -> None:
    """Somebody left: nothing is asked of them any more, and they may do nothing. Their name stays on the record."""
    tx.connection.execute(update(people).where(people.c.id == person).values(active=False))
    tx.connection.execute(delete(roles).where(roles.c.person_id == person))
    tx.add_entry(actor, "person.left", person)


def _find_duties(tx: Transaction) -> dict[str, str]:
    """Which department each of its heads answers for."""
    heads = select(roles.c.person_id, people.c.department_id).join(people, people.c.id == roles.c.person_id)
    rows = tx.connection.execute(heads.where(roles.c.role == "department_head", people.c.active))
    return {row.person_id: row.department_id for row in rows}


def list_leaving(database: Database, found: Sequence[Person]) -> list[str]:
    """The addresses of those in the directory whom a file that names everybody does not name. Raises CannotSave."""
    emails = {person.email for person in found}
    rows = database.fetch(select(people.c.email).where(people.c.active).order_by(people.c.email))
    return [row.email for row in rows if row.email not in emails]


def _to_row(person: Person, department: str) -> dict[str, object]:
    return {
        "name": person.name,
        "name_en": person.name_en or person.name,
        "family": person.family,
        "family_en": person.family_en,
        "title": person.title,
        "department_id": department,
        "language": person.language,
        "timezone": TIMEZONE,
        "active": True,
    }


def _keep_chosen(row: Row[Any]) -> dict[str, object]:
    """Of a person who stands, what the directory did not say and so does not change."""
    told = {"language": row.language_from, "timezone": row.timezone_from}
    return {name: getattr(row, name) for name, source in told.items() if source != DIRECTORY}


def _import_departments(tx: Transaction, found: Sequence[Person], fields: Mapping[str, str]) -> dict[str, str]:
    """The ids of the file's departments, by name; those that stand are locked in order before they are changed."""
    ids = {row.name: row.id for row in tx.connection.execute(select(departments.c.name, departments.c.id))}
    english = {person.department: person.department_en for person in found}
    lock_departments(tx, [ids[name] for name in english if name in ids])
    for name, name_en in english.items():
        values = {"name_en": name_en, "field": fields[name]}
        if name in ids:
            tx.connection.execute(update(departments).where(departments.c.id == ids[name]).values(values))
        else:
            ids[name] = tx.ids.new()
            tx.connection.execute(insert(departments).values(id=ids[name], name=name, **values))
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
