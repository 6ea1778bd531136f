"""Taking the rows of a ledger into the register: all of them or none, under the lock of their departments."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.conclusions import RegisterItem
from bot.engine.interview import Interview
from bot.engine.lexicon import fold
from bot.state.record import Transaction, lock_departments, register_items
from bot.state.rows import open_item
from bot.state.tables import items

Known = Mapping[str, Collection[str]]  # folded names by department id


def take_ledger(
    tx: Transaction,
    interview: Interview,
    actor: str,
    departments: Sequence[str],
    settle: Callable[[Known], tuple[Sequence[RegisterItem], Mapping[str, Any]]],
) -> None:
    """Write what `settle` makes of the names that stand once nobody else can add one; its counts go to the audit."""
    lock_departments(tx, departments)
    put, detail = settle(_read_names(tx, departments))
    tx.add_entry(actor, "ledger.imported", interview.id, **detail)
    for _, group in groupby(sorted(put, key=lambda one: one.department), key=lambda one: one.department):
        register_items(tx, interview, actor, list(group))


def _read_names(tx: Transaction, departments: Sequence[str]) -> dict[str, set[str]]:
    wanted = select(items).where(items.c.department_id.in_(list(departments)), items.c.state != "retired")
    names: dict[str, set[str]] = {}
    for row in tx.connection.execute(wanted):
        names.setdefault(row.department_id, set()).add(fold(open_item(tx.vault, row)["name"]))
    return names
