"""Cases for tests: reported, taken by somebody, others let in, lines added, as conclusions would."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.conclusions import LetIn, NoteIncident, OpenIncident, TakeIncident
from bot.engine.interview import Interview
from bot.state.casework import let_in, note_incident, open_incident, take_incident
from bot.state.incidents import Cases, Incident
from bot.state.queries import Member, Reader
from bot.state.record import NOWHERE, Transaction
from bot.state.store import Store


class Place(Protocol):
    """Where a case can be: a world of the tests, or a program over a trial."""

    @property
    def store(self) -> Store: ...

    @property
    def reader(self) -> Reader: ...


REPORT: Mapping[str, Any] = {
    "mover": "employee",
    "signs": ["sg-emp-02"],
    "own": [],
    "what": "金型の図面",
    "others": "",
    "when": "today",
    "still": "yes",
}


def find(at: Place, name: str) -> Member:
    """A person of the sample by the local part of the address."""
    member = at.reader.find_member(f"{name}@hibarino.example")
    assert member is not None
    return member


def act_as(person: str) -> Interview:
    """An interview by which this person does something to a case."""
    return Interview("i", person, "response", "", "ja", "open", 0, {}, NOWHERE)


def open_case(at: Place, lead: str = "takahashi", *others: str, excluded: tuple[str, ...] = ()) -> Incident:
    """A case that `lead` took and let these others into."""
    person = find(at, lead).id

    def change(tx: Transaction) -> str:
        incident = open_incident(tx, OpenIncident(REPORT, excluded, "R-7Q4-2M9"))
        who = act_as(person)
        if others or lead != "takahashi":
            first = act_as(find(at, "takahashi").id)
            let_in(tx, first, first.person, LetIn(incident, {find(at, one).id: "" for one in (lead, *others)}))
        take_incident(tx, who, person, TakeIncident(incident))
        return incident

    found = at.store.write(change)
    return find_case(at, lead, found)


def find_case(at: Place, name: str, incident: str) -> Incident:
    found = Cases(at.reader.database, at.reader.vault).find(find(at, name).actor, incident)
    assert found is not None
    return found


def note(at: Place, name: str, case: Incident, kind: str, **line: Any) -> None:
    person = find(at, name).id
    at.store.write(lambda tx: note_incident(tx, act_as(person), person, NoteIncident(case.id, kind, {}, line)))
