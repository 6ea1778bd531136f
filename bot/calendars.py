"""Which days a company does not work. Knows the holidays of Japan; elsewhere only the week is known.

Apart from `hours`, as what the library knows is part of the world and changes with its version.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

COUNTRIES = {"Asia/Tokyo": "JP", "Japan": "JP"}  # time zone -> whose public holidays are kept there
NEW_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}  # month and day


def find_holidays(timezone: str) -> Callable[[date], bool]:
    """Whether a day is a public holiday where this time zone is kept, substitute days included.

    No holiday at all outside Japan, before 1949 and after 2099.
    """
    country = COUNTRIES.get(timezone)
    return lambda day: country is not None and day in _list_holidays(country, day.year)


def find_days_off(timezone: str) -> Callable[[date], bool]:
    """Whether most companies there are closed on a day: on public holidays, and in Japan from 29 December to 3 January,
    as public offices are by law. It is for long holidays alone; hours and deadlines go by `find_holidays`."""
    is_holiday, keeps_new_year = find_holidays(timezone), COUNTRIES.get(timezone) == "JP"
    return lambda day: is_holiday(day) or (keeps_new_year and (day.month, day.day) in NEW_YEAR)


def list_timezones() -> list[tuple[str, ...]]:
    """The time zones whose holidays are known, those of one country together."""
    countries = sorted(set(COUNTRIES.values()))
    return [tuple(zone for zone, country in COUNTRIES.items() if country == one) for one in countries]


@cache  # whole years as values: the library's own calendar fills while it is read, which threads must not see
def _list_holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # takes longer than all else that is imported at start

    return frozenset(country_holidays(country, years=year))
