"""Who can be reached on a chat surface: people something is due for and nobody met there, and people who left it.

Knows no platform; reads and writes accounts and people.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, not_, or_, select, update

from bot.conclusions import TellManager
from bot.state.accounts import KNOWN, Account, meet, to_account
from bot.state.database import Database
from bot.state.departure import pass_cases_on
from bot.state.outbox import SPOKEN, Due, put_due
from bot.state.preferences import take_over
from bot.state.queries import OF_MEMBER, Member, to_members
from bot.state.record import Transaction, notify_managers
from bot.state.succession import release
from bot.state.tables import accounts, departments, interviews, outbox, people, roles

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


def note_unfound(tx: Transaction, surface: str, persons: Sequence[str], silent: Collection[str] = ()) -> None:
    """The surface knows nobody by these people's addresses. The managers hear of each once, until they are found, and
    of nobody to whom nothing is to be said but in `silent` flows: that somebody is spoken to there is no one's to know.
    """
    sought = people.c.id.in_(sorted(persons))
    fresh = select(people.c.id).where(sought, people.c.missed_at.is_(None), ~_is_in_silence(tx.now, silent))
    new = list(tx.connection.execute(fresh.order_by(people.c.id)).scalars())
    tx.connection.execute(update(people).where(sought).values(sought_at=tx.now))
    tx.connection.execute(update(people).where(people.c.id.in_(new)).values(missed_at=tx.now))
    for person in new:
        tx.add_entry(surface, "person.unfound", person)
    _tell_managers(tx, surface, new)


def _is_in_silence(now: datetime, silent: Collection[str]) -> ColumnElement[bool]:
    """Whether all that is due to a person is part of these flows."""
    due = (outbox.c.person_id == people.c.id, outbox.c.state == "ready", outbox.c.kind.in_(SPOKEN))
    of_them = select(interviews.c.id).where(interviews.c.flow.in_(sorted(silent)))
    told, plain = (
        outbox.c.interview_id.in_(of_them),
        or_(outbox.c.interview_id.is_(None), outbox.c.interview_id.not_in(of_them)),
    )
    return and_(
        exists().where(*due, outbox.c.due_at <= now, told), ~exists().where(*due, outbox.c.due_at <= now, plain)
    )


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
        tx.connection.execute(update(people).where(people.c.id == person).values(sought_at=None, missed_at=None))
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
    if row.active:
        _pass_on_unmet(tx, [row.person_id])


def lose_workspace(tx: Transaction, surface: str, workspace: str) -> None:
    """Our app was taken from it: its people may be there still, and nothing we say reaches them."""
    there = (accounts.c.surface == surface, accounts.c.account.startswith(f"{workspace}:", autoescape=True))
    mine = select(accounts.c.person_id).join(people, people.c.id == accounts.c.person_id)
    named = mine.where(*there, people.c.active).order_by(accounts.c.person_id).distinct()
    _pass_on_unmet(tx, tx.connection.execute(named).scalars().all(), *there)


def _pass_on_unmet(tx: Transaction, persons: Sequence[str], *lost: ColumnElement[bool]) -> None:
    """Cases of those who have no other account left than the `lost` ones go on to others."""
    for person in persons:
        left = select(accounts.c.account).where(accounts.c.person_id == person)
        left = left.where(not_(and_(*lost))) if lost else left
        if tx.connection.execute(left.limit(1)).first() is None:
            pass_cases_on(tx, person)


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
