"""Reading what protects information: what an interview about a class is given, and who is shown what, on both
databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from bot.access import Resource, Scope, can, scope
from bot.beginnings import OFFERED
from bot.conclusions import BeginInterview, PutMeasure, RegisterItem
from bot.handbook.measures import ItemClass
from bot.measuring import begin_measures, prepare_measures
from bot.state.measures import count_load, find_due, list_measures, list_settled, to_classes, to_standing
from bot.state.queries import Waiting
from bot.state.record import Transaction, begin_interview, register_items
from bot.state.rows import seal_item, seal_measure
from bot.state.tables import interviews, items, measures
from tests.state.test_settling import CAMERA, LOCK, MARK, force, interview_of, put, settle, settling, write
from tests.state.world import World

JUDGED = {"low": 2, "high": 2, "forms": ["paper", {"own": "P-3機の横の棚"}], "ways": ["desk"]}


def judge(world: World, name: str, *told: tuple[str, str, dict[str, Any]]) -> dict[str, str]:
    """Items of this person's department as they were judged, each (name, class, what is different); name -> id."""
    member = world.find(name)
    interview = interview_of(world, name)
    body = {"name_en": None, "forms": ["electronic", "shared"], "owner_how": "said"}
    new = [RegisterItem(member.department_id, one, one, member.id, body) for one, _, _ in told]
    world.store.write(lambda tx: register_items(tx, interview, member.id, new))
    rows = {row["name"]: row for row in world.reader.read_register(Scope(department=member.department_id))}
    for one, class_id, more in told:
        row = rows[one]
        sealed = {**body, "judgement": {**JUDGED, **more}}
        columns = {
            "state": more.get("state", "proposed"),
            "level": int(class_id[1]),
            "class": class_id,
            "body": seal_item(world.vault, row["id"], one, row["key"], sealed),
        }
        with world.database.writing() as connection:
            connection.execute(update(items).where(items.c.id == row["id"]).values(columns))
    return {one: str(rows[one]["id"]) for one, _, _ in told}


def classes_of(world: World, name: str) -> dict[str, ItemClass]:
    reach = Scope(department=world.find(name).department_id)
    return {one.id: one for one in to_classes(world.reader.read_register(reach))}


def begun(world: World, name: str, *subjects: str) -> list[str]:
    """The classes this person would be asked about, by id."""
    return [one.subject.partition("/")[2] for one in begin_measures(world.reader, world.find(name), subjects)]


def prepared(world: World, name: str, class_id: str) -> Any:
    member = world.find(name)
    waiting = Waiting("none", "measures", "queued", f"{member.department_id}/{class_id}")
    routes = world.template.words.routes
    return prepare_measures(world.reader, routes, member, waiting, world.clock.now())


# -- classes -----------------------------------------------------------------------------------------------------------


def test_items_of_one_class_take_measures_together(world: World) -> None:
    """Their forms are joined: as judged, else as such things are; a named place is no form, what is handed out is
    shared."""
    ids = judge(
        world,
        "sato",
        ("加工条件表", "L3-desk", {"forms": ["paper", "knowhow"]}),
        ("金型", "L3-desk", {}),
        ("図面", "L2-shared", {"ways": ["desk", "shared"]}),
        ("帳面", "L1-desk", {"forms": []}),
    )
    found = classes_of(world, "sato")
    assert list(found) == ["L3-desk", "L2-shared", "L1-desk"]
    assert found["L3-desk"].forms == {"paper", "knowhow"}
    assert found["L3-desk"].items == tuple(sorted([ids["加工条件表"], ids["金型"]]))
    assert found["L2-shared"].forms == {"paper", "shared"}
    assert found["L1-desk"].forms == {"electronic", "shared"}


@pytest.mark.parametrize(
    ("class_id", "more"),
    [("L0-desk", {}), ("L2-desk", {"state": "retired"}), ("L2-desk", {"state": "draft"}), ("L2-desk", {"high": 3})],
)
def test_what_is_public_or_open_starts_no_measures(world: World, class_id: str, more: dict[str, Any]) -> None:
    """Nothing follows for an item whose level is nought, still open, not judged, or that is off the register."""
    judge(world, "sato", ("加工条件表", class_id, more))
    assert classes_of(world, "sato") == {}


# -- who is asked ------------------------------------------------------------------------------------------------------


