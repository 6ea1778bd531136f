"""A year of one employee, played through: what comes when and why, and what never happens in any year."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import interruptions
from bot.calendars import find_holidays
from bot.handbook.grounds import Learner
from bot.handbook.learning import Choice
from bot.handbook.spacing import NONE, RIGHT, UNKNOWN, WRONG
from bot.handbook.year import NUDGE, Answers, Entry, Planned, Reply, plan_year
from bot.interruptions import Hours
from tests.handbook.lessons import gather, make_case, make_learner, make_lesson

TOKYO = "Asia/Tokyo"
OFFICE = Hours(TOKYO, 9, 18, find_holidays(TOKYO))
SOON = timedelta(seconds=15)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TOPICS = ("marking", "mail", "media", "meetings")
MATERIAL = gather(
    *(make_lesson(f"lesson-{number:02}", topic=TOPICS[number % 4]) for number in range(24)),
    *(make_case(f"case-{number}", topic=TOPICS[number]) for number in range(4)),
)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TOKYO)).astimezone(UTC)


WEDNESDAYS = [Planned(tokyo("2026-01-07 09:40") + number * WEEK) for number in range(52)]


def play(schedule: Sequence[Planned], answers: Answers, learner: Learner | None = None) -> list[Entry]:
    return plan_year(MATERIAL, learner or make_learner(), OFFICE, 2026, schedule, answers)


def find_times(entries: Sequence[Entry], name: str) -> list[datetime]:
    return [one.at for one in entries if name in one.what]


def answer_right(choice: Choice, at: datetime) -> Reply:
    return Reply(RIGHT, SOON)


def test_what_was_planned_as_cases_brings_cases_and_what_was_named_is_that() -> None:
    """The calendar shows what will be sent, not anything that would fit."""
    tuesdays = [Planned(tokyo("2026-01-06 10:00") + number * 4 * WEEK, what="case") for number in range(3)]
    assert {one.kind for one in play(tuesdays, answer_right)} == {"case"}
    named = sorted(MATERIAL.lessons)[-1]
    entries = play([Planned(tokyo("2026-01-06 10:00"), what=named)], answer_right)
    assert [(one.what, one.why[0].kind) for one in entries] == [((named,), "asked")]


def test_a_year_of_someone_who_knows() -> None:
    """One thing a week, on its Wednesday or the next working day, a case now and then, nothing twice in half a year."""
    entries = play(WEDNESDAYS, answer_right)
    assert [one.at.date() for one in entries if one.at.weekday() != 2] == [
        date(2026, 2, 12),
        date(2026, 4, 30),
        date(2026, 5, 7),
        date(2026, 9, 24),
    ]
    assert [one.kind for one in entries[:8]] == ["lesson"] * 3 + ["case"] + ["lesson"] * 3 + ["case"]
    for name in {name for one in entries for name in one.what}:
        times = find_times(entries, name)
        assert all(after - before >= 26 * WEEK for before, after in itertools.pairwise(times))
    assert all(one.why for one in entries)


def test_a_wrong_answer_returns_after_one_three_and_nine_weeks() -> None:
    """Beside the weekly ones, each time in another form, until it was answered right three times; then it fades."""
    heard: list[tuple[str, str, datetime]] = []

    def answer(choice: Choice, at: datetime) -> Reply:
        heard.append((choice.id, choice.form, at))
        first = choice.id == "lesson-02" and sum(name == "lesson-02" for name, *_ in heard) == 1
        return Reply(UNKNOWN if first else RIGHT, SOON)

    entries = play(WEDNESDAYS, answer)
    times = find_times(entries, "lesson-02")
    *returns, faded = [(after - before) // WEEK for before, after in itertools.pairwise(times)]
    assert returns == [1, 3, 9]
    assert faded >= 26
    forms = [form for name, form, _ in heard if name == "lesson-02"]
    assert all(one != after for one, after in itertools.pairwise(forms))
    assert [one.why[0].kind for one in entries if "lesson-02" in one.what][1:4] == ["returns"] * 3


def test_silence_brings_nothing_after_it() -> None:
    """Who never answers hears one thing a week like everybody else, and nothing returns."""
    entries = play(WEDNESDAYS, lambda *_: None)
    assert len(entries) == len(WEDNESDAYS)
    assert not any(reason.kind == "returns" for one in entries for reason in one.why)


def test_everything_that_is_sent_shares_the_budget() -> None:
    """Three reminders in a week leave no room for its nudge, which comes once there is some."""
    reminders = [Planned(tokyo(f"2026-01-0{day} 10:00"), "reminder", f"interview-{day}") for day in (5, 6, 7)]
    entries = play([Planned(tokyo("2026-01-07 11:00")), *reminders], answer_right)
    assert [one.kind for one in entries] == ["reminder"] * 3 + ["lesson"]
    assert entries[-1].at == tokyo("2026-01-12 10:00") + timedelta(days=1, hours=-1)  # Monday is 成人の日


def test_more_than_three_that_wait_come_as_one() -> None:
    """What fell due while the company was closed is one message, which holds all of it, and counts once."""
    closed = OFFICE._replace(holidays=lambda day: day < date(2026, 1, 5))
    holiday = [Planned(tokyo(f"2026-01-0{day} 10:00")) for day in (1, 2, 3)]
    waiting = [*holiday, Planned(tokyo("2026-01-03 11:00"), "reminder", "interview")]
    after = [Planned(tokyo("2026-01-05 10:00"), "reminder", str(number)) for number in (1, 2)]
    digest, *others = plan_year(MATERIAL, make_learner(), closed, 2026, [*waiting, *after], answer_right)
    assert (digest.at, digest.kind, len(set(digest.what))) == (tokyo("2026-01-05 09:00"), "digest", 4)
    assert "interview" in digest.what
    assert [one.at for one in others] == [tokyo("2026-01-05 10:00")] * 2


def test_nudges_come_a_day_apart() -> None:
    """Two that fall due together are two mornings; a reminder comes beside the first."""
    due_at = tokyo("2026-01-07 10:00")
    entries = play([Planned(due_at), Planned(due_at), Planned(due_at, "reminder", "interview")], answer_right)
    assert [(one.at, one.kind) for one in entries] == [
        (due_at, "lesson"),
        (due_at, "reminder"),
        (tokyo("2026-01-08 09:00"), "lesson"),
    ]


def test_what_returns_takes_the_place_of_what_comes_that_day() -> None:
    """Who answers wrong at a weekly time hears one thing a week later, and not two."""
    entries = play(WEDNESDAYS[:2], lambda *_: Reply(WRONG, timedelta(hours=3)))
    within = [one for one in entries if one.at < WEDNESDAYS[2].due_at - DAY]
    assert [one.at for one in within] == [one.due_at for one in WEDNESDAYS[:2]]
    assert within[0].what == within[1].what


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    """A schedule without anything fitting is an empty year."""
    assert plan_year(gather(), make_learner(), OFFICE, 2026, WEDNESDAYS, answer_right) == []


# -- any year ----------------------------------------------------------------------------------------------------------

ZONES = ("Asia/Tokyo", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Chatham")


@st.composite
def schedules(draw: st.DrawFn) -> list[Planned]:
    """Bursts of nudges and reminders within some weeks of a year."""
    begins = datetime(2026, draw(st.integers(1, 12)), draw(st.integers(1, 28)), tzinfo=UTC)
    minutes = draw(st.lists(st.integers(0, 20 * 1_440), max_size=25))
    kinds = draw(st.lists(st.sampled_from((NUDGE, NUDGE, "reminder")), min_size=25, max_size=25))
    return [
        Planned(begins + timedelta(minutes=minute), kind, f"r{place}" if kind != NUDGE else "")
        for place, (minute, kind) in enumerate(zip(minutes, kinds, strict=False))
    ]


def is_within_budget(entries: Sequence[Entry]) -> bool:
    """No message is the fourth of the seven days up to it."""
    return all(sum(timedelta() <= one.at - other.at <= WEEK for other in entries) <= 3 for one in entries)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(schedules(), st.sampled_from(ZONES), st.lists(st.sampled_from((RIGHT, WRONG, NONE)), min_size=1, max_size=9))
def test_no_year_is_above_budget_or_loses_anything(schedule: list[Planned], zone: str, grades: list[str]) -> None:
    """Whatever falls due and however it is answered: three in seven days at most, in order, on working hours, one nudge
    a day, every reminder once unless the year ended first, and the same when played again."""
    hours = Hours(zone, 9, 18, find_holidays(zone))

    def answer(choice: Choice, at: datetime) -> Reply | None:
        grade = grades[(at.toordinal() + len(choice.id)) % len(grades)]
        return None if grade == NONE else Reply(grade, SOON)

    entries = plan_year(MATERIAL, make_learner(), hours, 2026, schedule, answer)
    assert is_within_budget(entries)
    assert entries == sorted(entries, key=lambda one: one.at)
    shown = [one.at.astimezone(ZoneInfo(zone)) for one in entries]
    assert all(9 <= at.hour < 18 and at.isoweekday() < 6 and at.year == 2026 for at in shown)
    days = [at.date() for at, one in zip(shown, entries, strict=True) if one.kind in ("lesson", "case")]
    assert len(set(days)) == len(days)
    told = [name for one in entries for name in one.what if name.startswith("r")]
    reminders = [one.what for one in schedule if one.kind != NUDGE]
    assert len(set(told)) == len(told)
    assert set(told) == set(reminders) or max(shown).month == 12 or not shown
    assert plan_year(MATERIAL, make_learner(), hours, 2026, schedule, answer) == entries


def test_a_larger_budget_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one more a week than there should be, the count above fails."""
    # Each comes before the next falls due, so that none is gathered into one message.
    schedule = [
        Planned(tokyo("2026-02-02 09:00") + timedelta(hours=26 * number), "reminder", "r") for number in range(5)
    ]
    assert is_within_budget(play(schedule, answer_right))
    monkeypatch.setattr(interruptions, "BUDGET", 4)
    assert not is_within_budget(play(schedule, answer_right))
