"""Where whoever reports hears from us: who they are, their draft, what they reported, sealed under a key of its own.

A row is named by a keyed digest of who it is for, so that without that key nothing joins a person to a report. Nothing
here says when a person did something.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, select, update

from bot.state.crypto import Damaged, Vault
from bot.state.database import Database, dialect_of
from bot.state.incident_tables import mailboxes, receipts
from bot.state.incidents import spell
from bot.state.record import Transaction
from bot.state.rows import to_json

LEASE = timedelta(seconds=60)  # within which what is due is sent by one replica
SEEN = 64  # events remembered, so that a repeat changes nothing
SYMBOLS, GROUP = 9, 3  # of a receipt
BLOCK = 4096  # bytes of which a mailbox's body takes whole ones
REPORT = "report"  # the flow of a draft
WEB = "web"  # the surface of whoever came by the page: nothing is known of them, and they cannot be written to


@dataclass(slots=True)
class Mailbox:
    """One person's, or one visitor's of the page, opened."""

    id: str
    own: Vault
    key: bytes
    body: dict[str, Any]
    surface: str = ""
    due_at: datetime | None = None
    tries: int = 0
    revision: int = 0

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What came from here: the case and its receipt."""
        found: list[dict[str, Any]] = self.body.setdefault("reports", [])
        return found

    @property
    def asks(self) -> list[dict[str, Any]]:
        """Questions of the team that wait for a reply."""
        found: list[dict[str, Any]] = self.body.setdefault("asks", [])
        return found

    def note_event(self, mark: str) -> bool:
        """Whether this event is new here; from now on it is not."""
        seen = self.body.setdefault("seen", [])
        if mark in seen:
            return False
        self.body["seen"] = [*seen, mark][-SEEN:]
        return True

    @property
    def awaits_question(self) -> bool:
        """Whether a question of the team may be brought now: no report is half told, and nothing is left to be said."""
        draft = self.body.get("draft")
        stands = draft and draft.get("status") == "open" and draft.get("flow") != REPORT and not self.body.get("over")
        return bool(self.asks) and bool(not draft or stands)

    @property
    def is_unsaid(self) -> bool:
        """Whether something is over and due to be said."""
        draft = self.body.get("draft") or {}
        return self.due_at is not None and draft.get("status") not in ("open", "paused")

    @property
    def erase_on(self) -> date | None:
        """The day on which something here may have to be erased."""
        known = [self.body.get(name) or {} for name in ("draft", "held", "over")]
        days = [datetime.fromisoformat(one["until"]).date() for one in known if one.get("until")]
        return min(days, default=None)

    @property
    def is_empty(self) -> bool:
        return not any(self.body.get(name) for name in ("draft", "held", "over", "reports", "asks"))


def name_mailbox(keeper: Vault, who: str) -> str:
    """The row of a person, or of somebody the directory does not know, by the name of their account."""
    return keeper.digest(f"mailbox\n{who}")


def make_receipt(seed: str) -> str:
    """A receipt to read out and type: R- and three groups, 45 bits of what nobody can guess."""
    symbols = spell(f"receipt\n{seed}", SYMBOLS)
    return "R-" + "-".join(symbols[place : place + GROUP] for place in range(0, SYMBOLS, GROUP))


def take_mailbox(tx: Transaction, name: str) -> Mailbox:
    """The mailbox of this name, taken for this transaction; a new one where there is none."""
    row = tx.connection.execute(select(mailboxes).where(mailboxes.c.id == name).with_for_update()).one_or_none()
    if row is not None:
        return to_mailbox(tx.keeper, row)
    own, key = tx.keeper.make_own("mailboxes", name)
    return Mailbox(name, own, key, {})


def choose_mailbox(boxes: Sequence[Mailbox], receipt: str | None = None) -> Mailbox | None:
    """Of one person's mailboxes, their own first, the one of a receipt, else in which a question stands open."""
    of_it = (box for box in boxes if any(one["receipt"] == receipt for one in box.reports))
    is_open = (box for box in boxes if (box.body.get("draft") or {}).get("status") in ("open", "paused"))
    return next(of_it, None) or next(is_open, None) or next(iter(boxes), None)


