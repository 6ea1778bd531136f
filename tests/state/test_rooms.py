"""The room of a case's team: one is made, the team is in it and nobody else, it is closed with the case; on both
databases, against a Slack of ours."""

import asyncio
from typing import Any

import pytest

from adapters.slack.rooms import Rooms
from bot import housing
from bot.conclusions import CloseIncident, LeaveIncident
from bot.housing import Housing
from bot.rooms import OpenRoom
from bot.state import housing as written
from bot.state import rooms as kept
from bot.state.incident_tables import rooms
from bot.state.retention import erase_incident
from bot.state.tables import audit, outbox
from tests.doubles.slack import Fault
from tests.state.housed import LEADER, OUT, SECOND, THIRD, Office, open_office
from tests.state.test_departure import leave, release
from tests.state.worked import tell
from tests.state.world import World

LOST = {
    "auth.test": "before",
    "conversations.create": "after",
    "chat.postMessage": "after",
    "conversations.members": "after",
    "conversations.invite": "after",
}


# -- one is made -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drops", ["before", "after"])
async def test_one_room_is_made_however_many_answers_are_lost(world: World, drops: str) -> None:
    """With the line cut at every call, before or after its effect, there is one private room with the team in it."""
    async with open_office(world) as office:
        seeing = await office.begin(SECOND)
        for method in (*LOST, "conversations.invite"):
            office.double.script(method, Fault(drops=drops))
        await office.see_to(seeing)
        (channel,) = office.channels
        assert channel.is_private
        assert office.list_inside() == {LEADER, SECOND}
        assert (office.state(), office.list_told()) == ("open", ["room_open"])
        assert sorted(office.list_deeds()) == ["entered", "entered", "opened", "ready", "wanted"]


async def test_without_the_name_that_was_chosen_before_there_would_be_two(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where a room is not found again by its name, a lost answer leaves another behind."""
    monkeypatch.setattr(housing, "MOST_LOOKS", 0)

    async def find_nothing(*_: Any) -> None:
        return None

    monkeypatch.setattr(Rooms, "find", find_nothing)
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        office.double.script("conversations.create", Fault(drops="after"))
        await office.see_to(seeing)
        assert len(office.channels) == 2


async def test_of_two_replicas_and_two_wishes_comes_one_room(world: World) -> None:
    """Asked for twice and seen to by two programs at once, one is made and each person is asked in once."""
    async with open_office(world) as office:
        first = await office.begin(SECOND)
        tell(world, LEADER, OpenRoom(office.case))
        second = office.employ(world.add_replica("second"))
        await asyncio.gather(first.do_due(), second.do_due())
        await office.see_to(first, second, times=3)
        assert len(office.channels) == 1
        assert sorted(office.list_invited()) == sorted(office.users[one] for one in (LEADER, SECOND))
        assert office.list_deeds().count("wanted") == 1


async def test_a_name_that_is_somebody_elses_is_given_up(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that others made is never taken for ours, whatever it is called."""
    names = iter(["sr-theirs", "sr-ours"])
    monkeypatch.setattr(written, "name_room", lambda _: next(names))
    async with open_office(sqlite_world) as office:
        theirs = office.double.channels.add("sr-theirs", "U09")
        theirs.members.append("UBOT")  # somebody asked us in
        seeing = await office.begin(SECOND)
        await office.see_to(seeing)
        assert [one.name for one in office.channels] == ["sr-theirs", "sr-ours"]
        assert theirs.members == ["U09", "UBOT"]
        assert office.state() == "open"


# -- who is in it ------------------------------------------------------------------------------------------------------


async def test_who_joins_comes_in_and_who_leaves_goes_out(world: World) -> None:
    """Let into the case, out of it, or out of the company: the room follows, in the transaction that changes it."""
    async with open_office(world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.let_in(THIRD)
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND, THIRD}
        tell(world, THIRD, LeaveIncident(office.case))
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND}
        leave(world, SECOND)
        release(world, SECOND)
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER}
        assert office.list_deeds() == ["wanted", "opened", *["entered"] * 2, "ready", "entered", *["removed"] * 2]
        actions = [row.action for row in world.rows(audit) if row.action.startswith("incident.room_")]
        assert [one.removeprefix("incident.room_") for one in actions] == office.list_deeds()
        assert world.reader.find_chain_break() is None


async def test_nobody_kept_out_comes_in(sqlite_world: World) -> None:
    """Whoever was named as involved is not asked in, even where somebody would let them in."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND, OUT)
        await office.see_to(seeing, times=2)
        assert office.list_inside() == {LEADER, SECOND}
        assert office.users[OUT] not in office.list_invited()


async def test_without_the_record_they_would(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where the team is taken for everybody a case knows of, they are in the room."""
    monkeypatch.setattr(kept, "list_team", lambda known: sorted({*known.members, *known.body["excluded"]}))
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=2)
        assert OUT in office.list_inside()


def leave_when_listed(office: Office) -> None:
    """The second is out of the case in the very moment between claiming the room and letting them in."""
    left: list[str] = []

    def called(method: str) -> None:
        if method == "conversations.members" and not left:
            left.append(SECOND)
            tell(office.world, SECOND, LeaveIncident(office.case))

    office.double.channels.called = called


