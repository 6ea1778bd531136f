"""A figure and how it is taken: interleaved rounds, and the median of the ratios within a round.

Knows nothing of what is measured.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

Run = Callable[[], float]  # does a fixed amount of work and says how it went: seconds taken, or turns per second


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of the rounds' ratios and what is promised of it: `must` is a promise, `reach` an ambition."""

    name: str
    ratios: Sequence[float]  # round by round
    against: str
    must: float
    reach: float
    better: Literal["lower", "higher"]
    more: dict[str, Any] = field(default_factory=dict)  # the figures behind the ratio, in their units

    @property
    def ratio(self) -> float:
        return round(median(self.ratios), 3)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a round."""
        return round(min(self.ratios), 3), round(max(self.ratios), 3)

    @property
    def met(self) -> bool:
        return self.holds(self.must)

    def holds(self, bound: float) -> bool:
        """Whether the ratio is on the good side of this bound."""
        return self.ratio <= bound if self.better == "lower" else self.ratio >= bound

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "name": self.name,
            "ratio": self.ratio,
            "against": self.against,
            "must": self.must,
            "reach": self.reach,
            "met": self.met,
            "reached": self.holds(self.reach),
            "better": self.better,
            "rounds": len(self.ratios),
            "spread": self.spread,
            **self.more,
        }


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the rounds gave: ours and theirs side by side, round by round."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratios(self) -> list[float]:
        return [our / their for our, their in zip(self.ours, self.theirs, strict=True)]


def run_rounds(ours: Run, theirs: Run, count: int) -> Rounds:
    """Both in every round, each going first in every second one."""
    rounds = Rounds([], [])
    sides = [(ours, rounds.ours), (theirs, rounds.theirs)]
    for _ in range(count):
        for run, kept in sides:
            gc.collect()
            gc.freeze()  # what stands before a run is not looked through during it
            kept.append(run())
        sides.reverse()
    gc.unfreeze()
    return rounds
