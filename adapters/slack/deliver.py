"""Slack's Messenger: what is shown goes into the person's direct message."""

from collections.abc import Awaitable, Callable, Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.render import Token, to_messages
from bot.engine.lexicon import Shared
from bot.ports import Rejected, Throttled
from bot.prompts import Shown
from bot.state.accounts import Account

USUAL_WAIT = 30.0  # seconds, where Slack says "too many" without saying how long
TOO_MANY = 429
GONE = ("account_inactive", "user_not_found", "user_disabled", "users_not_found", "channel_not_found", "is_archived")
REFUSED = ("invalid_auth", "not_authed", "token_revoked", "invalid_blocks", "msg_too_long", "missing_scope")
NOT_OURS = ("is_stranger", "deleted", "is_bot")  # of a user, as users.info tells

Note = Callable[[Account, str], Awaitable[None]]  # remembers a channel


class SlackMessenger:
    """Writes to people of one workspace; opens the conversation with each once."""

    def __init__(self, client: AsyncWebClient, shared: Shared, token: Token, note: Note) -> None:
        self.client = client
        self.shared = shared
        self.token = token
        self.note = note

    async def send(self, account: Account, shown: Sequence[Shown]) -> None:
        """Raises Throttled, Rejected, or whatever else went wrong."""
        try:
            channel = account.channel or await self._open(account)
            for message in to_messages(shown, self.shared, self.token):
                await self.client.api_call("chat.postMessage", json={"channel": channel, **message})
        except SlackApiError as fault:
            raise judge(fault) from fault

    async def _open(self, account: Account) -> str:
        user = account.account.partition(":")[2]
        opened = await self.client.api_call("conversations.open", json={"users": user})
        channel = str(opened["channel"]["id"])
        await self.note(account, channel)
        return channel

    async def read_email(self, team: str, user: str) -> str | None:
        """The address under which the directory may know a person of this workspace; None for anybody else.

        Slack Connect lets people of other workspaces in, and which address they have is decided there.
        """
        found = await self.client.api_call("users.info", params={"user": user, "include_locale": "true"})
        told = found["user"]
        is_ours = told.get("team_id") == team and not any(told.get(name) for name in NOT_OURS)
        return (told.get("profile") or {}).get("email") if is_ours else None


def judge(fault: SlackApiError) -> Exception:
    """What an error of Slack's means for what was to be said."""
    if fault.response.status_code == TOO_MANY:
        told = fault.response.headers.get("Retry-After", "")
        return Throttled(float(told) if str(told).isdigit() else USUAL_WAIT)
    code = str(fault.response.get("error", ""))
    return Rejected(code) if code in (*GONE, *REFUSED) else fault
