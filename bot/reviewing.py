"""What a manager's review is given: which items wait for a decision, and how long a decision takes this manager.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.state.proposals import Sitting, find_pending, find_sitting, measure_cards
from bot.state.queries import Member, Reader, Waiting

MOST_CARDS = 20  # of one review; the rest comes with the next
USUAL_SECONDS = 65.0  # for a card, before anything was measured
SHORTEST, LONGEST = 10.0, 300.0  # seconds of a card that are believed
WHOLE, SHORT = timedelta(minutes=10), timedelta(minutes=3)  # how long a review is promised to take
DUE_DAYS = 7  # proposed where a card is given to somebody else


def begin_review(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """The opening of a review and its cards, those of the highest level first; nothing where nothing waits."""
    pending = find_pending(reader, member.id, MOST_CARDS)
    if not pending:
        return []
    before = find_sitting(reader, member.id)
    given = {
        "cards": [
            {"id": row["id"], "name": row["name"], "name_en": row.get("name_en"), "level": row["level"]}
            | {"department": {"ja": row["department"], "en": row["department_en"]}}
            for row in pending
        ],
        "count": len(pending),
        "minutes_left": _to_minutes(len(pending), measure_seconds(reader, member.id)),
        "since": before.begun_at.astimezone(ZoneInfo(member.timezone)).date().isoformat() if before else None,
    }
    cards = [BeginInterview("decision", member.id, row["id"], {}, queued=True) for row in pending]
    return [BeginInterview("review", member.id, "review", given), *cards]


def prepare_decision(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What one card shows, as the record has it now; None where nothing is left to decide."""
    item = reader.find_item(waiting.subject)
    found = reader.read_interview(waiting.id, routes)
    given = found.given if found else {}
    if item is None or not (item["state"] == "proposed" or (given.get("decided") and item["state"] != "retired")):
        return None
    sitting = find_sitting(reader, member.id)
    place = (sitting.cards_over if sitting else 0) + 1
    left = max(1, len(reader.find_waiting(member.id, "decision")))
    seconds = measure_seconds(reader, member.id)
    judgement = item.get("judgement") or {}
    return {
        "department": {
            "id": item["department_id"],
            "name": {"ja": item["department"], "en": item["department_en"]},
            "field": item["field"],
        },
        "item": {
            **{name: item.get(name) for name in ("id", "name", "name_en", "level", "revision")},
            "owner": item["owner_id"],
            "near": reader.find_experts().get(item["field"], []),
            **{name: judgement.get(name) for name in ("reasons", "proposed", "overruled")},
        },
        "proposer": {"person": judgement.get("person") or item["owner_id"]},
        "place": place,
        "of": place + left - 1,
        "minutes_left": _to_minutes(left, seconds),
        "last": "yes" if sitting and left > 1 and _ends_with(sitting, seconds, now) else "no",
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


def _to_minutes(cards: int, seconds: float) -> int:
    return max(1, ceil(cards * seconds / 60))


def _add_days(now: datetime, timezone: str) -> str:
    return (now.astimezone(ZoneInfo(timezone)).date() + timedelta(days=DUE_DAYS)).isoformat()


def _tell_decided(decided: Any, timezone: str) -> Any:
    """Who was first, at what time of this person's day."""
    if not decided:
        return None
    at = datetime.fromisoformat(decided["at"]).astimezone(ZoneInfo(timezone))
    return {**decided, "time": f"{at:%H:%M}"}
