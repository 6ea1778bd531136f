"""How long a case is kept: held or not, until which day, and what is erased then and how.

Who reported goes by a rule of its own, the shortest. Decides nothing of what is asked.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, or_, select, update

from bot.conclusions import BeginInterview
from bot.engine.interview import Interview
from bot.holds import AskLift, HoldIncident, LiftHold
from bot.state.casework import add_line, change_incident
from bot.state.incident_tables import (
    incident_entries,
    incident_members,
    incident_tasks,
    incidents,
    rooms,
)
from bot.state.incidents import lock_incident
from bot.state.links import forget_links
from bot.state.mailboxes import forget_report, lock_origins
from bot.state.outbox import take_event
from bot.state.record import Transaction, begin_interview, forget_given, take_back
from bot.state.requests import find_leader
from bot.state.tables import UNFINISHED, company, interviews, outbox
from bot.state.watching import fall_due
from bot.state.withdrawal import CASE

YEARS = 10  # a closed case is kept, unless the company says otherwise
FACT = "case_years"  # the company's fact that says otherwise
# After closing, as short as may be: a year, within which a dismissal is said to be presumed to follow from the report
# (wb-law in content/catalogue/incident.yaml), and our own margin (source: knowledge) until it would be known to us.
REPORTER_KEPT = relativedelta(years=1, months=3)
LOOK_AGAIN = timedelta(days=30)  # where a hold kept it
FLOW, TASK, SHOWS = "hold", "task", "opened"  # the last shows who reported
EXPIRES, FORGETS = "expires", "forgets"  # what events of this room tell


# -- held --------------------------------------------------------------------------------------------------------------


def hold_incident(tx: Transaction, interview: Interview, actor: str, one: HoldIncident) -> None:
    """Nothing of the case is erased from now on; its leader's word."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    if found is None or interview.person != find_leader(found[1]) or found[1].held:
        return
    change_incident(tx, found, facts={"lifting": None}, held=True)
    add_line(tx, one.incident, interview.person, "decision", {"held": True, "reason": one.words})
    tx.add_entry(actor, "incident.held", one.incident)


def ask_lift(tx: Transaction, interview: Interview, actor: str, one: AskLift) -> None:
    """Its leader would end the hold: somebody else who is in the case is asked."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    may_ask = found is not None and found[1].held and interview.person == find_leader(found[1])
    if found is None or not may_ask or one.second not in found[1].resource.members - {interview.person}:
        return
    lifting = {"by": interview.person, "second": one.second, "reason": one.words}
    change_incident(tx, found, facts={"lifting": lifting})
    add_line(tx, one.incident, interview.person, "decision", {"asked_of": one.second, "reason": one.words})
    tx.add_entry(actor, "incident.lift_asked", one.incident, person=one.second)
    begin_interview(tx, actor, BeginInterview(FLOW, one.second, one.incident, {}, queued=True, invites=True))


def lift_hold(tx: Transaction, interview: Interview, actor: str, one: LiftHold) -> None:
    """The second word: the hold ends, or stays. Counts only from whoever was asked, and never from who asked."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    lifting = (found[1].body["facts"].get("lifting") or {}) if found else {}
    if found is None or not found[1].held or lifting.get("second") != interview.person:
        return
    if lifting["by"] == interview.person or interview.person not in found[1].resource.members:
        return
    change_incident(tx, found, facts={"lifting": None}, held=not one.agreed)
    add_line(tx, one.incident, interview.person, "decision", {"held": not one.agreed, "asked_of": interview.person})
    tx.add_entry(actor, "incident.hold_lifted" if one.agreed else "incident.hold_kept", one.incident)


WRITES: Mapping[type, Callable[..., None]] = {HoldIncident: hold_incident, AskLift: ask_lift, LiftHold: lift_hold}


# -- kept --------------------------------------------------------------------------------------------------------------


