"""Moments of working life from a plan to the person: whom they reach and when, once, as long as they are of use."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from bot import access
from bot.access import Reach
from bot.grades import PlanMoment
from bot.state.campaign_tables import campaigns, nudges
from bot.state.campaigns import cancel_campaign, list_campaigns
from bot.state.occasions import (
    bring_holidays,
    has_holidays,
    list_coming,
    list_occasions,
    list_planned,
    plan_moment,
)
from bot.state.schedules import begin_due_schedules
from bot.state.tables import audit, outbox, people
from tests.state.nudged import WHO, find_nudge, find_status, make_teaching, reach, rest
from tests.state.talk import talking
from tests.state.world import World

FRIDAY = "2026-11-13"  # four days after the world's now
PLANNER = "takahashi"


def plan(
    world: World, moment: str, comes: str, *names: str, day: str = FRIDAY, planner: str = PLANNER, store: Any = None
) -> int:
    """What a manager or a head says; for how many people a campaign was started."""
    one = PlanMoment(moment, comes, tuple(world.people[name] for name in names), day)
    actor = world.people[planner]
    return int((store or world.store).write(lambda tx: plan_moment(tx, actor, actor, one)))


@pytest.mark.parametrize(
    ("moment", "comes", "due_at"),
    [
        ("leaving", "now", datetime(2026, 11, 9, 7, 40, tzinfo=UTC)),
        ("joining", "on", datetime(2026, 11, 13, 0, 0, tzinfo=UTC)),
        ("partner_visit", "before", datetime(2026, 11, 12, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_comes_by_its_day(world: World, moment: str, comes: str, due_at: datetime) -> None:
    """At once, on the day, or the working day before, within the person's hours; and it is planned for that day."""
    assert plan(world, moment, comes, WHO) == 1
    assert [(one.moment, one.due_at) for one in list_coming(world.database, world.people[WHO])] == [(moment, due_at)]
    (known,) = list_occasions(world.database, world.people[WHO])
    assert known.day == date.fromisoformat(FRIDAY)


def test_nobody_is_told_of_the_same_day_twice(world: World) -> None:
    """What is planned again makes nothing; whoever is new is told, and a plan that was cancelled can be made again."""
    assert plan(world, "joining", "on", WHO) == 1
    assert plan(world, "joining", "on", WHO, store=world.add_replica("other")) == 0
    assert plan(world, "joining", "on", WHO, "suzuki") == 1
    assert plan(world, "joining", "on", WHO, day="2026-11-16") == 1
    first = list_campaigns(world.database)[-1]
    world.store.write(lambda tx: cancel_campaign(tx, "takahashi", first.id))
    assert list_planned(world.database, "joining", date.fromisoformat(FRIDAY)) == {world.people["suzuki"]}
    assert plan(world, "joining", "on", WHO) == 1


def test_those_of_one_clock_are_one_campaign(world: World) -> None:
    """One decision for all who are told at the same instant, another for whoever lives elsewhere."""
    far = update(people).where(people.c.id == world.people["mori"]).values(timezone="Europe/Berlin")
    world.store.write(lambda tx: tx.connection.execute(far))
    assert plan(world, "joining", "on", WHO, "suzuki", "mori") == 3
    assert sorted(one.people for one in list_campaigns(world.database)) == [1, 2]


