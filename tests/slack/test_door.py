"""The front door over real HTTP: what Slack did not sign, or nobody can read, gets no further; all else does."""

import asyncio
import logging
import os
import random
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import door
from adapters.slack.app import Slack, build_slack
from adapters.slack.door import BlankSecret, Door, is_deeper, is_fresh, is_signed
from tests.doubles.payloads import Request, command, encode, event, make_request, message
from tests.slack.attacks import ATTACKS, CANARY, Attack, make_genuine
from tests.slack.serving import CUT, NOW, SECRET, Desk, Watch, send, serve

TIMES = 1000 if os.environ.get("SECRET_REVIEW_LONG") else 200
GENUINE = 10_000 if os.environ.get("SECRET_REVIEW_LONG") else 2_000
AT_ONCE = 8
BY_NAME = {attack.name: attack for attack in ATTACKS}


@asynccontextmanager
async def open_app(desk: Desk, watch: Watch | None = None) -> AsyncIterator[int]:
    slack: Slack = await build_slack(desk.handle, "xoxb-test", watch or Watch())
    try:
        async with serve(slack.over_http(SECRET)) as port:
            yield port
    finally:
        await slack.close()


async def send_all(port: int, requests: list[Request], attack: Attack) -> Counter[tuple[int, bytes]]:
    """What was answered, and how often; a few are under way at a time."""
    answers: Counter[tuple[int, bytes]] = Counter()
    waiting = iter(requests)

    async def work() -> None:
        for request in waiting:
            answers[await send(port, request, attack.length, attack.pieces)] += 1

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return answers


async def withstand(attack: Attack, times: int = TIMES) -> None:
    rng, desk = random.Random(zlib.crc32(attack.name.encode())), Desk()
    requests = [attack.spoil(rng, make_genuine(rng)) for _ in range(times)]
    async with open_app(desk) as port:
        answers = await send_all(port, requests, attack)
    assert desk.got == []
    assert {status for status, _ in answers} <= set(attack.answers)
    assert all(body == b"" for status, body in answers if status in (400, 401, 413))


def told(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) for record in caplog.records)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_what_must_not_pass_is_refused(attack: Attack, caplog: pytest.LogCaptureFixture) -> None:
    """No mutation of a spoilt request reaches the handler, is answered 5xx, or leaves its content in a log."""
    caplog.set_level(logging.DEBUG)
    await withstand(attack)
    assert CANARY not in told(caplog)


def test_there_are_at_least_sixty_classes_of_attack() -> None:
    """The list of attacks is long, and no class is in it twice."""
    assert len(BY_NAME) == len(ATTACKS) >= 60


async def test_what_slack_signed_is_never_refused() -> None:
    """Every genuine request is answered 200 and reaches the handler once, whatever words are in it."""
    rng, desk = random.Random(7), Desk()
    requests = [make_genuine(rng, NOW - rng.randrange(299)) for _ in range(GENUINE)]
    async with open_app(desk) as port:
        answers = await send_all(port, requests, BY_NAME["no signature"])
    assert answers == {(200, b""): GENUINE}
    assert len({incoming.key for incoming in desk.got}) == len(desk.got) == GENUINE


