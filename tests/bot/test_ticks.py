"""What is ticked on a card is kept in the words that stood beside it, not in ids nobody saw."""

from datetime import UTC, datetime

import pytest

from bot.engine.turn import take_turn
from bot.events import Event, Said
from bot.incoming import Incoming
from bot.prompts import ANSWER
from bot.ticks import is_ticked, to_said
from tests import factories
from tests.cast import IDS
from tests.chat import Chat, dates, shared

NOW = datetime(2026, 11, 9, 7, 40, tzinfo=UTC)


def tick(chat: Chat, picked: object, sees: bool = True) -> tuple[object, str | None]:
    """Boxes ticked on the card before them: the answer, and what is kept as said."""
    incoming = Incoming("submitted", "slack:T1:1", "T1", "U1", NOW, fields={ANSWER: picked})
    assert is_ticked(incoming)
    body = to_said(incoming, chat.last_prompt if sees else None, shared())
    event = Event("e1", "i1", IDS["sato"], "slack", NOW, body, shown=chat.asked)
    turn = take_turn(chat.route, chat.interview, event, NOW, shared(), dates())
    (recorded,) = turn.recorded
    return recorded.reply.value, recorded.said


@pytest.mark.parametrize(("language", "seen"), [("ja", "paperです、diskです"), ("en", "paper one, disk one")])
def test_ticks_are_kept_in_the_words_that_were_seen(language: str, seen: str) -> None:
    """In the language of whoever ticked them."""
    chat = Chat(factories.many(), language)
    assert tick(chat, ["paper", "disk"]) == (["paper", "disk"], seen)


def test_what_was_written_beside_the_ticks_stays_as_it_was() -> None:
    """Words of their own stand among the labels."""
    chat = Chat(factories.many(), "en")
    assert tick(chat, ["paper", "the Safe"]) == (["paper", {"own": "the Safe"}], "paper one, the Safe")


def test_one_picked_from_a_list_is_kept_by_its_label() -> None:
    """A single value, as Teams sends what was picked."""
    assert tick(Chat(factories.many(), "en"), "disk") == (["disk"], "disk one")


def test_without_the_card_ids_would_be_kept() -> None:
    """The control: where it is not known what stood there, what came is what is kept."""
    assert tick(Chat(factories.many()), ["paper"], sees=False) == (["paper"], "paper")


def test_a_text_is_no_tick() -> None:
    """What was typed into a card's one field reads as it was typed."""
    incoming = Incoming("submitted", "teams:1", "T1", "U1", NOW, fields={ANSWER: "Sakai Tool"})
    assert to_said(incoming, Chat(factories.many()).last_prompt, shared()) == Said("Sakai Tool")
