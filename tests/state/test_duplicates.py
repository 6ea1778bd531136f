"""Deliveries that come twice, late, reordered and at the same moment through several replicas leave one state."""

import asyncio
import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import Any

import pytest

from bot.events import Event, Left, Opened
from bot.intake.people import Person
from bot.state import store as store_module
from bot.state.database import CannotSave
from bot.state.lane import Lane
from bot.state.people import import_people
from bot.state.store import Handled, Store
from tests.state.canonical import read_state
from tests.state.conftest import FindTemplate
from tests.state.world import World, open_world

SEED = 20261109
HEADS, FEW, SAYINGS, THREADS = 24, 6, 20, 8
MOVES = (
    "戻る",
    "飛ばす",
    "分からない",
    "あとで",
    "直す 1",
    "なぜ",
    "例",
    "英語で",
    "日本語で",
    "休む",
    "一覧",
    "もしもし",
)
ANSWERS = ("1", "2", "1 3", "どれもない", "送る", "ない", "はい", "いいえ", "小林", "1 分からない", "鈴木", "やめる")
THINGS = ("条件表", "金型", "検査治具", "見積台帳", "配合表", "顧客一覧", "段取り", "改造図面")
Told = dict[str, list[Handled | Exception]]


def settle_heads(world: World, heads: int) -> list[str]:
    """So many departments with a head each; the names of the heads."""
    fields = sorted(world.template.content.catalogue["categories"]["departments"])
    names = [f"head{number:02}" for number in range(heads)]
    found = [_make_head(name, fields[place % len(fields)]) for place, name in enumerate(names)]
    world.store.write(lambda tx: import_people(tx, "test", found, {one.department: one.field for one in found}))
    return names


def _make_head(name: str, field: str) -> Person:
    address, department = f"{name}@hibarino.example", f"{name}の部署"
    return Person(address, f"{name} 長", name, "長", department, name, field, ("employee", "department_head"))


def write_scripts(world: World, heads: int) -> list[list[Event]]:
    """What happens in each interview, in order: seeded, so that two worlds are told the same."""
    chance = random.Random(SEED)
    scripts = []
    for name in settle_heads(world, heads):
        interview = world.begin(name)
        bodies: list[Any] = [Opened(), "1", _say_things(chance, name)]
        while len(bodies) < SAYINGS:
            pool = chance.choices((MOVES, ANSWERS, (_say_things(chance, name), Left(), Opened())), (2, 5, 1))[0]
            bodies.append(chance.choice(pool))
        scripts.append([world.happened(interview, name, body, f"{name}:{place}") for place, body in enumerate(bodies)])
    return scripts


def _say_things(chance: random.Random, name: str) -> str:
    return "、".join(f"{name}の{thing}" for thing in chance.sample(THINGS, chance.randint(1, 4)))


async def walk(script: Sequence[Event], lanes: Sequence[Lane], chance: random.Random, told: Told) -> None:
    """One person's events in order, each delivered one to four times: some at once, some only much later."""
    late: list[Event] = []

    async def deliver(*events: Event) -> None:
        results = await asyncio.gather(*(chance.choice(lanes).hand_in(one) for one in events), return_exceptions=True)
        for one, result in zip(events, results, strict=True):
            told[one.key].append(result)  # type: ignore[arg-type]

    for one in script:
        copies = chance.randint(1, 4)
        at_once = chance.randint(1, copies)
        await deliver(*[one] * at_once)
        late += [one] * (copies - at_once)
        while late and chance.random() < 0.5:
            await deliver(late.pop(chance.randrange(len(late))))
    chance.shuffle(late)
    await deliver(*late)


def deliver_all(scripts: Sequence[Sequence[Event]], stores: Sequence[Store]) -> Told:
    """All scripts at once from eight threads over one lane for each store; what was told for each key."""
    lanes, told = [Lane(store.take_turns) for store in stores], defaultdict(list)
    for lane in lanes:
        lane.start()

    async def walk_all(number: int) -> None:
        mine = scripts[number::THREADS]
        chances = [random.Random(SEED * 1000 + number * 100 + place) for place in range(len(mine))]
        await asyncio.gather(*(walk(one, lanes, chance, told) for one, chance in zip(mine, chances, strict=True)))

    threads = [threading.Thread(target=lambda n=number: asyncio.run(walk_all(n))) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lane in lanes:
        lane.stop()
    return told


def is_told_once(results: Sequence[Handled | Exception]) -> bool:
    """Whether one delivery was taken and every other told as a repeat, and none refused."""
    taken = [one for one in results if isinstance(one, Handled) and not one.repeated]
    return len(taken) == 1 and not any(isinstance(one, CannotSave) for one in results)


@pytest.fixture(scope="module")
def run_serially(find_template: FindTemplate, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], str]:
    """What so many scripts come to when every event arrives once, in order, one after the other."""

    @cache
    def run(heads: int) -> str:
        (state,) = (_run_once(world, heads) for world in open_world(sqlite, tmp_path_factory.mktemp("serial") / "it"))
        return state

    sqlite = find_template("sqlite")
    return run


def _run_once(world: World, heads: int) -> str:
    for script in write_scripts(world, heads):
        for one in script:
            assert world.store.take_turns([one])[0].fault is None
    return read_state(world)


def test_duplicates_from_eight_threads_over_two_replicas_equal_a_serial_run(
    world: World, run_serially: Callable[[int], str]
) -> None:
    """However often, late and concurrently events arrive, the state is that of each arriving once."""
    told = deliver_all(write_scripts(world, HEADS), [world.store, world.add_replica("other")])
    assert len(told) == HEADS * SAYINGS
    assert sum(map(len, told.values())) >= 2.3 * len(told)
    assert [key for key, results in told.items() if not is_told_once(results)] == []
    assert read_state(world) == run_serially(HEADS)
    assert world.reader.find_chain_break() is None


def test_the_scripts_go_through_every_kind_of_end(run_serially: Callable[[int], str]) -> None:
    """What is compared is worth it: interviews end done, cancelled, paused and open, and items are put."""
    state = run_serially(HEADS)
    for status in ("done", "cancelled", "paused", "open"):
        assert f'"{status}"' in state
    assert state.count('"draft"') > FEW


def test_without_the_inbox_duplicates_are_not_told_as_repeats(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: when every key counts as new, a second delivery is refused or taken, and the test sees it."""
    monkeypatch.setattr(store_module, "_claim", lambda tx, events: {one.key for one in events})
    told = deliver_all(write_scripts(world, FEW), [world.store, world.add_replica("other")])
    assert [key for key, results in told.items() if not is_told_once(results)] != []


def test_without_inbox_and_outbox_keys_the_state_is_another(
    world: World, run_serially: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with both unique keys taken away, what arrives twice is applied twice."""
    row, numbers, expected = store_module._turn_row, count(), run_serially(FEW)
    monkeypatch.setattr(store_module, "_claim", lambda tx, events: {one.key for one in events})
    monkeypatch.setattr(store_module, "_turn_row", lambda *args: {**row(*args), "key": f"turn:{next(numbers)}"})
    deliver_all(write_scripts(world, FEW), [world.store])
    assert find_answers(read_state(world)) != find_answers(expected)


def find_answers(state: str) -> Any:
    return json.loads(state)["answers"]
