"""Who may be asked to take a case is settled when it comes: no role given later opens it; on both databases."""

import json

import pytest
from sqlalchemy import delete, insert, update

from bot.intake.people import Person
from bot.state import casework
from bot.state.incidents import Incident
from bot.state.people import import_people
from bot.state.receivers import Run, list_receivers, list_receivers_of, note_change, settle_turn
from bot.state.record import Transaction
from bot.state.tables import audit, outbox, people, roles
from bot.state.unsealing import list_seconds
from tests.state.cases import FIRST, SECOND, SUNDAY_NIGHT, asked, let_happen, on_duty, report, see
from tests.state.worked import open_case
from tests.state.world import World

LATER = "mori"


@pytest.fixture(autouse=True)
def _at_night(world: World) -> None:
    world.clock.at = SUNDAY_NIGHT


def give(world: World, name: str, role: str = "incident_lead") -> None:
    row = {"person_id": world.people[name], "role": role}
    world.store.write(lambda tx: tx.connection.execute(insert(roles).values(row)))


def take_away(world: World, *names: str) -> None:
    mine = roles.c.person_id.in_([world.people[name] for name in names])
    gone = delete(roles).where(mine, roles.c.role.in_(("incident_handler", "incident_lead")))
    world.store.write(lambda tx: tx.connection.execute(gone))


async def let_everybody_be_asked(world: World) -> set[str]:
    with on_duty(world) as talk:
        for _ in range(6):
            await let_happen(talk, minutes=30)
    return set(asked(world))


async def test_who_receives_later_is_asked_for_no_case_that_was_there(world: World) -> None:
    """Somebody made a receiver after a case came is never asked for it; for the next one they are."""
    incident = report(world)
    give(world, LATER)
    assert await let_everybody_be_asked(world) == {FIRST, SECOND}
    assert see(world, LATER, incident) is None
    report(world)
    assert await let_everybody_be_asked(world) == {FIRST, SECOND, LATER}


async def test_without_what_was_kept_a_role_would_open_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: asked by the roles of the day, whoever may give roles lets themselves in."""

    def as_of_now(run: Run, _: Incident) -> list[str]:
        return list_receivers(run)

    monkeypatch.setattr(casework, "list_receivers_of", as_of_now)
    report(world)
    give(world, LATER)
    assert LATER in await let_everybody_be_asked(world)


async def test_to_lose_the_role_closes_no_case_that_was_there(world: World) -> None:
    """Nobody can empty the order of a case: whoever received reports then is asked still."""
    report(world)
    take_away(world, FIRST, SECOND)
    give(world, LATER)
    assert await let_everybody_be_asked(world) == {FIRST, SECOND}


async def test_once_they_all_left_those_of_today_are_asked(world: World) -> None:
    """A case does not lie with people who are gone from the company."""
    incident = report(world)
    take_away(world, FIRST, SECOND)
    give(world, LATER)
    here = update(people).where(people.c.id.in_([world.people[one] for one in (FIRST, SECOND)]))
    world.store.write(lambda tx: tx.connection.execute(here.values(active=False)))
    assert LATER in await let_everybody_be_asked(world)
    assert see(world, LATER, incident) is not None


def test_nobody_made_a_receiver_later_gives_the_second_word(world: World) -> None:
    """Who reported is not opened by somebody who got the role for it."""
    incident = open_case(world)
    give(world, LATER)
    known = see(world, FIRST, incident)
    assert known is not None

    def read(tx: Transaction) -> list[str]:
        return list_seconds(tx.connection.execute, known, world.people[FIRST])

    assert world.store.write(read) == [world.people[SECOND]]
    assert world.store.write(lambda tx: list_receivers_of(tx.connection.execute, known)) != world.store.write(
        lambda tx: list_receivers(tx.connection.execute)
    )


async def test_they_are_asked_in_the_order_that_was_settled(world: World) -> None:
    """Whoever was put first is asked first, all others after them by role and address; the audit has it."""
    world.store.write(lambda tx: settle_turn(tx, "operator:test", [world.people[SECOND]]))
    report(world)
    with on_duty(world) as talk:
        await let_happen(talk)
        assert list(asked(world)) == [SECOND]
        await let_happen(talk, minutes=20)
        assert set(asked(world)) == {FIRST, SECOND}
    assert [row.actor for row in world.rows(audit) if row.action == "receiver.turn_settled"] == ["operator:test"]
    world.store.write(lambda tx: settle_turn(tx, "operator:test", []))
    now = world.store.write(lambda tx: list_receivers(tx.connection.execute))
    assert now == [world.people[FIRST], world.people[SECOND]]


def to_row(world: World, name: str, *more: str) -> Person:
    """This person as a file of the directory has them, with some roles more."""
    one = world.find(name)
    return Person(
        email=one.email,
        name=one.name,
        name_en=one.name,
        title="",
        department=one.department.ja,
        department_en=one.department.en,
        field=one.field,
        roles=(*one.roles, *more),
    )


def told(world: World) -> dict[str, list[str]]:
    """Which notices about receivers went to whom."""
    found: dict[str, list[str]] = {}
    for row in world.rows(outbox):
        if row.kind == "notice" and json.loads(row.body)["notice"].startswith("receivers_"):
            found.setdefault(json.loads(row.body)["notice"], []).append(row.person_id)
    return {notice: sorted(persons) for notice, persons in found.items()}


def test_a_new_receiver_is_told_to_those_there_are(world: World) -> None:
    """A file that gives somebody the role: each who receives reports hears of it, and so does the audit."""
    member = world.find(LATER)
    fields = {member.department.ja: member.field}
    those = sorted(world.people[one] for one in (FIRST, SECOND))
    found = [to_row(world, LATER, "incident_lead")]
    world.store.write(lambda tx: import_people(tx, "operator:test", found, fields))
    assert told(world) == {"receivers_added": those}
    assert [row.object for row in world.rows(audit) if row.action == "receiver.added"][-1:] == [member.id]
    world.store.write(lambda tx: import_people(tx, "operator:test", found, fields))  # the same again tells nothing
    assert told(world) == {"receivers_added": those}
    before = [*those, member.id]
    take_away(world, LATER)
    world.store.write(lambda tx: note_change(tx, "operator:test", before))
    assert told(world)["receivers_removed"] == those
