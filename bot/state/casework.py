"""What conclusions write to a case: opened, handed to who is next, taken, passed on, left, noted.

Each change is a line of the case's record and one of the audit, which says nothing of it. Decides nothing of what is
asked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.conclusions import (
    AddToReport,
    BeginInterview,
    LeaveIncident,
    LetIn,
    NoteIncident,
    OpenIncident,
    PassIncident,
    TakeIncident,
)
from bot.engine.interview import Interview, Say
from bot.outside import REPORT
from bot.state.commitments import LINE, commit, make_salt
from bot.state.database import dialect_of
from bot.state.incident_tables import incident_entries, incident_members, incidents
from bot.state.incidents import (
    Incident,
    hide_time,
    lock_incident,
    open_own,
    seal_entry,
    seal_incident,
    spell,
    to_incident,
)
from bot.state.links import put_mail, write_outside
from bot.state.receivers import list_receivers, list_receivers_of
from bot.state.record import (
    Transaction,
    begin_interview,
    find_asked,
    forget_given,
    make_due,
    put_event,
    take_back,
)
from bot.state.rooms import stir_room
from bot.state.rows import says_to_json, to_json
from bot.state.tables import UNFINISHED, interviews, outbox
from bot.state.watching import watch
from bot.state.withdrawal import CASE, close_shown, make_mark, release_tasks

NEXT_AFTER = timedelta(minutes=20)  # without anybody taking it, until the next one is asked
AGAIN_AFTER = timedelta(hours=1)  # once everybody was asked, until all of them are asked anew
ASKING = "asking"  # the fact that says whose time is running while nobody has a case
NUMBER = 4  # symbols of a case's number


def lock_own(tx: Transaction, interview: Interview, incident: str) -> tuple[Any, Incident] | None:
    """The case, taken for this transaction, where this person was let into it."""
    found = lock_incident(tx.connection, tx.vault, incident)
    return found if found and interview.person in found[1].resource.members else None


def open_incident(tx: Transaction, one: OpenIncident) -> str:
    """A new case of a report; whoever is first among those not excluded is asked at once, or whoever is outside the
    company. Returns its id."""
    incident = hide_time(tx.ids.new())
    own, key = tx.vault.make_own("incidents", incident)
    body = {
        "report": dict(one.report),
        "excluded": list(one.excluded),
        "receivers": list_receivers(tx.connection.execute),
        "facts": {"aware_at": tx.now.isoformat()},
    }
    body |= {"outside": {}} if one.outside else {}
    row = {
        "id": incident,
        "number": spell(incident, NUMBER),
        "state": "new",
        "key": key,
        "body": seal_incident(own, incident, body),
        "held": False,
        "keep_until": None,
        "revision": 1,
    }
    tx.connection.execute(insert(incidents).values(row))
    tx.add_entry("reporter", "incident.opened", incident, content=tx.vault.digest(to_json(body)))
    add_line(tx, incident, "reporter", "report", {"report": dict(one.report)})
    ask_next(tx, incident)
    return incident


def ask_next(tx: Transaction, incident: str) -> None:
    """The next of those who receive reports is asked to take the case; where nobody is left, all who were asked before
    are asked once more. So it goes on until somebody has it, whether or not what is said reaches anybody. One that is
    outside the company goes to nobody within by itself, and back there where nobody within has it any more."""
    found = lock_incident(tx.connection, tx.vault, incident)
    if found is None or found[0].state != "new":
        return
    known = found[1]
    if is_outside(*found):
        change_incident(tx, found, outside={})
        write_outside(tx, incident)
        return
    out = {*known.body["excluded"], *known.members}
    receivers = [] if "outside" in known.body else list_receivers_of(tx.connection.execute, known)
    following = next((person for person in receivers if person not in out), None)
    for person in [following] if following else sorted(known.resource.members):
        ask(tx, incident, person)
    if following:
        change_incident(tx, found, facts={ASKING: following})
    _plan_onward(tx, incident, tx.now + (NEXT_AFTER if following else AGAIN_AFTER))


def is_outside(row: Any, known: Incident) -> bool:
    """Whether a case is with the contact outside the company, and with nobody within."""
    return row.state == "new" and "outside" in known.body and not known.resource.members


def hand_within(tx: Transaction, incident: str, person: str) -> None:
    """Whoever is outside chose this person, who is asked until they have it or are out of it."""
    ask(tx, incident, person)
    _plan_onward(tx, incident, tx.now + AGAIN_AFTER)


def go_onward(tx: Transaction, key: str, incident: str) -> None:
    """Nobody took a case in time; by whichever replica is first."""
    due = (outbox.c.key == key, outbox.c.state == "ready", outbox.c.due_at <= tx.now)
    if tx.connection.execute(update(outbox).where(*due).values(state="sent", sent_at=tx.now)).rowcount:
        ask_next(tx, incident)


def _plan_onward(tx: Transaction, incident: str, due_at: datetime) -> None:
    """When to go on to the next; one row for each case, so that whoever is asked has the whole of their time."""
    key = f"onward:{incident}"
    put_event(tx, key, "", None, {"onward": incident}, due_at)
    tx.connection.execute(update(outbox).where(outbox.c.key == key).values(state="ready", due_at=due_at))


def _stop_asking(tx: Transaction, incident: str, taker: str) -> None:
    """Somebody has the case: nobody else is asked, and whoever has been asked already hears who it is."""
    tx.connection.execute(update(outbox).where(outbox.c.key == f"onward:{incident}").values(state="cancelled"))
    theirs = (interviews.c.flow == "handoff", interviews.c.subject == incident, interviews.c.person_id != taker)
    wanted = select(interviews.c.id, interviews.c.person_id).where(*theirs, interviews.c.status.in_(("open", "paused")))
    for row in tx.connection.execute(wanted.order_by(interviews.c.id)).all():
        told = {"key": "taken_over", "value": {"answer": "taken"}, "colleague": taker}
        put_event(tx, f"told:{row.id}:{taker}", row.person_id, row.id, told, tx.now)


def ask(tx: Transaction, incident: str, person: str) -> None:
    """This person is asked to take the case, at any hour, be it once more."""
    put_member(tx, incident, person, "asked")
    call(tx, incident, person, tx.now)
    tx.add_entry("record", "incident.asked", incident, person=person)


def call(tx: Transaction, incident: str, person: str, due_at: datetime) -> None:
    """What is there to see of a case is put before this person, from this instant on."""
    begin_interview(tx, "record", BeginInterview("handoff", person, incident, {}, queued=True))
    wanted = select(interviews.c.id).where(
        interviews.c.person_id == person,
        interviews.c.flow == "handoff",
        interviews.c.subject == incident,
        interviews.c.status.in_(UNFINISHED),
    )
    interview = tx.connection.execute(wanted).scalar_one()
    # Its key is that of any reminder: whoever looks at what could not be said learns nothing by it.
    put_event(tx, f"remind:{interview}:{make_mark(tx)}", person, interview, {"alerts": incident}, due_at)


def put_member(tx: Transaction, incident: str, person: str, state: str, role: str = "") -> None:
    put = dialect_of(tx.connection).insert(incident_members)
    row = {"incident_id": incident, "person_id": person, "state": state, "role": role}
    fresh = {"state": state, **({"role": role} if role else {})}
    keys = [incident_members.c.incident_id, incident_members.c.person_id]
    tx.connection.execute(put.values(row).on_conflict_do_update(index_elements=keys, set_=fresh))
    stir_room(tx, incident)


def take_incident(tx: Transaction, interview: Interview, actor: str, one: TakeIncident) -> None:
    """The case is this person's to lead, unless somebody was quicker; then they are in it all the same."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    put_member(tx, one.incident, interview.person, "member")
    if found[0].state != "new":
        tell_taken(tx, actor, one.incident, interview.person)
        tx.add_entry(actor, "incident.joined", one.incident)
        return
    change_incident(tx, found, state="taken", facts={"taken_by": interview.person, "taken_at": tx.now.isoformat()})
    begin_interview(tx, actor, BeginInterview("response", interview.person, one.incident, {}, queued=True))
    watch(tx, one.incident, tx.now)
    _stop_asking(tx, one.incident, interview.person)
    add_line(tx, one.incident, interview.person, "decision", {"taken": True})
    tx.add_entry(actor, "incident.taken", one.incident)


