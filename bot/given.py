"""What interviews of several flows are given alike: a department, the manager, who sees to which kind of work.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.conclusions import BeginInterview
from bot.state.incidents import Incident
from bot.state.queries import Member, Reader

# Kinds of work as the catalogue of measures has them, and the field of the department that does it.
FIELDS = {
    "legal": "legal_ip",
    "hr": "hr",
    "it": "it",
    "general_affairs": "general_affairs",
    "management": "management",
}


def to_department(member: Member) -> dict[str, Any]:
    """The department of this person."""
    return {"id": member.department_id, "name": member.department.model_dump(), "field": member.field}


def find_manager(reader: Reader, member: Member) -> dict[str, str] | None:
    """The person themselves where they are a register manager, else the first."""
    managers = reader.find_with_role("register_manager")
    manager = member.id if member.id in managers else next(iter(managers), None)
    return {"person": manager} if manager else None


def find_workers(reader: Reader, department: str) -> dict[str, list[str]]:
    """Who sees to each kind of work: the head of a department of that field, in a small company general affairs, and
    where there is none the manager. `business` is the head of the department itself."""
    heads = reader.find_heads()
    managers = reader.find_with_role("register_manager")[:1]
    by_field = {kind: [one.id for one in heads if one.field == field] for kind, field in FIELDS.items()}
    usual = by_field["general_affairs"] or managers
    business = [one.id for one in heads if one.department_id == department]
    return {**{kind: found or usual for kind, found in by_field.items()}, "business": business or usual}


def list_places(item: Mapping[str, Any]) -> list[str]:
    """Where an item of the register lies, by what was said of it and by what a ledger says."""
    told = (*((item.get("judgement") or {}).get("places") or ()), *((item.get("ledger") or {}).get("places") or ()))
    return list(dict.fromkeys(one for one in told if isinstance(one, str)))


def begin_each(
    flow: str, member: Member, cases: Sequence[Incident], given: Mapping[str, Any] = MappingProxyType({})
) -> list[BeginInterview]:
    """One interview of this flow about each of these cases."""
    return [BeginInterview(flow, member.id, one.id, given, queued=True) for one in cases]
