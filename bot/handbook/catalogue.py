"""Reading what a department holds out of a person's own words, with the help of the department's pack.

A pack is one department's part of `content/catalogue/categories.yaml`: lines people often name, with the words by
which they are heard. What matches no line becomes an item of its own; nothing said is lost.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

ALIKE = 85  # least rapidfuzz partial ratio (0-100) at which a phrase is heard as a pack line
SHORTEST_ALIKE = 6
LONGEST_NAME = 60
HIRAGANA = re.compile(r"[\u3041-\u3096]")

ENUMERATED = re.compile(r"[\u2460-\u2473]|(?:(?<=\s)|^)\d{1,2}[.)]\s+")  # the marks of a numbered list
BRACKETED = re.compile(r"^(.+?)\s*[(\uff08]([^()\uff08\uff09]{1,12})[)\uff09]$")  # a thing, and behind it who knows it

Line = Mapping[str, Any]
Pack = Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing read out of a message: its name, the pack line it is, the person named with it."""

    name: str
    line: str | None = None
    person: str | None = None
    doubtful: bool = False  # somebody was named, but more than one person goes by that name


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """`fold` for the words of the catalogue, which come again with every message; never for what a person typed."""
    return fold(word)


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find_pack(categories: Mapping[str, Any], field: str) -> dict[str, Line]:
    """The lines of one department, and the common ones it has no line of its own instead of."""
    own: Pack = categories["departments"][field]["lines"]
    replaced = {line.get("instead_of") for line in own.values()}
    return {**own, **{name: line for name, line in categories["common"]["lines"].items() if name not in replaced}}


def match_line(phrase: str, pack: Pack) -> str | None:
    """The pack line a phrase is heard as: the longest word of its list inside the phrase, else the most alike."""
    said = fold(phrase)
    best: tuple[float, int, str | None] = (0.0, 0, None)
    for line_id, line in pack.items():
        for word in map(fold_word, (*line["heard_as"], line["name"]["ja"], line["name"]["en"])):
            score = 100.0 if word in said else _likeness(said, word)
            if score >= ALIKE and (score, len(word)) > best[:2]:
                best = (score, len(word), line_id)
    return best[2]


def _likeness(said: str, word: str) -> float:
    """Short words look alike by chance, so only longer ones are compared by likeness."""
    return fuzz.partial_ratio(said, word) if min(len(said), len(word)) >= SHORTEST_ALIKE else 0.0


def hear_items(
    text: str, categories: Mapping[str, Any], pack: Pack, people: Sequence[tuple[str, Sequence[str]]]
) -> list[Heard]:
    """The things named in one message, in order, each once. `people` are ids with the names they may go by."""
    heard: dict[str, Heard] = {}
    for phrase in split_phrases(text, categories, pack):
        named, name = _take_people(phrase, categories, people)
        if name:
            person = named[0] if len(named) == 1 else None
            heard.setdefault(fold(name), Heard(name, match_line(name, pack), person, len(named) > 1))
    return list(heard.values())


def split_phrases(text: str, categories: Mapping[str, Any], pack: Pack) -> list[str]:
    """The phrases of a message, each without what people say around a name; a line's own name is never split."""
    names = [name for line in pack.values() for name in (*line["name"].values(), *line["long"].values())]
    whole = {chr(0x100000 + place): name for place, name in enumerate(sorted(names, key=len, reverse=True))}
    for mark, name in whole.items():
        text = re.sub(re.escape(name), mark, text, flags=re.IGNORECASE)
    text = ENUMERATED.sub("\n", text)
    pattern = "|".join(re.escape(mark) for mark in sorted(categories["separators"], key=len, reverse=True))
    pieces = [trim_phrase(piece, categories) for piece in re.split(pattern, text, flags=re.IGNORECASE)]
    parts = [part for piece in pieces if piece for part in _split_softly(piece, categories, pack)]
    return ["".join(whole.get(character, character) for character in part) for part in parts]


def _split_softly(piece: str, categories: Mapping[str, Any], pack: Pack) -> list[str]:
    """「金型と治具の図面」 stays whole unless both sides of と are lines of the pack, and different ones."""
    for join in categories["soft_joins"]:
        left, found, right = piece.partition(join)
        sides = (match_line(left, pack), match_line(right, pack))
        if found and all(sides) and sides[0] != sides[1]:
            return [trim_phrase(left, categories), *_split_softly(trim_phrase(right, categories), categories, pack)]
    return [piece]


