"""Cases of the company's own that may be told in-house, as they were approved. Knows no case and no words."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from bot.state.campaign_tables import own_cases
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.record import Transaction
from bot.state.rows import to_json

KINDS = ("mover", "signs", "measures", "forms", "lesson")  # of what a draft says, all that is kept


def keep_own_case(tx: Transaction, draft: Mapping[str, Any]) -> None:
    """From now on it is told; under an id of its own, by which it leads back to no case."""
    one = tx.ids.new()
    body = to_json({name: draft[name] for name in KINDS if name in draft})
    tx.connection.execute(insert(own_cases).values(id=one, body=tx.vault.seal("own_cases", one, "body", body)))


def list_own_cases(database: Database, vault: Vault) -> dict[str, dict[str, Any]]:
    """All of them by id, the latest first. Raises CannotSave, Damaged."""
    rows = database.fetch(select(own_cases).order_by(own_cases.c.id.desc()))
    return {row.id: json.loads(vault.open("own_cases", row.id, "body", row.body)) for row in rows}
