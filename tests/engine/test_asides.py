"""The engine's own small questions: what each answer to them does, and that one may always simply go on."""

import pytest

from tests import factories
from tests.chat import IDS, Chat
from tests.factories import branching, flow, question, route, two_questions

TRAVELS = ("はい", "山の上", "3")  # the answers of `branching`, up to its end
PEOPLE = flow(question("who", "person", "then"), question("then", "text"))


def travelled() -> Chat:
    """Both questions before the last are answered."""
    return Chat(branching()).say(*TRAVELS[:2])


def near() -> Chat:
    return Chat(two_questions()).say("grren one")


# -- did you mean ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("yes", ["はい", "1", "うん", "OK", "yes"])
def test_did_you_mean_yes(yes: str) -> None:
    """A yes to "did you mean" is the answer meant, recorded with what was typed."""
    chat = near().say(yes)
    assert chat.answer("colour") == "green"
    assert chat.recorded[-1].said == "grren one"


@pytest.mark.parametrize("no", ["いいえ", "2", "違う", "no"])
def test_did_you_mean_no(no: str) -> None:
    """A no gives the question back, unanswered."""
    chat = near().say(no)
    assert (chat.asked, chat.answer("colour")) == ("colour", None)


def test_did_you_mean_and_went_on() -> None:
    """Something else at a small question is read as if it had not been asked: another answer, or a move."""
    assert near().say("blueです").answer("colour") == "blue"
    assert near().say("飛ばす").answer("colour") == "skipped"
    assert near().say("休む").status == "paused"
    assert near().say("blu onee").asked == "aside:near"


def test_small_question_by_button() -> None:
    """A small question is answered by its buttons too."""
    assert near().choose("yes").answer("colour") == "green"
    assert near().choose("no").answer("colour") is None


def test_small_question_of_an_older_card() -> None:
    """A button of a small question that is settled does nothing to another one of the same kind."""
    chat = near()
    old = chat.last_prompt
    chat.say("いいえ", "bleu one")
    assert chat.asked == "aside:near"
    chat.choose("yes", on=old)
    assert chat.answer("colour") is None
    assert chat.asked == "aside:near"


def test_small_question_survives_a_pause_and_a_why() -> None:
    """A small question waits through a pause, a question about it and a change of language."""
    chat = near().leave().advance(days=1).open()
    assert chat.asked == "aside:near"
    chat.say("英語で")
    assert (chat.asked, chat.interview.language) == ("aside:near", "en")
    assert chat.say("yes").answer("colour") == "green"


# -- meant as a pause, or as an answer ---------------------------------------------------------------------------------


def test_meant_by_words() -> None:
    """Whether a sentence was a pause or an answer can be said in words."""
    said = "急に呼ばれた時の手順"
    for typed, status, answer in (
        ("休む", "paused", None),
        ("はい", "paused", None),
        ("書き留める", "open", said),
        ("2", "open", said),
    ):
        chat = Chat(PEOPLE).say("森", said, typed)
        assert (chat.interview.status if answer is None else "open", chat.answer("then")) == (status, answer)


# -- which person ------------------------------------------------------------------------------------------------------


def test_which_of_two_by_number_or_move() -> None:
    """Which of two people is said by number; a move at that moment is done."""
    chat = Chat(PEOPLE).say("山本", "2")
    assert chat.answer("who") == chat.turns[0].interview.snapshot.aside["people"][1]
    assert Chat(PEOPLE).say("山本", "飛ばす").answer("who") == "skipped"


def test_which_of_two_at_a_question_asked_again() -> None:
    """So it is at a question asked again; no other answer is touched."""
    chat = Chat(PEOPLE).say("森", "戻る", "山本").choose(IDS["yamamoto"])
    assert (chat.answer("who"), chat.asked) == (IDS["yamamoto"], "then")
    kept = Chat(PEOPLE).say("森", "戻る", "山本").choose("neither")
    assert (kept.answer("who"), kept.asked) == (IDS["mori"], "who")


# -- the effect of a change --------------------------------------------------------------------------------------------


def test_effect_is_shown_before_answers_are_dropped() -> None:
    """A change that would drop other answers or ask a new question shows that first and changes nothing yet."""
    chat = travelled().say("直す 1", "いいえ")
    assert chat.asked == "aside:effect"
    assert (chat.answer("travels"), chat.answer("where"), chat.position) == ("yes", "山の上", "days")
    effects = chat.last_prompt.body
    for name in ("where", "why_not", "山の上"):
        assert name in effects


def test_effect_accepted() -> None:
    """Accepted, the change is made; what no longer counts lies dormant and comes back if the change is undone."""
    chat = travelled().say("直す 1", "いいえ", "変える")
    assert (chat.answer("travels"), chat.position) == ("no", "why_not")
    assert chat.interview.snapshot.path == ("travels",)
    assert chat.facts["where"] is None
    chat.say("暇がない", "直す 1", "はい", "はい")
    assert (chat.interview.snapshot.path, chat.facts["where"], chat.facts["why_not"]) == (
        ("travels", "where"),
        "山の上",
        None,
    )


