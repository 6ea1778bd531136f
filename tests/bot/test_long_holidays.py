"""The working day before a long holiday, against a slow look at every day of ten years of Japan's calendar."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import pytest
from holidays import country_holidays

from bot.calendars import find_days_off
from bot.hours import find_day
from bot.long_holidays import LONG, find_eve, is_eve

TOKYO, YEARS = "Asia/Tokyo", range(2024, 2034)
SATURDAY = 5


def list_slowly() -> list[date]:
    """Every day of these years in a row, each free or not; the last working day before each run that is long."""
    public = country_holidays("JP", years=[*YEARS, YEARS.stop])
    days = [date(YEARS.start, 1, 1) + timedelta(days=ahead) for ahead in range(366 * (len(YEARS) + 1))]

    def is_free(day: date) -> bool:
        new_year = f"{day:%m-%d}" in ("12-29", "12-30", "12-31", "01-02", "01-03")
        return day.weekday() >= SATURDAY or day in public or new_year

    runs = [(free, list(run)) for free, run in groupby(days, is_free)]
    eves = [runs[place - 1][1][-1] for place, (free, run) in enumerate(runs) if free and place and len(run) >= LONG]
    return [day for day in eves if day.year in YEARS]


def list_quickly(timezone: str) -> list[date]:
    at: datetime | None = datetime(YEARS.start, 1, 1, tzinfo=UTC) - timedelta(days=1)
    found = []
    while at is not None and (at := find_eve(at, timezone, find_days_off(timezone))) is not None:
        day = find_day(at, timezone)
        if day.year not in YEARS:
            break
        found.append(day)
    return found


def test_every_eve_of_ten_years_is_found() -> None:
    """What steps from eve to eve finds is what looking at every day finds; New Year is among them each year, and no
    weekend with one holiday more."""
    found = list_quickly(TOKYO)
    assert found == list_slowly()
    assert [day.year for day in found if day.month == 12] == list(YEARS)
    assert date(2026, 5, 1) in found and date(2026, 9, 18) in found
    assert date(2026, 7, 17) not in found


@pytest.mark.parametrize("day", ["2026-12-27", "2026-12-29", "2026-12-30", "2026-12-25"])
def test_only_the_day_before_is_one(day: str) -> None:
    """Neither a Sunday before it, nor a day within it, nor the last Friday with a working day still to come."""
    assert is_eve(date(2026, 12, 28), find_days_off(TOKYO))
    assert not is_eve(date.fromisoformat(day), find_days_off(TOKYO))


def test_where_no_holidays_are_known_there_is_none() -> None:
    """A weekend is no long holiday."""
    assert find_eve(datetime(2026, 1, 1, tzinfo=UTC), "Europe/Berlin", find_days_off("Europe/Berlin")) is None
