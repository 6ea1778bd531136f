"""The line to Teams, by either SDK alike: what goes out, what comes back, and what a fault means."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import requests

from adapters.teams.app import build_line
from adapters.teams.cloud import PUBLIC
from adapters.teams.deliver import judge
from adapters.teams.line import Failed, Line, Reference, Reply, to_reference
from adapters.teams.tokens import AppToken, MicrosoftToken
from bot.ports import Barred, Rejected, Throttled, Unsent
from tests.doubles.activities import BOT, TENANT, execute, say
from tests.doubles.teams import APP, BLOCKED, Fault, TeamsDouble
from tests.teams.office import SDKS, Given

CARD = {
    "type": "message",
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {"a": 1}}],
}

pytestmark = pytest.mark.parametrize("sdk", SDKS)


@asynccontextmanager
async def open_line(sdk: str, token: AppToken | None = None) -> AsyncIterator[tuple[Line, TeamsDouble, Reference]]:
    double = await TeamsDouble().start()
    line = build_line(sdk, APP, token or Given())
    try:
        yield line, double, Reference(double.service, "a:talk", BOT, "29:u01", TENANT, "ja-JP")
    finally:
        await line.close()
        await double.stop()


async def test_what_is_sent_arrives_as_it_is(sdk: str) -> None:
    """A text and a card stand in the conversation under the ids that come back, from the bot to the person."""
    async with open_line(sdk) as (line, double, reference):
        names = [await line.send(reference, {"type": "message", "text": "あ", "textFormat": "plain"})]
        names.append(await line.send(reference, CARD))
        (text, card) = (double.messages["a:talk", name] for name in names)
        assert (text["text"], text["textFormat"], text["type"]) == ("あ", "plain", "message")
        assert card["attachments"][0]["content"] == {"a": 1}
        assert (text["from"]["id"], text["recipient"]["id"]) == (BOT, "29:u01")
        assert not text.get("replyToId")
        assert {call.token for call in double.calls} == {"the token of the bot"}
        assert all(not call.query for call in double.calls)


async def test_an_update_takes_its_place(sdk: str) -> None:
    """What was sent is another thing afterwards, under the same id."""
    async with open_line(sdk) as (line, double, reference):
        name = await line.send(reference, {"type": "message", "text": "before"})
        await line.update(reference, name, CARD)
        assert double.messages["a:talk", name]["attachments"][0]["content"] == {"a": 1}
        assert len(double.messages) == 1


async def test_a_word_to_one_person_says_so(sdk: str) -> None:
    """Among others the address says that it is for one person's eyes, and who that is."""
    async with open_line(sdk) as (line, double, reference):
        await line.send(reference._replace(conversation="19:many@thread.tacv2"), CARD, is_targeted=True)
        (call,) = double.calls
        assert (call.conversation, call.query) == ("19:many@thread.tacv2", {"isTargetedActivity": "true"})
        assert call.body["recipient"]["id"] == "29:u01"


async def test_a_conversation_is_opened_and_a_member_read(sdk: str) -> None:
    """With whom we only met among others; the tenant is told in both places, as the libraries lose one."""
    async with open_line(sdk) as (line, double, reference):
        double.add_member("29:u01", "sato@hibarino.example")
        assert await line.open(reference._replace(conversation="")) == "a:talk-u01"
        (call,) = double.calls
        assert (call.body["members"][0]["id"], call.body["channelData"]["tenant"]["id"]) == ("29:u01", TENANT)
        told = await line.read_member(reference)
        assert (told["email"], told["tenantId"], told["userRole"]) == ("sato@hibarino.example", TENANT, "user")


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        (Fault(429, retry_after="7"), Throttled),
        (Fault(429), Unsent),
        (Fault(412), Unsent),
        (Fault(503), Unsent),
        (Fault(502), OSError),
        (Fault(504), OSError),
        (Fault(500), OSError),
        (Fault(502, html="<html>Bad gateway</html>"), OSError),
        (Fault(400, "BadSyntax"), Rejected),
        (Fault(401, "BotNotRegistered"), Barred),
        (Fault(403, body=""), Barred),
        (Fault(403, "BotDisabledByAdmin"), Rejected),
        (Fault(403, "ForbiddenOperationException"), Rejected),
        (BLOCKED, Rejected),
        (Fault(403, "BotNotInConversationRoster"), Rejected),
        (Fault(404, "ConversationNotFound"), Rejected),
        (Fault(413, "MessageSizeTooBig"), Rejected),
    ],
)
@pytest.mark.parametrize("way", ["send", "update"])
async def test_what_a_fault_means(sdk: str, way: str, fault: Fault, meant: type[Exception]) -> None:
    """Each status means the same by either SDK: wait, come again, mend something, give up, or nobody knows."""
    async with open_line(sdk) as (line, double, reference):
        double.script(way, fault)
        with pytest.raises(Failed) as failed:
            await (line.send(reference, CARD) if way == "send" else line.update(reference, "x", CARD))
        assert failed.value.status == fault.status
        found = judge(failed.value)
        assert type(found) is meant
        if isinstance(found, Throttled):
            assert found.seconds == 7.0
        if fault.code and isinstance(found, Rejected | Barred):
            assert found.code == fault.code
        assert len(double.called(way)) == 1  # nothing is tried twice behind our back


