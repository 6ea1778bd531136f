"""The stand-in for Slack keeps what it is told, and goes wrong as it was asked to."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientConnectionError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Fault, SlackDouble


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    made = await SlackDouble().start()
    yield made
    await made.stop()


@pytest.fixture
async def client(double: SlackDouble) -> AsyncIterator[AsyncWebClient]:
    async with ClientSession(timeout=ClientTimeout(total=0.3)) as session:
        yield AsyncWebClient(token="xoxb-test", base_url=double.api, session=session, retry_handlers=[])


async def test_a_message_is_kept_changed_and_read_back(double: SlackDouble, client: AsyncWebClient) -> None:
    """What is posted can be changed and is found again with its metadata."""
    channel = (await client.conversations_open(users="U01"))["channel"]["id"]
    mark = {"event_type": "turn", "event_payload": {"key": "turn:1"}}
    posted = await client.chat_postMessage(channel=channel, text="a", metadata=mark)
    await client.chat_update(channel=channel, ts=posted["ts"], text="b")
    (told,) = (await client.conversations_history(channel=channel))["messages"]
    assert (told["text"], "turn:1" in str(told["metadata"])) == ("b", True)
    assert [call.method for call in double.calls][1:3] == ["chat.postMessage", "chat.update"]


async def test_people_views_and_the_app_itself_are_known(double: SlackDouble, client: AsyncWebClient) -> None:
    """A person has an e-mail, a time zone and a language; homes and modals stand as they were last published."""
    double.add_user("U01", "a@example.com")
    user = (await client.users_info(user="U01", include_locale=True))["user"]
    assert (user["profile"]["email"], user["tz"], user["locale"]) == ("a@example.com", "Asia/Tokyo", "ja-JP")
    view = (await client.views_open(trigger_id="1", view={"type": "modal"}))["view"]["id"]
    await client.views_update(view_id=view, view={"type": "modal", "title": "x"})
    await client.views_publish(user_id="U01", view={"type": "home"})
    assert (double.views[view]["title"], double.homes["U01"]) == ("x", {"type": "home"})
    assert (await client.auth_test())["bot_id"] == "B01"


async def test_what_is_not_there_is_an_error(double: SlackDouble, client: AsyncWebClient) -> None:
    """An unknown person, message, method or dead trigger is refused as Slack refuses it."""
    double.triggers = set()
    for call, error in (
        (lambda: client.users_info(user="U9"), "user_not_found"),
        (lambda: client.chat_update(channel="C", ts="1", text="x"), "message_not_found"),
        (lambda: client.views_open(trigger_id="1", view={"type": "modal"}), "expired_trigger_id"),
        (lambda: client.api_call("no.such"), "unknown_method"),
    ):
        with pytest.raises(SlackApiError) as raised:
            await call()
        assert raised.value.response["error"] == error


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (Fault(429, retry_after="1"), 0),
        (Fault(429), 0),
        (Fault(500), 0),
        (Fault(502, html="<html>"), 0),
        (Fault(error="channel_not_found"), 0),
        (Fault(hangs="before"), 0),
        (Fault(hangs="after"), 1),
    ],
)
async def test_a_call_goes_wrong_as_scripted_and_once(
    double: SlackDouble, client: AsyncWebClient, fault: Fault, kept: int
) -> None:
    """The next call fails, with or without its effect; the one after it works."""
    double.script("chat.postMessage", fault)
    with pytest.raises(
        (SlackApiError, TimeoutError, asyncio.TimeoutError, ClientConnectionError, ValueError)
    ) as raised:
        await client.chat_postMessage(channel="D01", text="a")
    if fault.status == 429 and isinstance(raised.value, SlackApiError):
        assert raised.value.response.headers.get("Retry-After") == fault.retry_after
    assert len(double.messages) == kept
    await client.chat_postMessage(channel="D01", text="b")
    assert len(double.messages) == kept + 1


async def test_a_file_is_shown_once_it_is_complete_and_taken_up(double: SlackDouble, client: AsyncWebClient) -> None:
    """A picture can be shown only after its bytes, its completion and the time Slack takes; before, it is refused."""
    double.waits_for_files = 1
    place = await client.files_getUploadURLExternal(filename="a.png", length=3)
    shown = [{"type": "image", "alt_text": "a", "slack_file": {"id": place["file_id"]}}]

    async def post() -> str:
        try:
            return str((await client.chat_postMessage(channel="D1", text="a", blocks=shown))["ok"])
        except SlackApiError as fault:
            return str(fault.response["error"])

    with pytest.raises(SlackApiError):  # no bytes yet
        await client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "a"}])
    async with ClientSession() as session, session.post(place["upload_url"], data=b"png"):
        pass
    assert await post() == "invalid_blocks"
    await client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "a"}])
    assert [await post(), await post()] == ["invalid_blocks", "True"]
    assert (double.files[place["file_id"]]["body"], double.files[place["file_id"]]["shared"]) == (b"png", [])
