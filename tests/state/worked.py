"""A case to test with: reported, taken by somebody, its people and tasks looked at as they lie there."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.access import Actor
from bot.conclusions import Conclusion, OpenIncident, TakeIncident
from bot.conversation import Conversation
from bot.engine.interview import Interview
from bot.engine.position import Snapshot
from bot.lookout import Lookout
from bot.state.casework import ask, open_incident
from bot.state.concluding import conclude, lock_what_changes
from bot.state.incidents import Cases, Entry, Incident, Task
from bot.state.record import Transaction
from bot.state.tables import interviews
from tests.state.world import World

REPORT: Mapping[str, Any] = {
    "mover": "leaver",
    "signs": ["sg-lev-01"],
    "own": [],
    "what": "順送金型の図面",
    "others": "",
    "when": "today",
    "still": "yes",
}


def in_interview(world: World, name: str, flow: str = "course") -> Interview:
    return Interview("00000000-aaaa", world.people[name], flow, "", "ja", "open", 1, {}, Snapshot("", (), {}))


def tell(world: World, name: str, *conclusions: Conclusion, flow: str = "course") -> None:
    """What this person's interview concluded, written as a turn writes it."""
    interview = in_interview(world, name, flow)

    def change(tx: Transaction) -> None:
        lock_what_changes(tx, conclusions)
        conclude(tx, interview, interview.person, conclusions)

    world.store.write(change)


def open_case(world: World, name: str = "takahashi", excluded: Sequence[str] = (), **report: Any) -> str:
    """A case that this person took; its id."""
    out = tuple(world.people[one] for one in excluded)

    def change(tx: Transaction) -> str:
        incident = open_incident(tx, OpenIncident({**REPORT, **report}, out, "R-1"))
        ask(tx, incident, world.people[name])
        return incident

    incident = world.store.write(change)
    tell(world, name, TakeIncident(incident), flow="handoff")
    return incident


def read(world: World, incident: str, name: str = "takahashi") -> Incident | None:
    """The case as this person may read it."""
    return Cases(world.database, world.vault).find(actor_of(world, name), incident)


def list_tasks(world: World, incident: str, name: str = "takahashi") -> Sequence[Task]:
    return Cases(world.database, world.vault).list_tasks(actor_of(world, name), incident)


def list_lines(world: World, incident: str, name: str = "takahashi") -> Sequence[Entry]:
    return Cases(world.database, world.vault).list_entries(actor_of(world, name), incident)


def actor_of(world: World, name: str) -> Actor:
    return world.find(name).actor


def list_asked(world: World, name: str, flow: str = "task") -> list[Any]:
    """The interviews of this flow that this person has not finished."""
    person = world.people[name]
    rows = [row for row in world.rows(interviews) if (row.flow, row.person_id) == (flow, person)]
    return [row for row in rows if row.status in ("queued", "open", "paused")]


async def let_happen(world: World, conversation: Conversation, **after: float) -> None:
    """What is due in cases by then happens, as far as it goes."""
    world.clock.advance(**after)
    for _ in range(4):  # one thing may call for another
        rows = [(row, json.loads(row.body)) for row in world.reader.find_events(world.clock.now())]
        await Lookout(conversation).do(rows)
