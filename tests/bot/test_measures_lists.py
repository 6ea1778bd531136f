"""What is in place, as people tell it: which lists are shown, what words mean, what is not asked again."""

import pytest

from bot.engine.model import Value
from bot.handbook.cover import find_met
from bot.handbook.measures import GROUPS, ItemClass
from tests.bot.protecting import CLASSES, SATO, asked, finish, known, lines, open_class, put, standing, suggested
from tests.chat import content

# -- what is in place --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "forms"), CLASSES)
def test_lists_hold_only_what_fits(level: int, forms: tuple[str, ...]) -> None:
    """A list has at most nine lines, the commonest first, each of which meets a need of the class; none comes twice."""
    chat, seen = open_class(level, forms), list[str]()
    one = ItemClass("d", "c", level, frozenset(forms), ("i",))
    while asked(chat).startswith("in_place"):
        ranks = [known()[name].rank for name in lines(chat)]
        assert ranks == sorted(ranks)
        assert len(chat.choices) <= 9
        assert all(find_met(known()[name], one) for name in lines(chat))
        seen += lines(chat)
        chat.say("どれもない")
    assert len(seen) == len(set(seen))
    assert {known()[name].group for name in seen} == {
        group for group in GROUPS if any(find_met(each, one) for each in known().values() if each.group == group)
    }


def test_a_list_without_a_line_is_not_asked() -> None:
    """Where nothing is in data, nobody is asked about data."""
    assert "in_place_data" not in suggested().interview.snapshot.answers


def test_what_this_person_said_before_is_not_asked_again() -> None:
    """Not what they said of another class, nor what is planned or declined, nor the lines an earlier class showed."""
    shown = lines(open_class())
    own = {shown[0]: standing("claimed", SATO, "d1"), shown[1]: standing("planned"), shown[2]: standing("declined")}
    again = lines(open_class(standing=own))
    assert not set(shown[:3]) & set(again)
    after = open_class(2, ("object", "paper"), settled=[{"level": 3, "forms": ["paper", "knowhow"]}])
    earlier = ItemClass("d", "c", 3, frozenset(("paper", "knowhow")), ())
    assert lines(after)
    assert not [name for name in lines(after) if find_met(known()[name], earlier)]


def test_what_others_said_is_marked() -> None:
    """What stands in the record by another's word is ticked already, with whose word it is; sent as it is, it stays."""
    chat = open_class(standing={"c3-visitor-badge": standing("confirmed")})
    prompt = chat.last_prompt
    assert prompt is not None
    assert [one.id for one in prompt.choices if one.chosen] == ["c3-visitor-badge"]
    assert "高橋さん" in prompt.body
    assert chat.say("送る").answer("in_place_things") == ["c3-visitor-badge"]
    chat = open_class(standing={"c3-visitor-badge": standing("confirmed")}).say("1")
    assert "c3-visitor-badge" not in chat.facts["stands"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("1 3", ["c1-locked-storage", "c3-visitor-badge"]),
        ("鍵", ["c1-locked-storage"]),
        ("棚の鍵と整理整頓", ["c1-locked-storage", "c3-tidy"]),
        ("来客の受付、夜間の巡回", ["c3-visitor-badge", "c3-patrol"]),
        ("防犯カメラ、入退室の記録", ["c3-cctv", "c3-entry-log"]),  # not among the lines shown
        ("鍵、見回り犬", ["c1-locked-storage", {"own": "見回り犬"}]),
        ("1、見回り犬", ["c1-locked-storage", {"own": "見回り犬"}]),
    ],
)
def test_words_are_matched_to_measures(typed: str, names: list[Value]) -> None:
    """Places, names and the words people use mean a measure, listed or not; a word that means none is kept as such."""
    chat = open_class().say(typed)
    assert chat.answer("in_place_things") == names
    unknown = [one["own"] for one in names if isinstance(one, dict)]
    assert all(word in chat.notices[0] for word in unknown)
    assert set(chat.facts["stands"]) == {one for one in names if isinstance(one, str)}


@pytest.mark.parametrize("typed", ["ちょっと待って", "これは何ですか", "99"])
def test_words_that_mean_no_measure_answer_nothing(typed: str) -> None:
    """Where nothing of a reply is a measure, the question stays."""
    chat = open_class().say(typed)
    assert (asked(chat), chat.answer("in_place_things")) == ("in_place_things", None)


def test_more_shows_the_rest() -> None:
    """There is more: the next commonest of the lists that were asked for, by number or in words."""
    chat = open_class().say("1 8", "1")
    assert asked(chat) == "in_place_more"
    rest = lines(chat)
    assert len(rest) <= 8
    assert {known()[name].group for name in rest} == {"things"}
    assert chat.say(f"1、{content().catalogue['measures']['measures'][rest[3]]['short']['ja']}").answer(
        "in_place_more"
    ) == [rest[0], rest[3]]


def test_who_does_not_know_has_the_owner_asked() -> None:
    """A list nobody knew counts as not in place; whoever sees to each line is asked, unless it is planned anyway."""
    chat = open_class().say("分からない", "1 2")
    assert not set(list_shown("things")) & set(chat.facts["stands"])
    told = put(finish(chat))
    unknown = {name for name, one in told.items() if one.state == "unknown"}
    planned = {name for name, one in told.items() if one.state == "planned"}
    assert unknown
    assert unknown | (planned & set(list_shown("things"))) == set(list_shown("things"))
    assert all(told[name].owner for name in unknown)


def list_shown(group: str) -> list[str]:
    chat = open_class()
    while asked(chat) != f"in_place_{group}":
        chat.say("なし")
    return lines(chat)
