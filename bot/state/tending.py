"""One measure of the record: its row found and written, and what its owner is asked of it next, from which day on.

Whoever writes holds the lock of its place. Decides nothing of what follows from an answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from bot.calendars import find_holidays
from bot.hours import add_working_days
from bot.state.record import Transaction, find_asked, put_event
from bot.state.tables import measures

LEAD = 3  # working days before the date, when its owner is asked whether it is done
CONFIRMED_FOR = relativedelta(months=12)  # how long what was seen to be there counts as seen. Our suggestion.
TOLD_AFTER = timedelta(minutes=30)  # what one review sets going is told together
SILENT: Mapping[str, Any] = {"asks": None, "ask_on": None}  # the columns of a measure nobody is asked about


def find_measure(tx: Transaction, place: str, measure: str) -> Row[Any] | None:
    """The row of a measure, locked."""
    wanted = select(measures).where(measures.c.place == place, measures.c.measure == measure)
    return tx.connection.execute(wanted.with_for_update()).one_or_none()


def write_measure(tx: Transaction, row: Row[Any] | None, place: str, measure: str, **columns: Any) -> None:
    """Write these columns of a measure's row, or its first row where there is none."""
    columns |= {"revision": row.revision + 1 if row else 1, "updated_at": tx.now}
    if row:
        this = (measures.c.place == place, measures.c.measure == measure)
        tx.connection.execute(update(measures).where(*this).values(columns))
    else:
        new = {"place": place, "measure": measure, "created_at": tx.now}
        tx.connection.execute(insert(measures), [{**new, **columns}])


def name_measure(place: str, measure: str) -> str:
    """How the audit names a measure."""
    return f"{place}/{measure}"


def ask_owner(tx: Transaction, owner: str, asks: str, on: date | None = None) -> dict[str, Any]:
    """Ask this owner from that day on, or from today; the columns that say so. Within their hours somebody looks what
    is to be asked of them by then, so that several measures come together."""
    zone = ZoneInfo(find_asked(tx, owner).timezone)
    today = tx.now.astimezone(zone).date()
    day = max(on or today, today)
    moment = find_asked(tx, owner, datetime.combine(day, time(), zone)).moment
    put_event(tx, f"upkeep:{owner}:{tx.ids.new()}", owner, None, {"upkeep": owner}, moment)
    return {"asks": asks, "ask_on": day}


def ask_before(tx: Transaction, owner: str, due_on: date | None) -> dict[str, Any]:
    """Ask some working days before the date whether it is done; where that is over or near, on the date itself.

    What has no date is asked for one in a month.
    """
    timezone = find_asked(tx, owner).timezone
    today = tx.now.astimezone(ZoneInfo(timezone)).date()
    if due_on is None:
        return ask_owner(tx, owner, "done", today + relativedelta(months=1))
    early = add_working_days(due_on, -LEAD, find_holidays(timezone))
    return ask_owner(tx, owner, "done", early if early > today else max(due_on, today + timedelta(days=1)))


def tell_owner(tx: Transaction, owner: str, tasks: Sequence[tuple[str, str]]) -> None:
    """Let an owner know what was decided for them to do, each (place, measure), once a review is over."""
    moment = find_asked(tx, owner, tx.now + TOLD_AFTER).moment
    put_event(tx, f"tasks:{owner}:{tx.ids.new()}", owner, None, {"tasks": [list(one) for one in tasks]}, moment)


def tell_relieved(tx: Transaction, owner: str, tasks: Sequence[tuple[str, str]]) -> None:
    """Let an owner who was told of them know what they need not do any more, each (place, measure)."""
    moment = find_asked(tx, owner, tx.now + TOLD_AFTER).moment
    put_event(tx, f"relieved:{owner}:{tx.ids.new()}", owner, None, {"relieved": [list(one) for one in tasks]}, moment)


def start_work(tx: Transaction, planned: Sequence[tuple[str, str]], actor: str, manager: str) -> None:
    """What was approved begins: each (place, measure) still planned that nobody was asked about yet gets its question,
    and each owner one message. What has no owner is the manager's who approved it."""
    told: dict[str, list[tuple[str, str]]] = {}
    for place, measure in sorted(set(planned)):
        row = find_measure(tx, place, measure)
        if row is None or row.state != "planned" or row.asks:
            continue
        owner = row.owner_id or manager
        write_measure(tx, row, place, measure, owner_id=owner, **ask_before(tx, owner, row.due_on))
        tx.add_entry(actor, "measure.started", name_measure(place, measure), owner=owner)
        told.setdefault(owner, []).append((place, measure))
    for owner, tasks in sorted(told.items()):
        tell_owner(tx, owner, tasks)
