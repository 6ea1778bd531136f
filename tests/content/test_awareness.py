"""Lessons, leak cases and moments are whole, short and fair, and told no further than they are settled."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import pytest

from bot.bootstrap import OURS
from bot.engine.checks import check_content
from bot.engine.loader import LANGUAGES, Content, read_catalogue
from bot.handbook.awareness import (
    AUDIENCES,
    MOMENTS,
    STATUSES,
    TOPICS,
    TRIGGERS,
    Check,
    Lesson,
    list_published,
    read_awareness,
)
from bot.handbook.incident import is_ours, list_doubts
from bot.handbook.measures import LEAKERS, OBJECTIVES
from bot.handbook.shelves import AWARENESS
from tests.chat import content

PARSED: Mapping[str, Any] = content().awareness
TOLD = read_awareness(PARSED)
READ_A_SECOND = 8  # Japanese characters; as many English ones take half of that
CHECKS = [check for lesson in TOLD.lessons.values() for check in lesson.checks]
CHECKS += [step.check for moment in TOLD.moments.values() for step in moment.steps if step.check]

# What is not settled, or whose parties nobody has verified: by what it would be recognised. None of it may be told.
HELD = (
    *("lc-packaging", "lc-alps", "lc-tel-taiwan", "c-housou", "c-alps", "c-tel"),
    *("アルプスアルパイン", "Alps Alpine", "TSMC", "東京エレクトロン", "Tokyo Electron"),
    *("包装機械", "ackaging machine", "1,400万円", "14 million yen"),
)


def list_strings(told: Any) -> Iterator[str]:
    """Every name and every text, however deep."""
    if isinstance(told, Mapping):
        for name, part in told.items():
            yield str(name)
            yield from list_strings(part)
    elif isinstance(told, list | tuple):
        for part in told:
            yield from list_strings(part)
    else:
        yield str(told)


def find_held(whole: Content) -> set[str]:
    """What of the held cases stands anywhere in the content, in whichever room."""
    written = "\n".join(list_strings(whole.model_dump()))
    return {mark for mark in HELD if mark.casefold() in written.casefold()}


def is_longest(check: Check, language: str) -> bool:
    lengths = {one.id: len(one.text.of(language)) for one in check.options}
    return all(lengths[check.right] > length for name, length in lengths.items() if name != check.right)


def test_all_of_it_is_there() -> None:
    """Thirty-two lessons, seventeen cases and six moments; every topic, occasion and kind of person comes up."""
    assert (len(TOLD.lessons), len(TOLD.cases), tuple(TOLD.moments)) == (32, 17, MOMENTS)
    lessons = TOLD.lessons.values()
    assert {one.topic for one in lessons} == set(TOLD.topics) == set(TOPICS)
    assert {trigger for one in lessons for trigger in one.triggers} == set(TRIGGERS)
    assert {leaker for one in lessons for leaker in one.leakers} == set(LEAKERS)
    assert {objective for one in lessons for objective in one.objectives} <= set(OBJECTIVES)
    assert {one.audience for one in lessons} >= set(AUDIENCES)
    assert {one.status for one in TOLD.cases.values()} == set(STATUSES)


def test_the_files_fit_their_shapes_and_the_catalogue() -> None:
    """What the program refuses at its start is not in ours."""
    assert read_catalogue([OURS], AWARENESS, "awareness", content().catalogue) == PARSED


@pytest.mark.parametrize("lesson", TOLD.lessons.values(), ids=lambda one: one.id)
def test_a_lesson_is_read_in_ten_seconds_and_comes_back_in_another_form(lesson: Lesson) -> None:
    """Message and question together are short, and no two forms ask the same or have the same right answer."""
    for check in lesson.checks:
        assert len(lesson.message.ja + check.question.ja) <= 10 * READ_A_SECOND
        assert len(lesson.message.en + check.question.en) <= 20 * READ_A_SECOND + 40
    for first, again in pairwise(lesson.checks):
        assert first.question != again.question
        assert {one.text.ja for one in first.options}.isdisjoint(one.text.ja for one in again.options)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_right_answer_does_not_give_itself_away(language: str) -> None:
    """It is seldom the longest, and stands in every place; options are of a length, so that none stands out."""
    assert sum(is_longest(check, language) for check in CHECKS) <= len(CHECKS) / 3
    places = [[one.id for one in check.options].index(check.right) for check in CHECKS]
    assert all(places.count(place) >= len(CHECKS) / 10 for place in range(4))


def test_each_case_says_what_it_is_like_here_and_how_far_it_is_settled() -> None:
    """It is near something people handle, its year is known where a court or a settlement ended it."""
    for case in TOLD.cases.values():
        assert case.handles, case.id
        assert (case.year is None) == (case.status == "outline"), case.id
        assert PARSED["cases"]["statuses"][case.status]["name"]["ja"]


def test_what_is_held_is_nowhere() -> None:
    """An arrest, a pending trial and a case nobody verified are in no room of the content, by id or by name."""
    assert find_held(content()) == set()


def test_what_is_held_would_be_found() -> None:
    """Control: put into the last word of one case, all of it is found."""
    cases = PARSED["cases"]["cases"]
    told = {**cases["lc-posco"], "today": {"ja": "、".join(HELD), "en": "x"}}
    planted = {**PARSED, "cases": {**PARSED["cases"], "cases": {**cases, "lc-posco": told}}}
    assert find_held(content().model_copy(update={"awareness": planted})) == set(HELD)


def test_what_law_or_the_press_says_waits_for_a_lawyer() -> None:
    """What speaks of law, and every case a court or a company told of, has a reason to be confirmed."""
    lessons, cases = PARSED["lessons"]["lessons"], PARSED["cases"]["cases"]
    law = [name for name, told in lessons.items() if told.get("general") == "yes"]
    assert {"al-02", "al-21", "al-22", "al-24", "al-31"} == set(law)
    assert [name for name in law if not list_doubts(lessons[name])] == []
    assert [name for name, told in cases.items() if told["status"] != "outline" and not list_doubts(told)] == []
    assert all("later" in told["unverified"] for told in cases.values() if told["status"].endswith("_1st"))


def test_our_own_suggestions_are_told_as_such() -> None:
    """What rests on nothing published is told apart; no case is our own."""
    assert {"al-01", "al-04", "al-29", "al-32"} == {one.id for one in TOLD.lessons.values() if is_ours(one.source)}
    assert [one.id for one in TOLD.cases.values() if is_ours(one.source)] == []


def test_a_moment_asks_once_and_ends_with_today() -> None:
    """Two to four messages, one of them a question, the last something to do."""
    for moment in TOLD.moments.values():
        assert sum(step.check is not None for step in moment.steps) == 1, moment.id
        assert moment.steps[-1].id == "today"
        assert moment.steps[-1].check is None


def test_everything_shown_is_published() -> None:
    """Each entry has a digest of its own, under which what a person read can be found."""
    kinds = [kind for kind, _ in list_published(PARSED).values()]
    assert [kinds.count(kind) for kind in ("lesson", "case", "moment")] == [32, 17, 6]


def test_texts_hold_the_words_of_the_house() -> None:
    """No text uses a word to avoid, and every reason to confirm has words."""
    assert [fault for fault in check_content(content(), OURS) if "awareness" in fault.path] == []


def test_words_to_avoid_are_found_in_a_lesson() -> None:
    """Control: a word to avoid inside an option is complained of, at its place."""
    word = next(iter(content().avoid))
    worse = {"lessons": {"lessons": {"al-01": {"checks": {"first": {"options": {"a": {"ja": word, "en": "x"}}}}}}}}
    found = [
        one for one in check_content(content().model_copy(update={"awareness": worse}), OURS) if "aware" in one.path
    ]
    assert [one.params["name"] for one in found] == ["lessons.al-01.checks.first.options.a"]
