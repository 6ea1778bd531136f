"""What follows once a class is decided: work begins, is done or cannot be, is seen or not, on both databases."""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update

from bot.conclusions import BeginInterview, ConfirmMeasures, DecideClass, TendMeasure
from bot.state import deciding, upkeep
from bot.state.record import begin_interview
from bot.state.tables import classes, interviews, people
from bot.state.upkeep import release_measures
from tests.state.test_settling import (
    CAMERA,
    LOCK,
    MARK,
    entries,
    events,
    find,
    force,
    put,
    settle,
    write,
)
from tests.state.world import World

DUE = "2026-12-10"  # a Thursday; three working days before is Monday the 7th


def told(world: World, row: Any) -> dict[str, Any]:
    """What an event says."""
    sealed = base64.b64decode(json.loads(row.body))
    opened: dict[str, Any] = json.loads(world.vault.open("outbox", row.key, "body", sealed))
    return opened


def decide(world: World, what: str = "approved", revision: int = 1, by: str = "takahashi", words: str = "") -> None:
    sato = world.find("sato")
    one = DecideClass(sato.department_id, "L3-desk", revision, what, sato.id, words)
    write(world, by, one, flow="plan")


def approve(world: World, *more: Any, **settled: Any) -> None:
    """One planned measure of the first head, and whatever else, settled and approved."""
    settle(world, "sato", put("planned", owner=world.find("suzuki").id, due_on=DUE), *more, **settled)
    decide(world)


def tend(world: World, said: str, name: str = "suzuki", measure: str = MARK, **more: Any) -> None:
    row = find(world, measure)
    write(world, name, TendMeasure(row.place, measure, more.pop("revision", row.revision), said, **more), flow="upkeep")


def state_of(world: World) -> str:
    (row,) = world.rows(classes)
    return str(row.state)


# -- decided -----------------------------------------------------------------------------------------------------------


def test_approval_starts_the_work(world: World) -> None:
    """Each owner hears once of all that is new, and is asked some working days before the date."""
    owner = world.find("suzuki").id
    approve(world, put("planned", LOCK, owner=owner, due_on="2027-02-10"), put("claimed", CAMERA))
    assert state_of(world) == "approved"
    assert (find(world).asks, find(world).ask_on) == ("done", date(2026, 12, 7))
    assert find(world, CAMERA).asks is None
    (tasks,) = events(world, "tasks")
    assert tasks.person_id == owner
    assert [measure for _, measure in told(world, tasks)["tasks"]] == [LOCK, MARK]
    assert [row.due_at.date() for row in events(world, "upkeep")] == [date(2027, 2, 5), date(2026, 12, 7)]


def test_before_it_is_approved_nobody_is_asked(world: World) -> None:
    """A plan that nobody decided on starts nothing."""
    settle(world, "sato", put("planned", due_on=DUE))
    assert find(world).asks is None
    assert events(world, "upkeep") == events(world, "tasks") == []


def test_work_nobody_was_named_for_is_the_managers(world: World) -> None:
    """A measure without an owner becomes the work of whoever approved it."""
    settle(world, "sato", put("planned"))
    decide(world)
    assert find(world).owner_id == world.find("takahashi").id


def test_a_second_class_starts_nothing_twice(world: World) -> None:
    """A measure that runs for one class is not told of again when a second class that needs it is approved."""
    approve(world)
    settle(world, "sato", put("planned"), class_id="L2-shared")
    sato = world.find("sato")
    write(world, "takahashi", DecideClass(sato.department_id, "L2-shared", 1, "approved", sato.id), flow="plan")
    assert len(events(world, "tasks")) == 1


def test_sent_back_the_head_is_asked_anew_with_the_wish(world: World) -> None:
    """The words reach the head's interview about the class; nothing starts."""
    settle(world, "sato", put("planned", due_on=DUE))
    decide(world, "returned", words="二つだけ記号にできませんか")
    (row,) = [row for row in world.rows(interviews) if row.flow == "measures"]
    assert (row.subject, row.status) == (f"{world.find('sato').department_id}/L3-desk", "queued")
    assert state_of(world) == "returned"
    assert events(world, "tasks") == []


def test_sent_back_while_the_head_is_at_it_anew_the_wish_is_there(world: World) -> None:
    """Where the class is thought over already, no second interview begins, and the words stand in the one there is."""
    settle(world, "sato", put("planned", due_on=DUE))
    sato = world.find("sato")
    subject = f"{sato.department_id}/L3-desk"
    world.store.write(lambda tx: begin_interview(tx, sato.id, BeginInterview("measures", sato.id, subject, {})))
    decide(world, "returned", words="二つだけ記号にできませんか")
    (row,) = [row for row in world.rows(interviews) if row.flow == "measures"]
    asked = world.reader.read_interview(row.id, world.template.words.routes)
    assert asked is not None
    assert asked.given["wish"] == {"person": world.find("takahashi").id, "words": "二つだけ記号にできませんか"}


