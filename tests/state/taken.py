"""Cases for tests: reported, taken by somebody, others let in, lines added, as conclusions would."""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import LetIn, NoteIncident, OpenIncident, TakeIncident
from bot.engine.interview import Interview
from bot.state.casework import let_in, note_incident, open_incident, take_incident
from bot.state.incidents import Cases, Incident
from bot.state.record import NOWHERE, Transaction
from tests.state.world import World

REPORT: Mapping[str, Any] = {
    "mover": "employee",
    "signs": ["si-emp-02"],
    "own": [],
    "what": "金型の図面",
    "others": "",
    "when": "today",
    "still": "yes",
}


def act_as(person: str) -> Interview:
    """An interview by which this person does something to a case."""
    return Interview("i", person, "response", "", "ja", "open", 0, {}, NOWHERE)


def open_case(world: World, lead: str = "takahashi", *others: str, excluded: tuple[str, ...] = ()) -> Incident:
    """A case that `lead` took and let these others into."""
    person = world.find(lead).id

    def change(tx: Transaction) -> str:
        incident = open_incident(tx, OpenIncident(REPORT, excluded, "R-7Q4-2M9"))
        who = act_as(person)
        if others or lead != "takahashi":
            first = act_as(world.find("takahashi").id)
            let_in(tx, first, first.person, LetIn(incident, {world.find(one).id: "" for one in (lead, *others)}))
        take_incident(tx, who, person, TakeIncident(incident))
        return incident

    found = world.store.write(change)
    return find_case(world, lead, found)


def find_case(world: World, name: str, incident: str) -> Incident:
    found = Cases(world.reader.database, world.vault).find(world.find(name).actor, incident)
    assert found is not None
    return found


def note(world: World, name: str, case: Incident, kind: str, **line: Any) -> None:
    person = world.find(name).id
    world.store.write(lambda tx: note_incident(tx, act_as(person), person, NoteIncident(case.id, kind, {}, line)))