def to_mailbox(keeper: Vault, row: Any) -> Mailbox:
    """From its row. Raises Damaged."""
    own = keeper.open_own("mailboxes", row.id, row.key)
    body = json.loads(own.open("mailboxes", row.id, "body", row.body))
    return Mailbox(row.id, own, row.key, body, row.surface, row.due_at, row.tries, row.revision)


def write_mailbox(tx: Transaction, box: Mailbox) -> None:
    """Keep it, or delete it where nothing is in it any more."""
    if box.is_empty and box.due_at is None:
        tx.connection.execute(delete(mailboxes).where(mailboxes.c.id == box.id))
        return
    values = {
        "key": box.key,
        "body": box.own.seal("mailboxes", box.id, "body", pad(to_json(box.body))),
        "surface": box.surface,
        "due_at": box.due_at,
        "tries": box.tries,
        "erase_on": box.erase_on,
        "revision": box.revision + 1,
    }
    put = dialect_of(tx.connection).insert(mailboxes).values(id=box.id, **values)
    tx.connection.execute(put.on_conflict_do_update(index_elements=[mailboxes.c.id], set_=values))
    box.revision += 1


def pad(text: str) -> str:
    """JSON of a length that tells nothing of what is in it: names and accounts differ in theirs."""
    return text + " " * (-len(text.encode("utf-8", "surrogatepass")) % BLOCK)


def link_report(tx: Transaction, box: Mailbox, incident: str, receipt: str) -> None:
    """From the receipt, and from the case, to this mailbox; both only under the reporters' key."""
    body = to_json({"mailbox": box.id, "incident": incident, "receipt": receipt})
    names = [name_receipt(tx.keeper, receipt), name_report(tx.keeper, incident)]
    tx.insert_new(receipts, [{"id": one, "body": tx.keeper.seal("receipts", one, "body", body)} for one in names])


def name_receipt(keeper: Vault, receipt: str) -> str:
    return keeper.digest(f"receipt\n{receipt}")


def name_report(keeper: Vault, incident: str) -> str:
    return keeper.digest(f"report\n{incident}")


def read_link(run: Callable[[Select[Any]], Iterable[Any]], keeper: Vault, name: str) -> Mapping[str, str] | None:
    """Where a receipt or a report leads: mailbox, incident, receipt; None for anything that is neither. `run` reads
    rows, within a transaction or outside. Raises Damaged."""
    row = next(iter(run(select(receipts).where(receipts.c.id == name))), None)
    found: dict[str, str] | None = json.loads(keeper.open("receipts", name, "body", row.body)) if row else None
    return found


def lock_origins(tx: Transaction, named: Iterable[str]) -> None:
    """Take the mailboxes these cases were reported from, in order. Whoever locks both a mailbox and a case takes the
    mailbox first, as whoever reports comes from there and may not even know that there is a case."""
    links = [read_link(tx.connection.execute, tx.keeper, name_report(tx.keeper, one)) for one in sorted(set(named))]
    ids = sorted(link["mailbox"] for link in links if link)
    if ids:
        wanted = select(mailboxes.c.id).where(mailboxes.c.id.in_(ids)).order_by(mailboxes.c.id)
        tx.connection.execute(wanted.with_for_update()).all()


def find_origin(tx: Transaction, incident: str) -> tuple[Mailbox | None, str]:
    """The mailbox a case was reported from, taken for this transaction, and the receipt; none where that is no longer
    kept. Where the case is taken as well, its origin was taken before. Raises Damaged."""
    link = read_link(tx.connection.execute, tx.keeper, name_report(tx.keeper, incident))
    if link is None:
        return None, ""
    wanted = select(mailboxes).where(mailboxes.c.id == link["mailbox"]).with_for_update()
    row = tx.connection.execute(wanted).one_or_none()
    return to_mailbox(tx.keeper, row) if row else None, link["receipt"]


def ask_reporter(tx: Transaction, incident: str, words: str) -> bool:
    """A question of the team for whoever reported, to be brought to them; False where they can no longer be asked."""
    box, receipt = find_origin(tx, incident)
    if box is None:
        return False
    box.asks.append({"receipt": receipt, "words": words})
    box.due_at, box.tries = tx.now, 0
    write_mailbox(tx, box)
    return True