def test_a_head_is_asked_about_each_class_of_the_own_department_that_is_not_settled(world: World) -> None:
    """The highest level first; a class that stands as it was settled is not asked again."""
    judge(world, "sato", ("加工条件表", "L2-desk", {}), ("金型", "L3-desk", {}))
    judge(world, "ito", ("試作の図面", "L3-desk", {}))
    assert begun(world, "sato") == ["L3-desk", "L2-desk"]
    settle_as_asked(world, "sato", "L3-desk")
    assert begun(world, "sato") == ["L2-desk"]


def settle_as_asked(world: World, name: str, class_id: str, *said: PutMeasure, **more: Any) -> None:
    """Settled by an interview that was given the class as it is."""
    one = settling(world, name, *(said or (put("planned"),)), class_id=class_id, **more)
    write(world, name, one, **prepared(world, name, class_id))


@pytest.mark.parametrize("more", [("治具", "L3-desk", {}), ("図面", "L3-desk", {"forms": ["object"]})])
def test_a_class_that_changed_since_is_asked_again(world: World, more: tuple[str, str, dict[str, Any]]) -> None:
    """Another item, or another form, opens what was settled; one that was sent back is open, too."""
    judge(world, "sato", ("加工条件表", "L3-desk", {}))
    settle_as_asked(world, "sato", "L3-desk")
    judge(world, "sato", more)
    assert begun(world, "sato") == ["L3-desk"]
    assert prepared(world, "sato", "L3-desk")["again"]


def test_only_classes_of_the_own_department_can_be_named(world: World) -> None:
    """One of another department, or none at all, begins nothing, not even what stands beside it."""
    judge(world, "sato", ("加工条件表", "L3-desk", {}))
    judge(world, "ito", ("試作の図面", "L3-desk", {}))
    mine, theirs = (f"{world.find(name).department_id}/L3-desk" for name in ("sato", "ito"))
    assert begun(world, "sato", mine) == ["L3-desk"]
    assert begun(world, "sato", mine, theirs) == []
    assert begun(world, "sato", f"{mine}x") == []


def test_it_is_offered_once_all_items_are_judged_and_not_after_a_no(world: World) -> None:
    """As long as an item waits to be judged its class may change; who turned it down is not asked until something is
    judged anew."""
    judge(world, "sato", ("加工条件表", "L3-desk", {}), ("金型", "L3-desk", {"state": "draft"}))
    sato = world.find("sato")

    def is_time() -> bool:
        return OFFERED["measures"](world.reader, sato, world.clock.now())

    assert not is_time()
    with world.database.writing() as connection:
        connection.execute(update(items).values(state="proposed"))
    assert is_time()
    refuse(world, "sato")
    assert not is_time()
    world.clock.advance(days=1)
    with world.database.writing() as connection:
        connection.execute(update(items).values(updated_at=world.clock.now()))
    assert is_time()


def refuse(world: World, name: str) -> None:
    member = world.find(name)
    one = BeginInterview("measures", member.id, f"{member.department_id}/L3-desk", {}, queued=True)

    def change(tx: Transaction) -> None:
        begin_interview(tx, member.id, one)
        tx.connection.execute(update(interviews).where(interviews.c.flow == "measures").values(status="cancelled"))

    world.store.write(change)


# -- what is given -----------------------------------------------------------------------------------------------------


def test_an_interview_is_given_the_class_and_what_is_known_of_its_measures(world: World) -> None:
    """Items by name, forms, how measures stand here and for the company, who does which work, and their months."""
    judge(world, "sato", ("加工条件表", "L3-desk", {"forms": ["paper", "knowhow"]}))
    settle(world, "ito", put("claimed", CAMERA, "company", kept_days=14), put("planned", MARK))
    settle(world, "sato", put("planned", LOCK, due_on="2026-12-10", owner=world.find("suzuki").id))
    given = prepared(world, "sato", "L3-desk")
    assert (given["class"]["level"], given["class"]["forms"]) == (3, ["paper", "knowhow"])
    assert [item["name"] for item in given["class"]["items"]] == ["加工条件表"]
    assert {name: one["state"] for name, one in given["standing"].items()} == {CAMERA: "claimed", LOCK: "planned"}
    camera = given["standing"][CAMERA]
    assert (camera["state"], camera["kept_days"], camera["place"]) == ("claimed", 14, "company")
    takahashi = world.find("takahashi").id
    assert given["people"]["business"] == [world.find("sato").id]
    assert given["people"]["it"] == given["people"]["general_affairs"] == [takahashi]
    assert given["load"] == {world.find("suzuki").id: {"2026-12": 1}}
    assert (given["today"], given["again"]) == ("2026-11-09", True)
    assert given["manager"] == {"person": takahashi}


