"""Lessons, leak cases and moments, as a company edits them: what cannot be used is refused with file and line."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.loader import ContentFault, read_catalogue
from bot.faults import word_fault
from bot.handbook.awareness import find_digest, list_published, read_awareness
from bot.handbook.shelves import AWARENESS

FILES = {name: f"awareness/{name}.yaml" for name in AWARENESS}


def write_text(indent: int, ja: str = "文", en: str = "text") -> str:
    space = " " * indent
    return f"\n{space}ja: |\n{space}  {ja}\n{space}en: |\n{space}  {en}\n"


def write_check(name: str) -> str:
    options = "".join(f"          {key}:{write_text(12, key, key)}" for key in ("keep", "ask", "send"))
    return (
        f"      {name}:\n        question:{write_text(10)}        options:\n{options}        right: ask\n"
        f"        explain:{write_text(10)}"
    )


LESSON = (
    f"lessons:\n  own-gate:\n    title:{write_text(6)}    message:{write_text(6)}    today:{write_text(6)}"
    "    topic: visitors\n    objectives: [C4]\n    leakers: [outsider]\n    audience: manufacturing\n"
    "    handles: [manufacturing_02, object]\n    triggers: [monthly]\n    checks:\n"
    f"{write_check('first')}{write_check('again')}    source: [knowledge]\n"
)
CASE = (
    f"cases:\n  own-case:\n    title:{write_text(6)}    story:{write_text(6, 'これは一審です', 'of first instance')}"
    f"    resembles:{write_text(6)}    today:{write_text(6)}    topic: media\n    leakers: [leaver]\n"
    "    handles: [sales]\n    year: 2026\n    status: civil_judgment_1st\n    source: [knowledge]\n"
)
MOMENT = (
    f"moments:\n  birthday: # here\n    title:{write_text(6)}    name:{write_text(6)}"
    f"    also: []\n    date:{write_text(6)}    comes: on\n    steps:\n      cake:\n        text:{write_text(10)}"
    f"      today:\n        text:{write_text(10)}    measures: [c3-tidy]\n    source: [knowledge]\n"
)
FIELDS = {"manufacturing": ("01", "02"), "sales": ("01",), "rnd": ("01", "02", "03", "08")}
MEASURES = re.findall(r"^  (c\d-[a-z0-9-]+):$", (OURS / "catalogue/measures.yaml").read_text("utf-8"), re.MULTILINE)
# As much of the catalogue as is named here: reading all of it takes longer than everything else.
CATALOGUE = {
    "categories": {
        "departments": {field: {"lines": {f"{field}_{line}": {} for line in lines}} for field, lines in FIELDS.items()},
        "common": {"lines": {}},
    },
    "measures": {"measures": dict.fromkeys(MEASURES)},
}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our three files, cut down to their first entries where all need not be there, so that reading takes no time."""
    folder = tmp_path_factory.mktemp("ours")
    for name, file in FILES.items():
        written = (OURS / file).read_text(encoding="utf-8")
        if name != "moments":
            head, first, second, *_ = re.split(r"^(?=  [a-z]+-[a-z0-9]+:$)", written, flags=re.MULTILINE)
            written = head + first + second + written[written.index("\nsources:") :]
        lay(folder, name, written)
    return folder


def lay(folder: Path, name: str, text: str) -> Path:
    (folder / FILES[name]).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILES[name]).write_text(text, encoding="utf-8")
    return folder


def read_with(ours: Path, folder: Path, name: str, text: str) -> dict[str, Any]:
    """One of our files with these lines laid over it, beside the catalogue."""
    return read_catalogue([ours, lay(folder / "own", name, text)], {name: AWARENESS[name]}, "awareness", CATALOGUE)


def change(written: str, line: str, put: str) -> str:
    """The company's own entry with one line other than it was; `# here` marks where the complaint belongs."""
    assert line in written
    return written.replace(line, put, 1)


def of_lesson(line: str, put: str) -> tuple[str, str]:
    return "lessons", change(LESSON, line, put)


def of_case(line: str, put: str) -> tuple[str, str]:
    return "cases", change(CASE, line, put)


def put_long(line: str, before: str, ja: int, en: int) -> tuple[str, str]:
    """A text of so many characters behind such a line of the lesson, instead of the one there `before`."""
    indent = len(before) - len(before.lstrip("\n ")) - 1
    return of_lesson(line + before, line + write_text(indent, ja * "長", en * "l"))