def find_reporter(tx: Transaction, incident: str) -> dict[str, str]:
    """Who reported a case: {person} of the directory, {account} of a chat, {web} for whoever came by the page; empty
    where that is no longer kept. Only for whom it was opened. Raises Damaged."""
    box, _ = find_origin(tx, incident)
    if box is None:
        return {}
    surface, account, person, *_ = box.body["who"]
    if person:
        return {"person": person}
    return {"web": "yes"} if surface == WEB else {"account": f"{surface} {account}"}


def forget_report(tx: Transaction, incident: str) -> bool:
    """The way from a case to whoever reported it is gone, and their mailbox where nothing else is in it. False where
    it was gone before."""
    box, receipt = find_origin(tx, incident)
    if not receipt:
        return False
    names = [name_report(tx.keeper, incident), name_receipt(tx.keeper, receipt)]
    tx.connection.execute(delete(receipts).where(receipts.c.id.in_(names)))
    if box:
        for part in ("reports", "asks"):
            box.body[part] = [one for one in box.body.get(part, ()) if one["receipt"] != receipt]
        box.due_at = None if box.is_empty else box.due_at
        write_mailbox(tx, box)
    return True


def read_mailboxes(database: Database, keeper: Vault, names: Sequence[str]) -> dict[str, Mailbox]:
    """Those of these that there are, by name, as they are now, for reading. Raises CannotSave, Damaged."""
    rows = database.fetch(select(mailboxes).where(mailboxes.c.id.in_(names))) if names else []
    return {row.id: to_mailbox(keeper, row) for row in rows}


def has_due(database: Database, surface: str, now: datetime) -> bool:
    """Whether anything is to be said there; costs no write. Raises CannotSave."""
    return bool(database.fetch(select(mailboxes.c.id).where(_is_due(surface, now)).limit(1)))


def _is_due(surface: str, now: datetime) -> ColumnElement[bool]:
    return and_(mailboxes.c.surface == surface, mailboxes.c.due_at <= now)


def claim_due(tx: Transaction, surface: str, most: int) -> Sequence[Mailbox]:
    """Mailboxes of this surface in which something is to be said, this replica's alone until the lease ends."""
    wanted = select(mailboxes).where(_is_due(surface, tx.now)).order_by(mailboxes.c.due_at).limit(most)
    rows = tx.connection.execute(wanted.with_for_update(skip_locked=True)).all()
    if rows:
        held = update(mailboxes).where(mailboxes.c.id.in_([row.id for row in rows]))
        tx.connection.execute(held.values(due_at=tx.now + LEASE, tries=mailboxes.c.tries + 1))
    return [to_mailbox(tx.keeper, row) for row in rows]


def settle_due(tx: Transaction, name: str, revision: int, again_at: datetime | None) -> None:
    """It was said, or is tried again from an instant on; nothing where more happened there meanwhile."""
    same = update(mailboxes).where(mailboxes.c.id == name, mailboxes.c.revision == revision)
    changed = {"due_at": again_at} if again_at else {"due_at": None, "tries": 0}
    tx.connection.execute(same.values(**changed))


def has_late(database: Database, now: datetime) -> bool:
    """Whether the day of a draft has come; costs no write. Raises CannotSave."""
    return bool(database.fetch(select(mailboxes.c.id).where(mailboxes.c.erase_on <= now.date()).limit(1)))


def take_late(tx: Transaction) -> list[Mailbox]:
    """Mailboxes in which the day of a draft has come, taken for this transaction. On which hour of it the draft is to
    go stands in what is sealed alone, as it would tell when somebody spoke."""
    late = select(mailboxes).where(mailboxes.c.erase_on <= tx.now.date()).order_by(mailboxes.c.id)
    found = []
    for row in tx.connection.execute(late.with_for_update(skip_locked=True)).all():
        try:
            found.append(to_mailbox(tx.keeper, row))
        except Damaged:  # it keeps nothing else from being erased
            tx.connection.execute(update(mailboxes).where(mailboxes.c.id == row.id).values(erase_on=None))
    return found
