"""From a judged item back to every answer, through the real program: the list, the evaluation, a colleague asked."""

from pathlib import Path

import pytest

from bot.access import scope
from bot.bootstrap import Program
from bot.commands.trail import Trail
from bot.documents.why import Why, to_lines
from bot.documents.wording import Wording
from bot.state.history import History
from tests.journeys.terminal import open_program, talk
from tests.journeys.test_evaluation import SATO, SIX, SUZUKI
from tests.journeys.test_inventory import GOLDEN, NEXT_DAY


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The press shop with its six items listed."""
    program = open_program(tmp_path)
    talk(program, SATO, GOLDEN)
    talk(program, SATO, NEXT_DAY)
    return program


def follow(program: Program, name: str) -> Why:
    member = program.find_member(SATO)
    assert member is not None
    allowed = scope(member.actor, "register.read")
    row = next(row for row in program.reader.read_register(allowed) if row["name"] == name)
    history = History(program.database, program.store.vault)
    return Trail(program.reader, history, Wording(program.content.shared, "ja"), allowed, "Asia/Tokyo").follow(row)


def test_every_reply_of_the_evaluation_stands_behind_the_level(program: Program, tmp_path: Path) -> None:
    """What was typed as numbers and slashes is told in labels, question by question, and nothing went wrong inside."""
    talk(program, SATO, SIX[0])
    why = follow(program, "P-3ライン加工条件表")
    asked = [step.question for step in why.back]
    assert asked == ["told_items", "knows_best", "called", "outside", "economic", "handling", "patent", "conclusion"]
    told = "\n".join(to_lines(why, Wording(program.content.shared, "ja")))
    for words in ("会社の強みそのもの", "社外には出ていない", "P-3機の横の棚", "極秘 × 部署の中"):
        assert words in told
    assert "順送の金型" not in told
    assert not (tmp_path / "data" / "secret-review.log").exists()


def test_a_colleague_asked_during_the_evaluation_is_told_by_name(program: Program) -> None:
    """The one question handed on stands there with the colleague's answer, after the head's "don't know"."""
    item = str(follow(program, "段取りのコツ").item["id"])
    told = ["1/0/1", "一部の商品に効く", "分からない", "なし", "鈴木さん", "2/1/2/1", "4/4/3", "はい"]
    talk(program, SATO, told, "evaluation", items=(item,))
    talk(program, SUZUKI, ["手間がかかる"])
    why = follow(program, "段取りのコツ")
    assert [(step.by, step.answer) for step in why.back if step.question == "loss"] == [
        ("佐藤 健一", "分からない"),
        ("鈴木 大輔", "手間がかかる"),
    ]
    assert [entry.action for entry in why.forward] == ["registered", "classified", "classified"]
