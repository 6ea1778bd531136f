"""A hundred reports of a company of 120 people: with the database, the deployment's key, files and logs, but without
the reporters' key, nobody says better than by chance who reported what."""

import logging
import math
import os
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import pytest

from bot.conclusions import BeginInterview
from bot.events import Body, Event, Opened, Said, Submitted
from bot.intake.people import Person
from bot.reporting import Caller, ReportDesk
from bot.state.accounts import meet
from bot.state.incident_tables import incidents
from bot.state.people import import_people
from bot.state.record import Transaction, begin_interview
from bot.state.tables import inbox
from tests.state.attacker import Attacker, Known
from tests.state.canaries import read_database
from tests.state.world import World

PEOPLE, REPORTS = 120, 100
VISITS = 2 if os.environ.get("SECRET_REVIEW_LONG") else 1  # how often each comes for something else
SEED = 20261130
FEW = 30  # reports in a control
ABOUT = {"mover": "employee", "when": "today", "still": "yes", "conflict": ["nobody_involved"]}
SEEN = {"signs": ["sg-emp-03"], "what": "金型の図面"}
DEPARTMENT = ("製造部", "Manufacturing", "manufacturing")
ZONES = ("Asia/Tokyo", "America/New_York", "Europe/Berlin")

Spoil = Callable[[Transaction, Caller, Event], None]


def import_company(world: World, dice: Random) -> list[Caller]:
    """120 employees, none of whom receives reports, each with an account of a chat."""
    found = [
        Person(f"e{n}@hibarino.example", f"社員 {n}郎", f"Worker {n}", "", *DEPARTMENT, ("employee",))
        for n in range(PEOPLE)
    ]
    world.store.write(lambda tx: import_people(tx, "test", found, {DEPARTMENT[0]: DEPARTMENT[2]}))
    members = [one for one in world.reader.list_members() if one.email.startswith("e") and one.email[1].isdecimal()]
    assert len(members) == PEOPLE
    return [
        Caller(
            "slack",
            f"T1:U{dice.randrange(10 ** dice.randint(4, 18))}-{n}",
            one.id,
            dice.choice(("ja", "en")),
            dice.choice(ZONES),
            f"D{n}",
        )
        for n, one in enumerate(members)
    ]


async def live(world: World, reports: int = REPORTS, visits: int = VISITS) -> tuple[list[Caller], dict[str, str]]:
    """Everybody comes a few times, at random; so many of them also report. Who reported which case."""
    dice = Random(SEED)
    callers, reporters = import_company(world, dice), {}
    desk = ReportDesk(world.store, world.reader, lambda _: None)
    reporting = dice.sample(callers, reports)
    plan = [("visit", one) for one in callers for _ in range(visits)] + [("report", one) for one in reporting]
    dice.shuffle(plan)
    for place, (what, caller) in enumerate(plan):
        world.clock.advance(seconds=dice.randint(20, 600))
        if what == "visit":
            visit(world, caller, place)
        else:
            before = {row.id for row in world.rows(incidents)}
            await report(world, desk, caller, dice)
            (case,) = {row.id for row in world.rows(incidents)} - before
            reporters[case] = str(caller.person)
    return callers, reporters


def visit(world: World, caller: Caller, place: int) -> None:
    """Somebody comes for an interview and asks why."""
    person = str(caller.person)
    member = world.reader.find_person(person)
    assert member is not None
    begun = BeginInterview("colleague", person, f"test:{place}", {"department": {"id": member.department_id}})

    def change(tx: Transaction) -> None:
        meet(tx, caller.surface, caller.account, person, caller.place)
        begin_interview(tx, person, begun)

    world.store.write(change)
    (interview,) = [one.id for one in world.reader.find_waiting(person) if one.subject == f"test:{place}"]
    for number, body in enumerate((Opened(), Said("なぜ"))):
        world.clock.advance(seconds=7)
        key = f"slack:{caller.account}:{place}:{number}"
        event = Event(key, interview, person, "slack", world.clock.now(), body, person)
        world.store.take_turns([event])


async def report(world: World, desk: ReportDesk, caller: Caller, dice: Random) -> None:
    said: Sequence[Body] = (Said("通報"), Said("1"), Submitted(ABOUT), Submitted(SEEN))
    for number, body in enumerate(said):
        world.clock.advance(seconds=dice.randint(3, 40))
        key = f"slack:{caller.account}:report:{number}"
        came = await desk.take(caller, key, body, world.clock.now())
    await desk.settle(came)


def count_hits(world: World, callers: Sequence[Caller], reporters: Mapping[str, str], logs: str) -> dict[str, int]:
    """How many reports each means says right."""
    known = [Known(str(one.person), one.account, one) for one in callers]
    raw = [*read_database(world), ("log lines", logs.encode())]
    guesses = Attacker(world.database, world.vault, known, raw).guess()
    hits = {name: sum(said[case] == who for case, who in reporters.items()) for name, said in guesses.items()}
    print(world.kind, hits)
    return hits


LAID_OUT = ("order", "bytes")  # means that look at where the database put things
CHANCE = REPORTS / PEOPLE
SPREAD = math.sqrt(REPORTS * (1 / PEOPLE) * (1 - 1 / PEOPLE))


async def test_who_reported_what_is_found_by_chance_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """No means of a dozen is right more often than chance and two standard deviations; than three where the same steps
    do not always lie in the same place."""
    caplog.set_level(logging.DEBUG)
    callers, reporters = await live(world)
    assert len(reporters) == REPORTS
    hits = count_hits(world, callers, reporters, caplog.text)
    for name, right in hits.items():
        assert right <= CHANCE + (3 if name in LAID_OUT else 2) * SPREAD, name


def note_key(tx: Transaction, caller: Caller, event: Event) -> None:
    tx.insert_new(inbox, [{"key": event.key, "state": "taken", "at": tx.now}])


def note_account(tx: Transaction, caller: Caller, event: Event) -> None:
    tx.add_entry(str(caller.person), "account.seen", caller.account)


@pytest.mark.parametrize("spoil", [note_key, note_account])
async def test_a_desk_that_notes_who_spoke_is_found_out(
    sqlite_world: World, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an inbox key, or a line about the account, and nearly every report has its reporter."""
    keep = ReportDesk._take

    def take(desk: ReportDesk, tx: Transaction, caller: Caller, event: Event) -> Any:
        spoil(tx, caller, event)
        return keep(desk, tx, caller, event)

    monkeypatch.setattr(ReportDesk, "_take", take)
    callers, reporters = await live(sqlite_world, FEW, 1)
    hits = count_hits(sqlite_world, callers, reporters, "")
    assert max(hits.values()) > FEW * 0.9


async def test_with_the_deployments_key_in_its_place_everything_is_found(
    sqlite_world: World,
) -> None:
    """The control: where the reporters' key is the deployment's, opening and digests each find every reporter."""
    sqlite_world.store.keeper = sqlite_world.vault
    callers, reporters = await live(sqlite_world, FEW, 1)
    hits = count_hits(sqlite_world, callers, reporters, "")
    assert (hits["opening"], hits["digest"]) == (FEW, FEW)


async def test_without_padding_lengths_tell(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: sealed as it is, a mailbox is as long as what it holds, and that says more than chance."""
    monkeypatch.setattr("bot.state.mailboxes.pad", lambda plain: plain)
    callers, reporters = await live(sqlite_world, visits=1)
    assert count_hits(sqlite_world, callers, reporters, "")["length"] > CHANCE + 2 * SPREAD
