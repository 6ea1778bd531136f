"""What a changed judgement is said to do to planned measures is what the record does once it stands."""

import json
import os
from random import Random
from typing import Any

import pytest

from bot.access import Scope
from bot.beginnings import prepare_evaluation
from bot.conclusions import ClassifyItem, DecideClass, PutMeasure
from bot.engine.facts import Facts
from bot.engine.position import Reply, facts_of, replay
from bot.flows.evaluation import classify
from bot.flows.judgement_effect import list_concerned
from bot.followup import FollowUp
from bot.handbook.cover import find_met
from bot.handbook.measures import ItemClass, read_measures
from bot.state.measures import to_classes
from bot.state.queries import Waiting
from bot.state.tables import classes, measures, outbox
from tests.state.test_measures import judge, settle_as_asked
from tests.state.test_settling import write
from tests.state.world import World

EDITS = 1000 if os.environ.get("SECRET_REVIEW_LONG") else 100
PLANNED = 12  # measures planned for a class that are spread over these people
OWNERS = ("sato", "suzuki", "takahashi", "kobayashi")
pytestmark = pytest.mark.timeout(1200 if os.environ.get("SECRET_REVIEW_LONG") else 120)


def answer_at_random(random: Random) -> dict[str, Reply]:
    """Every question of an evaluation, answered somehow."""
    forms = random.sample(["paper", "electronic", "knowhow", "object"], random.randint(1, 3))
    told = {
        "outside": {
            "nonpublic": random.choice(["never", "few", "trade", "public"]),
            "duties": random.choice([["none"], ["contract"], ["personal_many"], ["personal_sensitive"]]),
            "lifetime": "years",
            "technical": random.choice(["yes", "no"]),
        },
        "export": "outside",
        "economic": random.choice(["core", "main", "some", "hardly", None]),
        "loss": random.choice(["business", "sales", "effort", "none", None]),
        "others": random.choice([["none"], ["partner"], ["trust"]]),
        "handling": {
            "forms": forms,
            "ways": [random.choice(["desk", "company", "shared"])],
            "marks": ["none"],
            "useful": ["make"],
        },
        "patent": {"analysable": "no", "detect": "never", "standard": "secret"},
        "conclusion": "propose",
    }
    return {key: Reply("answered", value) if value is not None else Reply("unknown") for key, value in told.items()}


def see(world: World, item: str, answers: dict[str, Reply]) -> Facts:
    """What the head sees before putting it forward, from what the interview is given."""
    member = world.find("sato")
    routes = world.template.words.routes
    waiting = Waiting("none", "evaluation", "queued", item)
    given = prepare_evaluation(world.reader, routes, member, waiting, world.clock.now())
    assert given is not None
    given |= {"me": {"person": member.id}, "interview": "none"}
    told = dict(answers)
    while True:  # whom else to ask is asked as long as something open decides
        snapshot = replay(routes["evaluation"], given, told)
        if snapshot.has_ended:
            return facts_of(routes["evaluation"], given, snapshot)
        told[snapshot.position] = Reply("answered", "nobody")


def plan_anew(world: World, random: Random) -> None:
    """The classes as they stand are settled again, with measures that serve them planned for some people."""
    known = read_measures(world.template.content.catalogue["measures"])
    reach = Scope(department=world.find("sato").department_id)
    for one in to_classes(world.reader.read_register(reach)):
        serving = [name for name, measure in known.items() if find_met(measure, one)]
        put = [
            PutMeasure(name, known[name].reach, "planned", world.people[random.choice(OWNERS)], "2027-03-10")
            for name in random.sample(serving, min(PLANNED, len(serving)))
        ]
        settle_as_asked(world, "sato", one.id, *put)
        if random.random() < 2 / 3:  # the others wait for their approval, and their owners know nothing of them
            approve(world, one)


def approve(world: World, one: ItemClass) -> None:
    settled = next(row for row in world.rows(classes) if row._mapping["class"] == one.id)
    decided = DecideClass(one.department, one.id, settled.revision, "approved", world.find("sato").id, "")
    write(world, "takahashi", decided, flow="plan")


def list_planned(world: World) -> set[str]:
    return {row.measure for row in world.rows(measures) if row.state == "planned"}


def list_told(world: World) -> set[str]:
    """Everybody who is to hear so far that a measure of theirs is not needed any more, with the occasion."""
    return {row.key for row in world.rows(outbox) if row.key.startswith("relieved:")}


async def do_due(world: World) -> None:
    rows = [(row, json.loads(row.body)) for row in world.reader.find_events(world.clock.now())]
    await FollowUp(world.store, world.reader, world.clock).do(rows)


async def edit(world: World, item: str, answers: dict[str, Reply]) -> tuple[Any, Any]:
    """One judgement put forward: (what was said of it before, what the record did), in the same words."""
    planned, told = list_planned(world), list_told(world)
    facts = see(world, item, answers)
    said = (f"L{facts['level']}-{facts['way']}", set(facts["effect"].released), set(list_concerned(facts)))
    (put,) = classify(facts, "conclusion")
    assert isinstance(put, ClassifyItem)
    write(world, "sato", put, flow="evaluation")
    await do_due(world)
    found = world.reader.find_item(item)
    assert found is not None
    heard = {key.split(":")[1] for key in list_told(world) - told}
    return said, (found["class"], planned - list_planned(world), heard)


async def test_the_record_does_what_was_said_before(sqlite_world: World) -> None:
    """Class, measures released and people told agree for every one of many random edits, and many release something."""
    world, random, counted = sqlite_world, Random(5), 0  # reasoning is compared, which no database changes
    items = judge(world, "sato", *((f"図面{number}", "L3-desk", {"low": 3, "high": 3}) for number in range(4)))
    judge(world, "ito", ("試作の図面", "L2-company", {}))
    for number in range(EDITS):
        if number % 5 == 0:
            plan_anew(world, random)
            await do_due(world)
        said, done = await edit(world, random.choice(list(items.values())), answer_at_random(random))
        assert said == done, number
        counted += bool(done[1])
    print(f"{EDITS} edits, {counted} of which released measures: 0 differences")
    assert counted > EDITS / 20


async def test_a_preview_that_forgets_what_else_is_held_differs(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the other items of the department the preview releases what they still need."""
    monkeypatch.setattr("bot.flows.judgement_effect._list_others", lambda _: [])
    with pytest.raises(AssertionError):
        await test_the_record_does_what_was_said_before(sqlite_world)
