"""How a manager's review stands: which card of how many, how long a card takes this manager, when its time is over.

Reads the record, decides nothing of what is on a card.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.engine.position import Route
from bot.state.proposals import CARDS, Sitting, find_sitting, measure_cards
from bot.state.queries import Member, Reader, Waiting

USUAL_SECONDS = 65.0  # for a card, before anything was measured
SHORTEST, LONGEST = 10.0, 300.0  # seconds of a card that are believed
WHOLE, SHORT = timedelta(minutes=10), timedelta(minutes=3)  # how long a review is promised to take
DUE_DAYS = 7  # proposed where a card is given to somebody else


class Card(NamedTuple):
    """One card of a review: an interview of this flow about this subject, and what the list of cards says of it."""

    flow: str
    subject: str
    told: Mapping[str, Any]


def read_given(reader: Reader, routes: Mapping[str, Route], waiting: Waiting) -> Mapping[str, Any]:
    """What a card was given when it was put there."""
    found = reader.read_interview(waiting.id, routes)
    return found.given if found else {}


def find_place(reader: Reader, member: Member, now: datetime) -> dict[str, Any]:
    """Where a card stands in the review at hand: which it is of how many, and whether the time is over with it."""
    sitting = find_sitting(reader, member.id)
    place = (sitting.cards_over if sitting else 0) + 1
    left = max(1, len([one for one in reader.find_waiting(member.id) if one.flow in CARDS]))
    seconds = measure_seconds(reader, member.id)
    return {
        "place": place,
        "of": place + left - 1,
        "minutes_left": to_minutes(left, seconds),
        "last": "yes" if sitting and left > 1 and _ends_with(sitting, seconds, now) else "no",
    }


def tell_decided(given: Mapping[str, Any], member: Member, now: datetime) -> dict[str, Any]:
    """By when it is to be decided where somebody else is asked, and who was first where somebody was."""
    return {
        "due": given.get("due") or _add_days(now, member.timezone),
        "decided": _tell_decided(given.get("decided"), member.timezone),
    }


def measure_seconds(reader: Reader, person: str) -> float:
    """How long this person takes for a card: the median of the last ten."""
    measured = [min(LONGEST, max(SHORTEST, one)) for one in measure_cards(reader, person)]
    return median(measured) if measured else USUAL_SECONDS


def _ends_with(sitting: Sitting, seconds: float, now: datetime) -> bool:
    """Whether the promised time is over once the card that begins now was decided. It is told once, not with every
    card that follows, and says nothing of a card taken up another day."""
    promised = SHORT if sitting.choice == "three" else WHOLE
    ends = now - sitting.begun_at + timedelta(seconds=seconds)
    return promised <= ends < promised * 6


def to_minutes(cards: int, seconds: float) -> int:
    return max(1, ceil(cards * seconds / 60))


def _add_days(now: datetime, timezone: str) -> str:
    return (now.astimezone(ZoneInfo(timezone)).date() + timedelta(days=DUE_DAYS)).isoformat()


def _tell_decided(decided: Any, timezone: str) -> Any:
    """Who was first, at what time of this person's day."""
    if not decided:
        return None
    at = datetime.fromisoformat(decided["at"]).astimezone(ZoneInfo(timezone))
    return {**decided, "time": f"{at:%H:%M}"}
