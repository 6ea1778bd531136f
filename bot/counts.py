"""What a group of people answered, as counts by which nobody is found out: never of fewer than five.

Pure. People are counted in parts: departments with too few are put together, and of each part's answers only full
fives are counted, in the order in which they came. So every figure ever told is a sum of fives, whatever is subtracted
from whatever, be it figures of another part or of another day. What all of a five answered alike they still tell.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

LEAST = 5  # people; our proposal
RIGHT, WRONG, UNKNOWN, SEEN = GRADES = ("right", "wrong", "unknown", "seen")

Part = tuple[str, ...]  # departments that are counted together


class Answer(NamedTuple):
    """What one person of a department was told, and how they answered: one of GRADES."""

    department: str
    grade: str


class Counts(NamedTuple):
    """People: meant, reached, who answered, and of how many of these the answers are counted, by grade."""

    people: int = 0
    reached: int = 0
    answered: int = 0
    counted: int = 0
    grades: Mapping[str, int] = dict.fromkeys(GRADES, 0)

    def plus(self, other: "Counts") -> "Counts":
        told = {name: self.grades[name] + other.grades[name] for name in GRADES}
        people, reached = self.people + other.people, self.reached + other.reached
        return Counts(people, reached, self.answered + other.answered, self.counted + other.counted, told)


class Results(NamedTuple):
    """Of all, and part by part; None where they are too few to say anything of."""

    total: Counts | None
    parts: Mapping[Part, Counts]


def list_parts(people: Mapping[str, int]) -> list[Part]:
    """Departments as they are counted, by how many of each are meant: each by itself, those with too few together, and
    with them the next smallest where they are too few even so. Nothing where all together are."""
    ordered = sorted((count, name) for name, count in people.items() if count)
    alone, together, many = [], [], 0
    for count, name in ordered:
        if count < LEAST or 0 < many < LEAST:
            together.append(name)
            many += count
        else:
            alone.append((name,))
    if 0 < many < LEAST:
        return []
    return [*([tuple(sorted(together))] if together else []), *alone]


def count_answers(meant: Mapping[str, int], reached: Mapping[str, int], answers: Sequence[Answer]) -> Results:
    """`meant` and `reached` are people by department, `answers` in the order in which they were given; the order of
    what was there before never changes."""
    parts = list_parts(meant)
    found = {part: _count_part(part, meant, reached, answers) for part in parts}
    total = None
    for one in found.values():
        total = total.plus(one) if total else one
    return Results(total, found)


def add_results(several: Iterable[Results]) -> Results:
    """Several askings as one; parts that are of the same departments are added up."""
    total, parts = None, dict[Part, Counts]()
    for one in several:
        if one.total:
            total = total.plus(one.total) if total else one.total
        for part, counts in one.parts.items():
            parts[part] = parts[part].plus(counts) if part in parts else counts
    return Results(total, parts)


def _count_part(part: Part, meant: Mapping[str, int], reached: Mapping[str, int], answers: Sequence[Answer]) -> Counts:
    grades = [one.grade for one in answers if one.department in part]
    counted = len(grades) - len(grades) % LEAST
    told = Counter(grades[:counted])
    people, came = (sum(known.get(name, 0) for name in part) for known in (meant, reached))
    return Counts(people, came, len(grades), counted, {name: told[name] for name in GRADES})