def test_a_head_plans_for_the_own_people_and_nobody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom they may not plan for is left out, whoever asks; an employee plans for nobody, not even themselves.

    The control: with the reach of a head widened, the others are planned for."""
    near, far = "suzuki", "mori"
    assert world.find(near).department_id == world.find("sato").department_id != world.find(far).department_id
    assert plan(world, "moving", "on", near, far, planner="sato") == 1
    assert list_planned(world.database, "moving", date.fromisoformat(FRIDAY)) == {world.people[near]}
    assert plan(world, "joining", "on", WHO, planner=WHO) == 0
    assert plan(world, "project_end", "on", near, far) == 2
    monkeypatch.setitem(access.GRANTS["occasion.begin"], "department_head", Reach.ALL)
    assert plan(world, "moving", "on", near, far, planner="sato") == 1


def test_a_plan_stands_in_the_audit_without_the_person(world: World) -> None:
    """That a moment was planned, and for how many; for whom only the campaign says."""
    plan(world, "leaving", "now", WHO)
    told = [entry for entry in world.rows(audit) if entry.action.startswith("campaign.")]
    assert [entry.action for entry in told] == ["campaign.made", "campaign.started"]
    assert world.people[WHO] not in "".join(entry.detail for entry in told)


async def test_the_person_is_brought_their_moment_and_answers_it(world: World) -> None:
    """It comes as any short thing does, in the content's words, and how it was answered is kept sealed."""
    with talking(world) as talk:
        plan(world, "leaving", "now", WHO)
        await reach(world, talk)
        told = find_given(world)
        assert (told["thing"], told["planner"]) == ("leaving", world.people[PLANNER])
        check = next(step for step in told["steps"] if "question" in step)
        right = next(one["ja"] for one in check["options"] if one["id"] == check["right"])
        await talk.come(WHO, "moment")
        await talk.say(WHO, "つづける", right, "つづける")
    row = find_nudge(world, WHO)
    assert (row.thing, row.answered_at is not None, row.fades_at) == ("leaving", True, None)
    assert json.loads(world.vault.open("nudges", f"{row.campaign_id}:{row.person_id}", "body", row.body)) == {
        "form": "",
        "digest": told["digest"],
        "grade": "right",
    }
    assert find_status(world, row.interview_id) == "done"


def find_given(world: World) -> dict[str, Any]:
    found = world.reader.read_interview(find_nudge(world, WHO).interview_id, world.template.words.routes)
    assert found is not None
    return dict(found.given["moment"])


async def test_what_was_put_off_comes_once_more(world: World) -> None:
    """The same moment in the same words, on the next working morning."""
    with talking(world) as talk:
        plan(world, "leaving", "now", WHO)
        await reach(world, talk)
        first, shown = find_nudge(world, WHO).interview_id, find_given(world)
        await talk.come(WHO, "moment")
        await talk.say(WHO, "あとで", "明日の朝")
        await rest(world, talk, hours=2)
        assert find_nudge(world, WHO).interview_id == first
        world.clock.at = datetime(2026, 11, 10, 0, 5, tzinfo=UTC)
        await rest(world, talk)
        again = find_nudge(world, WHO).interview_id
        assert again != first
        assert (find_status(world, again), find_given(world)) == ("open", shown)


async def test_what_was_put_off_beyond_its_use_does_not_come(world: World) -> None:
    """Whoever put it off to the morning, and was not there until the visit was over, is left alone."""
    with talking(world) as talk:
        plan(world, "partner_visit", "before", WHO, day="2026-11-10")
        await reach(world, talk)
        first = find_nudge(world, WHO).interview_id
        await talk.come(WHO, "moment")
        await talk.say(WHO, "あとで", "明日の朝")
        world.clock.at = datetime(2026, 11, 11, 1, 0, tzinfo=UTC)
        await rest(world, talk)
    assert find_nudge(world, WHO).interview_id == first


async def test_silence_fades(world: World) -> None:
    """After five working days it is over, and nothing is said."""
    with talking(world) as talk:
        plan(world, "leaving", "now", WHO, day="2026-12-25")
        await reach(world, talk)
        await rest(world, talk, days=6)
        assert find_status(world, find_nudge(world, WHO).interview_id) == "open"
        await rest(world, talk, days=2)
        assert find_status(world, find_nudge(world, WHO).interview_id) == "cancelled"


@pytest.mark.parametrize(("days", "comes"), [(4, 1), (5, 0)])
async def test_what_is_of_no_use_any_more_does_not_come(world: World, days: int, comes: int) -> None:
    """The word before a visit still comes on its morning, and not once the visit is over."""
    with talking(world) as talk:
        plan(world, "partner_visit", "before", WHO)
        world.clock.at = datetime(2026, 11, 9 + days, 0, 30, tzinfo=UTC)
        await reach(world, talk)
    assert len(world.rows(nudges)) == comes


