"""Which days a company does not work. Knows the holidays of Japan; elsewhere only the week is known.

Apart from `hours`, as what the library knows is part of the world and changes with its version.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

COUNTRIES = {"Asia/Tokyo": "JP", "Japan": "JP"}  # time zone -> whose public holidays are kept there


def find_holidays(timezone: str) -> Callable[[date], bool]:
    """Whether a day is a public holiday where this time zone is kept, substitute days included.

    No holiday at all outside Japan, before 1949 and after 2099.
    """
    country = COUNTRIES.get(timezone)
    return lambda day: country is not None and day in _list_holidays(country, day.year)


@cache  # whole years as values: the library's own calendar fills while it is read, which threads must not see
def _list_holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # takes longer than all else that is imported at start

    return frozenset(country_holidays(country, years=year))
