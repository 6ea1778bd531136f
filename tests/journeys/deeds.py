"""What somebody does with a question, whatever surface it stands on, and how it is typed where nothing can be pressed.

Knows no surface; each has hands of its own for these deeds.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.engine.model import Text

NONE = "none"  # the id of the choice that goes with nothing else

Words = str | Text  # typed on every surface: the same in both languages, or in each its own


class Press(NamedTuple):
    """One choice, by its id, or by its place where the record made its id."""

    choice: str | int


class Tick(NamedTuple):
    """Several choices, named as for a press."""

    choices: tuple[str | int, ...]


class Day(NamedTuple):
    """A day of the calendar, in ISO form."""

    day: str


class Move(NamedTuple):
    """A universal move, by its name; `typed` is its word."""

    name: str
    typed: Text


class Fill(NamedTuple):
    """The fields of a form in their order, None or nothing for one that stays as it is shown; `typed` says the same."""

    typed: Words
    values: tuple[Any, ...] = ()

    def of(self, language: str) -> "Fill":
        """As it is filled in by somebody of this language."""
        return Fill(self.typed, tuple(word(one, language) if isinstance(one, Text) else one for one in self.values))


Deed = Words | Press | Tick | Day | Move | Fill


Choices = Sequence[tuple[str, str]]  # of a question, as (id, label)


def both(ja: str, en: str) -> Text:
    return Text(ja=ja, en=en)


def tick(*choices: str | int) -> Tick:
    return Tick(choices)


def word(words: Words, language: str) -> str:
    """What is typed for it in this language."""
    return words if isinstance(words, str) else words.of(language).strip()


def type_out(deed: Deed, choices: Choices, language: str) -> str:
    """The line somebody types who presses nothing."""
    if isinstance(deed, Press | Tick):
        chosen = deed.choices if isinstance(deed, Tick) else (deed.choice,)
        return _number(chosen, choices)
    if isinstance(deed, Day):
        return deed.day
    return word(deed.typed if isinstance(deed, Move | Fill) else deed, language)


def _number(chosen: Sequence[str | int], choices: Choices) -> str:
    """Choices by their places; one that goes with nothing else by its label, as its place may be written 0."""
    labels = dict(choices) | {place: label for place, (_, label) in enumerate(choices, 1)}
    places = {name: place for place, (name, _) in enumerate(choices, 1)}
    if tuple(chosen) == (NONE,):
        return labels[NONE]
    return ", ".join(str(one if isinstance(one, int) else places[one]) for one in chosen)