async def test_what_may_have_arrived_is_told_from_what_has_not(sdk: str) -> None:
    """Where the line breaks nobody knows; where there was none, nothing left us."""
    async with open_line(sdk) as (line, double, reference):
        for drops in ("before", "after"):
            double.script("send", Fault(drops=drops))
            with pytest.raises(Exception) as lost:
                await line.send(reference, CARD)
            assert not isinstance(lost.value, Failed | Unsent)
        with pytest.raises(Unsent):
            await line.send(reference._replace(service="http://127.0.0.1:1/"), CARD)


@pytest.mark.parametrize("way", ["send", "update", "open", "read_member"])
async def test_without_a_token_of_ours_nothing_leaves_us(sdk: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's login is away for a moment: what was to be said is known not to have been, and comes again."""

    def fail(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError("away")

    monkeypatch.setattr("adapters.teams.tokens.ConfidentialClientApplication", fail)
    async with open_line(sdk, MicrosoftToken(APP, "secret", TENANT, PUBLIC)) as (line, double, reference):
        calls = {
            "send": lambda: line.send(reference, CARD),
            "update": lambda: line.update(reference, "x", CARD),
            "open": lambda: line.open(reference),
            "read_member": lambda: line.read_member(reference),
        }
        with pytest.raises(Unsent):
            await calls[way]()
        assert not double.calls


async def test_an_answer_that_does_not_come_is_given_up(sdk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time a call ends, and nobody knows whether it arrived."""
    module = f"adapters.teams.{'agents' if sdk == 'agents' else 'botbuilder'}_sdk"
    monkeypatch.setattr(f"{module}.CALL_SECONDS", 0.2)
    async with open_line(sdk) as (line, double, reference):
        double.script("send", Fault(hangs="after"))
        with pytest.raises(Exception) as lost:
            await asyncio.wait_for(line.send(reference, CARD), 5)
        assert not isinstance(lost.value, Failed | Unsent)


async def test_no_redirect_is_followed(sdk: str) -> None:
    """Whoever answers that it is elsewhere is not believed: our token goes nowhere else."""
    async with open_line(sdk) as (line, double, reference):
        double.script("send", Fault(leads_to=f"{double.url}/teams/v3/conversations/elsewhere/activities"))
        with pytest.raises(Exception):  # noqa: B017 - each SDK has its own
            await line.send(reference, CARD)
        assert [call.conversation for call in double.calls] == ["a:talk"]


@pytest.mark.parametrize(
    ("activity", "reply"),
    [
        (say("x"), Reply(200)),
        (say("x"), Reply(503)),
        (execute({"means": "choose"}), Reply(200, {"statusCode": 200, "type": "x", "value": {"b": [1]}})),
        (execute({"means": "choose"}), Reply(500, {})),
    ],
)
async def test_an_activity_goes_through_and_its_reply_comes_back(sdk: str, activity: Any, reply: Reply) -> None:
    """The answer is asked for once and comes out as it went in, bodies of invokes too."""
    asked = []

    async def answer() -> Reply:
        asked.append(activity)
        return reply

    async with open_line(sdk) as (line, double, _):
        told = await line.take({**activity, "serviceUrl": double.service}, {"aud": APP}, answer)
        assert (told.status, told.body or None) == (reply.status, reply.body or None)
        assert (len(asked), double.calls) == (1, [])


def test_a_reference_is_our_own_json(sdk: str) -> None:
    """It comes back from its text, in which no object of a library is."""
    reference = Reference("https://smba.trafficmanager.net/emea/", "a:1", BOT, "29:u", TENANT, "ja-JP")
    assert to_reference(reference.to_text()) == reference
    assert "botbuilder" not in reference.to_text()
