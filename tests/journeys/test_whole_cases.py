"""Three whole cases on every surface: each ends with its record, a pack that proves itself, notices on time, what it
touched looked at anew, and an example drafted for in-house use."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from typer.testing import CliRunner, Result

from bot import dispatch, due, hearing
from bot.__main__ import app
from bot.bootstrap import Program
from bot.state.incidents import Cases
from tests.chat import content
from tests.journeys.calendar import Calendar
from tests.journeys.case_scripts import SCRIPTS, Script
from tests.journeys.case_stories import TAKAHASHI
from tests.journeys.terminal import open_program
from tests.journeys.visits import Played, Story, play_at_terminal, play_in_slack, play_in_teams

RAW = re.compile(r"^[a-z_]+: ", re.MULTILINE)  # the name under which something is kept, where there is no word for it
Play = Callable[[Path, str, Story], Played]
SURFACES: dict[str, tuple[Play, str]] = {
    "terminal": (play_at_terminal, "ja"),
    "Slack": (play_in_slack, "en"),
    "Teams": (lambda *told: play_in_teams(*told, "botbuilder"), "ja"),
}
CONTENT = content()


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """People come by themselves, and days pass as the test says."""
    monkeypatch.setattr(dispatch, "PACE", timedelta())
    for room, seconds in ((dispatch, 0.05), (due, 0.1), (hearing, 0.1)):
        monkeypatch.setattr(room, "PATROL", seconds)
    monkeypatch.setattr("bot.state.record.find_moment", lambda now, *_: now.replace(year=now.year + 1, day=1))
    for module in ("bot.bootstrap", "bot.__main__"):
        monkeypatch.setattr(f"{module}.read_content", lambda _: CONTENT)
    return Calendar(monkeypatch)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_case_is_handled_whole(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch, name: str, surface: str
) -> None:
    """From the report to the closed case, the clock moved on by days in between."""
    check_pack(handle(tmp_path, calendar, monkeypatch, SCRIPTS[name], surface), SCRIPTS[name])


def test_a_notice_that_went_out_late_is_found_out(
    tmp_path: Path, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the quick report a day after the last one on which it is in time."""
    script = SCRIPTS["a mail to the wrong partner with personal data"]
    late = script._replace(notices=[(1, ("partner",)), (5, ("ppc-quick", "persons")), (20, ("ppc-final",))])
    pack = handle(tmp_path, calendar, monkeypatch, late, "terminal")
    with pytest.raises(AssertionError, match="ppc-quick"):
        check_pack(pack, late)


def handle(folder: Path, calendar: Calendar, patch: pytest.MonkeyPatch, script: Script, surface: str) -> dict[str, Any]:
    """Play it to its end, and write it out."""
    play, language = SURFACES[surface]
    play(folder, language, script.to_story(calendar))
    program = open_program(folder)
    number = check_closed(program, script)
    program.database.close()
    patch.setenv("SECRET_REVIEW_DATA", str(folder / "data"))
    patch.setenv("SECRET_REVIEW_KEY_FILE", str(folder / "key"))
    patch.delenv("DATABASE_URL", raising=False)
    return write_pack(folder, number)


def check_closed(program: Program, script: Script) -> str:
    """Closed, with an example that may be told, and the head asked anew about items and protection. Its number."""
    member, head = program.find_member(TAKAHASHI), program.find_member(script.head)
    assert member is not None
    assert head is not None
    (case,) = Cases(program.database, program.store.vault).list_open(member.actor)
    assert (case.state, case.body["draft"]["state"]) == ("closed", "approved")
    assert case.body["draft"]["mover"] == case.body["report"]["mover"]
    assert {"recheck", "measures"} <= {one.flow for one in program.reader.find_waiting(head.id)}
    assert program.reader.find_chain_break() is None
    return case.number


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def write_pack(folder: Path, number: str) -> dict[str, Any]:
    """The pack as JSON, once it proves itself to somebody who kept the checkpoints."""
    written = run("evidence", "pack", number, str(folder / "pack"), "--as", TAKAHASHI)
    assert written.exit_code == 0, written.output
    assert list((folder / "checkpoints").iterdir())
    verified = run("evidence", "verify", str(folder / "pack"), "--json", "--checkpoints", str(folder / "checkpoints"))
    assert (verified.exit_code, json.loads(verified.stdout)["result"]) == (0, "whole"), verified.output
    document = Document(str(folder / "pack" / "record.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert [one for one in cells if RAW.search(one)] == []
    assert any("疑いあり / suspected" in one for one in cells)
    pack: dict[str, Any] = json.loads((folder / "pack" / "pack.json").read_text(encoding="utf-8"))
    return pack


def check_pack(pack: dict[str, Any], script: Script) -> None:
    """The record is the timeline, in order, with evidence and every notice that went out; none late, none owed."""
    record = pack["record"]
    instants = [datetime.fromisoformat(one["body"]["at"]) for one in record]
    assert instants == sorted(instants)
    assert {"report", "decision", "fact", "evidence", "handover", "notice"} <= {one["kind"] for one in record}
    sent = [one["body"]["notice"] for one in record if one["kind"] == "notice"]
    assert sent == [name for _, names in script.notices for name in names]
    met = [one for one in pack["deadlines"] if one["state"] == "done" and one["due_at"]]
    assert met
    assert [one["id"] for one in met if one["done_at"] >= one["due_at"]] == []
    assert [one["id"] for one in pack["deadlines"] if one["state"] == "due" and one["due_at"]] == []
