"""What planning a moment of working life starts with: whom this person may plan for, and what day it is for them.

Reads the record, decides nothing of what is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.access import Resource, can, scope
from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.given import find_manager
from bot.hours import find_day
from bot.state.occasions import PLAN, SWITCH, has_holidays
from bot.state.queries import Member, Reader, Waiting


def begin_occasion(_: Reader, member: Member, __: Sequence[str]) -> list[BeginInterview]:
    return [BeginInterview("occasion", member.id, member.id, {}, queued=True)]


def prepare_occasion(
    reader: Reader, _: Mapping[str, Route], member: Member, __: Waiting, now: datetime
) -> dict[str, Any]:
    """`own` are all whose moments this person may plan, None where they are everybody's; `near` their department."""
    near = [one.id for one in reader.list_members() if one.active and one.department_id == member.department_id]
    own = None if scope(member.actor, PLAN).everything else near
    running = "on" if has_holidays(reader.database) else "off"
    return {
        "own": own,
        "near": [one for one in near if one != member.id],
        "manager": find_manager(reader, member),
        "holidays": running if can(member.actor, SWITCH, Resource()) else "",
        "today": find_day(now, member.timezone).isoformat(),
    }
