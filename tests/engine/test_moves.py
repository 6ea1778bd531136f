"""The universal moves: each works at any question, and leaves exactly the trace it says."""

import pytest

from bot.engine.model import Text
from tests import factories
from tests.chat import Chat, shared
from tests.factories import branching, flow, question, route, two_questions

THREE = flow(
    question("one", "text", "two"),
    question("two", "yes_no", "three"),
    question("three", "text", limit=40),
)


def states(chat: Chat) -> list[tuple[str, str]]:
    return [(one.key, one.reply.state) for one in chat.recorded]


def listed(*said: str) -> Chat:
    """Three things named, and the question whether the list may stand."""
    return Chat(route(factories.listing())).say("ink, glue, thread", "はい", *said)


# -- leaving a question ------------------------------------------------------------------------------------------------


def test_skip_unknown_later_and_cancel_are_told_apart() -> None:
    """Skip, don't know, later and cancel each leave their own trace in the record."""
    assert states(Chat(THREE).say("飛ばす")) == [("one", "skipped")]
    assert states(Chat(THREE).say("分からない")) == [("one", "unknown")]
    assert states(Chat(THREE).say("あとで")) == [("one", "later")]
    gone = Chat(THREE).say("言葉", "やめる", "はい")
    assert (gone.status, gone.turn.erased, gone.recorded) == ("cancelled", True, [])


@pytest.mark.parametrize(
    ("word", "fact"), [("skip", "skipped"), ("?", "unknown"), ("？", "unknown"), ("後で", "later")]
)
def test_a_question_left_reads_as_how_it_was_left(word: str, fact: str) -> None:
    """What conditions see of a question left is how it was left, which is no answer."""
    chat = Chat(THREE).say(word)
    assert (chat.position, chat.facts["one"]) == ("two", fact)


def test_required_question_cannot_be_left() -> None:
    """Where an answer is needed, skip and don't know say so and change nothing."""
    chat = Chat(flow(question("must", "yes_no", "then", required=True), question("then", "text")))
    for word in ("飛ばす", "分からない"):
        chat.say(word)
        assert (chat.says, chat.position, chat.recorded) == (["needed"], "must", [])


def test_postponed_question_comes_back_once_before_the_end() -> None:
    """What was left for later is asked again before the interview ends; put off a second time, it stays open."""
    chat = Chat(THREE).say("あとで", "はい", "おわり")
    assert (chat.position, chat.status) == ("one", "open")
    assert Chat(THREE).say("あとで", "はい", "おわり", "言葉").answer("one") == "言葉"
    chat.say("あとで")
    assert (chat.ended, chat.answer("one")) == ("done", "later")


def test_postponed_question_that_changes_the_list() -> None:
    """A list confirmed before something postponed changed it is confirmed anew."""
    chat = Chat(route(factories.listing())).say("あとで", "はい")
    assert chat.position == "things"  # nothing to confirm yet, so what was left comes back
    chat.say("ink")
    assert chat.position.startswith("confirm@")


def test_later_where_a_question_cannot_wait() -> None:
    """Where a question cannot wait, later is a pause."""
    chat = Chat(flow(question("now", "yes_no", "then", on_later="pause"), question("then", "text"))).say("あとで")
    assert (chat.status, chat.position, chat.recorded) == ("paused", "now", [])


def test_not_knowing_shows_an_example_first() -> None:
    """Where examples help, the first don't know shows one; the second is the answer."""
    chat = Chat(flow(question("what", "text", "then", on_unknown="example"), question("then", "text")))
    assert chat.say("分からない").says == ["example"]
    assert (chat.position, chat.answer("what")) == ("what", None)
    assert chat.say("なぜ", "分からない").answer("what") == "unknown"


def test_not_knowing_at_a_question_asked_again() -> None:
    """Not knowing at a question asked again keeps the answer it had, and touches no other question."""
    asked = flow(question("what", "text", "then", on_unknown="example"), question("then", "yes_no"))
    chat = Chat(asked).say("言葉", "戻る", "分からない")
    assert (chat.says, chat.asked) == (["left_as_it_was"], "then")
    assert (chat.answer("what"), chat.answer("then")) == ("言葉", None)


# -- going back and changing -------------------------------------------------------------------------------------------


def test_back_asks_the_question_before() -> None:
    """Back asks the last question again; from there once more one further back, until there is none."""
    chat = Chat(THREE).say("戻る")
    assert chat.says == ["nothing_before"]
    chat.say("言葉", "はい", "戻る")
    assert (chat.asked, chat.position) == ("two", "three")
    assert chat.say("back").asked == "one"
    assert chat.say("もどる").says == ["nothing_before"]
    assert chat.asked == "one"


def test_back_shows_the_answer_and_keeps_it_until_changed() -> None:
    """A question asked again shows its answer, and leaving it without a word keeps it."""
    chat = Chat(THREE).say("言葉", "はい", "戻る")
    assert [choice.id for choice in chat.last_prompt.choices if choice.chosen] == ["yes"]
    for word in ("飛ばす", "あとで", "続ける"):
        kept = Chat(THREE).say("言葉", "はい", "戻る", word)
        assert (kept.asked, kept.answer("two")) == ("three", "yes")


