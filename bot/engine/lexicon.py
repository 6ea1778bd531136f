"""The words people type, and how text is brought to one form before it is compared with them.

The words themselves come from `content/shared/messages.yaml`; knows nothing of flows or of what a word will do.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from pydantic import BaseModel

from bot.engine.marks import cut_marks
from bot.engine.model import FROZEN, Choice, Text

INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
TRAILING = " \t。．.!！、,"
MOST_AROUND = 8  # characters by which a word may be longer as it is typed
QUOTED = re.compile(r"^[「\"“](.+)[」\"”]$", re.DOTALL)  # a word between these is meant as it stands


class MoveWords(BaseModel):
    """How one universal move is shown, typed, and recognised inside a short sentence."""

    model_config = FROZEN

    shown: Text
    also: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    @cached_property
    def spellings(self) -> frozenset[str]:
        words = (self.shown.ja, self.shown.en, *self.also)
        return frozenset(fold_word(word).rstrip("?") or word for word in words)

    @cached_property
    def openings(self) -> tuple[str, ...]:
        """The spellings, the longest first, so that what stands behind one is never part of another."""
        return tuple(sorted(self.spellings, key=len, reverse=True))

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        """What it is recognised by inside a longer message, folded."""
        return tuple(map(fold_word, self.within))


class Aside(BaseModel):
    """A small question of the engine's own, asked beside the flow's."""

    model_config = FROZEN

    title: Text
    body: Text | None = None
    choices: tuple[Choice, ...] = ()


class CommandWords(BaseModel):
    """One word of the command: how it is shown, typed and explained, and which flow it begins, if it does."""

    model_config = FROZEN

    shown: Text
    also: tuple[str, ...] = ()
    tells: Text
    flow: str | None = None
    leads: bool = False  # is looked at first where no word is given

    @cached_property
    def spellings(self) -> frozenset[str]:
        return frozenset(map(fold_word, (self.shown.ja, self.shown.en, *self.also)))


class Shared(BaseModel):
    """Everything of `content/shared` that all flows use."""

    model_config = FROZEN

    says: Mapping[str, Text]  # notices by name
    asides: Mapping[str, Aside]
    moves: Mapping[str, MoveWords]
    yes: Choice
    no: Choice
    none: tuple[str, ...]  # words for "none of these"
    keep: tuple[str, ...]  # leave it as it is
    all: tuple[str, ...]  # every one of the list
    myself: tuple[str, ...]
    particles: tuple[str, ...]  # between a place and its answer
    send: tuple[str, ...]  # a form is right as shown
    asking: tuple[str, ...]  # words that make a message ending in a question mark a question to us
    joins: tuple[str, ...]  # words between two numbers of one line
    counters: tuple[str, ...]  # words that may follow a number
    honorifics: tuple[str, ...]
    hedges: tuple[str, ...]  # what people say around an answer
    denials: tuple[str, ...]  # what behind a label takes it back
    leaving: tuple[str, ...]  # what beside a place leaves it out
    lacking: tuple[str, ...]  # what beside the name of a thing says that it is not there
    formats: Mapping[str, Text]  # how a person, a list, a missing fact are written
    sources: Mapping[str, Text] = {}  # what was published, by the key that stands behind `found:`
    doubts: Mapping[str, Text] = {}  # why a company's lawyer should confirm something, by the key of `unverified`
    surfaces: Mapping[str, Mapping[str, Text]]  # what differs by surface
    commands: Mapping[str, CommandWords] = {}  # words of the command, by name

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """The move of every word that is one; the first where two share a word."""
        return {word: name for name, words in reversed(list(self.moves.items())) for word in words.spellings}


class Move(NamedTuple):
    """One universal move, or word of the command, and what was said with it, e.g. ("change", "2")."""

    name: str
    argument: str = ""


def clean(text: str) -> tuple[str, int]:
    """Text without control, direction-changing and zero-width characters and endless marks, and how many there were."""
    shown, removed = INVISIBLE.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = cut_marks(shown)
    return unicodedata.normalize("NFC", kept).strip(), removed + len(shown) - len(kept)


def fold(text: str) -> str:
    """The form in which two words are compared: NFKC, lower case, one kind of space, no closing punctuation."""
    return " ".join(_to_plain(text).split()).strip(TRAILING)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """`fold` for the words of content, which come again with every message; never for what a person typed."""
    return fold(word)


def cut_front(text: str, word: str) -> str | None:
    """What stands behind this word at the beginning of a text, as it was typed; None where it does not begin so."""
    wanted = fold_word(word)
    if not wanted or not fold(text).startswith(wanted):
        return None
    ends = (end for end in range(1, min(len(text), len(word) + MOST_AROUND) + 1) if fold(text[:end]) == wanted)
    return next((text[end:] for end in ends), None)


def has_letters(text: str) -> bool:
    """Whether anything can be read in it; emoji and spaces alone cannot."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def unquote(text: str) -> str | None:
    """What stands between 「 and 」 when the whole text does, else None."""
    found = QUOTED.match(text.strip())
    return found.group(1).strip() if found else None


def is_question(text: str, shared: Shared) -> bool:
    """Whether a message asks us something, rather than naming a thing with a doubtful "?"."""
    folded = _to_plain(text).strip()
    return folded.endswith("?") and any(fold_word(word) in folded for word in shared.asking)


def read_move(text: str, shared: Shared) -> Move | None:
    """The universal move this text is, where the whole message is its word; `change` may carry what to change."""
    folded = fold(text).rstrip("?") or text.strip()
    name = shared.spellings.get(folded)
    if name:
        return Move(name)
    openings = shared.moves["change"].openings
    for spelling in openings if folded.startswith(openings) else ():
        if folded.startswith(spelling + " ") or (folded.startswith(spelling) and folded[len(spelling) :].isdigit()):
            return Move("change", folded[len(spelling) :].strip())
    return _read_handing(folded, shared.moves["hand_over"])


def read_command(text: str, shared: Shared) -> Move | None:
    """The word of the command that a text begins with, and what stands behind it, e.g. ("hours", "9 18")."""
    folded = fold(text)
    words = [(spelling, name) for name, command in shared.commands.items() for spelling in command.spellings]
    for spelling, name in sorted(words, key=lambda word: -len(word[0])):
        if f"{folded} ".startswith(f"{spelling} "):
            return Move(name, folded[len(spelling) :].strip())
    return None


def _read_handing(folded: str, words: MoveWords) -> Move | None:
    """「任せる 鈴木さん」 and 「鈴木さんに任せる」: the move with the name of whom."""
    for spelling in words.openings if folded.startswith(words.openings) else ():
        if folded.startswith(f"{spelling} "):
            return Move("hand_over", folded[len(spelling) :].strip())
    for ending in words.phrases if folded.endswith(words.phrases) else ():
        if folded.endswith(ending) and len(folded) > len(ending):
            return Move("hand_over", folded.removesuffix(ending).strip())
    return None


def read_move_within(text: str, shared: Shared, only: str = "pause") -> Move | None:
    """A move recognised from one of its phrases inside a longer message."""
    folded = fold(text)
    return Move(only) if any(map(folded.__contains__, shared.moves[only].phrases)) else None


def _to_plain(text: str) -> str:
    return unicodedata.normalize("NFKC", cut_marks(text)).casefold()
