"""From an item of the register back to the answers behind it and forward to what followed, on both databases."""

import pytest
from sqlalchemy import delete, select, update

from bot.access import scope
from bot.commands.trail import Trail
from bot.conclusions import ClassifyItem
from bot.documents.why import Why, to_lines, to_values
from bot.documents.wording import Row, Wording
from bot.engine.interview import Interview
from bot.state.history import History
from bot.state.record import classify_item
from bot.state.register import change_owner, rename_item, retire_item, split_item
from bot.state.tables import answers, publications
from tests.state.talk import talking
from tests.state.world import World

NAMED = ("プレスの条件表", "順送の金型", "自動送りの改造", "段取りのコツ", "歩留まり・原価・生産能力")
LINES = ("はじめる", "プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ", "１、４")
MORE = ("5 分からない", "小林さん(経理)", "P-3ライン加工条件表", "なし")


async def list_items(world: World, *changes: str) -> dict[str, str]:
    """The golden list, a colleague's answer included, perhaps changed before it is confirmed; name -> id."""
    with talking(world) as talk:
        await talk.come("sato", "inventory")
        await talk.say("sato", *LINES, *MORE)
        await talk.come("kobayashi")
        await talk.say("kobayashi", "はい、私です")
        await talk.say("sato", *changes, "1")
    rows = world.reader.read_register(scope(world.find("sato").actor, "register.read"))
    return {row["name"]: row["id"] for row in rows}


def follow(world: World, item: str, language: str = "ja", name: str = "sato") -> Why:
    member = world.find(name)
    allowed = scope(member.actor, "register.read")
    (row,) = world.reader.read_register(allowed, item)
    words = Wording(world.template.content.shared, language)
    history = History(world.database, world.vault)
    return Trail(world.reader, history, words, allowed, member.timezone).follow(row)


def read(world: World, why: Why, language: str = "ja") -> str:
    return "\n".join(to_lines(why, Wording(world.template.content.shared, language)))


async def test_every_answer_about_an_item_is_told_and_no_other_item(world: World) -> None:
    """Named, owned, called: each question with its answer in order, and not one name of what else was listed."""
    items = await list_items(world)
    why = follow(world, items["P-3ライン加工条件表"])
    assert [step.question for step in why.back] == ["told_items", "knows_best", "called"]
    assert [step.answer for step in why.back][::2] == ["プレスの条件表", "P-3ライン加工条件表"]
    told = read(world, why) + str(to_values(why, Wording(world.template.content.shared, "ja")))
    assert not any(other in told for other in NAMED[1:])


async def test_without_the_key_other_items_would_be_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where the whole interview is taken to be about the item, the others are named too."""
    items = await list_items(world)

    def find_whole(trail: Trail, item: Row) -> list[tuple[Interview, None]]:
        return [(one, None) for one in trail.history.find_interviews(ids=[item["interview_id"]])]

    monkeypatch.setattr(Trail, "_find_interviews", find_whole)
    told = read(world, follow(world, items["P-3ライン加工条件表"]))
    assert any(other in told for other in NAMED[1:])


async def test_what_a_colleague_was_asked_is_told_with_their_name(world: World) -> None:
    """The colleague's own question and answer stand there, once, and what it made of the owner."""
    items = await list_items(world)
    why = follow(world, items["歩留まり・原価・生産能力"])
    asked = [step for step in why.back if step.flow == "colleague"]
    assert [step.by for step in asked] == ["小林 直子"]
    assert "colleague_says" not in {step.question for step in why.back}
    assert [step.question for step in why.back] == ["pack_prompts", "knows_best", "who_would", "is_it_you"]


async def test_a_proposal_left_alone_is_told_as_such(world: World) -> None:
    """Who was filled in and left is as proposed; whom nobody was proposed for is neither."""
    items = await list_items(world)
    told = {name: follow(world, items[name]) for name in ("段取りのコツ", "歩留まり・原価・生産能力")}
    proposed = [step.parts[0].proposed for why in told.values() for step in why.back if step.question == "knows_best"]
    assert proposed == [True, None]


