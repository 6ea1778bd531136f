"""Long holidays: runs of days on which nobody works, and the working day before each.

Pure: which days are free comes in as a value.
"""

from collections.abc import Callable
from datetime import date, datetime

from bot.hours import DAY, WORKING_WEEK, find_day, find_start

LONG = 4  # days in a row on which nobody works
AHEAD = 3 * 366  # days looked through for the next one

IsFree = Callable[[date], bool]


def find_eve(after: datetime, timezone: str, is_free: IsFree) -> datetime | None:
    """When the next working day before a long holiday begins there, in UTC, later than `after`; None where the next
    three years have none. `is_free` knows the days off besides Saturdays and Sundays."""
    day = find_day(after, timezone)
    for _ in range(AHEAD):
        if is_eve(day, is_free) and (begins := find_start(day, timezone)) > after:
            return begins
        day += DAY
    return None


def is_eve(day: date, is_free: IsFree) -> bool:
    """Whether it is a working day, and a long holiday begins the day after."""
    return _works(day, is_free) and not any(_works(day + ahead * DAY, is_free) for ahead in range(1, LONG + 1))


def _works(day: date, is_free: IsFree) -> bool:
    return day.weekday() < WORKING_WEEK and not is_free(day)
