"""Clocks of a case: as a slow reckoning finds them, with the answers they rest on, and moved by answers that change."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.handbook import deadlines
from bot.handbook.deadlines import (
    AWARE,
    DONE,
    DUE,
    MAYBE,
    NOT_NEEDED,
    TERM,
    Case,
    Deadline,
    Ground,
    Term,
    count_down,
    find_deadlines,
    find_moved,
)
from bot.handbook.incident import read_response
from tests.chat import content

RESPONSE = read_response(content().catalogue["incident"])
TOKYO = "Asia/Tokyo"
AWARE_AT = datetime(2026, 11, 17, 10, 13, tzinfo=UTC)  # 19:13 in Tokyo
PERSONAL = {"personal_data": "yes", "sensitive": "yes", "encrypted": "no", "principal_told": "no"}
ANY = ("sensitive", "financial_harm", "wrongful_purpose", "many_persons")
CASES = 20_000 if os.environ.get("SECRET_REVIEW_LONG") else 1_000


def find(case: Case, name: str) -> Deadline:
    return next(one for one in find_deadlines(RESPONSE, case) if one.id == name)


def case_of(answers: dict[str, Any], **more: Any) -> Case:
    return Case(AWARE_AT, TOKYO, answers, **more)


# -- a slow reckoning that shares nothing with the product -------------------------------------------------------------

# Zones with summer time, at midnight too, of half an hour, with odd offsets, and one that once left out a day.
ZONES = (
    *("Asia/Tokyo", "UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut", "America/Havana"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Pacific/Kiritimati"),
)
QUARTER = timedelta(minutes=15)


def step(day: tuple[int, int, int]) -> tuple[int, int, int]:
    """The next day of the calendar, by its own rules."""
    year, month, number = day
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    if number < longest:
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def walk(since: datetime, zone: str, until: list[tuple[int, int, int]]) -> list[datetime]:
    """The first quarter of an hour at which a clock there shows each of these days, or one after it."""
    shown, at = ZoneInfo(zone), since.replace(minute=0, second=0, microsecond=0)
    found = []
    for day in until:
        while True:
            local = at.astimezone(shown)
            if (local.year, local.month, local.day) >= day:
                break
            at += QUARTER
        found.append(at)
    return found


def three(*values: bool | None) -> bool | None:
    """And, where a value may be unknown."""
    if False in values:
        return False
    return None if None in values else True


def reckon(case: Case) -> dict[str, tuple[str, datetime | None, datetime | None]]:
    """Both reports on personal data and the 72 hours, by logic of three values and by walking through the days."""
    told: dict[str, bool | None] = {name: case.answers.get(name) for name in ("personal_data", *ANY)}
    freed = case.answers.get("principal_told")
    if isinstance(persons := case.answers.get("persons"), int):
        told["many_persons"] = persons >= 1_001
    least = [told[name] for name in ANY]
    some = True if True in least else (None if None in least else False)
    owed = three(told["personal_data"], some, None if freed is None else not freed)
    state = {True: DUE, False: NOT_NEEDED, None: MAYBE}[owed]
    if state == DUE and case.answers.get("encrypted"):
        state = MAYBE
    # Sixty days where the purpose is known, or where nothing else could bring the report about.
    only = told["wrongful_purpose"] is None and not any(told[name] in (True, None) for name in ANY if name[0] != "w")
    length = 60 if told["wrongful_purpose"] or only else 30
    found: dict[str, tuple[str, datetime | None, datetime | None]] = {}
    local = case.aware_at.astimezone(ZoneInfo(case.timezone))
    day, days = (local.year, local.month, local.day), []
    for _ in range(length + 1):
        days.append(day)
        day = step(day)
    opens, closes, ends = walk(case.aware_at, case.timezone, [days[3], days[6], days[length]])
    found["ppc-quick"] = (state, opens, closes) if owed is not False else (NOT_NEEDED, None, None)
    found["ppc-final"] = (state, None, ends) if owed is not False else (NOT_NEEDED, None, None)
    abroad = three(told["personal_data"], case.answers.get("eu_persons"))
    late = datetime.fromtimestamp(case.aware_at.timestamp() + 72 * 3600, UTC)
    found["gdpr"] = ({True: DUE, False: NOT_NEEDED, None: MAYBE}[abroad], None, late if abroad is not False else None)
    return found


def draw_cases(count: int, seed: int) -> Iterator[Case]:
    """Instants near month ends, leap days and changes of the clock, in every zone, with every mix of answers."""
    random = Random(seed)
    edges = [date(2024, 2, 28), date(2027, 2, 28), date(2026, 12, 31), date(2100, 2, 27), date(2011, 12, 27)]
    for _ in range(count):
        zone = random.choice(ZONES)
        day = random.choice([*edges, *(date(random.randint(2011, 2036), random.randint(1, 12), 28) for _ in range(4))])
        aware = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
            days=random.randint(-3, 3), seconds=random.randint(0, 86_399)
        )
        if random.random() < 0.2:  # within a second of a local midnight
            local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            aware = local + timedelta(seconds=random.choice((-1, 0, 1)))
        names = ("personal_data", *ANY, "encrypted", "principal_told", "eu_persons")
        answers: dict[str, Any] = {name: random.choice((True, False, None)) for name in names}
        if random.random() < 0.3:
            answers["persons"] = random.choice((0, 1, 999, 1_000, 1_001, 50_000))
        yield Case(aware, zone, answers)


def count_differences(cases: int, seed: int = 20_261_117) -> int:
    wrong = 0
    for case in draw_cases(cases, seed):
        found = {one.id: (one.state, one.from_at, one.due_at) for one in find_deadlines(RESPONSE, case)}
        wrong += any(found[name] != told for name, told in reckon(case).items())
    return wrong


def test_random_clocks_agree_with_a_slow_reckoning() -> None:
    """Whatever the instant, the zone and the answers, state, window and end are what walking day by day finds."""
    assert count_differences(CASES) == 0


BROKEN: dict[str, tuple[str, Callable[..., Any]]] = {
    "days counted where nobody is": ("find_day", lambda instant, _: instant.astimezone(UTC).date()),
    "days of twenty-four hours": ("find_start", lambda day, _: datetime(day.year, day.month, day.day, tzinfo=UTC)),
    "what releases left out": ("_is_owed", lambda clock, holds: holds.issuperset(clock.needs)),
    "always the shorter time": ("_find_days", lambda clock, _: clock.days),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_clock_that_goes_wrong_is_noticed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: each of these mistakes makes a difference."""
    monkeypatch.setattr(deadlines, *BROKEN[what])
    assert count_differences(100) > 0


