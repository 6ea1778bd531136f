"""The life of an item outside an interview: one change, one audit entry, nothing half done, on both databases."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from bot.access import Scope
from bot.conclusions import BeginInterview, RegisterItem
from bot.state.crypto import Damaged
from bot.state.record import Transaction, begin_interview, register_items
from bot.state.register import change_owner, rename_item, retire_item, split_item
from bot.state.rows import open_interview
from bot.state.tables import answers, audit, interviews, items
from tests.state.world import World

CHANGES: dict[str, Callable[[Transaction, str], str | None]] = {
    "retired": lambda tx, item: retire_item(tx, "actor", item, "もう使っていない"),
    "renamed": lambda tx, item: rename_item(tx, "actor", item, "新しい呼び名", None),
    "split": lambda tx, item: split_item(tx, "actor", item, ["前半の表", "後半の表"]),
    "owner_changed": lambda tx, item: change_owner(tx, "actor", item, "nobody's"),
}
BODY = {"name_en": "Table", "line": "conditions", "forms": ["paper"], "technical": True, "entrusted": False}


def settle(world: World, *names: str) -> list[str]:
    """Items of the first department, by name; their ids."""
    sato = world.find("sato")
    interview = world.reader.read_interview(world.begin("sato"), world.template.words.routes)
    assert interview is not None
    put = [
        RegisterItem(sato.department_id, f"k{place}", name, sato.id, {**BODY, "owner_how": "asked"}, judge=sato.id)
        for place, name in enumerate(names)
    ]
    world.store.write(lambda tx: register_items(tx, interview, sato.id, put))
    ids = {row["name"]: row["id"] for row in read(world)}
    return [ids[name] for name in names]


def read(world: World) -> list[dict[str, Any]]:
    return world.reader.read_register(Scope(everything=True))


def find(world: World, item: str) -> dict[str, Any]:
    return next(row for row in read(world) if row["id"] == item)


def entries(world: World, action: str) -> list[tuple[str, str, dict[str, Any]]]:
    assert world.reader.find_chain_break() is None
    return [(row.actor, row.object, json.loads(row.detail)) for row in world.rows(audit) if row.action == action]


def judging(world: World, item: str) -> list[Any]:
    return [row for row in world.rows(interviews) if row.flow == "evaluation" and row.subject == item]


def change(world: World, name: str, item: str) -> str | None:
    owner = world.find("suzuki").id
    if name == "owner_changed":
        return world.store.write(lambda tx: change_owner(tx, "actor", item, owner))
    return world.store.write(lambda tx: CHANGES[name](tx, item))


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_one_entry_without_a_name(world: World, name: str) -> None:
    """The audit says who did what to which item; of names and reasons it has a keyed digest and nothing else."""
    (item,) = settle(world, "加工条件表")
    assert change(world, name, item) is None
    ((actor, thing, detail),) = entries(world, f"item.{name}")
    assert (actor, thing) == ("actor", item)
    text = json.dumps(detail, ensure_ascii=False)
    assert not any(word in text for word in ("加工条件表", "新しい呼び名", "前半の表", "もう使っていない"))
    assert "content" in detail or detail == {"owner": world.find("suzuki").id}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_taken_off_is_not_changed(world: World, name: str) -> None:
    """Every change to a retired item is refused and writes nothing, also a second retirement."""
    (item,) = settle(world, "加工条件表")
    change(world, "retired", item)
    before = world.rows(items), world.rows(audit)
    assert change(world, name, item) == "item_is_retired"
    assert (world.rows(items), world.rows(audit)) == before


def test_taking_off_keeps_the_reason_and_ends_the_review(world: World) -> None:
    """The item stays readable as retired with its reason sealed beside it, and is not looked at again."""
    (item,) = settle(world, "加工条件表")
    change(world, "retired", item)
    row = find(world, item)
    assert (row["state"], row["retired"], row["review_on"]) == ("retired", {"reason": "もう使っていない"}, None)
    assert row["revision"] == 2


def test_a_new_name_keeps_the_one_before(world: World) -> None:
    """The new name stands, the old one is kept with the item, and an English name not given is gone."""
    (item,) = settle(world, "加工条件表")
    change(world, "renamed", item)
    row = find(world, item)
    assert (row["name"], row["name_en"], row["former"]) == ("新しい呼び名", None, ["加工条件表"])
    assert (row["key"], row["forms"], row["owner_how"]) == ("k0", ["paper"], "asked")


def test_two_items_of_a_department_never_have_one_name(world: World) -> None:
    """A name another item has, however it is spelled, is refused; its own and that of a retired item are not."""
    first, second, third = settle(world, "加工条件表", "Press Table", "金型")
    rename = lambda item, name: world.store.write(lambda tx: rename_item(tx, "a", item, name, None))  # noqa: E731
    assert rename(first, "ＰＲＥＳＳ table。") == "item_name_taken"
    assert world.store.write(lambda tx: split_item(tx, "a", first, ["表", "press table"])) == "item_name_taken"
    assert find(world, first)["state"] == "draft"
    assert rename(second, "press table") is None
    assert rename(first, "金型") == "item_name_taken"
    change(world, "retired", third)
    assert rename(first, "金型") is None


def test_the_owner_said_is_the_owner(world: World) -> None:
    """The person named owns the item, and that it was asked before no longer counts."""
    (item,) = settle(world, "加工条件表")
    change(world, "owner_changed", item)
    row = find(world, item)
    assert (row["owner"], row["owner_how"], row["name"]) == ("suzuki@hibarino.example", "said", "加工条件表")


def test_the_parts_have_what_the_whole_had(world: World) -> None:
    """New drafts with department, owner, forms, flags and pack line of the whole, which is taken off and says where."""
    (item,) = settle(world, "加工条件表")
    change(world, "split", item)
    whole, parts = find(world, item), [row for row in read(world) if row.get("from") == item]
    assert whole["state"] == "retired"
    assert whole["into"] == [part["id"] for part in parts]
    assert {part["name"] for part in parts} == {"前半の表", "後半の表"}
    same = ("department_id", "owner_id", "interview_id", "key", "line", "forms", "technical", "entrusted", "owner_how")
    for part in parts:
        assert {name: part[name] for name in same} == {name: whole[name] for name in same}
        assert (part["state"], part["level"], part["name_en"]) == ("draft", None, None)


@pytest.mark.parametrize("name", ["retired", "split"])
def test_what_was_still_asked_about_it_is_taken_back(world: World, name: str) -> None:
    """Unfinished interviews about the item are cancelled, what they were told stays; what they handed on is emptied."""
    item, other = settle(world, "加工条件表", "金型")
    (asked,) = judging(world, item)
    handed_on = BeginInterview("colleague", world.find("suzuki").id, f"{asked.id}:loss", {"item": "加工条件表"}, True)
    world.store.write(lambda tx: begin_interview(tx, "sato", handed_on))
    row = {"interview_id": asked.id, "revision": 1, "place": 0, "question": "loss", "state": "answered"}
    told = {**row, "body": b"x", "digest": "", "language": "ja", "person_id": asked.person_id, "at": world.clock.now()}
    with world.database.writing() as connection:
        connection.execute(answers.insert().values(told))
    change(world, name, item)
    gone = [one for one in world.rows(interviews) if one.id == asked.id or one.subject.startswith(asked.id)]
    assert [one.status for one in gone] == ["cancelled", "cancelled"]
    handed = next(one for one in gone if one.id != asked.id)
    assert open_interview(world.vault, handed).given == {}
    assert [row.interview_id for row in world.rows(answers)] == [asked.id]
    assert {thing for _, thing, _ in entries(world, "interview.taken_back")} == {one.id for one in gone}
    assert {actor for actor, *_ in entries(world, "interview.taken_back")} == {"actor"}
    assert [one.status for one in judging(world, other)] == ["queued"]


def test_a_finished_interview_stays(world: World) -> None:
    """What was answered to the end is evidence: taking the item off leaves it alone."""
    (item,) = settle(world, "加工条件表")
    with world.database.writing() as connection:
        connection.execute(update(interviews).where(interviews.c.subject == item).values(status="done"))
    before = judging(world, item)
    change(world, "retired", item)
    assert judging(world, item) == before


@pytest.mark.parametrize("status", ["queued", "done"])
def test_who_judged_the_whole_is_asked_about_the_parts(world: World, status: str) -> None:
    """Each part waits for the person who was to judge the whole, or did."""
    (item,) = settle(world, "加工条件表")
    with world.database.writing() as connection:
        connection.execute(update(interviews).where(interviews.c.subject == item).values(status=status))
    change(world, "split", item)
    for part in find(world, item)["into"]:
        (asked,) = judging(world, part)
        assert (asked.person_id, asked.status) == (world.find("sato").id, "queued")


def test_a_damaged_item_is_not_written_over(world: World) -> None:
    """Where the item cannot be read the change fails as a whole: nothing is cancelled, nothing is in the audit."""
    (item,) = settle(world, "加工条件表")
    with world.database.writing() as connection:
        connection.execute(update(items).values(body=b"broken"))
    before = world.rows(items), world.rows(interviews), world.rows(audit)
    with pytest.raises(Damaged):
        change(world, "retired", item)
    assert (world.rows(items), world.rows(interviews), world.rows(audit)) == before


def test_no_text_of_a_change_lies_open(world: World) -> None:
    """Names and reasons are nowhere in the rows as they lie there."""
    for name, item in zip(CHANGES, settle(world, "表あ", "表い", "表う", "表え"), strict=True):
        change(world, name, item)
    lying = repr([world.rows(table) for table in (items, audit, interviews)]).encode() + b"".join(
        row.body for row in world.rows(items)
    )
    for text in ("もう使っていない", "新しい呼び名", "前半の表", "表あ"):
        assert text.encode() not in lying
        assert text not in lying.decode(errors="replace")
