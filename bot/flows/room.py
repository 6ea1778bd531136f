"""Whether whoever leads a case is offered a room for its team alone, and what they said to that. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.case import me, read_case, read_known
from bot.rooms import OpenRoom

FEWEST = 2  # people who work the case
NEW = ("none", "failed")  # states of a room in which another may be asked for
YES = "open"  # the answer to the offer


def read_room(facts: Facts) -> Mapping[str, Any]:
    """How the room stands; nothing where none can be had, or nothing is known of it."""
    known: Mapping[str, Any] = read_case(facts).get("room") or {}
    return known


def tell_offer(facts: Facts, more: Collection[str] = ()) -> str:
    """yes where rooms can be had for this leader, there is none, and the team is two at least, `more` among them."""
    room, members = read_room(facts), {one["person"] for one in read_case(facts).get("members") or ()}
    leads = read_known(facts).get("taken_by") == me(facts)
    fits = leads and room.get("may") == "yes" and room.get("state") in NEW
    return "yes" if fits and len(members | set(more)) >= FEWEST else "no"


def derive_room_line(facts: Facts) -> Value:
    """What the team's room is called, once it is there."""
    room = read_room(facts)
    if room.get("state") == "open":
        return {"message": "room_line", "value": room["name"]}
    return {"message": "room_wanted"} if room.get("state") == "wanted" else ""


def open_room(facts: Facts, _: str) -> list[Conclusion]:
    return [OpenRoom(str(read_case(facts).get("id")))] if facts["room"] == YES else []
