"""The front door over real HTTP: what Slack did not sign, or nobody can read, gets no further; all else does."""

import asyncio
import gc
import logging
import os
import random
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import door
from adapters.slack.app import Slack, build_slack
from adapters.slack.door import Door, is_fresh, is_signed
from bot.doorway import BlankSecret, is_deeper
from tests.doubles.payloads import command, encode, event, make_request, message
from tests.slack.attacks import ATTACKS, CANARY, Attack, make_genuine
from tests.slack.serving import CUT, NOW, SECRET, Desk, Watch, claim, send, serve, to_wire

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
TIMES = 1000 if LONG else 60
GENUINE = 10_000 if LONG else 2_000
AT_ONCE = 8
BY_NAME = {attack.name: attack for attack in ATTACKS}
LOGGERS = (
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "asyncio",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "secret_review",
)

pytestmark = pytest.mark.timeout(600 if LONG else 120)


@dataclass
class Gate:
    """An app that is served, and whoever got through to its handler."""

    port: int
    desk: Desk

    async def withstand(self, attack: Attack, times: int = TIMES) -> Counter[int]:
        """How often each status was answered to an attack of which nothing may pass."""
        self.desk.got.clear()
        requests = attack.make(zlib.crc32(attack.name.encode()), times)
        answers = await send_all(self.port, map(attack.to_wire, requests))
        assert self.desk.got == []
        assert {status for status, _ in answers} <= set(attack.answers)
        assert not [body for _, body in answers if CANARY.encode() in body]
        return Counter({status: answers[status, body] for status, body in answers})


@asynccontextmanager
async def open_gate(watch: Watch | None = None) -> AsyncIterator[Gate]:
    desk = Desk()
    slack: Slack = await build_slack(desk.handle, "xoxb-test", watch or Watch())
    try:
        async with serve(slack.over_http(SECRET)) as port:
            yield Gate(port, desk)
    finally:
        await slack.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate() -> AsyncIterator[Gate]:
    """One app for all attacks."""
    async with open_gate() as gate:
        yield gate


async def send_all(port: int, requests: Iterable[bytes]) -> Counter[tuple[int, bytes]]:
    """What was answered, and how often; a few are under way at a time."""
    answers: Counter[tuple[int, bytes]] = Counter()
    waiting = iter(requests)

    async def work() -> None:
        for request in waiting:
            answers[await send(port, request)] += 1

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return answers


class Ear(logging.Handler):
    """Keeps all that reaches the root, where an operator's handler would stand; pytest's own listens further in."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{self.format(record)} {record.__dict__}")


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Every logger at its most talkative; what was logged and told the two streams up to now."""
    for name in (None, *LOGGERS):
        caplog.set_level(logging.DEBUG, logger=name)
    ear = Ear()

    def read() -> str:
        gc.collect()  # asyncio complains of a task when it is thrown away
        return "\n".join([*ear.heard, *capfd.readouterr()])

    logging.getLogger().addHandler(ear)
    yield read
    logging.getLogger().removeHandler(ear)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_what_must_not_pass_is_refused(attack: Attack, gate: Gate, written: Callable[[], str]) -> None:
    """No mutation of a spoilt request reaches the handler, is answered 5xx, or is written down anywhere."""
    assert not {status for status in attack.answers if status >= 500}
    answers = await gate.withstand(attack)
    assert answers.total() == TIMES
    assert CANARY not in written()


