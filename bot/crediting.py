"""What interviews about a credit start with, and what of one its team is shown, each as far as the person may know it.

Reads the record, decides nothing of what is asked.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.access import Resource, can
from bot.conclusions import BeginInterview
from bot.engine.position import Route
from bot.state.campaigns import Campaign
from bot.state.credits import AGREED, ASKED, DECIDES, KEPT, KIND, Credit, find_credit
from bot.state.nudges import Fit
from bot.state.queries import Member, Reader, Waiting

SHOWS = "credited"  # the flow in which the team sees it


def begin_credit(_: Reader, member: Member, __: Sequence[str]) -> list[BeginInterview]:
    return [BeginInterview(KIND, member.id, KIND, {})]


def prepare_credit(
    reader: Reader, _: Mapping[str, Route], member: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """What the credited person, or whoever decides, is asked about; None where it waits for them no more."""
    credit = find_credit(reader.database, reader.vault, member.actor, waiting.subject)
    if credit is None:
        return None
    if waiting.flow != DECIDES:
        if (credit.state, credit.credited) != (ASKED, member.id):
            return None
        return {KIND: {**_tell(reader, credit), "tells_name": "yes" if _tells_name(reader, credit) else "no"}}
    if (credit.state, credit.decider) != (AGREED, member.id):
        return None
    heads = [one.id for one in reader.find_heads() if one.department_id == credit.department]
    may_item = can(member.actor, "register.change", Resource(department=credit.department))
    more = {"may_item": "yes" if may_item else "no", "head": next(iter(heads), None)}
    return {KIND: {**_tell(reader, credit), **more}}


def choose_credited(reader: Reader, member: Member, campaign: Campaign) -> Fit | None:
    """The card for one of the team; None for whoever decided on it, and where it is not theirs to see."""
    credit = find_credit(reader.database, reader.vault, member.actor, campaign.subject)
    if credit is None or credit.state != KEPT or member.id == credit.decider:
        return None
    if not can(member.actor, "credited.read", credit.published):
        return None
    title = {"ja": credit.title, "en": credit.title}
    return Fit(SHOWS, credit.id, {SHOWS: _tell(reader, credit)}, KIND, title)


def _tells_name(reader: Reader, credit: Credit) -> bool:
    """Whether the title alone says whose it is. A Latin name counts as a word of its own only."""
    (known,) = reader.find_names([credit.credited]).values()
    full = [known.full.ja, known.full.en] if known.full else []
    given = {part for name in full for part in name.casefold().split() if len(part) > 1}
    names = "|".join(map(re.escape, {known.ja.casefold(), known.en.casefold(), *given}))
    return bool(re.search(rf"(?<![a-z])(?:{names})(?![a-z])", credit.title.casefold()))


def _tell(reader: Reader, credit: Credit) -> dict[str, Any]:
    """A credit as it is told; the credited person by name only where they agreed to that."""
    row = next(row for row in reader.list_departments() if row.id == credit.department)
    told = {"id": credit.id, "title": credit.title, "giver": {"person": credit.giver}}
    where = {"team": {"ja": row.name, "en": row.name_en}, "department": {"id": row.id, "field": row.field}}
    named = {"credited": {"person": credit.credited}} if credit.named else {}
    return {**told, **named, **where}
