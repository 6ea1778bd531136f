"""What is due on Slack goes out, by the real dispatcher in a process of its own, until somebody kills it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.deliver import SlackMessenger
from bot import dispatch
from bot.bootstrap import Program
from bot.clock import SystemClock
from bot.delivery import Voice
from bot.dispatch import Dispatcher
from bot.state.accounts import Account

SURFACE = "slack"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A clock that is so many seconds ahead: a lease is over without anybody waiting for its end."""

    seconds: float

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(seconds=self.seconds)


async def note(_: Account, __: str) -> None:
    """Every channel is known from the start."""


async def speak(program: Program, api: str, ahead: float, reads_back: bool) -> None:
    """`reads_back` False is the fault on purpose."""
    dispatch.PATROL = 0.02
    program.store.clock = Ahead(ahead)
    async with ClientSession() as session:
        client = AsyncWebClient(token="xoxb-test", base_url=api, session=session, retry_handlers=[])
        messenger = SlackMessenger(client, program.content.shared, lambda _: "t", note)
        voice = Voice(program.store, program.reader, SURFACE)
        await Dispatcher(voice, messenger, Ahead(ahead), reads_back).run()
