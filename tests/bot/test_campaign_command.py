"""`campaign` and `calendar` at the command line: what a manager, and nobody else, decides, and what comes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.test_commands import run
from tests.bot.trial import MANAGER, SATO, Run, open_trial, read_entries

__all__ = ["run"]  # pytest finds it among this module's names

AUDITOR = "saito@hibarino.example"
ALL = 30  # people of the sample
WEEKLY = "FREQ=WEEKLY;BYDAY=WE;BYHOUR=9;BYMINUTE=0;BYSECOND=0"


@pytest.fixture(autouse=True)
def _trial(run: Run) -> None:
    open_trial().database.close()


def ask(run: Run, *words: str) -> Any:
    """What a command of `campaign` says as JSON."""
    result = run("campaign", *words, "--as", MANAGER, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_dry_run_says_whom_what_it_costs_and_when_and_keeps_nothing(run: Run) -> None:
    """Exactly how many, ten seconds each, and the instants of the first and the last."""
    told = ask(run, "new", "--dry-run")
    assert (told["people"], told["person_minutes"]) == (ALL, 5.0)
    (sending,) = told["sends"]
    assert sending["first_at"] <= sending["last_at"]
    assert ask(run, "list") == []


def test_from_the_first_word_to_the_last(run: Run) -> None:
    """Made, started, paused, taken up again and cancelled: each once, each in the audit, and counted in people."""
    made = ask(run, "new", "--role", "department_head")
    states = [ask(run, word, made["id"])["state"] for word in ("start", "pause", "resume", "cancel")]
    assert states == ["running", "paused", "running", "cancelled"]
    told = ask(run, "show", made["id"])
    assert (told["people"], told["waiting"], told["cancelled"]) == (8, 0, 8)
    for word in ("start", "pause", "resume", "cancel"):
        assert run("campaign", word, made["id"], "--as", MANAGER).exit_code == 1
    done = [f"campaign.{one}" for one in ("made", "started", "paused", "running", "cancelled")]
    assert [len(read_entries(one)) for one in done] == [1] * len(done)


def test_it_is_a_managers_word(run: Run) -> None:
    """A head of a department neither starts one nor learns of one; and nobody is nobody."""
    made = ask(run, "new")
    for words in (("new",), ("list",), ("show", made["id"]), ("start", made["id"]), ("cancel", made["id"])):
        assert run("campaign", *words, "--as", SATO).exit_code == 1
        assert run("campaign", *words).exit_code == 1
    assert [one["state"] for one in ask(run, "list")] == ["planned"]


def test_results_and_evidence_are_each_for_those_who_may(run: Run) -> None:
    """A manager sees counts and evidence, an auditor the evidence alone, a head neither; who asked is in the audit."""
    made = ask(run, "new")
    ask(run, "start", made["id"])
    told = ask(run, "show", made["id"], "--by", "department")["results"]
    assert (told["total"]["people"], told["total"]["counted"]) == (ALL, 0)
    assert sum(part["people"] for part in told["parts"]) == ALL
    assert all(part["people"] >= 5 for part in told["parts"])
    (lesson,) = ask(run, "results")
    assert (lesson["subject"], lesson["total"]) == ("", told["total"])
    for words in (("show", made["id"]), ("show", made["id"], "--by", "department"), ("results",)):
        assert run("campaign", *words, "--as", MANAGER).exit_code == 0
        assert run("campaign", *words, "--as", AUDITOR).exit_code == 1
    asked = [run("campaign", "evidence", made["id"], "--as", who).exit_code for who in (MANAGER, AUDITOR, SATO)]
    assert asked == [0, 0, 1]
    assert len(read_entries("campaign.evidence_read")) == 2


def test_few_have_no_results(run: Run) -> None:
    """Of a campaign to fewer than five neither counts nor who answered are told."""
    made = ask(run, "new", "--role", "register_manager")
    ask(run, "start", made["id"])
    told = ask(run, "show", made["id"])
    assert (told["answered"], told["results"]["total"]) == (None, None)


def test_evidence_is_a_file_of_ones_own(run: Run, place: Path) -> None:
    """It is written once, and what stands there already is left alone."""
    made = ask(run, "new")
    ask(run, "start", made["id"])
    file = place / "acknowledged.csv"
    asked = [run("campaign", "evidence", made["id"], "--as", MANAGER, "--out", str(file)) for _ in range(2)]
    assert [one.exit_code for one in asked] == [0, 1]
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_what_is_wrong_is_said(run: Run) -> None:
    """A department, a campaign or a rule that cannot be read is refused in words, and nothing is kept."""
    for words in (
        ("new", "--department", "海外部"),
        ("show", "nothing"),
        ("new", "--repeat", "毎週"),
        ("new", "--repeat", "FREQ=HOURLY"),
        ("new", "--repeat", WEEKLY, "--timezone", "Asia/Nowhere"),
    ):
        result = run("campaign", *words, "--as", MANAGER)
        assert result.exit_code == 1, words
        assert result.output.strip()
    assert ask(run, "list") == []


def test_what_comes_again_stands_in_a_persons_calendar(run: Run) -> None:
    """By a weekly rule something comes on Wednesdays or the next working day, never more than the budget holds, each
    with why; once the rule ends nothing does."""
    made = ask(run, "new", "--repeat", WEEKLY)
    assert made["state"] == "repeats"
    result = run("calendar", SATO, "--year", "2027", "--json")
    assert result.exit_code == 0, result.output
    entries = json.loads(result.stdout)
    assert 20 < len(entries) <= 53
    assert all(one["what"] and one["why"] and one["at"].startswith(("2026-12-31", "2027-")) for one in entries)
    assert len({one["at"][:10] for one in entries}) == len(entries)
    assert run("calendar", SATO, "--year", "2027").exit_code == 0
    assert ask(run, "cancel", made["id"])["state"] == "ended"
    assert json.loads(run("calendar", SATO, "--year", "2027", "--json").stdout) == []
