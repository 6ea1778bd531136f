"""Taking the rows of a ledger into the register: all of them or none, under the lock of their departments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select

from bot.conclusions import RegisterItem, TellManager
from bot.engine.interview import Interview
from bot.intake.judging import Known, note_names
from bot.state.record import Transaction, lock_departments, register_items, tell_managers
from bot.state.rows import open_item
from bot.state.tables import items

SHORT = 12  # letters of a file's digest that tell it from the others of one interview


@dataclass(frozen=True, slots=True)
class Settled:
    """What is to be written: items, what the audit is told (counts, `sha256`), and the names of their departments."""

    items: Sequence[RegisterItem]
    detail: Mapping[str, Any]
    departments: Sequence[Mapping[str, str]]


def take_ledger(
    tx: Transaction,
    interview: Interview,
    actor: str,
    departments: Sequence[str],
    settle: Callable[[Known], Settled],
) -> None:
    """Write what `settle` makes of the names that stand once nobody else can add one, and let the managers know."""
    lock_departments(tx, departments)
    settled = settle(_read_names(tx, departments))
    tx.add_entry(actor, "ledger.imported", interview.id, **settled.detail)
    for _, group in groupby(sorted(settled.items, key=_department), key=_department):
        register_items(tx, interview, actor, list(group))
    if settled.items:
        told = TellManager("ledger_taken", {"departments": settled.departments, "count": len(settled.items)})
        file = interview._replace(id=f"{interview.id}:{settled.detail['sha256'][:SHORT]}")  # told once for each file
        tell_managers(tx, file, told)


def _department(item: RegisterItem) -> str:
    return item.department


def _read_names(tx: Transaction, departments: Sequence[str]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for row in tx.connection.execute(select(items).where(items.c.department_id.in_(list(departments)))):
        body = open_item(tx.vault, row)
        note_names(names, row.department_id, body["name"], body.get("former", ()), row.state == "retired")
    return names
