"""A form whose fields stand in rows: who and by when for each of several things, by its place."""

from typing import Any

import pytest

from bot.engine.facts import Facts
from bot.engine.model import Flow, Value
from bot.engine.position import Route
from tests.chat import IDS, Chat
from tests.factories import flow, question

SATO, SUZUKI = IDS["sato"], IDS["suzuki"]
NAMES = ("mark", "lock", "rule", "list")
DAY = "2026-12-10"


def make_fields(_: Facts) -> list[dict[str, Any]]:
    """Two fields a row, and one row of a number of days."""
    named = lambda name, what: {"row": {"ja": name, "en": name}, "ja": f"{name} {what}", "en": f"{name} {what}"}  # noqa: E731
    rows = [
        {"id": f"{name}.{part}", "kind": kind, "filled": filled, **named(name, part)}
        for name in NAMES
        for part, kind, filled in (("who", "person", SATO), ("day", "date", DAY))
    ]
    return [*rows, {"id": "log.kept", "kind": "days", "filled": "unknown", **named("log", "kept")}]


def sheet() -> Route:
    made: Flow = flow(question("sheet", "form", "note", fields_from="rows"), question("note", "text"))
    return Route(made, {"rows": make_fields}, {}, {})


def told(*replies: str, language: str = "ja") -> dict[str, Value]:
    """What came of replies, as far as it is not what was proposed."""
    chat = Chat(sheet(), language).say(*replies)
    value, proposed = chat.answer("sheet"), {field["id"]: field["filled"] for field in make_fields(chat.facts)}
    assert isinstance(value, dict), (replies, chat.says)
    return {name: one for name, one in value.items() if one != proposed[name]}


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("", {}),
        ("送る", {}),
        ("4 鈴木", {"list.who": SUZUKI}),
        ("4 鈴木さん", {"list.who": SUZUKI}),
        ("4鈴木", {"list.who": SUZUKI}),
        ("4番は鈴木さん", {"list.who": SUZUKI}),
        ("4 → 鈴木", {"list.who": SUZUKI}),
        ("２ 12月末", {"lock.day": "2026-12-31"}),
        ("2 12/24", {"lock.day": "2026-12-24"}),
        ("2は来月末", {"lock.day": "2026-12-31"}),
        ("4 鈴木 1月末", {"list.who": SUZUKI, "list.day": "2027-01-31"}),
        ("4 1月末 鈴木", {"list.who": SUZUKI, "list.day": "2027-01-31"}),
        ("4 鈴木、1月末", {"list.who": SUZUKI, "list.day": "2027-01-31"}),
        (
            "1 鈴木、2 12/24、4 鈴木 1月末",
            {"mark.who": SUZUKI, "lock.day": "2026-12-24", "list.who": SUZUKI, "list.day": "2027-01-31"},
        ),
        ("1 鈴木 2 12/24", {"mark.who": SUZUKI, "lock.day": "2026-12-24"}),
        ("1 鈴木\n2 鈴木", {"mark.who": SUZUKI, "lock.who": SUZUKI}),
        ("3 分からない", {"rule.who": "unknown"}),
        ("5 90日", {"log.kept": 90}),
        ("5 約3か月", {"log.kept": 90}),
        ("4 Suzuki Jan 31", {"list.who": SUZUKI, "list.day": "2027-01-31"}),
        ("1 Suzuki, 2 end of December", {"mark.who": SUZUKI, "lock.day": "2026-12-31"}),
    ],
)
def test_a_row_by_its_place(typed: str, changed: dict[str, Value]) -> None:
    """A place, and behind it who or when or both in either order; rows one after the other; the others as proposed."""
    assert told(typed) == changed


def test_one_for_all() -> None:
    """Something said of all is said of each row that can take it; of days that records keep it says nothing."""
    chat = Chat(route_of(2)).say("全部 鈴木")
    assert chat.answer("sheet") == {"mark.who": SUZUKI, "mark.day": DAY, "lock.who": SUZUKI, "lock.day": DAY}
    assert told("全部 鈴木") == {f"{name}.who": SUZUKI for name in NAMES}


def route_of(many: int) -> Route:
    way = sheet()
    return Route(way.flow, {"rows": lambda facts: make_fields(facts)[: 2 * many]}, {}, {})


@pytest.mark.parametrize(
    "typed", ["鈴木", "6 鈴木", "0 鈴木", "4", "4 あさって鈴木くんと相談", "1 鈴木 なぜか", "12/24", "1 2 3"]
)
def test_what_cannot_be_placed_changes_nothing(typed: str) -> None:
    """Where a part of it is no row, no name or no day, nothing is taken and the person is told how to write it."""
    chat = Chat(sheet()).say(typed)
    assert (chat.position, chat.says, chat.answer("sheet")) == ("sheet", ["form_rows_line"], None)


def test_two_of_a_name_are_told_apart() -> None:
    """A name that two people have is asked back, for its row."""
    chat = Chat(sheet()).say("2 山本 12/24")
    assert chat.asked == "aside:which"
    chat.choose(IDS["yamamoto.aya"])
    answer = chat.answer("sheet")
    assert isinstance(answer, dict)
    assert (answer["lock.who"], answer["lock.day"]) == (IDS["yamamoto.aya"], "2026-12-24")


def test_what_was_changed_is_said_with_its_row() -> None:
    """What is confirmed names the row, as a name alone would not say of what."""
    (notice,) = Chat(sheet()).say("2 12/24").notices
    assert "lock" in notice
    assert "12月24日" in notice


def test_rows_are_shown_as_lines() -> None:
    """A prompt holds the fields one by one, and each knows the line it stands on."""
    prompt = Chat(sheet()).last_prompt
    assert prompt is not None
    assert [field.row for field in prompt.fields] == [
        "mark",
        "mark",
        "lock",
        "lock",
        "rule",
        "rule",
        "list",
        "list",
        "log",
    ]
    assert prompt.fields[1].filled_label == "12月10日"
