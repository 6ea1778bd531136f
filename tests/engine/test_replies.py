"""Reading typed text, numbers, days, people and whole forms as replies."""

from typing import Any

import pytest

from tests import factories
from tests.chat import IDS, Chat
from tests.factories import field, flow, question, two_questions

PERSON = flow(question("who", "person", "then", choices=("nobody",)), question("then", "text"))
OWNERS = flow(
    question(
        "sheet", "form", "then", fields=(field("one", "person"), field("two", "person"), field("three", "person"))
    ),
    question("then", "text"),
)


def filled(chat: Chat) -> tuple[str, ...]:
    """The fields of the form that were left as proposed, as the record has it."""
    return chat.interview.snapshot.answers["sheet"].filled


# -- nothing there, too much there -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "   ", "　", "👍", "🙏🙏", "。", "…", "「」", "\u200b\ufeff", "\n\n"])
@pytest.mark.parametrize("kind", ["text", "yes_no", "one_of", "several_of", "number", "date", "person"])
def test_nothing_to_read(typed: str, kind: str) -> None:
    """A message without a letter or digit answers nothing, and says so rather than guess."""
    choices = ("red", "green") if kind in ("one_of", "several_of") else ()
    chat = Chat(flow(question("asked", kind, "then", choices=choices), question("then", "text"))).say(typed)
    assert "empty" in chat.says
    assert (chat.position, chat.answer("asked"), chat.recorded) == ("asked", None, [])


def test_text_over_the_limit_is_a_draft() -> None:
    """A text over the limit is kept as a draft; its beginning can be used."""
    chat = Chat(two_questions()).say("1", "あ" * 45)
    assert chat.asked == "aside:draft"
    assert chat.answer("reason") is None
    assert chat.say("先頭だけ使う").answer("reason") == "あ" * 40
    assert chat.ended == "done"


def test_draft_written_shorter() -> None:
    """Or it is written shorter: the question comes again, or a shorter text is simply typed."""
    asked_again = Chat(two_questions()).say("1", "あ" * 45).choose("shorten")
    assert asked_again.asked == "reason"
    at_once = Chat(two_questions()).say("1", "あ" * 45).say("短いもの")
    assert at_once.answer("reason") == "短いもの"


def test_limit_counts_what_is_kept() -> None:
    """A text of exactly the limit is within it."""
    assert Chat(two_questions()).say("1", "あ" * 40).answer("reason") == "あ" * 40


# -- text --------------------------------------------------------------------------------------------------------------


def test_quoted_word_is_meant_literally() -> None:
    """A universal word between quotation marks is an answer where text is asked."""
    for typed, kept in (("「例」", "例"), ("“back”", "back"), ("「通報」", "通報")):
        assert Chat(two_questions()).say("1", typed).answer("reason") == kept


def test_bare_yes_or_number_where_words_are_asked() -> None:
    """A bare yes or a place of a list that is not there is no text; quoted it is."""
    for typed in ("はい", "ok", "2", "１２"):
        chat = Chat(two_questions()).say("1", typed)
        assert (chat.says, chat.answer("reason")) == (["words_wanted"], None)
    assert Chat(two_questions()).say("1", "「はい」").answer("reason") == "はい"
    assert Chat(two_questions()).say("1", "2026").answer("reason") == "2026"


def test_question_put_to_us() -> None:
    """Where a list is awaited, a question to us is answered with help and not noted down."""
    chat = Chat(factories.route(factories.listing())).say("これは何を書けばいいですか？")
    assert (chat.says, chat.position, chat.answer("things")) == (["asked_back"], "things", None)


def test_braces_typed_stay_as_they_are() -> None:
    """What a person types is never taken for a place to fill."""
    chat = Chat(factories.route(factories.listing())).say("{me}")
    chat.say("はい")
    assert [line.label for line in chat.last_prompt.lines] == ["{me}"]


def test_invisible_characters_are_taken_out() -> None:
    """Characters nobody sees are taken out before the text is read, and said to have been."""
    chat = Chat(two_questions()).say("1", "金\u200b型\u202e")
    assert chat.answer("reason") == "金型"
    assert "cleaned" in chat.says


