"""How the classes a person may see are protected, and what would complete one: each as an interview about it sees it.

Reads the record through `scope`; says nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from bot.access import Scope, scope
from bot.computations import COMPUTATIONS
from bot.documents.cover import to_facts
from bot.engine.facts import Facts
from bot.engine.position import Route
from bot.flows.measures import suggest
from bot.given import find_manager
from bot.measuring import describe_class, tell_days
from bot.state.measures import list_measures, to_classes
from bot.state.queries import Member, Reader

FLOW = "measures"


def find_classes(
    reader: Reader, routes: Mapping[str, Route], member: Member, now: datetime, only_own: bool = False
) -> Iterator[Facts]:
    """The classes in reach as the record has them, or of these the own department's; by department, the highest level
    first. Raises CannotSave."""
    allowed = scope(member.actor, "cover.read")
    if only_own and allowed.everything:
        allowed = Scope(department=member.department_id)
    rows, kept = reader.read_register(allowed), list_measures(reader, allowed)
    days = tell_days(member, now)
    for one in to_classes(rows):
        if one.forms:
            known = describe_class(reader, rows, one, kept)
            head = {"person": next(iter(known["people"]["business"]), member.id)}
            given = {**known, "me": head, "manager": find_manager(reader, member), **days}
            yield to_facts(routes[FLOW].flow, given)


def list_names(facts: Facts) -> Collection[str]:
    """How a class may be called: by itself, or with its department before it."""
    department, name = facts["department"], facts["class"]["id"]
    return {name, *(f"{one}/{name}" for one in (department["id"], *department["name"].values()))}


def complete(reader: Reader, routes: Mapping[str, Route], facts: Facts) -> Facts:
    """The class with what would be suggested for it as it stands."""
    (asked,) = suggest(facts, "")
    return to_facts(routes[FLOW].flow, facts.given, COMPUTATIONS[asked.what](reader, routes, asked.given))
