"""Nudges from the record and back into it: what fits whom, how it was answered, when it comes again, when it goes."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.handbook.spacing import NONE, RIGHT, UNKNOWN, WRONG
from bot.nudging import Nudging
from bot.state.accounts import meet
from bot.state.campaign_tables import nudges, wishes
from bot.state.columns import metadata
from bot.state.learners import list_history, read_wishes
from bot.state.rows import to_json
from bot.state.tables import audit, outbox
from tests.doubles.slack import SlackDouble
from tests.state.nudged import (
    LESSON,
    WHO,
    answer,
    find_given,
    find_nudge,
    find_status,
    make_teaching,
    reach,
    rest,
    start,
)
from tests.state.talk import talking
from tests.state.test_sends import deliver, open_slack
from tests.state.world import World

ITEM = "段取りのコツ"
GRADE = re.compile(r"\b(right|wrong|unknown|verdict_\w+|unsure)\b")
LONGEST = 2_000  # of a row that is about one person; what is published is longer


def tell(world: World, grade: str) -> str:
    """The words of an option that is so."""
    told = find_given(world, WHO)["told"]
    return next(one["ja"] for one in told["options"] if (one["id"] == told["right"]) == (grade == RIGHT))


@pytest.mark.parametrize("grade", [RIGHT, WRONG, UNKNOWN, NONE])
async def test_how_it_was_answered_is_known_to_what_comes_next(world: World, grade: str) -> None:
    """Right, wrong and not known stand in the history in the form that was asked; passing over stands as silence."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        await answer(world, talk, WHO, {UNKNOWN: "分からない", NONE: "飛ばす"}.get(grade) or tell(world, grade))
    (sent,) = list_history(world.database, world.vault, world.people[WHO])
    assert (sent.id, sent.form, sent.grade) == (LESSON, find_form(world), grade)
    assert (sent.answered_at is None) == (grade == NONE)


def find_form(world: World) -> str:
    return str(next(iter(world.template.content.awareness["lessons"]["lessons"][LESSON]["checks"])))


@pytest.mark.parametrize("grade", [RIGHT, WRONG, UNKNOWN])
async def test_how_somebody_answered_lies_open_in_no_table(world: World, grade: str) -> None:
    """Neither audit nor outbox nor any other row differs by it in the clear, so no list or export of them can tell.

    The control: a row that says it is found, and opened with the key the nudge does say it."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        await answer(world, talk, WHO, "分からない" if grade == UNKNOWN else tell(world, grade))
    assert [found for table in metadata.sorted_tables for found in find_told(world.rows(table))] == []
    assert find_told([("x", json.dumps({"outcome": grade}))])
    opened = json.loads(world.vault.open("nudges", nudge_name(world), "body", find_nudge(world, WHO).body))
    assert opened["grade"] == grade


@pytest.mark.parametrize("told", ["apart", "alike"])
async def test_equal_answers_of_two_people_do_not_look_alike(
    world: World, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows how they answered themselves learns from the audit nothing of how others did.

    The control: digests of the answer alone do look alike."""
    if told == "alike":
        monkeypatch.setattr("bot.state.store.to_json", lambda value: to_json(value[2:]))
    pair = (WHO, "suzuki")
    with talking(world) as talk:
        start(world, people=pair)
        await reach(world, talk)
        for name in pair:
            await answer(world, talk, name, tell(world, RIGHT))
    ids = {find_nudge(world, name).interview_id for name in pair}
    details = [json.loads(row.detail) for row in world.rows(audit) if row.object in ids and row.action == "turn.done"]
    assert len(details) == 2
    assert len({one["content"] for one in details}) == (2 if told == "apart" else 1)


def find_told(rows: Sequence[Any]) -> list[str]:
    """Open values that say how something was answered; what is published says all there is to say of anything."""
    values = [value for row in rows for value in row if isinstance(value, str) and "sources" not in value]
    return [one for one in values if GRADE.search(one) and '"flow' not in one and len(one) < LONGEST]


def nudge_name(world: World) -> str:
    row = find_nudge(world, WHO)
    return f"{row.campaign_id}:{row.person_id}"


