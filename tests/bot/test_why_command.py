"""`why` at the command line: for who may see the item, on the record, and silent to everybody else."""

import json

import pytest

from bot.access import Scope
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, judge, read_entries, settle

__all__ = ["run"]  # pytest finds it among this module's names

NOBODY_S = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def ids(run: Run) -> dict[str, str]:
    """The items of two departments, by name; one of them judged."""
    made = settle({SATO: ("加工条件表", "順送の金型"), ITO: ("試作の図面",)})
    judge(SATO, "加工条件表", overruled={"reason": "来年には使わない"}, marks=None, places=["P-3機の横の棚"])
    return made


def test_who_sees_the_item_is_told_why(run: Run, ids: dict[str, str]) -> None:
    """A head and the manager read what was judged, in words; a retired item is told too."""
    run("item", "retire", ids["加工条件表"], "--reason", "廃止", "--as", SATO)
    for email in (SATO, MANAGER):
        result = run("why", ids["加工条件表"], "--as", email)
        assert result.exit_code == 0, result.output
        for word in ("極秘", "来年には使わない", "P-3機の横の棚", "廃止"):
            assert word in result.output


def test_not_allowed_and_not_there_are_answered_alike(run: Run, ids: dict[str, str]) -> None:
    """Another department's item, one that does not exist and a person who may see none: one answer, no audit row."""
    before = read_entries()
    tried = [(ids["試作の図面"], SATO), (NOBODY_S, SATO), (ids["加工条件表"], CLERK), (NOBODY_S, CLERK)]
    results = [run("why", item, "--as", email) for item, email in tried]
    assert {(result.exit_code, result.output) for result in results} == {(1, results[0].output)}
    assert read_entries() == before


def test_without_its_scope_a_foreign_item_would_be_told(
    run: Run, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with everything in reach the same call shows another department's item."""
    assert "試作の図面" not in run("why", ids["試作の図面"], "--as", SATO).output
    monkeypatch.setattr("bot.commands.items.scope", lambda *_: Scope(everything=True))
    assert "試作の図面" in run("why", ids["試作の図面"], "--as", SATO).output


def test_each_view_is_one_audit_row(run: Run, ids: dict[str, str]) -> None:
    """Whoever looks is on the record, with the form and nothing of what was seen."""
    for words in ((), ("--json",)):
        assert run("why", ids["加工条件表"], "--as", SATO, *words).exit_code == 0
    entries = read_entries("item.viewed")
    assert [(thing, detail) for _, _, thing, detail in entries] == [
        (ids["加工条件表"], {"form": "text"}),
        (ids["加工条件表"], {"form": "json"}),
    ]


def test_the_json_has_item_back_and_forward(run: Run, ids: dict[str, str]) -> None:
    """The item as the register has it, the answers, then what followed with the judgement and the review date."""
    told = json.loads(run("why", ids["加工条件表"], "--as", SATO, "--json").stdout)
    listed = json.loads(run("register", "--as", SATO, "--json").stdout)
    assert set(told) == {"item", "back", "forward"}
    assert told["item"] == next(row for row in listed if row["name"] == "加工条件表")
    assert [entry["action"] for entry in told["forward"]] == ["registered", "classified", "judgement", "review"]
    judged = {line["id"]: line["text"] for line in told["forward"][2]["lines"]}
    assert judged["overruled"] == "来年には使わない"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_is_told_in_the_language_asked(run: Run, ids: dict[str, str], lang: str) -> None:
    """Both languages tell the whole story."""
    result = run("why", ids["加工条件表"], "--as", SATO, "--lang", lang)
    assert ("strictly confidential" in result.output) == (lang == "en")
