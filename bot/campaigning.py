"""What a campaign would come to, and what came of it, as every place that shows it to a manager tells it.

Reads the record; knows no words, no platform and decides nothing of who may.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.conclusions import BeginInterview
from bot.counts import Results, add_results
from bot.engine.model import Flow
from bot.engine.position import Route
from bot.handbook.awareness import read_awareness
from bot.handbook.learning import CASE
from bot.hours import find_day, write_clock
from bot.state.campaigns import (
    Audience,
    Campaign,
    Sending,
    count_groups,
    list_campaigns,
    list_classes,
    list_sendings,
    read_progress,
)
from bot.state.credits import KIND as CREDIT
from bot.state.crypto import Vault
from bot.state.database import Database
from bot.state.digests import FLOW as DIGEST
from bot.state.digests import list_open
from bot.state.queries import Member, Reader, Waiting
from bot.state.results import read_results
from bot.state.schedules import Schedule, list_schedules

FLOW = "campaign"
REPEATS = "repeats"
UNDER_WAY = ("running", "paused")
SECONDS_EACH = 10  # that one takes to read and answer (conversations: a nudge)
UNNAMED = {CASE: "fit_case", CREDIT: "credited"}  # what has no title of the content's, by its kind
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


def begin_campaign(_: Reader, member: Member, __: Sequence[str]) -> list[BeginInterview]:
    """A conversation about campaigns, which takes what there is from the record when the person comes to it."""
    return [BeginInterview(FLOW, member.id, FLOW, {}, queued=True)]


def prepare_campaign(
    reader: Reader, routes: Mapping[str, Route], member: Member, _: Waiting, now: datetime
) -> dict[str, Any]:
    """Those under way and what comes again, each with how far it is; whom and what something new may be for."""
    flow = routes[FLOW].flow
    running = read_running(reader, flow)
    return {
        "campaigns": [{**one, "counts": _count(reader, one)} for one in running],
        "departments": [
            {"id": row.id, "name": {"ja": row.name, "en": row.name_en}} for row in reader.list_departments()
        ],
        "classes": list_classes(reader.database),
        "today": find_day(now, member.timezone).isoformat(),
    }


def prepare_digest(
    reader: Reader, routes: Mapping[str, Route], _: Member, waiting: Waiting, __: datetime
) -> dict[str, Any] | None:
    """A card of several things as it stands now; None where no line of it is left."""
    card = reader.read_interview(waiting.id, routes)
    goes = list_open(reader.database, card) if card else []
    return {DIGEST: {**card.given[DIGEST], "open": goes}} if card and goes else None


def read_running(reader: Reader, flow: Flow) -> list[dict[str, Any]]:
    """What is under way, and then what comes again, each with how many people it has reached. Raises CannotSave."""
    database = reader.database
    running = [_tell_campaign(reader, flow, one) for one in list_campaigns(database) if one.state in UNDER_WAY]
    return [*running, *(_tell_schedule(flow, one) for one in list_schedules(database))]


def _count(reader: Reader, one: Mapping[str, Any]) -> dict[str, Any] | None:
    """How it was answered, as far as that is told."""
    total = None if one["state"] == REPEATS else read_results(reader.database, reader.vault, one["id"]).total
    return {**total._asdict(), **total.grades, "grades": None} if total else None


def _tell_campaign(reader: Reader, flow: Flow, one: Campaign) -> dict[str, Any]:
    progress = read_progress(reader.database, one.id)
    told = {"id": one.id, "title": _name(flow, one.kind, one.subject), "state": one.state, "people": one.people}
    return {**told, "sent": progress.sent, "waiting": progress.waiting}


def _tell_schedule(flow: Flow, one: Schedule) -> dict[str, Any]:
    at = write_clock(one.next_at, one.timezone) if one.next_at else ""
    return {"id": one.id, "title": _name(flow, one.kind, one.subject), "state": REPEATS, "next": at}


def _name(flow: Flow, kind: str, subject: str) -> dict[str, str]:
    """What is sent, by its title; what fits each person, the company's own cases and credits by words of the flow."""
    known = read_awareness(flow.catalogue)
    found = known.lessons.get(subject) or known.cases.get(subject) or known.moments.get(subject)
    unnamed = "own_case" if kind == CASE and subject else UNNAMED.get(kind, "fit_lesson")
    text = found.title if found else flow.messages[unnamed]
    return {"ja": text.ja.strip(), "en": text.en.strip()}


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
