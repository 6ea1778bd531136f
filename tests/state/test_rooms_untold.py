"""A room of a case's team tells nothing of the case: not to Slack, not to an operator, not to whoever is outside."""

import json

import pytest

from bot.conclusions import CloseIncident, LeaveIncident
from bot.state import housing as written
from bot.state.incident_tables import rooms
from bot.state.incidents import Cases
from bot.state.outbox import tally
from bot.state.rooms import describe_room
from bot.state.tables import audit, outbox
from tests.state.housed import CANARY, LEADER, OUT, SECOND, THIRD, Office, open_office
from tests.state.worked import actor_of, read, tell
from tests.state.world import World


def find_told(office: Office) -> list[str]:
    """What of the case stands in anything that was asked of Slack."""
    case = read(office.world, office.case)
    assert case is not None
    words = (CANARY, "ナナカマド", case.number, case.number.lower(), case.id, *office.world.people.values(), "図面")
    told = json.dumps([[call.method, dict(call.args)] for call in office.double.calls], ensure_ascii=False)
    return [one for one in words if one in told]


async def test_slack_is_told_nothing_of_the_case(sqlite_world: World) -> None:
    """No number, no word and no person of it is in any argument of any call, from the first to the last."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.let_in(THIRD)
        tell(sqlite_world, SECOND, LeaveIncident(office.case))
        await office.see_to(seeing, times=1)
        assert not find_told(office)
        tell(sqlite_world, LEADER, CloseIncident(office.case, (), (), (), {}))
        await office.see_to(seeing, times=1)
        assert not find_told(office)
        assert {call.method for call in office.double.calls} >= {"conversations.kick", "conversations.archive"}


async def test_a_room_named_after_its_case_would_tell(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: these words would be found in the name of a room."""
    monkeypatch.setattr(written, "name_room", lambda _: f"sr-{CANARY}")
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        assert CANARY in find_told(office)
        assert (office.state(), office.list_told()) == ("failed", ["room_refused"])  # and Slack takes no such name


async def test_nobody_outside_sees_that_there_is_a_room(world: World) -> None:
    """Its name lies nowhere in clear, an operator counts nothing of it, and whoever is not let in finds no case."""
    async with open_office(world) as office:
        before = tally(world.database, world.clock.now()).counts
        seeing = await office.begin(SECOND)
        assert tally(world.database, world.clock.now()).counts == before
        await office.see_to(seeing, times=1)
        name = office.channels[0].name
        for table in (rooms, outbox, audit):
            assert not [row for row in world.rows(table) if name in repr(tuple(row)) or "C00000" in repr(tuple(row))]
        cases = Cases(world.database, world.vault)
        assert not cases.list_open(actor_of(world, OUT))
        assert not office.list_deeds(OUT)
        known = read(world, office.case, SECOND)
        assert known is not None
        seen = describe_room(world.database, world.vault, known, world.people[SECOND])
        assert seen == {"state": "open", "may": "yes", "name": name}
        told = {row.person_id for row in world.rows(outbox) if "room" in row.body and row.person_id}
        assert told == {world.people[LEADER]}
