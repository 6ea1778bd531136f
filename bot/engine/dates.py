"""Reads a date as a Japanese or English person types it.

Knows the calendar and the shapes of dates; every word comes in as data, and so does today.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache

from bot.engine.numerals import replace_kanji

__all__ = ["DateWords", "read_date", "read_last_day"]

_LONGEST = 60  # longer than any date a person types; NFKC is quadratic in combining marks, so the length comes first
_LEAP_YEARS_APART = 8  # at most, around a century that has none
_MONTHS = 12
_WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class DateWords:
    """The words of dates, both languages together; meanings and examples stand in `content/shared/dates.yaml`.

    Steps count from now (0 is today, this week, this month, this year); spans are lengths in days or months.
    Compared by identity, so that what is built from it is built once.
    """

    days: Mapping[str, int]
    weeks: Mapping[str, int]
    weekdays: Mapping[str, int]  # Monday is 0
    months: Mapping[str, int]  # January is 1
    month_steps: Mapping[str, int]
    year_steps: Mapping[str, int]
    eras: Mapping[str, int]  # the year before the era's first
    month_ends: Mapping[str, int]  # phrases; months from now
    year_ends: Mapping[str, int]  # phrases; years from now
    day_spans: Mapping[str, int]
    month_spans: Mapping[str, int]
    counts: Mapping[str, int]
    first_year: tuple[str, ...]
    year_marks: tuple[str, ...]
    month_marks: tuple[str, ...]
    day_marks: tuple[str, ...]
    end_after: tuple[str, ...]
    end_before: tuple[str, ...]
    later_after: tuple[str, ...]
    later_before: tuple[str, ...]
    ago_after: tuple[str, ...]
    upcoming: tuple[str, ...]
    links: tuple[str, ...]
    leading: tuple[str, ...]
    trailing: tuple[str, ...]
    hour_marks: tuple[str, ...]
    minute_marks: tuple[str, ...]
    forenoon: tuple[str, ...]
    afternoon: tuple[str, ...]
    roughly: tuple[str, ...]  # behind a time


Found = Mapping[str, str | None]
Reader = Callable[[Found, date, "_Grammar"], date | None]


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The patterns built from one set of words; `values` maps each table's folded words to its numbers."""

    values: Mapping[str, Mapping[str, int]]
    forms: tuple[tuple[re.Pattern[str], Reader], ...]
    around: re.Pattern[str]
    weekday_beside: re.Pattern[str]


def read_date(text: str, today: date, lexicon: DateWords) -> date | None:
    """The day that `text` names, or None when it names none, an impossible one, or could mean two. Never raises.

    A month and day without a year is the next such day, today included; so is a weekday alone. Weeks begin on Monday,
    and "this Friday" is this week's even when it has passed. A weekday written beside a date must be that date's.
    """
    if len(text) > _LONGEST:
        return None
    grammar = _build(lexicon)
    plain = _fold(text)
    trimmed = grammar.around.sub("", plain)
    for candidate in dict.fromkeys((plain, trimmed)):
        day = _read_one(candidate, today, grammar) or _read_beside_weekday(candidate, today, grammar)
        if day:
            return day
    return None


def read_last_day(text: str, today: date, lexicon: DateWords) -> date | None:
    """The day by which something is to be done: `read_date`, and a month or a year alone is its last day."""
    day = read_date(text, today, lexicon)
    if day or len(text) > _LONGEST:
        return day
    trimmed = _build(lexicon).around.sub("", _fold(text))
    ends = [*(trimmed + word for word in lexicon.end_after), *(f"{word} {trimmed}" for word in lexicon.end_before)]
    return next(filter(None, (read_date(end, today, lexicon) for end in ends)), None)


def _read_one(text: str, today: date, grammar: _Grammar) -> date | None:
    for pattern, read in grammar.forms:
        if found := pattern.fullmatch(text):
            return read(found.groupdict(), today, grammar)
    return None


def _read_beside_weekday(text: str, today: date, grammar: _Grammar) -> date | None:
    beside = grammar.weekday_beside.search(text)
    if not beside:
        return None
    rest = text[: beside.start()] + text[beside.end() :]
    day = _read_one(rest.strip(" ,."), today, grammar)
    word = next(filter(None, beside.groups()))
    return day if day and day.weekday() == grammar.values["weekdays"][word] else None


