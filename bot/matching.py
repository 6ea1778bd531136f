"""The cards of a manager's review about items of different departments that may be one and the same thing.

Reads the whole register, for whoever begins a review; decides nothing of what is asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.access import Scope
from bot.engine.position import Route
from bot.handbook.likeness import find_likeness, find_pairs
from bot.sitting import Card, find_place, read_given, tell_decided
from bot.state.proposals import find_asked_elsewhere, find_pending, find_told
from bot.state.queries import Member, Reader, Waiting

FLOW = "same"
SETTLED = ("same", "apart")  # answers after which a pair is not asked about again
STANDING = ("proposed", "approved")
MOST_FRESH, MOST_PAIRS = 20, 5  # items compared with all others, and cards of one review


def list_pairs(reader: Reader, member: Member, most: int) -> list[Card]:
    """What waits for a decision and looks like something of another department that has another level."""
    pairs = find_pairs(find_pending(reader, member.id, MOST_FRESH), _list_standing(reader))
    named = {to_subject(higher, lower): (higher, lower) for higher, lower, _ in pairs}
    told, elsewhere = find_told(reader, FLOW, named), find_asked_elsewhere(reader, FLOW, member.id)
    asked = [one for one in named if told.get(one) not in SETTLED and one not in elsewhere]
    return [Card(FLOW, one, {"pair": [_name(item) for item in named[one]]}) for one in asked[: min(most, MOST_PAIRS)]]


def to_subject(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What names a pair, whichever of the two is the higher."""
    return "/".join(sorted((one["id"], other["id"])))


def prepare_same(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """The two as the record has them now; None where they no longer stand apart in their levels."""
    items = [reader.find_item(one) for one in waiting.subject.split("/")]
    found = [item for item in items if item and item["state"] in STANDING]
    likeness = find_likeness(*found) if len(found) == len(items) else None
    if likeness is None or len({item["level"] for item in found}) == 1:
        return None
    higher, lower = sorted(found, key=lambda item: item["level"], reverse=True)
    given = read_given(reader, routes, waiting)
    return {
        "pair": waiting.subject,
        "higher": _tell(higher),
        "lower": _tell(lower),
        "likeness": likeness,
        **find_place(reader, member, now),
        "due": tell_decided(given, member, now)["due"],
    }


def _list_standing(reader: Reader) -> list[dict[str, Any]]:
    rows = reader.read_register(Scope(everything=True))
    return [row for row in rows if row["state"] in STANDING and "damaged" not in row]


def _name(item: Mapping[str, Any]) -> dict[str, Any]:
    department = {"ja": item["department"], "en": item["department_en"]}
    return {"name": item["name"], "name_en": item.get("name_en"), "department": department}


def _tell(item: Mapping[str, Any]) -> dict[str, Any]:
    named = _name(item)
    return {
        **named,
        **{name: item[name] for name in ("id", "level", "revision")},
        "department": {"id": item["department_id"], "name": named["department"]},
        "owner": item["owner_id"],
        "proposer": (item.get("judgement") or {}).get("person") or item["owner_id"],
    }
