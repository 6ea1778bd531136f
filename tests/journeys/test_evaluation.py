"""From a list of names to judged items: the six of the press shop, through the real program."""

from pathlib import Path

import pytest

from bot.access import Scope, scope
from bot.bootstrap import Program
from tests.journeys.terminal import Screen, count_minutes, open_program, talk
from tests.journeys.test_inventory import GOLDEN, NEXT_DAY

SATO, TAKAHASHI, KOBAYASHI = "sato@hibarino.example", "takahashi@hibarino.example", "kobayashi@hibarino.example"
SUZUKI = "suzuki@hibarino.example"
# What the head types for each item, in the order in which they come.
SIX = (
    ["1 / 0 / 1", "会社の強みそのもの", "1 3、P-3機の横の棚 / 1 / 2 / 1 4", "4/4/3", "この内容で出す"],
    ["一部の相手だけ", "主力に効く", "売上や交渉力が落ちる", "3 鍵", "2/3/2", "はい"],
    ["1", "2", "3", "3 鍵", "3/3/2", "はい"],
    ["1", "2", "3", "3 なし", "4/4/3", "はい"],
    ["1", "3", "2", "3 パスワード", "はい"],
    ["2", "3", "2", "3 表示と鍵", "はい"],
)
SIX_EN = (
    ["1 / 0 / 1", "core strength", "1 3, the shelf beside P-3 / 1 / 2 / 1 4", "4/4/3", "put it forward"],
    ["known to a few", "helps main products", "2", "3 a lock", "2/3/2", "yes"],
    ["1", "2", "3", "3 a lock", "3/3/2", "yes"],
    ["1", "2", "3", "3 none", "4/4/3", "yes"],
    ["1", "3", "2", "3 password", "yes"],
    ["2", "3", "2", "3 a mark and a lock", "yes"],
)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The press shop with its six items listed."""
    program = open_program(tmp_path)
    talk(program, SATO, GOLDEN)
    talk(program, SATO, NEXT_DAY)
    return program


def read_register(program: Program, email: str) -> dict[str, dict[str, object]]:
    member = program.find_member(email)
    assert member is not None
    return {row["name"]: row for row in program.reader.read_register(scope(member.actor, "register.read"))}


@pytest.mark.parametrize("replies", [SIX, SIX_EN], ids=["ja", "en"])
def test_six_items_in_a_quarter_of_an_hour(program: Program, replies: tuple[list[str], ...]) -> None:
    """The six items are judged in 33 replies and 15 minutes by the time model, and the register makes sense."""
    language = "ja" if replies is SIX else "en"
    screens = [talk(program, SATO, told, lang=language) for told in replies]
    assert [screen.ends[0] for screen in screens] == [("evaluation", "proposed")] * 6
    assert sum(screen.replies for screen in screens) <= 33
    assert sum(_minutes(screen, language) for screen in screens) <= 15
    judged = {name: (row["level"], row["class"], row["state"]) for name, row in read_register(program, SATO).items()}
    assert judged == {
        "P-3ライン加工条件表": (3, "L3-desk", "proposed"),
        "順送の金型": (2, "L2-shared", "proposed"),
        "自動送りの改造": (2, "L2-desk", "proposed"),
        "段取りのコツ": (2, "L2-desk", "proposed"),
        "歩留まり・原価・生産能力": (2, "L2-desk", "proposed"),
        "取引先から預かった図面や部品": (2, "L2-shared", "proposed"),
    }
    assert program.reader.find_chain_break() is None
    assert any("6件" in text for text in talk(program, TAKAHASHI, []).notices)


def _minutes(screen: Screen, language: str) -> float:
    """The minutes of one item: what is shown of the next one is read with that."""
    last = max(place for place, one in enumerate(screen.shown) if one["type"] == "end" and one["outcome"] == "proposed")
    return count_minutes(Screen(screen.shown[: last + 1], screen.replies, screen.typed), language)


def test_the_second_item_is_shorter(program: Program) -> None:
    """From the second item on the short form is shown, with the department's answers already marked."""
    first = talk(program, SATO, SIX[0]).prompts
    again = talk(program, SATO, []).prompts[0]
    assert len(again["body"]) < len(first[0]["body"])
    assert [line["id"] for line in again["fields"] if line["filled"]] == ["duties", "lifetime", "technical"]


def test_an_item_in_place_of_a_list(program: Program) -> None:
    """One item can be taken up by its id, and once more later: then its own answers are marked."""
    row = read_register(program, SATO)["段取りのコツ"]
    screen = talk(program, SATO, ["1/0/1", "2", "3", "3 表示", "4/4/3", "はい"], "evaluation", items=(str(row["id"]),))
    assert screen.ends == [("evaluation", "proposed")]
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 2
    again = talk(program, SATO, [], "evaluation", items=(str(row["id"]),)).prompts[0]
    assert all(line["filled"] for line in again["fields"])


def test_handed_to_the_one_who_knows(program: Program) -> None:
    """An item handed over is judged by that person, who sees it and nothing else; it stands on the head's register."""
    row = read_register(program, SATO)["段取りのコツ"]
    given = talk(program, SATO, ["任せる", "鈴木"], "evaluation", items=(str(row["id"]),))
    assert given.ends == [("evaluation", "handed_over")]
    asked = talk(program, SUZUKI, ["1/0/1", "2", "3", "2 / 1 / 1 / 1", "4/4/3", "はい"])
    assert asked.ends == [("evaluation", "proposed")]
    shown = str(asked.shown)
    assert "段取りのコツ" in shown
    assert not [name for name in read_register(program, SATO) if name != "段取りのコツ" and name in shown]
    assert read_register(program, SUZUKI) == {}
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 2


