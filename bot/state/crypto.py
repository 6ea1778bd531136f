"""Sealing: AES-256-GCM under a data key, which is itself wrapped by a master key outside the database.

A sealed cell opens only at its own table, row and column. Knows nothing of what it seals.
"""

import base64
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.state.files import can_write, write_once
from bot.state.signing import read_private_key, write_private_key

VERSION = b"\x01"
NONCE = 12
KEY = 32
WRAPPING = b"secret-review data key 1"


class Damaged(Exception):
    """A sealed cell does not open: changed, moved from its place, or sealed under another key."""


class KeyFault(Exception):
    """A key file cannot be used; `code` says how."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path}")
        self.code, self.path = code, path


class Vault:
    """Seals and opens cells under one data key."""

    __slots__ = ("_audit_key", "_cipher")

    def __init__(self, data_key: bytes) -> None:
        self._cipher = AESGCM(data_key)
        self._audit_key = hmac.digest(data_key, b"audit digest", "sha256")

    def seal(self, table: str, row: str, column: str, text: str) -> bytes:
        """The text as bytes that only `open` with the same three names reads again."""
        nonce = os.urandom(NONCE)
        place = f"{table}\0{row}\0{column}".encode()
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), place)

    def open(self, table: str, row: str, column: str, sealed: bytes) -> str:
        """The text of a cell. Raises Damaged."""
        place = f"{table}\0{row}\0{column}".encode()
        if sealed[:1] != VERSION:
            raise Damaged(f"{table} {row} {column}")
        try:
            plain = self._cipher.decrypt(bytes(sealed[1 : 1 + NONCE]), bytes(sealed[1 + NONCE :]), place)
        except (InvalidTag, ValueError) as fault:
            raise Damaged(f"{table} {row} {column}") from fault
        return plain.decode("utf-8", "surrogatepass")

    def make_own(self, table: str, row: str) -> tuple["Vault", bytes]:
        """A vault with a key of its own for one row, and that key sealed: without it nobody reads the row."""
        key = AESGCM.generate_key(bit_length=KEY * 8)
        return Vault(key), self.seal(table, row, "key", base64.b64encode(key).decode())

    def open_own(self, table: str, row: str, sealed: bytes) -> "Vault":
        """The vault whose key `make_own` sealed. Raises Damaged."""
        return Vault(base64.b64decode(self.open(table, row, "key", sealed)))

    def digest(self, text: str) -> str:
        """A keyed digest, so that the audit proves a content without telling it."""
        return hmac.digest(self._audit_key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def new_data_key(master_key: bytes) -> tuple[bytes, bytes]:
    """A fresh data key, plain and wrapped."""
    data_key = AESGCM.generate_key(bit_length=KEY * 8)
    nonce = os.urandom(NONCE)
    return data_key, VERSION + nonce + AESGCM(master_key).encrypt(nonce, data_key, WRAPPING)


def unwrap_data_key(master_key: bytes, wrapped: bytes, path: Path) -> bytes:
    """The data key. Raises KeyFault where this master key did not wrap it."""
    try:
        if wrapped[:1] != VERSION:
            raise InvalidTag
        return AESGCM(master_key).decrypt(wrapped[1 : 1 + NONCE], wrapped[1 + NONCE :], WRAPPING)
    except (InvalidTag, ValueError) as fault:
        raise KeyFault("key_other", path) from fault


def read_master_key(path: Path) -> bytes:
    """The 32 bytes of the key file. Raises KeyFault when it is missing, unreadable or not a key."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as fault:
        raise KeyFault("key_missing", path) from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise KeyFault("key_unreadable", path) from fault
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as fault:
        raise KeyFault("key_unreadable", path) from fault
    if len(key) != KEY:
        raise KeyFault("key_unreadable", path)
    return key


def probe_master_key(path: Path) -> None:
    """Raise KeyFault where the key file can be neither read nor made; makes nothing."""
    if os.path.exists(path):
        read_master_key(path)
        return
    if not can_write(path):
        raise KeyFault("key_unwritable", path)


def make_master_key(path: Path) -> bytes:
    """Write a new key file that only its owner reads; an existing one is read instead, never replaced."""
    key = AESGCM.generate_key(bit_length=KEY * 8)
    try:
        write_once(path, base64.b64encode(key).decode() + "\n")
    except OSError as fault:
        raise KeyFault("key_unwritable", path) from fault
    return read_master_key(path)


def probe_signing_key(path: Path) -> None:
    """Raise KeyFault where the signing key can be neither read nor made; makes nothing."""
    if os.path.exists(path):
        _read_signing_key(path)
    elif not can_write(path):
        raise KeyFault("signing_key_unwritable", path)


def make_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs checkpoints: read where its file stands, else made like the master key. Raises KeyFault."""
    try:
        if not os.path.exists(path):
            write_once(path, write_private_key(Ed25519PrivateKey.generate()))
    except OSError as fault:
        raise KeyFault("signing_key_unwritable", path) from fault
    return _read_signing_key(path)


def _read_signing_key(path: Path) -> Ed25519PrivateKey:
    try:
        return read_private_key(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as fault:
        raise KeyFault("signing_key_unreadable", path) from fault
