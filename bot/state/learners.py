"""What is remembered of one person's nudges: what they were sent and how they answered, and what they wish of us.

Read-only, and for choosing what they are told next alone: no list for anybody else is made of it.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.handbook.spacing import GRADES, NONE, Sent
from bot.state.campaign_tables import nudges, wishes
from bot.state.crypto import Damaged, Vault
from bot.state.database import Database
from bot.state.store import note_fault


class Wishes(NamedTuple):
    """`fewer` are topics; before `quiet_until` they wish to hear nothing of them at all."""

    fewer: frozenset[str] = frozenset()
    quiet_until: datetime | None = None


def list_history(database: Database, vault: Vault, person: str) -> tuple[Sent, ...]:
    """All this person was sent, oldest first; a damaged one counts as sent, not as answered. Raises CannotSave."""
    wanted = select(nudges).where(nudges.c.person_id == person).order_by(nudges.c.asked_at)
    found = []
    for row in database.fetch(wanted):
        body = read_body(vault, row)
        grade = body["grade"] if body.get("grade") in GRADES else NONE
        found.append(Sent(row.thing, body.get("form", ""), row.asked_at, grade, row.answered_at))
    return tuple(found)


def read_body(vault: Vault, row: Any) -> dict[str, Any]:
    """What a row of nudges keeps sealed; nothing where it is damaged, which is noted."""
    try:
        body: dict[str, Any] = json.loads(vault.open("nudges", f"{row.campaign_id}:{row.person_id}", "body", row.body))
    except (Damaged, ValueError) as fault:
        note_fault(fault)
        return {}
    return body


def read_wishes(database: Database, person: str) -> Wishes:
    """Raises CannotSave."""
    rows = database.fetch(select(wishes).where(wishes.c.person_id == person))
    return Wishes(frozenset(json.loads(rows[0].fewer)), rows[0].quiet_until) if rows else Wishes()


def find_quiet(database: Database, persons: Collection[str], now: datetime) -> dict[str, datetime]:
    """Those of these people who wish to hear nothing yet, and until when. Raises CannotSave."""
    wanted = select(wishes.c.person_id, wishes.c.quiet_until)
    rows = database.fetch(wanted.where(wishes.c.person_id.in_(persons), wishes.c.quiet_until > now))
    return {row.person_id: row.quiet_until for row in rows}
