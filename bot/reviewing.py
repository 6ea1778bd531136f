"""What a manager's review is given: which cards wait for a decision, and what the card of an item shows.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.protecting import list_classes, list_places
from bot.sitting import Card, find_place, measure_seconds, read_given, tell_decided, to_minutes
from bot.state.proposals import find_pending, find_sitting
from bot.state.queries import Member, Reader, Waiting

MOST_CARDS = 20  # of one review; the rest comes with the next


def list_items(reader: Reader, member: Member) -> list[Card]:
    """What was put forward for items, those of the highest level first."""
    return [
        Card(
            "decision",
            row["id"],
            {"name": row["name"], "name_en": row.get("name_en"), "level": row["level"]}
            | {"department": {"ja": row["department"], "en": row["department_en"]}},
        )
        for row in find_pending(reader, member.id, MOST_CARDS)
    ]


# What a review is made of, in the order in which its cards come.
SOURCES: tuple[Callable[[Reader, Member], list[Card]], ...] = (list_items, list_classes, list_places)


def begin_review(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """The opening of a review and its cards, one source after the other; nothing where nothing waits."""
    cards = [card for source in SOURCES for card in source(reader, member)][:MOST_CARDS]
    if not cards:
        return []
    before = find_sitting(reader, member.id)
    given = {
        "cards": [{"flow": card.flow, "id": card.subject, **card.told} for card in cards],
        "count": len(cards),
        "minutes_left": to_minutes(len(cards), measure_seconds(reader, member.id)),
        "since": before.begun_at.astimezone(ZoneInfo(member.timezone)).date().isoformat() if before else None,
    }
    queued = [BeginInterview(card.flow, member.id, card.subject, {}, queued=True) for card in cards]
    return [BeginInterview("review", member.id, "review", given), *queued]


def prepare_decision(
    reader: Reader, routes: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What one card shows, as the record has it now; None where nothing is left to decide."""
    item = reader.find_item(waiting.subject)
    given = read_given(reader, routes, waiting)
    if item is None or not (item["state"] == "proposed" or (given.get("decided") and item["state"] != "retired")):
        return None
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
        **find_place(reader, member, now),
        **tell_decided(given, member, now),
    }
