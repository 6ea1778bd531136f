"""What Slack knows of its people, and the one page it shows to each.

Knows Slack's calls; must not know what the product keeps of a person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import Block
from adapters.slack.deliver import judge
from bot.front import Found, to_language
from bot.ports import Rejected

NOT_OURS = ("is_stranger", "deleted", "is_bot")  # of a user, as users.info tells
UNKNOWN = ("users_not_found", "user_not_found")


class Workspace:
    """Reads people and publishes views; reading raises Throttled, Barred, Rejected, or what Slack's library raises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def read(self, team: str, user: str) -> Found:
        """The address under which the directory may know a person of this workspace, with language and time zone.

        Slack Connect lets people of other workspaces in, and which address they have is decided there.
        """
        with judging():
            found = await self.client.api_call("users.info", params={"user": user, "include_locale": "true"})
        told = found["user"]
        is_ours = told.get("team_id") == team and not any(told.get(name) for name in NOT_OURS)
        email = (told.get("profile") or {}).get("email") if is_ours else None
        return Found(email, to_language(told.get("locale")), told.get("tz"))

    async def look_up(self, email: str) -> tuple[str, str] | None:
        """Team and user of this address; None where the workspace knows nobody by it."""
        try:
            with judging():
                found = await self.client.api_call("users.lookupByEmail", params={"email": email})
        except Rejected as fault:
            if fault.code in UNKNOWN:
                return None
            raise
        user: dict[str, Any] = found["user"]
        return str(user["team_id"]), str(user["id"])

    async def publish(self, user: str, view: Block) -> None:
        """The Home tab of one person, as it is to be from now on."""
        await self.client.api_call("views.publish", json={"user_id": user, "view": view})


@contextmanager
def judging() -> Iterator[None]:
    """Raises what an error of Slack's means."""
    try:
        yield
    except SlackApiError as fault:
        raise judge(fault) from fault
