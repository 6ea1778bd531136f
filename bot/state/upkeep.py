"""What becomes of measures once they are decided on: seen by a manager, done or not by their owner, no longer needed.

The place of each is locked before. A measure that changed after it was shown stays as it is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from bot.conclusions import BeginInterview, ConfirmMeasures, TendMeasure
from bot.engine.interview import Interview
from bot.state.record import Transaction, begin_interview, lock_places
from bot.state.rows import seal_measure
from bot.state.tables import measures, people, roles
from bot.state.tending import (
    CONFIRMED_FOR,
    SILENT,
    ask_before,
    ask_owner,
    find_measure,
    name_measure,
    tell_owner,
    tell_relieved,
    write_measure,
)

AGAIN_AFTER = timedelta(days=7)  # where nothing came of a question
UNSEEN: Mapping[str, Any] = {"confirmed_by": None, "confirmed_at": None}


def confirm_measures(tx: Transaction, interview: Interview, actor: str, one: ConfirmMeasures) -> None:
    """What was seen counts as seen for a year; of what was not its owner is asked."""
    for measure, revision in sorted(one.seen):
        if row := _find_unchanged(tx, interview, actor, one.place, measure, revision):
            asked = ask_owner(tx, row.owner_id, "still", (tx.now + CONFIRMED_FOR).date())
            seen = {"state": "confirmed", "confirmed_by": interview.person, "confirmed_at": tx.now}
            write_measure(tx, row, row.place, row.measure, **seen, **asked)
            tx.add_entry(actor, "measure.confirmed", name_measure(row.place, row.measure), interview=interview.id)
    for measure, revision in sorted(one.unseen):
        if row := _find_unchanged(tx, interview, actor, one.place, measure, revision):
            write_measure(tx, row, row.place, row.measure, **ask_owner(tx, row.owner_id, "has"))
            tx.add_entry(actor, "measure.not_seen", name_measure(row.place, row.measure), interview=interview.id)


def tend_measure(tx: Transaction, interview: Interview, actor: str, one: TendMeasure) -> None:
    """What its owner said of it. Where they cannot do it, the head who chose it is asked about the class anew."""
    row = _find_unchanged(tx, interview, actor, one.place, one.measure, one.revision)
    if row is None or row.owner_id != interview.person:
        return
    columns = TENDED[one.said](tx, row, one)
    if one.said in WITNESSED:
        columns |= {"interview_id": interview.id, "said_by": interview.person, "said_at": tx.now}
        columns["body"] = seal_measure(tx.vault, row.place, row.measure, {"reason": one.reason})
    write_measure(tx, row, row.place, row.measure, **columns)
    content = {"content": tx.vault.digest(one.reason)} if one.reason else {}
    thing = name_measure(row.place, row.measure)
    tx.add_entry(actor, f"measure.said_{one.said}", thing, interview=interview.id, **content)
    if one.said == "cannot":
        _ask_head(tx, interview, actor, row, one)


def _say_in_place(tx: Transaction, row: Row[Any], one: TendMeasure) -> dict[str, Any]:
    """Done, or still there: what a manager saw before counts on for another year by its owner's word."""
    days = {"kept_days": one.kept_days or row.kept_days}
    if row.state == "confirmed":
        return {**days, **ask_owner(tx, row.owner_id, "still", (tx.now + CONFIRMED_FOR).date())}
    return {**days, "state": "claimed", "due_on": None, **SILENT}


def _say_later(tx: Transaction, row: Row[Any], one: TendMeasure) -> dict[str, Any]:
    """Another date; what was said to be there and is not becomes a plan."""
    due_on = date.fromisoformat(one.due_on) if one.due_on else row.due_on
    return {"state": "planned", "due_on": due_on, **UNSEEN, **ask_before(tx, row.owner_id, due_on)}


def _say_cannot(_: Transaction, __: Row[Any], ___: TendMeasure) -> dict[str, Any]:
    return {"state": "declined", "due_on": None, **UNSEEN, **SILENT}


def _say_other(tx: Transaction, row: Row[Any], one: TendMeasure) -> dict[str, Any]:
    return _give(tx, row, one.owner or row.owner_id)


def _give(tx: Transaction, row: Row[Any], owner: str) -> dict[str, Any]:
    """Somebody else's from now on: they hear of what is to do, or are asked in its owner's place."""
    if row.state == "planned":
        tell_owner(tx, owner, [(row.place, row.measure)])
        return {"owner_id": owner, **ask_before(tx, owner, row.due_on)}
    return {"owner_id": owner, **ask_owner(tx, owner, row.asks)}


