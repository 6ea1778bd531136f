"""The audit chain: one row for each change, its hash made from the row before it.

Pure; the store writes the rows.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

_QUOTE = encode_basestring  # a text as JSON that keeps Japanese as it is; a whole encoder takes four times as long
FIRST = "0" * 64  # what the first row follows


class Entry(NamedTuple):
    """One change: who did what to which thing, and nothing secret of it."""

    actor: str
    action: str
    object: str
    detail: str
    at: datetime | str  # as text where SQLite keeps it so: a damaged one is to be told, not to stop the reading


@lru_cache(maxsize=64)  # all entries of one batch share one instant
def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_row(seq: int, entry: Entry) -> str:
    """SHA-256 over the row's own fields as canonical JSON; with it others follow the chain past a row they may not
    see."""
    return _digest(write_row(seq, entry))


def link_row(before: str, digest: str) -> str:
    """The row's hash: SHA-256 over the hash before it and the row's own digest."""
    return _digest(f"{before}\n{digest}")


def hash_row(before: str, seq: int, entry: Entry) -> str:
    return link_row(before, digest_row(seq, entry))


def list_hashes(before: str, seq: int, entry: Entry) -> tuple[str, str]:
    """What the row's hash may be: as it is made now, or as it was made at first, over the fields themselves. No text is
    both a digest and JSON, so neither can stand for the other."""
    return hash_row(before, seq, entry), _digest(f"{before}\n{write_row(seq, entry)}")


def write_instant(entry: Entry) -> str:
    """When it was, as it is hashed."""
    return entry.at if isinstance(entry.at, str) else _stamp(entry.at)


def write_row(seq: int, entry: Entry) -> str:
    """The row's own fields as canonical JSON."""
    actor, action, thing, detail, _ = entry
    stamp = write_instant(entry)
    return f"[{seq}, {_QUOTE(stamp)}, {_QUOTE(actor)}, {_QUOTE(action)}, {_QUOTE(thing)}, {_QUOTE(detail)}]"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def chain(head_seq: int, head_hash: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries as rows that continue the chain from its head."""
    rows: list[dict[str, Any]] = []
    for place, entry in enumerate(entries, head_seq + 1):
        head_hash = hash_row(head_hash, place, entry)
        rows.append(
            {
                "seq": place,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "object": entry.object,
                "detail": entry.detail,
                "hash": head_hash,
            }
        )
    return rows


class Link(NamedTuple):
    """One row as far as the chain goes: its number, its hash, and whether it follows from the row before."""

    seq: int
    hash: str
    follows: bool


def follow(rows: Iterable[Any]) -> Iterator[Link]:
    """The rows link by link; the first that does not follow is the last, under the number that should stand there.

    `rows` are (seq, at, actor, action, object, detail, hash), in order of `seq`.
    """
    expected, last = FIRST, 0
    for seq, at, actor, action, thing, detail, found in rows:
        try:
            entry = Entry(actor, action, thing, detail, at)
            is_next = seq == last + 1
            follows = is_next and (
                hash_row(expected, seq, entry) == found or found in list_hashes(expected, seq, entry)
            )
        except (TypeError, AttributeError):  # where SQLite holds something that is no text
            follows = False
        if not follows:
            yield Link(last + 1, expected, False)
            return
        expected, last = found, seq
        yield Link(seq, found, True)


def find_break(rows: Iterable[Any], head_seq: int, head_hash: str) -> int | None:
    """The number of the first row that does not follow from the one before it, or None where the chain holds.

    `rows` as for `follow`; a head that does not match the last row counts as a break after it.
    """
    link = Link(0, FIRST, True)
    for link in follow(rows):  # noqa: B007 - the last one counts
        pass
    if not link.follows:
        return link.seq
    return None if (link.seq, link.hash) == (head_seq, head_hash) else link.seq + 1
