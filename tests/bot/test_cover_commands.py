"""`cover` and `suggest` at the command line: as far as the person may see, the same reasoning as in the interview."""

import json
from typing import Any

import pytest

from bot.access import Scope
from bot.handbook.cover import CELLS
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, open_trial, put_forward, read_entries

__all__ = ["run"]  # pytest finds it among this module's names

STATES = {"open", "planned", "in_place", "not_applicable"}


@pytest.fixture
def shop(run: Run) -> Run:
    """Two departments with a class each, and one with another beside it."""
    program = open_trial()
    put_forward(program, SATO, {"加工条件表": 3, "段取りのコツ": 3})
    put_forward(program, SATO, {"順送の金型": 2}, forms=["object"], ways=["shared"])
    put_forward(program, ITO, {"試作の図面": 3}, forms=["electronic"])
    program.database.close()
    return run


def cover(shop: Run, email: str, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shop("cover", "--json", "--as", email, *words).stdout)
    return found


def test_one_object_a_cell(shop: Run) -> None:
    """Every cell over the forms of a class stands there once, with its floors, needed or not."""
    cells = [one for one in cover(shop, SATO) if one["class"] == "L3-desk"]
    wanted = [one for one in CELLS if one.form in ("paper", "knowhow") or (one.leaker == "partner")]
    assert [(one["objective"], one["leaker"], one["form"]) for one in cells] == wanted
    assert {one["department"] for one in cells} == {"製造部"}
    assert {one["state"] for one in cells} == {"open", "not_applicable"} <= STATES
    assert not [one for one in cells if one["measures"]]


def test_everybody_sees_what_is_theirs(shop: Run) -> None:
    """A head sees the own classes, a manager all; who may see none is refused in words that tell nothing."""
    seen = {email: {(one["department"], one["class"]) for one in cover(shop, email)} for email in (SATO, ITO, MANAGER)}
    assert seen[SATO] == {("製造部", "L3-desk"), ("製造部", "L2-desk")}
    assert seen[ITO] == {("設計部", "L3-desk")}
    assert seen[MANAGER] == seen[SATO] | seen[ITO]
    refused = shop("cover", "--as", CLERK)
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_without_its_scope_a_head_would_see_more(shop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with everything in reach for everybody, a head is shown another department."""
    monkeypatch.setattr("bot.protection.scope", lambda *_: Scope(everything=True))
    assert "設計部" in {one["department"] for one in cover(shop, SATO)}


def test_the_map_in_words(shop: Run) -> None:
    """As text each class has its map and the same in a sentence, in either language; looking is on the record."""
    for lang, word in (("ja", "従業員等"), ("en", "Employees")):
        told = shop("cover", "--as", SATO, "--lang", lang).stdout
        assert told.count(word) == 2
        assert "{" not in told
    entries = [detail for *_, detail in read_entries("cover.viewed")]
    assert entries == [{"count": 2, "form": "text"}] * 2


def test_what_is_suggested(shop: Run) -> None:
    """In order, with the effort, what opens without each, who and when; the text says the same."""
    found: list[dict[str, Any]] = json.loads(shop("suggest", "L3-desk", "--json", "--as", SATO).stdout)
    names = ("class", "measure", "name", "effort", "now", "opens", "owner", "due", "reason")
    assert all(tuple(one) == names for one in found)
    assert all(one["opens"] and one["owner"].endswith("@hibarino.example") and one["due"] for one in found)
    assert sum(one["now"] for one in found) <= 5
    told = shop("suggest", "L3-desk", "--as", SATO).stdout
    assert [one for one in found if one["name"] not in told] == []


def test_a_class_by_its_department(shop: Run) -> None:
    """Where several departments hold a class, one is named with it; what is not theirs is refused like what is not."""
    unclear = shop("suggest", "L3-desk", "--as", MANAGER)
    assert (unclear.exit_code, "製造部/L3-desk" in unclear.stderr) == (1, True)
    assert shop("suggest", "設計部/L3-desk", "--as", MANAGER).exit_code == 0
    refused = [shop("suggest", name, "--as", SATO) for name in ("設計部/L3-desk", "L9-none", "経理課/L3-desk")]
    refused.append(shop("suggest", "L3-desk", "--as", CLERK))
    assert {(one.exit_code, one.stdout, one.stderr) for one in refused} == {(1, "", refused[0].stderr)}


def test_a_company_that_judged_nothing(run: Run) -> None:
    """Before any item is judged there is nothing to see, and that is said."""
    told = run("cover", "--as", SATO)
    assert (told.exit_code, json.loads(run("cover", "--json", "--as", SATO).stdout)) == (0, [])
    assert told.stdout
