"""When a moment of working life comes by its day, how long it is of use, and which lessons go with it.

Pure: the day, the time zone and the days off come in as values. By `comes` of the content a moment comes on its day,
the working day before it, or at once.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.handbook.awareness import BEFORE, NOW, ON
from bot.hours import add_working_days, find_day, find_start

HOLIDAY = "long_holiday"  # the moment that may come to everybody by itself
LASTS = timedelta(weeks=13)  # for which a moment that comes on its day is news
LATE = timedelta(days=31)  # after which nobody tells of one any more
FARTHEST = timedelta(days=366)  # ahead, so that a slip in the year is seen
LESSONS: Mapping[str, tuple[str, ...]] = {  # moment -> triggers of lessons that hold with it
    "joining": ("joining", "onboarding"),
    "leaving": ("resignation",),
    "partner_visit": ("before_visit",),
}


class Occasion(NamedTuple):
    """A moment of one person: on which day, and since when it is told to them."""

    moment: str
    day: date
    since: datetime


def find_coming(comes: str, day: date, timezone: str, is_holiday: Callable[[date], bool], now: datetime) -> datetime:
    """From when on it may be told to somebody whose clock this is, in UTC; one whose time has come, now."""
    if comes == NOW:
        return now
    first = add_working_days(day, -1, is_holiday) if comes == BEFORE else day
    return max(now, find_start(first, timezone))


def find_last_day(comes: str, day: date) -> date:
    """After which it is of no use any more."""
    return day + LASTS if comes == ON else day


def find_misfit(comes: str, day: date, today: date) -> str | None:
    """Why a day cannot be that of a moment told of today: past, or too_far; None where it can be."""
    if day > today + FARTHEST:
        return "too_far"
    return "past" if day < (today - LATE if comes == ON else today) else None


def is_over(comes: str, day: date, now: datetime, timezone: str) -> bool:
    """Whether it is of no use any more there."""
    return find_day(now, timezone) > find_last_day(comes, day)