def tell_taken(tx: Transaction, actor: str, incident: str, person: str) -> None:
    """Somebody decided on a case that another had taken by then: they are shown how it stands."""
    begin_interview(tx, actor, BeginInterview("handoff", person, incident, {}, queued=True))


def pass_incident(tx: Transaction, interview: Interview, actor: str, one: PassIncident) -> None:
    """Somebody else of those who receive reports is asked; whoever passed it on stays let in until they leave."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    if found[0].state != "new":
        tell_taken(tx, actor, one.incident, interview.person)
        return
    out = found[1].kept_out
    add_line(tx, one.incident, interview.person, "decision", {"passed": one.to})
    tx.add_entry(actor, "incident.passed", one.incident, to=one.to)
    if one.to in set(list_receivers_of(tx.connection.execute, found[1])) - {*out, interview.person}:
        ask(tx, one.incident, str(one.to))
        change_incident(tx, found, facts={ASKING: one.to})
        _plan_onward(tx, one.incident, tx.now + NEXT_AFTER)
    else:
        ask_next(tx, one.incident)


def leave_incident(tx: Transaction, interview: Interview, actor: str, one: LeaveIncident) -> None:
    """Out for good: what this person was shown of it is erased from our record of the conversation."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    put_member(tx, one.incident, interview.person, "left")
    excluded = sorted({*found[1].body["excluded"], interview.person})
    change_incident(tx, found, excluded=excluded)
    add_line(tx, one.incident, interview.person, "decision", {"left": True})
    tx.add_entry(actor, "incident.left", one.incident)
    release_tasks(tx, actor, one.incident, interview.person)
    of_it = (interviews.c.person_id == interview.person, interviews.c.subject == one.incident)
    ids = tx.connection.execute(select(interviews.c.id).where(*of_it)).scalars().all()
    coming = (outbox.c.interview_id.in_(ids), outbox.c.kind == "event", outbox.c.state == "ready")
    tx.connection.execute(update(outbox).where(*coming).values(state="cancelled"))
    for shown in ids:
        if shown == interview.id:
            forget_given(tx, shown, CASE)
        else:
            take_back(tx, actor, shown)
            close_shown(tx, interview.person, shown)
    if found[0].state == "new":
        ask_next(tx, one.incident)


