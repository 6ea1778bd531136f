"""The keys with which Teams' tokens are signed: fetched, kept, and fetched anew for one nobody has seen.

Knows where they are told, and nothing of what is signed by them.
"""

import asyncio
import json
from collections.abc import Mapping
from time import monotonic
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError
from yarl import URL

from bot.state.store import note_fault

OLDEST = 24 * 3600.0  # seconds after which they are fetched again without being asked
MOST_AT_ONCE = 5  # fetches in a row for keys nobody has seen; whoever makes up names must not make us a nuisance
ANOTHER_AFTER = 10.0  # seconds for each further one
FETCH_SECONDS = 5.0
LARGEST = 1024 * 1024
MOST_KEYS = 100
FETCH_FAULTS = (ClientError, OSError, TimeoutError, ValueError, TypeError, AttributeError, KeyError, PyJWTError)


class SigningKey(NamedTuple):
    """A public key, and the channels for which whoever holds its private half may speak."""

    key: RSAPublicKey
    endorsements: frozenset[str]


class Keys:
    """By the address of the OpenID metadata. `load` once before it is needed."""

    def __init__(self, openid: str, session: ClientSession) -> None:
        self.openid = URL(openid)
        self.session = session
        self.known: Mapping[str, SigningKey] = {}
        self.fetched_at = float("-inf")
        self.spare = float(MOST_AT_ONCE)
        self.asked_at = monotonic()
        self.under_way: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Raises one of FETCH_FAULTS where the keys cannot be had."""
        metadata = await self._fetch(self.openid)
        place = URL(metadata["jwks_uri"])
        if place.origin() != self.openid.origin():
            raise ValueError("keys from elsewhere")
        found = (await self._fetch(place))["keys"][:MOST_KEYS]
        self.known = dict(one for one in map(to_signing_key, found) if one)
        self.fetched_at = monotonic()

    async def find(self, name: str) -> SigningKey | None:
        """The key of this name; where it is unknown, or all are old, they are fetched once before saying no."""
        is_old = monotonic() - self.fetched_at > OLDEST
        if is_old or name not in self.known:
            await self._renew()
        return self.known.get(name)

    async def _renew(self) -> None:
        """Whoever comes while they are being fetched waits for the same answer."""
        if self.under_way is None:
            if not self._may_ask():
                return
            self.under_way = asyncio.create_task(self._load_quietly())
        await asyncio.shield(self.under_way)

    def _may_ask(self) -> bool:
        now = monotonic()
        self.spare = min(MOST_AT_ONCE, self.spare + (now - self.asked_at) / ANOTHER_AFTER)
        self.asked_at = now
        may = self.spare >= 1
        self.spare -= may
        return may

    async def _load_quietly(self) -> None:
        try:
            await self.load()
        except FETCH_FAULTS as fault:  # those we have are good until better ones come
            note_fault(fault)
        finally:
            self.under_way = None

    async def _fetch(self, url: URL) -> Any:
        limit = ClientTimeout(total=FETCH_SECONDS)
        async with self.session.get(url, allow_redirects=False, timeout=limit, raise_for_status=True) as response:
            body = await response.read()
        if len(body) > LARGEST:
            raise ValueError("too large")
        return json.loads(body)


def to_signing_key(told: Any) -> tuple[str, SigningKey] | None:
    """From an entry of a JWKS; None for any that is no RSA key with a name."""
    if not isinstance(told, Mapping) or told.get("kty") != "RSA" or not isinstance(told.get("kid"), str):
        return None
    try:
        key = PyJWK(dict(told), "RS256").key
    except PyJWTError:
        return None
    return told["kid"], SigningKey(key, frozenset(map(str, told.get("endorsements") or ())))
