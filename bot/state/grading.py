"""What a person did with a nudge, written: how it was answered, that it comes later, that a topic comes less; and a
nudge nobody answered, which goes by itself.

How somebody answered is sealed and stands in no audit entry; that they did is one. Knows no words and decides nothing
of what comes next.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from bot.calendars import find_holidays
from bot.conclusions import BeginInterview
from bot.engine.interview import Interview
from bot.grades import LessenTopic, NoteNudge, PutOffNudge
from bot.hours import add_working_days, find_day
from bot.interruptions import Hours, snooze
from bot.state.campaign_tables import campaigns, nudges, wishes
from bot.state.database import Database, dialect_of
from bot.state.pace import BULK
from bot.state.record import Transaction, begin_interview, find_asked, make_due, put_event, take_back
from bot.state.rows import open_interview, to_json
from bot.state.tables import UNFINISHED, interviews, outbox, people

FADES_AFTER = 5  # working days without an answer
ACKNOWLEDGED = "nudge.acknowledged"  # the entry that somebody answered, or read, what was put before them
AGAIN = "nudge_again"  # what an event says by which a nudge comes once more: its campaign


def find_fading(tx: Transaction, person: str, since: datetime | None = None) -> datetime:
    """When a nudge put before this person now, or at `since`, is over if it is not answered."""
    timezone = find_asked(tx, person).timezone
    zone = ZoneInfo(timezone)
    begins = (since or tx.now).astimezone(zone).date()
    day = add_working_days(begins, FADES_AFTER, find_holidays(timezone))
    return find_asked(tx, person, datetime.combine(day, time(), zone)).moment


# -- what the person did -----------------------------------------------------------------------------------------------


def note_nudge(tx: Transaction, interview: Interview, actor: str, one: NoteNudge) -> None:
    """How it was answered; one that was passed over was not, and is over all the same. The first answer counts."""
    row = _lock_nudge(tx, interview.id)
    if row is None or row.answered_at is not None:
        return
    name = f"{row.campaign_id}:{row.person_id}"
    body = {**json.loads(tx.vault.open("nudges", name, "body", row.body)), "grade": one.grade}
    answered_at = tx.now if one.grade != "none" else None
    sealed = tx.vault.seal("nudges", name, "body", to_json(body))
    _change(tx, row, answered_at=answered_at, fades_at=None, body=sealed)
    if answered_at:
        told = {"campaign": row.campaign_id, "told": row.thing, "shown": body.get("digest", "")}
        tx.add_entry(actor, ACKNOWLEDGED, interview.id, **told)


def put_off_nudge(tx: Transaction, interview: Interview, actor: str, one: PutOffNudge) -> None:
    """It comes once more at the time the person named, and nothing else of campaigns does before."""
    until = find_snoozed(tx, interview.person, one.until)
    row = _lock_nudge(tx, interview.id)
    if row is None:
        return
    _change(tx, row, fades_at=None)
    # As a campaign's own keys begin, so that it counts as one more interruption.
    key = f"campaign:{row.campaign_id}:{row.person_id}:{interview.id}"
    put_event(tx, key, row.person_id, interview.id, {AGAIN: row.campaign_id}, until)
    tx.add_entry(actor, "nudge.put_off", interview.id)


def find_snoozed(tx: Transaction, person: str, until: str) -> datetime:
    """When this person, who said "later" now, wishes to hear again: nothing of campaigns comes before."""
    moment = snooze(tx.now, _find_hours(tx, person), until)
    _wish(tx, person, quiet_until=moment)
    return moment


def lessen_topic(tx: Transaction, interview: Interview, actor: str, one: LessenTopic) -> None:
    """The person's own choice, kept until they say otherwise."""
    choose_topic(tx, actor, interview.person, one.topic, fewer=True)


def choose_topic(tx: Transaction, actor: str, person: str, topic: str, fewer: bool) -> None:
    """Less of a topic from now on, or as much as of any other again; what is so already stays so."""
    rows = tx.connection.execute(_of(person).with_for_update()).all()
    known = set(json.loads(rows[0].fewer)) if rows else set()
    if (topic in known) == fewer:
        return
    _wish(tx, person, fewer=to_json(sorted(known ^ {topic})))
    tx.add_entry(actor, "person.topic_lessened" if fewer else "person.topic_restored", person, topic=topic)


def _lock_nudge(tx: Transaction, interview: str) -> Row[Any] | None:
    return tx.connection.execute(
        select(nudges).where(nudges.c.interview_id == interview).with_for_update()
    ).one_or_none()


