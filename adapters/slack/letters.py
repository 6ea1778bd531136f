"""Letters as messages of Slack: which are sent together, and the mark by which each is found again. Sends nothing."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from adapters.slack.blocks import Message, join
from adapters.slack.render import Token, holds_table, to_messages
from bot.engine.lexicon import Shared
from bot.letters import Letter, Posted
from bot.prompts import Notice, Prompt

EVENT = "secret_review_message"


class Envelope(NamedTuple):
    """One message and the parts of letters that are in it; without a message where all of them arrived before."""

    message: Message | None
    marks: tuple[str, ...]
    parts: tuple[tuple[Letter, bool], ...]  # and whether the letter ends here
    ref: str | None = None  # where it arrived, or stands and is to be changed
    takes_more: bool = False  # notices may follow in the same message
    pictured: Prompt | None = None  # whose table is in it, and may be shown as a picture too

    def arrive(self, ref: str | None) -> Iterator[Posted]:
        yield from (Posted(letter, ref, is_last) for letter, is_last in self.parts)

    def to_arguments(self) -> dict[str, Any]:
        """For chat.postMessage and chat.update, but the channel."""
        metadata = {"event_type": EVENT, "event_payload": {"key": " ".join(self.marks)}}
        return {**(self.message or {}), "metadata": metadata}


def to_envelopes(
    letters: Sequence[Letter], found: Mapping[str, str], shared: Shared, token: Token
) -> Iterator[Envelope]:
    """In order; notices in a row are one message as far as it holds them, a question is one of its own."""
    waiting: Envelope | None = None
    for letter in letters:
        for one in _split(letter, found, shared, token):
            joined = _join(waiting, one)
            if waiting and not joined:
                yield waiting
            waiting = joined or one
    if waiting:
        yield waiting


def _split(letter: Letter, found: Mapping[str, str], shared: Shared, token: Token) -> Iterator[Envelope]:
    """One letter as messages by itself, so that the place of each is the same at every try."""
    told = list(takewhile(lambda one: isinstance(one, Notice), letter.shown))
    messages = [(message, True) for message in to_messages(told, shared, token)]
    messages += [(message, False) for message in to_messages(letter.shown[len(told) :], shared, token)]
    for place, (message, is_notice) in enumerate(messages):
        mark = f"{letter.key}.{place}"
        known = letter.refs[place] if place < len(letter.refs) else None
        ref = found.get(mark) or known
        is_last = place + 1 == len(messages)
        has_arrived = ref is not None and not letter.stands
        parts = ((letter, is_last),)
        takes_more = is_notice and ref is None and not letter.is_alone
        prompt = _find_pictured(letter) if holds_table(message) else None
        yield Envelope(None if has_arrived else message, (mark,), parts, ref, takes_more, prompt)


def _find_pictured(letter: Letter) -> Prompt | None:
    return next((one for one in letter.shown if isinstance(one, Prompt) and one.table), None)


def _join(first: Envelope | None, second: Envelope) -> Envelope | None:
    if first is None or not (first.takes_more and second.takes_more and first.message and second.message):
        return None
    message = join(first.message, second.message)
    return (
        first._replace(message=message, marks=first.marks + second.marks, parts=first.parts + second.parts)
        if message
        else None
    )


def read_marks(message: Mapping[str, Any]) -> list[str]:
    """The marks of a message of ours, as conversations.history tells it; of any other none."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return []
    return str((metadata.get("event_payload") or {}).get("key", "")).split()
