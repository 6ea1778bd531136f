"""A case finds somebody who takes it: asked at any hour, passed on, left, raced for; on both databases."""

import asyncio

import pytest
from sqlalchemy import update

from bot.conclusions import AddToReport, PassIncident
from bot.delivery import Voice
from bot.events import Pressed
from bot.state import asking, casework
from bot.state.casework import AGAIN_AFTER
from bot.state.incident_tables import incidents
from bot.state.tables import interviews
from tests.state.cases import (
    FIRST,
    REPORT,
    SECOND,
    THIRD,
    alerts,
    appoint_third,
    asked,
    handoffs,
    let_happen,
    on_duty,
    report,
    see,
    state_of,
    tell,
)
from tests.state.world import World


@pytest.fixture(autouse=True)
def _three_receive(world: World) -> None:
    appoint_third(world)


# -- who is asked, and when --------------------------------------------------------------------------------------------


async def test_the_first_is_asked_at_once_at_any_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Sunday at night, with the week's budget used up, the question stands open; nothing of the case is in it."""
    monkeypatch.setattr(asking, "BUDGET", 0)
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        (row,) = handoffs(world, FIRST)
        assert (row.status, world.position(row.id)) == ("open", "alert")
        (told,) = alerts(world)
        assert (told.due_at, told.person_id) == (world.clock.now(), world.people[FIRST])
        assert incident not in told.key
        member = world.reader.find_person(world.people[FIRST])
        assert member is not None
        prompt = Voice(world.store, world.reader, "terminal").make_prompt(member, row.id)
        assert prompt is not None
        assert REPORT["what"] not in repr(prompt)
    assert asked(world) == {FIRST: "asked"}


async def test_silence_goes_on_to_the_next_and_then_to_all_once_more(world: World) -> None:
    """Twenty minutes each, not a minute less, whether or not anybody could be reached; then all of them, every hour."""
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        await let_happen(talk, minutes=19)
        assert list(asked(world)) == [FIRST]
        await let_happen(talk, minutes=1)
        assert set(asked(world)) == {FIRST, SECOND}
        await let_happen(talk, minutes=20)
        assert set(asked(world)) == {FIRST, SECOND, THIRD}
        assert len(alerts(world)) == 3
        await let_happen(talk, minutes=20)
        assert len(alerts(world)) == 6
        await let_happen(talk, seconds=AGAIN_AFTER.total_seconds() - 1)
        assert len(alerts(world)) == 6
        await let_happen(talk, seconds=1)
        assert len(alerts(world)) == 9
    assert [len(handoffs(world, name)) for name in (FIRST, SECOND, THIRD)] == [1, 1, 1]


async def test_without_the_plan_nobody_would_be_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nothing falls due after the first question, the case stays with who sleeps."""
    monkeypatch.setattr(casework, "_plan_onward", lambda *_: None)
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        await let_happen(talk, days=1)
    assert list(asked(world)) == [FIRST]


async def test_whoever_is_named_in_the_report_is_never_asked(world: World) -> None:
    """However long nobody takes it, whoever may be involved hears nothing and finds nothing."""
    incident = report(world, FIRST)
    with on_duty(world) as talk:
        for _ in range(12):
            await let_happen(talk, minutes=30)
    assert set(asked(world)) == {SECOND, THIRD}
    assert see(world, FIRST, incident) is None
    assert handoffs(world, FIRST) == []


async def test_one_fault_keeps_nobody_else_from_being_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that cannot be read holds up no other, and what else is due goes on."""
    broken = report(world)
    with world.database.writing() as connection:
        connection.execute(update(incidents).where(incidents.c.id == broken).values(body=b"garbage"))
    report(world, FIRST)
    with on_duty(world) as talk:
        await let_happen(talk)
    assert [row.status for row in handoffs(world, SECOND)] == ["open"]
    assert [row.status for row in handoffs(world, FIRST)] == ["queued"]


# -- what they decide --------------------------------------------------------------------------------------------------


async def test_who_takes_it_leads_and_nobody_else_is_asked(world: World) -> None:
    """The first hour begins for them, and the order ends there."""
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        tell(world, FIRST, "open", "take")
        await let_happen(talk, minutes=60)
    assert (state_of(world), asked(world)) == ("taken", {FIRST: "member"})
    found = see(world, FIRST, incident)
    assert found is not None
    assert found.body["facts"]["taken_by"] == world.people[FIRST]
    assert [row.person_id for row in world.rows(interviews) if row.flow == "response"] == [world.people[FIRST]]


async def test_who_was_asked_before_hears_who_took_it(world: World) -> None:
    """Their question gives way to one that only tells, and they are still let in."""
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        tell(world, FIRST, "open")
        await let_happen(talk, minutes=20)
        tell(world, SECOND, "open", "take")
        await let_happen(talk, seconds=2)
        assert world.position(handoffs(world, FIRST)[0].id) == "seen"
        tell(world, FIRST, "ok")
    assert see(world, FIRST, incident) is not None
    found = see(world, SECOND, incident)
    assert found is not None
    assert found.body["facts"]["taken_by"] == world.people[SECOND]


