"""`content unverified`: everything a company's lawyer should confirm, and nothing that one has."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.bootstrap import OURS
from bot.engine.loader import ContentFault, load_flow, read_catalogue, read_files
from bot.engine.schema import MessagesFile
from bot.engine.words import places
from bot.faults import word_fault
from bot.handbook.unverified import list_unverified
from tests.chat import content

Run = Callable[..., Result]
NAMES = {"id", "file", "text", "why", "source", "date", "held"}
INCIDENT, EVALUATION = "catalogue/incident.yaml", "flows/evaluation/wording.yaml"
CONFIRMED = """\
protection:
  wb-law:
    confirmed: 2026-12-05
clocks:
  ppc-final:
    confirmed: 2026-12-05
"""


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    return read_files([OURS])


@pytest.fixture
def run(files: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line over an empty place; the files are read once for all tests."""
    monkeypatch.setenv("SECRET_REVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_REVIEW_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setattr("bot.commands.content.read_content", lambda _: content())
    monkeypatch.setattr("bot.commands.content.read_files", lambda _: files)
    return lambda *words: CliRunner().invoke(app, words)


def read(run: Run) -> dict[str, dict[str, Any]]:
    result = run("content", "unverified", "--json")
    assert result.exit_code == 0, result.output
    return {f"{one['file']}:{one['id']}": one for one in json.loads(result.stdout)}


def read_with(folder: Path, name: str, text: str) -> set[str]:
    """The ids that wait in one of our files with a company's own laid over it."""
    for part, written in (("ours", (OURS / name).read_text(encoding="utf-8")), ("own", text)):
        (folder / part / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / part / name).write_text(written, encoding="utf-8")
    return {one.id for one in list_unverified(read_files([folder / "ours", folder / "own"]))}


def test_every_mark_in_the_content_is_listed(run: Run) -> None:
    """As many as the files have marks, each with text and reasons in both languages; every room has some."""
    found = read(run)
    written = "\n".join(path.read_text(encoding="utf-8") for path in OURS.rglob("*.yaml"))
    listed = [one for one in found.values() if "/wording.yaml" not in one["file"]]
    assert len(listed) == sum(line.startswith((" ", "\t")) and "unverified: [" in line for line in written.splitlines())
    assert {one["file"].partition("/")[0] for one in found.values()} == {"awareness", "catalogue", "documents", "flows"}
    for one in found.values():
        assert set(one) == NAMES
        assert one["text"]["ja"] and one["text"]["en"] and one["why"] and one["source"]
        assert all(reason["ja"] and reason["en"] for reason in one["why"])
        assert all(source["title"] for source in one["source"] if source["kind"] == "found")


def test_what_rests_on_something_published_has_its_date(run: Run) -> None:
    """When it was looked at stands beside it; what was checked against nothing has none."""
    found = read(run)
    assert found["catalogue/incident.yaml:clocks.ppc-quick"]["date"] == "2026-11-30"
    assert found["catalogue/incident.yaml:clocks.sector"]["date"] is None


@pytest.mark.parametrize(
    ("name", "text", "gone"),
    [
        (INCIDENT, CONFIRMED, {"protection.wb-law", "clocks.ppc-final"}),
        (
            EVALUATION,
            "unverified:\n  flow.messages.legal:\n    confirmed: 2026-12-05\n",
            {"flow.messages.legal"},
        ),
    ],
)
def test_what_a_lawyer_confirmed_leaves_the_list(
    name: str, text: str, gone: set[str], files: dict[str, Any], tmp_path: Path
) -> None:
    """A day in the company's own folder takes an entry off, or a text of a flow, and nothing else."""
    before = {one.id for one in list_unverified({name: files[name]})}
    assert before - read_with(tmp_path, name, text) == gone


def test_a_mark_of_a_text_that_is_not_there(tmp_path: Path) -> None:
    """A place that no text has is refused with its name, as a lawyer would look for it in vain."""
    own = tmp_path / EVALUATION
    own.parent.mkdir(parents=True)
    own.write_text("unverified:\n  flow.messages.moon:\n    why: [blog]\n", encoding="utf-8")
    messages = MessagesFile.model_validate(read_catalogue([OURS], {}, "shared")["messages"])
    with pytest.raises(ContentFault) as refused:
        load_flow([OURS, tmp_path], "evaluation", content().catalogue, messages)
    assert (refused.value.code, refused.value.path) == ("unknown_name", str(own))
    told = word_fault(refused.value.code, path=own, line=0, **refused.value.params)
    assert told.count("flow.messages.moon") == 2


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_can_be_read(lang: str, run: Run) -> None:
    """As text every entry is there, filled, in the language asked for."""
    told = run("content", "unverified", "--lang", lang).stdout
    found = read(run)
    assert set(places(told)) == set(places("\n".join(one["text"][lang] for one in found.values())))
    assert all(one["id"] in told for one in found.values())
    assert str(len(found)) in told.splitlines()[-1]


def test_the_list_opens_no_database(run: Run, tmp_path: Path) -> None:
    """A lawyer can read it where nothing is set up, and nothing is made by it."""
    assert run("content", "unverified").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_an_entry_without_its_mark_is_not_listed(files: dict[str, Any]) -> None:
    """Control: it is the mark that lists an entry, and no other line of it."""
    told = files["catalogue/incident.yaml"]["clocks"]["ppc-quick"]
    bare = {"clocks": {"ppc-quick": {name: line for name, line in told.items() if name != "unverified"}}}
    assert list_unverified({"catalogue/incident.yaml": bare}) == []
    assert len(list_unverified({"catalogue/incident.yaml": {"clocks": {"ppc-quick": told}}})) == 1
