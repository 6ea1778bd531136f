"""`item` at the command line: who may change what, what is refused and how, and that refusals tell nothing."""

import pytest

from bot.access import Scope
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, list_names, open_trial, read_entries, settle

__all__ = ["run"]  # pytest finds it among this module's names

NOBODY_S = "00000000-0000-7000-8000-000000000000"
ROWS = "材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5"
COMMANDS = {
    "retire": ("--reason", "もう使っていない"),
    "rename": ("新しい呼び名",),
    "split": ("前半の表", "後半の表"),
    "owner": ("kato@hibarino.example",),
}


@pytest.fixture
def ids(run: Run) -> dict[str, str]:
    """The items of two departments, by name."""
    return settle({SATO: ("加工条件表", "順送の金型"), ITO: ("試作の図面",)})


def change(run: Run, command: str, item: str, email: str, *words: str) -> tuple[int, str]:
    result = run("item", command, item, *(words or COMMANDS[command]), "--as", email)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_head_changes_the_own_department_and_the_manager_all(run: Run, ids: dict[str, str], command: str) -> None:
    """Whom the table of access allows it is done, by the shortest id that is enough."""
    assert change(run, command, ids["加工条件表"], SATO)[0] == 0
    assert change(run, command, ids["試作の図面"], MANAGER)[0] == 0
    assert len(read_entries("item.")) == 3 + 2


@pytest.mark.parametrize("command", COMMANDS)
def test_not_allowed_and_not_there_are_answered_alike(run: Run, ids: dict[str, str], command: str) -> None:
    """Another department's item, an id that does not exist and an item for who may change none: one answer."""
    before = read_entries()
    tried = [(ids["試作の図面"], SATO), (NOBODY_S, SATO), (ids["加工条件表"], CLERK), (NOBODY_S, CLERK)]
    answers = {change(run, command, item, email) for item, email in tried}
    assert len(answers) == 1
    assert answers.pop()[0] == 1
    assert read_entries() == before


def test_without_its_scope_a_foreign_item_would_be_changed(
    run: Run, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with everything in reach, the same command goes through."""
    assert change(run, "rename", ids["試作の図面"], SATO)[0] == 1
    monkeypatch.setattr("bot.commands.items.scope", lambda *_: Scope(everything=True))
    assert change(run, "rename", ids["試作の図面"], SATO)[0] == 0


def test_the_beginning_of_an_id_is_enough_within_reach(run: Run, ids: dict[str, str]) -> None:
    """What is ambiguous for the manager is one item for the head of one; too short or a pattern finds nothing."""
    beginning = ids["試作の図面"][:20]
    assert change(run, "rename", beginning, ITO)[0] == 0
    for wanted in (beginning[:7], "%" * 8, "_" * 36, ""):
        assert change(run, "rename", wanted, ITO, "ほかの名")[0] == 1
    assert "ほかの名" not in list_names(run, ITO)
    many = [change(run, "rename", ids["加工条件表"][:9], email, "ほかの名") for email in (SATO, MANAGER)]
    assert [code for code, _ in many] == [1, 1]


@pytest.mark.parametrize(
    "words", [("rename", ROWS), ("rename", "表", "--en", ROWS), ("split", "表", ROWS), ("retire", "--reason", ROWS)]
)
def test_the_guard_keeps_contents_out(
    run: Run, ids: dict[str, str], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What looks like contents is refused and written nowhere; without the guard it would be taken as a reason."""
    before = read_entries()
    code, output = change(run, words[0], ids["加工条件表"], SATO, *words[1:])
    assert code == 1
    assert "118.4" not in output
    assert read_entries() == before
    monkeypatch.setattr("bot.commands.items.build_inspect", lambda _: lambda _: None)
    if words[0] == "retire":
        assert change(run, *("retire", ids["加工条件表"], SATO), *words[1:])[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("rename", "順送の金型"),
        ("rename", "あ" * 61),
        ("rename", " 。"),
        ("split", "一つだけ"),
        ("split", "同じ", "同じ。"),
        ("split", "前半", "順送の金型"),
        ("owner", "nobody@hibarino.example"),
        ("retire", "--reason", "あ" * 201),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(run: Run, ids: dict[str, str], words: tuple[str, ...]) -> None:
    """Taken, too long, empty, too few or unknown: one sentence, exit code 1, the register as it was."""
    before = read_entries(), list_names(run, SATO)
    code, output = change(run, words[0], ids["加工条件表"], SATO, *words[1:])
    assert (code, bool(output.strip())) == (1, True)
    assert (read_entries("item."), list_names(run, SATO)) == ([e for e in before[0] if e[1][:5] == "item."], before[1])


def test_a_retired_item_leaves_the_register_unless_asked_for(run: Run, ids: dict[str, str]) -> None:
    """Lists leave it out, --all has it."""
    change(run, "retire", ids["加工条件表"], SATO)
    assert list_names(run, SATO) == ["順送の金型"]
    assert "加工条件表" in list_names(run, SATO, "--all")


def test_the_parts_stand_in_place_of_the_whole(run: Run, ids: dict[str, str]) -> None:
    """After a split the register lists the parts, which may keep the name of the whole."""
    assert change(run, "split", ids["加工条件表"], SATO, "加工条件表", "加工条件表(量産)")[0] == 0
    assert sorted(list_names(run, SATO)) == sorted(["順送の金型", "加工条件表", "加工条件表(量産)"])


def test_invisible_signs_do_not_get_into_a_name(run: Run, ids: dict[str, str]) -> None:
    """A name is kept in one line, without signs nobody sees."""
    assert change(run, "rename", ids["加工条件表"], SATO, "新しい\u202e\n  名\u200b前")[0] == 0
    assert "新しい 名前" in list_names(run, SATO)


def test_who_acts_is_named_in_the_audit(run: Run, ids: dict[str, str]) -> None:
    """The entry of a change carries the person for whom it was made."""
    change(run, "retire", ids["加工条件表"], SATO)
    program = open_trial()
    sato = program.find_member(SATO)
    program.database.close()
    assert sato is not None
    assert read_entries("item.retired")[0][0] == sato.id
