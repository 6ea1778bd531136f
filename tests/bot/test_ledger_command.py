"""`register import`: asked once, shown before it is written, written whole or not at all, and never twice."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.access import Scope
from bot.bootstrap import Program, build_program, read_settings
from bot.commands.ledger import FLOW, Visit, Wish
from bot.commands.report import Report
from bot.state.tables import audit, interviews, items, outbox
from tests.bot.ledgers import CONTENTS, HEAD, OUTCOMES, ROWS, make_csv, make_workbook
from tests.chat import shared

MANAGER, HEAD_OF_DESIGN, EMPLOYEE = "takahashi@hibarino.example", "ito@hibarino.example", "nakamura@hibarino.example"
SETTLE = "\n\n\n1\n"  # three forms as proposed, and one press
NEW = [row for row, outcome in OUTCOMES.items() if outcome == "new"]

Run = Callable[..., Result]


@pytest.fixture
def run(place: Path) -> Run:
    """The command over the sample company on either database; the file is written first."""

    def run_command(*words: str, says: str = "", who: str = MANAGER, raw: bytes | None = None) -> Result:
        file = place / "list.csv"
        file.write_bytes(make_csv() if raw is None else raw)
        return CliRunner().invoke(app, ["register", "import", str(file), "--as", who, *words], input=says)

    return run_command


def look(table: Any) -> list[Any]:
    """Every row of a table as it lies there."""
    with opened().database.reading() as connection:
        return list(connection.execute(table.select()))


def opened() -> Program:
    return build_program(read_settings(), make=None)


def names() -> list[str]:
    return sorted(row["name"] for row in opened().reader.read_register(Scope(everything=True)))


def imports() -> list[Any]:
    return [row for row in look(audit) if row.action == "ledger.imported"]


def test_a_dry_run_tells_every_row_and_writes_nothing(run: Run) -> None:
    """Without --apply the questions are answered and the result shown; no item comes to be."""
    result = run(says=SETTLE)
    assert result.exit_code == 0
    assert shared().says["ledger_dry"].ja in result.output
    assert (look(items), imports()) == ([], [])


def test_applied_it_is_on_the_register_as_drafts_with_the_lists_words(run: Run) -> None:
    """With --apply each new row is one draft with its owner, and what the list says of it beside, as a claim."""
    assert run("--apply", says=SETTLE).exit_code == 0
    found = {row["ledger"]["row"]: row for row in opened().reader.read_register(Scope(everything=True))}
    assert sorted(found) == NEW
    first = found[2]
    assert (first["name"], first["owner"], first["state"], first["level"]) == (
        "プレス条件表",
        "suzuki@hibarino.example",
        "draft",
        None,
    )
    assert (first["ledger"]["level"], first["ledger"]["places"]) == (3, ["現場の書庫"])
    assert found[8]["owner"] is None  # two people of that name in the department


def test_the_audit_has_the_import_with_its_counts_and_each_item(run: Run) -> None:
    """One entry for the file with its SHA-256 and counts, one for each item, and the chain holds."""
    run("--apply", says=SETTLE)
    (entry,) = imports()
    for told in ('"rows":10', f'"new":{len(NEW)}', '"twice":1', '"refused":5', '"sha256":"'):
        assert told in entry.detail
    registered = [row for row in look(audit) if row.action == "item.registered"]
    assert len(registered) == len(NEW)
    assert opened().reader.find_chain_break() is None


def test_a_second_import_asks_nothing_and_adds_nothing(run: Run) -> None:
    """The same heads are read as settled before, also in a file with other rows; what stands stays as it is."""
    run("--apply", says=SETTLE)
    before = look(items)
    again = run("--apply")
    assert (again.exit_code, look(items)) == (0, before)
    more = run("--apply", raw=make_csv([HEAD, *ROWS, ("11", "検査の記録", "品質保証課", "森", "秘", "")]))
    assert more.exit_code == 0
    assert len(look(items)) == len(before) + 1
    assert len([row for row in look(interviews) if row.flow == FLOW]) == 1


def test_asked_once_more_the_newest_answers_count(run: Run) -> None:
    """--again holds the interview anew, and later imports follow it."""
    run(says=SETTLE)
    run("--again", says="\n1 なし\n\n1\n")
    run("--apply")
    assert {row["owner"] for row in opened().reader.read_register(Scope(everything=True))} == {None}


def test_an_interview_left_halfway_goes_on_where_it_was(run: Run) -> None:
    """The end of input pauses; the same command goes on from that question, and until then nothing is written."""
    left = run("--apply", says="\n")
    assert (left.exit_code, look(items)) == (0, [])
    assert shared().says["ledger_waiting"].ja in left.output
    assert run("--apply", says="\n\n1\n").exit_code == 0
    assert len(look(items)) == len(NEW)


def test_a_head_takes_in_the_own_department_only(run: Run) -> None:
    """Rows of other departments are told by number and refused; the head's own are written."""
    result = run("--apply", says=SETTLE, who=HEAD_OF_DESIGN)
    assert result.exit_code == 0
    assert names() == ["金型の図面"]
    assert "製造部" in result.output
    assert "プレス条件表" not in result.output.split(shared().says["ledger_new"].ja[:5])[-1]


