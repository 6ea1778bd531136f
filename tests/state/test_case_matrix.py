"""Ten thousand random worlds of cases: list, detail, search, record, notice and question agree for every person."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from bot.access import ROLES, Actor, Resource, can
from bot.delivery import Voice
from bot.engine.interview import Interview
from bot.state import incidents as module
from bot.state.incident_tables import incident_members, incidents
from bot.state.incidents import Cases, Incident, seal_incident
from bot.state.record import NOWHERE, Transaction
from bot.state.tables import people
from tests.state.world import World

WORLDS = 10_000
SEED = 20261117
STANDINGS = ("asked", "member", "left", None, None)  # or nobody ever thought of them
STATES = ("new", "taken", "taken", "closed", "erased")


@dataclass
class Case:
    """One case: how far it is, who stands how to it, who may be involved."""

    id: str
    number: str
    state: str
    standings: dict[str, str]
    excluded: list[str]
    outside: bool = False  # with the contact outside the company, as all who would receive it may be involved


@dataclass
class Small:
    """A company of a few people with a case or two."""

    actors: list[Actor] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def invent(dice: Random, place: int) -> Small:
    """One world; its ids are its own."""
    made = Small()
    for number in range(dice.choice((1, 1, 2, 2, 3))):
        roles = {role for role in ROLES if dice.random() < 1 / 3} | ({"employee"} if dice.random() < 5 / 6 else set())
        made.actors.append(Actor(f"p{place}-{number}", f"d{dice.randint(1, 2)}", frozenset(roles)))
    for number in range(dice.choice((1, 1, 2))):
        standings = {one.person: dice.choice(STANDINGS) for one in made.actors}
        made.cases.append(
            Case(
                f"c{place}-{number}",
                f"{place:04X}{number}",
                dice.choice(STATES),
                {name: state for name, state in standings.items() if state},
                [one.person for one in made.actors if dice.random() < 1 / 6],
            )
        )
    made.cases = [_take_outside(one, made) if dice.random() < 1 / 6 else one for one in made.cases]
    return made


def _take_outside(case: Case, made: Small) -> Case:
    """The same with nobody within let into it, though they may have roles for any other."""
    receiving = [one.person for one in made.actors if {"incident_handler", "incident_lead"} & one.roles]
    return replace(case, state="new", standings={}, excluded=receiving, outside=True)


def may_know(actor: Actor, case: Case) -> bool:
    """The rule, written anew: whoever was let in and still is, works here and is not involved; nothing erased."""
    if case.state == "erased" or actor.person in case.excluded or "employee" not in actor.roles:
        return False
    return case.standings.get(actor.person) in ("asked", "member")


def settle(world: World, made: list[Small]) -> None:
    """All these worlds in one database, so that what leaks from one into another is found too."""
    member = world.find("sato")
    (row,) = [one._asdict() for one in world.rows(people) if one.id == member.id]
    ids = [actor.person for one in made for actor in one.actors]

    def write(tx: Transaction) -> None:
        tx.connection.execute(insert(people), [{**row, "id": one, "email": one, "name": one} for one in ids])
        cases = [case for one in made for case in one.cases]
        sealed = [(case, *world.vault.make_own("incidents", case.id)) for case in cases]
        tx.connection.execute(insert(incidents), [_to_row(case, vault, key) for case, vault, key in sealed])
        standing = [
            {"incident_id": case.id, "person_id": person, "state": state, "role": ""}
            for case in cases
            for person, state in case.standings.items()
        ]
        tx.connection.execute(insert(incident_members), standing)

    world.store.write(write)


def _to_row(case: Case, own: Any, key: bytes) -> dict[str, Any]:
    body = {"report": {}, "excluded": case.excluded, "facts": {}, **({"outside": {}} if case.outside else {})}
    known = {"id": case.id, "number": case.number, "state": case.state, "held": False, "keep_until": None}
    return {**known, "key": key, "body": seal_incident(own, case.id, body), "revision": 1}


def find_differences(world: World, made: list[Small], dice: Random) -> list[str]:
    """Wherever one of the ways to a case says something else than the rule."""
    cases, voice = Cases(world.database, world.vault), Voice(world.store, world.reader, "terminal")
    found = []
    for one in made:
        for actor in one.actors:
            expected = {case.id for case in one.cases if may_know(actor, case)}
            if {listed.id for listed in cases.list_open(actor)} != expected:
                found.append(f"list {actor}")
            for case in one.cases:
                named = dice.choice((case.id, case.number.lower()))
                if (cases.find(actor, named) is not None) != (case.id in expected):
                    found.append(f"find {actor} {case}")
        found += look_closer(cases, voice, one) if dice.random() < 1 / 20 else []
    return found


def look_closer(cases: Cases, voice: Voice, one: Small) -> list[str]:
    """The ways that go through the same reader: the record, what is to be done, a notice, a question."""
    found = []
    for actor in one.actors:
        for case in one.cases:
            expected = may_know(actor, case)
            member: Any = type("Member", (), {"actor": actor})
            shown = Interview("i", actor.person, "handoff", "", "ja", "open", 1, {"case": {"id": case.id}}, NOWHERE)
            if voice._may_know(member, shown) != expected:
                found.append(f"notice {actor} {case}")
            known = cases.find(actor, case.id)
            for action in ("handoff.begin", "response.begin"):
                if bool(known and can(actor, action, known.resource)) != expected:
                    found.append(f"{action} {actor} {case}")
            if bool(cases.list_entries(actor, case.id)) and not expected:
                found.append(f"record {actor} {case}")
    return found


def test_every_way_to_a_case_asks_the_same(sqlite_world: World) -> None:
    """10,000 worlds of cases, people, roles, exclusions: who is not let in finds none by any way, all others do."""
    dice = Random(SEED)
    made = [invent(dice, place) for place in range(WORLDS)]
    settle(sqlite_world, made)
    assert sum(case.outside for one in made for case in one.cases) > WORLDS / 10
    known = sum(may_know(actor, case) for one in made for actor in one.actors for case in one.cases)
    asked = sum(len(one.actors) * len(one.cases) for one in made)
    print(f"{WORLDS} worlds, {asked} times somebody and a case, {known} of them let in")
    assert find_differences(sqlite_world, made, dice) == []


def _forget_involved(self: Incident) -> Resource:
    return Resource(members=frozenset(name for name, (state, _) in self.members.items() if state in module.LET_IN))


@pytest.mark.parametrize("without", ["members", "exclusions", "states"])
def test_a_way_without_its_guard_is_found_out(
    sqlite_world: World, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controls: what was let in, who is involved, who left; each taken away shows."""
    dice = Random(SEED)
    made = [invent(dice, place) for place in range(60)]
    settle(sqlite_world, made)
    if without == "members":
        monkeypatch.setattr(module, "can", lambda *_: True)
    elif without == "exclusions":
        monkeypatch.setattr(Incident, "resource", property(_forget_involved))
    else:
        monkeypatch.setattr(module, "LET_IN", ("asked", "member", "left"))
    assert find_differences(sqlite_world, made, dice)
