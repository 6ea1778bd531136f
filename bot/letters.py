"""What one conversation is told in one go: rows that are due as letters, which of them have arrived, what came of each.

Values and bookkeeping; knows no platform and sends nothing.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.prompts import Prompt, Shown, Told
from bot.state.accounts import Account
from bot.state.outbox import DEAD, UNKNOWN, Outcome
from bot.state.queries import Ready

SAID, ASKED = "said", "asked"  # the parts of a row: what it tells, and the question behind it


class Letter(NamedTuple):
    """One part of a row in words. `key` is the same at every try and tells nothing; `refs` are its messages that have
    arrived; `stands` where the first of them is to be changed in place of a new one; `is_alone` where no other letter
    may be in its message, because that will be changed later."""

    key: str
    row: str
    part: str
    shown: tuple[Shown, ...]
    refs: tuple[str, ...] = ()
    stands: bool = False
    is_alone: bool = False


class Posted(NamedTuple):
    """One message of a letter arrived, at `ref`; `is_last` where the whole letter has."""

    letter: Letter
    ref: str | None
    is_last: bool


class Closed(NamedTuple):
    """A card as it is to be from now on: what it asked, and the answer as the person sees it, if there is one."""

    ref: str
    text: str
    answer: str | None
    language: str


class Sender(Protocol):
    """A surface that can be written to, told apart by what may have arrived and what has not for certain.

    Everything but `to_standing` raises Throttled, Rejected, Barred, or whatever else went wrong; then nobody knows.
    """

    async def send(self, account: Account, shown: Sequence[Shown | Told]) -> None:
        """Say it now, outside the outbox."""

    async def read_back(self, account: Account, since: datetime) -> Mapping[str, str]:
        """What of ours arrived there since: where, by the mark it was posted under."""

    def post(self, account: Account, letters: Sequence[Letter], found: Mapping[str, str]) -> AsyncIterator[Posted]:
        """Write letters in order; what is among `found` is taken as arrived."""

    async def close(self, account: Account, card: Closed) -> None:
        """Leave nothing to press on a card."""

    def to_standing(self, prompt: Prompt) -> str:
        """What of a question stays readable once it is answered."""


@dataclass(slots=True)
class Batch:
    """What is due in one conversation in one lane, in words, and how far it came."""

    rows: Sequence[Ready] = ()
    letters: Sequence[Letter] = ()
    prompt: Prompt | None = None
    over: frozenset[str] = frozenset()  # interviews among it that have come to their end
    is_all: bool = True  # nothing is due there in another lane
    refs: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)  # rows of which nobody can know whether they were told

    def doubt(self, since: datetime) -> None:
        """Somebody may have told these before they could note it: what is told once is not told again."""
        due = {row.key for row in self.rows if row.due_at <= since}
        self.unknown = {one.row for one in self.letters if one.row in due and self.is_told_once(one)}
        self.letters = [one for one in self.letters if one.row not in self.unknown]

    def is_told_once(self, letter: Letter) -> bool:
        """Whether saying it twice would be more than a question asked twice, or a message put in its own place."""
        return next(row.kind for row in self.rows if row.key == letter.row) != "turn" and not letter.stands

    def note(self, posted: Posted) -> None:
        letter = posted.letter
        known = self.refs.setdefault((letter.row, letter.part), list(letter.refs))
        if posted.ref and posted.ref not in known:
            known[:] = [posted.ref] if letter.stands else [*known, posted.ref]
        if posted.is_last:
            self.arrived.add(letter.key)

    @property
    def missing(self) -> Letter | None:
        """The first letter that has not arrived."""
        return next((letter for letter in self.letters if letter.key not in self.arrived), None)

    @property
    def asked(self) -> Letter | None:
        """The question, once it has arrived."""
        return next((one for one in self.letters if one.part == ASKED and one.key in self.arrived), None)

    def judge(self, reason: str | None, card: str, state_then: str = DEAD) -> list[Outcome]:
        """What came of each row; the first that has not arrived is given up for this reason, if there is one."""
        missing = {letter.row for letter in self.letters if letter.key not in self.arrived}
        first = self.missing.row if self.missing else None
        outcomes = []
        for row in self.rows:
            refs = {**row.refs, **{part: refs for (key, part), refs in self.refs.items() if key == row.key}}
            state = "sent" if row.key not in missing else None
            if row.key in self.unknown:
                outcomes.append(Outcome(row.key, row.due_at, UNKNOWN, refs, "interrupted"))
                continue
            why = reason if reason and row.key == first else None
            put = card if self.asked and self.asked.row == row.key else None
            outcomes.append(Outcome(row.key, row.due_at, state_then if why else state, refs, why, put))
        return outcomes