def told_managers() -> list[str]:
    return [row.body for row in look(outbox) if row.kind == "notice"]


def test_the_manager_hears_of_a_heads_import_once_for_each_file_and_not_of_the_own(run: Run) -> None:
    """What a head brings in is a notice to the register manager; a file that adds nothing is none."""
    more = make_csv([HEAD, *ROWS, ("11", "試作の記録", "設計部", "伊藤 隆", "秘", "")])
    run("--apply", says=SETTLE, who=HEAD_OF_DESIGN)
    run("--apply", who=HEAD_OF_DESIGN)
    assert len(told_managers()) == 1
    run("--apply", who=HEAD_OF_DESIGN, raw=more)
    assert len(told_managers()) == 2
    assert "図面" not in repr(told_managers())
    run("--apply", says=SETTLE)
    assert len(told_managers()) == 2


def test_who_may_not_import_is_told_no_more_than_that(run: Run) -> None:
    """An employee is refused before the file is looked at."""
    result = run(says=SETTLE, who=EMPLOYEE)
    assert result.exit_code == 1
    assert shared().says["not_yours"].ja in result.output
    assert look(interviews) == []


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", make_csv([HEAD]), make_csv([HEAD, *[ROWS[0]] * 5001])])
def test_a_file_that_cannot_be_read_is_one_sentence_and_changes_nothing(run: Run, raw: bytes) -> None:
    """The sentence says what to do; no interview begins."""
    result = run("--apply", raw=raw)
    assert (result.exit_code, look(interviews)) == (1, [])
    assert shared().says["ledger_no_rows"].ja[-13:] in result.output  # that nothing was changed


def test_contents_in_a_cell_are_neither_shown_nor_kept(run: Run, tmp_path: Path) -> None:
    """A name or sample that is contents stands neither on the screen nor, readable or sealed, in what is stored."""
    result = run("--apply", says=SETTLE, raw=make_csv([HEAD, *[(*ROWS[4][:5], CONTENTS)] * 2, *ROWS]))
    assert "118.4" not in result.output
    program = opened()
    sealed = [program.reader.read_interview(row.id, program.store.words.routes) for row in look(interviews)]
    assert "118.4" not in repr((sealed, program.reader.read_register(Scope(everything=True))))
    assert "…" in repr(sealed)


def test_the_cells_of_the_file_stay_in_the_file(run: Run) -> None:
    """The interview keeps heads, two samples of a column and the values of a level; no third name, no other column."""
    run(says=SETTLE)
    program = opened()
    (row,) = look(interviews)
    kept = repr(program.reader.read_interview(row.id, program.store.words.routes))
    assert "プレス条件表" in kept
    assert not [name for _, name, *_ in ROWS[3:] if name and name in kept]


def test_a_workbook_and_english_do_as_well(run: Run) -> None:
    """A workbook with title rows, imported in English, comes to the same items."""
    raw = make_workbook(("表紙", [["台帳"]]), ("一覧", [["情報資産台帳"], [], HEAD, *ROWS]))
    result = run("--apply", "--lang", "en", says="send\nsend\nsend\nyes\n", raw=raw)
    assert result.exit_code == 0
    assert len(names()) == len(NEW)
    assert "一覧" in result.output


def visit(program: Program, tmp_path: Path) -> tuple[Visit, Any]:
    """A visit with its settled interview, ready to write."""
    member = program.reader.find_member(MANAGER)
    assert member is not None
    from bot.commands.ledger import _read_file
    from bot.intake.workbook import Unreadable

    wish = Wish(tmp_path / "list.csv", None, True, False, None)
    found = _read_file(wish, lambda _: None)
    assert not isinstance(found, Unreadable)
    one = Visit(program, member, member.id, found)
    interview = one.find_settled(wish, Report(shared(), "ja", lambda _: None))
    return one, interview


def test_all_rows_are_written_or_none(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one department cannot be written, nothing of the others is, nor an entry in the audit."""
    run(says=SETTLE)
    from bot.state import intake

    real, calls = intake.register_items, list[int]()

    def fail_second(*args: Any) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("the power went")
        real(*args)

    monkeypatch.setattr(intake, "register_items", fail_second)
    one, interview = visit(opened(), tmp_path)
    with pytest.raises(RuntimeError):
        one.write(interview)
    assert (len(calls), look(items), imports()) == (2, [], [])


def test_of_two_imports_at_once_each_name_is_written_once_and_counted_where_it_was(run: Run, tmp_path: Path) -> None:
    """Two programs with one file at the same moment: what one wrote the other finds standing, and both add up."""
    run(says=SETTLE)
    start, told = threading.Barrier(2), list[int]()
    visits = [visit(opened(), tmp_path) for _ in range(2)]

    def write(one: Visit, interview: Any) -> None:
        start.wait()
        one.write(interview)
        told.append(one.written)

    threads = [threading.Thread(target=write, args=each) for each in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, len(NEW)]
    assert len(look(items)) == len(NEW)
    assert opened().reader.find_chain_break() is None
