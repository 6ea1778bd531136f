"""What a campaign would come to, and what came of it, as every place that shows it to a manager tells it.

Reads the record; knows no words, no platform and decides nothing of who may.
"""

from datetime import datetime
from typing import NamedTuple

from bot.counts import Results, add_results
from bot.state.campaigns import Audience, Campaign, Sending, count_groups, list_campaigns, list_sendings
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.results import read_results

SECONDS_EACH = 10  # that one takes to read and answer (conversations: a nudge)
BEGUN = ("running", "paused", "cancelled", "done")


class Plan(NamedTuple):
    """Exactly how many people it reaches, what that costs them altogether, in minutes, and when each group is sent
    it."""

    people: int
    minutes: float
    sendings: list[Sending]


def read_plan(database: Database, audience: Audience, starts_at: datetime) -> Plan:
    """Were it started as things stand. Raises CannotSave."""
    sendings = list_sendings(count_groups(database, audience, starts_at))
    people = sum(sending.group.people for sending in sendings)
    return Plan(people, round(people * SECONDS_EACH / 60, 1), sendings)


def read_lessons(database: Database, vault: Vault) -> dict[str, Results]:
    """By what was sent, empty where each got what fitted them: what came of all campaigns of it. Raises CannotSave.

    What fitted one person alone is not told apart: parts of parts may be smaller than five.
    """
    found: dict[str, list[Campaign]] = {}
    for one in list_campaigns(database):
        if one.state in BEGUN:
            found.setdefault(one.subject, []).append(one)
    return {
        subject: add_results(read_results(database, vault, one.id) for one in several)
        for subject, several in sorted(found.items())
    }
