"""Several things that campaigns have for one person, on one card: put there, opened, put off, put away, left alone.

What stands on a card is the row of the outbox still, with the card's interview and the day on which the card goes; so a
campaign that is paused or cancelled takes its line along. Knows no words.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from bot.engine.interview import Interview
from bot.grades import DropListed, OpenListed, PutOffListed
from bot.state.campaign_tables import campaigns
from bot.state.campaigns import NUDGE
from bot.state.database import Database
from bot.state.grading import begin_nudge, end_unsaid, find_fading, find_snoozed, is_over
from bot.state.nudges import Chosen, Fit, Held, begin_one, drop_nudges
from bot.state.record import Transaction, put_event
from bot.state.tables import IS_LISTED, interviews, outbox

FLOW = "digest"
LISTS = "lists"  # what an event says by which a card is put before its person

Line = Mapping[str, Any]  # campaign, kind, title, and of what it opens flow, thing and given
READY = (outbox.c.kind == NUDGE, outbox.c.state == "ready")


def begin_digest(tx: Transaction, chosen: Sequence[Chosen], is_told: bool = True) -> str | None:
    """One card for what one person is to be sent, told of it where they did not come by themselves; its interview.
    None where nothing of it waits any more: another replica was first, or the campaigns were stopped."""
    keys = [one.held.key for one in chosen]
    states = _lock_rows(tx, outbox.c.key.in_(keys), outbox.c.interview_id.is_(None))
    goes = [one for one in chosen if states.get(one.held.key) == "running"]
    if not goes:
        return None
    person = goes[0].held.person
    interview = _begin(tx, person, [_to_line(one) for one in goes])
    _change(tx, [one.held.key for one in goes], interview_id=interview, due_at=find_fading(tx, person))
    if is_told:
        # As a campaign's own keys begin, so that it counts as one interruption.
        put_event(tx, f"campaign:{FLOW}:{interview}", person, interview, {LISTS: len(goes)}, tx.now)
    return interview


def _begin(tx: Transaction, person: str, lines: Sequence[Line], rest: str = "no") -> str:
    given = {FLOW: {"lines": list(lines), "rest": rest}}
    return begin_nudge(tx, person, lines[0]["campaign"], FLOW, given)


def _to_line(one: Chosen) -> Line:
    fit = one.fit._asdict()
    return {"campaign": one.held.campaign, **fit, "title": dict(one.fit.title), "given": dict(one.fit.given)}


def list_open(database: Database, card: Interview) -> list[str]:
    """The campaigns whose lines on a card may be opened now. Raises CannotSave."""
    mine = (outbox.c.key.in_(list(_read_lines(card))), outbox.c.interview_id == card.id)
    wanted = select(outbox.c.campaign_id).join(campaigns, campaigns.c.id == outbox.c.campaign_id)
    rows = database.fetch(wanted.where(*mine, *READY, campaigns.c.state == "running"))
    return sorted(row.campaign_id for row in rows)


def _read_lines(interview: Interview) -> dict[str, Line]:
    """Its lines by the key of their rows."""
    lines = (interview.given.get(FLOW) or {}).get("lines") or ()
    return {f"campaign:{line['campaign']}:{interview.person}": line for line in lines}


def _lock_rows(tx: Transaction, *which: ColumnElement[bool]) -> dict[str, str]:
    """Those of these rows that still wait, by key with how their campaign stands, which stays so."""
    named = select(outbox.c.campaign_id).where(*which, *READY)
    wanted = select(campaigns.c.id, campaigns.c.state).where(campaigns.c.id.in_(named)).order_by(campaigns.c.id)
    states = {row.id: row.state for row in tx.connection.execute(wanted.with_for_update(read=True))}
    rows = select(outbox.c.key, outbox.c.campaign_id).where(*which, *READY).order_by(outbox.c.key).with_for_update()
    return {row.key: states.get(row.campaign_id, "") for row in tx.connection.execute(rows)}


def _change(tx: Transaction, keys: Collection[str], **values: Any) -> None:
    tx.connection.execute(update(outbox).where(outbox.c.key.in_(sorted(keys))).values(values))


def _let_go(tx: Transaction, states: Mapping[str, str], reason: str) -> None:
    """What was not opened is not told; what was paused meanwhile was not to be seen, and comes by its own rules."""
    drop_nudges(tx, [key for key, state in states.items() if state == "running"], reason)
    _change(tx, [key for key, state in states.items() if state != "running"], interview_id=None, due_at=tx.now)


# -- what the person did -----------------------------------------------------------------------------------------------


def open_listed(tx: Transaction, interview: Interview, actor: str, one: OpenListed) -> None:
    """What the line is about begins as it would have come by itself, if its campaign still goes; the other lines wait
    behind it, on a card that nobody is told of."""
    lines = _read_lines(interview)
    states = _lock_rows(tx, outbox.c.key.in_(list(lines)), outbox.c.interview_id == interview.id)
    key = f"campaign:{one.campaign}:{interview.person}"
    if states.get(key) == "running":
        del states[key]
        _open(tx, Held(key, one.campaign, interview.person), lines[key], is_last="running" not in states.values())
    if states:
        rest = [line for key, line in lines.items() if key in states]
        _change(tx, states, interview_id=_begin(tx, interview.person, rest, rest="yes"))


def _open(tx: Transaction, held: Held, line: Line, is_last: bool) -> None:
    fit = Fit(**{name: line[name] for name in Fit._fields})
    if is_over(tx, held.person, fit.given.get(fit.flow) or {}):
        drop_nudges(tx, [held.key], "unfit")
        return
    more = {} if is_last else {"listed": "yes"}
    begin_one(tx, Chosen(held, fit._replace(given={**fit.given, **more})))
    _change(tx, [held.key], state="sent", sent_at=tx.now)


def put_off_listed(tx: Transaction, interview: Interview, actor: str, one: PutOffListed) -> None:
    """All of it comes once more at the time the person named, on one card if it is as much by then."""
    until = find_snoozed(tx, interview.person, one.until)
    states = _lock_rows(tx, outbox.c.key.in_(list(_read_lines(interview))), outbox.c.interview_id == interview.id)
    _change(tx, states, interview_id=None, due_at=until)
    tx.add_entry(actor, "nudge.put_off", interview.id)


def drop_listed(tx: Transaction, interview: Interview, _: str, __: DropListed) -> None:
    """Nothing of it comes any more."""
    mine = (outbox.c.key.in_(list(_read_lines(interview))), outbox.c.interview_id == interview.id)
    _let_go(tx, _lock_rows(tx, *mine), "put_away")


# -- what happens by itself --------------------------------------------------------------------------------------------


def find_faded_digests(database: Database, now: datetime, most: int) -> list[str]:
    """The interviews of cards whose time is over. Raises CannotSave."""
    wanted = select(outbox.c.interview_id).where(IS_LISTED, outbox.c.due_at <= now).limit(most)
    return [row.interview_id for row in database.fetch(wanted)]


def fade_digest(tx: Transaction, actor: str, interview: str) -> None:
    """It goes as one, and nothing is said."""
    found = tx.connection.execute(select(interviews).where(interviews.c.id == interview).with_for_update()).one()
    states = _lock_rows(tx, outbox.c.interview_id == interview, outbox.c.due_at <= tx.now)
    if states:
        _let_go(tx, states, "unopened")
        end_unsaid(tx, actor, found)


WRITES: Mapping[type, Callable[..., None]] = {
    OpenListed: open_listed,
    PutOffListed: put_off_listed,
    DropListed: drop_listed,
}
