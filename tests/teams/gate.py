"""A Teams app that is served with nothing behind it, and whoever got through to its handler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.teams import app
from adapters.teams.app import Credentials, Teams, build_teams
from adapters.teams.cloud import Cloud, is_microsofts
from adapters.teams.front import Answer
from bot.incoming import Incoming
from tests.chat import shared
from tests.doubles.activities import TENANT
from tests.doubles.teams import APP, TeamsDouble
from tests.slack.serving import Watch, serve

SERVICE = "https://smba.trafficmanager.net/emea/"


class Given:
    """A token of ours that nobody had to fetch."""

    async def read(self) -> str:
        return "the token of the bot"


@dataclass
class Desk:
    """A handler that notes what reached it, and answers as it is told."""

    got: list[Incoming] = field(default_factory=list)
    answer: Answer | BaseException = field(default_factory=Answer)

    async def handle(self, incoming: Incoming) -> Answer:
        self.got.append(incoming)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@dataclass
class Gate:
    """Where it listens, what reached its handler, and the Teams before it."""

    port: int
    desk: Desk
    double: TeamsDouble
    teams: Teams


@asynccontextmanager
async def open_gate(
    sdk: str = "botbuilder", is_service: Any = is_microsofts, tenant: str = TENANT
) -> AsyncIterator[Gate]:
    double, desk = await TeamsDouble().start(), Desk()
    cloud = Cloud(openid=f"{double.url}/openid", is_service=is_service)
    with pytest.MonkeyPatch.context() as patch:  # Microsoft's own login is not asked
        patch.setattr(app, "MicrosoftToken", lambda *_: Given())
        teams = build_teams(desk.handle, Watch(), shared(), cloud, Credentials(APP, "secret", tenant), sdk)
    await teams.greet()
    try:
        async with serve(teams.over_http()) as port:
            yield Gate(port, desk, double, teams)
    finally:
        await teams.close()
        await double.stop()
