"""`oncall` at the command line: who is asked first to take a case, seen and settled."""

import json

import pytest

from tests.bot.test_commands import run
from tests.bot.trial import MANAGER, SATO, Run, read_entries

__all__ = ["run"]  # pytest finds it among this module's names

LEAD = "watanabe@hibarino.example"


def read(run: Run) -> list[str]:
    result = run("oncall", "list", "--json")
    assert result.exit_code == 0, result.output
    return [one["email"] for one in json.loads(result.stdout)]


def test_the_order_is_by_role_until_somebody_settles_it(run: Run) -> None:
    """Handlers before leads; then those named first, all others after them; without names it is by role again."""
    assert run("check").exit_code == 0
    run("people")  # makes the trial company
    assert read(run) == [MANAGER, LEAD]
    assert run("oncall", "set", LEAD.upper()).exit_code == 0
    assert read(run) == [LEAD, MANAGER]
    assert run("oncall", "set").exit_code == 0
    assert read(run) == [MANAGER, LEAD]
    assert [one[1] for one in read_entries("receiver.turn_settled")] == ["receiver.turn_settled"] * 2


@pytest.mark.parametrize("stranger", [SATO, "nobody@hibarino.example"])
def test_only_who_receives_reports_stands_in_it(run: Run, stranger: str) -> None:
    """Whoever does not receive reports is refused, known or not, and the order stays."""
    run("people")
    refused = run("oncall", "set", LEAD, stranger)
    assert (refused.exit_code, stranger in refused.output) == (1, True)
    assert read(run) == [MANAGER, LEAD]
    assert read_entries("receiver.turn_settled") == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_is_said_in_either_language(run: Run, language: str) -> None:
    """The list for people has every address; what was settled is said."""
    run("people")
    shown = run("oncall", "list", "--lang", language)
    assert all(email in shown.output for email in (MANAGER, LEAD))
    assert run("oncall", "set", LEAD, "--lang", language).output.strip()
