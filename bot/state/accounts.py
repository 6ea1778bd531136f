"""Conversations on a chat surface: whose they are, and who of the replicas may say what is due there now.

A claim is a lease that ends by time alone, so that a replica that dies holds nothing up; its fence keeps one that was
only slow from writing over what came after. Knows no platform.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select, update

from bot.state.campaigns import find_stopped
from bot.state.database import Database
from bot.state.outbox import LANES, RANK, URGENT, Outcome, settle_rows
from bot.state.pace import BULK, EVERY, Stop, lift_stops, put_stop, take_places, to_stops
from bot.state.record import Transaction
from bot.state.tables import IS_SAID, accounts, outbox, pace

KNOWN = ("surface", "account", "person_id", "channel", "tries", "fence")  # of a conversation that nobody holds
LEASE = timedelta(seconds=60)  # longer than any call to a platform may take
AT_ONCE = 5_000  # people named in one question

Ask = Callable[[Any], Sequence[Row[Any]]]


class Account(NamedTuple):
    """One conversation. `person` is None for somebody the directory does not know; `channel` until it was opened.

    While it is held: for which lane, since when what was sent may have arrived without our knowing, and whether its
    workspace took nothing from us the last time.
    """

    surface: str
    account: str
    person: str | None
    channel: str | None
    tries: int
    fence: int
    lane: str = "reply"
    doubt_at: datetime | None = None
    was_barred: bool = False

    @property
    def workspace(self) -> str:
        return self.account.partition(":")[0]


def meet(tx: Transaction, surface: str, account: str, person: str | None, channel: str | None) -> None:
    """Note a conversation, or what has become known of it."""
    row = {"surface": surface, "account": account, "person_id": person, "channel": channel}
    made = tx.insert_new(accounts, [{**row, "next_at": tx.now, "tries": 0, "fence": 0}])
    known = {name: value for name, value in (("person_id", person), ("channel", channel)) if value}
    if not made and known:
        _write(tx, surface, account, **known)
    if made:
        tx.add_entry(person or f"{surface}:{account}", "account.met", account, known=person is not None)


def has_due(database: Database, surface: str, now: datetime) -> bool:
    """Whether a claim would find anything; costs no write. Raises CannotSave."""
    return bool(_list_claimable(database.fetch, _Look(surface, now, *_find_stops(database.fetch, surface, now)), 1))


def claim(tx: Transaction, surface: str, most: int, most_bulk: int | None = None) -> list[Account]:
    """Conversations in which something is due, now held by this replica alone: the most urgent, the longest waiting
    first, each for one lane; of campaigns no more than `most_bulk`, and than the pace of their workspace allows."""

    def ask(query: Any) -> Sequence[Row[Any]]:
        return tx.connection.execute(query).all()

    look = _Look(surface, tx.now, *_find_stops(ask, surface, tx.now))
    barred = {stop.workspace for stop in look.stops if stop.reason}
    found = _list_claimable(ask, look, most, held=True)
    rows = _keep_pace(tx, surface, found, most if most_bulk is None else most_bulk)
    for row in rows:
        doubt_at = row.doubt_at or tx.now  # until it is settled, nobody knows whether what is sent arrives
        _write(tx, row.surface, row.account, next_at=tx.now + LEASE, fence=row.fence + 1, doubt_at=doubt_at)
    held = [to_account(row)._replace(fence=row.fence + 1, lane=LANES[row.rank], doubt_at=row.doubt_at) for row in rows]
    return [one._replace(was_barred=one.workspace in barred) for one in held]


def _keep_pace(tx: Transaction, surface: str, found: Sequence[Row[Any]], most: int) -> list[Row[Any]]:
    """What answers people or is urgent, and as much of what does not as there are places for."""
    bulk: dict[str, list[Row[Any]]] = {}
    for row in [row for row in found if LANES[row.rank] == BULK][:most]:
        bulk.setdefault(to_account(row).workspace, []).append(row)
    paced = [one for space, rows in sorted(bulk.items()) for one in rows[: take_places(tx, surface, space, len(rows))]]
    return [*(row for row in found if LANES[row.rank] != BULK), *paced]


class _Look(NamedTuple):
    """One look for what is due: what is left alone, and the campaigns of which nothing may go out."""

    surface: str
    now: datetime
    stops: Sequence[Stop]
    stopped: Sequence[str]


def _find_stops(ask: Ask, surface: str, now: datetime) -> tuple[list[Stop], list[str]]:
    stops = to_stops(ask(select(pace).where(pace.c.surface == surface)))
    return stops, [row.id for row in ask(find_stopped(now))]


def _list_claimable(ask: Ask, look: _Look, most: int, held: bool = False) -> list[Row[Any]]:
    """Two questions of one table each, from what is due on, as that is little of all there is: of one question about
    both a database guesses how much that is, and looks through everything where it guesses wrong."""
    ready: list[Any] = [
        IS_SAID,
        outbox.c.due_at <= look.now,
        outbox.c.surface.is_(None) | (outbox.c.surface == look.surface),
    ]
    if look.stopped:
        ready.append(func.coalesce(outbox.c.campaign_id, "").not_in(look.stopped))
    since = func.min(outbox.c.due_at)
    due = select(outbox.c.person_id).where(*ready).group_by(outbox.c.person_id).order_by(func.min(RANK), since)
    persons = [row.person_id for row in ask(due)]
    found: list[Row[Any]] = []
    for begin in range(0, len(persons), AT_ONCE):
        wanted = _find_claimable(look, ready, persons[begin : begin + AT_ONCE]).limit(most - len(found))
        found += ask(wanted.with_for_update(of=accounts, skip_locked=True) if held else wanted)
        if len(found) == most:
            break
    return found


def _find_claimable(look: _Look, ready: Sequence[Any], persons: Sequence[str]) -> Select[Any]:
    now = look.now
    due = [
        outbox.c.person_id == accounts.c.person_id,
        *ready,
        *(not_(_covers(one)) for one in look.stops if one.is_on(now)),
    ]
    rank = select(func.min(RANK)).where(*due).scalar_subquery()
    since = select(func.min(outbox.c.due_at)).where(*due).scalar_subquery()  # what failed goes before what came later
    # What is urgent waits out no failures of what was not; a lease, which reaches less far, it leaves alone.
    failing = and_(accounts.c.next_at > now + LEASE, accounts.c.tries > 0)
    is_time = or_(accounts.c.next_at <= now, and_(failing, rank == LANES.index(URGENT)))
    theirs = (accounts.c.surface == look.surface, accounts.c.person_id.in_(persons))
    wanted = select(accounts, rank.label("rank")).where(*theirs, is_time, rank.is_not(None))
    return wanted.order_by(rank, since, accounts.c.next_at)


def _covers(stop: Stop) -> ColumnElement[bool]:
    there = accounts.c.account.startswith(f"{stop.workspace}:", autoescape=True)
    return there if stop.lane == EVERY else and_(there, outbox.c.lane == stop.lane)


class Came(NamedTuple):
    """What came of a claim: when to come again, failures in a row, what became of the rows, whether it is unknown if
    all that was sent arrived, and what of the workspace is to be left alone."""

    next_at: datetime
    tries: int
    rows: Sequence[Outcome] = ()
    doubtful: bool = False
    stop: Stop | None = None


def settle(tx: Transaction, held: Account, came: Came) -> bool:
    """Write what came of a claim. False where the lease was lost, and then nothing is written."""
    wanted = select(accounts.c.fence).where(accounts.c.surface == held.surface, accounts.c.account == held.account)
    if tx.connection.execute(wanted.with_for_update()).scalar_one() != held.fence:
        return False
    known = {} if came.doubtful else {"doubt_at": None}
    _write(tx, held.surface, held.account, next_at=came.next_at, tries=came.tries, **known)
    settle_rows(tx, held.surface, came.rows)
    if came.stop:
        put_stop(tx, held.surface, came.stop)
    elif held.was_barred and not came.tries and not came.doubtful:
        lift_stops(tx, held.surface, held.workspace)
    return True


def _write(tx: Transaction, surface: str, account: str, **values: object) -> None:
    wanted = update(accounts).where(accounts.c.surface == surface, accounts.c.account == account)
    tx.connection.execute(wanted.values(values))


def to_account(row: object) -> Account:
    """From a row that has its columns among others."""
    return Account(*(getattr(row, name) for name in KNOWN))