def test_question_asked_again_sees_no_later_answer() -> None:
    """A question asked again stands as it stood when it was asked, whatever was answered since."""
    asked = flow(
        question("one", "text", "two", words={"title": Text(ja="[{two}]", en="")}),
        question("two", "text", "three"),
        question("three", "text"),
    )
    chat = Chat(asked)
    before = chat.last_prompt.title
    chat.say("あ", "い", "直す 1")
    assert (chat.asked, chat.last_prompt.title) == ("one", before)


def test_answer_given_again_supersedes() -> None:
    """An answer changed is recorded as a new one, and the interview goes on where it was."""
    chat = Chat(THREE).say("言葉", "はい", "戻る", "いいえ")
    assert (chat.answer("two"), chat.position) == ("no", "three")
    assert [one.reply.value for one in chat.recorded if one.key == "two"] == ["yes", "no"]


def test_back_out_of_a_small_question() -> None:
    """Back at a small question leaves it."""
    chat = Chat(THREE).say("言葉", "やめる", "戻る")
    assert (chat.asked, chat.status) == ("two", "open")


def test_change_an_answer_by_place() -> None:
    """「直す 1」 asks the first question again; a bare 「直す」 asks which."""
    assert Chat(THREE).say("言葉", "はい", "直す 1").asked == "one"
    assert Chat(THREE).say("言葉", "はい", "直す１").asked == "one"
    chat = Chat(THREE).say("言葉", "はい", "直す")
    assert (chat.asked, chat.choices) == ("aside:pick_answer", ["one", "two", "keep"])
    assert chat.say("2").asked == "two"
    assert Chat(THREE).say("直す").says == ["nothing_before"]


def test_change_a_line_of_the_list() -> None:
    """Where a list is shown, the place or the name after 「直す」 is a line of it."""
    for typed in ("直す 2", "change 2", "変える ２", "直す glue", "変えたい GLUE"):
        assert listed(typed).asked == "fix@glue"
    chat = listed("直す 2", "paste")
    assert chat.facts["list_things"] == ["ink", "paste", "thread"]
    assert listed("直す 3", "removeです").facts["list_things"] == ["ink", "glue"]


def test_change_what_is_not_on_the_list() -> None:
    """A line that is not there is asked for; from there an earlier answer can be reached, or all left as it is."""
    for typed in ("直す", "直す 9", "変える なにか"):
        chat = listed(typed)
        assert chat.asked == "aside:pick_line"
        assert chat.choices == ["ink", "glue", "thread", "answers", "keep"]
    assert listed("直す", "2").asked == "fix@glue"
    assert listed("直す", "前の質問の答え").asked == "aside:pick_answer"
    assert listed("直す", "前の質問の答え", "1").asked == "things"
    assert listed("直す", "このままにする").asked == listed().asked
    assert listed("変える 前の質問の答え").asked in ("aside:pick_line", "aside:pick_answer")


def test_change_a_line_of_a_form() -> None:
    """At the form made of the list, 「直す 2」 opens the second line too."""
    chat = Chat().say("はじめる", "ダミーの型、手順の動画", "なし")
    while chat.position.startswith("pack"):
        chat.say("なし")
    assert chat.asked == "knows_best"
    second = chat.last_prompt.fields[1].id
    assert chat.say("直す 2").asked == f"fix_item@{second}"


def test_words_that_only_begin_like_a_change() -> None:
    """Where text is collected, a name that begins with a word for change is a name."""
    for typed in ("change notices", "fix jigs", "修正 依頼書"):
        assert Chat(THREE).say(typed).answer("one") == typed


# -- telling -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "notice"), [("なぜ", "why"), ("例", "example"), ("ヘルプ", "help"), ("理由", "why"), ("why?", "why")]
)
def test_telling_moves_change_nothing(word: str, notice: str) -> None:
    """Why, example and help speak of the question before the person, and leave it there."""
    chat = Chat(THREE).say("言葉")
    before = chat.interview.snapshot
    chat.say(word)
    assert [(say.notice, say.params["key"]) for say in chat.turn.says] == [(notice, "two")]
    assert chat.interview.snapshot == before
    assert [say.params["key"] for say in chat.say("戻る", word).turn.says] == ["one"]


def test_list_and_report_change_nothing() -> None:
    """The list so far and the report desk can be asked for anywhere; nothing of that is kept."""
    chat = Chat(THREE).say("言葉")
    before = chat.interview.snapshot
    for word, notice in (
        ("一覧", "list"),
        ("通報", "report_desk"),
        ("report", "report_desk"),
        ("漏えい", "report_desk"),
    ):
        chat.say(word)
        assert (chat.says, chat.interview.snapshot, len(chat.recorded)) == ([notice], before, 1)


def test_report_in_a_sentence() -> None:
    """A sentence that reports a leak goes before every question, whatever stands open, and is kept nowhere."""
    for said in (
        ("言葉", "図面が漏れました"),
        ("言葉", "やめる", "I want to report a leak"),
        ("言葉", "はい", "図面が盗まれたようです"),
    ):
        chat = Chat(THREE).say(*said)
        assert chat.says == ["report_desk"]
        assert said[-1] not in repr((chat.turn, chat.recorded))
    assert Chat(THREE).say("「漏れました、と書く欄」").answer("one") == "漏れました、と書く欄"


