"""The two tokens between Teams and us: theirs, checked on every request, and ours, fetched before we write.

Total where it checks: any bytes at all are a token of Teams' for this app, or not.
"""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

import jwt
from msal import ConfidentialClientApplication

from adapters.teams.cloud import CHANNEL, Cloud
from adapters.teams.keys import Keys
from bot.doorway import FORGED, BlankSecret, Refused
from bot.ports import Barred, Unsent

SCHEME = b"bearer "
LONGEST = 8_192  # characters of one token
SKEW = 300  # seconds between Microsoft's clock and ours
ALGORITHM = "RS256"
EARLIER = 300.0  # seconds before the end of ours in which it is fetched anew
REQUIRED = ["exp", "iss", "aud", "serviceurl"]

Claims = Mapping[str, Any]


class Check:
    """Whether a request comes from Teams, for this app and this organisation."""

    def __init__(self, app_id: str, tenant: str, keys: Keys, cloud: Cloud) -> None:
        """Raises BlankSecret."""
        if not (app_id.strip() and tenant.strip()):
            raise BlankSecret("app id and tenant id")
        self.app_id = app_id.strip()
        self.tenant = tenant.strip().lower()
        self.keys = keys
        self.cloud = cloud

    async def read_claims(self, header: bytes) -> Claims:
        """What a genuine token says. Raises Refused, always the same, whatever is wrong."""
        try:
            return await self._read_claims(header)
        except Exception as fault:
            raise Refused(FORGED) from fault

    async def _read_claims(self, header: bytes) -> Claims:
        if header[: len(SCHEME)].lower() != SCHEME or len(header) > LONGEST:
            raise ValueError("no token")
        token = header[len(SCHEME) :].decode("ascii")
        named = jwt.get_unverified_header(token)
        signed_by = await self.keys.find(str(named["kid"])) if named.get("alg") == ALGORITHM else None
        if signed_by is None or CHANNEL not in signed_by.endorsements:
            raise ValueError("nobody's key")
        claims: Claims = jwt.decode(
            token,
            signed_by.key,
            algorithms=[ALGORITHM],
            audience=self.app_id,
            issuer=self.cloud.issuer,
            leeway=SKEW,
            options={"require": REQUIRED, "strict_aud": True},
        )
        return claims

    def is_meant(self, claims: Claims, activity: Mapping[str, Any]) -> bool:
        """Whether this activity is the one the token is for: the same service, of this channel, of this tenant."""
        service = activity.get("serviceUrl")
        is_same = isinstance(service, str) and service.rstrip("/") == str(claims["serviceurl"]).rstrip("/")
        return is_same and self.cloud.is_service(service) and is_of(activity, self.tenant)


class Anybody:
    """In place of `Check` for Microsoft's Playground, which has no tokens; good for this machine alone."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    async def read_claims(self, header: bytes) -> Claims:
        """None are looked at."""
        return {}

    def is_meant(self, claims: Claims, activity: Mapping[str, Any]) -> bool:
        """Whether it is of this channel, and answered on this machine."""
        return self.cloud.is_service(activity.get("serviceUrl")) and is_of(activity, None)


def is_of(activity: Mapping[str, Any], tenant: str | None) -> bool:
    """Whether it comes from Teams, and of this tenant where one is named; wherever it names one."""
    named = [_find(activity, "conversation", "tenantId"), _find(activity, "channelData", "tenant", "id")]
    tenants = {str(one).lower() for one in named if one}
    return activity.get("channelId") == CHANNEL and (tenant is None or tenants == {tenant})


def _find(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


# -- ours --------------------------------------------------------------------------------------------------------------


class AppToken(Protocol):
    """Our own token for writing to Teams."""

    async def read(self) -> str: ...


class NoToken:
    """In the Playground nobody asks for one."""

    async def read(self) -> str:
        return ""


class MicrosoftToken:
    """By the app's password, kept until shortly before its end."""

    def __init__(self, app_id: str, password: str, tenant: str, cloud: Cloud) -> None:
        """Calls nobody yet. Raises BlankSecret."""
        if not (app_id.strip() and password.strip() and tenant.strip()):
            raise BlankSecret("app id, password and tenant id")
        self.named = (app_id.strip(), password.strip(), f"{cloud.authority}{tenant.strip()}")
        self.scope = cloud.scope
        self.token, self.ends_at = "", float("-inf")
        self.turnstile = asyncio.Lock()

    async def read(self) -> str:
        """Raises Barred where Microsoft refuses the app, Unsent where it cannot be reached: without it nothing goes."""
        async with self.turnstile:
            if monotonic() > self.ends_at:
                try:
                    told = await asyncio.to_thread(self._acquire)
                except (OSError, ValueError) as fault:  # the library finds an authority that does not answer wrong
                    raise Unsent from fault
                if "access_token" not in told:
                    raise Barred(str(told.get("error", ""))[:60])
                self.token = str(told["access_token"])
                self.ends_at = monotonic() + float(told.get("expires_in", 0)) - EARLIER
        return self.token

    def _acquire(self) -> Mapping[str, Any]:
        app_id, password, authority = self.named
        app = ConfidentialClientApplication(app_id, client_credential=password, authority=authority)
        told: Mapping[str, Any] = app.acquire_token_for_client([self.scope])
        return told
