"""By when a measure is proposed to be done."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.engine.facts import Facts
from bot.flows.measures import DERIVED, propose_day
from tests.chat import GIVEN, content

MARK = "c4-mark"  # of low effort: a month
NEW_YEAR = ["2026-12-31", "2027-01-01"]


def propose(today: str, holidays: Sequence[str], **standing: str) -> str:
    given = {**GIVEN["measures"], "today": today, "holidays": list(holidays), "standing": {MARK: standing}}
    return propose_day(Facts(given, {}, DERIVED, content().catalogue), MARK, True)


@pytest.mark.parametrize(
    ("today", "day"),
    [("2026-11-30", "2026-12-30"), ("2026-12-01", "2027-01-04"), ("2026-12-05", "2027-01-05")],
)
def test_a_proposed_day_is_one_on_which_people_work(today: str, day: str) -> None:
    """What would fall on a weekend or a public holiday falls on the first working day after it."""
    assert propose(today, NEW_YEAR) == day
    assert date.fromisoformat(day).weekday() < 5


def test_unless_the_holidays_are_given_new_year_is_a_day_like_another() -> None:
    """Negative control: the flow knows no holidays of its own."""
    assert propose("2026-12-01", []) == "2027-01-01"


def test_a_day_that_was_settled_before_stays() -> None:
    """A plan keeps its date, whatever day it is."""
    assert propose("2026-12-01", NEW_YEAR, state="planned", due_on="2027-01-01") == "2027-01-01"
