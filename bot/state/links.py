"""Links that show one thing of a case to the contact outside the company: made when a mail is written, good for three
days, and over once that thing is settled. What a link carries stands in the mail alone; here is its hash.

Knows of a case no more than its id.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, insert, select, update

from bot.outside import AGREE, REPORT
from bot.state.incident_tables import links
from bot.state.outbox import MAIL, URGENT, Due, cancel_due, put_again
from bot.state.record import Transaction, put_event
from bot.state.tables import outbox
from bot.unseals import OUTSIDE

LASTS = timedelta(hours=72)
AGAIN_AFTER = timedelta(days=1)  # until a report nobody received yet is written about once more
BYTES = 32  # of chance in a link
Run = Callable[[Select[Any]], Iterable[Any]]  # reads rows, within a transaction or outside


class Link(NamedTuple):
    """One link, by its hash."""

    id: str
    incident: str
    purpose: str
    is_over: bool
    expires_at: datetime
    opened: int

    def is_late(self, now: datetime) -> bool:
        return self.expires_at <= now


def make_link(tx: Transaction, incident: str, purpose: str) -> str:
    """A new one, to be mailed; what it carries is kept nowhere. Those before it stay good until their own time."""
    token = secrets.token_urlsafe(BYTES)
    row = {"id": hash_token(token), "incident_id": incident, "purpose": purpose, "state": "open", "opened": 0}
    tx.connection.execute(insert(links).values(row | {"expires_at": tx.now + LASTS}))
    return token


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def find_link(run: Run, token: str) -> Link | None:
    """What a link carries leads here, or nowhere."""
    row = next(iter(run(select(links).where(links.c.id == hash_token(token)))), None)
    known = (row.id, row.incident_id, row.purpose, row.state != "open", row.expires_at, row.opened) if row else None
    return Link(*known) if known else None


def count_opened(run: Run, incident: str, purpose: str) -> int:
    """How often this thing was opened, by whichever link."""
    wanted = select(links.c.opened).where(links.c.incident_id == incident, links.c.purpose == purpose)
    return sum(row.opened for row in run(wanted))


def find_last_made(run: Run, incident: str, purpose: str) -> datetime | None:
    """When the newest link for this was made."""
    wanted = select(links.c.expires_at).where(links.c.incident_id == incident, links.c.purpose == purpose)
    return max((row.expires_at - LASTS for row in run(wanted)), default=None)


def note_opened(tx: Transaction, link: Link) -> None:
    """Somebody with the link saw what it shows: one line of the audit each time."""
    opened = update(links).where(links.c.id == link.id)
    tx.connection.execute(opened.values(opened=links.c.opened + 1))
    tx.add_entry(OUTSIDE, "incident.outside_opened", link.incident, purpose=link.purpose)


# -- mail --------------------------------------------------------------------------------------------------------------


def put_mail(tx: Transaction, incident: str, purpose: str) -> None:
    """A mail with a link falls due; one for the same thing that was not sent yet stays the only one."""
    about = {"incident": incident, "purpose": purpose, "tries": 0}
    put_again(tx, Due(name_mail(tx, incident, purpose), MAIL, "", about, URGENT, MAIL))


def is_mail_due(tx: Transaction, incident: str, purpose: str) -> bool:
    """Whether one waits to be sent."""
    waiting = (outbox.c.key == name_mail(tx, incident, purpose), outbox.c.state == "ready")
    return tx.connection.execute(select(outbox.c.key).where(*waiting)).first() is not None


def name_mail(tx: Transaction, incident: str, purpose: str) -> str:
    """The key of its row: whoever looks at what could not be sent learns nothing by it."""
    return f"mail:{tx.vault.digest(f'{purpose} {incident}')[:16]}"


def write_outside(tx: Transaction, incident: str) -> None:
    """Whoever is outside is told that there is a report, and once more as long as they have not received it."""
    put_mail(tx, incident, REPORT)
    key, due_at = _name_reminder(tx, incident), tx.now + AGAIN_AFTER
    put_event(tx, key, "", None, {OUTSIDE: incident}, due_at)
    tx.connection.execute(update(outbox).where(outbox.c.key == key).values(state="ready", due_at=due_at))


def _name_reminder(tx: Transaction, incident: str) -> str:
    """One for each case, under a name that tells nobody that there is one."""
    return f"due:{tx.vault.digest(f'outside {incident}')}"


def end_links(tx: Transaction, incident: str, purpose: str) -> None:
    """It is settled: nothing more is mailed of it, and no link shows it any more."""
    of_it = update(links).where(links.c.incident_id == incident, links.c.purpose == purpose)
    tx.connection.execute(of_it.values(state="over"))
    cancel_due(tx, [name_mail(tx, incident, purpose)])


def forget_links(tx: Transaction, incident: str) -> None:
    """The case is erased: no link leads to it, and nothing is due about it."""
    tx.connection.execute(delete(links).where(links.c.incident_id == incident))
    keys = [_name_reminder(tx, incident), *(name_mail(tx, incident, purpose) for purpose in (REPORT, AGREE))]
    tx.connection.execute(delete(outbox).where(outbox.c.key.in_(keys)))
