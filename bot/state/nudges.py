"""What campaigns have for people, one by one: held by one replica for a while, put off, begun, noted.

A row is held by moving the instant from which it is due, so that a replica that dies holds nothing up. Knows no words
and decides nothing.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, update

from bot.state.campaign_tables import campaigns, nudges
from bot.state.campaigns import IS_NUDGE, STRAGGLES, drop_waiting
from bot.state.database import Database
from bot.state.grading import begin_nudge, find_fading
from bot.state.record import Transaction
from bot.state.tables import interviews, outbox, people

LEASE = timedelta(seconds=60)  # longer than it takes to begin what was taken in one go


class Held(NamedTuple):
    """One person a campaign is to reach now; nobody else reaches them for it before the lease ends."""

    key: str
    campaign: str
    person: str


class Fit(NamedTuple):
    """What fits one person: the lesson, case or what else it is, what an interview of `flow` is given of it, and by
    which kind and title it is listed beside others."""

    flow: str
    thing: str
    given: Mapping[str, Any]
    kind: str
    title: Mapping[str, str]


class Chosen(NamedTuple):
    """What one person is to be sent."""

    held: Held
    fit: Fit


def has_nudges(database: Database, now: datetime) -> bool:
    """Whether there is anybody to reach; costs no write. Raises CannotSave."""
    return bool(database.fetch(_find_due(now).limit(1)))


def count_ready(database: Database) -> int:
    """How much of campaigns is worded and waits to be sent. Raises CannotSave."""
    ready = (outbox.c.campaign_id.is_not(None), outbox.c.state == "ready", outbox.c.kind == "turn")
    return int(database.fetch(select(func.count()).where(*ready))[0][0])


def hold_nudges(tx: Transaction, most: int, person: str | None = None) -> list[Held]:
    """All that is due for those who have waited longest, of campaigns that run, or for this one person; whom another
    replica sees to is left to it."""
    theirs = _find_due(tx.now).where(outbox.c.person_id.in_([person] if person else lock_persons(tx, most)))
    wanted = theirs.order_by(outbox.c.due_at, outbox.c.key).with_for_update(of=outbox, skip_locked=True)
    rows = tx.connection.execute(wanted).all()
    if rows:
        keys = [row.key for row in rows]
        tx.connection.execute(update(outbox).where(outbox.c.key.in_(keys)).values(due_at=tx.now + LEASE))
    return [Held(row.key, row.campaign_id, row.person_id) for row in rows]


def lock_persons(tx: Transaction, most: int) -> list[str]:
    """Until this transaction ends nobody else takes anything that is due for them, so that all of it is seen at once.
    Who merely names them, as any new row does, need not wait."""
    wanted = _find_due(tx.now).join(people, people.c.id == outbox.c.person_id).order_by(outbox.c.due_at).limit(most)
    rows = tx.connection.execute(wanted.with_for_update(of=people, skip_locked=True, key_share=True)).all()
    return sorted({row.person_id for row in rows})


def _find_due(now: datetime) -> Any:
    due = (outbox.c.state == "ready", IS_NUDGE, outbox.c.due_at <= now, outbox.c.interview_id.is_(None))
    wanted = select(outbox.c.key, outbox.c.campaign_id, outbox.c.person_id)
    return wanted.join(campaigns, campaigns.c.id == outbox.c.campaign_id).where(*due, campaigns.c.state == "running")


def put_off_nudges(tx: Transaction, put_off: Mapping[str, datetime]) -> None:
    """Not now, but from these instants on; by key."""
    for key, due_at in sorted(put_off.items()):
        row = update(outbox).where(outbox.c.key == key, outbox.c.state == "ready")
        tx.connection.execute(row.values(due_at=due_at))


def drop_nudges(tx: Transaction, keys: Collection[str], reason: str) -> None:
    """These are not reached, for this reason."""
    dropped = update(outbox).where(outbox.c.key.in_(sorted(keys)), outbox.c.state == "ready")
    tx.connection.execute(dropped.values(state="cancelled", reason=reason))


def begin_nudges(tx: Transaction, chosen: Sequence[Chosen]) -> dict[str, str]:
    """An interview for each whose campaign still runs; key -> its id. One that was begun before is that one."""
    named = {one.held.campaign for one in chosen}
    running = select(campaigns.c.id).where(campaigns.c.state == "running", campaigns.c.id.in_(named))
    goes = set(tx.connection.execute(running.with_for_update(read=True)).scalars())
    mine = select(outbox.c.key).where(outbox.c.key.in_([one.held.key for one in chosen])).order_by(outbox.c.key)
    tx.connection.execute(mine.with_for_update()).all()  # a replica that was too slow for its lease finds it begun
    begun: dict[str, str] = {}
    for one in sorted(chosen, key=lambda one: one.held.key):
        if one.held.campaign in goes:
            begun[one.held.key] = begin_one(tx, one)
    return begun


def begin_one(tx: Transaction, one: Chosen) -> str:
    """The interview by which one person is sent it; one that was begun before is that one."""
    return _find_begun(tx, one.held) or _begin(tx, one)


def _find_begun(tx: Transaction, held: Held) -> str | None:
    mine = (nudges.c.campaign_id == held.campaign, nudges.c.person_id == held.person)
    return tx.connection.execute(select(nudges.c.interview_id).where(*mine)).scalar()


def _begin(tx: Transaction, one: Chosen) -> str:
    held = one.held
    interview = begin_nudge(tx, held.person, held.campaign, one.fit.flow, one.fit.given)
    row = {
        "campaign_id": held.campaign,
        "person_id": held.person,
        "interview_id": interview,
        "thing": one.fit.thing,
        "asked_at": tx.now,
        "fades_at": find_fading(tx, held.person),
        "body": tx.vault.seal("nudges", f"{held.campaign}:{held.person}", "body", json.dumps(_describe(one.fit))),
    }
    tx.connection.execute(insert(nudges).values(row))
    return interview


def _describe(fit: Fit) -> dict[str, str]:
    """In which form it was asked, and under which digest what was shown is published."""
    told = fit.given.get(fit.flow) or {}
    return {name: told.get(name, "") for name in ("form", "digest")}


def find_opened(database: Database, held: Sequence[Held]) -> list[str]:
    """The keys of those whose nudge is on its way already, by a replica that died before it noted so. Raises
    CannotSave."""
    theirs = (
        nudges.c.campaign_id.in_({one.campaign for one in held}),
        nudges.c.person_id.in_([one.person for one in held]),
    )
    wanted = select(nudges.c.campaign_id, nudges.c.person_id).join(interviews, interviews.c.id == nudges.c.interview_id)
    found = {tuple(row) for row in database.fetch(wanted.where(*theirs, interviews.c.revision > 0))}
    return [one.key for one in held if (one.campaign, one.person) in found]


def finish_campaigns(tx: Transaction) -> None:
    """Campaigns that have reached everybody are over; what straggled behind a cancelled one is taken back."""
    late = (campaigns.c.state == "cancelled", campaigns.c.updated_at > tx.now - STRAGGLES)
    for campaign in tx.connection.execute(select(campaigns.c.id).where(*late)).scalars().all():
        drop_waiting(tx, campaign)
    waits = select(outbox.c.key).where(outbox.c.campaign_id == campaigns.c.id, outbox.c.state == "ready").exists()
    over = select(campaigns.c.id).where(campaigns.c.state == "running", ~waits).with_for_update(skip_locked=True)
    for campaign in tx.connection.execute(over).scalars().all():
        done = update(campaigns).where(campaigns.c.id == campaign)
        tx.connection.execute(done.values(state="done", updated_at=tx.now))
        tx.add_entry("clock", "campaign.done", campaign)


def has_loose_ends(database: Database, now: datetime) -> bool:
    """Whether `finish_campaigns` may find anything; costs no write. Raises CannotSave."""
    late = (campaigns.c.state == "cancelled") & (campaigns.c.updated_at > now - STRAGGLES)
    return bool(database.fetch(select(campaigns.c.id).where((campaigns.c.state == "running") | late).limit(1)))
