"""What proves a line of a case without telling it: a commitment stands in the audit, whoever is given line and salt can
recompute it.

Knows no key and no database, so that it is checked anywhere. Once a case is erased its salts are gone, and then nobody
can try a guess against a commitment either.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

LINE = "incident.line"  # the action of the audit rows that hold commitments
SALT = 16  # bytes; as hard to guess as a key


def make_salt() -> str:
    return os.urandom(SALT).hex()


def commit(salt: str, incident: str, seq: int, kind: str, body: Mapping[str, Any]) -> str:
    """SHA-256 over the salt's bytes and the line with its place as canonical JSON. Raises ValueError where the salt is
    none."""
    line = json.dumps([incident, seq, kind, body], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(bytes.fromhex(salt) + line.encode("utf-8", "surrogatepass")).hexdigest()