def test_lessons_that_go_with_a_moment_hold_as_long_as_it_does(world: World) -> None:
    """From when it is told until it is over; somebody else has none."""
    plan(world, "joining", "on", WHO)
    teaching = make_teaching(world)
    assert set(teaching.read_learner(world.find(WHO)).moments) == {"joining", "onboarding"}
    assert teaching.read_learner(world.find("suzuki")).moments == {}
    world.clock.advance(weeks=20)
    assert teaching.read_learner(world.find(WHO)).moments == {}


async def test_a_head_says_it_in_a_conversation(world: World) -> None:
    """What is sent after one look is planned; somebody of another department is turned down, and no one is planned for
    before the yes."""
    with talking(world) as talk:
        await talk.come("sato", "occasion")
        await talk.say("sato", "退職", "森さん", "鈴木さん", "これで全部", "12月25日")
        assert "別の部署" in talk.texts("sato")
        assert list_campaigns(world.database) == []
        await talk.say("sato", "はい")
    (one,) = list_campaigns(world.database)
    assert (one.subject, one.day, one.starter) == ("leaving", date(2026, 12, 25), world.people["sato"])
    assert one.audience.people == (world.people["suzuki"],)


async def test_a_manager_switches_holidays_in_a_conversation(world: World) -> None:
    """On, and once it is on the same question offers to stop it; a head is not offered it."""
    with talking(world) as talk:
        for said in ("毎回", "止める"):
            await talk.come(PLANNER, "occasion")
            await talk.say(PLANNER, "長い休み", said, "はい")
            assert has_holidays(world.database) == (said == "毎回")
        await talk.come("sato", "occasion")
        await talk.say("sato", "長い休み")
    assert world.position(talk.at["sato"]) == "who@1"


# -- before long holidays ----------------------------------------------------------------------------------------------


def switch(world: World, comes: bool, who: str = PLANNER, store: Any = None) -> bool:
    person = world.people[who]
    return bool((store or world.store).write(lambda tx: bring_holidays(tx, person, person, comes)))


def test_before_a_long_holiday_everybody_is_told_once(world: World) -> None:
    """Switched on by a manager and nobody else, once; on the day before New Year's rest all who keep it are told."""
    assert not switch(world, True, "sato")
    assert [switch(world, True), switch(world, True, store=world.add_replica("other"))] == [True, False]
    assert has_holidays(world.database)
    world.clock.at = datetime(2026, 12, 27, 15, 30, tzinfo=UTC)  # the 28th in Japan, a Monday
    assert [world.store.write(begin_due_schedules) for _ in range(2)] == [1, 0]
    (one,) = list_campaigns(world.database)
    assert (one.kind, one.subject, one.people, one.day) == ("moment", "long_holiday", len(world.people), None)
    due = {row.due_at for row in world.rows(outbox) if row.campaign_id == one.id}
    assert due == {datetime(2026, 12, 28, 0, 0, tzinfo=UTC)}
    assert switch(world, False)
    assert not has_holidays(world.database)


def test_a_holiday_that_has_begun_is_not_made_up_for(world: World) -> None:
    """Where nothing ran on that day, it comes before the next one."""
    switch(world, True)
    world.clock.at = datetime(2026, 12, 30, 3, 0, tzinfo=UTC)
    world.store.write(begin_due_schedules)
    assert world.rows(campaigns) == []
    assert has_holidays(world.database)


async def test_whoever_was_not_reached_before_the_holiday_is_left_alone(world: World) -> None:
    """In the holiday, and after it, the word before it is not sent."""
    switch(world, True)
    world.clock.at = datetime(2026, 12, 27, 15, 30, tzinfo=UTC)
    world.store.write(begin_due_schedules)
    world.clock.at = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
    with talking(world) as talk:
        await reach(world, talk)
    assert world.rows(nudges) == []
