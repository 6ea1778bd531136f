"""What the contact outside the company sees of a case by a link, and what they may do there: hand a report to somebody
within, ask whoever reported, receive it, give a second word.

Each deed is a line of the case's record and one of the audit. Who reported is nowhere in it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.outside import AGREE, REPORT
from bot.state.casework import add_line, change_incident, hand_within, is_outside
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_entries, incident_members, incidents
from bot.state.incidents import Entry, Incident, lock_incident, open_own, to_entry, to_incident
from bot.state.links import Link, Run, end_links, find_last_made, is_mail_due, put_mail, write_outside
from bot.state.mailboxes import ask_reporter
from bot.state.outbox import take_event
from bot.state.receivers import RECEIVE
from bot.state.record import Transaction
from bot.state.tables import people, roles
from bot.state.unsealing import may_agree, settle_asking
from bot.unseals import OUTSIDE, OpenReporter

# Whose people may be handed a case, in the order in which they are named; of these whoever may be involved is left out.
LEADERS = (*RECEIVE, "register_manager", "department_head")
RESTS = timedelta(minutes=10)  # between two links made on request
TOLD = ("report", "reply", "question")  # lines of the record that are shown: of the reporter, and to them


# -- seen --------------------------------------------------------------------------------------------------------------


def find_case(run: Run, vault: Vault, link: Link) -> tuple[Any, Incident] | None:
    """The case of a link as it is now; None where that is erased. Raises Damaged."""
    row = next(iter(run(select(incidents).where(incidents.c.id == link.incident))), None)
    if row is None or row.state == "erased":
        return None
    members = run(select(incident_members).where(incident_members.c.incident_id == link.incident))
    return row, to_incident(vault, row, members)


def shows(found: tuple[Any, Incident] | None, purpose: str) -> bool:
    """Whether there is anything for whoever is outside to decide."""
    if found is None:
        return False
    return is_outside(*found) if purpose == REPORT else may_agree(found[1], OUTSIDE)


def is_wanted(tx: Transaction, incident: str, purpose: str) -> bool:
    """Whether a mail about it still makes sense."""
    link = Link("", incident, purpose, False, tx.now, 0)
    return shows(find_case(tx.connection.execute, tx.vault, link), purpose)


def list_told(database: Database, vault: Vault, row: Any) -> Sequence[Entry]:
    """What whoever reported said, and what they were asked, in order. Raises CannotSave, Damaged."""
    of_it = select(incident_entries).where(incident_entries.c.incident_id == row.id, incident_entries.c.kind.in_(TOLD))
    own = open_own(vault, row)
    return [to_entry(own, one) for one in database.fetch(of_it.order_by(incident_entries.c.seq))]


def list_leaders(run: Run, known: Incident) -> list[str]:
    """Who may be handed a case: people of these roles, in their order, nobody who is kept out. Whoever reported may be
    among them like anybody: to leave them out would say who it is."""
    wanted = (
        select(people.c.id, roles.c.role)
        .join(roles, roles.c.person_id == people.c.id)
        .where(people.c.active, roles.c.role.in_(LEADERS))
        .order_by(people.c.email)
    )
    ordered = sorted(run(wanted), key=lambda row: LEADERS.index(row.role))
    return [one for one in dict.fromkeys(row.id for row in ordered) if one not in known.kept_out]


# -- done --------------------------------------------------------------------------------------------------------------


def take_case(tx: Transaction, link: Link) -> tuple[Any, Incident] | None:
    """The case, taken for this transaction, where its report still is with whoever is outside."""
    found = lock_incident(tx.connection, tx.vault, link.incident)
    return found if found and link.purpose == REPORT and shows(found, REPORT) else None


def hand_over(tx: Transaction, link: Link, person: str) -> bool:
    """This person is asked to lead the case, and no link shows it any more; False where it cannot be theirs."""
    found = take_case(tx, link)
    if found is None or person not in list_leaders(tx.connection.execute, found[1]):
        return False
    add_line(tx, link.incident, OUTSIDE, "decision", {"passed": person})
    tx.add_entry(OUTSIDE, "incident.passed", link.incident, to=person)
    end_links(tx, link.incident, REPORT)
    hand_within(tx, link.incident, person)
    return True


def question_reporter(tx: Transaction, link: Link, words: str) -> bool:
    """A question is brought to whoever reported, once as long as it waits; False where nobody can be reached."""
    found = take_case(tx, link)
    if found is None:
        return False
    if _find_waiting(tx, found[0]) == words:
        return True
    reached = ask_reporter(tx, link.incident, words)
    add_line(tx, link.incident, OUTSIDE, "question", {"words": words, "reached": reached})
    tx.add_entry(OUTSIDE, "incident.reporter_asked", link.incident, content=tx.vault.digest(words))
    return reached


def _find_waiting(tx: Transaction, row: Any) -> str | None:
    """The words of a question nobody answered yet, where the last thing told is one."""
    of_it = select(incident_entries).where(incident_entries.c.incident_id == row.id, incident_entries.c.kind.in_(TOLD))
    last = tx.connection.execute(of_it.order_by(incident_entries.c.seq.desc()).limit(1)).one()
    body: Mapping[str, Any] = to_entry(open_own(tx.vault, row), last).body
    return body.get("words") if last.kind == "question" and body.get("reached") else None


def receive(tx: Transaction, link: Link) -> bool:
    """Whoever is outside has it; whoever reported can see that by the receipt."""
    found = take_case(tx, link)
    if found is None:
        return False
    if not found[1].body["outside"].get("received_at"):
        change_incident(tx, found, outside={"received_at": tx.now.isoformat()})
        add_line(tx, link.incident, OUTSIDE, "decision", {"received": True})
        tx.add_entry(OUTSIDE, "incident.outside_received", link.incident)
    return True


def give_word(tx: Transaction, link: Link, agreed: bool) -> bool:
    """The second word on opening who reported, as that of somebody within would be; no link takes another."""
    if link.purpose != AGREE or not settle_asking(tx, OUTSIDE, OUTSIDE, OpenReporter(link.incident, agreed)):
        return False
    end_links(tx, link.incident, AGREE)
    return True


def renew(tx: Transaction, link: Link) -> bool:
    """A new link is mailed to the same address; False where one was just made, or is about to be."""
    made = find_last_made(tx.connection.execute, link.incident, link.purpose)
    if (made and made > tx.now - RESTS) or is_mail_due(tx, link.incident, link.purpose):
        return False
    tx.add_entry(OUTSIDE, "incident.outside_renewed", link.incident, purpose=link.purpose)
    put_mail(tx, link.incident, link.purpose)
    return True


def remind_due(tx: Transaction, key: str, told: Mapping[str, str]) -> None:
    """A report that nobody received within a day is written about once more; by whichever replica is first."""
    found = lock_incident(tx.connection, tx.vault, told[OUTSIDE]) if take_event(tx, key) else None
    if found and shows(found, REPORT) and not found[1].body["outside"].get("received_at"):
        write_outside(tx, told[OUTSIDE])
