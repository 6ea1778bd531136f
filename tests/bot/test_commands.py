"""The administrative commands: a dry run changes nothing, a file makes no register manager, and removes nobody unless
it names everybody.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.company import appoint_first
from bot.commands.register import complete
from bot.state.queries import Member
from bot.state.tables import audit, people

HEADER = "email,name,name_en,title,department,department_en,field,roles,language\n"
SATO = "sato@a.example,佐藤 健一,Kenichi Sato,部長,製造部,Manufacturing,manufacturing,department_head,ja\n"
ITO = "ito@a.example,伊藤 隆,Takashi Ito,部長,設計部,Design,rnd,employee;auditor,ja\n"
MORI = "mori@a.example,森 恵美,Emi Mori,課長,品質課,Quality,quality,employee,en\n"

Run = Callable[..., Result]


@pytest.fixture
def run(place: Path) -> Run:
    """The command line over an empty place for data, on either database; a `file` is written and named last."""

    def run_command(*words: str, file: str | None = None) -> Result:
        if file is not None:
            (place / "people.csv").write_text(file, encoding="utf-8")
            words = (*words, str(place / "people.csv"))
        return CliRunner().invoke(app, complete(words))

    return run_command


@pytest.fixture
def company(run: Run) -> Run:
    """A real company of two people."""
    assert run("people", "import", "--apply", file=HEADER + SATO + ITO).exit_code == 0
    return run


def look() -> tuple[list[Member], list[Any]]:
    """Everybody as stored, and the audit."""
    program = build_program(read_settings(), make="real")
    with program.database.reading() as connection:
        titles = {row.email: row.title for row in connection.execute(people.select())}
        entries = [
            (row.actor, row.action, row.object) for row in connection.execute(audit.select().order_by(audit.c.seq))
        ]
    assert program.reader.find_chain_break() is None
    members = program.reader.list_members()
    program.database.close()
    return [(member, titles[member.email]) for member in members], entries  # type: ignore[misc]


def test_a_dry_run_says_what_it_read_and_makes_nothing(run: Run, tmp_path: Path) -> None:
    """Without --apply not even a folder or a key comes to be."""
    result = run("people", "import", file=HEADER + SATO + ITO)
    assert result.exit_code == 0
    assert "2" in result.output
    assert {file.name for file in tmp_path.iterdir()} == {"people.csv"}


def test_a_dry_run_over_a_company_changes_nothing(company: Run) -> None:
    """Checking a file that would change and add people leaves everybody and the audit as they were."""
    before = look()
    assert company("people", "import", file=HEADER + SATO.replace("部長", "工場長") + MORI).exit_code == 0
    assert look() == before


def test_a_file_with_one_complaint_changes_nothing(company: Run) -> None:
    """All or nothing: the good rows of a bad file are not taken either, and the exit code says so."""
    before = look()
    result = company("people", "import", "--apply", file=HEADER + MORI + SATO.replace("department_head", "root"))
    assert result.exit_code == 1
    assert "roles" in result.output
    assert look() == before


def test_a_second_import_changes_and_adds_and_removes_nobody(company: Run) -> None:
    """Who is in the new file is as the file says, who is not stays, and everybody keeps their id."""
    (before, _) = look()
    file = HEADER + SATO.replace("部長", "工場長").replace("department_head", "employee") + MORI
    assert company("people", "import", "--apply", file=file).exit_code == 0
    (after, entries) = look()
    assert {member.email: title for member, title in after} == {
        "sato@a.example": "工場長",
        "ito@a.example": "部長",
        "mori@a.example": "課長",
    }
    roles = {member.email: member.roles for member, _ in after}
    assert roles["sato@a.example"] == ("employee",)
    assert roles["ito@a.example"] == ("auditor", "employee")
    ids = {member.email: member.id for member, _ in after}
    assert {member.email: member.id for member, _ in before}.items() <= ids.items()
    assert [action for _, action, _ in entries] == ["people.imported"] * 2
    assert all(actor.startswith("operator:") for actor, _, _ in entries)


def test_the_same_file_again_changes_nothing_but_the_audit(company: Run) -> None:
    """Importing twice is as importing once, and both are on the record."""
    before, entries = look()
    assert company("people", "import", "--apply", file=HEADER + SATO + ITO).exit_code == 0
    assert look() == (before, [*entries, entries[-1]])


def test_a_file_cannot_make_a_register_manager(company: Run) -> None:
    """A real company's file with the role is refused whole; nobody in it is taken."""
    before = look()
    file = HEADER + MORI + SATO.replace("department_head", "register_manager")
    result = company("people", "import", "--apply", file=file)
    assert result.exit_code == 1
    assert "sato@a.example" in result.output
    assert look() == before