def _say_days(_: Transaction, row: Row[Any], one: TendMeasure) -> dict[str, Any]:
    return {"kept_days": one.kept_days or row.kept_days, **SILENT}


def _say_open(tx: Transaction, row: Row[Any], _: TendMeasure) -> dict[str, Any]:
    return ask_owner(tx, row.owner_id, row.asks, (tx.now + AGAIN_AFTER).date())


TENDED: Mapping[str, Callable[[Transaction, Row[Any], TendMeasure], dict[str, Any]]] = {
    "in_place": _say_in_place,
    "later": _say_later,
    "cannot": _say_cannot,
    "other": _say_other,
    "days": _say_days,
    "open": _say_open,
}
WITNESSED = ("in_place", "later", "cannot")  # words on the measure itself, and not on who answers or when


def _ask_head(tx: Transaction, interview: Interview, actor: str, row: Row[Any], one: TendMeasure) -> None:
    """The class a measure was chosen for comes before the head of its department once more, with the owner's words."""
    head = _find_successor(tx, row.chosen_for.partition("/")[0], "")
    if head:
        wish = {"wish": {"person": interview.person, "words": one.reason, "measure": one.measure}}
        begin_interview(tx, actor, BeginInterview("measures", head, row.chosen_for, wish, queued=True, invites=True))


def release_measures(tx: Transaction, actor: str, released: Iterable[tuple[str, str, int]]) -> None:
    """Let go of planned measures, each (place, measure, revision); owners who were told of them hear of it."""
    told: dict[str, list[tuple[str, str]]] = {}
    for place, measure, revision in sorted(released):
        row = find_measure(tx, place, measure)
        if row is None or row.state != "planned" or has_changed(row, revision):
            continue
        write_measure(tx, row, place, measure, state="released", due_on=None, **SILENT)
        tx.add_entry(actor, "measure.released", name_measure(place, measure))
        if row.asks:
            told.setdefault(row.owner_id, []).append((place, measure))
    for owner, tasks in sorted(told.items()):
        tell_relieved(tx, owner, tasks)


def ask_days(tx: Transaction, place: str, measure: str, revision: int, owner: str) -> None:
    """Ask whoever sees to it how long its records keep; from then on the measure is theirs."""
    row = find_measure(tx, place, measure)
    if row and not has_changed(row, revision):
        write_measure(tx, row, place, measure, owner_id=owner, **ask_owner(tx, owner, "days"))


def pass_on(tx: Transaction, actor: str, gone: Collection[str]) -> None:
    """What people who are gone had to see to is its department's head's from then on, or a manager's."""
    theirs = select(measures.c.place, measures.c.measure).where(
        measures.c.owner_id.in_(sorted(gone)), measures.c.asks.is_not(None)
    )
    found = tx.connection.execute(theirs.order_by(measures.c.place, measures.c.measure)).all()
    lock_places(tx, {row.place for row in found})
    for place, measure in found:
        row = find_measure(tx, place, measure)
        is_theirs = row is not None and row.owner_id in gone and row.asks
        owner = _find_successor(tx, place, row.owner_id) if row and is_theirs else None
        if row and owner:
            write_measure(tx, row, place, measure, **_give(tx, row, owner))
            tx.add_entry(actor, "measure.passed_on", name_measure(place, measure), former=row.owner_id, owner=owner)


def _find_successor(tx: Transaction, place: str, person: str) -> str | None:
    """The head of the department, else a manager; neither of them the one who is to be followed."""
    staff = (
        select(people.c.id).join(roles, roles.c.person_id == people.c.id).where(people.c.active, people.c.id != person)
    )
    heads = staff.where(roles.c.role == "department_head", people.c.department_id == place)
    managers = staff.where(roles.c.role == "register_manager")
    chosen = (tx.connection.execute(wanted.order_by(people.c.id).limit(1)).scalar() for wanted in (heads, managers))
    return next((str(one) for one in chosen if one), None)


def has_changed(row: Row[Any], revision: int) -> bool:
    """Whether the measure is no longer as it was shown or worked with."""
    return bool(row.revision != revision)


def _find_unchanged(
    tx: Transaction, interview: Interview, actor: str, place: str, measure: str, revision: int
) -> Row[Any] | None:
    """The measure if it stands as it was shown; that it does not is noted."""
    row = find_measure(tx, place, measure)
    if row is None or not has_changed(row, revision):
        return row
    thing = name_measure(place, measure)
    tx.add_entry(actor, "measure.left_as_changed", thing, interview=interview.id, shown=revision, is_now=row.revision)
    return None
