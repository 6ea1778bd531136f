"""Facts: what conditions and words may see at one point of an interview.

Given values, answers on the path and standing answers, and facts derived from those; never later answers, never the
live record.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.model import Flow, Value

Derive = Callable[["Facts"], Value]


class Facts:
    """Read facts by name; a derived fact is computed once, when first asked for."""

    __slots__ = ("answers", "catalogue", "derive", "derived", "given")

    def __init__(
        self,
        given: Mapping[str, Value],
        answers: dict[str, Value],
        derive: Mapping[str, Derive],
        catalogue: Mapping[str, Any],
    ) -> None:
        self.given = given
        self.answers = answers  # by question id; for a question with `about`, a dict by that value
        self.derive = derive
        self.catalogue = catalogue
        self.derived: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name in self.answers:
            return self.answers[name]
        if name in self.given:
            return self.given[name]
        if name in self.derived:
            return self.derived[name]
        function = self.derive.get(name)
        if function is None:
            return None  # a question not answered yet
        value = self.derived[name] = function(self)
        return value


def split_key(key: str) -> tuple[str, str | None]:
    """`question@about` → (question, about); `question` → (question, None)."""
    question, at, about = key.partition("@")
    return question, (about if at else None)


def put_answer(answers: dict[str, Value], key: str, value: Value) -> None:
    """Add one answer to a Facts' answers, under its `about` value where the key has one."""
    question, at, about = key.partition("@")
    if at:
        answers[question] = {**answers.get(question, {}), about: value}
    else:
        answers[question] = value


def known_names(flow: Flow) -> frozenset[str]:
    """Every name a condition or a `{place}` of this flow may use."""
    return frozenset((*flow.given, *flow.derived, *flow.questions))
