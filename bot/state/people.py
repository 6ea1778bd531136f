"""The directory as rows: people, departments and roles from a checked file, and the first register manager.

What a person chose, or the chat tells of them, stands against what a later file says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Row

from bot.intake.people import Person
from bot.state.record import Transaction, lock_departments
from bot.state.tables import departments, deployment, people, roles

TIMEZONE = "Asia/Tokyo"
DIRECTORY = "directory"  # as the one who said so
KNOWN = ("id", "email", "language", "language_from", "timezone", "timezone_from")


def has_people(tx: Transaction) -> bool:
    """Whether anybody is in the directory; of two who ask at once, the second sees what the first then did."""
    tx.connection.execute(select(deployment.c.id).with_for_update()).all()
    return tx.connection.execute(select(people.c.id).limit(1)).first() is not None


def import_people(tx: Transaction, actor: str, found: Sequence[Person], fields: Mapping[str, str]) -> None:
    """The directory as the file has it: new people are added, known ones changed; nobody is removed."""
    ids = _import_departments(tx, found, fields)
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
