"""Telling of a moment of working life: which, whose, when, and what is concluded of it."""

from typing import Any

import pytest

from bot.grades import BringHolidays, PlanMoment
from tests.cast import IDS
from tests.chat import Chat
from tests.moments import OCCASION

NEAR = [IDS["suzuki"], IDS["yamamoto"]]
HEAD: dict[str, Any] = {**OCCASION, "own": NEAR}
DECIDES: dict[str, Any] = {**OCCASION, "holidays": "off"}


def read(chat: Chat) -> str:
    """All that the last thing done made the person see."""
    asked = [chat.last_prompt.body, chat.last_prompt.title] if chat.last_prompt else []
    return "\n".join([*chat.notices, *asked])


def test_several_people_at_once_on_a_day() -> None:
    """One after the other, each once; the summary says who, when and how they will hear of it."""
    chat = Chat("occasion").say("退職", "鈴木さん", "森さん", "鈴木さん", "これで全部", "12月25日")
    assert all(word in read(chat) for word in ("退職", "鈴木", "森", "12月25日", "なぜ私に"))
    (concluded,) = chat.say("はい").conclusions
    assert concluded == PlanMoment("leaving", "now", (IDS["suzuki"], IDS["mori"]), "2026-12-25")


def test_each_moment_is_chosen_by_its_words() -> None:
    """By its name and by what people call it, in both languages."""
    for said in ("入社", "joining", "中途入社", "new"):
        assert Chat("occasion").say(said).answer("which") == "joining"


def test_somebody_of_another_department_is_turned_down_kindly() -> None:
    """A head is told who can do it; nobody else's moment is planned, and with nobody named it does not go on."""
    chat = Chat("occasion", given=HEAD).say("異動", "森さん")
    assert "森" in read(chat) and "高橋" in read(chat)
    assert "enough" not in chat.choices
    (concluded,) = chat.say("鈴木さん", "以上", "今日", "はい").conclusions
    assert concluded == PlanMoment("moving", "on", (IDS["suzuki"],), "2026-11-09")


@pytest.mark.parametrize(
    ("said", "moment"), [("2026年9月1日", "入社"), ("2026年11月8日", "来客"), ("2029年1月1日", "異動")]
)
def test_a_day_that_cannot_be_is_asked_again(said: str, moment: str) -> None:
    """One long over, a visit that was yesterday, and a slip in the year; a few days late is no matter."""
    chat = Chat("occasion").say(moment, "鈴木さん", "これで全部", said)
    assert chat.position == "when@2"
    assert chat.say("今日").position == "sure"
    assert Chat("occasion").say("入社", "鈴木さん", "これで全部", "2026年11月2日").position == "sure"


def test_before_long_holidays_it_comes_to_everybody_or_to_some() -> None:
    """Who decides on it may switch it on or off, or choose people this once; who does not is asked for people."""
    assert Chat("occasion", given=DECIDES).say("連休", "毎回", "はい").conclusions == [BringHolidays(True)]
    stops = {**DECIDES, "holidays": "on"}
    assert Chat("occasion", given=stops).say("連休", "止める", "はい").conclusions == [BringHolidays(False)]
    assert Chat("occasion", given=DECIDES).say("連休", "今回だけ").position == "who@1"
    assert Chat("occasion").say("連休").position == "who@1"


def test_nothing_is_planned_without_a_yes() -> None:
    """Leaving it at the end concludes nothing, and going back changes the day."""
    chat = Chat("occasion").say("入社", "鈴木さん", "これで全部", "今日")
    assert chat.say("やめておく").conclusions == []
