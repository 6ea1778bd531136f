"""The way in as Slack sees it, over HTTP and over a socket: what is answered, how soon, and what is written down."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.slack import app
from adapters.slack.answer import Answer
from adapters.slack.app import Slack, build_slack
from bot.state.database import CannotSave
from tests.doubles.payloads import command, event, home, message, press, shortcut, submit
from tests.doubles.slack import Fault, Got, SlackDouble
from tests.slack.serving import NOW, SECRET, Desk, Watch, serve

VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
KINDS: list[tuple[str, dict[str, Any], str]] = [
    ("events_api", event(message("hello")), "said"),
    ("events_api", event(home()), "home"),
    ("events_api", event({"type": "app_uninstalled"}), "uninstalled"),
    ("interactive", press("t\nc"), "pressed"),
    ("interactive", press("t\nc", action_id="open:1"), "asked_form"),
    ("interactive", submit({"a": {"v": {"value": "x"}}}), "submitted"),
    ("interactive", shortcut(), "shortcut"),
    ("interactive", shortcut(type="shortcut", channel=None, message=None), "shortcut"),
    ("slash_commands", command("next"), "command"),
]


@dataclass
class World:
    """An app, its handler, and a Slack for it."""

    slack: Slack
    desk: Desk
    double: SlackDouble
    url: str

    async def send(self, kind: str, payload: dict[str, Any], retry: int | None = None) -> Got:
        return await self.double.send(self.url, kind, payload, NOW, retry)


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    double, desk = await SlackDouble(SECRET).start(), Desk()
    slack = await build_slack(desk.handle, "xoxb-test", Watch(), double.api)
    try:
        async with serve(slack.over_http(SECRET)) as port:
            yield World(slack, desk, double, f"http://127.0.0.1:{port}")
    finally:
        await slack.close()
        await double.stop()


@asynccontextmanager
async def over_socket(world: World) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    socket = world.slack.over_socket("xapp-test")
    await socket.connect_async()
    try:
        yield world.double.send_over_socket
    finally:
        await socket.close_async()


@pytest.mark.parametrize(("kind", "payload", "read_as"), KINDS)
async def test_every_kind_arrives_over_http(kind: str, payload: dict[str, Any], read_as: str) -> None:
    """What people do reaches the handler once, is answered 200 without a word, and asks nothing of Slack."""
    async with open_world() as world:
        assert await world.send(kind, payload) == Got(200, "")
    assert [incoming.kind for incoming in world.desk.got] == [read_as]
    assert world.double.calls == []


async def test_every_kind_arrives_over_a_socket() -> None:
    """The same listeners serve a firm without a way in from outside, to the same end, keys included."""
    async with open_world() as world, over_socket(world) as send:
        for kind, payload, _ in KINDS:
            assert not await send(kind, payload)
            await world.send(kind, payload)
        got = world.desk.got
        assert [one.kind for one in got] == [read_as for _, _, read_as in KINDS for _ in range(2)]
        assert [one.key for one in got[::2]] == [one.key for one in got[1::2]]
        assert {call.token for call in world.double.called("apps.connections.open")} == {"xapp-test"}


async def test_a_repeat_reaches_the_handler_with_the_same_key() -> None:
    """Whether it came before is the inbox's to know: header or not, over HTTP or a socket, the key is one."""
    async with open_world() as world, over_socket(world) as send:
        for retry in (None, 1, 2, 3):
            assert (await world.send("events_api", event(message("x")), retry)).status == 200
        await send("events_api", event(message("x")), retry=3)
    assert [one.retry for one in world.desk.got] == [0, 1, 2, 3, 3]
    assert len({one.key for one in world.desk.got}) == 1


async def test_what_is_wrong_with_a_form_is_shown_in_it() -> None:
    """Errors by field keep the form open, over HTTP as over a socket."""
    async with open_world() as world, over_socket(world) as send:
        world.desk.answer = Answer(errors={"name": "too short"})
        wanted = {"response_action": "errors", "errors": {"name": "too short"}}
        assert await world.send("interactive", submit({})) == Got(200, wanted)
        assert await send("interactive", submit({})) == wanted


@pytest.mark.parametrize(("way", "said"), [("update", "update"), ("push", "push"), ("open", "update")])
async def test_a_form_may_be_followed_by_another(way: str, said: str) -> None:
    """A view in answer to a form goes back with the answer, without a call."""
    async with open_world() as world:
        world.desk.answer = Answer(view=VIEW, way=way)
        assert (await world.send("interactive", submit({}))).body == {"response_action": said, "view": VIEW}
    assert world.double.calls == []


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", press("t\nc", action_id="open:1")),
        ("interactive", shortcut()),
        ("slash_commands", command("")),
    ],
)
async def test_a_form_is_opened_while_its_trigger_lives(kind: str, payload: dict[str, Any]) -> None:
    """The modal is asked for with the trigger and our token before the answer goes out."""
    async with open_world() as world:
        world.desk.answer = Answer(view=VIEW)
        assert (await world.send(kind, payload)).status == 200
        (call,) = world.double.calls
    assert (call.method, call.args["trigger_id"], call.args["view"]) == ("views.open", "12.34.ab", VIEW)
    assert call.token == "xoxb-test"


