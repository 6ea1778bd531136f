"""What is asked of people in a case: put, answered, taken back; and the team's questions to whoever reported.

Whoever is asked need not know the case: what they are asked stands under the task alone. Decides nothing of what is
asked.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from bot.conclusions import AnswerTask, AskReporter, PutTask
from bot.engine.interview import Interview
from bot.state.casework import add_line, lock_own, tell_member
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.incident_tables import incident_members, incident_tasks, incidents
from bot.state.incidents import IN_TURN, Incident, Task, hide_time, lock_incident, open_own, to_task
from bot.state.mailboxes import ask_reporter
from bot.state.record import Transaction, find_asked
from bot.state.rows import to_json
from bot.state.watching import ask_soon, watch

OWN = "own"  # the task whose words are the team's own
LEAD = timedelta(hours=12)  # before the day somebody named is over, when they are asked once more
SOON = timedelta(hours=24)  # what is due within it is asked at any hour
NEWS = "case_news"  # the notice that tells a leader there is something new, and nothing of it


def put_task(tx: Transaction, interview: Interview, actor: str, one: PutTask) -> None:
    """Something to do, new or as it is from now on; its owner is asked, a former owner no more. Whoever is kept out of
    the case is asked nothing."""
    found = lock_own(tx, interview, one.incident)
    if found is None:
        return
    row, known = found
    own = open_own(tx.vault, row)
    before = _find(tx, own, one)
    owner = None if one.owner in known.kept_out else one.owner
    due_at = _reckon(known, one.hours) or (before.due_at if before else None)
    task = before.id if before else hide_time(tx.ids.new())
    stands = before is not None and before.owner == owner
    kept = {name: told for name, told in (before.body if before else {}).items() if stands or name == "words"}
    body = {**kept, **({"words": one.words} if one.words else {})}
    values = {"owner_id": owner, "state": one.state, "due_at": due_at}
    sealed = own.seal("incident_tasks", task, "body", to_json(body))
    _write(tx, task, before, {"incident_id": one.incident, "task": one.task, **values, "body": sealed})
    content = tx.vault.digest(to_json([one.task, one.words]))
    tx.add_entry(actor, "incident.task_put", one.incident, task=task, state=one.state, owner=owner, content=content)
    line = {"task": one.task, "words": one.words, "owner": owner, "state": one.state}
    add_line(tx, one.incident, interview.person, "decision", line)
    if one.state == "open" and due_at:
        watch(tx, one.incident, due_at)
    is_new = before is None or (before.owner, before.state) != (owner, "open")
    if one.state == "open" and owner and owner != interview.person and is_new:
        _ask(tx, owner, due_at)


def _find(tx: Transaction, own: Any, one: PutTask) -> Task | None:
    """The row of this task, if the case has it; of the team's own tasks the open one of the same words."""
    wanted = select(incident_tasks).where(
        incident_tasks.c.incident_id == one.incident, incident_tasks.c.task == one.task
    )
    found = [to_task(own, row) for row in tx.connection.execute(wanted.with_for_update()).all()]
    alike = [task for task in found if one.task != OWN or task.body.get("words") == one.words]
    return next(iter(alike), None)


def _reckon(known: Incident, hours: int | None) -> datetime | None:
    if hours is None:
        return None
    return datetime.fromisoformat(known.body["facts"]["aware_at"]) + timedelta(hours=hours)


def _write(tx: Transaction, task: str, before: Task | None, values: Mapping[str, Any]) -> None:
    revision = before.revision + 1 if before else 1
    if before:
        changed = update(incident_tasks).where(incident_tasks.c.id == task)
        tx.connection.execute(changed.values(**values, revision=revision))
    else:
        tx.connection.execute(insert(incident_tasks).values(id=task, **values, revision=revision))


def _ask(tx: Transaction, owner: str, due_at: datetime | None) -> None:
    """The owner is asked: at any hour where it is due soon, else within their hours."""
    is_soon = due_at is not None and due_at - tx.now < SOON
    ask_soon(tx, owner, tx.now if is_soon else find_asked(tx, owner).moment)


