"""A genuine activity before it is signed, to be spoilt anywhere; and what it is to spoil one.

Each class of attack is a recipe with dice: thrown again and again it never makes the same request twice.
"""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.doubles.activities import execute, install, say, submit
from tests.doubles.payloads import Request
from tests.doubles.teams import APP, ISSUER, Signer
from tests.slack.serving import to_wire

CANARY = "canary"
PATH = "/api/messages"
SERVICE = "https://smba.trafficmanager.net/emea/"
LARGEST = 256 * 1024


TRUSTED = Signer("trusted")
STRANGER = Signer("trusted")  # another key under that name
UNTOLD = Signer("untold")
UNENDORSED = Signer("unendorsed", ("webchat",))


@dataclass(frozen=True)
class Draft:
    """A genuine request before it is signed, to be spoilt anywhere."""

    activity: Mapping[str, Any]
    claims: Mapping[str, Any]
    headers: Mapping[str, Any] = field(default_factory=dict)  # of the token
    signer: Signer = TRUSTED

    def sign(self) -> Request:
        return to_request(json.dumps(self.activity).encode(), f"Bearer {self.signer.sign(self.claims, **self.headers)}")


def to_request(body: bytes, token: str | None, media: str = "application/json") -> Request:
    named = [] if token is None else [(b"authorization", token.encode("utf-8", "surrogateescape"))]
    return Request(body, ((b"content-type", media.encode()), *named), path=PATH)


def make_canary(rng: random.Random) -> str:
    return f"{CANARY}-{rng.getrandbits(64):016x}"


def make_draft(rng: random.Random) -> Draft:
    """One of what Teams sends, with a canary in its text."""
    text, user = make_canary(rng), f"29:{rng.getrandbits(40):x}"
    data = {"token": text, "means": "choose", "choice": text}
    activity = rng.choice([say(text, user), execute(data, user), submit(data, user), install(user=user)])
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": APP, "nbf": now - rng.randrange(200), "exp": now + 3600, "serviceurl": SERVICE}
    return Draft({**activity, "serviceUrl": SERVICE, "name2": text, "id": f"{rng.getrandbits(60)}"}, claims)


def make_genuine(rng: random.Random) -> Request:
    return make_draft(rng).sign()


Spoil = Callable[[random.Random, Draft], Request]


@dataclass(frozen=True)
class Attack:
    name: str
    answers: tuple[int, ...]
    spoil: Spoil
    to_wire: Callable[[Request], bytes] = to_wire

    def make(self, seed: int, times: int) -> list[Request]:
        """So many, no two of them alike, each with a canary in its address."""
        rng = random.Random(seed)
        made = [self.spoil(rng, make_draft(rng)) for _ in range(times)]
        return [replace(one, path=f"{one.path}?{make_canary(rng)}") for one in made]
