"""Which measures somebody means, by the words people use, and what is to become of those of a suggestion.

Pure: a reply in, a value or the reason it was not taken out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from bot.engine.choices import HIRAGANA, unhedge
from bot.engine.facts import Facts
from bot.engine.lexicon import Shared, fold, fold_word
from bot.engine.model import Value
from bot.engine.reading import Reading, Refused
from bot.flows.measures_plan import list_fitting, read_catalogue, read_plan
from bot.handbook.measures import Same

ALIKE = 78  # least rapidfuzz ratio (0-100) at which a word is taken for another
SURELY = 95  # from here on words are not taken apart
SAME = 101.0
OF_PARTS = 0.95  # how much it counts that English words are among those of a name, in whatever order
MOST_BEFORE = 14  # letters that may stand before the first place: "without", "please drop"
PLACE = re.compile(r"\d{1,2}")
MARK, SPACE = re.compile(r"[\u3001\u3002,.]"), re.compile(r"\s")
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


class Match(NamedTuple):
    """A measure some words speak of, and how surely: 0 to 100, a little above where the words are a name of it."""

    sure: float
    measure: str


def find_measure(text: str, facts: Facts, among: Iterable[str], shared: Shared) -> Match | None:
    """The measure a few words speak of, the one named most exactly, of equals the first."""
    words, said = _list_words(Same(facts.catalogue["measures"])), fold(unhedge(text, shared))
    scored = [(max(_compare(said, word) for word in words[name]), -place, name) for place, name in enumerate(among)]
    sure, _, name = max(scored, default=(0.0, 0, ""))
    return Match(sure, name) if sure >= ALIKE else None


def _compare(said: str, word: str) -> float:
    """How surely what was said is this word: it itself, one inside the other, or alike."""
    if said == word and said:
        return SAME
    if said.isascii() and word.isascii():
        return max(float(fuzz.ratio(said, word)), fuzz.token_set_ratio(said, word) * OF_PARTS)
    shorter, longer = sorted((said, word), key=len)
    is_within = shorter in longer if len(shorter) > 1 else word == shorter and said.endswith(word)
    if shorter and is_within and not HIRAGANA.match(shorter[-1:] if len(shorter) == 1 else ""):
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


def _find_all(piece: str, facts: Facts, among: list[str], shared: Shared) -> list[Value]:
    """The measure of one piece, or what each of several parts means that a word joins; nothing where it means none."""
    whole = find_measure(piece, facts, among, shared)
    if whole and whole.sure >= SURELY:
        return [whole.measure]
    for join in shared.joins:
        parts = [part.strip() for part in piece.split(join) if part.strip()]
        found = [find_measure(part, facts, among, shared) for part in parts] if len(parts) > 1 else []
        if any(found):
            return [one.measure if one else {"own": part} for part, one in zip(parts, found, strict=True)]
    return [whole.measure] if whole else []


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
    named = find_measure(head, facts, names, shared) if head else None
    return {"decline": [named.measure], "reason": _after_mark(rest)} if named else None


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
    """What is said behind the first mark, or in Japanese behind the first space."""
    told = text.strip(AROUND)
    found = MARK.search(told) or (None if told.isascii() else SPACE.search(told))
    return told[found.end() :].strip(AROUND) if found else ""


READERS: Mapping[str, Callable[..., Value]] = {"measures": read_named, "decision": read_decision}
