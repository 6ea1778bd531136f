"""A checkpoint of the audit chain as signed text, and the keys that sign and check it.

Knows no database and no clock: a file of checkpoints and a public key are all that checking one takes. The text is a
signed note as transparency logs write it (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), so that tools of others read
it too; the hash is the chain's at that row, not a tree's.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

ED25519 = b"\x01"  # the kind of signature, as signed notes number them
ID = 4  # bytes of a key's id, which stand before each signature

NOTE = re.compile(
    r"^(?P<body>(?P<origin>[!-~]+)\n(?P<seq>[1-9][0-9]{0,19})\n(?P<hash>[A-Za-z0-9+/]{43}=)\n(?P<at>[0-9TZ:.+-]{20,32})\n)"
    r"\n\u2014 (?P<signer>[!-~]+) (?P<signature>[A-Za-z0-9+/]{90}[A-Za-z0-9+/=]{2})$",
    re.MULTILINE,
)


class Checkpoint(NamedTuple):
    """The head of one deployment's chain at one instant: how many rows it had, and the hash of the last."""

    origin: str  # which deployment's; no spaces, no plus
    seq: int
    hash: str  # 64 hexadecimal digits
    at: datetime


class Note(NamedTuple):
    """A checkpoint as it was read: what it says, under whose key it stands, and the text that was signed."""

    checkpoint: Checkpoint
    key: str  # eight hexadecimal digits
    body: str
    signature: bytes
    text: str


class PublicKey(NamedTuple):
    """What checks signatures. `id` belongs to the origin too, so the same key has another one elsewhere."""

    origin: str
    raw: bytes

    @property
    def id(self) -> str:
        return hashlib.sha256(self.origin.encode() + b"\n" + ED25519 + self.raw).digest()[:ID].hex()

    @property
    def line(self) -> str:
        """The key in one line: origin, id and key, as signed notes write it."""
        return f"{self.origin}+{self.id}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @property
    def pem(self) -> str:
        """The key as any other tool takes it."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Signer(NamedTuple):
    """Signs for one deployment."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.origin, self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, seq: int, head: str, at: datetime) -> str:
        """The checkpoint of a chain of so many rows as signed text."""
        body = write_body(Checkpoint(self.origin, seq, head, at))
        signed = bytes.fromhex(self.public.id) + self.private.sign(body.encode())
        return f"{body}\n\u2014 {self.origin} {base64.b64encode(signed).decode()}\n"


def write_body(one: Checkpoint) -> str:
    """The four lines that are signed: origin, number of rows, hash, instant."""
    stamp = one.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return f"{one.origin}\n{one.seq}\n{base64.b64encode(bytes.fromhex(one.hash)).decode()}\n{stamp}\n"


def read_notes(text: str) -> list[Note]:
    """Every checkpoint in a text, whatever stands around them; what is none is passed over."""
    found = (_read_note(match) for match in NOTE.finditer(text.replace("\r\n", "\n")))
    return [note for note in found if note]


def _read_note(match: re.Match[str]) -> Note | None:
    try:
        signed = base64.b64decode(match["signature"], validate=True)
        head = base64.b64decode(match["hash"], validate=True).hex()
        at = datetime.fromisoformat(match["at"])
    except (ValueError, binascii.Error):
        return None
    one = Checkpoint(match["origin"], int(match["seq"]), head, at)
    if at.tzinfo is None or match["signer"] != one.origin:
        return None
    if (write_body(one), base64.b64encode(signed).decode()) != (match["body"], match["signature"]):
        return None  # written in any other way: what is the same should be one text
    return Note(one, signed[:ID].hex(), match["body"], signed[ID:], f"{match[0]}\n")


def check_note(note: Note, keys: Mapping[str, PublicKey]) -> bool | None:
    """Whether the signature is right; None where none of these keys, by id, is the one it names."""
    key = keys.get(note.key)
    if key is None or key.origin != note.checkpoint.origin:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(note.signature, note.body.encode())
    except InvalidSignature:
        return False
    return True


def read_public_key(text: str, origin: str) -> PublicKey | None:
    """A key given as PEM or as one line; None where it is neither, or the line is of another origin."""
    if "-----BEGIN" in text:
        try:
            key = load_pem_public_key(text.encode())
        except ValueError:
            return None
        if not isinstance(key, Ed25519PublicKey):
            return None
        return PublicKey(origin, key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    named, _, rest = text.strip().partition("+")
    try:
        raw = base64.b64decode(rest.partition("+")[2], validate=True)
    except ValueError:
        return None
    key_of = PublicKey(named, raw[1:])
    is_one = raw[:1] == ED25519 and len(raw) == len(ED25519) + 32
    return key_of if is_one and named == origin and key_of.line == text.strip() else None


def write_private_key(key: Ed25519PrivateKey) -> str:
    """As the key file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_private_key(text: str) -> Ed25519PrivateKey:
    """From the text of a key file. Raises ValueError."""
    key = load_pem_private_key(text.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("another kind of key")
    return key
