"""Where a room cannot be had, kept or closed: the leader is told what happened and what to do, and the case goes on."""

import pytest

from bot.conclusions import CloseIncident, LeaveIncident
from bot.rooms import OpenRoom
from bot.state.incident_tables import rooms
from bot.state.rooms import describe_room
from tests.doubles.slack import Fault
from tests.state.housed import LEADER, SECOND, THIRD, open_office
from tests.state.worked import open_case, read, tell
from tests.state.world import World


async def test_without_the_rights_none_is_had(sqlite_world: World) -> None:
    """Where our token may not make rooms, or whoever leads has no account there, none can be asked for."""
    async with open_office(sqlite_world, scopes=("chat:write", "groups:read")) as office:
        await office.begin(SECOND)
        assert sqlite_world.rows(rooms) == []
        known = read(sqlite_world, office.case)
        assert known is not None
        assert (
            describe_room(sqlite_world.database, sqlite_world.vault, known, sqlite_world.people[LEADER])["may"] == "no"
        )
        office.double.channels.scopes = {"groups:read", "groups:write"}
        sqlite_world.clock.advance(hours=1, seconds=1)
        await office.employ().do_due()
        assert (
            describe_room(sqlite_world.database, sqlite_world.vault, known, sqlite_world.people[LEADER])["may"] == "yes"
        )
        assert (
            describe_room(sqlite_world.database, sqlite_world.vault, known, sqlite_world.people["ito"])["may"] == "no"
        )


@pytest.mark.parametrize("code", ["missing_scope", "token_revoked"])
async def test_rights_taken_away_are_told_once_and_it_goes_on_from_there(sqlite_world: World, code: str) -> None:
    """The leader hears what to have mended; once it is, the room is made without another word of theirs."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        office.double.script("conversations.create", *[Fault(error=code)] * 2)
        await office.see_to(seeing, times=2, seconds=301)
        assert (office.channels, office.list_told()) == ([], ["room_barred"])
        await office.see_to(seeing, times=2, seconds=301)
        assert office.list_inside() == {LEADER, SECOND}
        assert office.list_told() == ["room_barred", "room_open"]


async def test_a_workspace_that_allows_none_is_told_and_may_be_asked_again(sqlite_world: World) -> None:
    """Where its rules allow no private channels the leader hears it, and a later wish is a new try."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        office.double.script("conversations.create", Fault(error="restricted_action"))
        await office.see_to(seeing, times=2)
        assert (office.state(), office.list_told()) == ("failed", ["room_refused"])
        tell(sqlite_world, LEADER, OpenRoom(office.case))
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND}


async def test_too_many_calls_wait_as_long_as_slack_says(sqlite_world: World) -> None:
    """Told to come again in half a minute, no replica calls before."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        office.double.script("conversations.create", Fault(status=429, retry_after="30"))
        await office.see_to(seeing, office.employ(sqlite_world.add_replica("second")), times=1, seconds=29)
        await office.see_to(seeing, times=1, seconds=2)
        assert len(office.double.called("conversations.create")) == 1
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND}


async def test_with_nobody_telling_our_rights_rooms_are_seen_to_all_the_same(sqlite_world: World) -> None:
    """Where it cannot be asked what our token may, who leaves a case leaves its room at the next look."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1, seconds=3601)
        office.double.script("auth.test", Fault(status=503))
        tell(sqlite_world, SECOND, LeaveIncident(office.case))
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER}


async def test_a_room_that_cannot_be_closed_is_told(sqlite_world: World) -> None:
    """Where the workspace keeps it open, the leader hears it."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.double.script("conversations.archive", Fault(error="restricted_action"))
        tell(sqlite_world, LEADER, CloseIncident(office.case, (), (), (), {}))
        await office.see_to(seeing, times=2)
        assert (office.state(), office.list_told()[-1]) == ("over", "room_left_open")


async def test_a_room_that_was_taken_from_us_is_said_to_be_lost(sqlite_world: World) -> None:
    """Somebody took us out of the channel: the leader hears that we see to it no more, and may have another."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.channels[0].members.remove("UBOT")
        office.let_in(THIRD)
        await office.see_to(seeing, times=2)
        assert (office.state(), office.list_told()[-1]) == ("failed", "room_lost")


async def test_somebody_who_cannot_be_put_out_is_told(sqlite_world: World) -> None:
    """Where Slack keeps them in, the leader hears it at once, and it is tried again."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND, THIRD)
        await office.see_to(seeing, times=1)
        office.double.script("conversations.kick", Fault(error="restricted_action"))
        tell(sqlite_world, THIRD, LeaveIncident(office.case))
        await office.see_to(seeing, times=1, seconds=3601)
        assert "room_unable" in office.list_told()
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND}


async def test_only_its_leader_has_one_and_not_alone(sqlite_world: World) -> None:
    """Nobody else of the case may ask for a room, and a leader without a team has none."""
    async with open_office(sqlite_world) as office:
        await office.begin()
        assert sqlite_world.rows(rooms) == []
        office.let_in(SECOND)
        tell(sqlite_world, SECOND, OpenRoom(office.case))
        assert sqlite_world.rows(rooms) == []
        other = open_case(sqlite_world, SECOND)
        tell(sqlite_world, LEADER, OpenRoom(other))
        assert sqlite_world.rows(rooms) == []
        tell(sqlite_world, LEADER, OpenRoom(office.case))
        assert len(sqlite_world.rows(rooms)) == 1
