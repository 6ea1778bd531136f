"""A chain of two hundred rows with checkpoints at every fiftieth, and everything somebody could do to it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.state.audit import FIRST, Entry, chain
from bot.state.signing import Note, PublicKey, Signer, read_notes
from bot.state.vouching import Found, Verdict, judge_chain, sort_notes
from tests.state.world import MONDAY

LENGTH = 200
EVERY = 50
ORIGIN = "secret-review/0011223344556677"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
TEXTS = ("actor", "action", "object", "detail", "hash")


class Row(NamedTuple):
    seq: int
    at: Any
    actor: str
    action: str
    object: str
    detail: str
    hash: str


def make_rows(length: int = LENGTH, salt: str = "") -> list[Row]:
    """As the store would write them; another `salt` is another history."""
    entries = [
        Entry(f"person-{n % 7}", "turn.open", f"item-{n:04}", f'{{"n":{n}{salt}}}', MONDAY + timedelta(minutes=n))
        for n in range(length)
    ]
    return [Row(**row) for row in chain(0, FIRST, entries)]


def rehash(rows: Sequence[Row]) -> list[Row]:
    """Every number and hash made anew, as somebody would who knows how."""
    entries = [Entry(row.actor, row.action, row.object, row.detail, row.at) for row in rows]
    return [Row(**row) for row in chain(0, FIRST, entries)]


def sign(row: Row, signer: Signer = SIGNER) -> Note:
    (note,) = read_notes(signer.sign(row.seq, row.hash, MONDAY + timedelta(minutes=row.seq)))
    return note


def keep(rows: Sequence[Row], signer: Signer = SIGNER, every: int = EVERY) -> list[Found]:
    """The checkpoints of these rows as they lie outside."""
    return [Found(sign(row, signer), f"outside-{row.seq}", True) for row in rows if row.seq % every == 0]


def look(rows: Sequence[Row], outside: Sequence[Found] = (), keys: Mapping[str, PublicKey] | None = None) -> Verdict:
    """What is said of rows whose head is the last of them."""
    known = {SIGNER.public.id: SIGNER.public} if keys is None else keys
    head = (rows[-1].seq, rows[-1].hash) if rows else (0, FIRST)
    return judge_chain(rows, head, sort_notes(outside, ORIGIN, known))


def flip(text: str, place: int, bit: int) -> str:
    raw = text.encode()
    return (raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]).decode("utf-8", "surrogateescape")


def list_flips(row: Row, thorough: bool) -> Iterator[Row]:
    """Every bit of every byte of a row, or of each field three bits; its number and instant likewise."""
    chance = random.Random(row.seq)
    for name in TEXTS:
        text = getattr(row, name)
        every = [(place, bit) for place in range(len(text.encode())) for bit in range(8)]
        for place, bit in every if thorough else chance.sample(every, 3):
            yield row._replace(**{name: flip(text, place, bit)})
    for bit in range(40) if thorough else chance.sample(range(40), 2):
        yield row._replace(seq=row.seq ^ 1 << bit)
        yield row._replace(at=row.at + timedelta(microseconds=1 << bit))