def _change(tx: Transaction, row: Any, **values: Any) -> None:
    mine = (nudges.c.campaign_id == row.campaign_id, nudges.c.person_id == row.person_id)
    tx.connection.execute(update(nudges).where(*mine).values(values))


def _find_hours(tx: Transaction, person: str) -> Hours:
    columns = (people.c.timezone, people.c.from_hour, people.c.to_hour)
    row = tx.connection.execute(select(*columns).where(people.c.id == person)).one()
    return Hours(row.timezone, row.from_hour, row.to_hour, find_holidays(row.timezone))


def _of(person: str) -> Any:
    return select(wishes).where(wishes.c.person_id == person)


def _wish(tx: Transaction, person: str, **values: Any) -> None:
    put = dialect_of(tx.connection).insert(wishes).values(person_id=person, **{"fewer": "[]", **values})
    tx.connection.execute(put.on_conflict_do_update(index_elements=[wishes.c.person_id], set_=values))


# -- what happens by itself --------------------------------------------------------------------------------------------


def ask_again(tx: Transaction, campaign: str, person: str) -> str | None:
    """An interview in which the same thing is put before them once more; None where the campaign was cancelled,
    it is of no use any more, or there is nothing to put. One that is begun already is that one."""
    mine = (nudges.c.campaign_id == campaign, nudges.c.person_id == person)
    row = tx.connection.execute(select(nudges).where(*mine).with_for_update()).one_or_none()
    state = tx.connection.execute(select(campaigns.c.state).where(campaigns.c.id == campaign)).scalar()
    if row is None or row.answered_at is not None or state == "cancelled":
        return None
    before = tx.connection.execute(select(interviews).where(interviews.c.id == row.interview_id)).one()
    if before.status in UNFINISHED:
        return str(before.id)
    flow = before.flow
    given = {flow: open_interview(tx.vault, before).given.get(flow)}
    if is_over(tx, person, given[flow] or {}):
        return None
    interview = begin_nudge(tx, person, campaign, flow, given)
    _change(tx, row, interview_id=interview, fades_at=find_fading(tx, person))
    return interview


def is_over(tx: Transaction, person: str, told: Mapping[str, Any]) -> bool:
    """Whether the last day on which this was of use to them has passed; most things have none."""
    last_day = told.get("last_day")
    return bool(last_day) and find_day(tx.now, find_asked(tx, person).timezone).isoformat() > str(last_day)


def begin_nudge(tx: Transaction, person: str, campaign: str, flow: str, given: Mapping[str, Any]) -> str:
    """The id of the interview in which something of a campaign is put before a person; one that stands already is that
    one."""
    begun = begin_interview(tx, person, BeginInterview(flow, person, campaign, given, queued=True))
    if begun:
        return begun
    unfinished = (interviews.c.flow == flow, interviews.c.subject == campaign, interviews.c.status.in_(UNFINISHED))
    standing = select(interviews.c.id).where(interviews.c.person_id == person, *unfinished)
    return str(tx.connection.execute(standing).scalar_one())


def find_faded(database: Database, now: datetime, most: int) -> list[str]:
    """The interviews of nudges whose time is over. Raises CannotSave."""
    over = select(nudges.c.interview_id).where(nudges.c.fades_at <= now).order_by(nudges.c.fades_at).limit(most)
    return [row.interview_id for row in database.fetch(over)]


def fade(tx: Transaction, actor: str, interview: str) -> None:
    """It ends as if it had never been asked: neither right nor wrong, nothing said; where its card stands, a row that
    says nothing has it closed."""
    found = tx.connection.execute(select(interviews).where(interviews.c.id == interview).with_for_update()).one()
    row = _lock_nudge(tx, interview)
    if row is None or row.fades_at is None or row.fades_at > tx.now:
        return
    _change(tx, row, fades_at=None)
    end_unsaid(tx, actor, found)


def end_unsaid(tx: Transaction, actor: str, found: Any) -> None:
    """This interview, a locked row, ends without a word where it is not over; where its card stands it is closed."""
    if found.status not in UNFINISHED:
        return
    take_back(tx, actor, found.id)
    due = make_due(f"turn:fade:{found.id}", "turn", found.person_id, found.id, "[]", tx.now)
    stands = select(outbox.c.key).where(outbox.c.interview_id == found.id, outbox.c.card.is_not(None))
    if tx.connection.execute(stands.limit(1)).first():
        tx.insert_new(outbox, [{**due, "lane": BULK}])


WRITES: Mapping[type, Callable[..., None]] = {
    NoteNudge: note_nudge,
    PutOffNudge: put_off_nudge,
    LessenTopic: lessen_topic,
}
