"""What was done before, comes late, or is not this person's to do: nothing changes, and a person is told kindly."""

import json
import os
import re
import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Table, select

from adapters.slack import inbound
from adapters.slack.door import FRESH_SECONDS
from bot.bootstrap import Program
from bot.state.crypto import Vault
from tests.doubles.payloads import Request, encode, event, make_request, message, press
from tests.slack.serving import SECRET, send, to_wire
from tests.slack.test_interview import Person, buttons, open_company
from tests.state.canonical import read_state

REPLAYS = 1_000 if os.environ.get("SECRET_REVIEW_LONG") else 60
LATE = 360.0  # seconds
RECORDS = ("items", "answers")


class Memory(NamedTuple):
    """A program's database, as the canonical state is read from."""

    program: Program

    @property
    def vault(self) -> Vault:
        return self.program.store.vault

    def rows(self, table: Table) -> Any:
        return self.program.database.fetch(select(table))


def state_of(program: Program) -> Any:
    """Everything but whether what is due was said yet, which goes on by itself."""
    state = json.loads(read_state(Memory(program)))  # type: ignore[arg-type] # rows and a vault are all it takes
    return {**state, "outbox": [[*one[:3], one[4]] for one in state["outbox"]]}


def records_of(program: Program) -> Any:
    """Answers and items, and where each interview stands."""
    state = state_of(program)
    stands = [[*one[:2], one[3], *one[6][:3]] for one in state["interviews"]]
    return [state[name] for name in RECORDS] + [stands]


def pressing(person: Person, card: int, action: str, at: float) -> dict[str, Any]:
    """This button of that card, pressed at this moment."""
    button = next(one for one in buttons(person.cards[card]) if one["action_id"].startswith(action))
    reply_to = {"response_url": f"{person.double.replies}x"}
    payload = press(button["value"], person.user, button["action_id"], **reply_to)
    payload["actions"][0]["action_ts"] = f"{at:.6f}"
    return payload


def saying(person: Person, text: str, at: float) -> dict[str, Any]:
    told = message(text, person.user, f"{at:.6f}", channel=f"D{person.user[1:]}")
    return event(told, f"Ev{person.user}{text.encode().hex()[:20]}")


def says(program: Program, notice: str) -> str:
    """What stands in a phrase of ours whatever is filled in."""
    return max(re.split(r"\{[^}]*\}", program.content.shared.says[notice].ja.strip()), key=len)


def make(kind: str, payload: dict[str, Any], at: float, **headers: str) -> Request:
    return make_request(SECRET, at, *encode(kind, payload), **headers)


async def send_all(person: Person, requests: Iterable[Request]) -> set[tuple[int, bytes]]:
    port = int(person.url.rpartition(":")[2])
    return {await send(port, to_wire(request)) for request in requests}


async def begin(person: Person) -> None:
    """Up to the first question with buttons."""
    await person.say("こんにちは")
    await person.hear()


def retold(kind: str, payload: dict[str, Any], at: float) -> list[Request]:
    """The same bytes again, and the same said to be a repeat, as often as Slack and more often than Slack would."""
    first = make(kind, payload, at)
    marked = [make(kind, payload, at, x_slack_retry_num=f"{number}") for number in (1, 2, 3)]
    return [first, *marked, *[first] * (REPLAYS - 4)]


async def replay(person: Person, program: Program) -> tuple[Any, Any]:
    """The state after a press and a text, and after each came again and again."""
    await begin(person)
    now = time.time()
    pressed = ("interactive", pressing(person, -1, "choose:1", now), now)
    assert await send_all(person, [make(*pressed)]) == {(200, b"")}
    await person.hear()
    said = ("events_api", saying(person, "P-3ライン加工条件表", now := time.time()), now)
    assert await send_all(person, [make(*said)]) == {(200, b"")}
    await person.hear()
    before = state_of(program)
    assert await send_all(person, [*retold(*pressed), *retold(*said)]) == {(200, b"")}
    return before, state_of(program)


async def test_a_replay_changes_nothing(tmp_path: Path) -> None:
    """The same signed requests again, as they were or marked as repeats: the answer they had, and no other effect."""
    async with open_company(tmp_path) as (program, sato):
        before, after = await replay(sato, program)
        assert before == after  # nothing more is due, and so nothing more is said


