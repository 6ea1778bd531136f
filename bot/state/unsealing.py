"""Opening who reported: somebody of the case asks and says why, a second person agrees, and whoever asked is shown it.

Every step is a line of the case's record and one of the audit; who reported is in neither.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from bot.conclusions import BeginInterview
from bot.engine.interview import Interview
from bot.outside import AGREE
from bot.state.casework import add_line, change_incident, tell_member
from bot.state.commitments import commit, make_salt
from bot.state.incidents import Incident, lock_incident
from bot.state.links import end_links, put_mail
from bot.state.mailboxes import find_reporter, lock_origins
from bot.state.outbox import take_event
from bot.state.receivers import Run, list_receivers_of
from bot.state.record import Transaction, begin_interview, forget_given, make_due, take_back
from bot.state.rows import to_json
from bot.state.tables import outbox, people, roles
from bot.state.watching import fall_due, find_to_answer
from bot.state.withdrawal import CASE, make_mark
from bot.unseals import OUTSIDE, AskToUnseal, ForgetReporter, OpenReporter

ALONE_AFTER = timedelta(hours=72)  # where nobody could be asked for a second word
ASKED, OPENED, REFUSED, LAPSED = "asked", "opened", "refused", "lapsed"  # states of an asking
BY_SECOND, BY_TIME, NOT_AT_ALL = "second", "alone", "none"  # ways in which it may be opened
MANAGEMENT = ("incident_lead", "register_manager")  # who is told where nobody agrees; the second where there are none
TOLD = "sealed_opens"  # the notice that tells them, and nothing of it
UNSEALS = "unseals"  # what an event of this room tells


# -- who may be asked --------------------------------------------------------------------------------------------------


def is_member(known: Incident, person: str) -> bool:
    """Whether this person works the case; whoever was only asked to take it does not yet."""
    return person in known.resource.members and known.members[person][0] == "member"


def list_seconds(run: Run, known: Incident, asker: str) -> list[str]:
    """Who may give the second word: others of the case, then those who may be asked to take it, nobody who is kept out.

    Whoever reported is among them like anybody: to leave them out would say who it is.
    """
    within = sorted(person for person in known.members if is_member(known, person))
    active = set(_list_ids(run, select(people.c.id).where(people.c.active, people.c.id.in_(within))))
    out = {asker, *known.kept_out}
    ordered = dict.fromkeys([*(one for one in within if one in active), *list_receivers_of(run, known)])
    return [one for one in ordered if one not in out]


def list_management(run: Run, known: Incident, asker: str) -> list[str]:
    """Who is told where nobody is there to agree; nobody who is kept out."""
    out = {asker, *known.kept_out}
    for role in MANAGEMENT:
        having = select(people.c.id).join(roles, roles.c.person_id == people.c.id)
        found = _list_ids(run, having.where(people.c.active, roles.c.role == role).order_by(people.c.id))
        if left := [one for one in found if one not in out]:
            return left
    return []


def _list_ids(run: Run, wanted: Select[Any]) -> list[str]:
    return [row.id for row in run(wanted)]


def find_way(run: Run, known: Incident, asker: str) -> str:
    if list_seconds(run, known, asker):
        return BY_SECOND
    return BY_TIME if list_management(run, known, asker) else NOT_AT_ALL


def read_asking(known: Incident) -> Mapping[str, Any]:
    """by, second, reason, salt, state: what was asked last; empty where nothing was."""
    asking: Mapping[str, Any] = known.body.get("unsealing") or {}
    return asking


# -- asked -------------------------------------------------------------------------------------------------------------


def ask_to_unseal(tx: Transaction, interview: Interview, actor: str, one: AskToUnseal) -> None:
    """Asked by somebody of the case, with a reason; what was asked before is asked no more."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    if found is None or not is_member(found[1], interview.person) or not one.words.strip():
        return
    run, known = tx.connection.execute, found[1]
    seconds = list_seconds(run, known, interview.person)
    told = [] if seconds or one.second else list_management(run, known, interview.person)
    if not (one.second in seconds if seconds else one.second == OUTSIDE or (told and one.second is None)):
        return
    _withdraw(tx, actor, known)
    salt = make_salt()
    asking = {"by": interview.person, "second": one.second, "reason": one.words, "salt": salt, "state": ASKED}
    change_incident(tx, found, unsealing=asking)
    line = {"unsealing": ASKED, "asked_of": one.second, "reason": one.words}
    add_line(tx, one.incident, interview.person, "decision", line)
    proof = _prove(one.incident, asking)
    tx.add_entry(actor, "incident.unseal_asked", one.incident, second=one.second, reason=proof)
    if one.second == OUTSIDE:
        put_mail(tx, known.id, AGREE)
    elif one.second:
        given = {"about": known.id, "number": known.number, "asker": interview.person, "reason": one.words}
        begun = BeginInterview("agree", one.second, known.id, {CASE: given}, queued=True, invites=True)
        begin_interview(tx, actor, begun)
    else:
        _let_time_pass(tx, known.id, salt, told)


