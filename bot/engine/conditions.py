"""The closed vocabulary of conditions, compiled to plain predicates over facts.

`is is_not one_of includes at_least at_most before`, joined by `all any not`; nothing else can be said in content.
"""

from collections.abc import Callable

from bot.engine.facts import Facts
from bot.engine.model import UNANSWERED, Condition, Value

Predicate = Callable[[Facts], bool]


def _size(value: Value) -> float:
    """A number is itself, a list or text counts by its length, nothing counts as none."""
    if isinstance(value, bool) or value is None:
        return float(bool(value))
    if isinstance(value, int | float):
        return value
    return len(value)


def _is_open(value: Value) -> bool:
    """Whether a question was left without a value; how it was left has no size and no parts."""
    return isinstance(value, str) and value in UNANSWERED


TESTS: dict[str, Callable[[Value, Value], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "is_not": lambda value, wanted: value != wanted,
    "one_of": lambda value, wanted: value in wanted,
    "includes": lambda value, wanted: (
        isinstance(value, list | tuple | str | dict) and not _is_open(value) and wanted in value
    ),
    "at_least": lambda value, wanted: not _is_open(value) and _size(value) >= wanted,
    "at_most": lambda value, wanted: not _is_open(value) and _size(value) <= wanted,
    "before": lambda value, wanted: isinstance(value, str) and value < wanted,
}


def compile_condition(condition: Condition) -> Predicate:
    """One predicate for one condition; `before` compares ISO dates."""
    if condition.operator in ("all", "any", "not"):
        return _compile_joined(condition)
    test, fact, wanted = TESTS[condition.operator], condition.fact, condition.value
    if condition.operator == "is":
        return lambda facts: bool(facts[fact] == wanted)
    return lambda facts: test(facts[fact], wanted)


def _compile_joined(condition: Condition) -> Predicate:
    parts = [compile_condition(part) for part in condition.parts]
    if condition.operator == "all":
        return lambda facts: all(part(facts) for part in parts)
    if condition.operator == "any":
        return lambda facts: any(part(facts) for part in parts)
    only = parts[0]
    return lambda facts: not only(facts)
