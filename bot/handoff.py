"""What whoever is asked to take a case is given of it. Reads the record for one person, decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.engine.position import Route
from bot.state.incidents import Cases, Entry, Incident
from bot.state.leading import read_offer
from bot.state.queries import Member, Reader, Waiting
from bot.state.receivers import list_receivers_of
from bot.state.requests import find_leader
from bot.state.withdrawal import CASE

ASKABLE = ("new", "taken")


def prepare_handoff(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """The case as it stands, under the one key by which it is forgotten; None where it is over, or none of theirs."""
    cases = Cases(reader.database, reader.vault)
    found = cases.find(member.actor, waiting.subject)
    if found is None or found.state not in ASKABLE:
        return None
    told = {
        "id": found.id,
        "state": found.state,
        "taken_by": find_leader(found) if found.state == "taken" else None,
        "knows": "yes" if found.members[member.id][0] == "member" else "no",
        "others": list_others(reader, found, member.id),
        "offered": "yes" if read_offer(found).get("to") == member.id else "no",
        "report": found.body["report"],
        "added": [one.body["words"] for one in cases.list_entries(member.actor, found.id) if is_added(one)],
    }
    return {CASE: told}


def is_added(one: Entry) -> bool:
    """Whether a line is something whoever reported wrote later."""
    return one.kind in ("report", "reply") and bool(one.body.get("words"))


def list_others(reader: Reader, incident: Incident, person: str) -> list[str]:
    """Who else could take it, in turn: of those who may be asked, who is neither involved nor out. Raises
    CannotSave."""
    out = {person, *incident.kept_out}
    return [one for one in list_receivers_of(reader.database.fetch, incident) if one not in out]
