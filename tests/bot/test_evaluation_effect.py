"""What a changed answer does to planned measures, told before the judgement is put forward."""

from typing import Any

from bot.engine.model import Value
from bot.engine.position import facts_of
from tests.chat import GIVEN, Chat

ITEM = {**GIVEN["evaluation"]["item"], "forms": ["paper"], "proposals": {"ways": ["desk"], "useful": ["make"]}}
HELD = {"item": ITEM["id"], "class": "L3-desk", "level": 3, "forms": ["paper", "knowhow"]}
STANDING = {
    "c1-split-knowledge": {"state": "planned", "owner": "suzuki"},  # for strictly confidential know-how alone
    "c4-mark": {"state": "planned", "owner": "sato"},
    "c1-locked-storage": {"state": "claimed", "owner": "sato"},
}
STRICT = ("1/0/1", "会社の強みそのもの", "1 紙、頭の中、2 部署の中だけ、3 鍵、4 つくる", "4/4/3")


def evaluate(*says: str, standing: dict[str, Any] = STANDING, held: tuple[dict[str, Any], ...] = (HELD,)) -> Chat:
    settled = [[one["level"], one["forms"]] for one in held]
    protection: Value = {"held": list(held), "settled": settled, "standing": standing, "elsewhere": []}
    return Chat("evaluation", "ja", {"item": ITEM, "protection": protection}).say(*says)


def effect(chat: Chat) -> Any:
    return facts_of(chat.route, chat.interview.given, chat.interview.snapshot)["effect"]


def test_nothing_is_said_where_nothing_of_the_measures_changes() -> None:
    """An item judged as it stood leaves its measures alone, and the conclusion speaks of none."""
    chat = evaluate(*STRICT)
    assert chat.asked == "conclusion"
    assert effect(chat).released == ()
    assert facts_of(chat.route, chat.interview.given, chat.interview.snapshot)["effect_lines"] == ""


def test_a_lower_level_releases_what_only_the_higher_one_needs() -> None:
    """What is planned for strictly confidential know-how alone is released, with its owner told; the mark stays."""
    chat = evaluate(
        "1/0/1", "一部の商品に効く", "手間がかかる", "どれもない", "1 紙、頭の中、2 部署の中だけ、3 鍵、4 つくる"
    )
    facts = facts_of(chat.route, chat.interview.given, chat.interview.snapshot)
    assert facts["effect"].released == ("c1-split-knowledge",)
    assert facts["concerned"]["value"] == [{"person": "suzuki"}]
    assert facts["effect_lines"] != ""


def test_the_effect_is_shown_before_an_answer_is_changed() -> None:
    """Changing what decides shows the measure that would go before it is changed; until then nothing is dropped."""
    chat = evaluate(*STRICT).say("直す 1", "3/0/1")
    assert chat.asked == "aside:effect"
    assert "工程を分けて受け持つ" in chat.last_prompt.body + chat.last_prompt.title  # type: ignore[union-attr]
    assert effect(chat).released == ()


def test_a_measure_that_another_item_needs_stays() -> None:
    """A planned measure is released only where no item of the department needs it any more."""
    other = {**HELD, "item": "another"}
    chat = evaluate(
        "1/0/1",
        "一部の商品に効く",
        "手間がかかる",
        "どれもない",
        "1 紙、2 部署の中だけ、3 鍵、4 つくる",
        held=(HELD, other),
    )
    assert effect(chat).released == ()


def test_who_may_not_read_the_register_is_shown_no_measures() -> None:
    """A colleague who judges one item for somebody else is given nothing of what protects the department."""
    chat = Chat("evaluation", "ja", {"item": ITEM, "protection": {}}).say(*STRICT)
    assert effect(chat) == ((), ())