def test_a_colleague_knows_what_the_head_does_not(program: Program) -> None:
    """One answer nobody knew is asked of one colleague; the item is handled as the higher until then."""
    row = read_register(program, SATO)["段取りのコツ"]
    told = ["1/0/1", "一部の商品に効く", "分からない", "なし", "鈴木さん", "2/1/2/1", "4/4/3", "はい"]
    screen = talk(program, SATO, told, "evaluation", items=(str(row["id"]),))
    assert screen.ends == [("evaluation", "proposed")]
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 3
    asked = talk(program, SUZUKI, ["手間がかかる"])
    assert [one["question"] for one in asked.prompts] == ["loss"]
    assert asked.ends == [("evaluation", "told")]
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 1
    assert any("段取りのコツ" in text for text in talk(program, SATO, []).notices)


def test_who_may_judge_what(program: Program) -> None:
    """A head of another department, an employee and somebody asked one question cannot take up an item by its id."""
    row = read_register(program, SATO)["段取りのコツ"]
    from bot.conversation import NotAllowed

    for email in (KOBAYASHI, SUZUKI, "mori@hibarino.example"):
        member = program.find_member(email)
        assert member is not None
        for item in (str(row["id"]), "no such item"):
            with pytest.raises(NotAllowed):
                talk(program, email, ["1"], "evaluation", items=(item,))
    assert program.reader.read_register(Scope()) == []


def test_a_retired_item_is_not_asked_about(program: Program) -> None:
    """An item taken off the register before its turn is passed over, and its interview is taken back."""
    row = read_register(program, SATO)["順送の金型"]
    retire = f"UPDATE items SET state = 'retired' WHERE id = '{row['id']}'"  # noqa: S608 - an id of ours
    program.store.write(lambda tx: tx.connection.exec_driver_sql(retire) and None)
    after = talk(program, SATO, SIX[0]).prompts[-1]
    assert "自動送りの改造" in after["title"] + after["body"]
    member = program.find_member(SATO)
    assert member is not None
    assert row["id"] not in {one.subject for one in program.reader.find_waiting(member.id)}


def test_a_newer_judgement_stays(program: Program) -> None:
    """A colleague's late answer does not undo what another interview judged meanwhile; the asker is told."""
    item = (str(read_register(program, SATO)["段取りのコツ"]["id"]),)
    told = ["1/0/1", "一部の商品に効く", "分からない", "なし", "鈴木さん", "2/1/2/1", "4/4/3", "はい"]
    talk(program, SATO, told, "evaluation", items=item)
    talk(program, SATO, ["4/0/1", "はい"], "evaluation", items=item)
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 0
    talk(program, SUZUKI, ["事業が続かない"])
    assert read_register(program, SATO)["段取りのコツ"]["level"] == 0
    assert any("鈴木" in text for text in talk(program, SATO, []).notices)


def test_who_moved_away_is_not_shown_the_old_department(program: Program) -> None:
    """A head who is head there no more is asked nothing about its items, not even by name."""

    def move(tx: object) -> None:
        run = tx.connection.exec_driver_sql  # type: ignore[attr-defined] # a Transaction
        run(
            "UPDATE people SET department_id = (SELECT id FROM departments WHERE name = '設計部') WHERE family = '佐藤'"
        )

    program.store.write(move)
    screen = talk(program, SATO, SIX[0])
    assert "加工条件表" not in str(screen.shown)
    assert "evaluation" not in {one["flow"] for one in screen.prompts}


def test_what_a_colleague_cancels_goes_back(program: Program) -> None:
    """An item cancelled by whom it was handed to waits for the head again; a question comes back unanswered."""
    item = (str(read_register(program, SATO)["段取りのコツ"]["id"]),)
    talk(program, SATO, ["任せる 鈴木さん"], "evaluation", items=item)
    assert talk(program, SUZUKI, ["1/0/1", "やめる", "はい"]).ends == [("evaluation", "cancelled")]
    told = ["1/0/1", "一部の商品に効く", "分からない", "なし", "鈴木さん", "2/1/2/1", "4/4/3", "はい"]
    assert talk(program, SATO, told, "evaluation", items=item).ends == [("evaluation", "proposed")]
    assert talk(program, SUZUKI, ["やめる", "はい"]).ends == [("evaluation", "cancelled")]
    assert any("今回は返事がありません" in text for text in talk(program, SATO, []).notices)


def test_a_colleague_is_shown_no_answer_of_the_head(program: Program) -> None:
    """An item judged before and then handed over shows the colleague nothing the head had said of it."""
    item = (str(read_register(program, SATO)["段取りのコツ"]["id"]),)
    talk(program, SATO, ["1/1/1", "2", "3", "1 紙、秘密の棚 / 1 / 2 / 1", "4/4/3", "はい"], "evaluation", items=item)
    talk(program, SATO, ["任せる 鈴木さん"], "evaluation", items=item)
    first = talk(program, SUZUKI, ["1/0/1", "2", "3"])
    assert "秘密の棚" not in str(first.shown)
    filled = {line["id"]: line["filled"] for line in first.prompts[0]["fields"]}
    assert filled["duties"] is None
