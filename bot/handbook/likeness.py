"""Whether two items of different departments may be one and the same thing: by what they are called, or by where they
lie. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from rapidfuzz import fuzz

from bot.engine.lexicon import fold

ALIKE = 80  # least rapidfuzz ratio (0-100) of two names by which alone they are taken for one thing
CLOSE = 50  # least ratio of two names whose items lie in the same place
SHORTEST = 3  # characters of a name that is compared: shorter ones are alike by chance

Likeness = Literal["name", "place"]
Item = Mapping[str, Any]  # id, department_id, level, name, perhaps name_en and a judgement with places


def find_likeness(one: Item, other: Item) -> Likeness | None:
    """By what they look like the same thing, if they do."""
    score = max((fuzz.ratio(left, right) for left, right in _pair_names(one, other)), default=0.0)
    if score >= ALIKE:
        return "name"
    return "place" if score >= CLOSE and _list_places(one) & _list_places(other) else None


def find_pairs(fresh: Sequence[Item], standing: Sequence[Item]) -> list[tuple[Item, Item, Likeness]]:
    """(higher, lower, by what) of items that look alike, stand in different departments and have different levels;
    each with one of the `fresh` ones in it, the highest first."""
    found = {}
    for one in fresh:
        for other in standing:
            if one["department_id"] == other["department_id"] or one["level"] == other["level"]:
                continue
            likeness = find_likeness(one, other)
            if likeness:
                higher, lower = sorted((one, other), key=lambda item: item["level"], reverse=True)
                found[higher["id"], lower["id"]] = (higher, lower, likeness)
    return sorted(found.values(), key=lambda pair: pair[0]["level"], reverse=True)


def _pair_names(one: Item, other: Item) -> Iterator[tuple[str, str]]:
    """Their names in each language both have one in."""
    for name in ("name", "name_en"):
        left, right = fold(one.get(name) or ""), fold(other.get(name) or "")
        if min(len(left), len(right)) >= SHORTEST:
            yield left, right


def _list_places(item: Item) -> frozenset[str]:
    return frozenset(map(fold, (item.get("judgement") or {}).get("places") or ()))
