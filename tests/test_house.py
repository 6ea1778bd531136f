"""Each rule of the house catches what it forbids and leaves alone what it allows."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house import LONGEST_FILE, LONGEST_FUNCTION, LONGEST_HANDLER, find_breaches

ROOT = Path(__file__).resolve().parent.parent
DOCSTRING = '"""What it is."""\n'


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def function_of(lines: int) -> str:
    return DOCSTRING + "def grow():\n" + "    pass\n" * (lines - 1)


def said_about(root: Path) -> str:
    return "\n".join(map(str, find_breaches(root)))


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("bot/long.py", DOCSTRING + "x = 1\n" * LONGEST_FILE, "bot/long.py:1: 401 lines"),
        ("tests/test_long.py", "x = 1\n" * (LONGEST_FILE + 1), "tests/test_long.py:1: 401 lines"),
        ("bot/grown.py", function_of(LONGEST_FUNCTION + 1), "bot/grown.py:2: grow has 51 lines"),
        ("bench/grown.py", function_of(LONGEST_FUNCTION + 1).replace("def", "async def"), "grow has 51 lines"),
        ("adapters/slack/app.py", function_of(LONGEST_HANDLER + 1), "adapters/slack/app.py:2: grow has 21 lines"),
        ("bot/heir.py", DOCSTRING + "class A: ...\n\nclass B(A): ...", "bot/heir.py:4: B inherits from A"),
        ("bot/heir.py", DOCSTRING + "class A: ...\n\nclass B(A[int]): ...", "B inherits from A"),
        ("bot/turn_manager.py", DOCSTRING, "bot/turn_manager.py:1: the name turn_manager says nothing"),
        ("adapters/utils/app.py", DOCSTRING, "the name utils says nothing"),
        ("bot/silent.py", "x = 1\n", "bot/silent.py:1: does not open with a docstring"),
        ("adapters/web/__init__.py", "", "adapters/web/__init__.py:1: does not open with a docstring"),
        ("bot/chatty.py", DOCSTRING + 'x = "はい"\n', "bot/chatty.py:2: Japanese in a string"),
        ("adapters/web/chatty.py", DOCSTRING + 'x = f"{1}件"\n', "adapters/web/chatty.py:2: Japanese in a string"),
        ("bot/chatty.py", DOCSTRING + 'x = "\\u79d8"\n', "bot/chatty.py:2: Japanese in a string"),
        (
            "requirements/base.lock",
            "--index-url https://packages.example/\n",
            "requirements/base.lock:1: names a place",
        ),
        ("docs/how.md", "first\nlook in /" + "root/x\n", "docs/how.md:2: names a folder of one machine"),
        (".ci/run", "cd '/" + "work/x'\n", ".ci/run:1: names a folder of one machine"),
    ],
)
def test_a_breach_is_caught_and_its_place_is_named(tmp_path: Path, path: str, text: str, what: str) -> None:
    write(tmp_path, path, text)
    assert what in said_about(tmp_path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("bot/full.py", DOCSTRING + "x = 1\n" * (LONGEST_FILE - 1)),
        ("bot/full.py", function_of(LONGEST_FUNCTION)),
        ("adapters/slack/render.py", function_of(LONGEST_HANDLER + 1)),
        ("bot/state/migrations/one.py", DOCSTRING + "x = 1\n" * LONGEST_FILE),
        ("bot/heir.py", DOCSTRING + "from enum import StrEnum\nclass A(StrEnum): ..."),
        ("bot/namesake.py", DOCSTRING + "from enum import Enum\nclass Kind(Enum): ...\nclass Enum: ..."),
        ("bot/database.py", DOCSTRING),
        ("bot/faults.py", DOCSTRING + 'x = "鍵がありません"\n'),
        ("bot/quiet.py", '"""一文で言う。"""\nx = 1\n"""その説明"""\n# 理由\n'),
        ("bot/marks.py", DOCSTRING + 'x = "「」:"\n'),
        ("tests/test_speech.py", 'x = "はい"\n'),
        ("docs/how.md", "see bot/" + "work/x and ~/" + "work/x\n"),
        (".venv/lib/bad.md", "/" + "root/x\n"),
    ],
)
def test_what_the_rules_allow_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, path, text)
    assert said_about(tmp_path) == ""


def test_a_class_of_ours_is_known_in_another_file_by_any_way_of_naming_it(tmp_path: Path) -> None:
    write(tmp_path, "bot/first.py", DOCSTRING + "class Store: ...\n")
    write(tmp_path, "bot/second.py", DOCSTRING + "from bot import first\nclass Box(first.Store): ...\n")
    write(tmp_path, "adapters/third.py", DOCSTRING + "from bot.first import Store\nclass Shelf(Store): ...\n")
    write(tmp_path, "bot/fourth.py", DOCSTRING + "from elsewhere import Store\nclass Cupboard(Store): ...\n")
    assert [breach.path for breach in find_breaches(tmp_path)] == ["adapters/third.py", "bot/second.py"]


def test_a_picture_is_not_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    assert find_breaches(tmp_path) == []


# -- what is installed -------------------------------------------------------------------------------------------------


def pinned(lock: str) -> dict[str, str]:
    """Read a lock as {name: version and marker}."""
    lines = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8").splitlines()
    pins = (line.removesuffix("\\").strip().partition("==") for line in lines if re.match(r"\w", line))
    return {name: version for name, _, version in pins}


def asked_for(file: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{file}.in").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r"))}


def test_each_lock_holds_the_one_before_it_at_the_same_versions() -> None:
    assert pinned("base").items() <= pinned("full").items() <= pinned("dev").items()


def test_the_project_names_the_requirements_that_the_locks_are_made_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["dependencies"]) == asked_for("base")
    assert set(project["optional-dependencies"]["full"]) == asked_for("full")
