"""One short thing as it is talked through: answered, not known, passed over, put off, turned down."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.flows.nudge import MOST_REASONS
from bot.grades import LessenTopic, NoteNudge, PutOffNudge
from tests.chat import Chat
from tests.nudges import LEAK, NUDGE

TOLD: Mapping[str, Any] = NUDGE["nudge"]["told"]


def read(chat: Chat) -> str:
    """All that the last thing done made the person see."""
    asked = [chat.last_prompt.body, chat.last_prompt.title] if chat.last_prompt else []
    return "\n".join([*chat.notices, *asked])


def changed(**parts: Any) -> dict[str, Any]:
    return {"nudge": {**NUDGE["nudge"], **parts}}


@pytest.mark.parametrize(
    ("said", "ends", "grade"),
    [
        ("2", "answered", "right"),
        ("1", "answered", "wrong"),
        ("分からない", "answered", "unknown"),
        ("飛ばす", "passed", "none"),
    ],
)
def test_each_way_to_answer_counts_as_it_should(said: str, ends: str, grade: str) -> None:
    """Right, wrong and not known are told apart; passing over is none of them."""
    chat = Chat("nudge").say(said)
    assert (chat.ended, chat.conclusions) == (ends, [NoteNudge(grade)])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_whatever_was_said_the_reason_and_the_one_thing_to_do_are_told(language: str) -> None:
    """Right and wrong alike hear why and what to do today; whoever was wrong also hears which it was."""
    for said in ("consult", "hand"):
        text = read(Chat("nudge", language).choose(said))
        assert TOLD["explain"][language] in text
        assert TOLD["today"][language] in text
        assert TOLD["options"][1][language] in text


def test_options_stand_in_the_order_they_were_given() -> None:
    """What is pressed by number is what stood there, for this person."""
    prompt = Chat("nudge").last_prompt
    assert prompt is not None
    assert [one.id for one in prompt.choices][:3] == [one["id"] for one in TOLD["options"]]


def test_why_tells_three_reasons_and_leaves_the_question_open() -> None:
    """As many reasons as fit are told, and then it can be answered; where there is none, that is not told as a gap."""
    chat = Chat("nudge", given=changed(reasons=[*NUDGE["nudge"]["reasons"], {"message": "why_asked"}])).say("なぜ私に?")
    assert chat.position == "check"
    assert read(chat).count("\n・") == MOST_REASONS
    assert "順送金型" in read(chat)
    assert read(Chat("nudge", given=changed(reasons=[])).say("なぜ")).count("\n・") == 1


@pytest.mark.parametrize(("said", "until"), [("1", "hour"), ("明日の朝", "morning"), ("来週", "week")])
def test_it_is_put_off_to_a_time_of_ones_own(said: str, until: str) -> None:
    """Later asks when, and nothing is noted as an answer."""
    chat = Chat("nudge").say("あとで", said)
    assert chat.conclusions == [PutOffNudge(until)]


def test_coming_back_from_later_answers_it_after_all() -> None:
    """Whoever went to put it off and thought again simply answers."""
    chat = Chat("nudge").say("あとで", "戻る").choose("consult")
    assert (chat.ended, chat.conclusions) == ("answered", [NoteNudge("right")])


@pytest.mark.parametrize("given", [NUDGE, LEAK])
def test_a_topic_is_turned_down_without_an_answer(given: Mapping[str, Any]) -> None:
    """Less of it is a wish, neither right nor wrong."""
    way = ["あとで", "この話題を減らす"] if given is NUDGE else ["減らす"]
    chat = Chat("nudge", given=given).say(*way)
    assert chat.conclusions == [NoteNudge("none"), LessenTopic(given["nudge"]["topic_id"])]


def test_a_case_is_read_and_that_is_all() -> None:
    """Seen, and nothing is asked; the outcome of the trial stands in the story."""
    chat = Chat("nudge", given=LEAK)
    assert "無罪" in read(chat)
    assert chat.say("分かりました").conclusions == [NoteNudge("seen")]


def test_how_it_is_here_names_only_what_the_person_may_see() -> None:
    """Without the right to read, no item is named but somebody to ask; with it, the item, what protects it and whose it
    is."""
    reads = {
        "reads": "yes",
        "item": {"ja": "段取りのコツ", "en": "Set-up tricks"},
        "level": 2,
        "measures": [{"ja": "図面庫の鍵", "en": "a lock"}],
        "owner": LEAK["nudge"]["here"]["ask"],
    }
    plain = read(Chat("nudge", given=LEAK).choose("ours"))
    told = read(Chat("nudge", given={"nudge": {**LEAK["nudge"], "here": reads}}).choose("ours"))
    assert "佐藤" in plain and "図面庫" not in plain
    assert "段取りのコツ" in told and "図面庫の鍵" in told
