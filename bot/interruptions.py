"""How often and when a person may be interrupted, over everything that is sent to them unasked.

Pure: instants, hours and holidays come in as values; knows nothing of what is sent. Urgent alerts of a case and replies
are no interruptions and are not held back by it.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

from bot.hours import DAY, Holidays, find_day, find_moment, find_opening

WEEK = timedelta(days=7)
BUDGET = 3  # interruptions of one person in any seven days; our proposal
MOST_APART = 3  # waiting messages that are still sent one by one; our proposal
IN_AN_HOUR, TOMORROW, NEXT_WEEK = SNOOZES = ("hour", "morning", "week")

Waiting = TypeVar("Waiting")


class Hours(NamedTuple):
    """When one person may be written to, as `hours.find_moment` takes it."""

    timezone: str
    from_hour: int
    to_hour: int
    holidays: Holidays


def find_next(now: datetime, hours: Hours, sent: Collection[datetime], quiet_until: datetime | None = None) -> datetime:
    """The first instant from `now` on, in UTC, at which one more message may come: within this person's hours of a
    working day, within the budget, and not before they wish to hear again.

    `sent` are the interruptions so far. Raises ValueError where `now` has no time zone.
    """
    begins = max(now, quiet_until or now)
    # Whoever may be interrupted at an instant may be so at every later one, so the hours are looked at last.
    return find_moment(_find_free(begins, sent), *hours)


def count_room(at: datetime, sent: Collection[datetime]) -> int:
    """How many more may come at this instant; what is exactly seven days old still counts."""
    return max(BUDGET - len(_list_counted(at, sent)), 0)


def _find_free(at: datetime, sent: Collection[datetime]) -> datetime:
    """The first instant from this one on at which the budget has room."""
    counted = _list_counted(at, sent)
    if len(counted) < BUDGET:
        return at
    return counted[len(counted) - BUDGET] + WEEK + datetime.resolution


def _list_counted(at: datetime, sent: Collection[datetime]) -> list[datetime]:
    """In UTC, as a week of a local clock may be an hour longer or shorter."""
    since = at.astimezone(UTC) - WEEK
    return sorted(one.astimezone(UTC) for one in sent if one >= since)


def snooze(now: datetime, hours: Hours, until: str) -> datetime:
    """When a person who said "later" now wishes to hear again, in UTC: `until` is one of SNOOZES.

    An hour is an hour, and `find_next` sees to the hours. Tomorrow is the next working day after today on their
    calendar, next week the first working day from next Monday on, each when their hours begin. Raises ValueError where
    `now` has no time zone, KeyError where there is no such snooze.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    if until == IN_AN_HOUR:
        return now.astimezone(UTC) + timedelta(hours=1)
    today = find_day(now, hours.timezone)
    ahead = {TOMORROW: DAY, NEXT_WEEK: WEEK - today.weekday() * DAY}[until]
    return find_moment(find_opening(today + ahead, hours.timezone, hours.from_hour, hours.to_hour), *hours)


def bundle(waiting: Sequence[Waiting]) -> list[tuple[Waiting, ...]]:
    """What waits for one person, as messages: each by itself, or all in one where they are more than MOST_APART."""
    if len(waiting) > MOST_APART:
        return [tuple(waiting)]
    return [(one,) for one in waiting]
