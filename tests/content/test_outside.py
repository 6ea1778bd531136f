"""What reaches somebody who is not in a case hints at no leak: every request in words of its own, or without any."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.engine.model import Text
from tests.chat import content

JA = (
    *("漏", "流出", "疑", "事案", "事故", "証拠", "不正", "犯", "退職", "辞め"),
    *("持ち出", "盗", "警察", "弁護士", "取引先", "本人", "被害", "報告", "調査"),
)
EN = (
    *("leak", "breach", "suspect", "incident", "evidence", "stolen", "steal", "theft"),
    *("police", "lawyer", "leaver", "partner", "damage", "report", "crime"),
)
TABLES = ("tasks", "traces", "stops")
PLAIN = ("outside_name", "outside_does")  # of the flow `task`, where content has no words for somebody outside


def list_texts() -> Iterator[tuple[str, dict[str, str]]]:
    told = content().catalogue["incident"]
    for table in TABLES:
        for name, one in told[table].items():
            if "outside" in one:
                yield name, one["outside"]
    messages = content().flows["task"].messages
    yield from ((name, messages[name].model_dump()) for name in PLAIN)


def find_hints(text: dict[str, str]) -> list[str]:
    words = [(word, "ja") for word in JA] + [(word, "en") for word in EN]
    return [word for word, language in words if word in text[language].casefold()]


@pytest.mark.parametrize(("name", "text"), list(list_texts()))
def test_it_hints_at_nothing(name: str, text: dict[str, str]) -> None:
    """No word of a leak, of whose doing it may be, or of who looks into it, in either language."""
    assert find_hints(text) == []


def test_what_the_team_reads_does_hint() -> None:
    """The control: of the words for those within some are found out, so that the search works."""
    told = content().catalogue["incident"]
    found = [name for table in TABLES for name, one in told[table].items() if find_hints(one["name"])]
    assert {"fr-03", "fr-07", "leaver-review", "partner"} <= set(found)


def test_what_is_always_asked_of_people_outside_has_words_for_them() -> None:
    """Records and what can be stopped are asked of whoever holds them, in the case or not."""
    told: dict[str, Any] = content().catalogue["incident"]
    assert [name for table in ("traces", "stops") for name, one in told[table].items() if "outside" not in one] == []


def test_nothing_but_the_request_stands_around_it() -> None:
    """Title, body and choices of what they are asked hint at nothing either."""
    flow = content().flows["task"]
    texts = [text for one in flow.questions.values() for text in (one.words.title, one.words.body, one.words.statement)]
    assert [hint for text in texts if isinstance(text, Text) for hint in find_hints(text.model_dump())] == []
