"""A report that came in by night and whoever is asked to take its case, as tests of cases drive them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.conclusions import OpenIncident
from bot.due import Due
from bot.events import Pressed
from bot.state.casework import open_incident
from bot.state.incident_tables import incident_members, incidents
from bot.state.incidents import Cases, Incident
from bot.state.outbox import URGENT
from bot.state.tables import interviews, outbox, people, roles
from tests.state.talk import Talk, talking
from tests.state.test_dispatch import SURFACE
from tests.state.world import World

SUNDAY_NIGHT = datetime(2026, 11, 14, 18, 10, tzinfo=UTC)  # 3:10 in Tokyo
REPORT = {
    "mover": "employee",
    "when": "today",
    "still": "yes",
    "signs": [],
    "own": [],
    "what": "金型の図面",
    "others": "",
}
FIRST, SECOND, THIRD = "takahashi", "watanabe", "kobayashi"  # in the order in which they are asked


def appoint_third(world: World) -> None:
    """A third of those who receive reports, last in turn; it is the middle of the night."""
    world.clock.at = SUNDAY_NIGHT
    role = {"person_id": world.people[THIRD], "role": "incident_lead"}
    world.store.write(lambda tx: tx.connection.execute(insert(roles).values(role)))
    late = update(people).where(people.c.id == world.people[THIRD]).values(email="zz-kobayashi@hibarino.example")
    world.store.write(lambda tx: tx.connection.execute(late))


def report(world: World, *excluded: str) -> str:
    """A report has come in; the id of its case."""
    out = tuple(world.people[one] for one in excluded)
    return world.store.write(lambda tx: open_incident(tx, OpenIncident(REPORT, out, "R-1")))


@contextmanager
def on_duty(world: World, name: str = "main") -> Iterator[Talk]:
    """A process that does what is due."""
    with talking(world, world.store if name == "main" else world.add_replica(name)) as talk:
        yield talk


async def let_happen(talk: Talk, **after: float) -> None:
    """What is due by then happens."""
    talk.world.clock.advance(**after)
    await Due(talk.conversation).do_due()


def asked(world: World) -> dict[str, str]:
    """Whoever was ever asked or let in, with how they stand."""
    names = {person: name for name, person in world.people.items()}
    return {names[row.person_id]: row.state for row in world.rows(incident_members)}


def handoffs(world: World, name: str) -> list[Any]:
    """The interviews in which this person was asked, oldest first."""
    wanted = select(interviews).where(interviews.c.flow == "handoff", interviews.c.person_id == world.people[name])
    with world.database.reading() as connection:
        return list(connection.execute(wanted.order_by(interviews.c.created_at, interviews.c.id)))


def state_of(world: World) -> str:
    (row,) = world.rows(incidents)
    return str(row.state)


def see(world: World, name: str, incident: str) -> Incident | None:
    """The case as this person may know it."""
    member = world.reader.find_person(world.people[name])
    assert member is not None
    return Cases(world.database, world.vault).find(member.actor, incident)


def tell(world: World, name: str, *choices: str, place: int = -1) -> None:
    """Press these, one after the other, in the interview in which they were asked."""
    interview = handoffs(world, name)[place].id
    for choice in choices:
        asked_now = world.position(interview)
        event = replace(world.happened(interview, name, Pressed(asked_now, 99, choice)), surface=SURFACE)
        assert world.store.take_turns([event])[0].fault is None


def alerts(world: World) -> list[Any]:
    return [row for row in world.rows(outbox) if row.lane == URGENT]
