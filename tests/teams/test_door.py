"""Teams' front door over real HTTP: what Teams did not sign for us, or nobody can read, stays out; all else passes."""

import asyncio
import os
import random
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams import cloud, door, keys, tokens
from adapters.teams.cloud import is_loopback, is_microsofts
from adapters.teams.tokens import Check, MicrosoftToken
from bot.doorway import BlankSecret
from tests.slack.serving import send, to_wire
from tests.slack.test_door import send_all, written
from tests.teams.attacks import ATTACKS
from tests.teams.drafts import CANARY, TRUSTED, UNENDORSED, Attack, make_draft, make_genuine
from tests.teams.gate import Gate, open_gate

__all__ = ["written"]  # pytest finds it among this module's names
LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))
TIMES = 1000 if LONG else 60
GENUINE = 10_000 if LONG else 1_000
BY_NAME = {attack.name: attack for attack in ATTACKS}

pytestmark = pytest.mark.timeout(1200 if LONG else 120)


async def trust(gate: Gate) -> Gate:
    """The keys of the attacks are those that are told."""
    gate.double.signers = [TRUSTED, UNENDORSED]
    await gate.teams.keys.load()
    return gate


async def withstand(gate: Gate, attack: Attack, times: int = TIMES) -> Counter[int]:
    """How often each status was answered to an attack of which nothing may pass."""
    gate.desk.got.clear()
    requests = attack.make(zlib.crc32(attack.name.encode()), times)
    answers = await send_all(gate.port, map(attack.to_wire, requests))
    assert gate.desk.got == []
    assert {status for status, _ in answers} <= set(attack.answers)
    assert not [body for _, body in answers if CANARY.encode() in body]
    counted: Counter[int] = Counter()
    for (status, _), count in answers.items():
        counted[status] += count
    return counted


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate() -> AsyncIterator[Gate]:
    """One app for all attacks."""
    async with open_gate() as gate:
        yield await trust(gate)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
async def test_what_must_not_pass_is_refused(attack: Attack, gate: Gate, written: Callable[[], str]) -> None:
    """No mutation of a spoilt request reaches the handler, is answered 5xx or with a detail, or is written down."""
    assert not {status for status in attack.answers if status >= 500}
    answers = await withstand(gate, attack)
    assert answers.total() == TIMES
    assert CANARY not in written()


def test_there_are_at_least_forty_classes_of_attack(capsys: pytest.CaptureFixture[str]) -> None:
    """The list of attacks is long, no class is in it twice, and no mutation is made twice."""
    with capsys.disabled():
        print(f"\n{len(ATTACKS)} classes of attack, {TIMES} mutations each, {GENUINE} genuine activities")
    assert len(BY_NAME) == len(ATTACKS) >= 40
    made = [set(map(attack.to_wire, attack.make(5, 5))) for attack in ATTACKS]
    assert {len(mutations) for mutations in made} == {5}
    assert all(CANARY.encode() in one for mutations in made for one in mutations)


@pytest.mark.parametrize("sdk", ["botbuilder", "agents"])
async def test_what_teams_signed_is_never_refused(sdk: str) -> None:
    """Every genuine activity is answered 200 and reaches the handler once, whatever words are in it."""
    rng = random.Random(7)
    requests = [to_wire(make_genuine(rng)) for _ in range(GENUINE)]
    async with open_gate(sdk) as gate:
        await trust(gate)
        answers = await send_all(gate.port, requests)
        got = gate.desk.got
    assert {status for status, _ in answers} == {200}
    assert len({incoming.key for incoming in got}) == len(got) == GENUINE


