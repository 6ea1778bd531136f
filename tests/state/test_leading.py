"""The lead of a case goes to somebody who agrees to it, and the case goes on; on both databases."""

from datetime import timedelta

import pytest

from bot.conclusions import LeaveIncident, LetIn, NoteIncident
from bot.leads import DeclineLead, OfferLead, TakeLead
from bot.state import leading
from bot.state.incidents import Incident
from bot.state.reach import Met, leave_chat, lose_workspace, meet_person
from bot.state.receivers import Run
from bot.state.tables import audit
from tests.state.cases import FIRST, SECOND, asked, handoffs, let_happen, on_duty, report
from tests.state.test_lookout import OWED, called
from tests.state.worked import let_happen as let_cases_happen
from tests.state.worked import list_asked, list_lines, open_case, read, tell
from tests.state.world import World


def leader_of(world: World, incident: str, by: str = SECOND) -> str:
    found = read(world, incident, by)
    assert found is not None
    names = {person: name for name, person in world.people.items()}
    return names[found.body["facts"]["taken_by"]]


def offer(world: World, incident: str, to: str, by: str = FIRST) -> None:
    tell(world, by, OfferLead(incident, world.people[to]))


def meet(world: World, *names: str) -> None:
    for name in names:
        met = Met(f"T1:{name}")
        world.store.write(lambda tx, name=name, met=met: meet_person(tx, "slack", world.people[name], met))


async def test_who_is_asked_agrees_and_the_clock_goes_on(world: World) -> None:
    """A receiver outside the case is shown it, says yes and leads it on the same clock; who led it stays in it."""
    incident = open_case(world)
    before = read(world, incident)
    offer(world, incident, SECOND)
    assert leader_of(world, incident) == FIRST
    with on_duty(world) as talk:
        await let_happen(talk)
        assert await talk.come(SECOND, "handoff")
        await talk.say(SECOND, "開く", "引き継ぐ")
    after = read(world, incident)
    assert before is not None
    assert after is not None
    assert leader_of(world, incident) == SECOND
    assert after.body["facts"]["aware_at"] == before.body["facts"]["aware_at"]
    assert asked(world) == {FIRST: "member", SECOND: "member"}
    assert list_lines(world, incident)[-1].body["leads"] is True
    assert [row.action for row in world.rows(audit) if row.action.startswith("incident.lead")] == [
        "incident.lead_offered",
        "incident.lead_taken",
    ]
    assert [len(list_asked(world, name, "response")) for name in (FIRST, SECOND)] == [0, 1]


async def test_deadlines_call_whoever_leads_now(world: World) -> None:
    """What falls due after the lead went on calls the new leader, and the old one no more."""
    begun, incident = world.clock.now(), open_case(world)
    tell(world, FIRST, NoteIncident(incident, "fact", {"answers": OWED, "first": "done"}, {}))
    offer(world, incident, SECOND)
    tell(world, SECOND, TakeLead(incident), flow="handoff")
    assert len(list_asked(world, SECOND, "course")) == 1
    with on_duty(world) as talk:
        while world.clock.now() < begun + timedelta(days=3, hours=6):
            await let_cases_happen(world, talk.conversation, hours=3)
    assert (called(world, FIRST), called(world, SECOND)) == (0, 1)


def test_only_its_leader_hands_it_over(world: World) -> None:
    """A member does not take the lead, nor give it away; whoever was not asked does not take it either."""
    incident = open_case(world)
    tell(world, FIRST, LetIn(incident, {world.people["kobayashi"]: ""}))
    offer(world, incident, SECOND, by="kobayashi")
    tell(world, "kobayashi", TakeLead(incident), flow="handoff")
    assert leader_of(world, incident, FIRST) == FIRST
    assert read(world, incident, SECOND) is None


