"""Reading for a manager's review: the items that wait for a decision, the review at hand, how long decisions took."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, select

from bot.state.queries import Reader
from bot.state.tables import departments, interviews, items, roles

UNFINISHED = ("queued", "open", "paused")
MEASURED = 10


class Sitting(NamedTuple):
    """A review that was begun: when, for how long (the choice `start` or `three`), and how many cards are over."""

    begun_at: datetime
    choice: str
    cards_over: int


def find_pending(reader: Reader, person: str, most: int) -> list[dict[str, Any]]:
    """At most so many items whose proposal waits for a manager, highest level and longest waiting first: not those
    that somebody else was asked to decide, nor this person's own where another manager can decide them.
    """
    managers = select(roles.c.person_id).where(roles.c.role == "register_manager")
    elsewhere = exists().where(
        interviews.c.flow == "decision",
        interviews.c.subject == items.c.id,
        interviews.c.status.in_(UNFINISHED),
        interviews.c.person_id != person,
        interviews.c.person_id.not_in(managers),
    )
    wanted = (
        select(items, departments.c.name.label("department"), departments.c.name_en.label("department_en"))
        .join(departments, departments.c.id == items.c.department_id)
        .where(items.c.state == "proposed", ~elsewhere)
        .order_by(items.c.level.desc(), items.c.updated_at, items.c.id)
        .limit(most)
    )
    found = [row for row in reader.open_items(wanted) if "damaged" not in row]
    alone = len(reader.find_with_role("register_manager")) < 2  # noqa: PLR2004 - one needs another
    return [row for row in found if alone or (row.get("judgement") or {}).get("person") != person]


def find_sitting(reader: Reader, person: str) -> Sitting | None:
    """The review this person began last."""
    wanted = select(interviews.c.id, interviews.c.updated_at).where(
        interviews.c.person_id == person, interviews.c.flow == "review", interviews.c.status == "done"
    )
    rows = reader.database.fetch(wanted.order_by(interviews.c.updated_at.desc(), interviews.c.id.desc()).limit(1))
    if not rows:
        return None
    told = [opened.reply.value for _, opened in reader.read_answers(rows[0].id) if opened.key == "begin"]
    since = select(interviews.c.id).where(
        interviews.c.person_id == person,
        interviews.c.flow == "decision",
        interviews.c.status == "done",
        interviews.c.updated_at >= rows[0].updated_at,
    )
    return Sitting(rows[0].updated_at, told[-1] if told else "start", len(reader.database.fetch(since)))


def measure_cards(reader: Reader, person: str) -> list[float]:
    """Seconds from the question to the answer of this person's last decisions."""
    wanted = select(interviews.c.prompted_at, interviews.c.updated_at).where(
        interviews.c.person_id == person,
        interviews.c.flow == "decision",
        interviews.c.status == "done",
        interviews.c.prompted_at.is_not(None),
    )
    rows = reader.database.fetch(wanted.order_by(interviews.c.updated_at.desc()).limit(MEASURED))
    return [(row.updated_at - row.prompted_at).total_seconds() for row in rows]
