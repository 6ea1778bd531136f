"""`kill -9` at any instant, on SQLite and on PostgreSQL: nothing accepted is lost, nothing is applied twice."""

import os
import time
from random import Random

import pytest

from tests.faults.clients import Forge, Talker, live, live_on, settle_rest
from tests.faults.conftest import LONG
from tests.faults.evidence import find_damage, find_faults
from tests.faults.places import Place, opened
from tests.faults.terminals import Typist, settle_last, talk

KILLS = 4000 if LONG else 50
TALK_KILLS = 100 if LONG else 6
STEPS = [
    "bot.bootstrap:open_database",
    "bot.state.deployment:make_master_key",
    "bot.bootstrap:make_deployment",
    "bot.bootstrap:open_vault",
    "bot.bootstrap:_settle_sample",
]
EMAILS = [f"{name}@hibarino.example" for name in ("sato", "ito", "mori", "shimizu")]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX"),
    pytest.mark.timeout(3600 if LONG else 300),
]


def kill_again_and_again(forge: Forge, place: Place, chance: Random, kills: int) -> list[Talker]:
    """Several people answering at once through one process after the other, each killed at a random instant."""
    talkers = [Talker(email, Random(chance.random())) for email in EMAILS]
    settle_rest(forge.start(place), talkers)
    start = time.monotonic()
    settle_rest(forge.start(place), talkers)
    whole = time.monotonic() - start  # of a life that does next to nothing
    print(f"a start takes {whole * 1000:.0f} ms")
    for _ in range(kills):
        during_start = chance.uniform(0, whole) if chance.random() < 0.2 else None
        live(forge.start(place), talkers, during_start, chance.uniform(0, 0.08))
    settle_rest(forge.start(place), talkers)
    return talkers


def test_nothing_accepted_is_lost_or_doubled_by_kills(forge: Forge, place: Place, seed: int) -> None:
    """Whatever instant a process is killed at, each accepted reply is in the record exactly once and in order."""
    talkers = kill_again_and_again(forge, place, Random(seed), KILLS)
    accepted = sum(len(replies) for talker in talkers for replies in talker.accepted.values())
    resent, repeated = (sum(getattr(talker, name) for talker in talkers) for name in ("resent", "repeated"))
    ended = sum(len(talker.accepted) - 1 for talker in talkers)
    print(f"seed {seed}: {KILLS} kills, {accepted} accepted, {resent} resent, {repeated} of them committed before")
    assert find_faults(place, talkers) == []
    assert accepted > KILLS
    assert 0 < repeated < resent  # kills fell on both sides of the commit
    assert ended > 0  # and interviews came to their ends meanwhile


def kill_between(forge: Forge, place: Place, eager: bool = False, keeps_keys: bool = True) -> list[Talker]:
    """One person, killed between the commit of the first item told and its "accepted", who then goes on."""
    talkers = [Talker(EMAILS[0], Random(0), keeps_keys)]
    settle_rest(forge.start(place), talkers)
    live_on(forge.start(place, eager=eager, dies_between=True), talkers)
    settle_rest(forge.start(place), talkers)
    return talkers


@pytest.mark.parametrize("wrong", [{}, {"eager": True}], ids=["committed first", "accepted first"])
def test_accepting_before_the_commit_is_found_out(forge: Forge, place: Place, wrong: dict[str, bool]) -> None:
    """Negative control: a program that says "accepted" before its commit loses the reply, and it is seen."""
    faults = find_faults(place, kill_between(forge, place, **wrong))
    assert bool([fault for fault in faults if "lost: " in fault]) is bool(wrong)


@pytest.mark.parametrize("keeps_keys", [True, False])
def test_sending_again_under_another_key_is_found_out(forge: Forge, place: Place, keeps_keys: bool) -> None:
    """Negative control: a client that makes a new key for what it sends again has it applied twice, and it is seen."""
    faults = find_faults(place, kill_between(forge, place, keeps_keys=keeps_keys))
    assert bool([fault for fault in faults if "doubled: " in fault]) is not keeps_keys


def test_nothing_read_as_accepted_is_lost_by_kills_of_the_real_command(place: Place, seed: int) -> None:
    """`python -m bot talk --jsonl`, killed at random instants: what a person read as taken is there, and once."""
    chance = Random(seed)
    person = Typist(EMAILS[0], Random(seed))
    start = time.monotonic()
    talk(place, person, None, 0.0)
    whole = time.monotonic() - start
    killed = 1
    while killed < TALK_KILLS:
        during_start = chance.uniform(0, whole) if killed % 5 == 0 else None
        killed += talk(place, person, during_start, chance.uniform(0, 0.5))
    settle_last(place, person)
    accepted = sum(map(len, person.accepted.values()))
    print(f"seed {seed}: {killed} kills, {accepted} accepted, {person.resent} resent, {person.landed} landed unseen")
    assert find_faults(place, [person]) == []
    assert accepted > TALK_KILLS // 2


@pytest.mark.parametrize("step", STEPS)
def test_a_first_start_that_was_killed_is_made_good_by_the_next(forge: Forge, empty_place: Place, step: str) -> None:
    """A trial whose very first start was killed after any of its steps has all its people and facts at the next."""
    with forge.start(empty_place, die_at=step) as worker:
        assert worker.read_rest() == []
    with opened(empty_place) as program:
        assert find_damage(empty_place, program) == []
        assert program.is_trial
        assert {email for email in EMAILS if program.find_member(email)} == set(EMAILS)
        assert program.reader.read_company()["name"].ja