# -- numbers and days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("30", 30),
        ("３０", 30),
        ("三十", 30),
        ("30日", 30),
        ("３０ 件", 30),
        ("1,200", 1200),
        ("2.5", 2.5),
        ("30 days", 30),
    ],
)
def test_number(typed: str, value: float) -> None:
    """A number is read in any width, in kanji, with or without its counter."""
    assert Chat(factories.values()).say(typed).answer("count") == value


@pytest.mark.parametrize("typed", ["たくさん", "三十くらい", "10〜20", "1 2"])
def test_not_a_number(typed: str) -> None:
    """An estimate in words, a range or two numbers are asked again."""
    chat = Chat(factories.values()).say(typed)
    assert (chat.says, chat.answer("count")) == (["not_a_number"], None)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("11/20", "2026-11-20"),
        ("１１／２０", "2026-11-20"),
        ("令和8年11月20日", "2026-11-20"),
        ("来週の水曜", "2026-11-18"),
        ("明日", "2026-11-10"),
        ("2026-11-20", "2026-11-20"),
        ("20 November", "2026-11-20"),
    ],
)
def test_day(typed: str, value: str) -> None:
    """A day is read as people write it, from the day it is where the person is."""
    assert Chat(factories.values()).say("1", typed).answer("day") == value


def test_not_a_day() -> None:
    """What names no day, or an impossible one, is asked again."""
    for typed in ("いつか", "2/30", "13/45"):
        chat = Chat(factories.values()).say("1", typed)
        assert (chat.says, chat.answer("day")) == (["not_a_date"], None)


# -- people ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["小林", "小林さん", "小林 直子", "小林さん(経理部)", "Kobayashi-san", "kobayashi@example.jp", "小林部長"]
)
def test_person_by_name(typed: str) -> None:
    """A person of the directory is found by name, with or without honorific, or by address."""
    assert Chat(PERSON).say(typed).answer("who") == IDS["kobayashi"]


def test_name_of_two_people() -> None:
    """A name that fits two people is asked back, and the one chosen is the answer."""
    chat = Chat(PERSON).say("山本")
    assert chat.asked == "aside:which"
    assert {IDS["yamamoto"], IDS["yamamoto.aya"]} < set(chat.choices)
    assert chat.answer("who") is None
    assert chat.choose(IDS["yamamoto.aya"]).answer("who") == IDS["yamamoto.aya"]


def test_name_of_two_people_settled_by_more_of_it() -> None:
    """Instead of choosing, the person may write the name in full, or somebody else's; or mean neither."""
    assert Chat(PERSON).say("山本", "山本 彩").answer("who") == IDS["yamamoto.aya"]
    assert Chat(PERSON).say("山本", "森").answer("who") == IDS["mori"]
    neither = Chat(PERSON).say("山本").choose("neither")
    assert (neither.asked, neither.answer("who")) == ("who", None)


def test_person_not_in_the_directory() -> None:
    """A name we do not know is not invented: it is asked again."""
    chat = Chat(PERSON).say("田中さん")
    assert (chat.says, chat.answer("who"), chat.position) == (["nobody_by_that_name"], None, "who")


def test_choice_of_a_person_question() -> None:
    """The choices shown beside people are taken by place or label."""
    assert Chat(PERSON).say("1").answer("who") == "nobody"
    assert Chat(PERSON).say("nobodyです").answer("who") == "nobody"


# -- forms -------------------------------------------------------------------------------------------------------------

AS_SHOWN: dict[str, Any] = {"size": "small", "marks": "unknown", "owner": "unknown", "many": 3}


@pytest.mark.parametrize("typed", ["", "送る", "はい", "このまま", "send", "OK"])
def test_form_as_shown(typed: str) -> None:
    """An empty line or "send" takes the form as shown: proposals are marked as such, empty lines are not known."""
    chat = Chat(factories.form()).say(typed)
    assert chat.answer("sheet") == AS_SHOWN
    assert filled(chat) == ("size", "many")


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ("4 分からない", {"many": "unknown"}),
        ("４ 分からない", {"many": "unknown"}),
        ("4 → 12", {"many": 12}),
        ("1 2", {"size": "large"}),
        ("1 largeです、3 小林", {"size": "large", "owner": IDS["kobayashi"]}),
        ("3 小林、4 五", {"owner": IDS["kobayashi"], "many": 5}),
        ("ownerです 小林", {}),
        ("owner it 小林", {"owner": IDS["kobayashi"]}),
    ],
)
def test_form_by_line(typed: str, changed: dict[str, Any]) -> None:
    """Lines named by number or label change, all others stay as shown."""
    chat = Chat(factories.form()).say(typed)
    if changed:
        assert chat.answer("sheet") == {**AS_SHOWN, **changed}
        assert not set(filled(chat)) & set(changed)
    else:
        assert chat.says == ["form_line"]


