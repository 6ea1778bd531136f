"""A table in a terminal: straight under what introduces it, then its sentence, then the question."""

import json

import pytest

from adapters.terminal.render import WIDTH, to_json, to_text
from bot.documents.columns import to_lines
from bot.prompts import Line, Row, Table
from tests.chat import shared
from tests.contracts.slack_prompts import choices, make

TABLE = Table(
    ("従業員等", "取引先"),
    (Row("近づきにくい", ("予定", "対象外"), ("planned", "not_applicable")), Row("信頼", ("済*", "空き"))),
    spoken="空いているマスは一つです。",
    title="極秘 × 部署の中",
)
PROMPT = make(table=TABLE, choices=choices(2), body="できあがりです。", lines=(Line("第一"),))


def test_table_stands_between_what_introduces_it_and_the_question() -> None:
    """In order: the body, the table's title, its lines, its sentence, the numbered list, the question."""
    text = to_text(PROMPT, shared())
    told = [PROMPT.body, TABLE.title, *to_lines(TABLE, WIDTH), TABLE.spoken, "1 第一", PROMPT.title]
    places = [text.index(one) for one in told]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_sentence_says_what_it_is_for(language: str) -> None:
    """The sentence is marked as the one to be heard, in the person's language."""
    spoken = shared().formats["table_spoken"].of(language).replace("{value}", TABLE.spoken)
    assert spoken in to_text(make(table=TABLE, language=language), shared()).splitlines()


def test_table_is_not_repeated() -> None:
    """A question that stands on the screen already is asked again without its table."""
    assert TABLE.spoken not in to_text(PROMPT, shared(), repeated=True)


def test_table_in_the_line_protocol() -> None:
    """As JSON a table has its words, what each cell means and its sentence; a question without one has null."""
    table = json.loads(json.dumps(to_json(PROMPT)))["table"]
    assert table == {
        "title": TABLE.title,
        "columns": list(TABLE.columns),
        "rows": [
            {"label": "近づきにくい", "cells": ["予定", "対象外"], "marks": ["planned", "not_applicable"]},
            {"label": "信頼", "cells": ["済*", "空き"], "marks": []},
        ],
        "spoken": TABLE.spoken,
    }
    assert to_json(make())["table"] is None
