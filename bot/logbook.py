"""The evidence log of a case: for whom it may be opened, and what of the case it starts with.

Reads the record through the case's members and the catalogue; decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.given import begin_each
from bot.handbook.incident import read_response
from bot.state.incidents import Cases, Entry, Incident
from bot.state.queries import Member, Reader, Waiting
from bot.state.withdrawal import CASE

KEPT = ("evidence", "handover")  # kinds of lines that are the evidence log
MOST_TRACES = 7


def begin_evidence(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One interview about each case named; else about the only one, or about the first, where it is asked which.

    None at all where one of those named is none of this person's.
    """
    picked = Cases(reader.database, reader.vault).pick(member.actor, subjects)
    if not subjects and len(picked) > 1:
        return begin_each("evidence", member, picked[:1], {"asks_which": "yes"})
    return begin_each("evidence", member, picked)


def prepare_evidence(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, _: datetime
) -> dict[str, Any] | None:
    """What the log holds so far and which records there may be; None where this person is out of the case."""
    cases = Cases(reader.database, reader.vault)
    case = cases.find(member.actor, waiting.subject)
    if case is None:
        return None
    log = [to_line(one) for one in cases.list_entries(member.actor, case.id) if one.kind in KEPT]
    others = [{"id": one.id, "number": one.number} for one in cases.list_open(member.actor) if one.id != case.id]
    traces = list_traces(case, routes["evidence"].flow.catalogue["incident"])
    return {CASE: {"id": case.id, "number": case.number, "log": log, "traces": traces, "others": others}}


def to_line(one: Entry) -> dict[str, Any]:
    return {**one.body, "seq": one.seq, "kind": one.kind}


def list_traces(case: Incident, catalogue: Mapping[str, Any]) -> list[str]:
    """Kinds of record to ask about: those the case already reckons with, else those that any such case may leave."""
    known = read_response(catalogue).traces
    told = [one for one in case.body["facts"].get("traces") or () if one in known]
    mover = case.body["report"].get("mover")
    usual = [name for name, one in known.items() if one.expected and (not one.leakers or mover in one.leakers)]
    return (told or usual)[:MOST_TRACES]
