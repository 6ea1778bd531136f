"""What an interview about opening who reported starts with: who may be asked for a second word, or what else it takes.

Reads the case through its members, and never who reported; decides nothing of what is asked.
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
from bot.state.unsealing import ASKED, find_way, is_member, list_seconds, read_asking
from bot.state.withdrawal import CASE

FLOW = "unseal"


def begin_unseal(reader: Reader, member: Member, subjects: Sequence[str]) -> list[BeginInterview]:
    """One about each case this person is in, or about those named; none where one of these is none of theirs."""
    picked = Cases(reader.database, reader.vault).pick(member.actor, subjects)
    worked = [one for one in picked if is_member(one, member.id)]
    return begin_each(FLOW, member, worked) if not subjects or len(worked) == len(subjects) else []


def _find(cases: Cases, actor: Actor, named: str) -> Incident | None:
    found = cases.find(actor, named)
    return found if found and is_member(found, actor.person) else None


def prepare_unseal(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """Who may be asked, whoever reported among them where they are one of these; None where this person is out."""
    case = _find(Cases(reader.database, reader.vault), member.actor, waiting.subject)
    if case is None:
        return None
    seconds = list_seconds(reader.database.fetch, case, member.id)
    asking = read_asking(case)
    told = {
        "id": case.id,
        "number": case.number,
        "state": case.state,
        "others": [{"person": one} for one in seconds],
        "way": find_way(reader.database.fetch, case, member.id),
        "outside": reader.reaches_outside,
        "pending": asking.get("second") if asking.get("state") == ASKED else None,
    }
    return {CASE: told}