@pytest.mark.parametrize(
    ("place", "check", "passes", "name"),
    [
        (tokens.jwt, "decode", lambda token, *_, **__: _unchecked(token), "another key under the right name"),
        (tokens.jwt, "decode", lambda token, *_, **__: _unchecked(token), "another audience"),
        (tokens.jwt, "decode", lambda token, *_, **__: _unchecked(token), "another issuer"),
        (tokens.jwt, "decode", lambda token, *_, **__: _unchecked(token), "expired"),
        (tokens, "is_of", lambda *_: True, "another tenant"),
        (tokens, "is_of", lambda *_: True, "another channel"),
        (cloud, "HOSTS", {"evil.example", "smba.evil.example"}, "a service of another host"),
        (door, "LARGEST", 10**9, "a byte too large"),
    ],
)
async def test_without_its_check_the_door_does_not_hold(
    place: Any, check: str, passes: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: take one check away, and the attack it stops reaches the handler."""
    async with open_gate() as gate:
        await trust(gate)
        monkeypatch.setattr(place, check, passes)
        with pytest.raises(AssertionError):
            await withstand(gate, BY_NAME[name], 20)
        assert gate.desk.got


def _unchecked(token: str) -> Any:
    import json

    return json.loads(tokens.jwt.utils.base64url_decode(token.split(".")[1]))


# -- keys --------------------------------------------------------------------------------------------------------------


async def test_a_new_key_is_fetched_once() -> None:
    """After a rotation the first request with the new key is let in, and a hundred at once fetch it once."""
    async with open_gate() as gate:
        gate.double.rotate("key-2")
        before, draft = gate.double.fetched, make_draft(random.Random(1))
        token = f"Bearer {gate.double.signers[0].sign(draft.claims)}"
        answers = await asyncio.gather(*(gate.double.send(_url(gate), draft.activity, token) for _ in range(100)))
        assert {one.status for one in answers} == {200}
        assert gate.double.fetched - before == 1


async def test_the_old_key_is_worth_nothing_after_a_rotation() -> None:
    """A key that is told no more signs for nobody."""
    async with open_gate() as gate:
        draft, old = make_draft(random.Random(2)), gate.double.signers[0]
        gate.double.rotate("key-2")
        await gate.teams.keys.load()
        assert (await gate.double.send(_url(gate), draft.activity, f"Bearer {old.sign(draft.claims)}")).status == 401


async def test_made_up_keys_are_no_way_to_have_us_ask_and_ask() -> None:
    """However many names of keys somebody makes up, the metadata is asked for a few times, and genuine ones pass."""
    async with open_gate() as gate:
        draft, signer = make_draft(random.Random(3)), gate.double.signers[0]
        before = gate.double.fetched
        for number in range(50):
            token = f"Bearer {signer.sign(draft.claims, kid=f'made-up-{number}')}"
            assert (await gate.double.send(_url(gate), draft.activity, token)).status == 401
        assert gate.double.fetched - before <= keys.MOST_AT_ONCE
        assert (await gate.double.send(_url(gate), draft.activity, f"Bearer {signer.sign(draft.claims)}")).status == 200


async def test_while_keys_cannot_be_had_those_we_have_are_good() -> None:
    """The metadata is away: a known key passes, an unknown one is refused, and nothing is answered 5xx."""
    async with open_gate() as gate:
        draft, signer = make_draft(random.Random(4)), gate.double.signers[0]
        gate.teams.keys.openid = gate.teams.keys.openid.with_port(1)
        assert (
            await gate.double.send(_url(gate), draft.activity, f"Bearer {signer.sign(draft.claims, kid='x')}")
        ).status == 401
        assert (await gate.double.send(_url(gate), draft.activity, f"Bearer {signer.sign(draft.claims)}")).status == 200


async def test_old_keys_are_fetched_again_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day later the keys are asked for with the next request, known or not."""
    monkeypatch.setattr(keys, "OLDEST", -1.0)
    async with open_gate() as gate:
        before, draft = gate.double.fetched, make_draft(random.Random(5))
        token = f"Bearer {gate.double.signers[0].sign(draft.claims)}"
        assert (await gate.double.send(_url(gate), draft.activity, token)).status == 200
        assert gate.double.fetched == before + 1


def _url(gate: Gate) -> str:
    return f"http://127.0.0.1:{gate.port}"


# -- the parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
@pytest.mark.parametrize("place", range(3))
def test_blank_credentials_build_no_door(blank: str, place: int) -> None:
    """Without an app id, a password or a tenant there is nothing to start."""
    named = ["app", "password", "tenant"]
    named[place] = blank
    with pytest.raises(BlankSecret):
        MicrosoftToken(*named, cloud.PUBLIC)
        Check(named[0], named[2], None, cloud.PUBLIC)  # type: ignore[arg-type]


@given(header=st.binary() | st.binary().map(lambda one: b"Bearer " + one))
def test_looking_at_a_token_never_raises_but_to_refuse(header: bytes) -> None:
    """Any bytes at all are a token or are refused; there is no third thing."""

    class NoKeys:
        async def find(self, name: str) -> None:
            return None

    check = Check("app", "tenant", NoKeys(), cloud.PUBLIC)  # type: ignore[arg-type]
    with pytest.raises(door.Refused) as refused:
        asyncio.run(check.read_claims(header))
    assert refused.value.status == 401


@given(url=st.text() | st.integers() | st.none() | st.sampled_from(["https://[", "https://a:b:c/", "https://x:99999/"]))
def test_looking_at_an_address_never_raises(url: Any) -> None:
    """Anything at all is an address of Teams' or not."""
    assert is_microsofts(url) in (True, False)
    assert is_loopback(url) in (True, False)


@pytest.mark.parametrize("host", sorted(cloud.HOSTS))
def test_documented_hosts_are_taken(host: str) -> None:
    """Each by its name, with any path, and with the port that https has anyway."""
    assert is_microsofts(f"https://{host}/amer/00000000-bbbb-4000-8000-0000000000c0/")
    assert is_microsofts(f"https://{host}:443/teams")
    assert not is_microsofts(f"https://{host}:444/teams")


async def test_half_a_request_is_not_waited_for_for_ever() -> None:
    """Whoever sends half a body is answered after the time it may take."""
    from tests.slack.serving import claim

    async with open_gate() as gate:
        await trust(gate)
        gate_door: Any = gate.teams.over_http()
        gate_door.read_seconds = 0.05
        from tests.slack.serving import serve

        async with serve(gate_door) as port:
            request = make_genuine(random.Random(6))
            assert (await send(port, claim(b"%d" % (len(request.body) + 10))(request)))[0] == 400
        assert gate.desk.got == []
