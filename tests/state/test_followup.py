"""What falls due about measures: told once, asked together, passed on, looked at again, let go; on both databases."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from bot import followup
from bot.access import Scope
from bot.conclusions import DecideClass
from bot.followup import FollowUp
from bot.state import asking
from bot.state.record import Transaction, put_effect
from bot.state.register import retire_item
from bot.state.rows import open_class
from bot.state.succession import release_all
from bot.state.tables import classes, interviews, items, outbox, people
from tests.state.test_measures import judge, settle_as_asked
from tests.state.test_settling import events, find, force, put, settle, write
from tests.state.test_upkeep import DUE, decide
from tests.state.world import World

MARK, CAMERA, VIEW, LOCK = "c4-mark", "c3-cctv", "c2-partner-view-only", "c1-locked-storage"


async def let_happen(world: World, **after: float) -> None:
    """What is due by then happens."""
    world.clock.advance(**after)
    rows = [(row, json.loads(row.body)) for row in world.reader.find_events(world.clock.now())]
    await FollowUp(world.store, world.reader, world.clock).do(rows)


def notices(world: World, name: str) -> list[tuple[str, dict[str, Any]]]:
    """Notices of this name as (address, what it says)."""
    addresses = {one: address for address, one in world.people.items()}
    rows = [row for row in world.rows(outbox) if row.kind == "notice" and row.key.startswith(f"notice:{name}:")]
    return [(addresses[row.person_id], json.loads(row.body)["params"]) for row in rows]


def asked(world: World, name: str) -> list[Any]:
    """The interviews in which this person is asked about what they see to."""
    person = world.people[name]
    return [row for row in world.rows(interviews) if (row.flow, row.person_id) == ("upkeep", person)]


def plan(world: World, measure: str = MARK, owner: str = "suzuki", due_on: str | None = DUE) -> None:
    """A measure of the first head's department, approved."""
    settle(world, "sato", put("planned", measure, owner=world.people[owner], due_on=due_on))
    decide(world, revision=world.rows(classes)[0].revision)


# -- owners ------------------------------------------------------------------------------------------------------------


async def test_an_owner_hears_once_of_all_that_is_new(world: World) -> None:
    """Two approvals of one review are one word, with the first date; what came to nothing meanwhile is not in it."""
    for measure in (MARK, CAMERA, LOCK):
        plan(world, measure)
    force(world, LOCK, state="released")
    await let_happen(world, days=1)
    ((who, told),) = notices(world, "tasks_yours")
    assert (who, told["count"], told["day"]) == ("suzuki", 2, {"on": DUE})
    await let_happen(world, days=1)
    assert len(notices(world, "tasks_yours")) == 1


async def test_of_two_replicas_one_tells(world: World) -> None:
    """The same events carried out twice at once say one thing and begin one interview."""
    plan(world)
    world.clock.advance(days=29)
    rows = [(row, json.loads(row.body)) for row in world.reader.find_events(world.clock.now())]
    other = world.add_replica("other")
    for store in (world.store, other):
        await FollowUp(store, world.reader, world.clock).do(rows)
    assert len(notices(world, "tasks_yours")) == len(asked(world, "suzuki")) == 1


async def test_what_goes_wrong_with_one_keeps_nobody_else_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault over one department is noted and tried again another day; owners hear of theirs all the same."""

    def stumble(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(followup, "find_effect", stumble)
    plan(world)
    await let_happen(world, days=1)
    assert [who for who, _ in notices(world, "tasks_yours")] == ["suzuki"]
    assert [row.state for row in events(world, "effect")] == ["ready"]
    monkeypatch.undo()
    await let_happen(world, days=1)
    assert [row.state for row in events(world, "effect")] == ["sent"]


async def test_nobody_is_told_more_often_than_the_budget_allows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the week is used up the word waits for another day."""
    monkeypatch.setattr(asking, "BUDGET", 0)
    plan(world)
    await let_happen(world, days=1)
    assert notices(world, "tasks_yours") == []
    monkeypatch.setattr(asking, "BUDGET", 3)
    await let_happen(world, days=1)
    assert len(notices(world, "tasks_yours")) == 1


async def test_several_that_are_due_within_a_week_come_as_one_interview(world: World) -> None:
    """Each has its own day, the question comes once; what is due later waits."""
    plan(world, MARK, due_on="2026-12-10")
    plan(world, CAMERA, due_on="2026-12-11")
    plan(world, LOCK, due_on="2027-03-10")
    for _ in range(6):
        await let_happen(world, days=5)
    (row,) = asked(world, "suzuki")
    assert row.status == "queued"
    (invite,) = [event for event in events(world, "invite") if event.interview_id == row.id]
    assert invite.person_id == world.people["suzuki"]


