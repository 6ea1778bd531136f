"""Choosing from what is shown: by number, by label, by something like it, several at once."""

import pytest

from tests import factories
from tests.chat import Chat
from tests.factories import choice, flow, many, question, two_questions


def several(**more: object) -> Chat:
    choices = ("paper", "disk", "head", choice("none", exclusive=True))
    return Chat(flow(question("places", "several_of", "then", choices=choices, **more), question("then", "text")))


@pytest.mark.parametrize(
    "typed", ["2", "２", "②", "二", " 2。", "greenです", "green one", "GREEN ONE", "green", "gr", "ｇｒｅｅｎ"]
)
def test_place_or_label(typed: str) -> None:
    """A choice is taken by its place or its label, in any width, case and language, or by its only beginning."""
    chat = Chat(two_questions()).say(typed)
    assert chat.answer("colour") == "green"
    assert chat.position == "reason"
    assert chat.says == ["echo"]


@pytest.mark.parametrize("typed", ["0", "4", "99", "-1", "2.5", "100000000000"])
def test_place_that_is_not_there(typed: str) -> None:
    """A number that stands at no choice chooses nothing."""
    chat = Chat(two_questions()).say(typed)
    assert (chat.position, chat.answer("colour"), chat.says) == ("colour", None, ["choose_one"])


@pytest.mark.parametrize("typed", ["はい", "はぃ", "うん", "ok", "ＯＫ", "yes", "Yes.", "はい。", "1", "１", "一"])
def test_yes_in_many_spellings(typed: str) -> None:
    """Yes is understood in the spellings people use, at every question of that kind."""
    assert Chat(factories.branching()).say(typed).answer("travels") == "yes"


@pytest.mark.parametrize("typed", ["いいえ", "いや", "違う", "no", "NO", "nope", "2", "２", "二"])
def test_no_in_many_spellings(typed: str) -> None:
    """So is no."""
    assert Chat(factories.branching()).say(typed).answer("travels") == "no"


@pytest.mark.parametrize(
    ("typed", "value"), [("はい", "yes"), ("ok", "yes"), ("ある", "yes"), ("なし", "no"), ("いいえ", "no")]
)
def test_yes_where_the_labels_say_it_differently(typed: str, value: str) -> None:
    """Where a yes-or-no question has labels of its own, plain yes and no still count."""
    chat = Chat(flow(question("any", "yes_no", "then", choices=("yes", "no")), question("then", "text")))
    assert chat.say(typed).answer("any") == value


def test_text_where_a_choice_was_expected() -> None:
    """A sentence at a choice question chooses nothing, is kept as a note under that question, and is no answer."""
    chat = Chat(two_questions()).say("それは場合によります")
    assert chat.says == ["choose_one"]
    assert [(one.key, one.reply.state, one.said) for one in chat.recorded] == [
        ("colour", "note", "それは場合によります")
    ]
    assert chat.answer("colour") is None


def test_near_miss_is_asked_back() -> None:
    """A label with a slip is asked back before it counts."""
    chat = Chat(two_questions()).say("grren one")
    assert chat.asked == "aside:near"
    assert chat.answer("colour") is None
    assert chat.say("はい").answer("colour") == "green"


@pytest.mark.parametrize(
    "typed", ["1 3", "１、３", "１，３", "1と3", "1 と 3", "1,3", "①③", "① ③", "3 1", "1/3", "1 and 3"]
)
def test_several_places_in_one_line(typed: str) -> None:
    """Several places are read from one line however they are joined."""
    assert sorted(several().say(typed).answer("places")) == ["head", "paper"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("paperです、headです", ["paper", "head"]),
        ("paper one, head one", ["paper", "head"]),
        ("1-3", ["paper", "disk", "head"]),
        ("1〜2", ["paper", "disk"]),
        ("1 1 1", ["paper"]),
        ("2 head", ["disk", "head"]),
    ],
)
def test_several_labels_and_ranges(typed: str, value: list[str]) -> None:
    """Labels, ranges and repeats of one line each count once."""
    assert several().say(typed).answer("places") == value


@pytest.mark.parametrize("typed", ["なし", "どれもない", "none", "4", "0", "特になし"])
def test_none_of_them(typed: str) -> None:
    """Words for "none of these" are the choice that goes with nothing else."""
    assert several().say(typed).answer("places") == ["none"]


def test_none_beside_another() -> None:
    """ "None" together with something else is asked again, and nothing is taken."""
    chat = several().say("1 4")
    assert (chat.says, chat.answer("places"), chat.position) == (["either_none"], None, "places")


def test_near_miss_in_a_line() -> None:
    """A slip in a line is asked back with the rest of the line; one that cannot go with it takes nothing."""
    chat = several().say("1、dsik one")
    assert (chat.asked, chat.answer("places")) == ("aside:near", None)
    assert chat.say("はい").answer("places") == ["paper", "disk"]
    assert several().say("1、nnoe one").says == ["choose_some"]


def test_place_out_of_range_in_a_line() -> None:
    """One impossible place in a line takes nothing of the line."""
    chat = several().say("1 7")
    assert (chat.says, chat.answer("places")) == (["choose_some"], None)


def test_own_words_beside_places() -> None:
    """Where own words are welcome, what is no choice is kept as it was written."""
    chat = Chat(many()).say("1、金庫")
    assert chat.answer("places") == ["paper", {"own": "金庫"}]


@pytest.mark.parametrize(("typed", "own"), [("the old safe", "the old safe"), ("1, the old safe", "the old safe")])
def test_own_words_of_several_words(typed: str, own: str) -> None:
    """A name of several words is one name."""
    assert Chat(many()).say(typed).answer("places")[-1] == {"own": own}


def test_own_words_where_they_are_not_welcome() -> None:
    """Elsewhere they choose nothing."""
    chat = several().say("1、金庫")
    assert (chat.says, chat.answer("places")) == (["choose_some"], None)


def test_own_words_at_a_single_choice() -> None:
    """A single choice may take own words too; a place still is a place."""
    asked = flow(question("colour", "one_of", choices=("red", "green"), own=True))
    assert Chat(asked).say("紺").answer("colour") == {"own": "紺"}
    assert Chat(asked).say("2").answer("colour") == "green"
    assert Chat(asked).say("「2」").answer("colour") == {"own": "2"}


def test_pressing_one_of_several() -> None:
    """One button of a question that takes several is a list of one, as if it had been typed."""
    assert several().choose("disk").answer("places") == ["disk"]


def test_label_that_reads_like_a_move() -> None:
    """A label that is also a universal word is that choice where the choice is shown."""
    chat = Chat(flow(question("pace", "one_of", choices=(choice("now"), choice("wait", also=("あとで",))))))
    assert chat.say("あとで").answer("pace") == "wait"
