"""Where Teams' services are, whose tokens they carry, and which addresses we may write to. Calls nobody."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

# Microsoft's documented endpoints of Teams: worldwide, then the three clouds of the American government.
HOSTS = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
CHANNEL = "msteams"
LONGEST_URL = 255


def is_microsofts(url: object) -> bool:
    """Whether this is an address of Teams' own: https, a documented host by name, nothing before or behind it."""
    parts = _split(url)
    return parts is not None and parts.scheme == "https" and parts.hostname in HOSTS and parts.port in (None, 443)


def is_loopback(url: object) -> bool:
    """Whether this leads to this machine and nowhere else, as it does in the Playground."""
    parts = _split(url)
    return parts is not None and parts.scheme == "http" and parts.hostname in LOOPBACK


def _split(url: object) -> SplitResult | None:
    """None for anything that two readers might take for different addresses."""
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or len(url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_plain = not set(url) & set(" \\@?#;%") and has_port
    return parts if is_plain and ".." not in parts.path else None


class Cloud(NamedTuple):
    """One cloud: where its signing keys are told, who issues its tokens, what its addresses look like."""

    openid: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    issuer: str = "https://api.botframework.com"
    scope: str = "https://api.botframework.com/.default"
    authority: str = "https://login.microsoftonline.com/"
    is_service: Callable[[object], bool] = is_microsofts


PUBLIC = Cloud()
PLAYGROUND = Cloud(is_service=is_loopback)
