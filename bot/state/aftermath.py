"""What follows once a case is over: it is closed, what it touched is looked at anew, and how it may be told is kept for
approval.

Whoever is asked anew is asked as on any other day: nothing they see names a case.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import select, update

from bot.conclusions import ApproveTelling, BeginInterview, CloseIncident
from bot.engine.interview import Interview
from bot.handbook.measures import COMPANY
from bot.state.casework import add_line, change_incident, lock_own
from bot.state.incident_tables import incident_tasks
from bot.state.incidents import Incident
from bot.state.own_cases import keep_own_case
from bot.state.record import Transaction, begin_interview, lock_places, take_back
from bot.state.requests import find_leader
from bot.state.retention import keep_closed
from bot.state.rooms import stir_room
from bot.state.rows import to_json
from bot.state.tables import UNFINISHED, interviews, items, people, roles
from bot.state.tending import ask_owner, find_measure, name_measure, write_measure

LEAD = "incident_lead"
OF_A_CASE = ("response", "course", "closing", "handoff")  # flows that end with it
COUNTED = ("claimed", "confirmed")


def close_incident(tx: Transaction, interview: Interview, actor: str, one: CloseIncident) -> None:
    """Closed, with what was learned; its open tasks are dropped, its items, classes and measures come up anew."""
    found = lock_own(tx, interview, one.incident)
    if found is None or found[0].state != "taken":
        return
    lock_places(tx, {COMPANY, *list_departments(tx, one.items)})
    facts: dict[str, Any] = {"closed_at": tx.now.isoformat(), "closed_by": interview.person}
    facts |= {"failed": list(one.measures), "missed": list(one.signs)}
    drafted = {"draft": {**one.draft, "state": "proposed"}} if one.draft else {}
    change_incident(tx, found, state="closed", facts=facts, **drafted)
    line = {"closed": True, "items": list(one.items), "measures": list(one.measures), "signs": list(one.signs)}
    add_line(tx, one.incident, interview.person, "decision", line)
    tx.add_entry(actor, "incident.closed", one.incident, content=tx.vault.digest(to_json([line, one.draft])))
    keep_closed(tx, one.incident)
    stir_room(tx, one.incident)
    _drop_what_is_open(tx, actor, one.incident, interview.id)
    _reopen_items(tx, actor, one.items, found[1].kept_out)
    _reopen_measures(tx, actor, one)
    if one.draft:
        _ask_to_approve(tx, actor, found[1])


def _drop_what_is_open(tx: Transaction, actor: str, incident: str, but: str) -> None:
    """Tasks nobody needs do any more, and questions about the case that nobody need answer."""
    still = (incident_tasks.c.incident_id == incident, incident_tasks.c.state == "open")
    dropped = update(incident_tasks).where(*still)
    tx.connection.execute(dropped.values(state="dropped", revision=incident_tasks.c.revision + 1))
    of_it = (interviews.c.subject == incident, interviews.c.flow.in_(OF_A_CASE), interviews.c.id != but)
    asked = select(interviews.c.id).where(*of_it, interviews.c.status.in_(UNFINISHED)).order_by(interviews.c.id)
    for interview in tx.connection.execute(asked).scalars().all():
        take_back(tx, actor, interview)


def list_departments(tx: Transaction, named: tuple[str, ...]) -> list[str]:
    """The departments of these items."""
    wanted = select(items.c.department_id).where(items.c.id.in_(named)).distinct()
    return list(tx.connection.execute(wanted).scalars())


def _reopen_items(tx: Transaction, actor: str, named: tuple[str, ...], out: Collection[str]) -> None:
    """The heads look at their items again, and settle anew how the classes of these are protected; nobody who may be
    involved."""
    wanted = select(items.c.department_id, items.c["class"]).where(items.c.id.in_(named), items.c.state != "retired")
    touched = tx.connection.execute(wanted.distinct()).all()
    for department in sorted({row.department_id for row in touched}):
        head = _find_head(tx, department, out)
        if head is None:
            continue
        begin_interview(tx, actor, BeginInterview("recheck", head, department, {}, queued=True, invites=True))
        for class_id in sorted({row[1] for row in touched if row.department_id == department and row[1]}):
            subject = f"{department}/{class_id}"
            begin_interview(tx, actor, BeginInterview("measures", head, subject, {}, queued=True))


def _find_head(tx: Transaction, department: str, out: Collection[str]) -> str | None:
    heads = select(people.c.id).join(roles, roles.c.person_id == people.c.id)
    mine = (
        people.c.active,
        roles.c.role == "department_head",
        people.c.department_id == department,
        people.c.id.not_in(sorted(out)),
    )
    found: str | None = tx.connection.execute(heads.where(*mine).order_by(people.c.id).limit(1)).scalar()
    return found


def _reopen_measures(tx: Transaction, actor: str, one: CloseIncident) -> None:
    """What did not hold counts as seen no more, and whoever sees to it is asked whether it is there."""
    for name in sorted(set(one.measures)):
        place, _, measure = name.rpartition("/")
        row = find_measure(tx, place, measure)
        if row is None or row.state not in COUNTED:
            continue
        unseen = {"state": "claimed", "confirmed_by": None, "confirmed_at": None}
        write_measure(tx, row, place, measure, **unseen, **ask_owner(tx, row.owner_id or row.said_by, "has"))
        tx.add_entry(actor, "measure.asked_anew", name_measure(place, measure))


def _ask_to_approve(tx: Transaction, actor: str, known: Incident) -> None:
    """Somebody of the case who may decide reads how it may be told: a lead who is in it, else whoever led it."""
    members = sorted(person for person, (state, _) in known.members.items() if state == "member")
    leads = select(roles.c.person_id).where(roles.c.role == LEAD, roles.c.person_id.in_(members))
    chosen = tx.connection.execute(leads.order_by(roles.c.person_id).limit(1)).scalar() or find_leader(known)
    if chosen:
        begin_interview(tx, actor, BeginInterview("telling", chosen, known.id, {}, queued=True, invites=True))


def approve_telling(tx: Transaction, interview: Interview, actor: str, one: ApproveTelling) -> None:
    """Whether it may be told as it stands."""
    found = lock_own(tx, interview, one.incident)
    if found is None or (found[1].body.get("draft") or {}).get("state") != "proposed":
        return
    said = "approved" if one.approved else "declined"
    draft = {**found[1].body["draft"], "state": said, "decided_by": interview.person, "decided_at": tx.now.isoformat()}
    change_incident(tx, found, draft=draft)
    if one.approved:
        keep_own_case(tx, draft)
    add_line(tx, one.incident, interview.person, "decision", {"telling": said})
    tx.add_entry(actor, f"incident.telling_{said}", one.incident)


WRITES: Mapping[type, Callable[..., None]] = {CloseIncident: close_incident, ApproveTelling: approve_telling}
