"""The rule of levels over every answer there is: stopping early changes nothing, and a worse answer never lowers it."""

import os
from collections.abc import Iterator, Mapping
from itertools import islice, product

import pytest

from bot.handbook.classification import ASKED, INDICATORS, UNKNOWN, Known, Proposal, Range, propose, rate

VALUES = range(4)
VECTORS = 4 ** len(INDICATORS)
STEP = 1 if os.environ.get("SECRET_REVIEW_LONG") else 7  # shares no factor with 4, so that every answer varies
MOST_STEPS = 5

# What each reply of the conversation settles, in the order they are asked; after export control was ticked one more
# question says how far. A ticked line is the threshold it stands for.
Step = Mapping[str, Range]


def to_tick(value: int) -> Range:
    """A line of a list as the answer it stands for: ticked at 2 or more."""
    return Range(2, 2) if value >= 2 else Range(0, 0)


def walk(values: Mapping[str, int], technical: bool) -> Iterator[Step]:
    """The replies of somebody whose answers these are, as ranges, one reply after the other."""
    security = values["security"] if technical else 0
    ticked = Range(2, 3) if security >= 2 else Range(0, 0)
    personal = Range(3, 3) if values["personal"] == 3 else to_tick(values["personal"])
    nonpublic = Range(values["nonpublic"], values["nonpublic"])
    yield {
        "nonpublic": nonpublic,
        "contract": to_tick(values["contract"]),
        "personal": personal,
        "security": ticked,
    }
    if ticked.high:
        yield {"security": Range(security, security)}
    for name in ("economic", "loss"):
        yield {name: Range(values[name], values[name])}
    yield {name: to_tick(values[name]) for name in ("partner_harm", "competitor", "trust")}


def ask_until_settled(values: Mapping[str, int], technical: bool) -> tuple[Proposal, int]:
    """The proposal once no further answer can change the level, and how many replies that took."""
    known: Known = {}
    for taken, step in enumerate(walk(values, technical), 1):
        known = {**known, **step}
        found = propose(known)
        if found.is_settled:
            return found, taken
    raise AssertionError(values)


def ask_everything(values: Mapping[str, int], technical: bool) -> Proposal:
    known: Known = {}
    for step in walk(values, technical):
        known = {**known, **step}
    return propose(known)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("technical", [True, False])
def test_stopping_early_equals_asking_everything(technical: bool) -> None:
    """Over all answer vectors, in CI every seventh, the early level is the full one, its deciding reason too, in at
    most five replies."""
    counted = 0
    for vector in islice(product(VALUES, repeat=len(INDICATORS)), 0, None, STEP):
        values = dict(zip(INDICATORS, vector, strict=True))
        if not technical:
            values["security"] = 0
        early, taken = ask_until_settled(values, technical)
        assert early.low == rate(values), values
        assert early.reasons == ask_everything(values, technical).reasons, values
        assert taken <= MOST_STEPS
        counted += 1
    assert counted == -(-VECTORS // STEP)
    print(f"{counted} answer vectors, technical={technical}: 0 differences")


def test_the_level_never_falls_when_an_answer_rises() -> None:
    """Raising any one indicator of any vector by one never lowers the level."""
    compared = 0
    for vector in product(VALUES, repeat=len(INDICATORS)):
        values = dict(zip(INDICATORS, vector, strict=True))
        level = rate(values)
        for name in INDICATORS:
            if values[name] < 3:
                assert rate({**values, name: values[name] + 1}) >= level, (values, name)
                compared += 1
    print(f"{compared} comparisons: 0 falls")


def test_a_rule_that_could_fall_would_be_found() -> None:
    """The rule read literally, with "is 2" for "at least 2", does fall somewhere: the comparison can fail."""

    def literally(values: Mapping[str, int]) -> int:
        if values["nonpublic"] >= 2 and values["economic"] == 3:
            return 3
        return 2 if any(values[name] == 2 for name in ASKED) else 1

    low = dict.fromkeys(INDICATORS, 0) | {"nonpublic": 1, "economic": 2}
    assert literally({**low, "economic": 3}) < literally(low)


def test_what_nobody_knows_stays_a_range() -> None:
    """With one deciding answer unknown both ends are told, and an open answer is the reason."""
    known = {name: Range(0, 0) for name in INDICATORS} | {"nonpublic": Range(3, 3), "economic": UNKNOWN}
    found = propose(known)
    assert (found.low, found.high, found.reasons[0]) == (1, 3, "open")
    assert not found.is_settled


def test_public_and_yet_promised_is_confidential() -> None:
    """What is published but promised in writing is not called public: somebody has to look at that."""
    known = {name: Range(0, 0) for name in INDICATORS} | {"contract": Range(2, 2)}
    assert (propose(known).low, propose(known).high) == (2, 2)
    assert rate(dict.fromkeys(INDICATORS, 0)) == 0
