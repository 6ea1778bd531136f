"""How the classes a person may see are protected, and what would complete one: each as an interview about it sees it.

Reads the record through `scope`; says nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.access import Scope, scope
from bot.computations import COMPUTATIONS
from bot.documents.cover import to_facts
from bot.engine.facts import Facts
from bot.engine.position import Route
from bot.flows.measures import suggest
from bot.given import find_manager, find_workers
from bot.handbook.measures import COMPANY
from bot.measuring import describe_class, tell_days
from bot.state.measures import list_measures, to_classes
from bot.state.queries import Member, Reader

FLOW = "measures"
Row = TypeVar("Row")


def find_classes(
    reader: Reader, routes: Mapping[str, Route], member: Member, now: datetime, only_own: bool = False
) -> Iterator[Facts]:
    """The classes in reach as the record has them, or of these the own department's; by department, the highest level
    first. Raises CannotSave."""
    allowed = scope(member.actor, "cover.read")
    if only_own and allowed.everything:
        allowed = Scope(department=member.department_id)
    rows = gather(reader.read_register(allowed), lambda row: row["department_id"])
    kept = gather(list_measures(reader, allowed), lambda one: one.place)
    told = {"manager": find_manager(reader, member), **tell_days(member, now)}
    for department, held in rows.items():
        workers = find_workers(reader, department)
        near = [*kept.get(COMPANY, ()), *kept.get(department, ())]
        told["me"] = {"person": next(iter(workers["business"]), member.id)}
        for one in to_classes(held):
            if one.forms:
                yield to_facts(routes[FLOW].flow, {**describe_class(held, one, near, workers), **told})


def gather(rows: Sequence[Row], name: Callable[[Row], str]) -> dict[str, list[Row]]:
    """By what each is called, in the order in which they come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(name(row), []).append(row)
    return found


def list_names(facts: Facts) -> Collection[str]:
    """How a class may be called: by itself, or with its department before it."""
    department, name = facts["department"], facts["class"]["id"]
    return {name, *(f"{one}/{name}" for one in (department["id"], *department["name"].values()))}


def complete(reader: Reader, routes: Mapping[str, Route], facts: Facts) -> Facts:
    """The class with what would be suggested for it as it stands."""
    (asked,) = suggest(facts, "")
    return to_facts(routes[FLOW].flow, facts.given, COMPUTATIONS[asked.what](reader, routes, asked.given))
