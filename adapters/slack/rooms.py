"""Private channels of Slack as rooms: made under a name that was chosen before, found again by it, filled and emptied.

Knows Slack's calls; must not know what a room is for. No topic and no purpose is ever set.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.deliver import call
from adapters.slack.workspace import NOT_OURS, Workspace
from bot.housing import Home, Taken
from bot.ports import Rejected

SCOPES = {"groups:read", "groups:write"}  # without which there are no rooms
GRANTED = "x-oauth-scopes"  # the header in which Slack names what our token may
GUESTS = ("is_restricted", "is_ultra_restricted")  # of a user; nobody of the company
PAGE, MOST_PAGES = 200, 20
TAKEN = "name_taken"


class Rooms:
    """Slack's House."""

    gone = ("channel_not_found", "is_archived", "not_in_channel")

    def __init__(self, client: AsyncWebClient, workspace: Workspace) -> None:
        self.client = client
        self.look_up = workspace.look_up
        self.me = ""

    async def find_home(self) -> Home:
        """Whose workspace our token is for; what it may stands in a header."""
        told, headers = await call(self.client, "auth.test")
        granted = {name.lower(): value for name, value in headers.items()}.get(GRANTED, "")
        self.me = str(told["user_id"])
        return Home(str(told["team_id"]), set(granted.replace(" ", "").split(",")) >= SCOPES)

    async def open(self, name: str) -> str:
        """The channel of this name, made now, or before by a call whose answer was lost. Raises Taken."""
        try:
            made = await self._call("conversations.create", json={"name": name, "is_private": True})
        except Rejected as fault:
            if fault.code != TAKEN:
                raise
            found = await self.find(name)
            if found is None:
                raise Taken(name) from fault
            return found
        return str(made["channel"]["id"])

    async def find(self, name: str) -> str | None:
        """One of our own making, among the private channels we are in."""
        asked = {"types": "private_channel", "exclude_archived": "true"}
        async for page in self._read("users.conversations", asked):
            for one in page.get("channels", ()):
                if one["name"] == name and one.get("creator", self.me) == self.me:
                    return str(one["id"])
        return None

    async def list_present(self, room: str) -> set[str]:
        """Everybody in it but ourselves."""
        pages = self._read("conversations.members", {"channel": room})
        return {str(user) async for page in pages for user in page.get("members", ())} - {self.me}

    async def is_colleague(self, user: str, email: str) -> bool:
        """Whether Slack itself says so at this moment."""
        try:
            told = (await self._call("users.info", params={"user": user}))["user"]
        except Rejected:
            return False
        address = str((told.get("profile") or {}).get("email") or "")
        return address.casefold() == email and not any(told.get(name) for name in (*NOT_OURS, *GUESTS))

    async def let_in(self, room: str, user: str) -> None:
        await self._settle("conversations.invite", ("already_in_channel",), channel=room, users=user)

    async def put_out(self, room: str, user: str) -> None:
        await self._settle("conversations.kick", ("not_in_channel", "user_not_found"), channel=room, user=user)

    async def say(self, room: str, text: str) -> None:
        await self._call("chat.postMessage", json={"channel": room, "text": text})

    async def close(self, room: str) -> None:
        """Archived, or gone already."""
        await self._settle("conversations.archive", ("already_archived", "channel_not_found"), channel=room)

    async def _settle(self, method: str, done: tuple[str, ...], **arguments: str) -> None:
        """Change a channel; with these codes Slack says that it is so already."""
        try:
            await self._call(method, json=arguments)
        except Rejected as fault:
            if fault.code not in done:
                raise

    async def _read(self, method: str, asked: Mapping[str, str]) -> AsyncIterator[Mapping[str, Any]]:
        """A list, page after page; what cannot be read says nothing against the room."""
        cursor = ""
        for _ in range(MOST_PAGES):
            more = {"cursor": cursor} if cursor else {}
            try:
                page = await self._call(method, params={**asked, "limit": str(PAGE), **more})
            except Rejected as fault:
                if fault.code in self.gone:
                    raise
                raise OSError(fault.code) from fault
            yield page
            cursor = str((page.get("response_metadata") or {}).get("next_cursor", ""))
            if not cursor:
                return

    async def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        return (await call(self.client, method, **arguments))[0]
