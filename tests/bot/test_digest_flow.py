"""Several things on one card as it is talked through: one opened, all put away, put off, and what still stands."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.grades import DropListed, OpenListed, PutOffListed
from tests.chat import Chat
from tests.digests import DIGEST, LINES

TOLD: Mapping[str, Any] = DIGEST["digest"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_stands_there_by_its_title_and_may_be_opened(language: str) -> None:
    """One line each, in the order given; whichever is pressed is the one that is opened."""
    chat = Chat("digest", language)
    assert chat.last_prompt is not None
    shown = [one.label for one in chat.last_prompt.choices][: len(LINES)]
    assert all(str(line["title"][language]) in label for line, label in zip(LINES, shown, strict=True))
    assert len(set(label.partition(":")[0] for label in shown)) == len(LINES)  # each says of which kind it is
    for line in LINES:
        opened = Chat("digest", language).choose(str(line["campaign"]))
        assert (opened.ended, opened.conclusions) == ("opened", [OpenListed(str(line["campaign"]))])


@pytest.mark.parametrize("said", ["今回はいい", "飛ばす", "分からない"])
def test_whoever_wants_none_is_asked_nothing_more(said: str) -> None:
    """All of it is put away at once."""
    chat = Chat("digest").say(said)
    assert (chat.ended, chat.conclusions) == ("put_away", [DropListed()])


@pytest.mark.parametrize(("said", "until"), [("1時間後", "hour"), ("明日の朝", "morning"), ("来週", "week")])
def test_it_can_be_put_off_as_one(said: str, until: str) -> None:
    """When it comes again is asked in the same three ways as of a single one."""
    chat = Chat("digest").say("あとで", said)
    assert (chat.ended, chat.conclusions) == ("snoozed", [PutOffListed(until)])


def test_of_what_was_stopped_no_line_stands() -> None:
    """Lines whose campaign does not go on are neither shown nor counted."""
    chat = Chat("digest", given={"digest": {**TOLD, "open": ["c1", "c3"]}})
    assert chat.last_prompt is not None
    assert [one.id for one in chat.last_prompt.choices][:3] == ["c1", "c3", "put_away"]
    assert "2件" in str(chat.last_prompt.body)
