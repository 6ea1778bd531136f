"""What whoever is asked to take a case is given of it. Reads the record for one person, decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.engine.position import Route
from bot.state.casework import RECEIVERS, in_turn
from bot.state.incidents import Cases, Incident
from bot.state.queries import Member, Reader, Waiting
from bot.state.withdrawal import CASE

ASKABLE = ("new", "taken")


def prepare_handoff(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """The case as it stands, under the one key by which it is forgotten; None where it is over, or none of theirs."""
    found = Cases(reader.database, reader.vault).find(member.actor, waiting.subject)
    if found is None or found.state not in ASKABLE:
        return None
    told = {
        "id": found.id,
        "state": found.state,
        "taken_by": found.body["facts"].get("taken_by"),
        "knows": "yes" if found.members[member.id][0] == "member" else "no",
        "others": list_others(reader, found, member.id),
        "report": found.body["report"],
    }
    return {CASE: told}


def list_others(reader: Reader, incident: Incident, person: str) -> list[str]:
    """Who else could take it, in turn: of those who receive reports, who is neither involved nor out. Raises
    CannotSave."""
    out = {person, *incident.kept_out}
    return [one for one in in_turn(reader.database.fetch(RECEIVERS)) if one not in out]
