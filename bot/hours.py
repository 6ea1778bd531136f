"""When a message that interrupts may be sent to a person: on a working day, within that person's hours, where they are.

Pure: the instant, the hours and the holidays come in as values.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

Holidays = Collection[date] | Callable[[date], bool]

DAY = timedelta(days=1)
LONGEST_REST = 366  # days in a row
HOURS = 24
WORKING_WEEK = 5  # Monday to Friday, everywhere


def find_moment(now: datetime, timezone: str, from_hour: int, to_hour: int, holidays: Holidays) -> datetime:
    """The first instant from `now` on, in UTC, at which this person's clock shows their hours of a working day.

    Hours such as 22 to 6 go over midnight and belong to the day on which they begin; equal ones are the whole day, and
    what lies outside 0 to 24 is brought inside. A time zone nobody knows counts as UTC. Raises ValueError where `now`
    has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    now, zone = now.astimezone(UTC), _find_zone(timezone)
    opening, lasting = _measure(from_hour, to_hour)
    for day in list_working_days(now.astimezone(zone).date() - DAY, holidays):
        midnight = datetime.combine(day, time())
        opens = max(now, _find_instant(midnight + opening, zone))
        if opens < _find_instant(midnight + opening + lasting, zone):
            return opens
    raise AssertionError  # the working days never end


def find_closing(moment: datetime, timezone: str, from_hour: int, to_hour: int) -> datetime:
    """The instant, in UTC, at which the hours in which this moment lies are over; that moment where it lies in none."""
    zone = _find_zone(timezone)
    opening, lasting = _measure(from_hour, to_hour)
    for day in (moment.astimezone(zone).date() - DAY, moment.astimezone(zone).date()):
        opens = datetime.combine(day, time()) + opening
        if _find_instant(opens, zone) <= moment < (closes := _find_instant(opens + lasting, zone)):
            return closes
    return moment


def find_day(instant: datetime, timezone: str) -> date:
    """Which day it is there at this instant."""
    return instant.astimezone(_find_zone(timezone)).date()


def find_start(day: date, timezone: str) -> datetime:
    """The first instant of a day there, in UTC; where that day is left out, the first of the next."""
    return _find_instant(datetime.combine(day, time()), _find_zone(timezone))


def find_opening(day: date, timezone: str, from_hour: int, to_hour: int) -> datetime:
    """When that day's hours begin there, in UTC, whether it is worked or not."""
    opening, _ = _measure(from_hour, to_hour)
    return _find_instant(datetime.combine(day, time()) + opening, _find_zone(timezone))


def add_working_days(start: date, days: int, is_holiday: Holidays) -> date:
    """The working day that many after `start`, or before it where negative; 0 is the first from `start` on."""
    if days == 0:
        return next(list_working_days(start, is_holiday))
    step = 1 if days > 0 else -1
    return next(islice(list_working_days(start + step * DAY, is_holiday, step), abs(days) - 1, None))


def list_working_days(start: date, holidays: Holidays, step: int = 1) -> Iterator[date]:
    """Working days from this one on, without end; `step` -1 goes backwards. Where a whole year would have none, the
    holidays are taken for a mistake, as nobody would ever be written to."""
    is_free = holidays if callable(holidays) else holidays.__contains__
    day = start
    while True:
        working = (one for one in _list_weekdays(day, step) if not is_free(one))
        day = next(working, None) or next(_list_weekdays(day, step))
        yield day
        day += step * DAY


def _list_weekdays(day: date, step: int) -> Iterator[date]:
    """Those of the next year."""
    ahead = (day + step * by * DAY for by in range(LONGEST_REST))
    return (one for one in ahead if one.weekday() < WORKING_WEEK)


def _measure(from_hour: int, to_hour: int) -> tuple[timedelta, timedelta]:
    """When a day's hours begin after its midnight, by the clock, and how long they last by it."""
    opening, closing = (min(max(hour, 0), HOURS) for hour in (from_hour, to_hour))
    if opening == closing:
        return timedelta(), DAY
    return timedelta(hours=opening % HOURS), timedelta(hours=(closing - opening) % HOURS or HOURS)


def _find_zone(timezone: str) -> tzinfo:
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):  # how one that is not known, is no name or is a folder is told
        return UTC


def show_clock(instant: datetime, timezone: str) -> datetime:
    """What a clock there shows at this instant, without a zone."""
    return instant.astimezone(_find_zone(timezone)).replace(tzinfo=None)


def write_clock(instant: datetime, timezone: str) -> str:
    """The same to the minute, as text."""
    return f"{show_clock(instant, timezone):%Y-%m-%d %H:%M}"


def find_instant(shown: datetime, timezone: str) -> datetime:
    """The first instant, in UTC, from which a clock there shows at least this."""
    return _find_instant(shown, _find_zone(timezone))


def _find_instant(shown: datetime, zone: tzinfo) -> datetime:
    """The first instant from which a clock there shows at least this.

    Where the clock is put forward over it that is the instant of the change, which lies between what the time would be
    by the offset after it and by the one before.
    """
    late = shown.replace(tzinfo=zone).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == shown:
        return late
    early = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= shown:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)
