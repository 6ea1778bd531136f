"""When something recurring comes next: rules of RFC 5545 on the clock of a time zone.

Pure: rules and instants come in as values.
"""

import itertools
from datetime import datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from bot.hours import find_instant, show_clock

CLOSEST = timedelta(days=1)  # two of what is sent to many people are further apart than this, or as far
MOST_LOOKED_AT = 50  # of its instants, from the first on, for two that are too close


def find_next_instant(rule: str, since: datetime, timezone: str, after: datetime) -> datetime | None:
    """The first instant after `after`, in UTC, at which this rule falls, counted from `since`; none where it is over.

    Its hours are those a clock in `timezone` shows, so that nine o'clock stays nine o'clock when clocks change; one
    that is left out there is the instant of the change. Raises ValueError where it is no rule.
    """
    shown = _read(rule, since, timezone)
    found = shown.after(show_clock(after, timezone), inc=False)
    while found is not None and find_instant(found, timezone) <= after:
        found = shown.after(found, inc=False)
    return find_instant(found, timezone) if found else None


def is_rule(rule: str, since: datetime, timezone: str) -> bool:
    """Whether this is a rule whose instants are a day apart at least, and that has any."""
    try:
        shown = _read(rule, since, timezone)
        first = list(zip(range(MOST_LOOKED_AT), shown, strict=False))
    except (ValueError, TypeError, OverflowError):  # how the library tells what it cannot read
        return False
    instants = [at for _, at in first]
    return bool(instants) and all(later - one >= CLOSEST for one, later in itertools.pairwise(instants))


def _read(rule: str, since: datetime, timezone: str) -> Any:
    """The library's own, which goes through its instants without a zone."""
    return rrulestr(rule, dtstart=show_clock(since, timezone))