async def test_what_was_said_meanwhile_is_not_asked(world: World) -> None:
    """Done before its day, a measure begins nothing when the day has come."""
    plan(world)
    force(world, MARK, state="claimed", asks=None, ask_on=None)
    await let_happen(world, days=60)
    assert asked(world, "suzuki") == []


async def test_while_one_is_open_the_next_waits(world: World) -> None:
    """A person who has not answered yet is not asked beside it; a week later it is looked at again."""
    plan(world)
    await let_happen(world, days=29)
    plan(world, CAMERA, due_on="2026-12-18")
    await let_happen(world, days=7)
    assert len(asked(world, "suzuki")) == 1
    with world.database.writing() as connection:
        connection.execute(update(interviews).where(interviews.c.flow == "upkeep").values(status="done"))
    await let_happen(world, days=8)
    assert len(asked(world, "suzuki")) == 2


async def test_who_leaves_while_they_are_asked_leaves_nothing_behind(world: World) -> None:
    """Their question is taken back, and what it was about is the head's, who is asked it in turn."""
    plan(world)
    await let_happen(world, days=29)
    (row,) = asked(world, "suzuki")

    def leave(tx: Transaction) -> None:
        tx.connection.execute(update(people).where(people.c.id == row.person_id).values(active=False))
        release_all(tx, "record", [row.person_id], [])

    world.store.write(leave)
    assert [row.status for row in asked(world, "suzuki")] == ["cancelled"]
    assert find(world).owner_id == world.people["sato"]
    await let_happen(world, days=3)
    assert [row.status for row in asked(world, "sato")] == ["queued"]


