"""The manager's conversation about campaigns: what follows from what was said, and what the card tells."""

from typing import Any

import pytest

from bot.flows.campaign import RULES
from bot.sending import ChangeCampaign, SendOut
from tests.chat import Chat
from tests.given import CAMPAIGN, COUNTED

KEPT = {"when": "いま", "again": "一度だけ"}  # asked once more, or kept from before
NEW = {**CAMPAIGN, "campaigns": []}


def talk(*lines: str, given: Any = NEW, language: str = "ja") -> Chat:
    chat = Chat("campaign", language, given=given)
    chat.works_out = True
    return chat.say(*lines)


def find_sent(chat: Chat) -> SendOut:
    (one,) = [one for one in chat.conclusions if isinstance(one, SendOut)]
    return one


def test_the_shortest_way_takes_five_presses() -> None:
    """What fits each, everybody, now, once, and yes: to all, on no day and by no rule."""
    sent = find_sent(talk("その人に合う短い話", "全員", "いま", "一度だけ", "届ける"))
    assert (sent.kind, sent.subject, sent.departments, sent.roles, sent.classes) == ("lesson", "", (), (), ())
    assert (sent.day, sent.rule) == ("", "")


def test_what_was_chosen_is_what_is_sent() -> None:
    """A topic's leak case or lesson, departments, a day and a rule, each as it was said."""
    sent = find_sent(talk("秘密の基本", "1", "部署を選ぶ", "2", "明日", "毎月", "はい"))
    assert sent.subject
    assert (sent.departments, sent.day, sent.rule) == (("d2",), "2026-11-10", RULES["monthly"])


def test_levels_become_the_classes_there_are() -> None:
    """A level that nobody has reaches nobody: it never becomes everybody."""
    assert find_sent(talk("おまかせ", "レベル", "極秘", "いま", "一度だけ", "はい")).classes == ("L3-desk",)
    assert find_sent(talk("おまかせ", "レベル", "社外秘", "いま", "一度だけ", "はい")).classes == ("L1",)


def test_the_card_tells_what_it_comes_to() -> None:
    """How many, their minutes, and the first and last, before anything is sent."""
    told = repr(talk("おまかせ", "全員", "いま", "一度だけ").last_prompt)
    assert all(str(one) in told for one in COUNTED.values())


def test_going_back_counts_anew() -> None:
    """Whom it reaches is worked out for the answers as they are: a change of whom asks for another count."""
    chat = talk("おまかせ", "全員", "いま", "一度だけ", "見直す", "戻る", "戻る")
    assert chat.last_prompt.question == "whom"
    chat.say("部署を選ぶ", "はい", "1")  # what a change comes to is shown first
    while chat.last_prompt.question in KEPT:
        chat.say(KEPT[chat.last_prompt.question])
    chat.say("届ける")
    assert find_sent(chat).departments == ("d1",)


@pytest.mark.parametrize(
    ("which", "said", "what"), [("1", "止める", "pause"), ("2", "再開", "resume"), ("3", "やめる", "end")]
)
def test_one_under_way_is_changed(which: str, said: str, what: str) -> None:
    """Paused, resumed, or let come no more: that one, and nothing is sent."""
    chat = talk(which, said, given=CAMPAIGN)
    assert chat.conclusions == [ChangeCampaign(f"c{which}", what)]


def test_of_few_no_counts_are_told() -> None:
    """The card of one to fewer than five says why, and that of others the counts of fives."""
    few, many = (repr(talk(which, given=CAMPAIGN).last_prompt) for which in ("2", "1"))
    assert "5人未満" in few
    assert "5人未満" not in many