# -- what a person is told ---------------------------------------------------------------------------------------------


def test_the_window_of_the_quick_report() -> None:
    """From the third day to the end of the fifth, weekends counted, where the company is."""
    one = find(case_of(PERSONAL), "ppc-quick")
    assert (one.state, one.from_at) == (DUE, datetime(2026, 11, 19, 15, tzinfo=UTC))
    assert (one.last_day, one.due_at) == (date(2026, 11, 22), datetime(2026, 11, 22, 15, tzinfo=UTC))
    assert {ground.fact for ground in one.why} >= {"personal_data", "sensitive"}
    assert (one.source, bool(one.unverified)) == (("found:appi",), True)


def test_thirty_days_or_sixty() -> None:
    """The earlier one counts until the purpose is known, the day of awareness being day one."""
    early, late = (
        find(case_of({**PERSONAL, "wrongful_purpose": told}), "ppc-final").last_day for told in ("unknown", "yes")
    )
    assert (early, late) == (date(2026, 12, 16), date(2027, 1, 15))
    assert "wrongful_purpose" in find(case_of(PERSONAL), "ppc-final").missing


def test_while_nothing_is_answered_the_earliest_may_be_due() -> None:
    """Nothing is called needless for want of an answer, and each says which answers are missing."""
    for one in find_deadlines(RESPONSE, case_of({})):
        assert (one.state, one.why) == (MAYBE, ()), one.id
        assert one.missing
    assert find(case_of({}), "ppc-quick").last_day == date(2026, 11, 22)
    assert find(case_of({}), "contract").due_at == AWARE_AT + timedelta(hours=24)


@pytest.mark.parametrize(
    ("answers", "state", "why"),
    [
        ({"personal_data": False}, NOT_NEEDED, [Ground("personal_data", False)]),
        ({**PERSONAL, "principal_told": True}, NOT_NEEDED, [Ground("principal_told", True)]),
        (
            {**PERSONAL, **dict.fromkeys(ANY, False)},
            NOT_NEEDED,
            [Ground(name, False) for name in ANY],
        ),
        (
            {**PERSONAL, "encrypted": True},
            MAYBE,
            [Ground("personal_data", True), Ground("sensitive", True), Ground("encrypted", True)],
        ),
    ],
)
def test_why_a_report_is_not_or_may_not_be_needed(answers: dict[str, Any], state: str, why: list[Ground]) -> None:
    """The answers that decide are named, and no others."""
    one = find(case_of(answers), "ppc-quick")
    assert (one.state, list(one.why)) == (state, why)
    assert (one.due_at is None) == (state == NOT_NEEDED)


@pytest.mark.parametrize(("persons", "state"), [(1_000, NOT_NEEDED), (1_001, DUE)])
def test_more_than_a_thousand_persons(persons: int, state: str) -> None:
    """A thousand is not more than a thousand, and a number outweighs a guess."""
    answers = {**PERSONAL, **dict.fromkeys(ANY, "no"), "many_persons": "yes", "persons": persons}
    assert find(case_of(answers), "ppc-quick").state == state


def test_an_answer_that_can_change_nothing_is_not_missing() -> None:
    """Who knows that no personal data are in it is not asked how many persons there are."""
    assert find(case_of({"personal_data": "no"}), "ppc-quick").missing == ()
    assert "many_persons" not in find(case_of(PERSONAL), "ppc-quick").missing