async def test_it_is_asked_again_at_the_moment_of_letting_in(sqlite_world: World) -> None:
    """Somebody who leaves while the room is being filled is not let in any more."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        leave_when_listed(office)
        await office.see_to(seeing, times=2)
        assert office.list_invited() == [office.users[LEADER]]
        assert office.list_inside() == {LEADER}


async def test_without_asking_again_they_would_be_let_in(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with what was read at first they come in, if only until the next look."""
    read_now, first = Housing._read, dict[str, Any]()

    async def read_once(seeing: Housing, claim: Any) -> Any:
        return first.setdefault(claim.incident, await read_now(seeing, claim))

    monkeypatch.setattr(Housing, "_read", read_once)
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        leave_when_listed(office)
        await office.see_to(seeing, times=1)
        assert office.users[SECOND] in office.list_invited()


STRANGE: tuple[dict[str, Any], ...] = (
    {"is_restricted": True},
    {"is_ultra_restricted": True},
    {"is_bot": True},
    {"team_id": "T66", "is_stranger": True},
    {"profile": {"email": "nobody@elsewhere.example"}},
)


async def test_guests_and_strangers_are_never_asked_in(sqlite_world: World) -> None:
    """An account that is a guest's, a stranger's, a program's or at another address stays out, whatever the case says;
    the leader hears of each once."""
    async with open_office(sqlite_world) as office:
        team = [SECOND, THIRD, "ito", "sato", "suzuki"]
        for place, (name, change) in enumerate(zip(team, STRANGE, strict=True), 5):
            office.users[name] = f"U0{place}"
            office.double.add_user(f"U0{place}", f"{name}@hibarino.example")
            office.double.users[f"U0{place}"] |= change
            office.know(name)
        for gone in ("U02", "U03"):
            del office.double.users[gone]
        seeing = await office.begin(*team)
        await office.see_to(seeing, times=3, seconds=3601)
        assert set(office.list_invited()) == {office.users[LEADER]}
        assert sorted(office.list_told()) == ["room_open", *["room_unable"] * len(team)]


async def test_who_was_invited_by_hand_goes_out_at_the_next_look(sqlite_world: World) -> None:
    """A member may ask anybody into a private channel: an hour later only the team is there, on every page."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.double.channels.page = 2
        office.channels[0].members.append(office.users[OUT])
        await office.see_to(seeing, times=1, seconds=3601)
        assert OUT in office.list_inside()
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, SECOND}


async def test_a_guest_of_the_case_who_was_invited_by_hand_goes_out(sqlite_world: World) -> None:
    """Working the case is not enough to stay, where Slack says that they are a guest."""
    async with open_office(sqlite_world) as office:
        office.double.users[office.users[SECOND]] |= {"is_restricted": True}
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.channels[0].members.append(office.users[SECOND])
        office.let_in(THIRD)
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, THIRD}


async def test_who_went_out_by_themselves_is_left_alone(sqlite_world: World) -> None:
    """Somebody who leaves the channel and stays in the case is not asked in every hour."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.channels[0].members.remove(office.users[SECOND])
        await office.see_to(seeing, times=2, seconds=3601)
        assert office.list_inside() == {LEADER}


async def test_whoever_was_never_met_is_found_by_address(sqlite_world: World) -> None:
    """A member with an account in Slack who never spoke to us there is in the room like the others."""
    async with open_office(sqlite_world) as office:
        office.users["ito"] = "U08"
        office.double.add_user("U08", "ito@hibarino.example")
        seeing = await office.begin("ito")
        await office.see_to(seeing, times=1)
        assert office.list_inside() == {LEADER, "ito"}


# -- the end -----------------------------------------------------------------------------------------------------------


async def test_it_is_archived_with_the_case(world: World) -> None:
    """Closing the case closes the room, once; nothing is due about it afterwards."""
    async with open_office(world) as office:
        seeing = await office.begin(SECOND)
        await office.see_to(seeing, times=1)
        office.double.script("conversations.archive", Fault(drops="after"))
        tell(world, LEADER, CloseIncident(office.case, (), (), (), {}))
        await office.see_to(seeing, times=3, seconds=3601)
        assert [one.is_archived for one in office.channels] == [True]
        assert (office.state(), office.list_deeds().count("archived")) == ("over", 1)
        assert not [row for row in world.rows(outbox) if row.kind == "room" and row.state == "ready"]
        world.store.write(lambda tx: erase_incident(tx, office.case))
        assert world.rows(rooms) == []


async def test_one_whose_making_was_never_heard_of_is_archived_too(sqlite_world: World) -> None:
    """Made by a call whose answer was lost, and the case closed before the next: it is found by its name."""
    async with open_office(sqlite_world) as office:
        seeing = await office.begin(SECOND)
        office.double.script("conversations.create", Fault(drops="after"))
        await office.see_to(seeing, times=1)
        tell(sqlite_world, LEADER, CloseIncident(office.case, (), (), (), {}))
        await office.see_to(seeing, times=2)
        assert [one.is_archived for one in office.channels] == [True]
        assert office.list_invited() == []
