"""`moments` at the command line: a list of people, moments and days becomes talks, whole or not at all, and once."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bot.test_commands import run
from tests.bot.trial import CLERK, MANAGER, SATO, Run, open_trial, read_entries

__all__ = ["run"]  # pytest finds it among this module's names

MORI, ABE = "mori@hibarino.example", "abe@hibarino.example"
TODAY = date.today()  # noqa: DTZ011 - of the machine, as the trial company's clock
SOON, LATER = TODAY + timedelta(days=20), TODAY + timedelta(days=30)
HEADER = "email,moment,date"


@pytest.fixture(autouse=True)
def _trial(run: Run) -> None:
    open_trial().database.close()


def write(place: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> str:
    file = place / "moments.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return str(file)


def ask(run: Run, *words: str, who: str = MANAGER) -> Any:
    """What the command says as JSON, having gone well."""
    result = run("moments", *words, "--as", who, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def list_sent(run: Run) -> list[tuple[str, int]]:
    """The moments that are under way, and for how many people."""
    result = run("campaign", "list", "--as", MANAGER, "--json")
    return sorted((one["subject"], one["people"]) for one in json.loads(result.stdout) if one["kind"] == "moment")


def test_rows_of_one_moment_and_day_are_one_campaign(run: Run, place: Path) -> None:
    """In the words of either language, in any order; each is told of once, however often a row stands there."""
    rows = (f"{SATO},入社,{SOON}", f"{CLERK},joining,{SOON}", f"{SATO},join,{SOON}", f"{MORI.upper()},退職,{LATER}")
    told = ask(run, write(place, *rows))
    assert (told["planned"], told["known"], told["dry_run"]) == (3, 0, False)
    assert list_sent(run) == [("joining", 2), ("leaving", 1)]
    assert len(read_entries("campaign.started")) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_list_as_excel_writes_it_is_read(run: Run, place: Path, encoding: str) -> None:
    """Japanese headings in another order, days as people write them, with a mark or in Shift_JIS."""
    row = f"{SOON.year}年{SOON.month}月{SOON.day}日,異動,{SATO}"
    assert ask(run, write(place, row, header="日付,節目,メールアドレス", encoding=encoding))["planned"] == 1
    assert list_sent(run) == [("moving", 1)]


def test_the_same_file_twice_makes_nothing_twice(run: Run, place: Path) -> None:
    """What is known is counted and left alone; one row more is one talk more."""
    rows = (f"{SATO},leaving,{SOON}", f"{CLERK},来客,{SOON}")
    assert ask(run, write(place, *rows))["planned"] == 2
    again = ask(run, write(place, *rows))
    assert (again["planned"], again["known"]) == (0, 2)
    assert ask(run, write(place, *rows, f"{MORI},来客,{SOON}"))["planned"] == 1
    assert list_sent(run) == [("leaving", 1), ("partner_visit", 1), ("partner_visit", 1)]
    assert len(run("moments", write(place, *rows), "--as", MANAGER).output.splitlines()) == 1


def test_a_dry_run_changes_nothing(run: Run, place: Path) -> None:
    """It says what would be, and nothing is."""
    assert ask(run, write(place, f"{SATO},入社,{SOON}"), "--dry-run")["planned"] == 1
    assert list_sent(run) == []
    assert read_entries("campaign.") == []


BAD = {
    "nobody": (f"nobody@hibarino.example,入社,{SOON}", "email", "person_unknown"),
    "no address": (f"佐藤,入社,{SOON}", "email", "not_email"),
    "no moment": (f"{SATO},誕生日,{SOON}", "moment", "not_one_of"),
    "no day": (f"{SATO},入社,そのうち", "date", "not_a_day"),
    "a visit that is over": (f"{SATO},来客,{TODAY - timedelta(days=3)}", "date", "day_past"),
    "a slip in the year": (f"{SATO},入社,{SOON.year + 10}-01-01", "date", "day_too_far"),
    "an empty cell": (f"{SATO},,{SOON}", "moment", "empty"),
    "a cell too few": (f"{SATO},入社", "", "row_length"),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_planned(run: Run, place: Path, lang: str) -> None:
    """Every bad line, by number, in the language asked for; the good one beside them waits for them."""
    file = write(place, f"{CLERK},入社,{SOON}", *(row for row, *_ in BAD.values()))
    result = run("moments", file, "--as", MANAGER, "--json", "--lang", lang)
    assert result.exit_code == 1
    told = json.loads(result.stdout)["complaints"]
    expected = [(line, column, rule) for line, (_, column, rule) in enumerate(BAD.values(), 3)]
    assert [(one["row"], one["column"], one["rule"]) for one in told] == expected
    assert all(("行目" in one["text"]) == (lang == "ja") for one in told)
    assert list_sent(run) == []
    assert ask(run, write(place, f"{CLERK},入社,{SOON}"))["planned"] == 1  # control: without them it is taken


def test_a_file_that_is_none_is_said(run: Run, place: Path) -> None:
    """Not there, without its columns, without a row: each in a sentence."""
    files = (str(place / "none.csv"), write(place, header="email,date"), write(place))
    for file in files:
        result = run("moments", file, "--as", MANAGER)
        assert result.exit_code == 1
        assert len(result.output.splitlines()) >= 2


def test_whose_word_it_is(run: Run, place: Path) -> None:
    """A head tells of their own people, and of others' not; an employee of nobody's, and nobody is nobody."""
    own, other = f"{CLERK},異動,{SOON}", f"{MORI},異動,{SOON}"
    result = run("moments", write(place, own, other), "--as", SATO, "--json")
    assert [one["rule"] for one in json.loads(result.stdout)["complaints"]] == ["person_not_yours"]
    assert ask(run, write(place, own), who=SATO)["planned"] == 1
    for words in ([write(place, own)], ["--holidays", "on"], []):
        assert run("moments", *words, "--as", ABE).exit_code == 1
    assert run("moments", "--holidays", "on", "--as", SATO).exit_code == 1


def test_the_calendar_shows_what_was_planned_and_the_long_holidays(run: Run, place: Path) -> None:
    """A moment stands on its day, or the working day before; once switched on, so does each long holiday's eve."""
    ask(run, write(place, f"{CLERK},案件の終わり,{SOON}"))
    assert [one["what"] for one in list_year(run, SOON.year)] == [["project_end"]]
    assert ask(run, "--holidays", "on")["holidays"] == "on"
    assert ask(run, "--holidays", "on")["holidays"] == "on"
    assert len(read_entries("schedule.made")) == 1
    coming = list_year(run, 2027)
    days = [one["at"][:10] for one in coming if one["what"] == ["long_holiday"]]
    assert {"2027-04-30", "2027-12-28"} <= set(days)
    assert all(one["kind"] == "moment" and one["why"] for one in coming)
    assert ask(run, "--holidays", "off")["holidays"] == "off"
    assert [one for one in list_year(run, 2027) if one["what"] == ["long_holiday"]] == []


def list_year(run: Run, year: int) -> list[dict[str, Any]]:
    result = run("calendar", CLERK, "--year", str(year), "--json")
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_people_read_it_as_text(run: Run, place: Path, lang: str) -> None:
    """Without a file it says which moments there are; what was planned is counted; the calendar has the title."""
    told = run("moments", "--as", MANAGER, "--lang", lang)
    assert told.exit_code == 0
    assert ("長い休み" if lang == "ja" else "A long holiday") in told.output
    done = run("moments", write(place, f"{CLERK},入社,{SOON}"), "--as", MANAGER, "--lang", lang)
    assert done.exit_code == 0 and SOON.isoformat() in done.output
    year = run("calendar", CLERK, "--year", str(SOON.year), "--lang", lang)
    assert ("入社した方へ" if lang == "ja" else "Welcome") in year.output
