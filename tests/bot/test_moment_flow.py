"""A moment of working life as it is talked through: every one of them to its end, in both languages."""

from datetime import date
from typing import Any

import pytest

from bot.grades import NoteNudge, PutOffNudge
from bot.handbook.awareness import MOMENTS
from bot.handbook.shown import to_moment
from tests.cast import IDS
from tests.chat import Chat, content
from tests.moments import MOMENT

STEPS: list[dict[str, Any]] = MOMENT["moment"]["steps"]
DAY = date(2026, 11, 9)
PRESSES, SECONDS = 4, 40  # that any of them takes at most


def read(chat: Chat) -> str:
    """All that the last thing done made the person see."""
    asked = [chat.last_prompt.body, chat.last_prompt.title] if chat.last_prompt else []
    return "\n".join([*chat.notices, *asked])


def walk(chat: Chat, said: str) -> tuple[str, int]:
    """Go on to the end, saying this to the question; all that was shown, and after how many presses."""
    shown, presses = [read(chat)], 0
    while chat.ended is None:
        chat.choose("go_on" if "go_on" in chat.choices else said)
        presses += 1
        shown.append(read(chat))
    return "\n".join(shown), presses


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", MOMENTS)
def test_every_moment_is_walked_to_what_to_do_today(name: str, language: str) -> None:
    """All its messages are shown in order, each once, within four presses; the question's reason after the answer."""
    told = to_moment(content().awareness, name, IDS["sato"], IDS["takahashi"], (DAY, DAY))
    check = next(step for step in told["steps"] if "question" in step)
    chat = Chat("moment", language, {"moment": told})
    shown, presses = walk(chat, check["right"])
    places = [shown.find(step["text"][language]) for step in told["steps"]]
    assert -1 not in places and places == sorted(places)
    assert shown.count(check["explain"][language]) == 1
    assert presses <= PRESSES
    assert chat.conclusions == [NoteNudge("right")]
    questions = chat.route.flow.questions
    assert sum(questions["check" if "question" in step else "read"].seconds for step in told["steps"]) <= SECONDS


@pytest.mark.parametrize(("said", "grade"), [("leave", "right"), ("mine", "wrong"), ("unsure", "unknown")])
def test_whatever_was_said_the_reason_is_told_and_it_goes_on(said: str, grade: str) -> None:
    """Right, wrong and not known alike hear why, and none of them is asked again."""
    chat = Chat("moment").choose("go_on").choose(said)
    assert STEPS[1]["explain"]["ja"] in read(chat)
    assert STEPS[1]["options"][1]["ja"] in read(chat)
    assert chat.choose("go_on").conclusions == [NoteNudge(grade)]
    assert STEPS[1]["explain"]["ja"] not in read(chat)


@pytest.mark.parametrize(
    ("lines", "grade"), [(["飛ばす"] * 3, "none"), (["つづける", "飛ばす", "分かりました"], "seen")]
)
def test_passing_over_is_no_answer(lines: list[str], grade: str) -> None:
    """What was read counts as read; what was passed over counts as nothing, and what to do today is told all the
    same."""
    chat = Chat("moment").say(*lines)
    assert (chat.ended, chat.conclusions) == ("told", [NoteNudge(grade)])
    assert STEPS[-1]["text"]["ja"] in read(chat)


def test_why_names_who_planned_it_and_where_it_is_from() -> None:
    """Whoever asks hears whose word it is and the sources, and is where they were."""
    chat = Chat("moment").say("なぜ私に?")
    assert chat.position == "read@welcome"
    assert all(word in read(chat) for word in ("高橋", "骨子", "ブログ", "この製品の提案"))


@pytest.mark.parametrize(("said", "until"), [("1", "hour"), ("明日の朝", "morning"), ("来週", "week")])
def test_it_is_put_off_at_any_message(said: str, until: str) -> None:
    """At the first as at the last: later asks when, and nothing is noted as an answer."""
    assert Chat("moment").say("あとで", said).conclusions == [PutOffNudge(until)]
    assert Chat("moment").say("つづける", "2", "あとで", said).conclusions == [PutOffNudge(until)]


def test_coming_back_from_later_goes_on_after_all() -> None:
    """Whoever went to put it off and thought again is where they were."""
    chat = Chat("moment").say("つづける", "あとで", "戻る")
    assert chat.asked == "check@bag"
    assert chat.choose("leave").choose("yes").choose("go_on").conclusions == [NoteNudge("right")]


@pytest.mark.parametrize(
    ("lasts", "offered"), [(0, ["hour"]), (4, ["hour", "morning"]), (30, ["hour", "morning", "week"])]
)
def test_it_is_not_put_off_beyond_its_use(lasts: int, offered: list[str]) -> None:
    """The word before a visit cannot come after it."""
    chat = Chat("moment", given={"moment": {**MOMENT["moment"], "lasts": lasts}}).say("あとで")
    assert chat.choices == offered