async def test_the_words_are_those_that_were_published(world: World) -> None:
    """A question is told as the version that was shown had it, whatever content says today; gone words are said so."""
    items = await list_items(world)
    item = items["P-3ライン加工条件表"]
    before = follow(world, item).back[2].text
    with world.database.writing() as connection:
        for row in connection.execute(select(publications)).all():
            changed = row.body.replace("社内で何と呼んでいますか", "むかしの聞き方でした")
            connection.execute(update(publications).where(publications.c.digest == row.digest).values(body=changed))
    after = follow(world, item).back[2].text
    assert before != after
    assert "むかしの聞き方" in after
    with world.database.writing() as connection:
        connection.execute(delete(publications))
    assert [step.answer for step in follow(world, item).back] == ["P-3ライン加工条件表"]


async def test_a_damaged_answer_hides_no_other(world: World) -> None:
    """What cannot be opened is left out and noted; the rest is told."""
    items = await list_items(world)
    with world.database.writing() as connection:
        connection.execute(update(answers).where(answers.c.question == "called").values(body=b"broken"))
    why = follow(world, items["P-3ライン加工条件表"])
    assert [step.question for step in why.back] == ["told_items", "knows_best"]


async def test_times_are_the_readers(world: World) -> None:
    """Every time stands in the reader's zone, and the zone is named."""
    items = await list_items(world)
    why = follow(world, items["段取りのコツ"])
    values = to_values(why, Wording(world.template.content.shared, "ja"))
    assert {step["at"][-6:] for step in values["back"]} == {"+09:00"}
    assert values["back"][0]["at"].startswith("2026-11-09T16:4")
    assert "Asia/Tokyo" in read(world, why)


async def test_what_followed_is_told_with_who_did_it(world: World) -> None:
    """Registered, judged, renamed, given an owner, split, taken off: in order, in words, by name."""
    items = await list_items(world)
    item, sato, suzuki = items["順送の金型"], world.find("sato"), world.find("suzuki")
    interview = world.reader.read_interview(follow(world, item).back[0].interview, world.template.words.routes)
    assert interview is not None
    judged = ClassifyItem(sato.department_id, item, 3, "desk", 12, {"low": 2, "high": 3, "reasons": ["open"]})
    world.store.write(lambda tx: classify_item(tx, interview, sato.id, judged))
    world.store.write(lambda tx: rename_item(tx, f"operator:root for {sato.id}", item, "金型の図面", None))
    world.store.write(lambda tx: rename_item(tx, sato.id, item, "金型の図面一式", None))
    world.store.write(lambda tx: change_owner(tx, sato.id, item, suzuki.id))
    world.store.write(lambda tx: split_item(tx, sato.id, item, ["上型", "下型"]))
    why = follow(world, item)
    assert [entry.action for entry in why.forward] == [
        "registered",
        "classified",
        "renamed",
        "renamed",
        "owner_changed",
        "split",
    ]
    texts = [entry.text for entry in why.forward]
    assert "極秘" in texts[1]
    assert "順送の金型" in texts[2] and "金型の図面" in texts[2]
    assert "金型の図面一式" in texts[3]
    assert "鈴木 大輔" in texts[4]
    assert "上型" in texts[5] and "下型" in texts[5]
    assert "operator:root" in why.forward[2].by and "佐藤 健一" in why.forward[2].by
    assert "秘" in read(world, why)


async def test_a_part_tells_what_was_said_of_the_whole(world: World) -> None:
    """The answers that named the whole stand behind each part, and that it was made by a split."""
    items = await list_items(world)
    item, sato = items["順送の金型"], world.find("sato")
    world.store.write(lambda tx: split_item(tx, sato.id, item, ["上型", "下型"]))
    (whole,) = world.reader.read_register(scope(sato.actor, "register.read"), item)
    why = follow(world, whole["into"][0])
    assert [step.question for step in why.back] == ["told_items", "knows_best"]
    assert [entry.action for entry in why.forward] == ["split_from"]
    assert "順送の金型" in why.forward[0].text


async def test_why_it_was_taken_off_is_told(world: World) -> None:
    """The reason stands with the entry."""
    items = await list_items(world)
    item, sato = items["順送の金型"], world.find("sato")
    world.store.write(lambda tx: retire_item(tx, sato.id, item, "型を廃棄した"))
    assert "型を廃棄した" in follow(world, item).forward[-1].text


async def test_the_story_is_told_in_english_too(world: World) -> None:
    """Frame, names and entries in the reader's language; the questions stay as they were shown."""
    items = await list_items(world)
    why = follow(world, items["段取りのコツ"], "en")
    assert {step.by for step in why.back} == {"Kenichi Sato"}
    assert {step.language for step in why.back} == {"ja"}
    assert "Daisuke Suzuki" in read(world, why, "en")