async def test_of_two_who_take_it_at_once_one_leads(world: World) -> None:
    """Both press in one instant: one has it; the other is let in and told who was quicker, without another alert."""
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        await let_happen(talk, minutes=20)
        for name in (FIRST, SECOND):
            tell(world, name, "open")
        events = [
            world.happened(handoffs(world, name)[0].id, name, Pressed("take", 99, "take")) for name in (FIRST, SECOND)
        ]
        other = world.add_replica("other")
        await asyncio.gather(
            asyncio.to_thread(world.store.take_turns, events[:1]), asyncio.to_thread(other.take_turns, events[1:])
        )
        found = see(world, FIRST, incident)
        assert found is not None
        quicker = found.body["facts"]["taken_by"]
        late = next(name for name in (FIRST, SECOND) if world.people[name] != quicker)
        await let_happen(talk, seconds=5)
        assert len([row for row in alerts(world) if row.key.startswith("turn:remind:")]) == 2
        member = world.reader.find_person(world.people[late])
        assert member is not None
        assert await talk.conversation.ready(member, handoffs(world, late)[-1].id)
        tell(world, late, "ok")
    assert asked(world) == {FIRST: "member", SECOND: "member"}
    assert [row.person_id for row in world.rows(interviews) if row.flow == "response"] == [quicker]
    assert world.position(handoffs(world, late)[-1].id) == "=informed"


@pytest.mark.parametrize(("to", "follows"), [(THIRD, THIRD), (None, SECOND), ("sato", SECOND), (FIRST, SECOND)])
async def test_it_is_passed_on_to_whoever_receives_reports(world: World, to: str | None, follows: str) -> None:
    """To who is named, at once and with the whole of their time; nobody else can be named, and then it is the next."""
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        world.clock.advance(minutes=15)
        interview = world.reader.read_interview(handoffs(world, FIRST)[0].id, world.template.words.routes)
        assert interview is not None
        (row,) = world.rows(incidents)
        one = PassIncident(row.id, world.people[to] if to else None)
        world.store.write(lambda tx: casework.pass_incident(tx, interview, interview.person, one))
        await let_happen(talk)
        assert set(asked(world)) == {FIRST, follows}
        await let_happen(talk, minutes=19)
        assert set(asked(world)) == {FIRST, follows}
        await let_happen(talk, minutes=1)
        assert set(asked(world)) == {FIRST, SECOND, THIRD}


async def test_who_leaves_knows_nothing_any_more(world: World) -> None:
    """What they were shown is gone from our record, the next is asked at once, and no way leads back."""
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        tell(world, FIRST, "open", "conflict", "leave")
        await let_happen(talk)
        assert asked(world) == {FIRST: "left", SECOND: "asked"}
        interview = world.reader.read_interview(handoffs(world, FIRST)[0].id, world.template.words.routes)
        assert interview is not None
        assert (interview.status, interview.given.get("case")) == ("done", None)
        assert see(world, FIRST, incident) is None
        tell(world, SECOND, "open")
        taken = world.reader.read_interview(handoffs(world, SECOND)[0].id, world.template.words.routes)
        assert taken is not None
        assert world.people[FIRST] not in repr(taken.given["case"]["others"])
        for _ in range(9):
            await let_happen(talk, minutes=40)
    assert asked(world)[FIRST] == "left"
    assert len(handoffs(world, FIRST)) == 1


async def test_who_stops_the_question_is_asked_again_in_turn(world: World) -> None:
    """A question ended with a word is no decision: once all others were asked, it comes anew."""
    report(world, SECOND, THIRD)
    with on_duty(world) as talk:
        await let_happen(talk)
        with world.database.writing() as connection:
            connection.execute(update(interviews).where(interviews.c.flow == "handoff").values(status="cancelled"))
        await let_happen(talk, minutes=20)
    assert [row.status for row in handoffs(world, FIRST)] == ["cancelled", "open"]


async def test_who_left_does_not_hear_who_took_it(world: World) -> None:
    """Word of it was under way to them when they left: it stays unsaid."""
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        tell(world, FIRST, "open")
        await let_happen(talk, minutes=20)
        tell(world, SECOND, "open", "take")
        tell(world, FIRST, "conflict", "leave")
        said = len(alerts(world))
        await let_happen(talk, seconds=5)
    assert len(alerts(world)) == said
    assert asked(world) == {FIRST: "left", SECOND: "member"}


async def test_what_was_added_meanwhile_is_shown_to_who_is_asked_next(world: World) -> None:
    """Nobody had taken it yet when more came by the receipt: the second person reads both; the first, who read it
    before, does not by that card."""
    incident = report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        world.store.write(lambda tx: casework.add_to_report(tx, incident, AddToReport("R-1", "昨日もUSBでした", False)))
        await let_happen(talk, minutes=20)
        assert await talk.come(SECOND, "handoff")
        await talk.say(SECOND, "開く")
        assert "昨日もUSBでした" in talk.texts(SECOND)
        assert await talk.come(FIRST, "handoff")
        await talk.say(FIRST, "開く")
        assert "昨日もUSBでした" not in talk.texts(FIRST)
