"""When something told comes back: after wrong answers, right ones and silence, one by one and in any mix."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handbook import spacing
from bot.handbook.spacing import Sent, Standing, find_due, find_form, find_standing

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
AFTER_ALL = START + timedelta(weeks=5_000)
FORMS = ("first", "second")


def answer(*grades: str) -> tuple[list[int], list[str]]:
    """The weeks that pass before each next telling, and the form of each, where every one is answered at once."""
    history: list[Sent] = []
    at, weeks, forms = START, [], []
    for grade in grades:
        forms.append(find_form(FORMS, find_standing(history, at)))
        history.append(Sent("x", forms[-1], at, grade, at))
        due_at = find_due(find_standing(history, AFTER_ALL))
        assert due_at is not None
        weeks.append((due_at - at) // timedelta(weeks=1))
        at = due_at
    return weeks, forms


@pytest.mark.parametrize(
    ("grades", "weeks"),
    [
        (["right", "right", "right"], [26, 52, 52]),
        (["wrong", "right", "right", "right", "right"], [1, 3, 9, 26, 52]),
        (["wrong", "wrong", "right", "wrong", "right"], [1, 1, 3, 1, 3]),
        (["unknown", "right"], [1, 3]),
        (["right", "wrong", "right"], [26, 1, 3]),
    ],
)
def test_weeks_until_it_comes_again(grades: list[str], weeks: list[int]) -> None:
    """A wrong answer brings it back after 1, 3 and 9 weeks, each step a right one; a right one lets it fade."""
    found, forms = answer(*grades)
    assert found == weeks
    assert all(one != after for one, after in itertools.pairwise(forms))


def test_a_wrong_answer_and_silence_are_told_apart() -> None:
    """Were silence taken for a wrong answer, this would notice."""
    silent = find_standing([Sent("x", "first", START)], AFTER_ALL)
    assert (silent.gap, silent.rights, find_due(silent)) == (None, 0, START + spacing.UNANSWERED)
    wrong = find_standing([Sent("x", "first", START, "wrong", START)], AFTER_ALL)
    assert (wrong.gap, find_due(wrong)) == (0, START + spacing.RETURNS[0])


@st.composite
def histories(draw: st.DrawFn) -> list[Sent]:
    """Up to eight sendings of one lesson, weeks apart, answered soon, late or never, told in any order."""
    at, told = START, []
    for _ in range(draw(st.integers(0, 8))):
        at += timedelta(days=draw(st.integers(1, 90)))
        grade = draw(st.sampled_from(("right", "wrong", "unknown", "none")))
        late = timedelta(minutes=draw(st.sampled_from((1, 60, 40_000))))
        told.append(Sent("x", draw(st.sampled_from(FORMS)), at, grade, None if grade == "none" else at + late))
    return draw(st.permutations(told))


@settings(max_examples=60, derandomize=True)
@given(histories())
def test_silence_changes_nothing_but_the_rest(history: list[Sent]) -> None:
    """Gap, row of right answers and next form are the same without what was not answered; it only comes no sooner."""
    heard = [one for one in history if one.grade != "none"]
    silent, spoken = find_standing(history, AFTER_ALL), find_standing(heard, AFTER_ALL)
    assert (silent.gap, silent.rights, silent.form) == (spoken.gap, spoken.rights, spoken.form)
    assert find_form(FORMS, silent) == find_form(FORMS, spoken)
    sooner, later = find_due(spoken), find_due(silent)
    assert sooner is None or (later is not None and later >= sooner)


@settings(max_examples=60, derandomize=True)
@given(histories(), st.integers(0, 800))
def test_what_is_known_later_changes_no_earlier_judgement(history: list[Sent], days: int) -> None:
    """At any instant it stands as by what had been sent before and answered by then."""
    now = START + timedelta(days=days)
    known = [one for one in history if one.sent_at < now]
    forgotten = Sent("x", "first", START)  # an answer still to come is silence so far
    heard = [
        one if one.answered_at and one.answered_at <= now else forgotten._replace(form=one.form, sent_at=one.sent_at)
        for one in known
    ]
    assert find_standing(history, now) == find_standing(heard, AFTER_ALL)


@pytest.mark.parametrize(
    ("forms", "last", "expected"),
    [((), "", ""), (("a",), "", "a"), (("a",), "a", "a"), (("a", "b"), "gone", "a"), (("a", "b", "c"), "c", "a")],
)
def test_another_form_wherever_there_is_one(forms: tuple[str, ...], last: str, expected: str) -> None:
    """In turn, from the first again after the last and where the last is no longer known."""
    assert find_form(forms, Standing(form=last)) == expected


def test_a_rest_is_kept_unless_a_return_is_owed() -> None:
    """What may be told once a year is not told twice in one, answered right or not at all; a wrong answer returns."""
    year = timedelta(weeks=52)
    for grade, weeks in (("none", 52), ("right", 52), ("wrong", 1)):
        told = Sent("x", "first", START, grade, None if grade == "none" else START)
        assert find_due(find_standing([told], AFTER_ALL), year) == START + timedelta(weeks=weeks)
