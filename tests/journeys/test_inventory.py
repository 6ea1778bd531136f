"""Whole stories through the real program: a list made, interrupted, handed on, resumed, standing in the register."""

from pathlib import Path

import pytest

from bot.access import scope
from bot.bootstrap import Program
from tests.journeys.terminal import Screen, count_minutes, open_program, talk

GOLDEN = [
    "はじめる",
    "プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ",
    "１、４",
    "5 分からない",
    "小林さん(経理)",
    "材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5",
    "P-3ライン加工条件表",
    "現場に呼ばれたので休みます",
]
NEXT_DAY = ["続ける", "なし", "この6件で進む"]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return open_program(tmp_path)


def read_register(program: Program, email: str) -> list[tuple[str, str | None]]:
    member = program.find_member(email)
    assert member is not None
    rows = program.reader.read_register(scope(member.actor, "register.read"))
    return [(row["name"], row["owner"]) for row in rows]


def test_the_golden_conversation(program: Program) -> None:
    """Six items stand in the register after eleven replies, a pause, a colleague's answer and a resume."""
    first = talk(program, "sato@hibarino.example", GOLDEN)
    assert first.ends == [("inventory", "paused")]
    asked = talk(program, "kobayashi@hibarino.example", ["はい、私です"])
    assert asked.ends[0] == ("colleague", "answered")
    second = talk(program, "sato@hibarino.example", NEXT_DAY)
    assert second.ends == [("inventory", "listed"), ("evaluation", "paused")]
    assert first.replies + second.replies <= 12
    names = dict(read_register(program, "takahashi@hibarino.example"))
    assert len(names) == 6
    assert names["歩留まり・原価・生産能力"] == "kobayashi@hibarino.example"
    assert names["段取りのコツ"] == "suzuki@hibarino.example"
    assert names["P-3ライン加工条件表"] == "sato@hibarino.example"
    assert program.reader.find_chain_break() is None


def test_four_minutes(program: Program) -> None:
    """By the time model the golden conversation takes about four minutes, at most six."""
    screens = [talk(program, "sato@hibarino.example", GOLDEN), talk(program, "sato@hibarino.example", NEXT_DAY)]
    assert sum(map(count_minutes, screens)) < 6


def test_minutes_left_never_grow_on_the_straight_way(program: Program) -> None:
    """Honest progress: parts never go back and minutes never grow while a person simply answers."""
    prompts = talk(program, "sato@hibarino.example", GOLDEN[:5]).prompts
    parts = [one["progress"]["done"] for one in prompts]
    minutes = [one["progress"]["minutes_left"] for one in prompts]
    assert parts == sorted(parts)
    assert minutes == sorted(minutes, reverse=True)


def test_english_midway(program: Program) -> None:
    """Switched to English in the middle, the same question comes back in English and the answers are kept."""
    screen = talk(
        program, "sato@hibarino.example", [*GOLDEN[:3], "英語で", "send", "1", "Line P-3 settings sheet", "no", "1"]
    )
    at = next(place for place, one in enumerate(screen.prompts) if one["question"] == "knows_best")
    assert screen.prompts[at + 1]["question"] == "knows_best"
    assert screen.prompts[at]["title"] != screen.prompts[at + 1]["title"]
    assert screen.ends[0] == ("inventory", "listed")


def test_colleague_answers_after_the_list_was_closed(program: Program) -> None:
    """A colleague's late answer still gives the item on the register its owner, and the asker is told."""
    talk(program, "sato@hibarino.example", [*GOLDEN[:5], "P-3表", "なし", "1"])
    before = dict(read_register(program, "sato@hibarino.example"))
    talk(program, "kobayashi@hibarino.example", ["別の人です", "森"])
    after = dict(read_register(program, "sato@hibarino.example"))
    assert before["歩留まり・原価・生産能力"] == "kobayashi@hibarino.example"
    assert after["歩留まり・原価・生産能力"] == "mori@hibarino.example"
    assert talk(program, "sato@hibarino.example", []).notices


def test_who_sees_what(program: Program) -> None:
    """A head sees the own department, the manager all, a colleague who was asked nothing of the register."""
    talk(program, "sato@hibarino.example", [*GOLDEN[:5], "P-3表", "なし", "1"])
    assert len(read_register(program, "sato@hibarino.example")) == 6
    assert len(read_register(program, "takahashi@hibarino.example")) == 6
    assert read_register(program, "kobayashi@hibarino.example") == []
    assert read_register(program, "suzuki@hibarino.example") == []


def test_cancel_deletes(program: Program) -> None:
    """Cancelling asks once and then leaves no answer behind; the next visit begins anew."""
    screen = talk(program, "sato@hibarino.example", [*GOLDEN[:3], "やめる", "1"])
    interview = screen.prompts[0]["interview"]
    assert screen.ends == [("inventory", "cancelled")]
    assert screen.prompts[-1]["question"] == "aside:cancel"
    assert program.reader.read_answers(interview) == []
    assert talk(program, "sato@hibarino.example", []).prompts[0]["question"] == "begin"


def test_nothing_waits(program: Program) -> None:
    """An employee whom nobody asked anything is told so and let go."""
    screen = talk(program, "suzuki@hibarino.example", ["はい"])
    assert screen.prompts == []
    assert screen.replies == 0
    assert len(screen.notices) == 1


def test_manager_is_asked_only_for_what_is_missing(tmp_path: Path) -> None:
    """A fact of the company that texts need is asked of the manager, once, and then stands in the texts."""
    program = open_program(tmp_path)

    def forget(tx: object) -> None:
        tx.connection.exec_driver_sql("DELETE FROM company WHERE fact = 'retention'")  # type: ignore[attr-defined] # a Transaction

    program.store.write(forget)
    shown = talk(program, "sato@hibarino.example", []).prompts[0]
    assert "{" not in shown["body"]
    asked = talk(program, "takahashi@hibarino.example", ["7年"])
    assert asked.prompts[0]["question"] == "retention"
    assert asked.ends[0] == ("company", "noted")
    assert "7年" in talk(program, "sato@hibarino.example", []).prompts[0]["body"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_department_can_be_asked(tmp_path: Path, language: str) -> None:
    """For each of the fourteen fields six items are listed in at most twelve replies, in both languages."""
    program = open_program(tmp_path)
    departments = program.content.catalogue["categories"]["departments"]
    assert len(departments) == 14
    for field, pack in departments.items():

        def move(tx: object, field: str = field) -> None:
            tx.connection.exec_driver_sql(f"UPDATE departments SET field = '{field}'")  # type: ignore[attr-defined] # noqa: S608 - ids of ours

        program.store.write(move)
        told = [line["name"][language] for line in list(pack["lines"].values())[:4]]
        replies = ["1", "、".join(told), "1 2", "送る"]
        screen = talk(program, "sato@hibarino.example", replies, flow="inventory", lang=language)
        used = len(replies)
        while screen.ends[0][1] == "paused" and used < 12:
            screen = talk(program, "sato@hibarino.example", [ANSWERS[name_of(screen)]], flow="inventory", lang=language)
            used += 1
        assert screen.ends[0] == ("inventory", "listed"), (field, used, screen.prompts[-1])


ANSWERS = {
    "who_would": "思い当たらない",
    "called": "P-1",
    "left_behind": "ない",
    "confirm_list": "1",
    "pack_more": "ない",
}


def name_of(screen: Screen) -> str:
    """The question the screen ended at, without its instance."""
    return str(screen.prompts[-1]["question"]).partition("@")[0]
