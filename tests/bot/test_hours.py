"""When somebody may be written to: worked out by calendar and clock, and compared with watching every minute."""

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars import find_holidays
from bot.hours import add_working_days, find_moment

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
MINUTE = timedelta(minutes=1)
TOKYO = "Asia/Tokyo"

# Zones whose clocks change, by an hour and by half of one, at night, at midnight and within the working week; and the
# days around which they do.
CHANGES = {
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),  # a Friday begins at one; a Thursday has 25 hours
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # half an hour
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),  # at midnight
    "Pacific/Chatham": (date(2026, 4, 5), date(2026, 9, 27)),  # 12:45 from UTC, at a quarter to
}


def utc(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_within(now: datetime, zone: ZoneInfo, hours: tuple[int, int], holidays: set[date]) -> bool:
    """Whether a clock there shows these hours of a working day now, as one would tell by looking at it."""
    shown, (begins, ends) = now.astimezone(zone), hours
    day = shown.date()
    if begins < ends:
        shows = begins <= shown.hour < ends
    else:
        shows = shown.hour >= begins or shown.hour < ends
        day -= timedelta(days=1) if shown.hour < ends else timedelta()
    return shows and day.isoweekday() not in (6, 7) and day not in holidays


def watch(now: datetime, zone: ZoneInfo, hours: tuple[int, int], holidays: set[date]) -> datetime:
    """The same moment, found by looking at the clock each minute."""
    if is_within(now, zone, hours, holidays):
        return now
    minute = now.replace(second=0, microsecond=0) + MINUTE
    while not is_within(minute, zone, hours, holidays):
        minute += MINUTE
    return minute


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime, tuple[int, int], set[date]]:
    """A zone, an instant within days of a change of its clock, hours that begin and end apart, and some holidays."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    seconds = draw(st.integers(-3 * 86400, 2 * 86400))
    now = datetime(change.year, change.month, change.day, tzinfo=UTC) + timedelta(seconds=seconds)
    begins, ends = draw(st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1] % 24))
    free = draw(st.sets(st.integers(-4, 4), max_size=4))
    return zone, now, (begins, ends), {change + timedelta(days=by) for by in free}


@settings(max_examples=20_000 if LONG else 400, deadline=None, derandomize=not LONG)
@given(moments())
def test_the_moment_is_the_one_a_watcher_of_the_clock_would_find(
    case: tuple[str, datetime, tuple[int, int], set[date]],
) -> None:
    """Around every kind of change of the clock, over any hours and holidays, nothing is sent a minute early or late."""
    zone, now, hours, holidays = case
    assert find_moment(now, zone, *hours, holidays) == watch(now, ZoneInfo(zone), hours, holidays)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-09 10:15", "2026-11-09 10:15"),  # Monday, at work
        ("2026-11-09 08:59:59", "2026-11-09 09:00"),
        ("2026-11-09 18:00", "2026-11-10 09:00"),  # the closing hour is over
        ("2026-11-13 18:30", "2026-11-16 09:00"),  # Friday evening
        ("2026-11-20 18:30", "2026-11-24 09:00"),  # and Monday is 勤労感謝の日
        ("2026-05-01 18:30", "2026-05-07 09:00"),  # 憲法記念日 on a Sunday is kept on Wednesday
    ],
)
def test_a_working_day_in_tokyo(now: str, expected: str) -> None:
    """Nine to six on working days of Japan, whose holidays come with their substitutes."""
    assert find_moment(utc(now, TOKYO), TOKYO, 9, 18, find_holidays(TOKYO)) == utc(expected, TOKYO)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-13 23:00", "2026-11-13 23:00"),  # Friday night
        ("2026-11-14 03:00", "2026-11-14 03:00"),  # is still Friday's
        ("2026-11-14 06:00", "2026-11-16 22:00"),
        ("2026-11-16 03:00", "2026-11-16 22:00"),  # what began on Sunday is no work
    ],
)
def test_hours_over_midnight_belong_to_the_day_they_begin_on(now: str, expected: str) -> None:
    """A night shift's Saturday morning is Friday's work, and its Monday morning Sunday's rest."""
    assert find_moment(utc(now, TOKYO), TOKYO, 22, 6, ()) == utc(expected, TOKYO)


@given(
    after=st.timedeltas(timedelta(), timedelta(days=36_500)),
    zone=st.sampled_from([TOKYO, "", "Nowhere/At_All", "../etc/passwd", "Europe", "Pacific/Apia", *CHANGES]),
    hours=st.tuples(st.integers(-30, 60), st.integers(-30, 60)),
    always=st.booleans(),
)
def test_whatever_was_set_there_is_a_moment(after: timedelta, zone: str, hours: tuple[int, int], always: bool) -> None:
    """Unknown zones, hours no clock has and a year of holidays still give an instant, not before now, and no further
    than such a year away; asked again then, it is that instant."""
    now = datetime(2000, 1, 1, tzinfo=UTC) + after
    moment = find_moment(now, zone, *hours, lambda _: always)
    assert now <= moment < now + timedelta(days=380 if always else 5)
    assert find_moment(moment, zone, *hours, lambda _: always) == moment


def test_a_day_that_was_left_out_of_the_calendar_is_no_working_day() -> None:
    """Where a Friday never was, Thursday's evening waits for Monday."""
    after = find_moment(utc("2011-12-30 05:00"), "Pacific/Apia", 9, 17, ())  # Thursday, 19:00, in Samoa
    assert after == utc("2012-01-02 09:00", "Pacific/Apia")


def test_an_instant_needs_its_zone() -> None:
    """A time that could be anywhere is refused, not guessed."""
    with pytest.raises(ValueError, match="time zone"):
        find_moment(datetime(2026, 11, 9), TOKYO, 9, 18, ())  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),
        (date(2026, 11, 21), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 5, date(2026, 11, 30)),
        (date(2026, 11, 24), -1, date(2026, 11, 20)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(start: date, days: int, expected: date) -> None:
    """Saturday, Sunday and 勤労感謝の日 are not counted, forward or back."""
    assert add_working_days(start, days, find_holidays(TOKYO)) == expected


@given(start=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(1, 30), free=st.sets(st.integers(0, 40)))
def test_so_many_working_days_later_is_so_many_working_days_between(start: date, days: int, free: set[int]) -> None:
    """Counting the days from the start to what was found gives back the number, and the day found is one of them."""
    holidays = {start + timedelta(days=by) for by in free}
    found = add_working_days(start, days, holidays)
    passed = [start + timedelta(days=by) for by in range(1, (found - start).days + 1)]
    working = [day for day in passed if day.isoweekday() <= 5 and day not in holidays]
    assert (len(working), working[-1]) == (days, found)


def test_holidays_are_known_in_japan_only() -> None:
    """A public holiday of Japan is one where Tokyo's time is kept; elsewhere no holiday is known."""
    assert find_holidays(TOKYO)(date(2026, 11, 23))
    assert not find_holidays(TOKYO)(date(2026, 11, 24))
    assert not find_holidays("Europe/Berlin")(date(2026, 12, 25))
