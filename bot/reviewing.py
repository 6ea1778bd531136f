"""What a manager's review is given: which cards wait for a decision, and what the card of an item shows.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.matching import list_pairs
from bot.protecting import list_classes, list_places
from bot.sitting import Card, find_place, measure_seconds, read_given, tell_decided, to_minutes
from bot.state.proposals import find_pending, find_sitting
from bot.state.queries import Member, Reader, Waiting

MOST_CARDS = 20  # of one review; the rest comes with the next
SEVERAL = 3  # equal items from which on they come on one card
STRICT = 3  # the level that is always looked at by itself

Row = Mapping[str, Any]  # an item of the register, opened


def list_items(reader: Reader, member: Member, most: int) -> list[Card]:
    """What was put forward for items, one card each; where several are equal, one card for them all, where the first of
    them stands."""
    rows = find_pending(reader, member.id, most)
    alike = find_alike(rows, {one.subject for one in reader.find_waiting(member.id, "decision")})
    cards = {}
    for row in rows:
        bundle = next((subject for subject, held in alike.items() if row in held), None)
        card = _to_bundle(bundle, alike[bundle]) if bundle else _to_card(row)
        cards[card.subject] = card
    return list(cards.values())


def find_alike(rows: Sequence[Row], singly: Collection[str] = ()) -> dict[str, list[Row]]:
    """Items of one department and class that nobody chose over what was computed, by `department/class`, where there
    are several; none that is strictly confidential, nor of those that are on a card of their own."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["level"] < STRICT and row["id"] not in singly and not (row.get("judgement") or {}).get("overruled"):
            found.setdefault(f"{row['department_id']}/{row['class']}", []).append(row)
    return {subject: held for subject, held in found.items() if len(held) >= SEVERAL}


def _to_card(row: Row) -> Card:
    told = {"name": row["name"], "name_en": row.get("name_en"), "level": row["level"], "department": _name(row)}
    return Card("decision", row["id"], told)


def _to_bundle(subject: str, rows: Sequence[Row]) -> Card:
    return Card("bundle", subject, {"level": rows[0]["level"], "count": len(rows), "department": _name(rows[0])})


def _name(row: Row) -> dict[str, str]:
    return {"ja": row["department"], "en": row["department_en"]}


# What a review is made of, in the order in which its cards come: what may change another card comes before it.
SOURCES: tuple[Callable[[Reader, Member, int], list[Card]], ...] = (list_pairs, list_items, list_classes, list_places)


def begin_review(reader: Reader, member: Member, _: Sequence[str]) -> list[BeginInterview]:
    """The opening of a review and its cards, one source after the other; nothing where nothing waits."""
    cards = [card for source in SOURCES for card in source(reader, member, MOST_CARDS)][:MOST_CARDS]
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
            "name": _name(item),
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


def prepare_bundle(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, now: datetime
) -> dict[str, Any] | None:
    """What one card for several items shows, as the record has them now; None where they are several no more."""
    singly = {one.subject for one in reader.find_waiting(member.id, "decision")}
    rows = find_alike(find_pending(reader, member.id, MOST_CARDS), singly).get(waiting.subject)
    if not rows:
        return None
    judged = [row.get("judgement") or {} for row in rows]
    proposers = [one.get("person") or row["owner_id"] for one, row in zip(judged, rows, strict=True)]
    level, _dash, way = rows[0]["class"].partition("-")
    return {
        "department": {"id": rows[0]["department_id"], "name": _name(rows[0])},
        "class": {"level": int(level.removeprefix("L")), "way": way},
        "items": [
            {**{name: row.get(name) for name in ("id", "name", "name_en", "revision")}, "reasons": one.get("reasons")}
            | {"proposer": proposer}
            for row, one, proposer in zip(rows, judged, proposers, strict=True)
        ],
        "proposers": list(dict.fromkeys(proposers)),
        **find_place(reader, member, now),
    }