def let_in(tx: Transaction, interview: Interview, actor: str, one: LetIn) -> None:
    """People who need to know; nobody who is excluded or left."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    out = found[1].kept_out
    for person, role in sorted(one.roles.items()):
        if person in out:
            continue
        put_member(tx, one.incident, person, "member", role)
        tx.add_entry(actor, "incident.let_in", one.incident, person=person, role=role)
    told = {person: role for person, role in one.roles.items() if person not in out}
    add_line(tx, one.incident, interview.person, "decision", {"let_in": told})


def note_incident(tx: Transaction, interview: Interview, actor: str, one: NoteIncident) -> None:
    """Facts that stand from now on, and a line of the record."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    if one.facts:
        change_incident(tx, found, facts=one.facts)
        watch(tx, one.incident, tx.now)
    add_line(tx, one.incident, interview.person, one.kind, one.line)
    content = tx.vault.digest(to_json([dict(one.facts), dict(one.line)]))
    tx.add_entry(actor, "incident.noted", one.incident, kind=one.kind, content=content)


def note_reminded(tx: Transaction, found: tuple[Any, Incident], reminded: Mapping[str, str]) -> None:
    """Of what whoever leads the case was reminded, and of which instant; no line of its record."""
    change_incident(tx, found, facts={"reminded": dict(reminded)})


WRITES: Mapping[type, Callable[..., None]] = {
    TakeIncident: take_incident,
    PassIncident: pass_incident,
    LeaveIncident: leave_incident,
    LetIn: let_in,
    NoteIncident: note_incident,
}


