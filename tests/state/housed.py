"""A case whose team has a room in a Slack of ours, as tests of rooms drive it: who works it, who is there, what was
asked of Slack."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from adapters.slack.rooms import SCOPES, Rooms
from adapters.slack.workspace import Workspace
from bot.conclusions import LetIn
from bot.housing import Housing
from bot.rooms import OpenRoom
from bot.state.accounts import meet
from bot.state.incident_tables import rooms
from bot.state.store import Store
from bot.state.tables import outbox
from tests.doubles.channels import ME, Channel
from tests.doubles.slack import SlackDouble
from tests.state.worked import list_lines, open_case, tell
from tests.state.world import World

TEAM, CANARY = "T01", "合言葉ナナカマドの図面"
LEADER, SECOND, THIRD, OUT = "takahashi", "watanabe", "kobayashi", "mori"  # the last is kept out of it


@dataclass
class Office:
    """A workspace in which everybody of the sample has an account, and what sees to rooms there."""

    world: World
    double: SlackDouble
    client: AsyncWebClient
    case: str = ""
    users: dict[str, str] = field(default_factory=dict)

    @property
    def channels(self) -> list[Channel]:
        return list(self.double.channels.known.values())

    def employ(self, store: Store | None = None) -> Housing:
        """What one replica runs."""
        house = Rooms(self.client, Workspace(self.client))
        shared, clock = self.world.template.words.shared, self.world.clock
        return Housing(store or self.world.store, "slack", house, shared, clock)

    def settle(self) -> None:
        """Everybody the tests speak of has an account here."""
        for place, name in enumerate((LEADER, SECOND, THIRD, OUT), 1):
            self.users[name] = f"U0{place}"
            self.double.add_user(f"U0{place}", f"{name}@hibarino.example")
            self.know(name)

    def know(self, name: str) -> None:
        account, person = f"{TEAM}:{self.users[name]}", self.world.people[name]
        self.world.store.write(lambda tx: meet(tx, "slack", account, person, None))

    async def begin(self, *team: str) -> Housing:
        """A case with these beside its leader, who has asked for a room that nobody made yet."""
        housing = self.employ()
        await housing.do_due()
        self.case = open_case(self.world, LEADER, excluded=(OUT,), what=CANARY)
        self.let_in(*team)
        tell(self.world, LEADER, OpenRoom(self.case))
        return housing

    def let_in(self, *names: str) -> None:
        tell(self.world, LEADER, LetIn(self.case, {self.world.people[one]: "" for one in names}))

    async def see_to(self, *housing: Housing, times: int = 12, seconds: float = 61) -> None:
        """What is due is done until nothing more is, however often that goes wrong."""
        for _ in range(times):
            for one in housing:
                await one.do_due()
            self.world.clock.advance(seconds=seconds)

    def list_inside(self) -> set[str]:
        """Who is in the one room there is, by name."""
        (channel,) = self.channels
        names = {user: name for name, user in self.users.items()}
        assert ME in channel.members
        return {names.get(user, user) for user in channel.members if user != ME}

    def list_invited(self) -> list[str]:
        return [str(call.args["users"]) for call in self.double.called("conversations.invite")]

    def list_told(self) -> list[str]:
        """The notices about rooms that came to whoever leads the case, in order."""
        mine = select(outbox).where(outbox.c.person_id == self.world.people[LEADER], outbox.c.kind == "turn")
        rows = self.world.database.fetch(mine.order_by(outbox.c.due_at, outbox.c.key))
        said = [str(say[0]) for row in rows for say in json.loads(row.body)]
        return [one for one in said if one.startswith("room")]

    def list_deeds(self, reader: str = LEADER) -> list[str]:
        return [one.body["room"] for one in list_lines(self.world, self.case, reader) if "room" in one.body]

    def state(self) -> Any:
        (row,) = self.world.rows(rooms)
        return row.state


@asynccontextmanager
async def open_office(world: World, scopes: Sequence[str] = tuple(SCOPES)) -> AsyncIterator[Office]:
    double = await SlackDouble().start()
    double.channels.scopes = set(scopes)
    async with ClientSession() as session:
        client = AsyncWebClient(token="xoxb-test", base_url=double.api, session=session, retry_handlers=[])
        office = Office(world, double, client)
        office.settle()
        try:
            yield office
        finally:
            await double.stop()
