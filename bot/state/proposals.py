"""Reading for a manager's review: what waits for a decision, the review at hand, how long decisions took."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select

from bot.access import Scope
from bot.state.measures import Kept, Settled, list_measures, list_settled
from bot.state.queries import Reader
from bot.state.tables import UNFINISHED, classes, departments, interviews, items, measures, roles

CARDS = ("decision", "bundle", "same", "plan", "confirm")  # the flows of which one interview is one card of a review
MEASURED = 10


class Sitting(NamedTuple):
    """A review that was begun: when, for how long (the choice `start` or `three`), and how many cards are over."""

    begun_at: datetime
    choice: str
    cards_over: int


def find_pending(reader: Reader, person: str, most: int) -> list[dict[str, Any]]:
    """At most so many items whose proposal waits for a manager, those this person put off first, then by level and by
    how long they wait: not those that somebody else was asked to decide, nor this person's own where another manager
    can decide them.
    """
    elsewhere = exists(_select_elsewhere("decision", person).where(interviews.c.subject == items.c.id))
    wanted = (
        select(items, departments.c.name.label("department"), departments.c.name_en.label("department_en"))
        .join(departments, departments.c.id == items.c.department_id)
        .where(items.c.state == "proposed", ~elsewhere)
        .order_by(_was_put_off(person).desc(), items.c.level.desc(), items.c.updated_at, items.c.id)
        .limit(most)
    )
    found = [row for row in reader.open_items(wanted) if "damaged" not in row]
    alone = is_only_manager(reader)
    return [row for row in found if alone or (row.get("judgement") or {}).get("person") != person]


def _was_put_off(person: str) -> ColumnElement[bool]:
    """Whether this person had the card of an item before them and left it undecided as it stands now."""
    return exists().where(
        interviews.c.flow == "decision",
        interviews.c.subject == items.c.id,
        interviews.c.person_id == person,
        interviews.c.status == "done",
        interviews.c.updated_at >= items.c.updated_at,
    )


def find_asked_elsewhere(reader: Reader, flow: str, person: str) -> set[str]:
    """The subjects of this flow that somebody who is no manager was asked to decide."""
    return {row.subject for row in reader.database.fetch(_select_elsewhere(flow, person))}


def find_told(reader: Reader, flow: str, subjects: Collection[str]) -> dict[str, str]:
    """What anybody chose last on the card of each subject, where one was answered."""
    wanted = select(interviews.c.id, interviews.c.subject).where(
        interviews.c.flow == flow, interviews.c.status == "done", interviews.c.subject.in_(list(subjects))
    )
    found: dict[str, str] = {}
    for row in reader.database.fetch(wanted.order_by(interviews.c.updated_at, interviews.c.id)):
        told = [str(one.reply.value) for _, one in reader.read_answers(row.id) if one.key == "card"]
        found |= {row.subject: told[-1]} if told else {}
    return found


def _select_elsewhere(flow: str, person: str) -> Select[tuple[str]]:
    """What somebody who is no manager was asked to decide of this flow."""
    managers = select(roles.c.person_id).where(roles.c.role == "register_manager")
    return select(interviews.c.subject).where(
        interviews.c.flow == flow,
        interviews.c.status.in_(UNFINISHED),
        interviews.c.person_id != person,
        interviews.c.person_id.not_in(managers),
    )


def is_only_manager(reader: Reader) -> bool:
    """Whether there is no second manager, so that the one has to decide also what they put forward themselves."""
    return len(reader.find_with_role("register_manager")) < 2  # noqa: PLR2004 - one needs another


def find_proposed_classes(reader: Reader, person: str) -> list[Settled]:
    """The classes whose protection waits for a manager, as `find_pending` has items: highest level and longest waiting
    first."""
    elsewhere = find_asked_elsewhere(reader, "plan", person)
    found = list_settled(reader, Scope(everything=True), classes.c.state == "proposed")
    alone = is_only_manager(reader)
    mine = [one for one in found if alone or one.body["person"] != person]
    return sorted((one for one in mine if one.subject not in elsewhere), key=lambda one: one.class_id, reverse=True)


def count_unseen(reader: Reader, person: str, most: int) -> dict[str, int]:
    """How much of each place is said to be in place and nobody looked at, at most so many places, longest ago first."""
    wanted = select(measures.c.place, func.count().label("many")).where(*_is_unseen(reader, person))
    ordered = wanted.group_by(measures.c.place).order_by(func.min(measures.c.said_at), measures.c.place)
    return {row.place: row.many for row in reader.database.fetch(ordered.limit(most))}


def find_unseen(reader: Reader, person: str, place: str) -> list[Kept]:
    """The same of one place, one by one."""
    found = list_measures(reader, Scope(everything=True), measures.c.place == place, *_is_unseen(reader, person))
    return sorted(found, key=lambda one: (one.said_at, one.measure))


def _is_unseen(reader: Reader, person: str) -> tuple[ColumnElement[bool], ...]:
    """Claimed; not what its owner is just being asked about, nor what this person claimed themselves where another
    manager can look."""
    asked = measures.c.asks.is_distinct_from("has")
    by_others = () if is_only_manager(reader) else (measures.c.said_by != person,)
    return (measures.c.state == "claimed", asked, *by_others)


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
        interviews.c.flow.in_(CARDS),
        interviews.c.status == "done",
        interviews.c.updated_at >= rows[0].updated_at,
    )
    return Sitting(rows[0].updated_at, told[-1] if told else "start", len(reader.database.fetch(since)))


def measure_cards(reader: Reader, person: str) -> list[float]:
    """Seconds from the question to the answer of this person's last decisions."""
    wanted = select(interviews.c.prompted_at, interviews.c.updated_at).where(
        interviews.c.person_id == person,
        interviews.c.flow.in_(CARDS),
        interviews.c.status == "done",
        interviews.c.prompted_at.is_not(None),
    )
    rows = reader.database.fetch(wanted.order_by(interviews.c.updated_at.desc()).limit(MEASURED))
    return [(row.updated_at - row.prompted_at).total_seconds() for row in rows]
