"""`cover` and `suggest` at the command line: who is shown which class, and that refusals tell nothing."""

import json
from typing import Any

import pytest

from bot.access import Scope
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, judge, read_entries, settle

__all__ = ["run"]  # pytest finds it among this module's names

MINE, THEIRS, NOBODY_S = "L3-desk", "L2-company", "L1-shared"


@pytest.fixture(autouse=True)
def _held(run: Run) -> None:
    """A class of information in each of two departments."""
    settle({SATO: ("加工条件表",), ITO: ("試作の図面",)})
    judge(SATO, "加工条件表")
    judge(ITO, "試作の図面", 2, "company", low=2, high=2, ways=["company"])


def read_cells(run: Run, email: str) -> list[dict[str, Any]]:
    result = run("cover", "--json", "--as", email)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def suggest(run: Run, name: str, email: str, *words: str) -> tuple[int, str]:
    result = run("suggest", name, "--as", email, *words)
    return result.exit_code, result.output


def test_a_head_is_shown_the_own_classes_and_the_manager_all(run: Run) -> None:
    """Each cell by class, objective, leaker and form, how it stands and by what; each look is in the audit."""
    cells = read_cells(run, SATO)
    assert {one["class"] for one in cells} == {MINE}
    assert set(cells[0]) == {"department", "class", "objective", "leaker", "form", "state", "measures"}
    assert {one["state"] for one in cells} == {"open", "not_applicable"}
    assert {one["class"] for one in read_cells(run, MANAGER)} == {MINE, THEIRS}
    assert [entry[3]["count"] for entry in read_entries("cover.viewed")] == [1, 2]


@pytest.mark.parametrize("command", [("cover",), ("cover", "--json"), ("suggest", MINE), ("suggest", NOBODY_S)])
def test_whoever_sees_no_class_is_told_nothing(run: Run, command: tuple[str, ...]) -> None:
    """An employee is refused alike, whatever is asked for and whether it is there."""
    result = run(*command, "--as", CLERK)
    assert (result.exit_code, result.output) == suggest(run, NOBODY_S, CLERK)
    assert result.exit_code == 1
    assert read_entries("cover.") == read_entries("suggestion.") == []


def test_another_departments_class_and_none_are_answered_alike(run: Run) -> None:
    """What is not in reach does not exist, by whatever it is called."""
    told = {suggest(run, name, SATO) for name in (THEIRS, NOBODY_S, f"設計部/{THEIRS}", "", "%")}
    assert len(told) == 1
    assert told.pop()[0] == 1
    assert suggest(run, THEIRS, ITO)[0] == suggest(run, MINE, MANAGER)[0] == 0


def test_without_its_scope_another_departments_class_would_be_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with everything in reach, the same command shows it."""
    assert suggest(run, THEIRS, SATO)[0] == 1
    monkeypatch.setattr("bot.commands.cover.scope", lambda *_: Scope(everything=True))
    assert suggest(run, THEIRS, SATO)[0] == 0


def test_what_is_suggested_closes_what_it_says(run: Run) -> None:
    """Each pick with who, by when and what is open without it, which the map has as open; five of them for now."""
    code, said = suggest(run, MINE, SATO, "--json")
    picks = json.loads(said)
    cells = {(one["objective"], one["leaker"], one["form"]) for one in read_cells(run, SATO) if one["state"] == "open"}
    assert code == 0
    assert all(one["opens"] and {tuple(cell) for cell in one["opens"]} <= cells for one in picks)
    assert sum(one["now"] for one in picks) == min(5, len(picks))
    assert all(one["owner"] and one["due"] for one in picks)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_as_text_both_are_whole(run: Run, language: str) -> None:
    """A map has its sentence for whoever hears it, a suggestion a line a measure; no place is left empty."""
    told = [run(*command, "--as", SATO, "--lang", language) for command in (("cover",), ("suggest", MINE))]
    assert [one.exit_code for one in told] == [0, 0]
    assert all("{" not in one.output and len(one.output.splitlines()) > 5 for one in told)