def test_the_first_register_manager_is_appointed_once_and_on_the_record(company: Run) -> None:
    """Somebody of the directory, once; an unknown address and a second appointment are refused and change nothing."""
    assert company("people", "appoint", "nobody@a.example").exit_code == 1
    assert company("people", "appoint", "sato@a.example").exit_code == 0
    members, entries = look()
    (sato,) = (member for member, _ in members if "register_manager" in member.roles)
    assert sato.email == "sato@a.example"
    assert entries[-1][1:] == ("role.appointed", sato.id)
    assert entries[-1][0].startswith("operator:")
    for email in ("ito@a.example", "sato@a.example"):
        assert company("people", "appoint", email).exit_code == 1
    assert look() == (members, entries)


def test_a_file_neither_drops_nor_needs_the_register_manager(company: Run) -> None:
    """A file that names the manager without the role is refused; with it, or without the person, it is taken."""
    company("people", "appoint", "sato@a.example")
    assert company("people", "import", "--apply", file=HEADER + SATO).exit_code == 1
    kept = SATO.replace("department_head", "department_head;register_manager")
    assert company("people", "import", "--apply", file=HEADER + kept).exit_code == 0
    assert company("people", "import", "--apply", file=HEADER + MORI).exit_code == 0
    members, _ = look()
    assert [member.email for member, _ in members if "register_manager" in member.roles] == ["sato@a.example"]


def test_of_two_appointed_at_once_one_is_the_manager(company: Run) -> None:
    """Two operators naming two people at the same moment: one of them is told that it is taken."""
    start, told = threading.Barrier(2), []
    programs = [build_program(read_settings(), make="real") for _ in range(2)]

    def appoint(program: Program, email: str) -> None:
        start.wait()
        told.append(appoint_first(program, email))

    names = ("sato@a.example", "ito@a.example")
    threads = [threading.Thread(target=appoint, args=one) for one in zip(programs, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for program in programs:
        program.database.close()
    assert sorted(told) == [("appoint_taken", False), ("appointed", True)]
    assert len([member for member, _ in look()[0] if "register_manager" in member.roles]) == 1


def test_the_trial_company_takes_no_file(run: Run) -> None:
    """A folder of the sample company stays the sample: a real file is refused there and nobody is added."""
    build_program(read_settings(), make="trial").database.close()
    before = look()
    assert run("people", "import", "--apply", file=HEADER + SATO).exit_code == 1
    assert look() == before
    assert len(before[0]) == 30


def test_the_longest_names_a_file_may_hold_can_be_stored(run: Run) -> None:
    """What the check lets through, either database takes: cells of the greatest length in every column."""
    long, local = "あ" * 120, "a" * 60
    row = f"{local}@{'b' * 59},{long},{'x' * 120},{long},{long},{'y' * 120},quality,employee,ja\n"
    assert run("people", "import", "--apply", file=HEADER + row).exit_code == 0
    assert len(look()[0]) == 1


def test_a_file_of_everybody_says_who_left(company: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run names who would leave; written, they hold no role, and a manager is asked who goes on."""
    monkeypatch.setenv("SECRET_REVIEW_OPERATOR", "true")
    assert company("people", "appoint", "ito@a.example").exit_code == 0
    assert company("talk", "inventory", "--as", "sato@a.example").exit_code == 0
    rest = HEADER + MORI + ITO.replace("employee;auditor", "employee;auditor;register_manager")
    told = company("people", "import", "--everybody", file=rest)
    assert "sato@a.example" in told.output
    assert all(one.active for one, _ in look()[0])  # type: ignore[misc]
    assert company("people", "import", "--everybody", "--apply", file=rest).exit_code == 0
    members, entries = look()
    assert [one.email for one, _ in members if not one.active] == ["sato@a.example"]  # type: ignore[misc]
    assert [one.roles for one, _ in members if not one.active] == [()]  # type: ignore[misc]
    assert "person.left" in [action for _, action, _ in entries]
    asked = company("talk", "--as", "ito@a.example", "--jsonl")
    assert '"flow": "successor"' in asked.output
    assert company("talk", "--as", "sato@a.example").exit_code != 0