# -- pausing and stopping ----------------------------------------------------------------------------------------------


def test_pause_and_come_back() -> None:
    """A pause keeps everything; days later the interview goes on from the same question."""
    chat = Chat(THREE).say("言葉", "休む")
    assert (chat.status, chat.says, chat.last_prompt) == ("paused", ["paused"], None)
    chat.advance(days=2).open()
    assert (chat.status, chat.says, chat.asked, chat.answer("one")) == ("open", ["welcome_back"], "two", "言葉")


def test_going_away_is_a_pause() -> None:
    """Closing the window is a pause too, and a message simply goes on."""
    chat = Chat(THREE).say("言葉").leave()
    assert chat.status == "paused"
    chat.advance(days=30).say("はい")
    assert (chat.status, chat.answer("two")) == ("open", "yes")


@pytest.mark.parametrize("typed", ["現場に呼ばれたので休みます", "すみません、続きは明日で", "I have to go now"])
def test_pause_said_in_a_sentence(typed: str) -> None:
    """At a choice, a sentence that says one must go is a pause, and no note."""
    chat = Chat(two_questions()).say(typed)
    assert (chat.status, chat.recorded) == ("paused", [])


@pytest.mark.parametrize("kind", ["number", "date", "person", "yes_no", "several_of"])
def test_pause_said_in_a_sentence_at_any_kind(kind: str) -> None:
    """So it is at every question that collects no text."""
    choices = ("a", "b") if kind == "several_of" else ()
    assert Chat(flow(question("asked", kind, choices=choices))).say("現場に呼ばれたので休みます").status == "paused"


def test_pause_said_where_text_is_collected() -> None:
    """Where text is collected such a sentence could be an answer, so it is asked back."""
    chat = Chat(THREE).say("客先に呼ばれた時の資料")
    assert (chat.asked, chat.status, chat.answer("one")) == ("aside:meant", "open", None)
    assert Chat(THREE).say("客先に呼ばれた時の資料").choose("answer").answer("one") == "客先に呼ばれた時の資料"
    paused = Chat(THREE).say("客先に呼ばれた時の資料").choose("move")
    assert (paused.status, paused.answer("one")) == ("paused", None)


def test_cancel_asks_once() -> None:
    """Cancel asks before it deletes; anything but a yes leaves all as it was."""
    chat = Chat(THREE).say("言葉", "やめる")
    assert (chat.asked, chat.status) == ("aside:cancel", "open")
    for word in ("いいえ", "続ける", "戻る", "2"):
        kept = Chat(THREE).say("言葉", "やめる", word)
        assert (kept.asked, kept.answer("one"), kept.status) == ("two", "言葉", "open")


def test_cancelled_is_deleted() -> None:
    """Once cancelled, no answer is left, and nothing more happens."""
    chat = Chat(THREE).say("言葉", "はい", "やめる", "1")
    assert (chat.status, chat.interview.snapshot.answers, chat.turn.erased) == ("cancelled", {}, True)
    after = chat.interview
    assert chat.say("言葉").says == ["over_gone"]
    assert chat.interview == after


# -- language ----------------------------------------------------------------------------------------------------------


def test_language_switched_and_back() -> None:
    """The language changes midway and back: the same question, every answer kept, said once in the new one."""
    chat = Chat(branching()).say("はい")
    before, japanese = chat.interview.snapshot, chat.last_prompt.title
    chat.say("英語で")
    assert (chat.says, chat.interview.language, chat.interview.snapshot) == (["language"], "en", before)
    assert chat.last_prompt.title != japanese
    chat.say("In Japanese.")
    assert (chat.interview.language, chat.last_prompt.title, chat.asked) == ("ja", japanese, "where")
    assert Chat(branching(), language="en").open("ja").interview.language == "ja"


# -- words and sentences -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["通報の手順書", "I read the report", "例の件", "次の金型", "skip list", "前の型", "あとで使う型", "やめる人"],
)
def test_word_inside_a_longer_answer(typed: str) -> None:
    """A universal word counts only as the whole message."""
    assert Chat(THREE).say(typed).answer("one") == typed


@pytest.mark.parametrize("name", sorted(set(shared().moves)))
def test_every_spelling_of_a_move(name: str) -> None:
    """Every move is understood in every spelling content lists, whatever the width and the case."""
    words = shared().moves[name]
    for spelling in (words.shown.ja, words.shown.en, *(word for word in words.also if len(word) > 1)):
        plain, loud = Chat(THREE).say("言葉").say(spelling), Chat(THREE).say("言葉").say(f" {spelling.upper()}。")
        assert plain.says == loud.says
        assert plain.answer("two") in (None, "skipped", "unknown", "later")


def test_send_where_there_is_no_form() -> None:
    """ "Send" where no form is open sends nothing."""
    chat = Chat(two_questions()).say("送る")
    assert (chat.position, chat.answer("colour")) == ("colour", None)
