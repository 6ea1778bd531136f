"""Who can be reached on a chat surface: people something is due for and nobody met there, and people who left it.

Knows no platform; reads and writes accounts and people.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, bindparam, exists, or_, select, update

from bot.conclusions import TellManager
from bot.state.accounts import KNOWN, Account, meet, to_account
from bot.state.database import Database
from bot.state.outbox import SPOKEN, Due, put_due
from bot.state.preferences import take_over
from bot.state.queries import OF_MEMBER, Member, to_members
from bot.state.record import Transaction, notify_managers
from bot.state.succession import release
from bot.state.tables import accounts, departments, outbox, people, roles

AGAIN = timedelta(days=1)  # before a surface is asked once more for somebody it did not know


# Made once, as in store.py.
MET = (
    select(*(accounts.c[name] for name in KNOWN), *OF_MEMBER)
    .select_from(accounts)
    .outerjoin(people, people.c.id == accounts.c.person_id)
    .outerjoin(departments, departments.c.id == people.c.department_id)
    .outerjoin(roles, roles.c.person_id == people.c.id)
    .where(accounts.c.surface == bindparam("surface"), accounts.c.account == bindparam("account"))
)


def find_met(database: Database, surface: str, account: str) -> tuple[Account | None, Member | None]:
    """The conversation of this name, if anybody was met there, and whose it is, active or not: one statement, as
    everything anybody does asks this first. Raises CannotSave."""
    rows = database.fetch(MET, {"surface": surface, "account": account})
    known = to_account(rows[0]) if rows else None
    return known, to_members(rows)[0] if known and known.person else None


class Unmet(NamedTuple):
    """Somebody something is due for, who has no conversation on any surface yet."""

    id: str
    email: str


def find_unmet(database: Database, surface: str, now: datetime, most: int) -> list[Unmet]:
    """Active people to look for now, at most so many; those sought in vain within a day are left out."""
    due = exists().where(
        outbox.c.person_id == people.c.id,
        outbox.c.state == "ready",
        outbox.c.kind.in_(SPOKEN),
        outbox.c.due_at <= now,
        or_(outbox.c.surface.is_(None), outbox.c.surface == surface),
    )
    rested = or_(people.c.sought_at.is_(None), people.c.sought_at <= now - AGAIN)
    met = exists().where(accounts.c.person_id == people.c.id)
    wanted = select(people.c.id, people.c.email).where(people.c.active, ~met, due, rested)
    return [Unmet(row.id, row.email) for row in database.fetch(wanted.order_by(people.c.id).limit(most))]


def note_unfound(tx: Transaction, surface: str, persons: Sequence[str]) -> None:
    """The surface knows nobody by these people's addresses. The managers hear of each once, until they are found."""
    sought = people.c.id.in_(sorted(persons))
    fresh = select(people.c.id).where(sought, people.c.sought_at.is_(None)).order_by(people.c.id)
    new = list(tx.connection.execute(fresh).scalars())
    tx.connection.execute(update(people).where(sought).values(sought_at=tx.now))
    for person in persons:
        tx.add_entry(surface, "person.unfound", person)
    _tell_managers(tx, surface, new)


def _tell_managers(tx: Transaction, surface: str, unfound: Sequence[str]) -> None:
    """One notice to each manager; nobody is told of themselves."""
    for manager in tx.connection.execute(select(roles.c.person_id).where(roles.c.role == "register_manager")).scalars():
        others = [one for one in unfound if one != manager]
        if others:
            key = f"notice:people_unfound:{surface}:{others[0]}:{tx.now:%Y%m%d}:{manager}"
            told = {"people": [{"person": one} for one in others], "count": len(others)}
            put_due(tx, [Due(key, "notice", manager, {"notice": "people_unfound", "params": told})])


class Met(NamedTuple):
    """What a surface tells of somebody on meeting: the conversation's name, and what is known beside."""

    account: str
    channel: str | None = None
    language: str | None = None
    timezone: str | None = None


def meet_person(tx: Transaction, surface: str, person: str | None, met: Met) -> None:
    """Note a conversation, and of somebody the directory knows also what the surface tells of them."""
    meet(tx, surface, met.account, person, met.channel)
    if person:
        tx.connection.execute(update(people).where(people.c.id == person).values(sought_at=None))
        take_over(tx, surface, person, met.language, met.timezone)


def leave_chat(tx: Transaction, surface: str, account: str) -> None:
    """Whoever had this account is gone from the surface: nothing is said there any more, and the managers are told."""
    row = tx.connection.execute(
        select(accounts.c.person_id, people.c.active)
        .join(people, people.c.id == accounts.c.person_id)
        .where(accounts.c.surface == surface, accounts.c.account == account)
    ).one_or_none()
    if row is None:
        return
    _close(tx, surface, [(account, row.person_id)])
    if row.active and not release(tx, surface, row.person_id, "chat"):
        notice = TellManager("person_left_chat", {"who": {"person": row.person_id}})
        notify_managers(tx, f"{row.person_id}:{tx.now:%Y%m%d}", notice, row.person_id)


def has_inactive(database: Database, surface: str) -> bool:
    """Whether somebody who left the directory still has an account there."""
    return bool(database.fetch(_inactive(surface).limit(1)))


def close_inactive(tx: Transaction, surface: str) -> int:
    """Close the accounts of people who left the directory; how many those were."""
    rows = tx.connection.execute(_inactive(surface)).all()
    _close(tx, surface, [(row.account, row.person_id) for row in rows])
    return len(rows)


def _inactive(surface: str) -> Select[tuple[str, str]]:
    left = select(accounts.c.account, accounts.c.person_id).join(people, people.c.id == accounts.c.person_id)
    return left.where(accounts.c.surface == surface, ~people.c.active)


def _close(tx: Transaction, surface: str, gone: Sequence[tuple[str, str]]) -> None:
    """An account that is nobody's: what is due to the person finds no way there."""
    for account, person in gone:
        mine = update(accounts).where(accounts.c.surface == surface, accounts.c.account == account)
        tx.connection.execute(mine.values(person_id=None))
        tx.add_entry(surface, "account.closed", account, person=person)
