"""How often something may happen within a while, from one address and from all together. Held in memory alone, never
written down; an address is a keyed digest that means nothing once the process has ended.
"""

import hashlib
import ipaddress
import secrets
from collections import Counter
from dataclasses import dataclass, field

SENDER_BITS = 64  # of an IPv6 address: whoever has one has all that begin alike


class Senders:
    """Names whoever a request comes from, for as long as this process lives."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)

    def name(self, host: str | None) -> str:
        """The same for all addresses of one household or office line."""
        return hashlib.blake2b(_to_network(host or "").encode(), key=self._salt, digest_size=16).hexdigest()


def _to_network(host: str) -> str:
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    if mapped or found.version == 4:  # noqa: PLR2004 - of the protocol
        return str(mapped or found)
    return str(ipaddress.ip_network((found, SENDER_BITS), strict=False))


@dataclass(slots=True)
class Limit:
    """At most so many from one sender, and so many in all, within so many seconds."""

    each: int
    all: int
    seconds: float
    _noted: list[tuple[float, str]] = field(default_factory=list)  # when, and from whom

    def is_reached(self, sender: str, now: float) -> bool:
        self._noted = [(at, who) for at, who in self._noted if now - at < self.seconds]
        return len(self._noted) >= self.all or Counter(who for _, who in self._noted)[sender] >= self.each

    def note(self, sender: str, now: float) -> None:
        self._noted.append((now, sender))
