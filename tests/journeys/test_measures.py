"""From judged items to a class sent off, through the real program: in few replies, and never asked twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.access import Scope
from bot.bootstrap import Program
from bot.engine.model import Text
from bot.state.measures import Kept, list_measures, list_settled
from tests.bot.trial import put_forward
from tests.journeys.terminal import Screen, count_minutes, open_program, talk

NAMES = ("sato", "ito", "mori", "shimizu", "takahashi", "kobayashi", "fujita", "watanabe")
SATO, ITO, MORI, SHIMIZU, TAKAHASHI, KOBAYASHI, FUJITA, WATANABE = (f"{name}@hibarino.example" for name in NAMES)
ALL = Scope(everything=True)
GOLDEN = (
    Text(
        ja="鍵、通り道、受付、立入禁止、整理整頓",
        en="locked cabinets, fixed routes, visitors signed in, no-entry sign, tidy",
    ),
    Text(ja="誓約書、就業規則、面談、改善提案", en="a pledge at hiring, work rules, exit interview, morning talks"),
    Text(ja="7件で進める", en="go with all 7"),
    Text(ja="4 佐藤さん", en="4 Sato"),
    Text(ja="これで出す", en="put it forward"),
)
PAPER_AND_HEADS, DATA, THINGS = ["paper", "knowhow"], ["electronic"], ["object", "paper"]
# What the departments of the press shop hold, by level: forms, and the widest way of use.
HELD: dict[str, list[tuple[str, int, list[str], list[str]]]] = {
    SATO: [("加工条件", 3, PAPER_AND_HEADS, ["desk"]), ("順送の金型", 2, [*THINGS, "electronic"], ["shared"])],
    ITO: [("金型の図面", 3, ["paper", "electronic"], ["shared"]), ("設計の勘所", 2, PAPER_AND_HEADS, ["desk"])],
    MORI: [("検査の基準", 2, ["paper", "electronic"], ["company"])],
    SHIMIZU: [
        ("見積りの計算表", 2, DATA, ["company"]),
        ("顧客の一覧", 2, DATA, ["desk"]),
        ("企画", 1, DATA, ["outside"]),
    ],
    TAKAHASHI: [("給与", 3, ["electronic", "paper"], ["desk"])],
    KOBAYASHI: [("原価", 3, DATA, ["desk"]), ("取引の条件", 2, ["electronic", "paper"], ["shared"])],
    FUJITA: [("仕入れの値段", 2, ["electronic", "paper"], ["shared"])],
    WATANABE: [("経営の計画", 3, ["electronic", "paper", "knowhow"], ["desk"])],
}


def open_with(folder: Path, *emails: str) -> Program:
    """The press shop, where the items of these departments were judged as their heads said."""
    program = open_program(folder)
    for email in emails:
        for name, level, forms, ways in HELD[email]:
            put_forward(program, email, {name: level}, forms=forms, ways=ways)
    return program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Two items of one class in paper and in heads."""
    program = open_program(tmp_path)
    put_forward(program, SATO, {"P-3ライン加工条件表": 3, "段取りのコツ": 3})
    return program


def find(program: Program) -> dict[str, Kept]:
    return {one.measure: one for one in list_measures(program.reader, ALL)}


def questions(screen: Screen) -> list[str]:
    """What was asked of the class, in order."""
    return [one["question"].partition("@")[0] for one in screen.prompts if one["flow"] == "measures"]


# -- the model conversation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_model_conversation(program: Program, language: str) -> None:
    """Five replies settle the class: nine measures in place, seven planned with who and when, nothing left open."""
    screen = talk(program, SATO, [one.of(language) for one in GOLDEN], "measures", language)
    assert (screen.ends[0], screen.replies) == (("measures", "sent"), 5)
    assert questions(screen) == ["in_place_things", "in_place_people", "suggestion", "owners_dates", "send_cover"]
    kept = find(program)
    assert sorted(one.state for one in kept.values()) == ["claimed"] * 9 + ["planned"] * 7
    planned = {name: (one.owner, one.due_on) for name, one in kept.items() if one.state == "planned"}
    assert planned["c2-leaver-return"][0] == program.find_member(SATO).id  # type: ignore[union-attr]
    assert all(owner and due for owner, due in planned.values())
    (settled,) = list_settled(program.reader, ALL)
    assert (settled.state, settled.body["open"]) == ("proposed", [])
    assert any("製造部" in text or "Manufacturing" in text for text in talk(program, TAKAHASHI, []).notices)
    assert program.reader.find_chain_break() is None
    print(f"{language}: 5 replies, {count_minutes(screen, language):.1f} minutes")


def test_declined_and_swapped(program: Program) -> None:
    """One is left out; what opens is shown, another one taken instead, and the reason goes to the manager as it is."""
    reason = "30人で、分けると現場が回らないので"
    told = ["7はうちの人数では無理かな", "2", reason, "進める", "送る", "これで出す"]
    screen = talk(program, SATO, [*(one.ja for one in GOLDEN[:2]), *told], "measures")
    assert questions(screen)[2:6] == ["suggestion", "declined", "reason", "rest"]
    kept = find(program)
    assert (kept["c1-split-knowledge"].state, kept["c1-split-knowledge"].reason) == ("declined", reason)
    (settled,) = list_settled(program.reader, ALL)
    assert [tuple(cell) for cell in settled.body["open"]] == [("C1", "employee", "knowhow")]


