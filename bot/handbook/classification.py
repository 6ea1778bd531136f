"""From what is known of an item to secret or not, a level, and the one reason that decides it.

Indicators run from 0 to 3; what is not known is a range. The rule is `proposal_rule` of the domain facts, our proposal
and not the handbook's words. The level never falls when one answer rises, so a level that comes out of the lowest and
of the highest completion alike comes out of every one: nothing more needs to be asked.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

INDICATORS = (
    "nonpublic",
    "economic",
    "loss",
    "partner_harm",
    "competitor",
    "contract",
    "personal",
    "trust",
    "security",
)
STRICT = ("economic", "loss", "personal", "security")  # one of these at its highest makes an item strictly confidential
DUTIES = ("contract", "personal", "security")
# The order in which they are asked; the first that reaches the level is told as the reason.
ASKED = ("contract", "personal", "security", "economic", "loss", "partner_harm", "competitor", "trust")
SERIOUS, HIGHEST = 2, 3  # the two thresholds of every indicator
FEW = 2  # `nonpublic` from which a thing is known to a few at most

PUBLIC, INTERNAL, CONFIDENTIAL, STRICTLY = range(4)


class Range(NamedTuple):
    """What is known of one indicator: at least `low`, at most `high`, each from 0 to 3."""

    low: int
    high: int


UNKNOWN = Range(0, HIGHEST)
Known = Mapping[str, Range]


class Proposal(NamedTuple):
    """The level as far as known, 0 (public) to 3 (strictly confidential), and the indicators that decide it.

    Where `low` and `high` differ, an open answer decides between them, and the item is handled as the higher.
    `reasons` are the deciding indicator (`open` where an open answer decides) and `nonpublic`.
    """

    low: int
    high: int
    reasons: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        return self.low == self.high


def rate(values: Mapping[str, int]) -> int:
    """The level of a full set of indicators, each 0 to 3."""
    nonpublic = values["nonpublic"]
    if nonpublic == 0:  # published, yet promised: somebody has to look at that
        return CONFIDENTIAL if any(values[name] >= SERIOUS for name in DUTIES) else PUBLIC
    if nonpublic >= FEW and any(values[name] == HIGHEST for name in STRICT):
        return STRICTLY
    return CONFIDENTIAL if any(values[name] >= SERIOUS for name in ASKED) else INTERNAL


def is_settled_by(known: Known, asked: Collection[str]) -> bool:
    """Whether the two ends of the proposal are the same however the indicators not in `asked` turn out.

    What was asked and not known stays a range; asking for something else does not narrow it.
    """
    ends = []
    for open_at_low in (True, False):
        for rest_at_low in (True, False):
            values = {}
            for name in INDICATORS:
                low, high = known.get(name, UNKNOWN)
                values[name] = low if (open_at_low if name in asked else rest_at_low) else high
            ends.append(rate(values))
    return ends[0] == ends[1] and ends[2] == ends[3]


def propose(known: Known) -> Proposal:
    """The lowest and the highest level the answers so far allow, and why."""
    low = rate({name: known.get(name, UNKNOWN).low for name in INDICATORS})
    high = rate({name: known.get(name, UNKNOWN).high for name in INDICATORS})
    return Proposal(low, high, find_reasons(known, high))


def find_reasons(known: Known, level: int) -> tuple[str, ...]:
    """The indicator that decides, the first in the asking order that surely reaches what the level needs."""
    if level < CONFIDENTIAL:
        return ("nonpublic",) if "nonpublic" in known else ("open", "nonpublic")
    names, wanted = (STRICT, HIGHEST) if level == STRICTLY else (ASKED, SERIOUS)
    reach = [name for name in ASKED if name in names and known.get(name, UNKNOWN).low >= wanted]
    return (reach[0], "nonpublic") if reach else ("open", "nonpublic")