def test_what_was_let_go_or_is_not_known_stands_for_nothing(world: World) -> None:
    """Only what is claimed, confirmed, planned or declined is handed to the reasoning."""
    settle(world, "sato", *(put("planned", f"c1-{place}") for place in range(6)))
    told = ["claimed", "confirmed", "planned", "declined", "released", "unknown"]
    for place, state in enumerate(told):
        force(world, f"c1-{place}", state=state)
    kept = list_measures(world.reader, Scope(everything=True))
    standing = to_standing(kept, world.find("sato").department_id)
    assert [one.state for one in standing.values()] == told[:4]


def test_a_class_without_items_has_nothing_to_ask(world: World) -> None:
    """An interview that waited is taken back once no item falls in its class."""
    assert prepared(world, "sato", "L3-desk") is None


# -- who is shown what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sato", "ito", "takahashi", "suzuki", "ishikawa"])
def test_nobody_reads_more_than_access_grants(world: World, name: str) -> None:
    """A list holds just what could be opened one by one, and the company's to whoever may see any; nobody else's."""
    settle(world, "sato", put("planned", MARK), put("claimed", CAMERA, "company"))
    settle(world, "ito", put("planned", LOCK))
    actor = world.find(name).actor
    reach = scope(actor, "cover.read")
    some = any(can(actor, "cover.read", Resource(department=place)) for place in (actor.department, None))
    expected = {
        row.measure
        for row in world.rows(measures)
        if can(actor, "cover.read", Resource(department=row.place)) or (row.place == "company" and some)
    }
    assert {one.measure for one in list_measures(world.reader, reach)} == expected
    settled = {one.department for one in list_settled(world.reader, reach)}
    assert settled == {
        world.find(one).department_id
        for one in ("sato", "ito")
        if can(actor, "cover.read", Resource(department=world.find(one).department_id))
    }
    assert list_measures(world.reader, Scope()) == list_settled(world.reader, Scope()) == []


def test_what_is_due_is_a_persons_own(world: World) -> None:
    """What is asked of somebody until a day, the soonest first, and of nobody else."""
    suzuki, ito = world.find("suzuki").id, world.find("ito").id
    settle(world, "sato", *(put("planned", one, owner=suzuki) for one in (MARK, LOCK, "c2-late")))
    settle(world, "ito", put("planned", "c2-other", owner=ito))
    for one, day in ((MARK, 12), (LOCK, 10), ("c2-late", 20), ("c2-other", 10)):
        force(world, one, asks="done", ask_on=date(2026, 11, day))
    assert [one.measure for one in find_due(world.reader, suzuki, date(2026, 11, 16))] == [LOCK, MARK]


def test_the_months_of_a_person_count_what_is_planned_anywhere(world: World) -> None:
    """Plans of all departments weigh on one person; what is done weighs nothing."""
    suzuki = world.find("suzuki").id
    settle(world, "sato", put("planned", MARK, owner=suzuki, due_on="2026-12-10"), put("claimed", LOCK, owner=suzuki))
    settle(world, "ito", put("planned", MARK, owner=suzuki, due_on="2026-12-24"))
    assert count_load(world.reader, [suzuki]) == {suzuki: {"2026-12": 2}}
    here = (MARK, world.find("sato").department_id)
    assert count_load(world.reader, [suzuki], but=[here]) == {suzuki: {"2026-12": 1}}  # which is being decided anew


def test_a_damaged_measure_hides_no_other(world: World) -> None:
    """A cell that cannot be opened is left out of the list, and its neighbour is there."""
    settle(world, "sato", put("planned", MARK), put("planned", LOCK))
    elsewhere = seal_measure(world.vault, "elsewhere", MARK, {"reason": ""})
    force(world, MARK, body=elsewhere)
    assert [one.measure for one in list_measures(world.reader, Scope(everything=True))] == [LOCK]