@pytest.mark.parametrize("typed", ["変えない", "いいえ", "2", "戻る", "飛ばす"])
def test_effect_declined(typed: str) -> None:
    """Declined, everything is as it was."""
    before = travelled().interview.snapshot
    chat = travelled().say("直す 1", "いいえ", typed)
    assert (chat.interview.snapshot, chat.says) == (before, ["left_as_it_was"])


def test_effect_not_shown_where_there_is_none() -> None:
    """A change that leaves every other answer is simply made."""
    chat = travelled().say("直す 2", "海辺")
    assert (chat.asked, chat.answer("where"), chat.answer("travels")) == ("days", "海辺", "yes")
    assert travelled().say("直す 1", "はい").asked == "days"


def test_text_at_an_effect_is_kept_as_a_note() -> None:
    """What is neither yes, no nor a move is asked again; what the notice says is kept is kept."""
    chat = travelled().say("直す 1", "いいえ", "うーん、どうかな")
    assert (chat.says, chat.asked) == (["choose_one"], "aside:effect")
    assert [(one.reply.state, one.said) for one in chat.turn.recorded] == [("note", "うーん、どうかな")]


# -- really stop -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["はい", "1", "消してやめる", "yes"])
def test_really_stop(typed: str) -> None:
    """Only a yes stops for good."""
    assert travelled().say("やめる", typed).status == "cancelled"


def test_not_stopped_after_all() -> None:
    """Not stopped after all, a question that was open out of its turn is open again."""
    chat = travelled().say("直す 1", "やめる", "続ける")
    assert (chat.asked, chat.status) == ("travels", "open")


# -- a text that crossed with our question -----------------------------------------------------------------------------


def crossed(text: str = "山の下") -> Chat:
    """`where` was answered; then another text for it arrives, typed before `days` was shown."""
    return travelled().late(text)


def test_late_text_is_not_applied() -> None:
    """A text typed before the present question was seen is applied to nothing until one says which it answers."""
    chat = crossed("7")
    assert (chat.asked, chat.position, chat.answer("days"), chat.answer("where")) == (
        "aside:stale",
        "days",
        None,
        "山の上",
    )


def test_late_text_for_the_question_before() -> None:
    """It can be for the question before, whose answer it then replaces."""
    chat = crossed().say("1")
    assert (chat.answer("where"), chat.asked) == ("山の下", "days")


def test_late_text_for_this_question() -> None:
    """Or for the present one."""
    chat = crossed("7").choose("now")
    assert (chat.answer("days"), chat.ended) == (7, "done")


@pytest.mark.parametrize("typed", ["3", "どちらでもない", "戻る", "飛ばす"])
def test_late_text_for_neither(typed: str) -> None:
    """Or for neither; then nothing has changed."""
    chat = crossed().say(typed)
    assert (chat.asked, chat.answer("where"), chat.answer("days")) == ("days", "山の上", None)


def test_late_text_by_the_prompt_it_was_typed_on() -> None:
    """A surface that knows on which prompt a text was typed says so, and time does not matter."""
    chat = Chat(branching())
    first = chat.last_prompt
    chat.say("はい", "山の上").late("いいえ", on=first)
    assert (chat.asked, chat.answer("travels")) == ("aside:stale", "yes")
    chat.choose("before")
    assert chat.asked == "aside:effect"


def test_late_text_at_a_question_asked_again() -> None:
    """While a question is asked again, "this one" is that question, and it stays open if the text was for neither."""
    assert travelled().say("直す 1").late("はい").choose("now").answer("travels") == "yes"
    assert travelled().say("直す 1").late("はい").choose("neither").asked == "travels"


@pytest.mark.parametrize(
    ("typed", "notice"), [("休む", "paused"), ("通報", "report_desk"), ("英語で", "language"), ("ヘルプ", "help")]
)
def test_late_word_that_is_for_no_question(typed: str, notice: str) -> None:
    """A word that answers no question, a report above all, is heeded whenever it was typed."""
    chat = travelled().late(typed)
    assert chat.says == [notice]


# -- changing a list ---------------------------------------------------------------------------------------------------


def test_list_left_as_it_is() -> None:
    """Every way of leaving a change leaves the list."""
    chat = Chat(route(factories.listing())).say("ink, glue", "はい")
    for way in (("直す", "keep"), ("直す 1", "戻る"), ("直す 1", "飛ばす"), ("直す", "続ける"), ("moreです", "あとで")):
        chat.say(*way)
        assert (chat.asked, chat.facts["list_things"]) == (chat.position, ["ink", "glue"])
