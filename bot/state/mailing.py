"""Mails to the contact outside the company as rows of the outbox: claimed by one replica, with a fresh link, settled.

Before a mail leaves, its row says that nobody knows; so one cut off in between is listed and never sent a second time.
Knows no words and no mail server.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Update, and_, select, update

from bot.state.database import Database
from bot.state.links import make_link
from bot.state.outbox import MAIL, UNKNOWN
from bot.state.record import Transaction
from bot.state.rows import to_json
from bot.state.tables import outbox

UNDER_WAY = "interrupted"  # why a row is unknown whose sender never came back
IsWanted = Callable[[Transaction, str, str], bool]  # of an incident, for a purpose


class Leaving(NamedTuple):
    """One mail that is about to be sent: what its link carries, and how often it was tried before."""

    key: str
    token: str
    tries: int


def list_due(database: Database, now: datetime) -> Sequence[str]:
    """Keys of mails that are due. Raises CannotSave."""
    return [row.key for row in database.fetch(select(outbox.c.key).where(_is_due(now)).order_by(outbox.c.due_at))]


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(outbox.c.kind == MAIL, outbox.c.state == "ready", outbox.c.due_at <= now)


def claim_mail(tx: Transaction, key: str, is_wanted: IsWanted) -> Leaving | None:
    """This replica's alone from now on; None where another was first, or nobody needs it any more."""
    row = tx.connection.execute(select(outbox).where(outbox.c.key == key, _is_due(tx.now)).with_for_update()).first()
    if row is None:
        return None
    told = json.loads(row.body)
    mine = update(outbox).where(outbox.c.key == key)
    if not is_wanted(tx, told["incident"], told["purpose"]):
        tx.connection.execute(mine.values(state="cancelled"))
        return None
    tx.connection.execute(mine.values(state=UNKNOWN, reason=UNDER_WAY))
    return Leaving(key, make_link(tx, told["incident"], told["purpose"]), told["tries"])


def settle_mail(tx: Transaction, leaving: Leaving, state: str, reason: str | None = None) -> None:
    """What came of it: sent, dead, or unknown for good; nothing where it fell due anew meanwhile."""
    sent_at = {"sent_at": tx.now} if state == "sent" else {}
    tx.connection.execute(_held(leaving).values(state=state, reason=reason, **sent_at))


def try_again(tx: Transaction, leaving: Leaving, after: timedelta) -> None:
    """It did not go for certain."""
    row = tx.connection.execute(select(outbox.c.body).where(outbox.c.key == leaving.key)).one()
    body = to_json({**json.loads(row.body), "tries": leaving.tries + 1})
    again = {"state": "ready", "reason": None, "due_at": tx.now + after, "body": body}
    tx.connection.execute(_held(leaving).values(**again))


def _held(leaving: Leaving) -> Update:
    return update(outbox).where(outbox.c.key == leaving.key, outbox.c.state == UNKNOWN, outbox.c.reason == UNDER_WAY)