@pytest.mark.parametrize("barred", ["ishikawa", SECOND])
def test_nobody_kept_out_leads_it(world: World, barred: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither somebody without any part in it nor a receiver who may be involved; without the guard they would."""
    incident = open_case(world, excluded=[SECOND])
    offer(world, incident, barred)
    assert read(world, incident, barred) is None
    assert handoffs(world, barred) == []

    def whoever(_: Run, __: Incident) -> list[str]:
        return [world.people[barred]]

    monkeypatch.setattr(leading, "list_heirs", whoever)
    offer(world, incident, barred)
    assert len(handoffs(world, barred)) == 1  # the control


def test_a_no_leaves_it_where_it_is(world: World) -> None:
    """Whoever declines knows of it still, and another may be asked; of two who were asked the last one counts."""
    incident = open_case(world)
    tell(world, FIRST, LetIn(incident, {world.people["kobayashi"]: ""}))
    offer(world, incident, SECOND)
    tell(world, SECOND, DeclineLead(incident), flow="handoff")
    assert leader_of(world, incident) == FIRST
    offer(world, incident, SECOND)
    offer(world, incident, "kobayashi")
    tell(world, SECOND, TakeLead(incident), flow="handoff")
    assert leader_of(world, incident) == FIRST
    tell(world, "kobayashi", TakeLead(incident), flow="handoff")
    assert leader_of(world, incident) == "kobayashi"


def test_who_is_out_of_it_takes_nothing_over(world: World) -> None:
    """Asked to lead, they find that they are involved: the offer is gone with them."""
    incident = open_case(world)
    offer(world, incident, SECOND)
    tell(world, SECOND, LeaveIncident(incident), flow="handoff")
    tell(world, SECOND, TakeLead(incident), flow="handoff")
    assert leader_of(world, incident, FIRST) == FIRST
    assert asked(world)[SECOND] == "left"


# -- gone from the chat ------------------------------------------------------------------------------------------------


async def test_a_case_before_somebody_gone_from_the_chat_goes_on_at_once(world: World) -> None:
    """Their account is closed: the next is asked in that minute, once, however often the chat says so."""
    meet(world, FIRST, SECOND)
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        assert list(asked(world)) == [FIRST]
        for _ in range(2):
            world.store.write(lambda tx: leave_chat(tx, "slack", f"T1:{FIRST}"))
        await let_happen(talk)
    assert asked(world) == {FIRST: "asked", SECOND: "asked"}


async def test_who_is_still_there_elsewhere_keeps_their_time(world: World) -> None:
    """The control: with another account left, nobody else is asked before the twenty minutes are over."""
    meet(world, FIRST)
    world.store.write(lambda tx: meet_person(tx, "teams", world.people[FIRST], Met("tenant:1")))
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        world.store.write(lambda tx: leave_chat(tx, "slack", f"T1:{FIRST}"))
        await let_happen(talk, minutes=19)
        assert list(asked(world)) == [FIRST]


async def test_where_the_app_was_taken_away_the_case_goes_on(world: World) -> None:
    """Nobody of that workspace can be spoken to: whoever is next is asked, once for all that is said of it."""
    meet(world, FIRST)
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        for _ in range(2):
            world.store.write(lambda tx: lose_workspace(tx, "slack", "T1"))
        await let_happen(talk)
    assert set(asked(world)) == {FIRST, SECOND}


def test_a_case_led_by_somebody_gone_from_the_chat_is_offered(world: World) -> None:
    """Whoever may lead it instead is asked; who says no is not asked again, and the next one is."""
    meet(world, FIRST)
    incident = open_case(world)
    tell(world, FIRST, LetIn(incident, {world.people["kobayashi"]: ""}))
    world.store.write(lambda tx: leave_chat(tx, "slack", f"T1:{FIRST}"))
    assert len(handoffs(world, "kobayashi")) == 1
    tell(world, "kobayashi", DeclineLead(incident), flow="handoff")
    assert [row.status for row in handoffs(world, SECOND)] == ["queued"]
    tell(world, SECOND, TakeLead(incident), flow="handoff")
    assert leader_of(world, incident) == SECOND
