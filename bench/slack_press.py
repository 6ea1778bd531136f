"""A button pressed in Slack: signed, over real HTTP, to its committed answer; and how long 200 people at once wait.

Against an empty listener of Bolt's behind the same HTTP server and one durable turn in process, one of each by turns.
"""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from aiohttp import ClientSession, TCPConnector
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette
from starlette.routing import Mount

from adapters.slack.app import ANY
from bench.figure import Figure
from bot.beginnings import BEGINNINGS
from bot.bootstrap import Program, build_program
from bot.conclusions import BeginInterview
from bot.conversation import Conversation
from bot.events import Event, Pressed
from bot.server import join_slack
from bot.settings import Settings
from bot.state.accounts import meet
from bot.state.lane import Lane
from bot.state.record import begin_interview
from bot.tokens import PLACE
from tests.doubles.payloads import PATH, encode, make_request, press
from tests.doubles.slack import SlackDouble
from tests.slack.serving import serve

SECRET = "a secret of the bench's own"
ROUNDS, EACH, AT_ONCE = 9, 60, 200
WAITS = 3.0  # seconds for which Slack waits
QUESTION, CHOICE = "begin", "start"

Act = Callable[[], Awaitable[None]]


class Bench(NamedTuple):
    """One press each: through everything, through an empty Bolt, and as a turn in process."""

    press: Act
    listen: Act
    turn: Act


class Times(NamedTuple):
    """What one of each took, one right after the other, in seconds."""

    press: float
    listen: float
    turn: float

    @property
    def ratio(self) -> float:
        return self.press / (self.listen + self.turn)


def measure_slack_press() -> Figure:
    """A press in Slack."""
    return to_figure("slack-press", "an empty Bolt listener over the same HTTP", asyncio.run(_measure_press()))


def to_figure(name: str, listener: str, rounds: Sequence[Sequence[Times]]) -> Figure:
    """In a round each press is set against the listener and the turn beside it; the middle of these is its ratio."""
    taken = [one for times in rounds for one in times]
    return Figure(
        name=name,
        ratios=[median(one.ratio for one in times) for times in rounds],
        against=f"{listener}, plus one durable turn in process, one of each by turns",
        must=1.6,
        reach=1.2,
        better="lower",
        more={
            "press_ms": round(median(one.press for one in taken) * 1000, 2),
            "listener_ms": round(median(one.listen for one in taken) * 1000, 2),
            "turn_ms": round(median(one.turn for one in taken) * 1000, 2),
            "presses_a_round": EACH,
        },
    )


def measure_slack_ack() -> Figure:
    """200 people press in the same moment; how long the slowest in a hundred waits, of what Slack allows."""
    found = asyncio.run(_measure_acks())
    return Figure(
        name="slack-ack-p99",
        ratios=[quantiles(one, n=100)[98] / WAITS for one in found],
        against="the three seconds for which Slack waits",
        must=0.333,
        reach=0.1,
        better="lower",
        more={"p50_ms": round(median(map(median, found)) * 1000), "at_once": AT_ONCE},
    )


async def _measure_press() -> list[list[Times]]:
    async with open_bench(EACH * (ROUNDS + 1) * 2) as bench:
        rounds = [await take_by_turns(bench) for _ in range(ROUNDS + 1)]
    return rounds[1:]  # the first warms up


async def _measure_acks() -> list[list[float]]:
    async with open_bench(AT_ONCE * (ROUNDS + 1)) as bench:
        rounds = [await asyncio.gather(*(_clock(bench.press) for _ in range(AT_ONCE))) for _ in range(ROUNDS + 1)]
    return [list(one) for one in rounds[1:]]


async def take_by_turns(bench: Sequence[Act]) -> list[Times]:
    """A round: one of each right after the other, another one going first each time."""
    return [await _time(bench, first) for first in range(EACH)]


async def _time(bench: Sequence[Act], first: int) -> Times:
    places = [(first + place) % len(bench) for place in range(len(bench))]
    taken = {place: await _clock(bench[place]) for place in places}
    return Times(*(taken[place] for place in range(len(bench))))


async def _clock(act: Act) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


@asynccontextmanager
async def open_bench(most: int) -> AsyncIterator[Bench]:
    """The real program in a temporary folder, with so many questions that wait to be answered by a press."""
    with TemporaryDirectory() as name:
        async with AsyncExitStack() as stack:
            double = await SlackDouble(SECRET).start()
            stack.push_async_callback(double.stop)
            given = {"slack_bot_token": "xoxb-bench", "slack_signing_secret": SECRET, "slack_api_url": double.api}
            settings = Settings(data=Path(name, "data"), key_file=Path(name, "key")).model_copy(update=given)
            program = build_program(settings)
            stack.callback(program.database.close)
            waiting = iter(begin_interviews(program, most, "slack", "T01:U01", "D01"))
            lane = Lane(program.store.take_turns)
            lane.start()
            stack.callback(lane.stop)
            slack, _ = await join_slack(program, lane, stack)
            ours = await stack.enter_async_context(serve(Starlette(routes=[Mount("/", slack.over_http(SECRET))])))
            empty = await stack.enter_async_context(serve(build_empty()))
            session = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0)))
            yield _make(program, lane, waiting, session, ours, empty)


def _make(program: Program, lane: Lane, waiting: Iterator[str], session: ClientSession, ours: int, empty: int) -> Bench:
    numbers = count(1)
    sato = program.find_member("sato@hibarino.example")
    assert sato is not None
    inspect: Any = lambda _: None  # noqa: E731 - a press has no text for the guard
    conversation = Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)

    async def send(port: int, interview: str) -> None:
        meant = f"{interview}\n0\n{QUESTION}"
        token = seal(program, meant)
        payload = press(f"{token}\n{CHOICE}")
        payload["actions"][0]["action_ts"] = f"{time.time():.6f}{next(numbers)}"
        body, media = encode("interactive", payload)
        request = make_request(SECRET, time.time(), body, media)
        headers = {key.decode(): value.decode() for key, value in request.headers}
        async with session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status

    async def turn() -> None:
        body = Pressed(QUESTION, 0, CHOICE)
        event = Event(f"bench:{next(numbers)}", next(waiting), sato.id, "slack", program.clock.now(), body)
        handled = await conversation.handle(event)
        assert not handled.fault and not handled.repeated, handled

    return Bench(lambda: send(ours, next(waiting)), lambda: send(empty, "none"), turn)


def seal(program: Program, meant: str) -> str:
    """The token of a button."""
    return base64.urlsafe_b64encode(program.store.vault.seal(*PLACE, meant)).decode()


def begin_interviews(program: Program, most: int, surface: str, account: str, place: str) -> list[str]:
    """Interviews of one person who was met there, each waiting at its first question; their ids."""
    sato = program.find_member("sato@hibarino.example")
    assert sato is not None
    given = BEGINNINGS["inventory"](program.reader, sato, ())[0].given

    def change(tx: Any) -> None:
        meet(tx, surface, account, sato.id, place)
        for number in range(most):
            begin_interview(tx, sato.id, BeginInterview("inventory", sato.id, f"bench-{number}", given))

    program.store.write(change)
    return [one.id for one in program.reader.find_waiting(sato.id)]


def build_empty() -> Any:
    """Bolt with signatures checked and one listener that does nothing."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)

    async def listener() -> BoltResponse:
        return BoltResponse(status=200, body="")

    app.action(ANY)(listener)
    return AsyncSlackRequestHandler(app, path=PATH)
