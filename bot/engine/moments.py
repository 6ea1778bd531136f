"""Reading when something happened: a day, a time of it, or both, as people type them. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.engine.dates import DateWords, read_date

NOON, HOURS, MINUTES = 12, 24, 60
YEAR = timedelta(days=365)
YEAR_SAID = re.compile(r"\d{4}")
BETWEEN = " \u3001,"  # a day and its time


class Moment(NamedTuple):
    """A day, and the time on it where that was said, as 14:05."""

    day: date
    time: str | None


def read_moment(text: str, today: date, words: DateWords) -> Moment | None:
    """What `text` names, never later than today; a day without a year is the last such day. None where it names
    none."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = _find_time(words).search(plain)
    time = _read_time(found, words) if found else None
    rest = _trim(plain[: found.start()] + " " + plain[found.end() :], words) if found and time else plain
    day = read_date(rest, today, words) if rest else today
    if day and day > today and not YEAR_SAID.search(rest):
        day = read_date(rest, today - YEAR, words)
    return Moment(day, time) if day and day <= today else None


@lru_cache(maxsize=4)
def _find_time(words: DateWords) -> re.Pattern[str]:
    half = _one_of((*words.forenoon, *words.afternoon))
    hours, minutes, roughly = map(_one_of, (words.hour_marks, words.minute_marks, words.roughly))
    clock = rf"(?P<hour>\d{{1,2}})\s*(?:(?::|{hours})\s*(?P<minute>\d{{2}})\s*{minutes}?|{hours}|(?=\s*{half}(?!\w)))"
    return re.compile(rf"(?:{roughly}\s*)?(?P<half>{half})?\s*(?<!\d){clock}\s*(?P<after>{half}(?!\w))?\s*{roughly}?")


def _one_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})"


def _read_time(found: re.Match[str], words: DateWords) -> str | None:
    half = found["half"] or found["after"]
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if half in words.afternoon and hour < NOON:
        hour += NOON
    if half in words.forenoon and hour == NOON:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < HOURS and minute < MINUTES else None


def _trim(rest: str, words: DateWords) -> str:
    """The day alone, without what joined its time to it."""
    kept = " ".join(rest.split()).strip(BETWEEN)
    for word in (*words.links, "at"):
        kept = kept.removesuffix(f" {word}" if word.isascii() else word).strip(BETWEEN)
    return kept