@pytest.mark.parametrize(
    ("way", "method"), [("update", "views.update"), ("push", "views.push"), ("open", "views.open")]
)
async def test_a_press_within_a_form_may_change_it(way: str, method: str) -> None:
    """In a modal a view may take its place or cover it; it is the one in which was pressed."""
    async with open_world() as world:
        world.desk.answer = Answer(view=VIEW, way=way)
        await world.send("interactive", press("t\nc", view={"id": "V07"}, container={"type": "view", "view_id": "V07"}))
        (call,) = world.double.calls
    assert call.method == method
    assert call.args.get("view_id", "V07") == "V07"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(error="expired_trigger_id"),
        Fault(429, retry_after="30"),
        Fault(429),
        Fault(503),
        Fault(502, html="<html>Bad gateway</html>"),
        Fault(hangs="before"),
        Fault(hangs="after"),
    ],
)
async def test_a_form_that_cannot_be_opened_loses_nothing(fault: Fault) -> None:
    """What was handled is kept and acknowledged within three seconds, whatever becomes of the modal."""
    async with open_world() as world:
        world.double.script("views.open", fault)
        world.desk.answer, begun = Answer(view=VIEW), time.monotonic()
        assert (await world.send("interactive", press("t\nc"))).status == 200
        assert time.monotonic() - begun < 2.5
    assert len(world.desk.got) == 1


async def test_a_command_is_answered_to_one_person() -> None:
    """What a command says goes back with the answer, for nobody else to see."""
    async with open_world() as world, over_socket(world) as send:
        world.desk.answer = Answer(text="in private", blocks=[{"type": "divider"}])
        got = (await world.send("slash_commands", command("x"))).body
        assert (got["response_type"], got["text"], got["blocks"]) == ("ephemeral", "in private", [{"type": "divider"}])
        assert await send("slash_commands", command("x")) == got


async def test_a_word_to_whoever_pressed_goes_to_the_reply_address() -> None:
    """After a press the word is sent to Slack's reply address, leaves the card as it is, and only there."""
    async with open_world() as world:
        world.desk.answer = Answer(text="not yours")
        strange = await world.send("interactive", press("t\nc", response_url="http://127.0.0.1:9/steal"))
        assert strange.status == 200
        assert not world.slack.running
        await world.send("interactive", press("t\nc", response_url=f"{world.double.replies}x"))
        told = await world.double.wait_for_whisper()
    assert told == {"response_type": "ephemeral", "replace_original": False, "text": "not yours"}


async def test_a_handler_that_hangs_is_not_waited_for() -> None:
    """What is not committed after two seconds is not acknowledged; Slack is told in time to come again."""
    async with open_world() as world:
        world.desk.waits, begun = asyncio.Event(), time.monotonic()
        assert await world.send("events_api", event(message("x"))) == Got(503, "")
        assert 1.9 < time.monotonic() - begun < 2.5
        world.desk.waits.set()
        assert (await world.send("events_api", event(message("x")), retry=1)).status == 200
    assert len({one.key for one in world.desk.got}) == 1


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (CannotSave("canary"), 503),
        (ValueError("canary"), 500),
        (TimeoutError("canary"), 500),
        (KeyError("canary"), 500),
    ],
)
async def test_a_failure_is_told_by_its_status_alone(
    fault: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack learns whether to come again; the log has a number and places, and nothing of what was said."""
    caplog.set_level(logging.DEBUG)
    async with open_world() as world:
        world.desk.answer = fault
        assert await world.send("events_api", event(message("canary"))) == Got(status, "")
    assert "canary" not in caplog.text
    assert ("E-" in caplog.text) is (status == 500)


async def test_over_a_socket_a_failure_is_not_acknowledged() -> None:
    """What failed is left for Slack to send again; what comes after it is served."""
    async with open_world() as world, over_socket(world) as send:
        world.desk.answer = CannotSave("x")
        with pytest.raises(TimeoutError):
            await send("events_api", event(message("x")), patience=0.3)
        world.desk.answer = Answer()
        assert not await send("events_api", event(message("x")), retry=1)
    assert [one.retry for one in world.desk.got] == [0, 1]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", {**press("t\nc"), "type": "canary"}),
        ("events_api", {**event(message("canary")), "authorizations": 7}),
        ("events_api", {**event(message("canary")), "event": {"type": 7, "text": "canary"}}),
        ("interactive", {"type": "view_closed", "view": {"callback_id": "canary", "id": "V1"}, "user": {"id": "U1"}}),
        ("interactive", {"type": "block_suggestion", "action_id": "canary", "value": "canary", "user": {"id": "U1"}}),
    ],
)
async def test_what_is_none_of_ours_is_not_quoted_in_a_log(
    kind: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Signed payloads that say nothing to us, or that Bolt cannot take, are answered below 500 and left unquoted."""
    caplog.set_level(logging.DEBUG)
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with open_world() as world, over_socket(world):
        assert (await world.send(kind, payload)).status in (200, 400, 404)
        await world.double.send_over_socket("events_api", event(home()))
    assert [one.kind for one in world.desk.got] == ["home"]
    assert "canary" not in caplog.text


async def test_left_to_itself_bolt_quotes_what_it_cannot_place(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: with the libraries' loggers as they come, the test above finds the canary."""
    monkeypatch.setattr(app, "quieten", lambda: None)
    library = logging.getLogger("slack_bolt")
    monkeypatch.setattr(library, "handlers", [])
    monkeypatch.setattr(library, "propagate", True)
    caplog.set_level(logging.DEBUG)
    async with open_world() as world:
        await world.send("interactive", {**press("t\nc"), "type": "canary"})
    assert "canary" in caplog.text
