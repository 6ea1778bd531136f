"""The way in as Teams sees it: what is answered, how soon, what a person hears when it goes wrong, what is written."""

import asyncio
import logging
import time
from typing import Any

import pytest

from adapters.teams import app
from adapters.teams.cloud import is_loopback
from adapters.teams.front import Answer
from bot.prompts import Told
from bot.state.database import CannotSave
from tests.chat import shared
from tests.doubles.activities import act_on_message, execute, mention, say
from tests.doubles.teams import Fault, Got
from tests.teams.gate import Gate, open_gate
from tests.teams.office import SDKS, wait_until

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}


async def send(gate: Gate, activity: dict[str, Any]) -> Got:
    return await gate.double.send(f"http://127.0.0.1:{gate.port}", activity)


@pytest.mark.parametrize("sdk", SDKS)
async def test_a_press_is_answered_with_its_card(sdk: str) -> None:
    """What the handler gives goes back to whoever pressed; a message is only received."""
    async with open_gate(sdk, is_loopback) as gate:
        gate.desk.answer = Answer(card=CARD)
        got = await send(gate, execute({"means": "choose"}))
        assert got == Got(200, {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD})
        assert await send(gate, say("x")) == Got(200, "")


@pytest.mark.parametrize("sdk", SDKS)
async def test_a_word_is_said_where_it_was_asked_for(sdk: str) -> None:
    """In the own chat as a message, among others for one person's eyes, to a press in its answer."""
    async with open_gate(sdk, is_loopback) as gate:
        gate.desk.answer = Answer(told=Told("ja", "ひとこと"))
        await send(gate, say("secret-review"))
        await send(gate, mention("x"))
        await wait_until(lambda: len(gate.double.called("send")) == 2)
        assert [call.query.get("isTargetedActivity") for call in gate.double.called("send")] == [None, "true"]
        assert (await send(gate, execute({"means": "choose"}))).body["value"] == "ひとこと"
        assert "ひとこと" in str((await send(gate, act_on_message())).body["task"])


@pytest.mark.parametrize(("fault", "status"), [(CannotSave("canary"), 503), (ValueError("canary"), 500)])
@pytest.mark.parametrize("sdk", SDKS)
async def test_a_failure_is_told_to_the_person(
    sdk: str, fault: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Teams never comes again, so the person hears that it was not kept; nothing of it is in the answer or a log."""
    caplog.set_level(logging.DEBUG)
    async with open_gate(sdk, is_loopback) as gate:
        gate.desk.answer = fault
        assert await send(gate, say("canary")) == Got(status, "")
        await wait_until(lambda: gate.double.called("send"))
        words = shared().says["cannot_save"].ja.strip()[:12]
        assert words in str(gate.double.called("send")[0].body)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("sdk", SDKS)
async def test_what_takes_long_goes_on_behind_the_answer(sdk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Teams is answered in time, and what was begun comes to its end without a word of failure."""
    monkeypatch.setattr(app, "COMMIT_SECONDS", 0.1)
    async with open_gate(sdk, is_loopback) as gate:
        released, handle, ended = asyncio.Event(), gate.desk.handle, []

        async def wait(incoming: Any) -> Answer:
            await released.wait()
            ended.append(incoming)
            return await handle(incoming)

        gate.teams.handle = wait
        began = time.monotonic()
        assert (await send(gate, say("x"))).status == 503
        assert time.monotonic() - began < 2
        released.set()
        await wait_until(lambda: ended)
        assert gate.double.called("send") == []


@pytest.mark.parametrize("sdk", SDKS)
async def test_a_teams_that_hangs_leaves_threads_for_the_record(sdk: str) -> None:
    """As many calls as there may be wait for Teams, and what is written meanwhile is not kept waiting."""
    async with open_gate(sdk, is_loopback) as gate:
        gate.double.choose = lambda _: Fault(hangs="before")
        gate.desk.answer = Answer(told=Told("ja", "ひとこと"))
        for _ in range(25):
            await send(gate, say("secret-review"))
        await wait_until(lambda: len(gate.double.called("send")) == 25)
        await asyncio.wait_for(asyncio.to_thread(lambda: None), 2)
        await gate.double.stop()


@pytest.mark.parametrize("sdk", SDKS)
async def test_what_the_sdk_cannot_read_is_still_heard(sdk: str) -> None:
    """A shape that a library stumbles over is no reason to lose what a person said."""
    async with open_gate(sdk, is_loopback) as gate:
        for strange in ({"attachments": "x"}, {"entities": [7]}, {"membersAdded": 5}, {"textFormat": {"a": 1}}):
            assert (await send(gate, {**say("x"), **strange})).status == 200
        assert len(gate.desk.got) == 4
