"""The closed vocabulary of conditions, each word with what it holds for and what not."""

import pytest

from bot.engine.conditions import TESTS, compile_condition
from bot.engine.facts import Facts
from bot.engine.loader import OPERATORS
from bot.engine.model import Value
from tests.factories import joined, when


def holds(operator: str, value: Value, wanted: Value) -> bool:
    return compile_condition(when("fact", operator, wanted))(Facts({"fact": value}, {}, {}, {}))


@pytest.mark.parametrize(
    ("operator", "wanted", "holding", "failing"),
    [
        ("is", "yes", ["yes"], ["no", "skipped", None, ["yes"]]),
        ("is_not", "yes", ["no", None, "unknown"], ["yes"]),
        ("one_of", ["a", "b"], ["a", "b"], ["c", None, "ab", ["a"]]),
        ("includes", "a", [["a", "b"], {"a": 1}, "cat"], [["b"], [], None, 7, {"b": "a"}]),
        ("at_least", 2, [2, 2.5, 10, ["a", "b"], "ab", {"a": 1, "b": 2}], [1, ["a"], "a", None, True, []]),
        ("at_most", 2, [2, 0, -1, ["a"], "", None, False], [3, ["a", "b", "c"], "abc"]),
        ("before", "2026-12-01", ["2026-11-30", "2025-12-31"], ["2026-12-01", "2027-01-01", None, 20261101]),
    ],
)
def test_operator(operator: str, wanted: Value, holding: list[Value], failing: list[Value]) -> None:
    """Each test holds for exactly the values it says, and is never a fault, whatever the fact is."""
    assert [value for value in holding if not holds(operator, value, wanted)] == []
    assert [value for value in failing if holds(operator, value, wanted)] == []


@pytest.mark.parametrize("operator", sorted(TESTS))
@pytest.mark.parametrize("state", ["skipped", "unknown", "later"])
def test_question_without_a_value(operator: str, state: str) -> None:
    """A question left open passes no test that asks for a value of it, a day or a choice."""
    wanted: dict[str, Value] = {"one_of": ["yes"], "before": "2026-12-01", "at_least": 2, "at_most": 9, "includes": "n"}
    assert holds(operator, state, wanted.get(operator, "yes")) is (operator == "is_not")


def test_joined() -> None:
    """All, any and not join tests, also of one another."""
    facts = Facts({"one": 1, "two": 2}, {}, {}, {})
    one, two, off = when("one", "is", 1), when("two", "is", 2), when("one", "is", 9)
    expected = {("all", one, two): True, ("all", one, off): False, ("any", off, two): True, ("any", off, off): False}
    for (operator, *parts), result in expected.items():
        assert compile_condition(joined(operator, *parts))(facts) is result
    assert compile_condition(joined("not", joined("any", off, joined("not", two))))(facts) is True


def test_vocabulary_is_closed() -> None:
    """These words and no others may stand in a flow."""
    assert set(OPERATORS) == {"is", "is_not", "one_of", "includes", "at_least", "at_most", "before"}


def test_derived_fact_is_worked_out_once() -> None:
    """A derived fact is computed when it is first asked for, and once."""
    asked: list[str] = []

    def double(facts: Facts) -> int:
        asked.append("double")
        return 2 * int(facts["one"])

    facts = Facts({"one": 2}, {}, {"double": double}, {})
    condition = compile_condition(joined("all", when("double", "is", 4), when("double", "at_least", 4)))
    assert condition(facts)
    assert condition(facts)
    assert asked == ["double"]
