"""A card is closed from the turn that was just taken: it reads as the record has it, and asks the record for no more
than its words name, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from bot.closing import find_answered
from bot.delivery import Voice
from bot.engine.interview import Interview
from bot.state.database import CannotSave
from tests.state.talk import talking
from tests.state.world import World

INVENTORY = ("はじめる", "P-3ライン加工条件表", "どれもない", "1 分からない", "鈴木さん", "ない", "1")
EVALUATION = ("1/0/1/1", "1", "1/1/2/1", "4/4/3", "1")

Look = Callable[[Interview], None]


async def play(world: World, look: Look, *flows: str) -> None:
    """Interviews one after the other, each looked at as every turn left it."""
    with talking(world) as talk:
        for flow in flows:
            await talk.come("sato", flow)
            for said in INVENTORY if flow == "inventory" else EVALUATION:
                handled = await talk.say("sato", said)
                assert handled.after
                look(handled.after)


async def test_a_card_closed_from_its_turn_reads_as_the_record_has_it(world: World) -> None:
    """Every question answered so far, after every turn of two interviews with lists, forms and people's names."""
    voice, compared = Voice(world.store, world.reader, "teams"), []

    def look(after: Interview) -> None:
        for key in after.snapshot.answers:
            told = find_answered(voice, after.id, key, after)
            assert told == find_answered(voice, after.id, key)
            compared.append(told.answer or "")

    await play(world, look, "inventory", "evaluation")
    assert len(list(filter(None, compared))) > 20
    assert any("鈴木" in one for one in compared)


def count_readings(world: World, interview: Interview, question: str) -> int:
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(world.database.asker, "before_cursor_execute", note)
    try:
        find_answered(Voice(world.store, world.reader, "teams"), interview.id, question, interview)
    finally:
        event.remove(world.database.asker, "before_cursor_execute", note)
    return len([one for one in asked if one.lstrip().upper().startswith("SELECT")])


async def test_words_that_name_nobody_are_made_without_asking_the_record(world: World) -> None:
    """And those that name somebody ask once, for the people."""
    found: dict[str, int] = {}

    def look(after: Interview) -> None:
        found.update({key: count_readings(world, after, key) for key in after.snapshot.answers})

    await play(world, look, "inventory")
    assert found["begin"] == 0
    assert found["told_items"] == 0
    assert set(found.values()) == {0, 1}


async def test_a_record_that_does_not_answer_leaves_a_card_that_can_be_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is committed: whoever is named reads as not known, and nobody is told that it was not saved."""
    last: list[Interview] = []
    await play(world, last.append, "inventory")
    voice = Voice(world.store, world.reader, "teams")
    named = [key for key in last[-1].snapshot.answers if count_readings(world, last[-1], key)]

    def fail(*_: object) -> None:
        raise CannotSave("gone")

    monkeypatch.setattr(world.database, "fetch", fail)
    assert named
    for key in named:
        assert find_answered(voice, last[-1].id, key, last[-1]).answer
