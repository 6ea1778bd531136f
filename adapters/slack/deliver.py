"""Slack's Sender: what is shown goes into the person's direct message, under a mark by which it is found again."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import join
from adapters.slack.letters import read_marks, to_arguments
from adapters.slack.pictures import Pictures
from adapters.slack.render import Token, holds_table, show_picture, to_closed, to_messages, to_standing
from bot.engine.lexicon import Shared
from bot.envelopes import Envelope, Writing, to_envelopes
from bot.letters import Closed, Letter, Posted
from bot.ports import Barred, Rejected, Throttled
from bot.prompts import Prompt, Shown, Told
from bot.state.accounts import Account

USUAL_WAIT = 30.0  # seconds, where Slack says "too many" without saying how long
LEAST_WAIT = 1.0
CALL_SECONDS = 15.0  # for one call; a session that is shared knows no limit of the library's own
TOO_MANY, FAILED = 429, 500
SKEW = timedelta(minutes=5)  # between our clock and Slack's
PAGE, MOST_PAGES = 100, 3  # of what is read back
CODE = re.compile(r"[a-z_]{1,60}")
BARRED = (
    *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"),
    *("not_allowed_token_type", "no_permission", "access_denied", "org_login_required"),
)
# The rest of what Slack refuses it will refuse again; after these nobody knows, or it may well go next time.
PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "")
TOO_FAST = ("ratelimited", "rate_limited", "message_limit_exceeded")
NOT_YET = "invalid_blocks"  # among others, of a file that Slack has not taken up
PAUSES = (0.7, 1.5, 3.0)  # seconds before it is asked to show a new file
GONE = ("message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found")

Note = Callable[[Account, str], Awaitable[None]]  # remembers a channel


class SlackMessenger:
    """Writes to people of one workspace; opens the conversation with each once."""

    def __init__(
        self, client: AsyncWebClient, shared: Shared, token: Token, note: Note, pictures: Pictures | None = None
    ) -> None:
        self.client = client
        self.shared = shared
        self.token = token
        self.note = note
        self.pictures = pictures
        self.writing = Writing(lambda shown: to_messages(shown, shared, token), join, holds_table)

    async def send(self, account: Account, shown: Sequence[Shown | Told]) -> None:
        """Say it now, outside the outbox, and write nothing down. Raises Throttled, Rejected, Barred, or whatever else
        went wrong."""
        channel = account.channel or await self._open(account)
        for message in to_messages(shown, self.shared, self.token):
            await self._call("chat.postMessage", json={"channel": channel, **message})

    async def post(
        self, account: Account, letters: Sequence[Letter], found: Mapping[str, str]
    ) -> AsyncIterator[Posted]:
        """Write letters in order, saying of each message that it arrived; what is among `found` has."""
        channel = account.channel
        is_first = True
        for envelope in to_envelopes(letters, found, self.writing):
            ref = envelope.ref
            if envelope.message:
                channel = channel or await self._meet(account)
                try:
                    ref = await self._put(channel, envelope)
                except Throttled as fault:  # at our pace a first message is too much only for the whole workspace
                    raise Throttled(fault.seconds, wide=is_first) from fault
                is_first = False
            for posted in envelope.arrive(ref):
                yield posted

    async def _put(self, channel: str, envelope: Envelope) -> str:
        """Show a message where it stands, or else anew; where that was."""
        arguments = to_arguments(envelope)
        if envelope.ref:
            try:
                return await self._update(envelope.ref, arguments)
            except Rejected as fault:
                if fault.code not in GONE:
                    raise
        posted = await self._say(channel, arguments, envelope.pictured)
        return f"{posted['channel']}:{posted['ts']}"

    async def _say(self, channel: str, arguments: Mapping[str, Any], pictured: Prompt | None) -> Mapping[str, Any]:
        """Post a message, with a picture of its table where there is one in time."""
        said = {"channel": channel, **arguments}
        if self.pictures and pictured and pictured.table:
            file = await self.pictures.bring(pictured.table, pictured.language)
            posted = await self._show(show_picture(said, file, pictured)) if file else None
            if posted:
                return posted
        return await self._call("chat.postMessage", json=said)

    async def _show(self, message: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Post a message with a new picture; None where Slack refused it to the last, and so posted nothing."""
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                return await self._call("chat.postMessage", json=message)
            except Rejected as fault:
                if fault.code != NOT_YET:
                    raise
        return None

    async def _update(self, ref: str, arguments: Mapping[str, Any]) -> str:
        channel, _, ts = ref.partition(":")
        await self._call("chat.update", json={**arguments, "channel": channel, "ts": ts})
        return ref

    async def read_back(self, account: Account, since: datetime) -> Mapping[str, str]:
        """Where what of ours arrived since, by mark; of a long time only the latest few hundred messages."""
        if account.channel is None:
            return {}
        window = {"oldest": f"{(since - SKEW).timestamp():.6f}", "limit": PAGE, "include_all_metadata": "true"}
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self._read_page({"channel": account.channel, **window, "cursor": cursor})
            for message in page.get("messages", ()):
                found |= {mark: f"{account.channel}:{message['ts']}" for mark in read_marks(message)}
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return found

    async def _read_page(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """One page of a conversation; where there is none, nothing arrived there."""
        try:
            return await self._call("conversations.history", params={key: one for key, one in asked.items() if one})
        except Rejected as fault:
            if fault.code in GONE:
                return {}
            raise OSError(fault.code) from fault  # what cannot be read says nothing against what is to be said

    async def close(self, account: Account, card: Closed) -> None:
        """Leave nothing to press on a card."""
        await self._update(card.ref, to_closed(card.text, card.answer, self.shared, card.language))

    def to_standing(self, prompt: Prompt) -> str:
        return to_standing(prompt)

    async def _meet(self, account: Account) -> str:
        """The conversation with somebody, opened and kept in mind."""
        channel = await self._open(account)
        await self.note(account, channel)
        return channel

    async def _open(self, account: Account) -> str:
        user = account.account.partition(":")[2]
        try:
            opened = await self._call("conversations.open", json={"users": user})
        except Throttled as fault:
            raise Throttled(fault.seconds, wide=True) from fault
        return str(opened["channel"]["id"])

    async def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        return (await call(self.client, method, **arguments))[0]


async def call(client: AsyncWebClient, method: str, **arguments: Any) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What Slack answers, with the headers; raises what an error of its means."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            response = await client.api_call(method, **arguments)
    except SlackApiError as fault:
        raise judge(fault) from fault
    if not isinstance(response.data, dict):
        raise OSError("no answer of Slack's")
    return response.data, response.headers


def judge(fault: SlackApiError) -> Exception:
    """What an error of Slack's means for what was to be said."""
    response: Any = fault.response  # the library's own, or aiohttp's where the body could not be read
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    told = getattr(response, "data", None)
    code = str(told.get("error", "")) if isinstance(told, dict) else ""
    if status == TOO_MANY or code in TOO_FAST:
        waits = str(response.headers.get("Retry-After", ""))
        return Throttled(max(LEAST_WAIT, float(waits)) if waits.isdigit() else USUAL_WAIT)
    if status >= FAILED or code in PASSING or not CODE.fullmatch(code):
        return fault
    return Barred(code) if code in BARRED else Rejected(code)