async def test_without_its_key_a_replay_is_handled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: where every copy has a key of its own, every replay is written."""
    make_key, numbers = inbound._key, count()
    monkeypatch.setattr(inbound, "_key", lambda *parts: f"{make_key(*parts)}{next(numbers)}")
    async with open_company(tmp_path) as (program, sato):
        before, after = await replay(sato, program)
        assert len(after["inbox"]) - len(before["inbox"]) == 2 * REPLAYS
        assert len(after["outbox"]) > len(before["outbox"])


async def test_a_retry_six_minutes_late_is_a_repeat(tmp_path: Path) -> None:
    """Slack signs its third retry anew: it is answered like the first; the old signature is worth nothing by then."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        now = time.time()
        payload = pressing(sato, -1, "choose:1", now - LATE)
        assert await send_all(sato, [make("interactive", payload, now)]) == {(200, b"")}
        await sato.hear()
        before = state_of(program)
        retry = {"x_slack_retry_num": "3", "x_slack_retry_reason": "http_timeout"}
        assert await send_all(sato, [make("interactive", payload, time.time(), **retry)]) == {(200, b"")}
        old = make("interactive", payload, now - FRESH_SECONDS - 60, **retry)
        assert await send_all(sato, [old]) == {(401, b"")}
        assert state_of(program) == before


async def test_what_first_arrives_six_minutes_late_is_asked_about(tmp_path: Path) -> None:
    """A text typed before the present question was shown is no answer to it: the person is asked what it belongs to."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        await sato.press("choose:1")
        await sato.hear()
        before = records_of(program)
        late = make("events_api", saying(sato, "旋盤の条件表", time.time() - LATE), time.time(), x_slack_retry_num="3")
        assert await send_all(sato, [late]) == {(200, b"")}
        assert await sato.hear()
        assert records_of(program) == before


async def test_a_double_press_counts_once(tmp_path: Path) -> None:
    """The second of two presses finds the question answered: it changes nothing, and the person is told."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        twice = [pressing(sato, -1, "choose:1", time.time() + late) for late in (0.0, 0.2)]
        assert await send_all(sato, [make("interactive", twice[0], time.time())]) == {(200, b"")}
        once = records_of(program)
        assert await send_all(sato, [make("interactive", twice[1], time.time())]) == {(200, b"")}
        assert records_of(program) == once
        await sato.hear(says(program, "old_card"))


async def test_an_old_card_changes_nothing(tmp_path: Path) -> None:
    """A button of a card further up: the person is told that it is answered, and the open question comes again."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        await sato.press("choose:1")
        await sato.hear()
        await sato.say("P-3ライン加工条件表")
        await sato.hear()
        before, cards = records_of(program), len(sato.cards)
        old = make("interactive", pressing(sato, 0, "choose:2", time.time()), time.time())
        assert await send_all(sato, [old]) == {(200, b"")}
        await sato.hear(says(program, "old_card"))
        assert records_of(program) == before
        assert len(sato.cards) > cards


@pytest.mark.parametrize("user", ["U02", "U03"])
async def test_somebody_elses_button_is_theirs(tmp_path: Path, user: str) -> None:
    """Whoever presses the button of another's interview learns in private that it is not theirs, and nothing else."""
    async with open_company(tmp_path) as (program, sato):
        sato.double.add_user("U02", "suzuki@hibarino.example")
        sato.double.add_user("U03", "nobody@elsewhere.example")
        await begin(sato)
        other = Person(sato.double, sato.url, user)
        hello = make("events_api", saying(other, "こんにちは", time.time()), time.time())
        assert await send_all(other, [hello]) == {(200, b"")}
        await other.hear(asks=False)
        before, told = records_of(program), len(sato.double.calls)
        payload = {**pressing(sato, -1, "choose:1", time.time()), "user": {"id": user, "team_id": "T01"}}
        payload["container"] |= {"channel_id": f"D{user[1:]}"}
        assert await send_all(sato, [make("interactive", payload, time.time())]) == {(200, b"")}
        whisper = await sato.double.wait_for_whisper() if user == "U02" else {"text": await other.hear(asks=False)}
        assert whisper["text"]
        assert "製造部" not in whisper["text"]
        assert records_of(program) == before
        assert not [call for call in sato.double.calls[told:] if "D01" in str(call.args.get("channel"))]


async def test_a_button_of_an_interview_that_is_over(tmp_path: Path) -> None:
    """A press after the end changes nothing, and is answered with a word."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        await sato.press("choose:1")
        await sato.hear()
        for reply in ("P-3ライン加工条件表", "なし", "送る", "なし"):
            await sato.say(reply)
            await sato.hear()
        before = records_of(program)
        old = make("interactive", pressing(sato, 0, "choose:1", time.time()), time.time())
        assert await send_all(sato, [old]) == {(200, b"")}
        assert await sato.hear(asks=False)
        assert records_of(program) == before


async def test_a_token_nobody_made_is_not_taken(tmp_path: Path) -> None:
    """A token with anything changed opens nothing: the presser is told in private, and nothing is written."""
    async with open_company(tmp_path) as (program, sato):
        await begin(sato)
        payload = pressing(sato, -1, "choose:1", time.time())
        action = payload["actions"][0]
        action["value"] = action["value"].replace(action["value"][20], "A" if action["value"][20] != "A" else "B", 1)
        before = state_of(program)
        assert await send_all(sato, [make("interactive", payload, time.time())]) == {(200, b"")}
        assert (await sato.double.wait_for_whisper())["text"]
        assert state_of(program) == before
