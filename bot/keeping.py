"""What an interview about the hold of a case starts with: how it stands, and whether this person leads or was asked.

Reads the case through its members; decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.access import Actor
from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.given import begin_each
from bot.state.incidents import Cases, Incident
from bot.state.queries import Member, Reader, Waiting
from bot.state.requests import find_leader
from bot.state.retention import FLOW
from bot.state.withdrawal import CASE


def begin_hold(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One about each case of this person's, or about those named; none where one of these is none of theirs."""
    cases = Cases(reader.database, reader.vault)
    return begin_each(FLOW, member, cases.pick(member.actor, subjects))


def prepare_hold(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """How the case stands; None where this person is out of it."""
    case = Cases(reader.database, reader.vault).find(member.actor, waiting.subject)
    if case is None:
        return None
    lifting = case.body["facts"].get("lifting") or {}
    others = [{"person": one} for one in sorted(case.resource.members - {member.id})]
    told = {"id": case.id, "number": case.number, "held": case.held, "may": _find_part(case, member.id, lifting)}
    return {CASE: {**told, "others": others, "lifting": lifting}}


def describe_keeping(cases: Cases, actor: Actor, case: Incident) -> dict[str, Any]:
    """Until when a case is kept, as an ISO date or None, and how much goes with it."""
    day = cases.find_day(case.id)
    lines, tasks = (len(found(actor, case.id)) for found in (cases.list_entries, cases.list_tasks))
    told = {"number": case.number, "state": case.state, "held": case.held}
    return {**told, "keep_until": str(day) if day else None, "lines": lines, "tasks": tasks}


def _find_part(case: Incident, person: str, lifting: Mapping[str, Any]) -> str:
    """What this person may do about it: hold, lift, give the second word, or only know."""
    if case.held and lifting.get("second") == person != lifting.get("by"):
        return "second"
    if person == find_leader(case):
        return "lift" if case.held else "hold"
    return "know"
