"""Counts of a group: nobody who has every figure of every day finds anything out of fewer than five."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest

from bot import counts
from bot.counts import GRADES, LEAST, Answer, Results, add_results, count_answers, list_parts

SIZES = {"a": 6, "b": 2, "c": 3}
ORDER = "abcaabacbca"  # whose turn it is to answer, one after the other


def tell(grades: Sequence[str]) -> tuple[object, ...]:
    """All that is told after each answer: of everybody, and part by part."""
    answers = [Answer(name, grade) for name, grade in zip(ORDER, grades, strict=True)]
    days = [count_answers(SIZES, SIZES, answers[:many]) for many in range(len(answers) + 1)]
    return tuple((freeze(one.total), tuple((part, freeze(told)) for part, told in one.parts.items())) for one in days)


def freeze(told: counts.Counts | None) -> object:
    return None if told is None else (*told[:-1], *told.grades.values())


def group_alike(told: Callable[[Sequence[str]], object]) -> list[list[tuple[str, ...]]]:
    """Every way in which they could have answered, with all others of which exactly the same is told."""
    alike: dict[object, list[tuple[str, ...]]] = {}
    for grades in product(("right", "wrong"), repeat=len(ORDER)):
        alike.setdefault(told(grades), []).append(grades)
    return list(alike.values())


def list_found_out() -> Iterator[tuple[Sequence[str], list[int]]]:
    """For each of these ways: whose answer an attacker knows who tries them all."""
    for several in group_alike(tell):
        known = [place for place, said in enumerate(zip(*several, strict=True)) if len(set(said)) == 1]
        for grades in several:
            yield grades, known


def count_right(grades: Sequence[str], departments: str) -> int:
    return sum(grade == "right" for name, grade in zip(ORDER, grades, strict=True) if name in departments)


def is_known(several: Sequence[Sequence[str]], departments: str) -> bool:
    """Whether how many of these departments were right can be worked out from what is told."""
    return len({count_right(grades, departments) for grades in several}) == 1


def list_unanimous(grades: Sequence[str]) -> set[int]:
    """Those who answered as all of their five did, which no count can hide."""
    found: set[int] = set()
    for part in (("a",), ("b", "c")):
        places = [place for place, name in enumerate(ORDER) if name in part]
        for begin in range(0, len(places) - LEAST + 1, LEAST):
            five = places[begin : begin + LEAST]
            found |= set(five) if len({grades[place] for place in five}) == 1 else set()
    return found


def test_nobody_is_found_out_by_whoever_has_all_figures_of_all_days() -> None:
    """Not by totals less what is told, nor by yesterday's figures: all that can be known is what five said alike."""
    assert all(set(known) <= list_unanimous(grades) for grades, known in list_found_out())


def test_an_attacker_finds_out_what_is_not_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: counted one by one, the same attacker knows everybody."""
    monkeypatch.setattr(counts, "LEAST", 1)
    assert all(len(known) == len(ORDER) for _, known in list_found_out())


def test_a_small_department_is_no_difference_of_others() -> None:
    """How the two of a small department answered is no difference of what is told.

    Negative control: where it is merely left out beside a total, it always is."""
    merely_left_out = group_alike(lambda grades: (count_right(grades, "abc"), count_right(grades, "ac")))
    assert all(is_known(several, "b") for several in merely_left_out)
    of_it = {place for place, name in enumerate(ORDER) if name == "b"}
    found_out = [several for several in group_alike(tell) if is_known(several, "b")]
    assert all(of_it <= list_unanimous(several[0]) for several in found_out)


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ({"a": 5, "b": 9}, [("a",), ("b",)]),
        ({"a": 4, "b": 9, "c": 20}, [("a", "b"), ("c",)]),
        ({"a": 1, "b": 2, "c": 3, "d": 5}, [("a", "b", "c"), ("d",)]),
        ({"a": 4}, []),
        ({"a": 2, "b": 0, "c": 2}, []),
        ({}, []),
    ],
)
def test_no_part_has_fewer_than_five(sizes: dict[str, int], parts: list[tuple[str, ...]]) -> None:
    """Small ones are put together, with the next smallest where they are too few even so, or nothing is told."""
    assert list_parts(sizes) == parts


def test_several_askings_add_up() -> None:
    """What came of the same lesson twice is one figure, and what cannot be told adds nothing."""
    grades = (["right"] * 4 + ["wrong"] * 7)[: len(ORDER)]
    once = count_answers(SIZES, SIZES, [Answer(*one) for one in zip(ORDER, grades, strict=True)])
    twice = add_results([once, once, Results(None, {})])
    assert once.total is not None
    assert twice.total == once.total.plus(once.total)
    assert set(once.total.grades) == set(GRADES)
    assert once.total.counted == sum(once.total.grades.values()) == 2 * LEAST
    assert {part: told.people for part, told in twice.parts.items()} == {("a",): 12, ("b", "c"): 10}