def test_a_way_back_days_later(program: Program) -> None:
    """Put off in the middle, it goes on where it was, says how far it is, and an earlier answer may still change."""
    talk(program, SATO, [GOLDEN[0].ja, GOLDEN[1].ja, "休む"], "measures")
    again = talk(program, SATO, ["直す 約束や決まり", "1 2 4 5 6", "変える", "全部", "送る", "はい"])
    assert "9つ" in again.notices[0]
    assert questions(again)[:4] == ["suggestion", "in_place_people", "aside:effect", "suggestion"]
    assert again.ends[0] == ("measures", "sent")
    kept = find(program)
    assert (kept["c4-mark"].state, len(kept)) == ("claimed", 16)


# -- the second class, and the same one again --------------------------------------------------------------------------


def take(prompt: dict[str, Any]) -> str | None:
    """Somebody who has three of each list and takes what is suggested."""
    if prompt["flow"] != "measures":
        return None
    lines = [choice for choice in prompt["choices"] if choice["id"] not in ("other", "none")]
    some = " ".join(str(place) for place, _ in enumerate(lines[:3], 1))
    return {"several_of": some, "form": "送る"}.get(prompt["kind"], "1")


def parts(screen: Screen) -> list[Screen]:
    """What was shown of each class by itself; its last notice is read with it."""
    ends = [place for place, one in enumerate(screen.shown) if one["type"] == "end" and one["outcome"] == "sent"]
    starts = [0, *(place + 1 for place in ends[:-1])]
    return [Screen(screen.shown[start : end + 1]) for start, end in zip(starts, ends, strict=True)]


def test_the_second_class_is_shorter(tmp_path: Path) -> None:
    """What was ticked, or shown and left, for the first class is not asked for the second; its words are short."""
    program = open_with(tmp_path, SATO)
    first, second = parts(talk(program, SATO, take, "measures"))
    shown = {choice["id"] for one in first.prompts for choice in one["choices"] if one["kind"] == "several_of"}
    again = [choice["id"] for one in second.prompts for choice in one["choices"] if one["kind"] == "several_of"]
    assert not (shown - {"other", "none"}) & set(again)
    assert count_minutes(second) < count_minutes(first)


def test_a_class_settled_again_is_thought_over(program: Program) -> None:
    """Asked again, say because a manager sent it back, the head sees what was planned and may leave some of it out."""
    talk(program, SATO, [one.ja for one in GOLDEN], "measures")
    department = program.find_member(SATO).department_id  # type: ignore[union-attr]
    again = talk(
        program, SATO, ["1なし", "外したまま", "飛ばす", "進める", "1"], "measures", items=(f"{department}/L3-desk",)
    )
    assert questions(again)[0] == "suggestion"
    assert len(again.prompts[0]["lines"]) == 7
    kept = find(program)
    assert kept["c4-mark"].state == "declined"
    assert kept["c2-leaver-return"].owner == program.find_member(SATO).id  # type: ignore[union-attr]


# -- the pace ----------------------------------------------------------------------------------------------------------


def change_half(prompt: dict[str, Any]) -> str | None:
    """Somebody who has three of each list and will not have every other thing suggested."""
    question = prompt["question"].partition("@")[0]
    if question == "suggestion":
        places = range(1, len(prompt["lines"]) + 1, 2)
        return "と".join(map(str, places)) + "なし"
    if question == "reason":
        return "いまは手が足りないので"
    return take(prompt)


@pytest.mark.parametrize(("how", "most", "minutes"), [(take, 8, 5.0), (change_half, 20, 9.0)], ids=["taken", "changed"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_class_of_the_press_shop_in_few_replies(
    tmp_path: Path, language: str, how: Callable[[dict[str, Any]], str | None], most: int, minutes: float
) -> None:
    """A class is settled in at most 8 replies where the suggestion is taken, in at most 20 where half of it is changed,
    and in a few minutes by the time model."""
    program = open_with(tmp_path, *HELD)
    counted = []
    for email in HELD:
        for part in parts(talk(program, email, how, "measures", language)):
            replies = len([one for one in part.shown if one["type"] == "prompt"])
            took = count_minutes(Screen(part.shown, replies, 2 * replies), language)
            counted.append((email.partition("@")[0], replies, took))
    classes = {(email, level) for email, held in HELD.items() for _, level, *_ in held}
    assert len(counted) == len(list_settled(program.reader, ALL)) == len(classes)
    for name, replies, took in counted:
        print(f"{language} {how.__name__}: {name} {replies} replies, {took:.1f} minutes")
    assert max(replies for _, replies, _ in counted) <= most
    assert max(took for *_, took in counted) <= minutes