def change_incident(tx: Transaction, found: tuple[Any, Incident], **changed: Any) -> None:
    """Write what changed of a case: its state, whether it is held, its facts, any other part of what is known of it."""
    row, known = found
    columns: dict[str, Any] = {name: changed.pop(name) for name in ("state", "held") if name in changed}
    facts: dict[str, Any] = {**known.body["facts"], **changed.pop("facts", {})}
    sealed = seal_incident(open_own(tx.vault, row), row.id, {**known.body, "facts": facts, **changed})
    values = {**columns, "body": sealed, "revision": incidents.c.revision + 1}
    tx.connection.execute(update(incidents).where(incidents.c.id == row.id).values(values))


def add_line(tx: Transaction, incident: str, who: str, kind: str, line: Mapping[str, Any]) -> None:
    """One line more of a case's record, and in the audit what proves it. The case is locked."""
    row = tx.connection.execute(select(incidents).where(incidents.c.id == incident)).one()
    last = select(func.max(incident_entries.c.seq)).where(incident_entries.c.incident_id == incident)
    seq = (tx.connection.execute(last).scalar() or 0) + 1
    body, salt = {"at": tx.now.isoformat(), "who": who, **line}, make_salt()
    sealed = seal_entry(open_own(tx.vault, row), incident, seq, salt, body)
    values = {"incident_id": incident, "seq": seq, "kind": kind, "body": sealed}
    tx.connection.execute(insert(incident_entries).values(values))
    tx.add_entry(who, LINE, incident, seq=seq, commitment=commit(salt, incident, seq, kind, body))


# -- from whoever reported ---------------------------------------------------------------------------------------------


def find_state(tx: Transaction, incident: str) -> str:
    """How far a case is, as whoever reported may know it: new, taken, closed, or with the contact outside the company,
    who may have received it."""
    row = tx.connection.execute(select(incidents).where(incidents.c.id == incident)).one_or_none()
    if row is None or row.state not in ("new", "taken"):
        return "closed"
    members = tx.connection.execute(select(incident_members).where(incident_members.c.incident_id == incident)).all()
    known = to_incident(tx.vault, row, members)
    if is_outside(row, known):
        return "received" if known.body["outside"].get("received_at") else "outside"
    return str(row.state)


def add_to_report(tx: Transaction, incident: str, one: AddToReport) -> None:
    """Something more from whoever reported; whoever works the case hears that there is something, and nothing of it."""
    found = lock_incident(tx.connection, tx.vault, incident)
    if found is None:
        return
    line = {"words": one.words, **({} if one.words else {"left_open": True})}
    add_line(tx, incident, "reporter", "reply" if one.replies else "report", line)
    tx.add_entry("reporter", "incident.added", incident, content=tx.vault.digest(one.words))
    for person in [name for name, (state, _) in found[1].members.items() if state == "member"]:
        tell_member(tx, incident, person, "case_news")
    if is_outside(*found):
        put_mail(tx, incident, REPORT)


def tell_member(
    tx: Transaction, incident: str, person: str, notice: str, occasion: str = "", at: datetime | None = None
) -> None:
    """A word without content to somebody in a case, within their hours or from `at` on, once for an occasion that is
    named.

    It is said as part of what they were asked of the case, so that it shows in no preview and only while they are in
    it; nobody else finds it among what waits. Who was never asked is shown how the case stands instead.
    """
    theirs = (interviews.c.person_id == person, interviews.c.subject == incident)
    latest = select(interviews.c.id).where(*theirs).order_by(interviews.c.created_at.desc(), interviews.c.id.desc())
    interview = tx.connection.execute(latest.limit(1)).scalar()
    due_at, says = at or find_asked(tx, person).moment, says_to_json((Say(notice),))
    if interview is None:
        call(tx, incident, person, due_at)
        return
    key = f"turn:remind:{interview}:{make_mark(tx, occasion)}"
    tx.insert_new(outbox, [make_due(key, "turn", person, interview, says, due_at)])