def test_each_contract_has_its_own_clock() -> None:
    """Hours pass by the hour, days end with the day, each from its own instant; at once is at once."""
    later = AWARE_AT + timedelta(hours=6)
    terms = (
        Term("a", hours=24),
        Term("b", days=3, aware_at=later),
        Term("c", hours=0),
        Term("d"),
        Term("policy", clock="insurer", days=30),
    )
    found = {one.id: one for one in find_deadlines(RESPONSE, case_of({}, terms=terms))}
    assert "contract" not in found
    assert found["contract:a"].due_at == AWARE_AT + timedelta(hours=24)
    assert found["contract:b"].due_at == datetime(2026, 11, 21, 15, tzinfo=UTC)  # it was after midnight in Tokyo
    assert found["contract:c"].due_at == AWARE_AT
    assert {found[f"contract:{name}"].state for name in "abc"} == {DUE}
    assert (found["contract:d"].state, found["contract:d"].missing) == (MAYBE, (TERM,))
    assert found["insurer:policy"].last_day == date(2026, 12, 17)


def test_the_soonest_comes_first_and_what_is_over_with_last() -> None:
    """By time, then what has none, then what was done, then what is not needed."""
    case = case_of({**PERSONAL, "eu_persons": True, "insured": False}, done={"gdpr": AWARE_AT})
    found = find_deadlines(RESPONSE, case)
    states = [one.state for one in found]
    assert states == sorted(states, key=lambda state: (state == NOT_NEEDED, state in (DONE, NOT_NEEDED)))
    times = [one.due_at for one in found if one.state in (DUE, MAYBE) and one.due_at]
    assert times == sorted(times)
    assert [one.done_at for one in found if one.id == "gdpr"] == [AWARE_AT]


# -- what moves --------------------------------------------------------------------------------------------------------


def test_an_answer_that_moves_a_deadline_says_so() -> None:
    """The move names the deadline, before and after, and the answer; what stays is not told."""
    (moved,) = find_moved(RESPONSE, case_of(PERSONAL), case_of({**PERSONAL, "wrongful_purpose": "yes"}))
    assert moved.id == "ppc-final"
    assert moved.was is not None and moved.now is not None
    assert (moved.was.last_day, moved.now.last_day) == (date(2026, 12, 16), date(2027, 1, 15))
    assert moved.because == ("wrongful_purpose",)


def test_what_is_found_out_can_release() -> None:
    """Once the principal was told, what it releases moves to not needed."""
    moved = find_moved(RESPONSE, case_of(PERSONAL), case_of({**PERSONAL, "principal_told": "yes"}))
    assert {one.id for one in moved} == {"ppc-quick", "ppc-final", "person-notice"}
    assert {one.now.state for one in moved if one.now} == {NOT_NEEDED}
    assert {one.because for one in moved} == {("principal_told",)}


def test_another_instant_moves_all_that_count_from_it() -> None:
    """An instant put right moves every time, and a contract that becomes known brings its own."""
    before = case_of(PERSONAL)
    earlier = before._replace(aware_at=AWARE_AT - timedelta(days=1))
    moved = {one.id: one.because for one in find_moved(RESPONSE, before, earlier)}
    assert {"ppc-quick", "ppc-final", "contract"} <= set(moved)
    assert set(moved.values()) == {(AWARE,)}
    known = find_moved(RESPONSE, before, before._replace(terms=(Term("a", hours=48),)))
    assert {(one.id, one.was is None, one.now is None) for one in known} == {
        ("contract:a", True, False),
        ("contract", False, True),
    }
    assert find_moved(RESPONSE, before, before) == []


# -- counting down -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 11, 17, 15, tzinfo=UTC), (5, 0, 0, False, False)),
        (datetime(2026, 11, 19, 15, tzinfo=UTC), (3, 0, 0, False, True)),
        (datetime(2026, 11, 22, 12, 30, tzinfo=UTC), (0, 2, 30, False, True)),
        (datetime(2026, 11, 22, 15, tzinfo=UTC), (0, 0, 0, True, True)),
        (datetime(2026, 11, 24, 16, 1, tzinfo=UTC), (2, 1, 1, True, True)),
    ],
)
def test_how_long_is_left(now: datetime, left: tuple[int, int, int, bool, bool]) -> None:
    """Days, hours and minutes until the end of the last day, then since it."""
    assert count_down(find(case_of(PERSONAL), "ppc-quick"), now) == left


def test_nothing_is_counted_down_where_nothing_is_due() -> None:
    """What has no time, was done or is not needed has no countdown."""
    case = case_of({**PERSONAL, "eu_persons": "no"}, done={"ppc-quick": AWARE_AT})
    assert [count_down(find(case, name), AWARE_AT) for name in ("person-notice", "ppc-quick", "gdpr")] == [None] * 3


def test_an_instant_without_its_zone_is_refused() -> None:
    """A time that could be anywhere is never guessed."""
    with pytest.raises(ValueError, match="zone"):
        find_deadlines(RESPONSE, Case(datetime(2026, 11, 17), TOKYO))  # noqa: DTZ001 - what is refused
