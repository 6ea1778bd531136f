"""Names stay as they were typed, whatever way a form or a remark was written in one line."""

from typing import Any

import pytest

from bot.engine.model import Flow
from bot.engine.places import read_places
from tests import factories
from tests.chat import Chat, shared

NAMES = ("P-3ライン", "Sakai Tool", "Ｐ－３ライン", "SAKAI 第2工場")


def sheet() -> Flow:
    """What it is, what it lies in, who knows: words, beside one list to choose from."""
    fields = (
        factories.field("signs", "several_of", ("seal", "lock", "key")),
        factories.field("what", "text"),
        factories.field("others", "text"),
    )
    return factories.flow(factories.question("sheet", "form", fields=fields, asks_each=True, limit=60))


def say(*texts: str) -> Any:
    return Chat(sheet()).say(*texts).answer("sheet")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "ways",
    [
        ("1 / {name} / skip",),
        ("2 {name}、3 Ito", "1"),
        ("2: {name} 3: Ito", "1"),
        ("2番 {name}", "1", "Ito"),
        ("1 2, 2 {name}, 3 飛ばす",),
        ("what it {name}", "1", "飛ばす"),
        ("1", "{name}", "飛ばす"),
    ],
)
def test_a_name_in_a_form_stays_as_it_was_typed(ways: tuple[str, ...], name: str) -> None:
    """In order, by place, by label, one at a time: capitals, widths and digits are kept."""
    assert say(*(one.format(name=name) for one in ways))["what"] == name


def test_a_name_for_all_lines_stays_as_it_was_typed() -> None:
    """`all` before it says where it goes; a name that begins with those letters is none of that."""
    fields = (factories.field("what", "text"), factories.field("others", "text"))
    flow = factories.flow(factories.question("sheet", "form", fields=fields, limit=60))
    assert Chat(flow).say("all Sakai Tool").answer("sheet") == {"what": "Sakai Tool", "others": "Sakai Tool"}
    assert Chat(flow).say("Alloy list").answer("sheet") is None


def test_a_remark_stays_as_it_was_typed() -> None:
    """Behind a label, too."""
    chat = Chat(factories.flow(factories.question("level", "one_of", choices=("open", "secret"), remark=True)))
    assert chat.say("secret one Sakai Tool asked for it").answer("level") == {
        "choice": "secret",
        "own": "Sakai Tool asked for it",
    }


@pytest.mark.parametrize("typed", ["2 P-3ライン", "② P-3ライン", "２　P-3ライン", "2→P-3ライン"])
def test_a_place_stands_by_itself_where_words_are_asked_for(typed: str) -> None:
    """The digit in a name is no place; the one before it is, however it is written."""
    assert read_places(typed, shared(), True, True) == [([2], "P-3ライン")]
