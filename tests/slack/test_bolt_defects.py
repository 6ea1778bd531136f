"""What Bolt 1.30 and Slack's SDK do wrong, one by one: it does not reach us, and with our guard off it is there.

Elsewhere: what Bolt falls over in a body or a signature (test_door), that it quotes requests in its log (test_app),
that it handles a repeat twice (test_repeats), that a message sent again may stand twice (tests/state/test_sends).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import app, door
from adapters.slack.app import PlaceOnly
from bot.state.database import CannotSave
from tests.doubles.payloads import command, encode, event, make_request, message, press, shortcut, submit
from tests.doubles.slack import Fault, Got
from tests.slack.serving import CUT, NOW, SECRET, send, to_wire
from tests.slack.test_app import World, open_world, over_socket

PRESS = ("interactive", press("t\nc"))
Weaken = Callable[[pytest.MonkeyPatch], None]


@asynccontextmanager
async def open_weakened(monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None) -> AsyncIterator[World]:
    if weaken:
        weaken(monkeypatch)
    async with open_world() as world:
        yield world


# -- acknowledged before it is kept ------------------------------------------------------------------------------------


async def fail(world: World, after_answering: bool) -> Got:
    """What Slack is told of an event that could not be saved."""
    world.slack.bolt._async_listener_runner.process_before_response = not after_answering
    world.desk.answer = CannotSave("x")
    return await world.send("events_api", event(message("x")))


@pytest.mark.parametrize(("after_answering", "status"), [(False, 503), (True, 200)])
async def test_what_is_not_kept_is_not_acknowledged(after_answering: bool, status: int) -> None:
    """As it comes, Bolt says 200 to an event first and runs the listener then: what fails is lost. Ours comes again."""
    async with open_world() as world:
        assert (await fail(world, after_answering)).status == status
        await asyncio.sleep(0)
        assert len(world.desk.got) == 1


# -- what nobody listens for -------------------------------------------------------------------------------------------

UNKNOWN: list[tuple[str, dict[str, Any]]] = [
    ("events_api", event({"type": "reaction_added", "user": "U01"})),
    ("interactive", press("t\nc", action_id="no\nsuch:1")),
    ("interactive", shortcut("no_such")),
    ("interactive", {**submit({}), "view": {**submit({})["view"], "callback_id": "no_such"}}),
    ("interactive", {**submit({}), "type": "view_closed"}),
    ("interactive", {**PRESS[1], "type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "v"}),
    ("slash_commands", {**command("x"), "command": "/another"}),
]


def listen_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "ANY", re.compile("^what we have a name for$"))


@pytest.mark.parametrize(("weaken", "status"), [(None, 200), (listen_by_name, 404)])
async def test_what_nobody_has_a_name_for_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None, status: int
) -> None:
    """Bolt answers 404 to what no listener fits, and Slack counts that as a failure: ours fit everything."""
    async with open_weakened(monkeypatch, weaken) as world:
        assert {(await world.send(*one)).status for one in UNKNOWN} == {status}


async def test_bolt_tries_few_listeners() -> None:
    """Each listener costs every request some time in Bolt: there is one for each kind, however many words we know."""
    async with open_world() as world:
        assert len(world.slack.bolt._async_listeners) == len(app.KINDS) + 2


# -- what steers Bolt unsigned, and what it takes for something else ---------------------------------------------------


def let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HANDED_ON", (*door.HANDED_ON, b"x-slack-bolt-lazy-only"))


@pytest.mark.parametrize(("weaken", "handled"), [(None, 1), (let_through, 0)])
async def test_a_header_nobody_signed_switches_nothing_off(
    monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None, handled: int
) -> None:
    """Bolt leaves the listener out where a header of its own says so, which the signature does not cover."""
    async with open_weakened(monkeypatch, weaken) as world:
        request = make_request(SECRET, NOW, *encode(*PRESS)).but(x_slack_bolt_lazy_only=b"1")
        await send(int(world.url.rpartition(":")[2]), to_wire(request))
        assert len(world.desk.got) == handled


def leave_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "veil", lambda body: body)


@pytest.mark.parametrize(("weaken", "handled"), [(None, 1), (leave_the_word, 0)])
async def test_a_command_with_payload_in_it_arrives(
    monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None, handled: int
) -> None:
    """Bolt takes a form for an interaction wherever that word stands in it, and loses the command."""
    async with open_weakened(monkeypatch, weaken) as world:
        await world.send("slash_commands", command("payload"))
        assert len(world.desk.got) == handled


def raise_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "shelter", lambda inner: inner)


@pytest.mark.parametrize(("weaken", "statuses"), [(None, {400}), (raise_on, {500, CUT})])
async def test_what_bolt_raises_is_no_failure_of_the_server(
    monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None, statuses: set[int]
) -> None:
    """Bolt takes a payload apart outside of any guard: a number where it expects a list would end in a 500."""
    async with open_weakened(monkeypatch, weaken) as world:
        told = {**event(message("x")), "authorizations": 7}
        assert (await world.send("events_api", told)).status in statuses
        assert world.desk.got == []


# -- what Slack is asked without need, or twice ------------------------------------------------------------------------


def authorize_by_token(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(api: str, session: ClientSession) -> AsyncApp:
        client = AsyncWebClient(token="xoxb-test", base_url=api, session=session)
        return AsyncApp(client=client, process_before_response=True, request_verification_enabled=False)

    monkeypatch.setattr(app, "build_bolt", build)


@pytest.mark.parametrize(("weaken", "asked"), [(None, []), (authorize_by_token, ["auth.test"])])
async def test_a_press_does_not_wait_for_slack(
    monkeypatch: pytest.MonkeyPatch, weaken: Weaken | None, asked: list[str]
) -> None:
    """With a token Bolt asks Slack who it is before the first listener runs; with Slack away nothing would be kept."""
    async with open_weakened(monkeypatch, weaken) as world:
        await world.send(*PRESS)
        assert [call.method for call in world.double.calls] == asked


@pytest.mark.parametrize(("own", "told"), [(True, 1), (False, 2)])
async def test_a_lost_line_is_not_tried_again_unasked(own: bool, told: int) -> None:
    """As it comes, the SDK sends again what broke off, though it may have arrived: the message stands twice."""
    async with open_world() as world, ClientSession() as session:
        theirs = AsyncWebClient(token="xoxb-test", base_url=world.double.api, session=session)
        world.double.script("chat.postMessage", Fault(drops="after"))
        with pytest.raises(ClientConnectionError) if own else nullcontext():
            await (world.slack.client if own else theirs).chat_postMessage(channel="D01", text="x")
        assert len(world.double.messages) == told


async def test_calls_share_one_session() -> None:
    """As it comes, the SDK opens a session for each call, which costs more than the call."""
    async with open_world() as world:
        assert world.slack.client.session is world.slack.session
        assert world.slack.bolt.client.session is world.slack.session


async def test_building_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt warns where it is handed a token and a client: ours gives it nothing to warn of."""
    warned: list[Any] = []
    monkeypatch.setattr(PlaceOnly, "emit", lambda _, record: warned.append(record.getMessage()))
    async with open_world():
        assert warned == []


