"""How the lead of a case goes from one person to another: offered, taken, or declined.

The case itself goes on: its clock, its tasks and who is in it stay. Decides nothing of what is asked.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from bot.conclusions import BeginInterview
from bot.engine.interview import Interview
from bot.leads import DeclineLead, OfferLead, TakeLead
from bot.state.casework import add_line, call, change_incident, lock_own, put_member, tell_member, tell_taken
from bot.state.incidents import Incident
from bot.state.receivers import Run, list_receivers_of
from bot.state.record import Transaction, begin_interview, take_back
from bot.state.requests import NEWS, find_leader, tell_leader
from bot.state.tables import people
from bot.state.watching import find_to_answer, watch
from bot.state.withdrawal import close_shown

OFFERED = "offered"  # the fact that says to whom, by whom, and who said no before
OF_LEADER = ("response", "closing")  # flows of whoever leads
Found = tuple[Any, Incident]


def list_heirs(run: Run, known: Incident) -> list[str]:
    """Who may lead a case instead: others who are in it, then those who may be asked to take one; nobody kept out, and
    nobody who left the company."""
    within = sorted(name for name, (state, _) in known.members.items() if state == "member")
    here = select(people.c.id).where(people.c.active, people.c.id.in_(within)).order_by(people.c.email)
    out = {find_leader(known), *known.kept_out}
    ordered = dict.fromkeys([*(row.id for row in run(here)), *list_receivers_of(run, known)])
    return [one for one in ordered if one not in out]


def read_offer(known: Incident) -> Mapping[str, Any]:
    """to, by, declined: as it was last offered; empty where nobody is asked, or whoever was is out of it."""
    offer: Mapping[str, Any] = known.body["facts"].get(OFFERED) or {}
    return offer if offer.get("to") in known.resource.members else {}


def offer_lead(tx: Transaction, interview: Interview, actor: str, one: OfferLead) -> None:
    """Its leader asks somebody who may lead it; whoever was asked before is asked no more."""
    found = lock_own(tx, interview, one.incident)
    if found is None or found[0].state != "taken" or interview.person != find_leader(found[1]):
        return
    if one.to in list_heirs(tx.connection.execute, found[1]):
        _offer(tx, actor, found, {"to": one.to, "by": interview.person})


def offer_next(tx: Transaction, found: Found, declined: tuple[str, ...] = ()) -> None:
    """Whoever leads it cannot be reached: the next who may is asked, and after them the one after that."""
    leader = find_leader(found[1])
    to = next((one for one in list_heirs(tx.connection.execute, found[1]) if one not in declined), None)
    if leader and to:
        _offer(tx, "record", found, {"to": to, "by": leader, "declined": list(declined)})


def _offer(tx: Transaction, actor: str, found: Found, offer: Mapping[str, Any]) -> None:
    known, to = found[1], str(offer["to"])
    _end(tx, actor, known, read_offer(known).get("to"), ("handoff",))
    change_incident(tx, found, facts={OFFERED: dict(offer)})
    if to not in known.members:
        put_member(tx, known.id, to, "asked")
    _end(tx, actor, known, to, ("handoff",))
    call(tx, known.id, to, tx.now)
    add_line(tx, known.id, str(offer["by"]), "decision", {OFFERED: to})
    tx.add_entry(actor, "incident.lead_offered", known.id, person=to)


def _end(tx: Transaction, actor: str, known: Incident, person: str | None, flows: tuple[str, ...]) -> None:
    """What this person was asked is not theirs to answer any more."""
    for flow in flows if person else ():
        waiting = find_to_answer(tx, str(person), (flow,), known.id)
        if waiting:
            take_back(tx, actor, waiting.id)
            close_shown(tx, str(person), waiting.id)


def take_lead(tx: Transaction, interview: Interview, actor: str, one: TakeLead) -> None:
    """They lead it from this instant on, where they are the one who is asked; else they are shown how it stands."""
    found, person = lock_own(tx, interview, one.incident), interview.person
    if found is None:
        return
    known, former = found[1], find_leader(found[1])
    if found[0].state != "taken" or read_offer(known).get("to") != person:
        tell_taken(tx, actor, one.incident, person)
        return
    put_member(tx, one.incident, person, "member")
    change_incident(tx, found, facts={"taken_by": person, OFFERED: None})
    add_line(tx, one.incident, person, "decision", {"leads": True, "from": former})
    tx.add_entry(actor, "incident.lead_taken", one.incident, person=person)
    _end(tx, actor, known, former, OF_LEADER)
    follows = "course" if known.body["facts"].get("first") == "done" else "response"
    begin_interview(tx, actor, BeginInterview(follows, person, one.incident, {}, queued=True))
    watch(tx, one.incident, tx.now)
    if former:
        tell_member(tx, one.incident, former, NEWS, f"{one.incident}:{person}:leads:{known.revision}")


def decline_lead(tx: Transaction, interview: Interview, actor: str, one: DeclineLead) -> None:
    """It stays with whoever leads it, who hears of it; where they cannot be reached, the next is asked."""
    found = lock_own(tx, interview, one.incident)
    offer = read_offer(found[1]) if found else {}
    if found is None or offer.get("to") != interview.person:
        return
    change_incident(tx, found, facts={OFFERED: None})
    add_line(tx, one.incident, interview.person, "decision", {"declined": True})
    tx.add_entry(actor, "incident.lead_declined", one.incident, person=interview.person)
    if "declined" in offer:
        offer_next(tx, found, (*offer["declined"], interview.person))
    else:
        tell_leader(tx, found[1], f"{one.incident}:{interview.person}:declined:{found[1].revision}")


WRITES: Mapping[type, Callable[..., None]] = {OfferLead: offer_lead, TakeLead: take_lead, DeclineLead: decline_lead}
