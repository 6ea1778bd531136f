"""A table in Slack: its lines and its sentence in a message that stays, the picture above them where there is one."""

import html
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack.render import holds_table, show_picture, to_standing
from bot.documents.columns import to_lines
from bot.prompts import Line, Prompt, Row, Table
from tests.contracts.block_kit import find_active, find_message_faults
from tests.contracts.slack_prompts import choices, elements, faults_of, make, render

BOTH = ("ja", "en")
FILE = "F0123456789"
TABLE = Table(
    ("従業員等", "取引先"),
    (Row("近づきにくい", ("予定", "対象外"), ("planned", "not_applicable")), Row("信頼", ("済*", "空き"))),
    spoken="空いているマスは一つです。",
    title="極秘 × 部署の中",
)


def ask(**more: Any) -> Prompt:
    return make(**{"table": TABLE, "choices": choices(2), "body": "できあがりです。", **more})


def kinds(message: Mapping[str, Any]) -> list[str]:
    return [block["type"] for block in message["blocks"]]


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("kind", ["one_of", "several_of", "form", "text"])
def test_a_table_is_fit_for_slack(language: str, kind: str) -> None:
    """With each kind of question, with the picture and without, it passes Slack's types, its models and our rules."""
    assert not faults_of(ask(kind=kind, language=language))


def test_a_table_is_a_message_of_its_own() -> None:
    """What introduces it, its title, its lines and its sentence stand by themselves, before the question."""
    table, question = render(ask(lines=(Line("第一"),)))
    assert kinds(table) == ["section", "section", "rich_text", "section"]
    assert (holds_table(table), holds_table(question)) == (True, False)
    assert not elements(table, "button") and elements(question, "button")
    assert "第一" in question["text"] and "できあがり" not in question["text"]
    assert [holds_table(one) for one in render(make())] == [False]


def test_lines_stand_as_they_are() -> None:
    """The lines are in letters of one width, with every space, and the plain text has them with the sentence."""
    table, _ = render(ask())
    (lines,) = elements(table, "text")
    assert lines["text"].split("\n") == to_lines(TABLE, 72)
    text = html.unescape(table["text"])
    assert text.startswith("できあがりです。\n極秘 × 部署の中\n")
    assert all(line in text for line in (*to_lines(TABLE, 72), TABLE.spoken))


def test_a_table_is_not_closed_with_its_question() -> None:
    """What stays of an answered question leaves the table and what introduces it where they are."""
    assert to_standing(ask(lines=(Line("第一"),))) == "1 第一\nどれですか。"


def test_the_picture_stands_above_the_lines() -> None:
    """A picture comes above the lines, says title and sentence aloud, and takes nothing away."""
    table, question = render(ask())
    pictured = show_picture(table, FILE, ask())
    assert kinds(pictured) == ["section", "section", "image", "rich_text", "section"]
    (shown,) = elements(pictured, "image")
    assert shown["alt_text"] == f"{TABLE.title}\n{TABLE.spoken}"
    assert pictured["text"] == table["text"]
    assert show_picture(question, FILE, ask()) == question


def test_a_long_table_is_kept_whole() -> None:
    """A table of more lines than a block or a message holds goes on in the next; its picture is where it begins."""
    rows = tuple(Row(f"{place} {'行' * 30}", ("予定", "済")) for place in range(300))
    prompt = ask(table=Table(TABLE.columns, rows, spoken="長い表です。"))
    messages = render(prompt)
    assert not [fault for one in messages for fault in find_message_faults(one)]
    told = "\n".join(one["text"] for one in messages)
    assert all(row.label in told for row in rows)
    pictured = [show_picture(one, FILE, prompt) for one in messages]
    assert [len(elements(one, "image")) for one in pictured] == [1, *[0] * (len(messages) - 1)]


def wrong_tables() -> dict[str, dict[str, Any]]:
    """What the checks must see, by name."""
    table = render(ask())[0]
    at = kinds(table).index("rich_text")
    lines = elements(table, "text")[0]
    shown = show_picture(table, FILE, ask())["blocks"][at]

    def put(block: dict[str, Any]) -> dict[str, Any]:
        return {**table, "blocks": [*table["blocks"][:at], block, *table["blocks"][at + 1 :]]}

    def write(element: dict[str, Any]) -> dict[str, Any]:
        inner = {"type": "rich_text_preformatted", "elements": [element]}
        return put({"type": "rich_text", "elements": [inner]})

    return {
        "empty": write({**lines, "text": ""}),
        "too long": write({**lines, "text": "x" * 3_001}),
        "styled": write({**lines, "style": {"bold": True}}),
        "link": write({"type": "link", "url": "https://evil.example"}),
        "nothing to hear": put({**shown, "alt_text": ""}),
        "from elsewhere": put({**shown, "slack_file": {"id": "x"}}),
    }


@pytest.mark.parametrize("what", wrong_tables())
def test_checks_see_what_is_wrong_with_a_table(what: str) -> None:
    """Negative control: each mistake that could be made with a table or a picture is found."""
    message = wrong_tables()[what]
    assert [*find_message_faults(message), *find_active(message)]
