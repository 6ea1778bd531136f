"""Looking over the register again: one answer an item, and what follows for it, on both databases."""

from datetime import date

import pytest
from sqlalchemy import update

from bot.conclusions import RetireItem
from bot.flows import recheck
from bot.state.rows import seal_item
from bot.state.tables import interviews, items
from tests.state.test_register import change, entries, find, judging, settle
from tests.state.world import World


def begin(world: World) -> str:
    """A recheck by the department's head, its first question answered."""
    with world.database.writing() as connection:
        connection.execute(update(interviews).values(status="done"))
    asked = world.begin("sato", "recheck")
    world.tell(asked, "sato", "はじめる")
    return asked


def test_what_is_said_of_an_item_follows_for_it(world: World) -> None:
    """Still so is confirmed, changed is asked about anew, gone comes off after a yes; each is in the audit."""
    same, changed, gone = settle(world, "加工条件表", "金型", "治具")
    asked = begin(world)
    world.tell(asked, "sato", "そのまま", "変わった", "もうない")
    assert find(world, gone)["state"] == "draft"
    world.tell(asked, "sato", "外す")
    assert [thing for _, thing, _ in entries(world, "item.confirmed")] == [same]
    assert [one.status for one in judging(world, changed)] == ["done", "queued"]
    assert find(world, gone)["state"] == "retired"
    assert [thing for _, thing, _ in entries(world, "item.retired")] == [gone]


def test_what_changed_meanwhile_stays_as_it_is(world: World) -> None:
    """An item renamed after it was shown is neither confirmed nor taken off; the other is."""
    first, second, third = settle(world, "加工条件表", "金型", "治具")
    asked = begin(world)
    change(world, "renamed", first)
    world.tell(asked, "sato", "もうない", "外す", "残りはすべてそのまま")
    assert find(world, first)["state"] == "draft"
    assert [thing for _, thing, _ in entries(world, "item.confirmed")] == [second, third]
    assert [thing for _, thing, _ in entries(world, "item.left_as_changed")] == [first]


def test_without_its_revision_a_changed_item_comes_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where what is shown carries no revision of its own, the renamed item is taken off."""
    first, _ = settle(world, "加工条件表", "金型")
    asked = begin(world)
    change(world, "renamed", first)
    now = find(world, first)["revision"]
    made = RetireItem
    monkeypatch.setattr(recheck, "RetireItem", lambda department, item, _: made(department, item, now))
    world.tell(asked, "sato", "もうない", "外す", "そのまま")
    assert find(world, first)["state"] == "retired"


def test_the_day_to_look_again_moves_on(world: World) -> None:
    """A judged item is looked at again by its own rule; one nobody judged gets no day."""
    (item,) = settle(world, "加工条件表")
    asked = begin(world)
    world.tell(asked, "sato", "そのまま")
    assert find(world, item)["review_on"] is None
    with world.database.writing() as connection:
        row = find(world, item)
        body = {name: row[name] for name in ("name_en", "line", "forms", "technical", "entrusted", "owner_how")}
        sealed = seal_item(world.vault, item, row["name"], row["key"], {**body, "judgement": {"lifetime": "months"}})
        connection.execute(update(items).values(body=sealed, level=2, state="proposed"))
    world.tell(begin(world), "sato", "そのまま")
    assert find(world, item)["review_on"] == date(2027, 2, 9)