async def test_what_was_put_off_comes_once_more_and_not_before(world: World) -> None:
    """The same thing, in the same words, on the next working morning; until then nothing else of campaigns comes."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        first, shown = find_nudge(world, WHO).interview_id, find_given(world, WHO)
        await answer(world, talk, WHO, "あとで", "明日の朝")
        other = start(world, "al-12")
        await reach(world, talk)
        waiting = {row.key: row.state for row in world.rows(outbox)}
        assert waiting[f"campaign:{other}:{world.people[WHO]}"] == "ready"
        await rest(world, talk, hours=2)
        assert find_nudge(world, WHO).interview_id == first
        world.clock.at = datetime(2026, 11, 10, 0, 5, tzinfo=UTC)
        await rest(world, talk)
        await rest(world, talk)
        again = find_nudge(world, WHO).interview_id
        assert again != first
        assert (find_status(world, again), find_given(world, WHO)) == ("open", shown)


async def test_silence_fades(world: World) -> None:
    """After five working days it is over, neither right nor wrong, and nothing is said; before that it waits."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        said = len(world.rows(outbox))
        interview = find_nudge(world, WHO).interview_id
        await rest(world, talk, days=6)
        assert find_status(world, interview) == "open"
        await rest(world, talk, days=2)
        assert find_status(world, interview) == "cancelled"
        assert len(world.rows(outbox)) == said
    (sent,) = list_history(world.database, world.vault, world.people[WHO])
    assert (sent.grade, sent.answered_at) == (NONE, None)


async def test_what_was_answered_does_not_fade(world: World) -> None:
    """An answered one stays as it was answered."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        await answer(world, talk, WHO, tell(world, RIGHT))
        interview = find_nudge(world, WHO).interview_id
        await rest(world, talk, days=20)
    assert find_status(world, interview) == "done"


async def test_a_topic_turned_down_comes_less(world: World) -> None:
    """It is kept as the person's wish, and nothing of it is chosen any more but what is asked for."""
    with talking(world) as talk:
        start(world)
        await reach(world, talk)
        await answer(world, talk, WHO, "あとで", "この話題を減らす")
        topic = world.template.content.awareness["lessons"]["lessons"][LESSON]["topic"]
        member = world.find(WHO)
        assert read_wishes(world.database, member.id).fewer == {topic}
        assert make_teaching(world).read_learner(member).fewer == {topic}
    assert len(world.rows(wishes)) == 1


async def test_of_an_item_only_those_hear_the_name_who_read_the_register(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head of a department is told why by an item's name, an employee beside them by the kind of thing it is.

    The control: where everybody may read, the employee hears the name."""
    world.walk_to(world.begin("sato"), "sato", "=listed")
    with talking(world) as talk:
        world.clock.advance(hours=1)
        start(world, "al-32", people=("sato",))
        await reach(world, talk)
    assert ITEM in tell_given(world, "sato")
    assert ITEM not in tell_given(world, "suzuki")
    monkeypatch.setattr("bot.teaching.can", lambda *_: True)
    fit = make_teaching(world).choose(world.find("suzuki"), start(world, "al-32", people=("sato",)))
    assert fit and ITEM in json.dumps(fit.given, ensure_ascii=False)


def tell_given(world: World, name: str) -> str:
    return json.dumps(find_given(world, name), ensure_ascii=False)


async def test_a_card_nobody_answered_is_closed(world: World) -> None:
    """In a chat it has nothing to press once it has faded, and nothing more is said."""
    async with open_slack(world) as (double, dispatchers):
        with talking(world) as talk:
            world.store.write(lambda tx: meet(tx, "slack", "T1:U1", world.people[WHO], "D1"))
            start(world)
            await reach(world, talk)
            world.clock.at = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
            await deliver(world, dispatchers)
            assert count_buttons(double) > 0
            await rest(world, talk, days=8)
            await deliver(world, dispatchers)
    assert (count_buttons(double), len(double.messages)) == (0, 1)


def count_buttons(double: SlackDouble) -> int:
    blocks = [block for message in double.messages.values() for block in message["blocks"]]
    return sum(block["type"] == "actions" for block in blocks)


async def test_whoever_comes_by_themselves_finds_what_is_due(world: World) -> None:
    """At a terminal, where nobody is written to, it waits like any interview, once, and ends like one."""
    with talking(world) as talk:
        start(world)
        nudging = Nudging(talk.conversation, make_teaching(world).choose)
        for _ in range(2):
            await nudging.bring(world.find(WHO))
        await answer(world, talk, WHO, tell(world, RIGHT))
        await reach(world, talk)
    assert find_status(world, find_nudge(world, WHO).interview_id) == "done"


async def test_nobody_is_interrupted_in_the_middle_of_an_interview(world: World) -> None:
    """Whoever answered something just now is asked an hour later; the others are asked at once."""
    with talking(world) as talk:
        await talk.come("sato", "inventory")
        start(world, people=("sato", WHO))
        await reach(world, talk)
        asked = {row.person_id for row in world.rows(nudges)}
        assert (world.people[WHO] in asked, world.people["sato"] in asked) == (True, False)
        world.clock.advance(hours=1)
        await reach(world, talk)
    assert world.people["sato"] in {row.person_id for row in world.rows(nudges)}