def keep_closed(tx: Transaction, incident: str) -> None:
    """A case that was closed is kept until its day, and who reported it until theirs; both fall due by themselves."""
    found = lock_incident(tx.connection, tx.vault, incident)
    if found is None or found[0].state != "closed":
        return
    closed = datetime.fromisoformat(found[1].body["facts"].get("closed_at") or tx.now.isoformat()).date()
    until = closed + relativedelta(years=find_years(tx))
    tx.connection.execute(update(incidents).where(incidents.c.id == incident).values(keep_until=until))
    tx.add_entry("record", "incident.keep_set", incident, until=str(until))
    _put(tx, {EXPIRES: incident}, until + timedelta(days=1))
    _put(tx, {FORGETS: incident}, min(until, closed + REPORTER_KEPT) + timedelta(days=1))


def find_years(tx: Transaction) -> int:
    told = tx.connection.execute(select(company.c.ja).where(company.c.fact == FACT)).scalar()
    return int(told) if told and told.isdecimal() and int(told) > 0 else YEARS


def _put(tx: Transaction, told: Mapping[str, str], day: date) -> None:
    fall_due(tx, told, datetime.combine(day, time(), UTC))


def do_due(tx: Transaction, key: str, told: Mapping[str, str]) -> None:
    """A day has come: what it is for is erased, unless a hold keeps it; then it is looked at again. By whichever
    replica is first."""
    if not take_event(tx, key):
        return
    incident = told.get(EXPIRES) or told[FORGETS]
    lock_origins(tx, [incident])
    row = tx.connection.execute(select(incidents).where(incidents.c.id == incident).with_for_update()).one_or_none()
    if row is None:
        return
    if row.held:
        _put(tx, told, (tx.now + LOOK_AGAIN).date())
    elif FORGETS in told:
        forget_reporter(tx, incident)
    elif row.keep_until and row.keep_until < tx.now.date():
        erase_incident(tx, incident)
    elif row.keep_until:  # its day was moved
        _put(tx, told, row.keep_until + timedelta(days=1))


def erase_incident(tx: Transaction, incident: str) -> None:
    """Nothing of it can be read any more: its key is gone, its lines and tasks, what interviews about it held, and the
    way to who reported. That there was one, the audit still says."""
    found = lock_incident(tx.connection, tx.vault, incident)
    if found is None or found[1].held:
        return
    forget_reporter(tx, incident)
    about = select(interviews.c.id).where(interviews.c.subject == incident).order_by(interviews.c.id)
    shown = list(tx.connection.execute(about).scalars())
    for interview in shown:
        take_back(tx, "record", interview)
    for told in _list_told(tx, incident):
        forget_given(tx, told, CASE)
    named = outbox.c.key.contains(incident, autoescape=True)
    tx.connection.execute(delete(outbox).where(or_(named, outbox.c.interview_id.in_(shown))))
    forget_links(tx, incident)
    for table in (incident_entries, incident_tasks, incident_members, rooms):
        tx.connection.execute(delete(table).where(table.c.incident_id == incident))
    gone = {"state": "erased", "key": b"", "body": b"", "keep_until": None}
    changed = update(incidents).where(incidents.c.id == incident)
    tx.connection.execute(changed.values(**gone, revision=incidents.c.revision + 1))
    tx.add_entry("record", "incident.erased", incident)


def _list_told(tx: Transaction, incident: str) -> list[str]:
    """Interviews in which people were asked to do something of it, and are not asked any more."""
    owners = select(incident_tasks.c.owner_id).where(incident_tasks.c.incident_id == incident)
    asked = select(interviews.c.id).where(interviews.c.flow == TASK, interviews.c.person_id.in_(owners))
    over = interviews.c.status.in_(("done", "cancelled"))
    return list(tx.connection.execute(asked.where(over).order_by(interviews.c.id)).scalars())


def forget_reporter(tx: Transaction, incident: str) -> None:
    """The way from a case to whoever reported it is gone, and their mailbox where nothing else is in it; what was
    opened and nobody read goes too."""
    opened = select(interviews.c.id).where(interviews.c.flow == SHOWS, interviews.c.subject == incident)
    unread = opened.where(interviews.c.status.in_(UNFINISHED)).order_by(interviews.c.id)
    for shown in tx.connection.execute(unread).scalars().all():
        take_back(tx, "record", shown)
    if forget_report(tx, incident):
        tx.add_entry("record", "incident.reporter_forgotten", incident)