def trim_phrase(piece: str, categories: Mapping[str, Any]) -> str:
    """Drop numbering, openings such as 「それと」 and endings such as 「かな」, as often as they come."""
    # A number with a point behind it stands in a list, or begins 「1.2mm材」; a dash may be a minus.
    kept = re.sub(r"^\s*(?:[(]?\d{1,2}[.)、](?!\d)|[・*•]|-(?!\d))\s*", "", unicodedata.normalize("NFC", piece)).strip()
    while True:
        shorter = kept.strip(" \u3000。.?\uff1f")
        if "」" not in shorter[:-1]:  # a bracket goes where its other half is not inside the name
            shorter = shorter.removeprefix("「")
        if "「" not in shorter[1:]:
            shorter = shorter.removesuffix("」")
        for start in categories["filler_starts"]:
            shorter = _drop_start(shorter, start)
        for end in (*categories["filler_endings"], *categories["soft_joins"]):
            shorter = _drop_end(shorter, end)
        if shorter == kept:
            return kept
        kept = shorter


def _drop_start(text: str, word: str) -> str:
    """Latin words are dropped only as whole words."""
    if not text.casefold().startswith(word.casefold()):
        return text
    rest = text[len(word) :]
    return rest.strip() if not word.isascii() or rest[:1] in ("", " ") else text


def _drop_end(text: str, word: str) -> str:
    if not text.casefold().endswith(word.casefold()):
        return text
    rest = text[: len(text) - len(word)]
    if HIRAGANA.fullmatch(word) and HIRAGANA.match(rest[-1:]):
        return text  # 「つや」「たれのもと」: a letter behind others of its kind belongs to their word
    return rest.strip() if not word.isascii() or rest[-1:] in ("", " ") else text


def _take_people(
    phrase: str, categories: Mapping[str, Any], people: Sequence[tuple[str, Sequence[str]]]
) -> tuple[list[str], str]:
    """「鈴木くんの段取りのコツ」 → ([鈴木], 「段取りのコツ」): everybody the longest name in front fits, and the rest.

    Without a person in front, nobody and the phrase as it is.
    """
    said = phrase.casefold()
    fits = [(len(name), person) for person, names in people for name in names if said.startswith(name.casefold())]
    for length in sorted({length for length, _ in fits}, reverse=True):
        rest = _after_name(phrase[length:], categories)
        if rest:
            return list(dict.fromkeys(person for size, person in fits if size == length)), rest
    return _take_behind(phrase, categories, people)


def _take_behind(
    phrase: str, categories: Mapping[str, Any], people: Sequence[tuple[str, Sequence[str]]]
) -> tuple[list[str], str]:
    """「段取りのコツ(鈴木さん)」 → ([鈴木], 「段取りのコツ」), where what the brackets hold is a person's name."""
    found = BRACKETED.match(phrase)
    if not found:
        return [], phrase
    named = fold(found[2])
    for honorific in sorted(categories["honorifics"], key=len, reverse=True):
        named = named.removesuffix(fold_word(honorific))
    fits = [person for person, names in people if named in map(fold, names)]
    return (fits, found[1]) if fits else ([], phrase)


def _after_name(rest: str, categories: Mapping[str, Any]) -> str | None:
    """What stands behind 「さんの」 or "'s", or None where no possessive follows the name."""
    for honorific in ("", *sorted(categories["honorifics"], key=len, reverse=True)):
        for possessive in sorted(categories["possessives"], key=len, reverse=True):
            mark = f"{honorific}{possessive}".casefold()
            if rest.casefold().startswith(mark) and len(rest) > len(mark):
                return rest[len(mark) :].strip() or None
    return None


def is_unclear(heard: Heard, categories: Mapping[str, Any], pack: Pack) -> bool:
    """Whether a name in the person's words leaves open which thing is meant: an everyday word with a generic ending,
    a pack line's own name, or a whole sentence."""
    said = fold(heard.name)
    if len(said) > LONGEST_NAME or heard.name in [name for line in pack.values() for name in line["name"].values()]:
        return True
    marked = re.search(r"[0-9a-z]", said) if not said.isascii() else re.search(r"[0-9]", said)
    return not marked and any(said.endswith(fold(ending)) for ending in categories["generic_endings"])
