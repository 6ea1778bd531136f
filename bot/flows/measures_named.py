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
EXACTLY = 101.0  # where the whole of what was said is the word
SHORTEST = 2  # letters of a word that may be looked for inside another
SHORTEST_LATIN = 4
MOST_BEFORE = 14  # letters that may stand before the first place: "without", "please drop"
SENTENCE = re.compile(r"[\n\u3002]")  # one says no more of what the one before spoke of
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
    score, name = _find_best(text, facts, among, shared)
    return name if score >= ALIKE else None


def _find_best(text: str, facts: Facts, among: Iterable[str], shared: Shared) -> tuple[float, str]:
    """The measure most like some words, and how surely it is meant."""
    words, said = _list_words(Same(facts.catalogue["measures"])), fold(unhedge(text, shared))
    scored = [(_compare(said, words[name]), -place, name) for place, name in enumerate(among)]
    score, _, name = max(scored, default=(0.0, 0, ""))
    return score, name


def _compare(said: str, words: Iterable[str]) -> float:
    """How surely one of these words is meant: 0 to 100, and a little above where it is the whole of what was said."""
    return max((_compare_one(said, word) for word in words), default=0.0)


def _compare_one(said: str, word: str) -> float:
    if said == word:
        return EXACTLY
    shorter, longer = sorted((said, word), key=len)
    if _is_within(shorter, longer):
        return ALIKE + (100 - ALIKE) * len(shorter) / len(longer)
    return float(fuzz.ratio(said, word))


def _is_within(shorter: str, longer: str) -> bool:
    """Whether a word stands inside another; of Latin ones all words, in any order and number."""
    if not shorter.isascii():
        return len(shorter) >= SHORTEST and shorter in longer
    parts = [{part.rstrip("s") for part in text.split()} for text in (shorter, longer)]
    return len(shorter) >= SHORTEST_LATIN and parts[0] <= parts[1]


def read_named(text: str, facts: Facts, reading: Reading) -> list[Value] | None:
    """The measures named, one a line, but for those said not to be there; what is none of them is kept in the person's
    words, and counts for nothing. None where nothing of it is one."""
    fitting, shared = [one.id for one in list_fitting(facts)], reading.shared
    known = [*fitting, *(name for name in read_catalogue(facts) if name not in set(fitting))]
    pieces = list(filter(None, map(str.strip, SENTENCE.split(text))))
    there = [piece for piece in pieces if not _is_lacking(piece, facts, known, shared)]
    found: list[Value] = []
    for piece in there:
        found += _find_all(piece, facts, known, shared) or [{"own": unhedge(piece, shared)}]
    if len(there) == len(pieces) and not any(isinstance(one, str) for one in found):
        return None
    return [one for place, one in enumerate(found) if one not in found[:place]]


def _is_lacking(piece: str, facts: Facts, among: list[str], shared: Shared) -> bool:
    """Whether it is said of a measure that it is not there; a measure may have such a word in its own name."""
    score, _ = _find_best(piece, facts, among, shared)
    return ALIKE <= score < EXACTLY and _lacking(shared.lacking).search(fold(piece)) is not None


@lru_cache(maxsize=4)
def _lacking(words: tuple[str, ...]) -> re.Pattern[str]:
    """Japanese says so at the end, English at the beginning."""
    ends = "|".join(re.escape(fold_word(word)) for word in words if not word.isascii())
    begins = "|".join(re.escape(fold_word(word)) for word in words if word.isascii())
    return re.compile(rf"(?:{ends})[\u3041-\u3096]{{0,2}}$|^(?:{begins})\b")


def _find_all(piece: str, facts: Facts, among: list[str], shared: Shared) -> list[Value]:
    """The measure of one piece, or those of several that a word joins, with what else is said between them."""
    for join in shared.joins:
        parts = [part.strip() for part in piece.split(join)]
        named = {part: find_measure(part, facts, among, shared) for part in parts if part}
        names = [name for name in named.values() if name]
        if len(names) > 1 and len(set(names)) == len(names):
            return [name or {"own": part} for part, name in named.items()]
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