async def test_what_is_not_theirs_any_more_they_hear_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One word of all that was taken back, within the budget; of what is theirs again by then nothing is said."""
    for measure in (MARK, CAMERA, LOCK):
        plan(world, measure)
    await let_happen(world, days=1)
    settle(world, "sato", *(put("declined", measure) for measure in (MARK, CAMERA, LOCK)))
    monkeypatch.setattr(asking, "BUDGET", 0)
    await let_happen(world, days=1)
    assert notices(world, "released_yours") == []
    monkeypatch.setattr(asking, "BUDGET", 3)
    plan(world, LOCK)
    await let_happen(world, days=1)
    ((who, told),) = notices(world, "released_yours")
    assert (who, len(told["measures"])) == ("suzuki", 2)


async def test_an_item_that_cannot_be_read_lets_go_of_nothing(world: World) -> None:
    """Its class may need what is planned, so that stays until it can be read again."""
    ids = judge(world, "sato", ("図面", "L2-shared", {"ways": ["shared"]}))
    settle_as_asked(world, "sato", "L2-shared", put("planned", VIEW))
    with world.database.writing() as connection:
        connection.execute(update(items).where(items.c.id == ids["図面"]).values(body=b"garbage"))
    world.store.write(lambda tx: put_effect(tx, world.find("sato").department_id))
    await let_happen(world, hours=1)
    assert find(world, VIEW).state == "planned"


@pytest.mark.parametrize(("left", "follows"), [("suzuki", "sato"), ("sato", "takahashi")])
async def test_what_somebody_who_left_had_to_see_to_is_passed_on(world: World, left: str, follows: str) -> None:
    """To the head of the department, and where that is who left to a manager; asked of them in its time."""
    plan(world, owner=left)
    with world.database.writing() as connection:
        connection.execute(update(people).where(people.c.id == world.people[left]).values(active=False))
    await let_happen(world, days=1)
    assert find(world).owner_id == world.people[follows]
    await let_happen(world, days=29)
    assert asked(world, left) == []
    assert len(asked(world, follows)) == 1


# -- classes -----------------------------------------------------------------------------------------------------------


async def test_what_was_left_open_comes_up_once_more_where_it_still_is(world: World) -> None:
    """Half a year on, the class is a card again, for what is open now; approved again, it never comes back."""
    judge(world, "sato", ("加工条件表", "L3-desk", {}))
    settle_as_asked(world, "sato", "L3-desk", open_cells=(("C1", "employee", "paper"),))
    decide(world)
    await let_happen(world, days=190)
    (row,) = world.rows(classes)
    body = open_class(world.vault, row)
    assert (row.state, body["again"]) == ("proposed", "yes")
    assert len(body["open"]) > 1  # nothing is in place, so that all of it is open
    decide(world, revision=row.revision)
    await let_happen(world, days=400)
    assert world.rows(classes)[0].state == "approved"


@pytest.mark.parametrize("why", ["settled", "gone"])
async def test_a_gap_that_is_no_more_is_not_asked_about(world: World, why: str) -> None:
    """Where the class was settled anew, or has no items left, nothing comes up."""
    ids = judge(world, "sato", ("加工条件表", "L3-desk", {}))
    settle_as_asked(world, "sato", "L3-desk", open_cells=(("C1", "employee", "paper"),))
    decide(world)
    if why == "settled":
        settle_as_asked(world, "sato", "L3-desk")
        decide(world, revision=3)
    else:
        world.store.write(lambda tx: retire_item(tx, "actor", ids["加工条件表"], ""))
    await let_happen(world, days=190)
    assert world.rows(classes)[0].state == "approved"


async def test_plans_that_serve_nothing_any_more_are_let_go(world: World) -> None:
    """The last item of a class goes: what only it needed is released and its owner hears; what another class needs
    stays."""
    ids = judge(
        world, "sato", ("図面", "L3-shared", {"ways": ["shared"], "low": 3, "high": 3}), ("帳面", "L2-desk", {})
    )
    settle_as_asked(
        world, "sato", "L3-shared", put("planned", VIEW, owner=world.people["suzuki"]), put("planned", MARK)
    )
    sato = world.find("sato")
    write(world, "takahashi", DecideClass(sato.department_id, "L3-shared", 1, "approved", sato.id), flow="plan")
    await let_happen(world, hours=1)
    assert find(world, VIEW).state == "planned"
    world.store.write(lambda tx: retire_item(tx, "actor", ids["図面"], ""))
    await let_happen(world, hours=1)
    assert (find(world, VIEW).state, find(world, MARK).state) == ("released", "planned")
    await let_happen(world, days=1)
    assert [who for who, _ in notices(world, "released_yours")] == ["suzuki"]


async def test_what_serves_the_company_stays_while_any_department_needs_it(world: World) -> None:
    """A plan for all is let go only where no class of any department needs it."""
    shared = {"ways": ["shared"]}
    mine = judge(world, "sato", ("図面", "L2-shared", shared))
    theirs = judge(world, "ito", ("試作の図面", "L2-shared", shared))
    company = "c4-partner-policy"
    settle_as_asked(world, "sato", "L2-shared", put("planned", company, "company"))
    await let_happen(world, hours=1)
    world.store.write(lambda tx: retire_item(tx, "actor", mine["図面"], ""))
    await let_happen(world, hours=1)
    assert find(world, company).state == "planned"
    world.store.write(lambda tx: retire_item(tx, "actor", theirs["試作の図面"], ""))
    world.store.write(lambda tx: put_effect(tx, world.find("sato").department_id))
    await let_happen(world, hours=1)
    assert find(world, company).state == "released"


@pytest.mark.parametrize("guarded", [True, False])
async def test_what_was_worked_out_from_an_older_register_is_worked_out_anew(
    world: World, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that comes back while it is worked out keeps its plans; the control compares no revisions."""
    ids = judge(world, "sato", ("図面", "L2-shared", {"ways": ["shared"]}))
    settle_as_asked(world, "sato", "L2-shared", put("planned", VIEW))
    await let_happen(world, hours=1)
    item = ids["図面"]
    world.store.write(lambda tx: retire_item(tx, "actor", item, ""))
    read = FollowUp._read_revisions
    if not guarded:
        monkeypatch.setattr("bot.followup.select_revisions", lambda _: items.select().where(items.c.id == ""))

    def come_back(self: FollowUp, departments: set[str]) -> Any:
        seen = read(self, departments)
        with world.database.writing() as connection:  # somebody puts it back just now
            changed = {"state": "proposed", "revision": items.c.revision + 1}
            connection.execute(update(items).where(items.c.id == item, items.c.state == "retired").values(changed))
        return seen

    first = world.reader.read_register(Scope(everything=True))
    monkeypatch.setattr(world.reader, "read_register", lambda *_: first)  # as it was read before
    monkeypatch.setattr(FollowUp, "_read_revisions", come_back)
    await let_happen(world, hours=1)
    assert find(world, VIEW).state == ("planned" if guarded else "released")
    monkeypatch.undo()
    await let_happen(world, hours=1)
    assert find(world, VIEW).state == ("planned" if guarded else "released")


async def test_how_long_records_keep_is_asked_of_whoever_usually_sees_to_them(world: World) -> None:
    """A camera claimed without its days: not the head but who does that kind of work is asked, once."""
    judge(world, "sato", ("加工条件表", "L3-desk", {}))
    settle_as_asked(world, "sato", "L3-desk", put("claimed", CAMERA, "company"), put("claimed", MARK))
    await let_happen(world, hours=1)
    row = find(world, CAMERA)
    assert (row.asks, row.owner_id, row.state) == ("days", world.people["takahashi"], "claimed")
    assert find(world, MARK).asks is None
    await let_happen(world, days=1)
    assert len(asked(world, "takahashi")) == 1
