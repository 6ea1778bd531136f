"""A date is read as Japanese and English people type it, and an impossible or doubtful one is not guessed at."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.engine.dates import DateWords, read_date

DATA = Path(__file__).resolve().parents[3] / "content" / "shared" / "dates.yaml"
WORDS: dict[str, Any] = YAML(typ="safe", pure=True).load(DATA.read_text(encoding="utf-8"))
LEXICON = DateWords(**WORDS)
TODAY = date(2026, 11, 23)  # a Monday
ONE_DAY = timedelta(1)


def read(text: str, today: date = TODAY) -> str | None:
    found = read_date(text, today, LEXICON)
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/10", "2026-11-10", "2026.11.10", "2026-1１-10", "２０２６／１１／１０", "20261110", "2026年11月10日",
        "2026 年 11 月 10 日", "2026/11/10(火)", "2026年11月10日（火）", "2026年11月10日火曜日", "2026年11月10日まで",
        "2026年11月10日です。", "令和8年11月10日", "令和8年11月10", "令和八年十一月十日", "R8.11.10", "r8/11/10",
        "Ｒ８．１１．１０", "㋿8年11月10日", "二〇二六年十一月十日", "Nov 10, 2026", "Nov. 10th 2026",
        "November 10 2026", "10 November 2026", "10th of November 2026", "10-Nov-2026", "Tue 10 Nov 2026",
        "Tuesday, 10 November 2026", "by Nov 10, 2026", "2026/11/10までにお願いします", " 2026/11/10 ",
        "今年の11月10日", "今年11月10日", "今月10日", "今月の10日",
    ],
)  # fmt: skip
def test_a_whole_date_in_any_writing_is_that_day(text: str) -> None:
    """Year, month and day in any order, era, width, numeral and language name the same day, also when it has passed."""
    assert read(text) == "2026-11-10"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11/10", "2027-11-10"), ("11/23", "2026-11-23"), ("11/24", "2026-11-24"), ("11月10日", "2027-11-10"),
        ("１１月２４日", "2026-11-24"), ("十一月二十四日", "2026-11-24"), ("11 / 24", "2026-11-24"),
        ("11-24", "2026-11-24"), ("11.24", "2026-11-24"), ("Nov 24", "2026-11-24"), ("24 nov", "2026-11-24"),
        ("NOVEMBER 24TH", "2026-11-24"), ("24th of November", "2026-11-24"), ("1/5", "2027-01-05"),
        ("2/29", "2028-02-29"), ("10日", "2026-12-10"), ("23日", "2026-11-23"), ("31日", "2026-12-31"),
        ("the 10th", "2026-12-10"), ("11/24(火)", "2026-11-24"), ("12/25/2026", "2026-12-25"),
        ("25/12/2026", "2026-12-25"), ("10/10/2026", "2026-10-10"),
    ],
)  # fmt: skip
def test_a_date_without_its_year_or_month_is_the_next_such_day(text: str, day: str) -> None:
    """Today counts; a day that has passed means next year's or next month's."""
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今日", "2026-11-23"), ("明日", "2026-11-24"), ("あした", "2026-11-24"), ("明後日", "2026-11-25"),
        ("あさって", "2026-11-25"), ("一昨日", "2026-11-21"), ("明日まで", "2026-11-24"), ("明日(火)", "2026-11-24"),
        ("today", "2026-11-23"), ("Tomorrow.", "2026-11-24"), ("the day after tomorrow", "2026-11-25"),
        ("yesterday", "2026-11-22"), ("10日後", "2026-12-03"), ("一週間後", "2026-11-30"), ("２週間後", "2026-12-07"),
        ("3か月後", "2027-02-23"), ("1年後", "2027-11-23"), ("10日前", "2026-11-13"), ("in 3 days", "2026-11-26"),
        ("in a week", "2026-11-30"), ("two weeks later", "2026-12-07"), ("in 3 months", "2027-02-23"),
        ("3 days ago", "2026-11-20"), ("月末", "2026-11-30"), ("今月末", "2026-11-30"), ("来月末", "2026-12-31"),
        ("来月の末日", "2026-12-31"), ("年末", "2026-12-31"), ("来年末", "2027-12-31"), ("2027年末", "2027-12-31"),
        ("12月末", "2026-12-31"), ("3月末", "2027-03-31"), ("2028年2月末", "2028-02-29"),
        ("令和9年3月末日", "2027-03-31"), ("来年3月末", "2027-03-31"), ("来年の3月10日", "2027-03-10"),
        ("来月10日", "2026-12-10"), ("再来月の1日", "2027-01-01"), ("end of month", "2026-11-30"),
        ("end of next month", "2026-12-31"), ("end of March", "2027-03-31"), ("the end of March 2028", "2028-03-31"),
        ("end of the year", "2026-12-31"), ("end of next year", "2027-12-31"), ("来週の水曜", "2026-12-02"),
        ("今週の金曜", "2026-11-27"), ("再来週の月曜", "2026-12-07"), ("来週水曜日", "2026-12-02"),
        ("水曜", "2026-11-25"), ("月曜", "2026-11-23"), ("今度の月曜", "2026-11-30"), ("次の火曜日", "2026-11-24"),
        ("next Wednesday", "2026-12-02"), ("Wednesday next week", "2026-12-02"), ("this Friday", "2026-11-27"),
        ("last Friday", "2026-11-20"), ("on Wednesday", "2026-11-25"), ("coming Monday", "2026-11-30"),
    ],
)  # fmt: skip
def test_a_day_named_from_today_is_counted_from_today(text: str, day: str) -> None:
    """Words, spans, ends of months and years, and weekdays are counted from the day that is given."""
    assert read(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "あ", "はい", "分からない", "1", "1 4 5", "2026", "11月", "2026年11月", "来週", "来月", "12月中旬",
        "11/10か11/12", "2/30", "2026/2/29", "13/1", "0/0", "0/10", "11/0", "2026/13/1", "令和0年1月1日", "今月31日",
        "0000/1/1", "32日", "0日", "11/10/2026", "26/11/10", "11/24(水)", "2026/11/10(水)", "(火)", "明日の10時",
        "9999年後", "9999か月前の", "99999999日後", "約10日後", "Nov", "Nov 31", "Novembre 10", "next week", "soon",
        "20261301", "2026-11-10T10:00", "\ud800", "\0", "١١/١٠", "1" * 5000, "a\u0315\u0316" * 9000,
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_not_guessed(text: str) -> None:
    """Impossible, incomplete, contradictory and ambiguous dates give none, so that the person is asked again."""
    assert read(text) is None


def days(start: date, count: int) -> Iterator[date]:
    return (start + ONE_DAY * step for step in range(count))


def day_in_week(today: date, week: int, weekday: int) -> date:
    """Walk day by day: back to this week's Monday, over so many Mondays, on to the weekday."""
    day = today
    while day.weekday() != 0:
        day -= ONE_DAY
    for _ in range(abs(week) * 7):
        day += ONE_DAY if week > 0 else -ONE_DAY
    while day.weekday() != weekday:
        day += ONE_DAY
    return day


