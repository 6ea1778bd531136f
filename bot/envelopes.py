"""Letters as messages of a surface: which are sent together, the mark by which each is told apart. Sends nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from bot.letters import Letter, Posted
from bot.prompts import Notice, Prompt, Shown, Told

Message = Mapping[str, Any]


class Envelope(NamedTuple):
    """One message and the parts of letters that are in it; without a message where all of them arrived before."""

    message: Message | None
    marks: tuple[str, ...]
    parts: tuple[tuple[Letter, bool], ...]  # and whether the letter ends here
    ref: str | None = None  # where it arrived, or stands and is to be changed
    takes_more: bool = False  # notices may follow in the same message
    pictured: Prompt | None = None  # whose table is in it, and may be shown as a picture too

    def arrive(self, ref: str | None) -> Iterator[Posted]:
        """What has arrived, once the message has."""
        yield from (Posted(letter, ref, is_last) for letter, is_last in self.parts)


class Writing(NamedTuple):
    """How a surface writes: things to show as messages, two messages as one, or None where that is too much, and which
    message holds a table that a picture may stand beside."""

    write: Callable[[Sequence[Shown | Told]], Sequence[Message]]
    join: Callable[[Any, Any], Message | None]
    holds_table: Callable[[Any], bool] = lambda _: False


def to_envelopes(letters: Sequence[Letter], found: Mapping[str, str], writing: Writing) -> Iterator[Envelope]:
    """In order; notices in a row are one message as far as it holds them, a question is one of its own."""
    waiting: Envelope | None = None
    for letter in letters:
        for one in _split(letter, found, writing):
            joined = _join(waiting, one, writing)
            if waiting and not joined:
                yield waiting
            waiting = joined or one
    if waiting:
        yield waiting


def _split(letter: Letter, found: Mapping[str, str], writing: Writing) -> Iterator[Envelope]:
    """One letter as messages by itself, so that the place of each is the same at every try."""
    told = list(takewhile(lambda one: isinstance(one, Notice), letter.shown))
    messages = [(message, True) for message in writing.write(told)]
    messages += [(message, False) for message in writing.write(letter.shown[len(told) :])]
    for place, (message, is_notice) in enumerate(messages):
        mark = f"{letter.key}.{place}"
        known = letter.refs[place] if place < len(letter.refs) else None
        ref = found.get(mark) or known
        is_last = place + 1 == len(messages)
        has_arrived = ref is not None and not letter.stands
        parts = ((letter, is_last),)
        takes_more = is_notice and ref is None and not letter.is_alone
        prompt = _find_pictured(letter) if writing.holds_table(message) else None
        yield Envelope(None if has_arrived else message, (mark,), parts, ref, takes_more, prompt)


def _find_pictured(letter: Letter) -> Prompt | None:
    return next((one for one in letter.shown if isinstance(one, Prompt) and one.table), None)


def _join(first: Envelope | None, second: Envelope, writing: Writing) -> Envelope | None:
    if first is None or not (first.takes_more and second.takes_more and first.message and second.message):
        return None
    message = writing.join(first.message, second.message)
    if message is None:
        return None
    return first._replace(message=message, marks=first.marks + second.marks, parts=first.parts + second.parts)
