"""Which measures somebody means, by the words people use, and what is to become of those of a suggestion.

Pure: a reply in, a value or the reason it was not taken out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

from bot.engine.choices import unhedge
from bot.engine.facts import Facts
from bot.engine.lexicon import Shared, fold, fold_word
from bot.engine.model import Value
from bot.engine.reading import Reading, Refused
from bot.flows.measures_plan import Same, list_fitting, read_catalogue, read_plan

ALIKE = 78  # least rapidfuzz ratio (0-100) at which a word is taken for another
SHORTEST = 2  # letters of a word that may be looked for inside another
MOST_BEFORE = 14  # letters that may stand before the first place: "without", "please drop"
PLACE = re.compile(r"\d{1,2}")
MARK = re.compile(r"[\u3001\u3002,.\s]")
AROUND = " \u3001\u3002,.\u30fb"


@lru_cache(maxsize=4)
def _list_words(same: Same) -> dict[str, tuple[str, ...]]:
    """By measure, the folded words by which people name it."""
    return {
        name: tuple(
            fold_word(word) for word in (*one["short"].values(), *one["name"].values(), *one.get("also", ())) if word
        )
        for name, one in same.told["measures"].items()
    }


def find_measure(text: str, facts: Facts, among: Iterable[str], shared: Shared) -> str | None:
    """The measure a few words speak of, the one named most exactly."""
    words, said = _list_words(Same(facts.catalogue["measures"])), fold(unhedge(text, shared))
    if len(said) < SHORTEST:
        return None
    scored = [(_compare(said, words[name]), -place, name) for place, name in enumerate(among)]
    best = max(scored, default=(0.0, 0, ""))
    return best[2] if best[0] >= ALIKE else None


def _compare(said: str, words: Iterable[str]) -> float:
    """How surely one of these words is meant: 0 to 100, and a little above where it is the whole of what was said."""
    return max((_compare_one(said, word) for word in words), default=0.0)


def _compare_one(said: str, word: str) -> float:
    if said == word:
        return 101.0
    shorter, longer = sorted((said, word), key=len)
    if len(shorter) >= SHORTEST and not shorter.isascii() and shorter in longer:
        return ALIKE + (100 - ALIKE) * len(shorter) / len(longer)
    return float(fuzz.ratio(said, word))


def read_named(text: str, facts: Facts, reading: Reading) -> list[Value] | None:
    """The measures named, one a line; what is none of them is kept in the person's words, and counts for nothing. None
    where nothing of it is one."""
    fitting = [one.id for one in list_fitting(facts)]
    known = [*fitting, *(name for name in read_catalogue(facts) if name not in set(fitting))]
    found: list[Value] = []
    for piece in filter(None, map(str.strip, text.split("\n"))):
        names = _find_all(piece, facts, known, reading.shared)
        found += names or [{"own": piece}]
    if not any(isinstance(one, str) for one in found):
        return None
    return [one for place, one in enumerate(found) if one not in found[:place]]


def _find_all(piece: str, facts: Facts, among: list[str], shared: Shared) -> list[str]:
    """The measure of one piece, or each of several that a word joins."""
    for join in shared.joins:
        parts = [part.strip() for part in piece.split(join)]
        names = [find_measure(part, facts, among, shared) for part in parts] if len(parts) > 1 else []
        if names and all(names) and len(set(names)) == len(names):
            return [name for name in names if name]
    name = find_measure(piece, facts, among, shared)
    return [name] if name else []


def read_decision(text: str, facts: Facts, reading: Reading) -> dict[str, Any] | str | Refused | None:
    """What is to become of a list: all of it, or without some by their places or names, perhaps with the reason."""
    shared, folded = reading.shared, fold(text)
    if folded in {fold_word(word) for word in shared.all}:
        return "all"
    names = list(read_plan(facts).picks)
    found = _places(shared).match(folded)
    reason = _find_reason(found[1], found[3] or "", shared) if found else None
    if found and reason is not None:
        places = [int(place) for place in PLACE.findall(found[2])]
        if not all(1 <= place <= len(names) for place in places):
            return Refused("no_such_line", {"value": len(names)})
        return {"decline": [names[place - 1] for place in dict.fromkeys(places)], "reason": reason}
    head, rest = _part_leaving(folded, shared)
    name = find_measure(head, facts, names, shared) if head else None
    return {"decline": [name], "reason": _after_mark(rest)} if name else None


@lru_cache(maxsize=4)
def _places_joined(joins: tuple[str, ...]) -> re.Pattern[str]:
    """Places of a list, with what stands before and behind them."""
    joined = "|".join(map(re.escape, joins))
    places = rf"\d{{1,2}}(?:\s*(?:[\u3001,\u30fb/\s]|{joined})\s*\d{{1,2}})*"
    return re.compile(rf"^(\D{{0,{MOST_BEFORE}}}?)({places})(\D.*)?$", re.DOTALL)


def _places(shared: Shared) -> re.Pattern[str]:
    return _places_joined(shared.joins)


def _find_reason(before: str, behind: str, shared: Shared) -> str | None:
    """What is said why, where the words around some places leave them out; None where they do not."""
    said = before.strip(AROUND)
    if said in {fold_word(word) for word in shared.leaving}:
        return behind.strip(AROUND)
    head, rest = _part_leaving(behind, shared)
    if said or not rest:
        return None
    particle = next((word for word in map(fold_word, shared.particles) if head.startswith(word)), "")
    if not PLACE.search(head):
        return _after_mark(rest)
    return head.removeprefix(particle).strip(AROUND) if particle else None


def _part_leaving(text: str, shared: Shared) -> tuple[str, str]:
    """What stands before the first word that leaves something out, and from there on; nothing where there is none."""
    found = _leaving(shared.leaving).search(text)
    return (text[: found.start()], text[found.start() :]) if found else ("", "")


@lru_cache(maxsize=4)
def _leaving(words: tuple[str, ...]) -> re.Pattern[str]:
    spelled = sorted(map(fold_word, words), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(one)}\b" if one.isascii() else re.escape(one) for one in spelled))


def _after_mark(text: str) -> str:
    """What is said behind the first mark."""
    found = MARK.search(text.strip(AROUND))
    return text.strip(AROUND)[found.end() :].strip(AROUND) if found else ""


READERS: Mapping[str, Callable[..., Value]] = {"measures": read_named, "decision": read_decision}