@pytest.mark.parametrize("guarded", [True, False])
def test_a_decision_counts_for_what_its_maker_saw(world: World, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settled anew meanwhile, the card comes again and nothing is decided; the control compares no revision."""
    if not guarded:
        monkeypatch.setattr(deciding, "is_stale", lambda *_: False)
    settle(world, "sato", put("planned"))
    settle(world, "sato", put("planned", LOCK))
    decide(world, revision=1)
    assert state_of(world) == ("proposed" if guarded else "approved")
    assert [row.status for row in world.rows(interviews) if row.flow == "plan"] == (["open"] if guarded else [])


def test_what_is_left_open_comes_up_once_more_in_half_a_year(world: World) -> None:
    """Approved with an open cell, a row falls due in six months; with none open there is none."""
    approve(world, open_cells=(("C1", "employee", "knowhow"),))
    (gap,) = events(world, "gap")
    assert gap.due_at.date() == date(2027, 5, 9)
    assert told(world, gap)["revision"] == 2
    settle(world, "sato", put("planned"))
    decide(world, revision=3)
    assert len(events(world, "gap")) == 1


# -- seen --------------------------------------------------------------------------------------------------------------


def confirm(world: World, seen: tuple[str, ...] = (), unseen: tuple[str, ...] = (), revision: int = 1) -> None:
    place = world.find("sato").department_id
    pairs = [tuple((one, revision) for one in names) for names in (seen, unseen)]
    write(world, "takahashi", ConfirmMeasures(place, *pairs), flow="confirm")


def test_what_was_seen_counts_for_a_year_and_of_what_was_not_the_owner_is_asked(world: World) -> None:
    """Confirmed by whom and when is on the record; the other stays claimed until its owner answers."""
    settle(world, "sato", put("claimed"), put("claimed", LOCK))
    confirm(world, (MARK,), (LOCK,))
    seen, unseen = find(world), find(world, LOCK)
    assert (seen.state, seen.confirmed_by) == ("confirmed", world.find("takahashi").id)
    assert (seen.asks, seen.ask_on) == ("still", date(2027, 11, 9))
    assert (unseen.state, unseen.asks, unseen.ask_on) == ("claimed", "has", date(2026, 11, 9))
    assert len(events(world, "upkeep")) == 2


def test_what_changed_after_it_was_shown_is_not_confirmed(world: World) -> None:
    """Of a measure whose row moved on nothing is written but that it was left."""
    settle(world, "sato", put("claimed"))
    force(world, revision=2)
    confirm(world, (MARK,))
    assert find(world).state == "claimed"
    assert [action for action, _ in entries(world, "measure.left")] == ["measure.left_as_changed"]


# -- its owner's word --------------------------------------------------------------------------------------------------


def test_done_is_a_claim_of_its_owner(world: World) -> None:
    """Somebody who says it is done claims it; a manager has still to look."""
    approve(world)
    tend(world, "in_place", kept_days=90)
    row = find(world)
    assert (row.state, row.said_by, row.kept_days, row.asks) == ("claimed", world.find("suzuki").id, 90, None)


def test_still_there_keeps_what_a_manager_saw(world: World) -> None:
    """A year on, its owner's word is enough for another one."""
    approve(world)
    force(world, state="confirmed", asks="still")
    world.clock.at = datetime(2027, 12, 1, tzinfo=UTC)
    tend(world, "in_place")
    assert (find(world).state, find(world).asks, find(world).ask_on) == ("confirmed", "still", date(2028, 12, 1))


@pytest.mark.parametrize("stood", ["planned", "confirmed"])
def test_another_date_makes_or_keeps_it_a_plan(world: World, stood: str) -> None:
    """Not yet, or not any more: it is planned for the day its owner names, and asked about before that."""
    approve(world)
    force(world, state=stood, confirmed_by=world.find("takahashi").id)
    tend(world, "later", due_on="2027-01-15")
    row = find(world)
    assert (row.state, str(row.due_on), row.confirmed_by) == ("planned", "2027-01-15", None)
    assert (row.asks, row.ask_on) == ("done", date(2027, 1, 12))


def test_who_cannot_do_it_brings_the_class_back_to_its_head(world: World) -> None:
    """It counts as declined, and the head is asked about the class with the owner's own words."""
    approve(world)
    tend(world, "cannot", reason="人が足りません")
    assert (find(world).state, find(world).asks) == ("declined", None)
    (row,) = [row for row in world.rows(interviews) if row.flow == "measures"]
    assert row.person_id == world.find("sato").id


def test_somebody_elses_it_is_asked_of_them(world: World) -> None:
    """The new owner hears of it as the first one did; who passed it on is no witness to it."""
    approve(world)
    tend(world, "other", owner=world.find("kobayashi").id)
    row = find(world)
    assert (row.owner_id, row.said_by) == (world.find("kobayashi").id, world.find("sato").id)
    assert [event.person_id for event in events(world, "tasks")][-1] == row.owner_id
    assert [event.person_id for event in events(world, "upkeep")][-1] == row.owner_id


def test_days_are_taken_and_nothing_more_is_asked(world: World) -> None:
    """How long records keep is one number; the claim stays whose it was."""
    settle(world, "sato", put("claimed", CAMERA, owner=world.find("suzuki").id))
    force(world, CAMERA, asks="days")
    tend(world, "days", measure=CAMERA, kept_days=14)
    row = find(world, CAMERA)
    assert (row.kept_days, row.asks, row.said_by, row.state) == (14, None, world.find("sato").id, "claimed")


def test_what_nothing_came_of_is_asked_again_in_a_week(world: World) -> None:
    """A question passed over comes back later, not the next day."""
    approve(world)
    tend(world, "open")
    assert (find(world).asks, find(world).ask_on) == ("done", date(2026, 11, 16))


def test_only_its_owner_speaks_for_a_measure(world: World) -> None:
    """Of a measure that is somebody else's by now, or that changed since it was shown, nothing is written."""
    approve(world)
    tend(world, "in_place", name="kobayashi")
    tend(world, "in_place", revision=1)
    assert find(world).state == "planned"


def test_of_a_near_date_its_owner_is_asked_on_the_day(world: World) -> None:
    """Where the working days before the date are over, nobody is asked on the day they hear of it."""
    settle(world, "sato", put("planned", owner=world.find("suzuki").id, due_on="2026-11-10"))
    decide(world)
    assert find(world).ask_on == date(2026, 11, 10)


# -- no longer needed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarded", [True, False])
def test_what_serves_nothing_is_let_go_as_it_stood_when_that_was_worked_out(
    world: World, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Released, and its owner known; one that moved on meanwhile stays. The control asks for no revision."""
    approve(world, put("planned", LOCK))
    stale = find(world).revision - 1
    if not guarded:
        monkeypatch.setattr(upkeep, "has_changed", lambda *_: False)
    rows = [(find(world).place, MARK, stale)]
    world.store.write(lambda tx: release_measures(tx, "record", rows))
    assert list_relieved(world) == ([] if guarded else [(world.find("suzuki").id, MARK)])
    assert find(world).state == ("planned" if guarded else "released")
    row = find(world, LOCK)
    lock = [(row.place, LOCK, row.revision)]
    world.store.write(lambda tx: release_measures(tx, "record", lock))
    assert list_relieved(world)[-1] == (row.owner_id, LOCK)
    assert find(world, LOCK).state == "released"


def list_relieved(world: World) -> list[tuple[str, str]]:
    """Who is to hear that a measure is not theirs to do any more, one after the other."""
    rows = events(world, "relieved")
    return [(row.person_id, measure) for row in rows for _, measure in told(world, row)["relieved"]]


def test_what_the_head_takes_back_its_owner_hears_of(world: World) -> None:
    """Work under way that is declined, or becomes another's, is over for whoever had it; what was only planned never
    reached anybody."""
    approve(world)
    suzuki, mori = world.find("suzuki").id, world.find("mori").id
    settle(world, "sato", put("planned", owner=mori, due_on=DUE))
    assert list_relieved(world) == [(suzuki, MARK)]
    settle(world, "sato", put("declined"))
    assert sorted(list_relieved(world)) == sorted([(suzuki, MARK), (mori, MARK)])
    settle(world, "sato", put("planned", LOCK, owner=mori, due_on=DUE))
    settle(world, "sato", put("declined", LOCK))
    assert len(list_relieved(world)) == 2


def test_in_place_nothing_is_let_go(world: World) -> None:
    """Only plans are released."""
    settle(world, "sato", put("claimed"))
    row = find(world)
    world.store.write(lambda tx: release_measures(tx, "record", [(row.place, MARK, 1)]))
    assert list_relieved(world) == []
    assert find(world).state == "claimed"


def test_a_person_in_another_zone_is_asked_by_their_own_days(world: World) -> None:
    """The day from which on somebody is asked begins where they are."""
    suzuki = world.find("suzuki").id
    with world.database.writing() as connection:
        connection.execute(update(people).where(people.c.id == suzuki).values(timezone="America/New_York"))
    approve(world)
    assert find(world).ask_on == date(2026, 12, 7)
    (event,) = events(world, "upkeep")
    assert event.due_at == datetime(2026, 12, 7, 14, tzinfo=UTC)
