"""What came of campaigns, in counts: opens how each person answered, counts, and hands nothing else on.

Knows no words and decides nothing of who may.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, literal, select

from bot.counts import Answer, Results, count_answers
from bot.state.campaign_tables import nudges
from bot.state.campaigns import NUDGE
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.grading import ACKNOWLEDGED
from bot.state.learners import read_body
from bot.state.tables import audit, outbox

AT_ONCE = 1_000  # rows


def read_results(database: Database, vault: Vault, campaign: str) -> Results:
    """Of a campaign, by the departments people were in when it began. Raises CannotSave."""
    planned = (outbox.c.campaign_id == campaign, outbox.c.kind == NUDGE)
    meant = select(outbox.c.body, func.count().label("many")).where(*planned).group_by(outbox.c.body)
    asked = select(outbox.c.body, func.count().label("many")).select_from(nudges).join(outbox, _is_of(campaign))
    with database.reading() as connection:
        people = _count(connection.execute(meant))
        reached = _count(connection.execute(asked.group_by(outbox.c.body)))
        answers = _list_answers(connection, vault, campaign)
    return count_answers(people, reached, answers)


def _is_of(campaign: str) -> Any:
    """By the key, which is the one quick way to the row of a person."""
    key = literal(f"campaign:{campaign}:") + nudges.c.person_id
    return and_(nudges.c.campaign_id == campaign, outbox.c.key == key)


def _count(rows: Any) -> Counter[str]:
    counted = Counter[str]()
    for row in rows:
        counted[read_department(row.body)] += row.many
    return counted


def read_department(body: str) -> str:
    """Where somebody was when a campaign was begun, as their row of the outbox has it."""
    told: Mapping[str, str] = json.loads(body)
    return told.get("department", "")


def _list_answers(connection: Any, vault: Vault, campaign: str) -> list[Answer]:
    """In the order of the audit, as that alone never changes, whichever replica's clock is slow."""
    noted = and_(audit.c.object == nudges.c.interview_id, audit.c.action == ACKNOWLEDGED)
    columns = (nudges, outbox.c.body.label("planned"))
    wanted = select(*columns).join(audit, noted).join(outbox, _is_of(campaign))
    ordered = wanted.where(nudges.c.campaign_id == campaign).order_by(audit.c.seq)
    rows = connection.execution_options(yield_per=AT_ONCE).execute(ordered)
    # A damaged one keeps its place and tells nothing, so that nobody else is counted otherwise.
    return [Answer(read_department(row.planned), str(read_body(vault, row).get("grade"))) for row in rows]