def _fold(text: str) -> str:
    """NFKC, lower case, Arabic digits, spaces only between Latin words; no closing punctuation."""
    plain = replace_kanji(unicodedata.normalize("NFKC", text).casefold())
    plain = re.sub(r"(?<=[0-9])\s*([-/.])\s*(?=[0-9])", r"\1", " ".join(plain.split()))
    return re.sub(r" ?([^\x00-\x7f]) ?", r"\1", plain).strip(" .,!。、")


# -- what each form means ----------------------------------------------------------------------------------------------


def _read_step(table: str) -> Reader:
    """A phrase that stands for a day by itself, found in `table`."""

    def read(found: Found, today: date, grammar: _Grammar) -> date | None:
        step = grammar.values[table][found["phrase"] or ""]
        if table == "days":
            return _add_days(today, step)
        if table == "month_ends":
            return _on(*_add_months(today.year, today.month, step), None)
        return _on(today.year + step, _MONTHS, None)

    return read


def _read_calendar(found: Found, today: date, grammar: _Grammar) -> date | None:
    """Year, month and day in any writing; no day means the last one, no year the next such day."""
    day = _to_int(found.get("day"))
    if step := found.get("month_step"):
        return _on(*_add_months(today.year, today.month, grammar.values["month_steps"][step]), day)
    year = _read_year(found, today, grammar)
    month = _read_month(found, grammar)
    if year is not None:
        return _on(year, month, day)
    years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
    return _next(today, ((year, month) for year in years), day)


def _read_month(found: Found, grammar: _Grammar) -> int:
    """By name or number; none is the last, as the end of a year is the end of its last month."""
    if name := found.get("name"):
        return grammar.values["months"][name]
    return int(found.get("month") or _MONTHS)


def _read_year(found: Found, today: date, grammar: _Grammar) -> int | None:
    if era := found.get("era"):
        number = found.get("era_year") or ""
        count = int(number) if number.isdecimal() else 1
        return grammar.values["eras"][era] + count if count else 0
    if step := found.get("year_step"):
        return today.year + grammar.values["year_steps"][step]
    return _to_int(found.get("year"))


def _to_int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _read_day_of_month(found: Found, today: date, grammar: _Grammar) -> date | None:
    months = (_add_months(today.year, today.month, step) for step in range(_MONTHS))
    return _next(today, months, int(found["day"] or 0))


def _read_year_last(found: Found, today: date, grammar: _Grammar) -> date | None:
    """11/10/2026 is two days to two people; it is read only where both would mean the same."""
    year, one, other = (int(found[part] or 0) for part in ("year", "one", "other"))
    days = {day for day in (_on(year, one, other), _on(year, other, one)) if day}
    return days.pop() if len(days) == 1 else None


def _read_span(sign: int) -> Reader:
    def read(found: Found, today: date, grammar: _Grammar) -> date | None:
        word = found["count"] or ""
        count = sign * (int(word) if word.isdecimal() else grammar.values["counts"][word])
        unit = found["unit"] or ""
        if unit in grammar.values["day_spans"]:
            return _add_days(today, count * grammar.values["day_spans"][unit])
        year, month = _add_months(today.year, today.month, count * grammar.values["month_spans"][unit])
        return _on(year, month, today.day) or _on(year, month, None)

    return read


def _read_weekday(found: Found, today: date, grammar: _Grammar) -> date | None:
    weekday = grammar.values["weekdays"][found["weekday"] or ""]
    if week := found.get("week"):
        return _add_days(today, weekday - today.weekday() + _WEEK * grammar.values["weeks"][week])
    ahead = (weekday - today.weekday()) % _WEEK
    return _add_days(today, ahead or (_WEEK if found.get("upcoming") else 0))


# -- the calendar ------------------------------------------------------------------------------------------------------


def _on(year: int, month: int, day: int | None) -> date | None:
    if not (MINYEAR <= year <= MAXYEAR and 1 <= month <= _MONTHS):
        return None
    last = monthrange(year, month)[1]
    return date(year, month, last if day is None else day) if day is None or 1 <= day <= last else None


def _next(today: date, months: Iterable[tuple[int, int]], day: int | None) -> date | None:
    return next((found for year, month in months if (found := _on(year, month, day)) and found >= today), None)


def _add_months(year: int, month: int, step: int) -> tuple[int, int]:
    years, index = divmod(year * _MONTHS + month - 1 + step, _MONTHS)
    return years, index + 1


def _add_days(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days)
    except OverflowError:
        return None