def _prove(incident: str, asking: Mapping[str, Any]) -> str:
    """What stands in the audit for the reason: whoever is given it and the salt can recompute it."""
    return commit(asking["salt"], incident, 0, UNSEALS, {"reason": asking["reason"]})


def _withdraw(tx: Transaction, actor: str, known: Incident) -> None:
    """Whoever was asked before need not answer."""
    before = read_asking(known)
    if before.get("second") == OUTSIDE:
        end_links(tx, known.id, AGREE)
        return
    waiting = find_to_answer(tx, before["second"], ("agree",), known.id) if before.get("second") else None
    if waiting:
        take_back(tx, actor, waiting.id)


def _let_time_pass(tx: Transaction, incident: str, salt: str, told: Iterable[str]) -> None:
    """Under names that tell nobody what it is about."""
    fall_due(tx, {UNSEALS: incident, "salt": salt}, tx.now + ALONE_AFTER)
    for person in told:
        body = to_json({"notice": TOLD, "params": {}, "whose": person})
        tx.insert_new(outbox, [make_due(f"notice:{make_mark(tx)}", "notice", person, None, body, tx.now)])


# -- answered ----------------------------------------------------------------------------------------------------------


def may_agree(known: Incident, person: str) -> bool:
    """Whether this person's word counts: they were asked, are not the one who asks, and are not kept out."""
    asking = read_asking(known)
    return (
        asking.get("state") == ASKED
        and asking["second"] == person != asking["by"]
        and person not in known.kept_out
        and is_member(known, asking["by"])
    )


def answer_asking(tx: Transaction, interview: Interview, actor: str, one: OpenReporter) -> None:
    """The second word of somebody of the company."""
    settle_asking(tx, interview.person, actor, one)


def settle_asking(tx: Transaction, person: str, actor: str, one: OpenReporter) -> bool:
    """It is opened for whoever asked, or stays sealed and they hear that; False where this word does not count."""
    found = lock_incident(tx.connection, tx.vault, one.incident)
    if found is None or not may_agree(found[1], person):
        return False
    asking = {**read_asking(found[1]), "state": OPENED if one.agreed else REFUSED}
    change_incident(tx, found, unsealing=asking)
    line = {"unsealing": asking["state"], "asked_by": asking["by"]}
    add_line(tx, one.incident, person, "decision", line)
    action = "incident.unseal_agreed" if one.agreed else "incident.unseal_refused"
    tx.add_entry(actor, action, one.incident, reason=_prove(one.incident, asking))
    if one.agreed:
        _open(tx, found[1], asking)
    else:
        tell_member(tx, one.incident, asking["by"], "unseal_refused")
    return True


def open_due(tx: Transaction, key: str, told: Mapping[str, str]) -> None:
    """The time has passed, by whichever replica is first: it is opened where still nobody could be asked instead."""
    if not take_event(tx, key):
        return
    lock_origins(tx, [told[UNSEALS]])
    found = lock_incident(tx.connection, tx.vault, told[UNSEALS])
    asking = read_asking(found[1]) if found else {}
    if found is None or (asking.get("state"), asking.get("salt")) != (ASKED, told["salt"]):
        return
    if not is_member(found[1], asking["by"]):
        return
    is_alone = not list_seconds(tx.connection.execute, found[1], asking["by"])
    after = {**asking, "state": OPENED if is_alone else LAPSED}
    change_incident(tx, found, unsealing=after)
    add_line(tx, found[1].id, asking["by"], "decision", {"unsealing": after["state"], "asked_of": None})
    if is_alone:
        _open(tx, found[1], after)
    else:
        tell_member(tx, found[1].id, asking["by"], "unseal_lapsed")


def _open(tx: Transaction, known: Incident, asking: Mapping[str, Any]) -> None:
    """Before whoever asked, and nowhere else."""
    told = {"id": known.id, "number": known.number, "reporter": find_reporter(tx, known.id)}
    begun = BeginInterview("opened", asking["by"], known.id, {CASE: told}, queued=True, invites=True)
    begin_interview(tx, asking["by"], begun)
    proof = _prove(known.id, asking)
    tx.add_entry(asking["by"], "incident.reporter_opened", known.id, second=asking["second"], reason=proof)


def forget_shown(tx: Transaction, interview: Interview, actor: str, one: ForgetReporter) -> None:
    """It was read."""
    forget_given(tx, interview.id, CASE)
    tx.add_entry(actor, "incident.reporter_read", one.incident)


WRITES: Mapping[type, Callable[..., None]] = {
    AskToUnseal: ask_to_unseal,
    OpenReporter: answer_asking,
    ForgetReporter: forget_shown,
}
