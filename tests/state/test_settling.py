"""Settling a class: each measure has one row for all who need it, and no lesser word lowers it, on both databases."""

import json
import threading
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from bot.conclusions import Conclusion, PutMeasure, SettleClass
from bot.engine.interview import Interview
from bot.state import concluding
from bot.state.concluding import conclude, lock_what_changes
from bot.state.record import Transaction
from bot.state.rows import open_class, open_measure
from bot.state.store import Store
from bot.state.tables import audit, classes, interviews, measures, outbox
from tests.state.canaries import find_word, make_stem, read_database
from tests.state.test_canary import PlainVault
from tests.state.world import World

MARK, CAMERA, LOCK = "c4-mark", "c3-camera", "c1-lock"


def interview_of(world: World, name: str, flow: str = "measures", **given: Any) -> Interview:
    """An interview of this person that says it is of this flow; a class it was given is a department's own."""
    member = world.find(name)
    begun = next((row.id for row in world.rows(interviews) if row.person_id == member.id), None) or world.begin(name)
    found = world.reader.read_interview(begun, world.template.words.routes)
    assert found is not None
    return found._replace(flow=flow, given={**found.given, **given})


def write(world: World, name: str, *conclusions: Conclusion, store: Store | None = None, **more: Any) -> None:
    """What this person's interview concluded, written as a turn writes it."""
    interview = interview_of(world, name, **more)

    def change(tx: Transaction) -> None:
        lock_what_changes(tx, conclusions)
        conclude(tx, interview, interview.person, conclusions)

    (store or world.store).write(change)


def settling(world: World, name: str, *put: PutMeasure, class_id: str = "L3-desk", **more: Any) -> SettleClass:
    told = {"open_cells": (), "findings": (), **more}
    return SettleClass(world.find(name).department_id, class_id, put, **told)


def settle(world: World, name: str, *put: PutMeasure, class_id: str = "L3-desk", **more: Any) -> None:
    write(world, name, settling(world, name, *put, class_id=class_id, **more))


def put(state: str, measure: str = MARK, reach: str = "department", **more: Any) -> PutMeasure:
    return PutMeasure(measure, reach, state, **more)


def find(world: World, measure: str = MARK) -> Any:
    """The only row of a measure."""
    (row,) = [row for row in world.rows(measures) if row.measure == measure]
    return row


def force(world: World, measure: str = MARK, **columns: Any) -> None:
    """Bring a row to where it is to start from."""
    with world.database.writing() as connection:
        connection.execute(measures.update().where(measures.c.measure == measure).values(columns))


def entries(world: World, begins: str) -> list[tuple[str, str]]:
    """The audit as (action, object) of actions that begin so; the chain holds."""
    assert world.reader.find_chain_break() is None
    return [(row.action, row.object) for row in world.rows(audit) if row.action.startswith(begins)]


def events(world: World, name: str) -> list[Any]:
    """What is to happen by itself, of this name."""
    return [row for row in world.rows(outbox) if row.kind == "event" and row.key.startswith(f"{name}:")]


def test_a_class_is_put_forward_with_each_measure_once(world: World) -> None:
    """The class is proposed with what stays open; a measure stands where it reaches, with owner, date and days."""
    sato = world.find("sato")
    settle(
        world,
        "sato",
        put("claimed", LOCK),
        put("planned", MARK, owner=sato.id, due_on="2026-12-10"),
        put("claimed", CAMERA, "company", kept_days=14),
        put("declined", "c2-split", reason="現場が回らない"),
        open_cells=(("C1", "employee", "knowhow"),),
    )
    (row,) = world.rows(classes)
    assert (row._mapping["class"], row.state, row.revision) == ("L3-desk", "proposed", 1)
    assert open_class(world.vault, row)["open"] == [["C1", "employee", "knowhow"]]
    assert {one.measure: (one.place, one.state) for one in world.rows(measures)} == {
        LOCK: (sato.department_id, "claimed"),
        MARK: (sato.department_id, "planned"),
        CAMERA: ("company", "claimed"),
        "c2-split": (sato.department_id, "declined"),
    }
    assert (str(find(world).due_on), find(world, CAMERA).kept_days) == ("2026-12-10", 14)
    assert open_measure(world.vault, find(world, "c2-split"))["reason"] == "現場が回らない"
    assert len(entries(world, "class.proposed")) == 1
    assert len(entries(world, "measure.")) == 4


@pytest.mark.parametrize(
    ("stands", "said", "becomes"),
    [
        ("confirmed", "claimed", "confirmed"),
        ("confirmed", "planned", "confirmed"),
        ("confirmed", "declined", "declined"),
        ("claimed", "planned", "claimed"),
        ("planned", "claimed", "claimed"),
        ("planned", "unknown", "planned"),
        ("planned", "planned", "planned"),
        ("planned", "declined", "declined"),
        ("declined", "planned", "planned"),
        ("released", "planned", "planned"),
        ("unknown", "claimed", "claimed"),
    ],
)
def test_a_lesser_word_lowers_nothing(world: World, stands: str, said: str, becomes: str) -> None:
    """What is in place is not claimed or planned down; what was declined can be chosen anew."""
    settle(world, "sato", put("planned"))
    force(world, state=stands)
    settle(world, "sato", put(said), class_id="L2-shared")
    assert find(world).state == becomes