# -- on a socket -------------------------------------------------------------------------------------------------------


async def test_a_recycled_socket_loses_nothing() -> None:
    """Slack says goodbye to a socket now and then: another is opened, and what people do arrives on it."""
    async with open_world() as world, over_socket(world) as send_over:
        (first,) = world.double._sockets
        await first.send_json({"type": "disconnect", "reason": "refresh_requested"})
        async with asyncio.timeout(5):
            while len(world.double._sockets) == 1:  # noqa: ASYNC110 - the double tells nobody
                await asyncio.sleep(0.01)
        await send_over(*PRESS)
        assert len(world.double.called("apps.connections.open")) == 2
        assert [one.kind for one in world.desk.got] == ["pressed"]


async def test_one_that_takes_long_holds_up_no_other_on_a_socket() -> None:
    """Envelopes are handled side by side and answered out of order, each under its own name."""
    async with open_world() as world, over_socket(world) as send_over:
        world.desk.waits = waits = asyncio.Event()
        slow = asyncio.create_task(send_over("events_api", event(message("a"), "EvA")))
        async with asyncio.timeout(5):
            while not world.desk.got:  # noqa: ASYNC110 - the desk tells nobody
                await asyncio.sleep(0.01)
        world.desk.waits = None
        await send_over("events_api", event(message("b"), "EvB"))
        assert not slow.done()
        waits.set()
        assert not await slow