def test_there_are_at_least_sixty_classes_of_attack(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of attacks is long, no class is in it twice, and no mutation is made twice."""
    with capsys.disabled():
        print(f"\n{len(ATTACKS)} classes of attack, {TIMES} mutations each, {GENUINE} genuine requests")
    assert len(BY_NAME) == len(ATTACKS) >= 60
    made = [set(map(attack.to_wire, attack.make(5, 20))) for attack in ATTACKS]
    assert {len(mutations) for mutations in made} == {20}
    assert all(CANARY.encode() in one for mutations in made for one in mutations)


async def test_what_slack_signed_is_never_refused() -> None:
    """Every genuine request is answered 200 and reaches the handler once, whatever words are in it."""
    rng = random.Random(7)
    requests = [make_genuine(rng, NOW - rng.randrange(299)) for _ in range(GENUINE)]
    async with open_gate() as gate:
        answers = await send_all(gate.port, map(to_wire, requests))
        got = gate.desk.got
    assert answers == {(200, b""): GENUINE}
    assert len({incoming.key for incoming in got}) == len(got) == GENUINE


@pytest.mark.parametrize(
    ("check", "passes", "name"),
    [
        ("is_signed", lambda *_: True, "no signature"),
        ("is_signed", lambda *_: True, "another secret"),
        ("is_signed", lambda *_: True, "one digit off"),
        ("is_signed", lambda *_: True, "letters beyond ASCII"),
        ("is_signed", lambda *_: True, "another request's"),
        ("is_fresh", lambda *_: True, "expired"),
        ("is_fresh", lambda *_: True, "of the future"),
        ("is_fresh", lambda *_: True, "the beginning of time"),
        ("LARGEST", 10**9, "a byte too large"),
        ("LARGEST", 10**9, "too large in pieces"),
    ],
)
async def test_without_its_check_the_door_does_not_hold(
    check: str, passes: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: take one check away, and every mutation of the attack it stops reaches the handler."""
    monkeypatch.setattr(door, check, passes)
    attack = BY_NAME[name]
    async with open_gate() as gate:
        with pytest.raises(AssertionError):
            await gate.withstand(attack, 20)
        assert len(gate.desk.got) == 20


async def hold(name: str) -> None:
    """Whether the door by itself refuses this class: an inner application that notes everybody who comes in."""
    rng, inside = random.Random(1), []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        inside.append(await receive())
        await door.answer_empty(send, 200)

    async with serve(Door(inner, SECRET, Watch())) as port:
        for _ in range(5):
            await send(port, to_wire(BY_NAME[name].spoil(rng, make_genuine(rng))))
    assert inside == []


@pytest.mark.parametrize("name", ["null", "a list", "a lone bracket", "brackets without end", "broken UTF-8"])
async def test_what_bolt_falls_over_stops_at_the_door(name: str) -> None:
    """Bodies that make Bolt raise while it builds its request never get as far as Bolt."""
    await hold(name)


async def test_without_reading_it_first_the_door_lets_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the above: what is not read is let in."""
    monkeypatch.setattr(door, "is_readable", lambda *_: True)
    with pytest.raises(AssertionError):
        await hold("null")


async def test_a_request_that_was_accepted_is_refused_after_five_minutes() -> None:
    """A captured request is worth nothing later: the same bytes pass now, and not six minutes on."""
    watch, request = Watch(), to_wire(make_genuine(random.Random(3)))
    async with open_gate(watch) as gate:
        assert (await send(gate.port, request))[0] == 200
        watch.at += 360
        assert (await send(gate.port, request)) == (401, b"")
        assert len(gate.desk.got) == 1


async def test_a_replay_within_five_minutes_has_the_same_key() -> None:
    """What the door lets in twice, the inbox knows as one."""
    async with open_gate() as gate:
        await send_all(gate.port, [to_wire(make_genuine(random.Random(4)))] * 5)
        assert len(gate.desk.got) == 5
        assert len({incoming.key for incoming in gate.desk.got}) == 1


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    """Whoever sends half a request is answered after the time it may take, and the inner application hears nothing."""
    desk = Desk()
    slack = await build_slack(desk.handle, "xoxb-test", Watch())
    hasty = replace_patience(slack, 0.05)
    async with serve(hasty) as port:
        request = make_genuine(random.Random(5))
        assert await send(port, claim(b"%d" % (len(request.body) + 10))(request)) == (400, b"")
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
    async with open_gate() as gate:
        status, _ = await send(gate.port, to_wire(make_request(SECRET, NOW, body, media)))
        assert (len(body), len(gate.desk.got)) == (size, int(largest))
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
    request = make_genuine(random.Random(6)).but(x_slack_bolt_lazy_only=b"1", x_slack_bolt_lazy_function_name=b"x")
    async with open_gate() as gate:
        assert (await send(gate.port, to_wire(request)))[0] == 200
        assert len(gate.desk.got) == 1


async def test_a_command_may_contain_the_word_payload() -> None:
    """Bolt loses a command in which "payload" stands; ours arrives, word for word."""
    body, media = encode("slash_commands", command("payload and %70ayload & payload=1"))
    async with open_gate() as gate:
        assert (await send(gate.port, to_wire(make_request(SECRET, NOW, body, media))))[0] == 200
        assert gate.desk.got[0].text == "payload and %70ayload & payload=1"


async def test_slack_may_check_the_address() -> None:
    """The signed question whether this is the right address is answered with its challenge, and is no event."""
    body, media = encode("events_api", {"type": "url_verification", "challenge": "abc", "token": "x"})
    async with open_gate() as gate:
        status, said = await send(gate.port, to_wire(make_request(SECRET, NOW, body, media)))
        assert (await send(gate.port, to_wire(make_request("x" * 32, NOW, body, media))))[0] == 401
        assert (status, b"abc" in said, gate.desk.got) == (200, True, [])


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
