"""Two hundred words, one in every free text of reports, cases, evidence and notices, are nowhere readable: not in
files, logs, what is due or what was printed, whatever breaks on the way."""

import os
from collections.abc import Callable
from typing import Any

import pytest

import bot.reporting
from bot.events import Submitted
from bot.reporting import Caller, ReportDesk
from bot.state.store import Store, note_fault
from bot.state.tables import audit
from tests.state.canaries import find_word, make_stem
from tests.state.confided import Tokens, fill_up, live_case, open_all, report
from tests.state.talk import talking
from tests.state.test_canary import look_around
from tests.state.test_store import failing_at
from tests.state.world import CountedIds, World

__all__ = ["look_around"]  # pytest finds it among this module's names

REPORTERS = ("nakamura", "sato", "kobayashi", "mori", "suzuki", "ito")
CASES = len(REPORTERS) if os.environ.get("SECRET_REVIEW_LONG") else 3
WORDS = 200  # as many as are told of at least
DONE = (
    *("reporter_asked", "added", "noted", "task_put", "task_answered", "lift_asked", "hold_lifted"),
    *("unseal_asked", "unseal_agreed", "reporter_opened", "reporter_read", "closed"),
)
FAILING = (1, 2, 4, 6)  # of the writes of a report that is sent


class ClearVault:
    """A vault that seals nothing and knows no keys: what the control is tried with."""

    def seal(self, table: str, row: str, column: str, plain: str) -> bytes:
        return plain.encode()

    def open(self, table: str, row: str, column: str, sealed: bytes) -> str:
        return bytes(sealed).decode()

    def make_own(self, table: str, row: str) -> tuple["ClearVault", bytes]:
        return self, b"key"

    def open_own(self, table: str, row: str, sealed: bytes) -> "ClearVault":
        return self

    def digest(self, plain: str) -> str:
        return str(hash(plain))


def caller_of(world: World, name: str) -> Caller:
    member = world.find(name)
    return Caller("slack", f"T1:{name}", member.id, member.language, member.timezone, f"D-{name}")


def prepare(world: World, vault: Any = None) -> ReportDesk:
    if vault is not None:
        world.vault = world.keeper = world.reader.vault = vault
    world.store = Store(world.database, world.vaults, world.template.words, world.clock, CountedIds("live"))
    return ReportDesk(world.store, world.reader, lambda _: None)


async def break_things(world: World, desk: ReportDesk, tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that is left, writes that fail at every place of a report, a fault of our own that quotes what was
    said."""
    await report(world, desk, caller_of(world, "mori"), tokens, until=3)
    for number in FAILING:
        stranger = Caller("slack", f"T1:X{number}", None, "ja", "Asia/Tokyo")
        await report(world, desk, stranger, tokens, until=3)
        with failing_at(world, number), pytest.raises(RuntimeError):
            await desk.take(stranger, f"last:{number}", Submitted({"what": tokens.new()}), world.clock.now())

    def quote(*parts: Any) -> Any:
        raise ValueError(f"what was said: {parts[2].body} {tokens.new()}")

    with monkeypatch.context() as broken:
        broken.setattr(bot.reporting, "take_turn", quote)
        try:
            await report(world, desk, caller_of(world, "suzuki"), tokens)
        except ValueError as fault:
            note_fault(fault)


async def test_words_of_cases_are_nowhere_readable(
    world: World,
    look_around: Callable[[World], list[tuple[str, bytes]]],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words of whole cases, in ten spellings each; all that was taken stands under seal, and only there."""
    tokens, lost = Tokens(make_stem(request.node.name)), Tokens(make_stem(request.node.name + " lost"))
    desk = prepare(world)
    with talking(world, world.store) as talk:
        for name in REPORTERS[1:CASES]:
            await live_case(talk, desk, caller_of(world, name), tokens)
        await fill_up(talk, desk, caller_of(world, REPORTERS[0]), tokens, WORDS)
        await break_things(world, desk, lost, monkeypatch)
    places = look_around(world)
    print(f"{world.kind}: {len(tokens.said)} words in {CASES} cases, {len(lost.said)} that were not taken")
    assert find_word(tokens.stem, places) == []
    assert find_word(lost.stem, places) == []
    assert {f"incident.{one}" for one in DONE} <= {row.action for row in world.rows(audit)}
    opened = open_all(world)
    assert [word for word in tokens.said if word not in opened] == []
    assert lost.stem not in opened


async def test_without_sealing_the_scan_finds_words_of_cases(
    sqlite_world: World, look_around: Callable[[World], list[tuple[str, bytes]]], request: pytest.FixtureRequest
) -> None:
    """The control: with vaults that seal nothing they are found in every table of cases and reports, and in the raw
    files."""
    tokens = Tokens(make_stem(request.node.name))
    desk = prepare(sqlite_world, ClearVault())
    with talking(sqlite_world, sqlite_world.store) as talk:
        await live_case(talk, desk, caller_of(sqlite_world, "nakamura"), tokens)
        await report(sqlite_world, desk, caller_of(sqlite_world, "mori"), tokens)
    hits = find_word(tokens.stem, look_around(sqlite_world))
    found = {hit.partition(":")[0].rpartition("/")[2] for hit in hits}
    assert {"incidents", "incident_entries", "incident_tasks", "interviews", "answers"} <= found
    assert {"secret-review.sqlite3"} <= found