def test_form_in_one_line() -> None:
    """All fields in order, parted by strokes, are the whole form."""
    chat = Chat(factories.form()).say("2/1 3/小林/7")
    expected = {"size": "large", "marks": ["seal", "key"], "owner": IDS["kobayashi"], "many": 7}
    assert chat.answer("sheet") == expected
    assert filled(chat) == ()


def test_form_line_that_is_not_there() -> None:
    """A line number that the form does not have takes nothing."""
    for typed in ("9 小林", "なんでもいい"):
        chat = Chat(factories.form()).say(typed)
        assert (chat.says, chat.answer("sheet")) == (["form_line"], None)


def test_form_field_that_cannot_be_read() -> None:
    """A field that cannot be read is named, and nothing of the form is taken yet."""
    chat = Chat(factories.form()).say("4 いっぱい")
    assert chat.says == ["form_field"]
    assert chat.turn.says[0].params["field"] == "many"
    assert chat.answer("sheet") is None


def test_form_submitted_as_fields() -> None:
    """A form sent by pressing takes ids, labels or typed text by field."""
    chat = Chat(factories.form()).submit({"size": "large", "marks": ["seal", "key"], "owner": "森さん"})
    assert chat.answer("sheet") == {"size": "large", "marks": ["seal", "key"], "owner": IDS["mori"], "many": 3}
    assert filled(chat) == ("many",)


def test_form_sent_where_none_is_asked() -> None:
    """A form that comes when no form is asked changes nothing."""
    chat = Chat(factories.form()).submit({}).submit({"size": "large"})
    assert (chat.says, chat.position) == (["old_card"], "note")
    assert chat.answer("sheet") == AS_SHOWN


def test_form_with_a_name_of_two_people() -> None:
    """In a form, too, a name of two people is asked back; the rest of the line is not lost over it."""
    chat = Chat(OWNERS).say("1 森、2 山本")
    assert chat.asked == "aside:which"
    chat.choose(IDS["yamamoto"])
    assert chat.answer("sheet") == {"one": IDS["mori"], "two": IDS["yamamoto"], "three": "unknown"}


def test_form_with_two_names_of_two_people() -> None:
    """Each name of two people is asked back, one after the other."""
    chat = Chat(OWNERS).say("1 山本、2 森、3 Yamamoto").choose(IDS["yamamoto"])
    assert chat.asked == "aside:which"
    chat.choose(IDS["yamamoto.aya"])
    assert chat.answer("sheet") == {"one": IDS["yamamoto"], "two": IDS["mori"], "three": IDS["yamamoto.aya"]}


def test_form_again_keeps_what_was_said() -> None:
    """A form asked again shows what was answered; a line changed then leaves the others as they were said."""
    chat = Chat(factories.form()).say("1 2、3 小林", "戻る")
    assert [one.filled for one in chat.last_prompt.fields] == ["large", "unknown", IDS["kobayashi"], 3]
    chat.say("4 8")
    assert chat.answer("sheet") == {"size": "large", "marks": "unknown", "owner": IDS["kobayashi"], "many": 8}


# -- how long something lasts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("90", 90),
        ("９０日", 90),
        ("約90日", 90),
        ("3か月", 90),
        ("半年", 182),
        ("一年", 365),
        ("2週間", 14),
        ("十四日", 14),
        ("たぶん30日くらい", 30),
        ("90 days", 90),
        ("about 3 months", 90),
        ("1 year", 365),
    ],
)
def test_how_long_in_days(typed: str, days: int) -> None:
    """Weeks, months and years are taken as days, with or without an about."""
    assert Chat(flow(question("kept", "days"))).say(typed).answer("kept") == days


@pytest.mark.parametrize("typed", ["長い", "3回", "ずっと", "12/24", "for good"])
def test_what_says_no_length_is_not_taken(typed: str) -> None:
    """What names no length of time is not guessed at."""
    chat = Chat(flow(question("kept", "days"))).say(typed)
    assert (chat.says, chat.answer("kept")) == (["not_days"], None)
