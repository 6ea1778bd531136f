"""When one more message may come: as a slow watcher of clock, calendar and what was sent finds it, and by the rules."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import merge
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from bot import interruptions
from bot.calendars import find_holidays
from bot.interruptions import IN_AN_HOUR, NEXT_WEEK, TOMORROW, Hours, bundle, count_room, find_next, snooze

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
CASES = 100_000 if LONG else 1_000
TOKYO = "Asia/Tokyo"
OFFICE = Hours(TOKYO, 9, 18, find_holidays(TOKYO))


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TOKYO)).astimezone(UTC)


# -- a slow watcher that shares nothing with the product ---------------------------------------------------------------

# Zones with summer time and days around its changes: at night, at midnight, by half an hour, from odd offsets, on a day
# of work. Then Tokyo around its holidays, which has none.
EDGES = {
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),
    "Pacific/Chatham": (date(2026, 4, 5), date(2026, 9, 27)),
    TOKYO: (date(2026, 5, 4), date(2026, 9, 22), date(2026, 11, 23), date(2027, 1, 1), date(2027, 3, 22)),
}
QUARTER = timedelta(minutes=15)  # every zone's hours begin on a quarter of UTC's


class Situation(NamedTuple):
    now: datetime
    zone: str
    begins: int
    ends: int
    free: frozenset[date]  # company holidays of a zone outside Japan
    sent: tuple[datetime, ...]
    quiet_until: datetime | None


@cache
def list_free(zone: str) -> frozenset[date]:
    """The holidays of Japan, as the library has them."""
    return frozenset(country_holidays("JP", years=(2025, 2026, 2027, 2028)) if zone == TOKYO else ())


def find_shift(at: datetime, case: Situation) -> date | None:
    """To which working day the hours belong that a clock there shows, if it shows any."""
    shown = at.astimezone(ZoneInfo(case.zone))
    day = date(shown.year, shown.month, shown.day)
    if case.begins < case.ends:
        shows = case.begins <= shown.hour < case.ends
    elif shown.hour < case.ends:
        shows, day = True, day - timedelta(days=1)
    else:
        shows = shown.hour >= case.begins
    is_work = day.isoweekday() < 6 and day not in case.free and day not in list_free(case.zone)
    return day if shows and is_work else None


def is_allowed(at: datetime, case: Situation) -> bool:
    """Whether anything may come at this very instant."""
    recent = [one for one in case.sent if (at - one).total_seconds() <= 7 * 86_400]
    is_quiet = case.quiet_until is not None and at < case.quiet_until
    return not is_quiet and len(recent) <= 2 and find_shift(at, case) is not None


def list_quarters(after: datetime) -> Iterator[datetime]:
    """Every quarter of an hour after this instant, without end."""
    at = datetime.fromtimestamp(after.timestamp() // 900 * 900, UTC)
    while True:
        at += QUARTER
        yield at


def watch(case: Situation) -> datetime:
    """The first instant that is allowed, found by looking every quarter, and whenever something runs out."""
    over = [one + timedelta(days=7, microseconds=1) for one in case.sent]
    stops = sorted(at for at in (case.now, *over, case.quiet_until) if at is not None and at >= case.now)
    return next(at for at in merge(stops, list_quarters(case.now)) if is_allowed(at, case))


def watch_snooze(case: Situation, until: str) -> datetime:
    """The first quarter of the first shift tomorrow or later, or of one in a later week of the calendar."""
    today = case.now.astimezone(ZoneInfo(case.zone)).date()
    for at in list_quarters(case.now):
        shift = find_shift(at, case)
        if shift is None or shift <= today:
            continue
        if until == TOMORROW or shift.isocalendar()[:2] > today.isocalendar()[:2]:
            return at
    raise AssertionError  # the quarters never end


def draw_situations(count: int, seed: int) -> Iterator[Situation]:
    """Instants within days of an edge, any hours that begin and end apart, with up to six messages in nine days."""
    random = Random(seed)
    for _ in range(count):
        zone = random.choice(list(EDGES))
        edge = random.choice(EDGES[zone])
        now = datetime(edge.year, edge.month, edge.day, tzinfo=UTC) + timedelta(seconds=random.randint(-4, 3) * 86_400)
        now += timedelta(seconds=random.randint(0, 86_399), microseconds=random.choice((0, 0, 1, 999_999)))
        begins, ends = random.choice(((9, 18), (8, 17), (10, 15), (22, 6), (0, 24), (0, 1), (2, 3), (23, 24)))
        if random.random() < 0.3:
            begins = random.randint(0, 23)
            ends = random.choice([hour for hour in range(25) if hour % 24 != begins])
        free = {edge + timedelta(days=by) for by in random.sample(range(-4, 11), random.randint(0, 4))}
        sent = tuple(
            now - timedelta(seconds=random.randint(0, 9 * 86_400)) for _ in range(random.choice((0, 2, 3, 4, 6)))
        )
        if random.random() < 0.3:  # the third of a week within a hair of a week ago
            hair = timedelta(days=7, microseconds=random.choice((-1, 0, 1)))
            sent = (now - hair, now - random.random() * hair, now - random.random() * hair)
        quiet = now + timedelta(seconds=random.randint(-7_200, 3 * 86_400)) if random.random() < 0.3 else None
        yield Situation(now, zone, begins, ends, frozenset() if zone == TOKYO else frozenset(free), sent, quiet)


def find_differences(count: int, seed: int = 20_261_123) -> Iterator[Situation]:
    """Those in which the product and the watcher do not find the same instants."""
    for case in draw_situations(count, seed):
        free = find_holidays(TOKYO) if case.zone == TOKYO else case.free
        hours = Hours(case.zone, case.begins, case.ends, free)
        until = (TOMORROW, NEXT_WEEK)[case.now.second % 2]
        found = (find_next(case.now, hours, case.sent, case.quiet_until), snooze(case.now, hours, until))
        if found != (watch(case), watch_snooze(case, until)):
            yield case


@pytest.mark.timeout(3600 if LONG else 120)
def test_no_message_comes_earlier_or_later_than_a_watcher_would_send_it() -> None:
    """Whatever the instant, zone, hours and holidays, whatever was sent and put off: the same instant."""
    assert list(find_differences(CASES)) == []


def spoil(name: str, change: Callable[[Any], Any]) -> tuple[str, Any]:
    """A function of the product that is given other values than it should be."""
    real = getattr(interruptions, name)
    return name, lambda *told: real(*map(change, told))


def take_for_tokyo(told: Any) -> Any:
    return TOKYO if isinstance(told, str) else told


def leave_out_holidays(told: Any) -> Any:
    return () if isinstance(told, frozenset) or callable(told) else told


BROKEN: dict[str, tuple[str, Any]] = {
    "one message too many": ("BUDGET", 4),
    "one message too few": ("BUDGET", 2),
    "a week of six days": ("WEEK", timedelta(days=6)),
    "hours of another zone": spoil("find_moment", take_for_tokyo),
    "today of another zone": spoil("find_day", take_for_tokyo),
    "an opening of another zone": spoil("find_opening", take_for_tokyo),
    "holidays left out": spoil("find_moment", leave_out_holidays),
    "tomorrow is today": ("DAY", timedelta()),
    "what is a week old is forgotten": (
        "_list_counted",
        lambda at, sent: sorted(one for one in sent if one > at - timedelta(days=7)),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_watcher_notices_a_planted_mistake(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever part of the rule is spoiled, some instant differs."""
    name, spoiled = BROKEN[what]
    monkeypatch.setattr(interruptions, name, spoiled)
    assert any(find_differences(500))