REFUSED = {
    "a wrong key": (*of_lesson("audience:", "audiences: all # here\n    audience:"), "unknown_key"),
    "a topic of its own": (*of_lesson("topic: visitors", "topic: gossip # here"), "not_one_of"),
    "a trigger nobody pulls": (*of_lesson("[monthly]", "[daily] # here"), "not_one_of"),
    "an objective that is none": (*of_lesson("[C4]", "[C6] # here"), "not_one_of"),
    "a leaker who is none": (*of_lesson("[outsider]", "[spy] # here"), "not_one_of"),
    "a department that is none": (*of_lesson("audience: manufacturing", "audience: moon # here"), "named_nowhere"),
    "a line nobody ticks": (*of_lesson("manufacturing_02", "manufacturing_99"), "named_nowhere"),
    "a source without a title": (*of_lesson("[knowledge]", "['found:nowhere'] # here"), "not_one_of"),
    "a check without its right option": (*of_lesson("right: ask", "right: tell # here"), "not_one_of"),
    "two options": (*of_lesson(f"          send:{write_text(12, 'send', 'send')}", ""), "count_differs"),
    "two options that read the same": (
        *of_lesson(f"send:{write_text(12, 'send', 'send')}", f"send: # here{write_text(12, 'ask', 'send')}"),
        "stands_twice",
    ),
    "one form only": (*of_lesson(write_check("again"), ""), "count_differs"),
    "an option with a hyphen": (*of_lesson("          keep:", "          ke-ep: # here"), "not_plain_fact"),
    "a name in capitals": (*of_lesson("own-gate:", "Gate: # here"), "not_plain"),
    "one language only": (
        *of_lesson(f"today:{write_text(6)}", "today: # here\n      ja: |\n        文\n"),
        "missing_key",
    ),
    "a message nobody reads in ten seconds": (*put_long("message:", write_text(6), 121, 1), "text_too_long"),
    "an option too long for a button": (*put_long("keep:", write_text(12, "keep", "keep"), 31, 1), "text_too_long"),
    "a message too long in English alone": (*put_long("message:", write_text(6), 1, 241), "text_too_long"),
    "a case that is only an arrest": (
        *of_case("status: civil_judgment_1st", "status: arrest_only # here"),
        "not_one_of",
    ),
    "a case still before a court": (*of_case("status: civil_judgment_1st", "status: pending # here"), "not_one_of"),
    "a first judgment told as the last": (*of_case("これは一審です", "これは判決です"), "word_lacking"),
    "the same in English": (*of_case("of first instance", "of a court"), "word_lacking"),
    "a case like nothing here": (*of_case("[sales]", "[sale] # here"), "named_nowhere"),
    "a year in words": (*of_case("year: 2026", "year: lately # here"), "wrong_value"),
    "a moment nobody has": ("moments", MOMENT, "unknown_key"),
    "a moment that comes at no time": ("moments", "moments:\n  joining:\n    comes: soon # here\n", "not_one_of"),
    "a measure that is none": ("moments", "moments:\n  joining:\n    measures: [c9-moon] # here\n", "named_nowhere"),
    "five steps": (
        "moments",
        f"moments:\n  joining:\n    steps: # here\n      fifth:\n        text:{write_text(10)}",
        "count_differs",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_where_it_stands(what: str, ours: Path, tmp_path: Path) -> None:
    """The complaint names the company's own file and, where it is marked, the line; in a sentence of each language."""
    name, text, code = REFUSED[what]
    with pytest.raises(ContentFault) as refused:
        read_with(ours, tmp_path, name, text)
    fault = refused.value
    assert (fault.code, fault.path) == (code, str(tmp_path / "own" / FILES[name]))
    here = [number for number, line in enumerate(text.splitlines(), 1) if "# here" in line]
    assert fault.line in (here or range(1, len(text.splitlines()) + 1))
    told = word_fault(fault.code, path=fault.path, line=fault.line, **fault.params).splitlines()
    assert len(told) == 2
    assert all(fault.path in line and "{" not in line for line in told)


def test_what_is_well_written_is_taken(ours: Path, tmp_path: Path) -> None:
    """Control: what the refused ones are made from stands beside ours, and one of ours is hidden."""
    hidden = "  al-01:\n    hidden: yes\n"
    lay(tmp_path / "own", "cases", CASE)
    lay(tmp_path / "own", "lessons", LESSON + hidden)
    parsed = read_catalogue([ours, tmp_path / "own"], AWARENESS, "awareness", CATALOGUE)
    told = read_awareness(parsed)
    assert told.lessons["own-gate"].handles == {"manufacturing_02", "object"}
    assert [check.right for check in told.lessons["own-gate"].checks] == ["ask", "ask"]
    assert told.cases["own-case"].year == 2026
    assert "al-01" not in told.lessons
    assert "al-02" in told.lessons


def test_what_waits_for_a_lawyer_is_nowhere_until_the_day(ours: Path, tmp_path: Path) -> None:
    """An entry that needs confirmation is neither a value nor published; a day makes it both."""
    waits = change(LESSON, "source:", "needs_confirmation: yes\n    source:")
    held = read_with(ours, tmp_path, "lessons", waits)
    parsed = {**read_catalogue([ours], AWARENESS, "awareness", CATALOGUE), **held}
    assert "own-gate" not in read_awareness(parsed).lessons
    assert find_digest(parsed, "lesson", "own-gate") not in list_published(parsed)
    shown = read_with(ours, tmp_path, "lessons", change(waits, "source:", "confirmed: 2026-12-05\n    source:"))
    after = {**parsed, **shown}
    assert "own-gate" in read_awareness(after).lessons
    assert find_digest(after, "lesson", "own-gate") in list_published(after)


def test_another_wording_is_another_version(ours: Path, tmp_path: Path) -> None:
    """What a person reads is found by its digest; a changed word makes a new one, a lawyer's day does not."""
    before = read_catalogue([ours], AWARENESS, "awareness", CATALOGUE)

    def read(text: str) -> str:
        return find_digest({**before, **read_with(ours, tmp_path, "lessons", text)}, "lesson", "al-02")

    first = find_digest(before, "lesson", "al-02")
    assert first in list_published(before)
    assert read("lessons:\n  al-02:\n    confirmed: 2026-12-05\n") == first
    assert read(f"lessons:\n  al-02:\n    today:{write_text(6)}") != first