def test_a_plan_chosen_for_a_second_class_serves_both(world: World) -> None:
    """It stays one row, chosen for the first; owner and date are those said last."""
    suzuki = world.find("suzuki").id
    settle(world, "sato", put("planned", due_on="2026-12-10"))
    settle(world, "sato", put("planned", due_on="2026-12-20", owner=suzuki), class_id="L2-shared")
    row = find(world)
    assert row.chosen_for.endswith("/L3-desk")
    assert (row.owner_id, str(row.due_on)) == (suzuki, "2026-12-20")
    assert [open_class(world.vault, one)["put"][0][1] for one in world.rows(classes)] == [MARK, MARK]


def test_what_serves_the_company_is_said_once_and_taken_away_by_no_other_department(world: World) -> None:
    """One row for all: another department neither declines what one has, nor dates anew what one plans."""
    settle(world, "sato", put("claimed", CAMERA, "company"), put("planned", LOCK, "company", due_on="2026-12-10"))
    settle(world, "ito", put("declined", CAMERA, "company"), put("planned", LOCK, "company", due_on="2027-12-10"))
    assert find(world, CAMERA).state == "claimed"
    assert str(find(world, LOCK).due_on) == "2026-12-10"
    settle(world, "sato", put("declined", CAMERA, "company"))
    assert find(world, CAMERA).state == "declined"


def test_how_long_records_keep_is_taken_from_whoever_knows(world: World) -> None:
    """A confirmed camera stays confirmed and learns its days."""
    settle(world, "sato", put("claimed", CAMERA, "company"))
    force(world, CAMERA, state="confirmed")
    settle(world, "ito", put("claimed", CAMERA, "company", kept_days=30))
    assert (find(world, CAMERA).state, find(world, CAMERA).kept_days) == ("confirmed", 30)


def test_what_nobody_knew_its_owner_is_asked_at_once(world: World) -> None:
    """Unknown is no claim: the person named is asked whether it is there."""
    settle(world, "sato", put("unknown", owner=world.find("takahashi").id))
    assert (find(world).state, find(world).asks) == ("unknown", "has")
    (event,) = events(world, "upkeep")
    assert event.person_id == world.find("takahashi").id


def test_settled_again_the_class_is_put_forward_anew(world: World) -> None:
    """A second settling of a class is the next revision of the same row, proposed again."""
    settle(world, "sato", put("planned"))
    with world.database.writing() as connection:
        connection.execute(classes.update().values(state="approved"))
    settle(world, "sato", put("planned", LOCK))
    (row,) = world.rows(classes)
    assert (row.state, row.revision) == ("proposed", 2)


def test_two_heads_at_once_write_the_companys_measures_once(world: World) -> None:
    """Two replicas that settle different departments with the same measures, told in opposite order, both come through:
    one row each, no matter how often."""
    for number in range(1, 5):
        names = [f"c3-camera-{number}-{letter}" for letter in "abc"]
        orders = {"sato": names, "ito": names[::-1]}
        told = {
            name: tuple(settling(world, name, put("claimed", one, "company"), class_id=f"L{place + 1}-desk")
            for place, one in enumerate(order))
            for name, order in orders.items()
        }  # fmt: skip
        stores = {name: world.add_replica(f"{name}{number}") for name in told}
        start, faults = threading.Barrier(2), list[BaseException]()

        def run(name: str, start: threading.Barrier, stores: Any, told: Any, faults: list[BaseException]) -> None:
            start.wait()
            try:
                write(world, name, *told[name], store=stores[name])
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=run, args=(name, start, stores, told, faults)) for name in told]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert sorted(row.measure for row in world.rows(measures) if f"-{number}-" in row.measure) == names
    assert world.reader.find_chain_break() is None


def test_without_the_companys_lock_a_second_writer_meets_the_first(
    postgres_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: where nothing guards the company's place, a row written meanwhile by another is run into."""
    world = postgres_world
    monkeypatch.setattr(concluding, "lock_places", lambda *_: None)
    interview_of(world, "sato"), interview_of(world, "ito")
    other = world.add_replica("other")
    started, finished = threading.Event(), threading.Event()

    def first(tx: Transaction) -> None:
        interview = interview_of(world, "ito")
        told = (settling(world, "ito", put("claimed", CAMERA, "company")),)
        lock_what_changes(tx, told)
        conclude(tx, interview, interview.person, told)
        started.set()
        finished.wait(0.5)  # until the other one waits for this row

    thread = threading.Thread(target=partial(other.write, first))
    thread.start()
    started.wait()
    with pytest.raises(Exception, match="IntegrityError"):
        settle(world, "sato", put("claimed", CAMERA, "company"))
    finished.set()
    thread.join()


@pytest.mark.parametrize("sealed", [True, False])
def test_reasons_lie_nowhere_readable(world: World, sealed: bool, request: pytest.FixtureRequest) -> None:
    """What a head gave as a reason is sealed and not in the audit; the control seals nothing, and it is found."""
    stem = make_stem(request.node.name)
    if not sealed:
        world.vault = world.reader.vault = world.store.vault = PlainVault()  # type: ignore[assignment]
    settle(world, "sato", put("declined", reason=f"{stem}のため"))
    hits = {hit.partition(":")[0] for hit in find_word(stem, read_database(world))}
    assert (hits == set()) if sealed else ({"measures", "classes"} <= hits and "audit" not in hits)
    details = [json.loads(row.detail) for row in world.rows(audit) if row.action.startswith("measure.")]
    assert all("content" in one for one in details)


def test_a_place_and_a_measure_have_one_row(world: World) -> None:
    """The record itself refuses a second row of the same measure at the same place."""
    settle(world, "sato", put("planned"))
    row = dict(find(world)._mapping)
    with pytest.raises(Exception, match=r"(?i)unique"), world.database.writing() as connection:
        connection.execute(insert(measures).values(row))