# -- rules -------------------------------------------------------------------------------------------------------------


def test_a_week_is_any_seven_days() -> None:
    """After three messages in a week the fourth waits until the first of them is more than seven days old."""
    sent = [tokyo("2026-11-09 10:00"), tokyo("2026-11-11 10:00"), tokyo("2026-11-13 10:00")]
    assert find_next(tokyo("2026-11-13 11:00"), OFFICE, sent[:2]) == tokyo("2026-11-13 11:00")
    assert find_next(tokyo("2026-11-13 11:00"), OFFICE, sent) == tokyo("2026-11-16 10:00:00.000001")
    rooms = [count_room(at, sent) for at in (sent[2], tokyo("2026-11-16 10:00"), tokyo("2026-11-17 10:00"))]
    assert rooms == [0, 0, 1]


@pytest.mark.parametrize(
    ("now", "until", "expected"),
    [
        ("2026-11-18 09:40", IN_AN_HOUR, "2026-11-18 10:40"),
        ("2026-11-18 17:40", IN_AN_HOUR, "2026-11-19 09:00"),  # an hour later the day is over
        ("2026-11-18 09:40", TOMORROW, "2026-11-19 09:00"),
        ("2026-11-20 09:40", TOMORROW, "2026-11-24 09:00"),  # Friday; Monday is 勤労感謝の日
        ("2026-11-18 09:40", NEXT_WEEK, "2026-11-24 09:00"),
        ("2026-11-15 12:00", NEXT_WEEK, "2026-11-16 09:00"),  # a Sunday is the last day of its week
        ("2026-04-30 10:00", NEXT_WEEK, "2026-05-07 09:00"),
        ("2026-12-31 10:00", TOMORROW, "2027-01-04 09:00"),
    ],
)
def test_later_is_when_a_person_expects_it(now: str, until: str, expected: str) -> None:
    """An hour, tomorrow morning and next week mean what they say, moved over closing time, weekends and holidays."""
    quiet_until = snooze(tokyo(now), OFFICE, until)
    assert find_next(tokyo(now), OFFICE, (), quiet_until) == tokyo(expected)


@pytest.mark.parametrize("until", [IN_AN_HOUR, TOMORROW, NEXT_WEEK])
def test_an_instant_needs_its_zone(until: str) -> None:
    """A time that could be anywhere is refused, not guessed."""
    nowhere = datetime(2026, 11, 18)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        snooze(nowhere, OFFICE, until)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (3, [1, 1, 1]), (4, [4]), (9, [9])])
def test_more_than_three_that_wait_become_one(count: int, sizes: list[int]) -> None:
    """Up to three come one by one, more in a single message; none is lost and their order stays."""
    messages = bundle(range(count))
    assert [len(one) for one in messages] == sizes
    assert [one for message in messages for one in message] == list(range(count))
