"""What is said about measures in somebody's own words is nowhere readable, on the whole way a class goes."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.access import Scope
from bot.due import Due
from bot.state.measures import list_measures
from bot.state.store import Store
from bot.state.tables import classes
from tests.state.canaries import find_word, make_stem
from tests.state.canonical import read_state
from tests.state.talk import Talk, talking
from tests.state.test_canary import PlainVault, look_around, stopped_texts
from tests.state.test_measures import judge
from tests.state.world import CountedIds, World

__all__ = ["look_around"]  # pytest finds it among this module's names

WORDS = "アイウエオ"


async def protect(world: World, stem: str, secret: str, vault: Any = None) -> Talk:
    """A class settled, sent back, settled again, approved and its work turned down, in somebody's own words each time;
    pasted secrets on the way."""
    if vault is not None:
        world.vault = world.reader.vault = vault
    world.store = Store(world.database, world.vaults, world.template.words, world.clock, CountedIds("live"))
    judge(world, "sato", (f"{stem}アの表", "L3-desk", {"low": 3, "high": 3, "forms": ["paper", "knowhow"]}))
    stops = stopped_texts(secret)
    with talking(world, world.store) as talk:
        await talk.come("sato", "measures")
        await talk.say("sato", f"鍵、{stem}イの囲い", stops[0], "誓約書", f"1なし、{stem}ウなので", stops[2])
        await finish(talk, ("外したまま", "進める", "送る", "これで出す"))
        await talk.come("takahashi", "review")
        await talk.say("takahashi", "始める")
        await talk.come("takahashi")
        await talk.say("takahashi", f"戻す {stem}エでは足りませんか", "送る")
        await talk.come("sato", "measures")
        await finish(talk, ("飛ばす", "全部", "送る", "これで出す"))
        await talk.come("takahashi", "review")
        await talk.say("takahashi", "始める")
        await talk.come("takahashi")
        await finish(talk, ("承認", "このままでよい"), "takahashi")
        owner = next(one.owner for one in list_measures(world.reader, Scope(everything=True)) if one.asks)
        (name,) = [name for name, person in world.people.items() if person == owner]
        world.clock.advance(days=3)
        await talk.come(name, "upkeep")
        await talk.say(name, "できない", stops[4], f"{stem}オのため")
        await finish(talk, ("飛ばす", "できない"), name)
        world.clock.advance(days=1)
        await Due(talk.conversation).do_due()
    return talk


async def finish(talk: Talk, words: tuple[str, ...], name: str = "sato") -> None:
    """Until the interview ends: of these words the first that takes it on."""
    for _ in range(40):
        for word in words:
            before = talk.world.position(talk.at[name])
            if before.startswith("="):
                return
            await talk.say(name, word)
            if talk.world.position(talk.at[name]) != before:
                break
    raise AssertionError(talk.world.position(talk.at[name]))


async def test_words_about_measures_are_nowhere_readable(
    world: World, look_around: Callable[[World], list[tuple[str, bytes]]], request: pytest.FixtureRequest
) -> None:
    """Names, own words for a measure, reasons, wishes and what an owner cannot do are in the opened record and nowhere
    else: not in what is due, in the audit, or in what was worked out beside."""
    stem, secret = make_stem(request.node.name), make_stem(request.node.name + " secret")
    await protect(world, stem, secret)
    places = look_around(world)
    assert find_word(stem, places) == find_word(secret, places) == []
    opened = read_state(world)
    assert [letter for letter in WORDS if f"{stem}{letter}" not in opened] == []
    assert secret not in opened
    assert {row.state for row in world.rows(classes)} == {"approved"}


async def test_without_sealing_the_scan_finds_the_words_about_measures(
    world: World, look_around: Callable[[World], list[tuple[str, bytes]]], request: pytest.FixtureRequest
) -> None:
    """Negative control: with a vault that seals nothing, each of them is found, in classes and measures too."""
    stem = make_stem(request.node.name)
    await protect(world, stem, make_stem(request.node.name + " secret"), vault=PlainVault())
    places = look_around(world)
    found = {hit.partition(":")[0].rpartition("/")[2] for hit in find_word(stem, places)}
    assert {"interviews", "answers", "classes", "measures"} <= found
    assert [letter for letter in WORDS if find_word(f"{stem}{letter}", places) == []] == []