def answer_task(tx: Transaction, interview: Interview, actor: str, one: AnswerTask) -> None:
    """What its owner said of it; the leader hears that there is news, and decides who is asked instead, as whoever was
    named may be involved. A task that is another's by now stays."""
    wanted = select(incident_tasks).where(incident_tasks.c.id == one.task)
    row = tx.connection.execute(wanted).one_or_none()
    found = lock_incident(tx.connection, tx.vault, row.incident_id) if row else None
    row = tx.connection.execute(wanted.with_for_update()).one_or_none()
    if row is None or found is None or (row.owner_id, row.state) != (interview.person, "open"):
        return
    own = open_own(tx.vault, found[0])
    task = to_task(own, row)
    body = {**task.body, "said": one.said, "by": interview.person, "named": one.owner}
    body |= {"note": one.words} if one.words else {}
    values: dict[str, Any] = {"body": own.seal("incident_tasks", row.id, "body", to_json(body))}
    if one.said == "done":
        values["state"] = "done"
    elif one.said == "later" and one.due_on:
        values["due_at"] = _end_of(tx, interview.person, one.due_on)
        ask_soon(tx, interview.person, find_asked(tx, interview.person, values["due_at"] - LEAD).moment)
    elif one.said in ("cannot", "other"):
        values["owner_id"] = None
    _write(tx, row.id, task, values)
    line = {"task": row.task, "said": one.said, "words": one.words, "due_on": one.due_on, "owner": one.owner}
    add_line(tx, row.incident_id, interview.person, "fact", line)
    content = tx.vault.digest(to_json(line))
    tx.add_entry(actor, "incident.task_answered", row.incident_id, task=row.id, said=one.said, content=content)
    tell_leader(tx, found[1], f"{row.id}:{task.revision}", but=interview.person)


def _end_of(tx: Transaction, person: str, day: str) -> datetime:
    """The end of this day where the person is."""
    zone = ZoneInfo(find_asked(tx, person).timezone)
    return datetime.combine(datetime.fromisoformat(day).date(), time(23, 59), zone).astimezone(UTC)


def tell_leader(tx: Transaction, known: Incident, occasion: str, but: str = "") -> None:
    """Whoever leads a case hears that there is something new in it, and nothing else; within their hours."""
    leader = find_leader(known)
    if leader and leader != but:
        tell_member(tx, known.id, leader, NEWS, occasion)


def find_leader(known: Incident) -> str | None:
    """Whoever took the case, or where they are out of it the first who is in it."""
    members = sorted(person for person, (state, _) in known.members.items() if state == "member")
    taken_by = known.body["facts"].get("taken_by")
    return taken_by if taken_by in members else next(iter(members), None)


def find_asked_of(database: Database, vault: Vault, person: str) -> list[Task]:
    """What this person is asked to do in cases and has not answered, the soonest first; of a case they are kept out of
    nothing. Raises CannotSave."""
    mine = select(incident_tasks, incidents.c.key).join(incidents, incidents.c.id == incident_tasks.c.incident_id)
    wanted = mine.where(
        incident_tasks.c.owner_id == person, incident_tasks.c.state == "open", incidents.c.state == "taken"
    )
    rows = database.fetch(wanted.order_by(*IN_TURN))
    return [to_task(vault.open_own("incidents", row.incident_id, row.key), row) for row in rows]


def find_outside(database: Database, person: str) -> frozenset[str]:
    """The tasks, by id, that this person is asked to do in cases they are not in. Raises CannotSave."""
    within = select(incident_members.c.incident_id).where(
        incident_members.c.person_id == person, incident_members.c.state == "member"
    )
    mine = (incident_tasks.c.owner_id == person, incident_tasks.c.state == "open")
    rows = database.fetch(select(incident_tasks.c.id).where(*mine, incident_tasks.c.incident_id.not_in(within)))
    return frozenset(row.id for row in rows)


def question_reporter(tx: Transaction, interview: Interview, actor: str, one: AskReporter) -> None:
    """A question is brought to whoever reported, and stands in the record of the case."""
    if lock_own(tx, interview, one.incident) is None:
        return
    reached = ask_reporter(tx, one.incident, one.words)
    add_line(tx, one.incident, interview.person, "question", {"words": one.words, "reached": reached})
    tx.add_entry(actor, "incident.reporter_asked", one.incident, content=tx.vault.digest(one.words))


WRITES: Mapping[type, Callable[..., None]] = {
    PutTask: put_task,
    AnswerTask: answer_task,
    AskReporter: question_reporter,
}
