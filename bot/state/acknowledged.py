"""Who was told what by a campaign, when it was put before them and when they acknowledged it.

Never whether they were right. Knows no words and decides nothing of who may.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from bot.state.campaign_tables import nudges
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.grading import ACKNOWLEDGED
from bot.state.learners import read_body
from bot.state.tables import audit, departments, interviews, outbox, people


class Acknowledged(NamedTuple):
    """One person. `shown` is the digest under which what was shown is published; `seq` and `hash` are the entry of the
    audit that holds the acknowledgement. None where it was not put before them, or not acknowledged."""

    name: str
    email: str
    department: str
    department_en: str
    thing: str
    shown: str
    put_at: datetime | None
    acknowledged_at: datetime | None
    seq: int | None
    hash: str | None


def list_acknowledged(database: Database, vault: Vault, campaign: str) -> list[Acknowledged]:
    """Everybody a campaign had something for, by department and name. Raises CannotSave."""
    told = (outbox.c.campaign_id == campaign, outbox.c.kind == "turn")
    sent = select(outbox.c.interview_id, func.min(outbox.c.sent_at).label("sent_at")).where(*told)
    first = sent.group_by(outbox.c.interview_id).subquery()
    noted = and_(audit.c.object == nudges.c.interview_id, audit.c.action == ACKNOWLEDGED)
    columns = (
        nudges,
        people.c.name,
        people.c.email,
        departments.c.name.label("department"),
        departments.c.name_en.label("department_en"),
        interviews.c.prompted_at,
        first.c.interview_id.label("sends"),
        first.c.sent_at,
        audit.c.seq,
        audit.c.hash,
    )
    joined = nudges.join(people, people.c.id == nudges.c.person_id)
    joined = joined.join(departments, departments.c.id == people.c.department_id)
    joined = joined.join(interviews, interviews.c.id == nudges.c.interview_id)
    joined = joined.outerjoin(first, first.c.interview_id == nudges.c.interview_id).outerjoin(audit, noted)
    wanted = select(*columns).select_from(joined).where(nudges.c.campaign_id == campaign)
    ordered = wanted.order_by(departments.c.name, people.c.name, people.c.id, audit.c.seq)
    return [_to_row(vault, row) for row in database.fetch(ordered)]


def _to_row(vault: Vault, row: Any) -> Acknowledged:
    known = row._mapping
    named = {name: known[name] for name in ("name", "email", "department", "department_en", "thing", "seq", "hash")}
    # What somebody was brought who came by themselves was never sent: it stood there when they came.
    put_at = known["sent_at"] if known["sends"] else known["prompted_at"] and known["asked_at"]
    shown = str(read_body(vault, row).get("digest", ""))
    at = known["answered_at"]
    return Acknowledged(**named, shown=shown, put_at=put_at, acknowledged_at=at)