@pytest.mark.parametrize(
    ("check", "passes", "name"),
    [
        ("is_signed", True, "another secret"),
        ("is_signed", True, "one digit off"),
        ("is_signed", True, "random digits"),
        ("is_fresh", True, "expired"),
        ("is_fresh", True, "of the future"),
        ("LARGEST", 10**9, "too large"),
        ("is_readable", True, "null"),
        ("is_readable", True, "nesting beyond all reason"),
    ],
)
async def test_without_its_check_the_door_does_not_hold(
    check: str, passes: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: take one check away, and the attack it stops gets through and the test above fails."""
    monkeypatch.setattr(door, check, passes if isinstance(passes, int) and passes > 1 else lambda *_: passes)
    if check == "is_readable":  # Bolt's own fall is caught behind the door, but it is no longer the door that refuses
        with pytest.raises(AssertionError):
            await hold(name)
        return
    with pytest.raises(AssertionError):
        await withstand(BY_NAME[name], 20)


async def hold(name: str) -> None:
    """Whether the door by itself refuses this class: an inner application that notes everybody who comes in."""
    rng, inside = random.Random(1), []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        inside.append(await receive())
        await door.answer_empty(send, 200)

    async with serve(Door(inner, SECRET, Watch())) as port:
        for _ in range(5):
            await send(port, BY_NAME[name].spoil(rng, make_genuine(rng)))
    assert inside == []


@pytest.mark.parametrize("name", ["null", "a list", "a lone bracket", "brackets without end", "broken UTF-8"])
async def test_what_bolt_falls_over_stops_at_the_door(name: str) -> None:
    """Bodies that make Bolt raise while it builds its request never get as far as Bolt."""
    await hold(name)


async def test_a_request_that_was_accepted_is_refused_after_five_minutes() -> None:
    """A captured request is worth nothing later: the same bytes pass now, and not six minutes on."""
    desk, watch = Desk(), Watch()
    request = make_genuine(random.Random(3))
    async with open_app(desk, watch) as port:
        assert (await send(port, request))[0] == 200
        watch.at += 360
        assert (await send(port, request)) == (401, b"")
    assert len(desk.got) == 1


async def test_a_replay_within_five_minutes_has_the_same_key() -> None:
    """What the door lets in twice, the inbox knows as one."""
    desk, request = Desk(), make_genuine(random.Random(4))
    async with open_app(desk) as port:
        for _ in range(5):
            await send(port, request)
    assert len(desk.got) == 5
    assert len({incoming.key for incoming in desk.got}) == 1


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    """Whoever sends half a request is answered after the time it may take, and the inner application hears nothing."""
    desk = Desk()
    slack = await build_slack(desk.handle, "xoxb-test", Watch())
    hasty = replace_patience(slack, 0.05)
    async with serve(hasty) as port:
        request = make_genuine(random.Random(5))
        assert await send(port, request, length=b"%d" % (len(request.body) + 10)) == (400, b"")
    await slack.close()
    assert desk.got == []
    assert hasty.refused == {400: 1}


def replace_patience(slack: Slack, seconds: float) -> Door:
    made = slack.over_http(SECRET)
    assert isinstance(made, Door)
    made.read_seconds = seconds
    return made


@pytest.mark.parametrize("largest", [True, False])
async def test_the_cap_is_on_the_byte(largest: bool) -> None:
    """A body of exactly 256 KiB passes, one byte more does not."""
    size = door.LARGEST if largest else door.LARGEST + 1
    payload = event(message(""))
    room = size - len(encode("events_api", payload)[0])
    body, media = encode("events_api", event(message("a" * room)))
    desk = Desk()
    async with open_app(desk) as port:
        status, _ = await send(port, make_request(SECRET, NOW, body, media))
    assert (len(body), len(desk.got)) == (size, int(largest))
    assert status in ((200,) if largest else (413, CUT))


@pytest.mark.parametrize("secret", ["", " ", "\n\t"])
async def test_a_blank_secret_builds_no_door(secret: str) -> None:
    """Without a signing secret, a bot token or an app-level token there is nothing to start."""
    with pytest.raises(BlankSecret):
        Door(lambda *_: None, secret, Watch())  # type: ignore[arg-type,return-value]
    with pytest.raises(BlankSecret):
        await build_slack(Desk().handle, secret, Watch())
    slack = await build_slack(Desk().handle, "xoxb-test", Watch())
    with pytest.raises(BlankSecret):
        slack.over_socket(secret)
    await slack.close()


async def test_headers_nobody_signed_do_not_steer_bolt() -> None:
    """A genuine request with Bolt's own inner headers is handled like one without them."""
    desk = Desk()
    request = make_genuine(random.Random(6)).but(x_slack_bolt_lazy_only=b"1", x_slack_bolt_lazy_function_name=b"x")
    async with open_app(desk) as port:
        assert (await send(port, request))[0] == 200
    assert len(desk.got) == 1


async def test_a_command_may_contain_the_word_payload() -> None:
    """Bolt loses a command in which "payload" stands; ours arrives, word for word."""
    desk = Desk()
    body, media = encode("slash_commands", command("payload and %70ayload & payload=1"))
    async with open_app(desk) as port:
        assert (await send(port, make_request(SECRET, NOW, body, media)))[0] == 200
    assert desk.got[0].text == "payload and %70ayload & payload=1"


async def test_slack_may_check_the_address() -> None:
    """The signed question whether this is the right address is answered with its challenge, and is no event."""
    desk = Desk()
    body, media = encode("events_api", {"type": "url_verification", "challenge": "abc", "token": "x"})
    async with open_app(desk) as port:
        status, said = await send(port, make_request(SECRET, NOW, body, media))
        assert (await send(port, replace(make_request("x" * 32, NOW, body, media))))[0] == 401
    assert (status, b"abc" in said, desk.got) == (200, True, [])


@given(secret=st.binary(), stamp=st.binary(), signature=st.binary(), body=st.binary(), now=st.floats(0, 4e9))
def test_looking_at_a_signature_never_raises(
    secret: bytes, stamp: bytes, signature: bytes, body: bytes, now: float
) -> None:
    """Any bytes at all are either signed and fresh or not; there is no third thing."""
    assert is_signed(secret, stamp, signature, body) in (True, False)
    assert is_fresh(stamp, now) in (True, False)


@given(
    kind=st.binary() | st.sampled_from([b"application/json", b"application/x-www-form-urlencoded"]), body=st.binary()
)
def test_reading_a_body_never_raises(kind: bytes, body: bytes) -> None:
    """Any bytes at all are either readable or not."""
    assert door.is_readable(kind, body) in (True, False)


@pytest.mark.parametrize(("depth", "deeper"), [(1, False), (31, False), (32, False), (33, True), (400, True)])
def test_depth_is_counted_in_objects_and_lists(depth: int, deeper: bool) -> None:
    """Thirty-two objects and lists within each other are read, thirty-three are not."""
    value: Any = "leaf"
    for number in range(depth):
        value = [value] if number % 2 else {"a": value}
    assert is_deeper(value, 32) is deeper