# -- the patterns ------------------------------------------------------------------------------------------------------


_YEAR = (
    r"(?:(?:(?P<year>{yyyy}){year_marks}|(?P<era>{eras})(?P<era_year>{dd}|{first_year}){year_marks}"
    r"|(?P<year_step>{year_steps})){links}?)"
)
_YEAR_AFTER = r"(?:,?[ -]?(?P<year>{yyyy})|,? (?P<year_step>{year_steps}))"
_COUNT = r"(?P<count>[0-9]+|{counts}) ?(?P<unit>{spans})"

_FORMS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<phrase>{days})", _read_step("days")),
    (r"(?P<phrase>{month_ends})", _read_step("month_ends")),
    (r"(?P<phrase>{year_ends})", _read_step("year_ends")),
    (rf"{_YEAR}?(?P<month>{{dd}}){{month_marks}}(?:(?P<day>{{dd}}){{day_marks}}?|{{end_after}})", _read_calendar),
    (rf"{_YEAR}{{end_after}}", _read_calendar),
    (r"(?P<month_step>{month_steps})(?:{links}?(?P<day>{dd}){day_marks}|{end_after})", _read_calendar),
    (
        r"(?:(?:(?P<year>{yyyy})|(?P<era>{eras})(?P<era_year>{dd}))[-/.])?(?P<month>{dd})[-/.](?P<day>{dd})",
        _read_calendar,
    ),
    (r"(?P<year>{yyyy})(?P<month>[0-9][0-9])(?P<day>[0-9][0-9])", _read_calendar),
    (rf"(?P<name>{{months}})[. -]?(?: ?(?P<day>{{dd}})){{day_marks}}?{_YEAR_AFTER}?", _read_calendar),
    (rf"(?P<day>{{dd}}){{day_marks}}?[ -]?(?:{{links}} )?(?P<name>{{months}})\.?{_YEAR_AFTER}?", _read_calendar),
    (rf"{{end_before}} (?P<name>{{months}})\.?{_YEAR_AFTER}?", _read_calendar),
    (r"{end_before} (?:(?P<month_step>{month_steps})|(?P<year_step>{year_steps})|(?P<year>{yyyy}))", _read_calendar),
    (r"(?P<day>{dd}){day_marks}", _read_day_of_month),
    (r"(?P<one>{dd})[-/.](?P<other>{dd})[-/.](?P<year>{yyyy})", _read_year_last),
    (rf"(?:{_COUNT} ?{{later_after}})", _read_span(1)),
    (rf"{{later_before}} {_COUNT}", _read_span(1)),
    (rf"{_COUNT} ?{{ago_after}}", _read_span(-1)),
    (r"(?P<week>{weeks}) ?{links}? ?(?P<weekday>{weekdays})", _read_weekday),
    (r"(?P<weekday>{weekdays}) ?(?:{links} )?(?P<week>{weeks})", _read_weekday),
    (r"(?P<upcoming>{upcoming})? ?(?P<weekday>{weekdays})", _read_weekday),
)


@lru_cache(maxsize=4)
def _build(words: DateWords) -> _Grammar:
    tables: Mapping[str, Iterable[str]] = {name: getattr(words, name) for name in DateWords.__slots__}
    parts = {name: _one_of(table) for name, table in tables.items()}
    parts |= {"dd": "[0-9]{1,2}", "yyyy": "[0-9]{4}", "spans": _one_of((*words.day_spans, *words.month_spans))}
    long_weekday = _one_of(word for word in words.weekdays if len(word) > 1)  # a single character may end a date
    return _Grammar(
        values={name: _fold_keys(table) for name, table in tables.items() if isinstance(table, Mapping)},
        forms=tuple((re.compile(pattern.format_map(parts)), read) for pattern, read in _FORMS),
        around=re.compile(rf"^{parts['leading']} |{parts['trailing']}$"),
        weekday_beside=re.compile(rf"\(({parts['weekdays']})\)|({long_weekday})$|^({long_weekday})"),
    )


def _fold_keys(table: Mapping[str, int]) -> Mapping[str, int]:
    return {_fold(word): value for word, value in table.items()}


def _one_of(words: Iterable[str]) -> str:
    """A group that matches any of `words`, the longest first, and nothing at all when there are none."""
    return f"(?:{'|'.join(map(re.escape, sorted(filter(None, map(_fold, words)), key=len, reverse=True))) or '(?!)'})"
