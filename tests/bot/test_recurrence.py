"""When something recurring comes next: by the clock of its zone, whatever clocks do."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.recurrence import find_next_instant, is_rule

SINCE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # Monday, nine in the morning in New York, six days before summer time
NEW_YORK, TOKYO = "America/New_York", "Asia/Tokyo"


def list_instants(rule: str, timezone: str, count: int, since: datetime = SINCE) -> list[datetime]:
    found: list[datetime] = []
    at = since - timedelta(seconds=1)
    for _ in range(count):
        following = find_next_instant(rule, since, timezone, at)
        if following is None:
            break
        found.append(following)
        at = following
    return found


def test_nine_stays_nine_when_clocks_change() -> None:
    """Every Monday at nine is an hour earlier in UTC once New York keeps summer time, and stays so in Japan."""
    assert [at.hour for at in list_instants("FREQ=WEEKLY", NEW_YORK, 3)] == [14, 13, 13]
    assert [at.hour for at in list_instants("FREQ=WEEKLY", TOKYO, 3)] == [14, 14, 14]


def test_an_hour_that_is_left_out_is_the_change_itself() -> None:
    """Half past two on the night in which clocks are put forward comes at three, and the next day at half past two."""
    since = datetime(2026, 3, 7, 7, 30, tzinfo=UTC)
    assert list_instants("FREQ=DAILY", NEW_YORK, 3, since) == [
        since,
        datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
        datetime(2026, 3, 9, 6, 30, tzinfo=UTC),
    ]


def test_the_first_wednesday_of_the_month() -> None:
    """Rules are those of RFC 5545, and one that is over comes no more."""
    rule = "FREQ=MONTHLY;BYDAY=1WE;BYHOUR=9;BYMINUTE=0;COUNT=3"
    days = [(at + timedelta(hours=9)).date().isoformat() for at in list_instants(rule, TOKYO, 5)]
    assert days == ["2026-03-04", "2026-04-01", "2026-05-06"]


@pytest.mark.parametrize(
    ("rule", "is_one"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", True),
        ("FREQ=DAILY", True),
        ("FREQ=HOURLY", False),
        ("FREQ=DAILY;BYHOUR=9,15", False),
        ("FREQ=DAILY;COUNT=1", True),
        ("every week", False),
        ("", False),
        ("FREQ=WEEKLY;UNTIL=20200101T000000", False),
    ],
)
def test_what_is_a_rule(rule: str, is_one: bool) -> None:
    """What can be read, falls on some day, and leaves a day between two."""
    assert is_rule(rule, SINCE, TOKYO) is is_one
