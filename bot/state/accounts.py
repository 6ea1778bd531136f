"""Conversations on a chat surface: whose they are, and who of the replicas may say what is due there now.

A claim is a lease that ends by time alone, so that a replica that dies holds nothing up; its fence keeps one that was
only slow from writing over what came after. Knows no platform.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, or_, select, update

from bot.state.database import Database
from bot.state.record import Transaction
from bot.state.tables import accounts, outbox

LEASE = timedelta(seconds=60)  # longer than any call to a platform may take


class Account(NamedTuple):
    """One conversation. `person` is None for somebody the directory does not know; `channel` until it was opened."""

    surface: str
    account: str
    person: str | None
    channel: str | None
    tries: int
    fence: int


def find_account(database: Database, surface: str, account: str) -> Account | None:
    """The conversation of this name, if anybody was met there. Raises CannotSave."""
    wanted = select(accounts).where(accounts.c.surface == surface, accounts.c.account == account)
    rows = database.fetch(wanted)
    return _to_account(rows[0]) if rows else None


def meet(tx: Transaction, surface: str, account: str, person: str | None, channel: str | None) -> None:
    """Note a conversation, or what has become known of it."""
    row = {"surface": surface, "account": account, "person_id": person, "channel": channel}
    made = tx.insert_new(accounts, [{**row, "next_at": tx.now, "tries": 0, "fence": 0}])
    known = {name: value for name, value in (("person_id", person), ("channel", channel)) if value}
    if not made and known:
        _write(tx, surface, account, **known)
    if made:
        tx.add_entry(person or f"{surface}:{account}", "account.met", account, known=person is not None)


def claim(tx: Transaction, surface: str, most: int) -> list[Account]:
    """Conversations in which something is due, now held by this replica alone; the longest waiting first."""
    due = exists().where(
        outbox.c.person_id == accounts.c.person_id,
        outbox.c.state == "ready",
        outbox.c.kind.in_(("turn", "notice")),
        outbox.c.due_at <= tx.now,
        or_(outbox.c.surface.is_(None), outbox.c.surface == surface),
    )
    wanted = select(accounts).where(accounts.c.surface == surface, accounts.c.next_at <= tx.now, due)
    rows = tx.connection.execute(
        wanted.order_by(accounts.c.next_at).limit(most).with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _write(tx, row.surface, row.account, next_at=tx.now + LEASE, fence=row.fence + 1)
    return [_to_account(row)._replace(fence=row.fence + 1) for row in rows]


class Came(NamedTuple):
    """What came of a claim: when to come again, failures in a row, the rows said or given up, and which of the two."""

    next_at: datetime
    tries: int
    rows: Sequence[str]
    state: str


def settle(tx: Transaction, held: Account, came: Came) -> bool:
    """Write what came of a claim. False where the lease was lost, and then nothing is written."""
    wanted = select(accounts.c.fence).where(accounts.c.surface == held.surface, accounts.c.account == held.account)
    if tx.connection.execute(wanted.with_for_update()).scalar_one() != held.fence:
        return False
    _write(tx, held.surface, held.account, next_at=came.next_at, tries=came.tries)
    if came.rows:
        done = update(outbox).where(outbox.c.key.in_(list(came.rows)), outbox.c.state == "ready")
        tx.connection.execute(done.values(state=came.state, sent_at=tx.now))
    return True


def _write(tx: Transaction, surface: str, account: str, **values: object) -> None:
    wanted = update(accounts).where(accounts.c.surface == surface, accounts.c.account == account)
    tx.connection.execute(wanted.values(values))


def _to_account(row: object) -> Account:
    names = ("surface", "account", "person_id", "channel", "tries", "fence")
    return Account(*(getattr(row, name) for name in names))
