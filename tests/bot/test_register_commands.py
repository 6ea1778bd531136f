"""`register` at the command line: as far as the person may see it, in every form, written for its owner alone."""

import json
import stat
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bot.access import Scope
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, judge, list_names, read_entries, settle

__all__ = ["run"]  # pytest finds it among this module's names

FORMS = ("text", "json", "csv", "xlsx")


@pytest.fixture
def register(run: Run) -> Run:
    """Two departments with items, one of them judged."""
    settle({SATO: ("加工条件表", "順送の金型"), ITO: ("試作の図面",)})
    judge(SATO, "加工条件表")
    return run


def show(run: Run, form: str, email: str, folder: Path) -> str:
    """The register in one form, as text."""
    if form == "text":
        return run("register", "--as", email).output
    if form == "json":
        return run("register", "--json", "--as", email).output
    file = folder / f"{email}.{form}"
    assert run("register", f"--{form}", str(file), "--as", email).exit_code == 0
    if form == "csv":
        return file.read_text(encoding="utf-8-sig")
    return str(CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_what_the_person_may_see(register: Run, form: str, tmp_path: Path) -> None:
    """A head sees the own department, the manager all, others nothing, whichever form it takes."""
    for email, seen in ((SATO, (True, False)), (ITO, (False, True)), (MANAGER, (True, True)), (CLERK, (False, False))):
        shown = show(register, form, email, tmp_path)
        assert ("加工条件表" in shown, "試作の図面" in shown) == seen, email


def test_a_register_without_its_scope_would_be_seen(register: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with everything in reach for everybody, a head is given another department's items."""
    assert "試作の図面" not in list_names(register, SATO)
    monkeypatch.setattr("bot.commands.register.scope", lambda *_: Scope(everything=True))
    assert "試作の図面" in list_names(register, SATO)


def test_each_view_is_one_audit_row_with_its_form(register: Run, tmp_path: Path) -> None:
    """Whoever looks, in whatever form, is on the record with how many items they were given, and no name."""
    for form in FORMS:
        show(register, form, SATO, tmp_path)
    entries = read_entries("register.viewed")
    assert [detail for *_, detail in entries] == [{"count": 2, "form": form} for form in FORMS]


def test_json_keeps_its_names_and_tells_the_judgement(register: Run) -> None:
    """The values there were before, and what was judged beside them."""
    result = register("register", "--json", "--as", SATO)
    judged, draft = json.loads(result.stdout)
    assert judged["level"] == "L3"
    assert judged["secret"] is True
    assert judged["class"] == "L3-desk"
    assert (draft["level"], draft["secret"], draft["reasons"]) == (None, None, [])
    kept = {"id", "name", "name_en", "department", "owner", "owner_name", "owner_how", "state"}
    assert kept <= set(judged)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_is_for_its_owner_and_stays_unless_asked(register: Run, form: str, tmp_path: Path) -> None:
    """Made readable for nobody else; a file that stands is left as it is until --force, and a link is not followed."""
    file = tmp_path / f"out.{form}"
    assert register("register", f"--{form}", str(file), "--as", SATO).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("mine")
    file.chmod(0o644)
    assert register("register", f"--{form}", str(file), "--as", SATO).exit_code == 1
    assert file.read_text() == "mine"
    assert register("register", f"--{form}", str(file), "--as", SATO, "--force").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() != b"mine"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_place_that_cannot_be_written_is_said(register: Run, tmp_path: Path) -> None:
    """One sentence and an exit code; nothing is left behind."""
    result = register("register", "--csv", str(tmp_path / "nowhere" / "out.csv"), "--as", SATO)
    assert result.exit_code == 1
    assert "nowhere" in result.output
    assert not (tmp_path / "nowhere").exists()


def test_csv_without_a_file_is_printed(register: Run) -> None:
    """For a pipe: the same bytes on standard output."""
    result = register("register", "--csv", "--as", SATO)
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert result.stdout_bytes.count(b"\r\n") == 3


@pytest.mark.parametrize("words", [("--xlsx",), ("--json", "--csv"), ("a.txt",), ("--json", "a.json")])
def test_what_cannot_be_meant_is_refused(run: Run, words: tuple[str, ...]) -> None:
    """An Excel file needs a place, a place needs a form, and one form is enough; nothing is opened for it."""
    assert run("register", *words).exit_code == 2
