"""What checkpoints say of an audit chain: whole or not from which row on, and up to where somebody outside can tell.

Pure, and knows no database: rows in order, the head, and the checkpoints that were found are all it takes.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from bot.state.audit import FIRST, Link, follow
from bot.state.signing import Checkpoint, Note, PublicKey, check_note

Cause = Literal["row", "head", "rewritten", "cut_off"]
Result = Literal["whole", "unanchored", "broken"]


class Found(NamedTuple):
    """A checkpoint as it was found: in which file, or in the database."""

    note: Note
    place: str
    outside: bool


class Mark(NamedTuple):
    """A checkpoint whose signature is right."""

    checkpoint: Checkpoint
    place: str
    outside: bool


class Doubt(NamedTuple):
    """A checkpoint that vouches for nothing."""

    place: str
    seq: int
    key: str


class Marks(NamedTuple):
    """What was found, parted by what it is worth. Those of other deployments are left out."""

    good: Sequence[Mark]
    forged: Sequence[Doubt]  # named one of our keys, which did not sign this
    unknown: Sequence[Doubt]  # signed by a key that was not given, so that nothing can be said


class Break(NamedTuple):
    """Where the chain does not hold. What is wrong may begin earlier, where somebody made hashes anew, but not before
    the last good checkpoint.

    `row`: that row does not follow from the one before. `rewritten`: rows follow from each other, but a checkpoint has
    another hash at `seen_at`; `row` is the first that may be another. `cut_off`: `row` is the first that is missing, a
    checkpoint counted `seen_at`. `head`: the same of the head's number or hash.
    """

    cause: Cause
    row: int
    seen_at: int
    place: str | None = None  # of the checkpoint that tells


class Verdict(NamedTuple):
    """What can be said of a chain."""

    rows: int  # that follow from each other
    breach: Break | None
    last_good: Mark | None  # that agrees with the rows
    anchored: Mark | None  # the same of those outside the database
    marks: Marks

    @property
    def result(self) -> Result:
        if self.breach or self.marks.forged:
            return "broken"
        return "whole" if self.anchored else "unanchored"

    @property
    def sure(self) -> int:
        """Rows from the first on that a checkpoint vouches for, whatever is wrong after them."""
        return self.last_good.checkpoint.seq if self.last_good else 0

    @property
    def rows_after(self) -> int:
        """Rows that no checkpoint outside vouches for."""
        return self.rows - (self.anchored.checkpoint.seq if self.anchored else 0)


def sort_notes(found: Iterable[Found], origin: str, keys: Mapping[str, PublicKey]) -> Marks:
    """Checkpoints of this origin by whether their signature is right."""
    good: list[Mark] = []
    forged: list[Doubt] = []
    unknown: list[Doubt] = []
    for one in found:
        if one.note.checkpoint.origin == origin:
            is_right = check_note(one.note, keys)
            if is_right:
                good.append(Mark(one.note.checkpoint, one.place, one.outside))
            else:
                doubt = Doubt(one.place, one.note.checkpoint.seq, one.note.key)
                (unknown if is_right is None else forged).append(doubt)
    return Marks(good, forged, unknown)


def judge_chain(rows: Iterable[Any], head: tuple[int, str], marks: Marks) -> Verdict:
    """Walk the rows, which come in order of `seq`, once; every checkpoint is held against the row it names."""
    waiting = deque(sorted(marks.good, key=lambda one: one.checkpoint.seq))
    last_good, anchored = None, None
    link = Link(0, FIRST, True)
    for link in follow(rows):
        if not link.follows:
            return Verdict(link.seq - 1, Break("row", link.seq, link.seq), last_good, anchored, marks)
        while waiting and waiting[0].checkpoint.seq == link.seq:
            mark = waiting.popleft()
            if mark.checkpoint.hash != link.hash:
                first = last_good.checkpoint.seq + 1 if last_good else 1
                breach = Break("rewritten", min(first, link.seq), link.seq, mark.place)
                return Verdict(link.seq, breach, last_good, anchored, marks)
            last_good, anchored = mark, mark if mark.outside else anchored
    return Verdict(link.seq, _judge_end(link, head, waiting), last_good, anchored, marks)


def _judge_end(link: Link, head: tuple[int, str], waiting: Sequence[Mark]) -> Break | None:
    """Whether there should be more rows than there are, by a checkpoint or by the head."""
    if waiting:
        mark = waiting[-1]
        return Break("cut_off", link.seq + 1, mark.checkpoint.seq, mark.place)
    return None if (link.seq, link.hash) == head else Break("head", link.seq + 1, max(link.seq + 1, head[0]))