@pytest.mark.parametrize(("week", "weeks"), WORDS["weeks"].items())
def test_every_weekday_of_every_week_agrees_with_a_calendar_walked_by_hand(week: str, weeks: int) -> None:
    """Over 1,000 days, each week word with each weekday word is the day found by walking from that week's Monday."""
    for today in days(date(2026, 1, 1), 1000):
        expected = [day_in_week(today, weeks, weekday) for weekday in range(7)]
        for word, weekday in WORDS["weekdays"].items():
            texts = [f"{week} {word}", f"{word} {week}"] if week.isascii() else [f"{week}の{word}", f"{week}{word}"]
            for text in texts if week.isascii() == word.isascii() else []:
                assert read_date(text, today, LEXICON) == expected[weekday], (text, today)


@pytest.mark.parametrize(("word", "weekday"), WORDS["weekdays"].items())
def test_every_weekday_alone_is_the_next_one(word: str, weekday: int) -> None:
    """Over 1,000 days, a weekday alone is today or the first one after, and "the coming" one is never today."""
    for today in days(date(2026, 1, 1), 1000):
        ahead = next(day for day in days(today, 7) if day.weekday() == weekday)
        later = next(day for day in days(today + ONE_DAY, 7) if day.weekday() == weekday)
        coming = f"coming {word}" if word.isascii() else f"今度の{word}"
        assert read_date(word, today, LEXICON) == ahead
        assert read_date(coming, today, LEXICON) == later


@given(day=st.dates(date(2019, 5, 1), date(2099, 12, 31)), today=st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_every_day_written_out_is_read_back(day: date, today: date) -> None:
    """Each way of writing a whole date gives the day back, whatever day it is today."""
    era = day.year - 2018
    for text in (
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day:%d %B %Y}", f"{day.year}年{day.month}月{day.day}日",
        f"令和{era}年{day.month}月{day.day}日", f"R{era}.{day.month}.{day.day}", f"{day:%b %d, %Y}",
        f"{day:%A, %d %B %Y}",
    ):  # fmt: skip
        assert read_date(text, today, LEXICON) == day


@given(day=st.dates(date(2000, 1, 1), date(2090, 12, 31)), today=st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_a_month_and_day_is_never_past_and_never_skips_one(day: date, today: date) -> None:
    """The day found is the first of that month and day from today on."""
    found = read_date(f"{day.month}/{day.day}", today, LEXICON)
    assert found is not None
    assert found >= today
    assert (found.month, found.day) == (day.month, day.day)
    assert not any((one.month, one.day) == (day.month, day.day) for one in days(today, (found - today).days))


@given(text=st.text(st.characters(), max_size=80), today=st.dates())
def test_no_text_is_too_strange(text: str, today: date) -> None:
    """Any string on any day is a date or none, never an exception."""
    assert isinstance(read_date(text, today, LEXICON), date | None)


PIECES = [word for table in WORDS.values() for word in table] + [
    "0",
    "9",
    "31",
    "2026",
    "9999",
    "/",
    "-",
    ".",
    "(",
    ")",
    " ",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=6), today=st.sampled_from([TODAY, date.min, date.max]))
def test_no_mixture_of_its_words_is_too_strange(pieces: list[str], today: date) -> None:
    """Its own words in any order, on the first and the last day there is, are a date or none."""
    for text in ("".join(pieces), " ".join(pieces)):
        assert isinstance(read_date(text, today, LEXICON), date | None)


def test_the_words_come_from_the_file() -> None:
    """The file has exactly the tables of the lexicon; without words only figures are read."""
    assert set(WORDS) == {field.name for field in dataclasses.fields(DateWords)}
    tables: dict[str, Any] = {name: {} if isinstance(table, dict) else () for name, table in WORDS.items()}
    silent = DateWords(**tables)
    assert read_date("2026/11/10", TODAY, silent) == date(2026, 11, 10)
    assert read_date("明日", TODAY, silent) is None
    assert read_date("11月10日", TODAY, silent) is None
