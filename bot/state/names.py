"""What in a text may be the name or address of somebody: candidates to look up by index."""

import re
import unicodedata
from typing import NamedTuple

MOST_READ = 600  # characters of a message that are searched for names
LONGEST_FAMILY = 6  # one more than the longest family name written in kanji
LONGEST_NAME = 10
SPACED = re.compile(r"([\u3005\u3041-\u30ff\u3400-\u9fff]+)[ \u3000]([\u3005\u3041-\u30ff\u3400-\u9fff]{1,6})")
CJK = re.compile(r"[\u3005\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
KATAKANA = re.compile(r"[\u30a1-\u30ff]+")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f_.+'@-]*(?<![.'-])")  # ends where Japanese begins


class Candidates(NamedTuple):
    """What in a text may be the name or address of somebody."""

    families: list[str]
    names: list[str]  # family and given name with a space between, as the directory has them
    words: list[str]  # Latin words and addresses, lower case


def list_candidates(text: str) -> Candidates:
    """Looked up by index, so that the cost depends on the text and not on how many people the company has."""
    said = text[:MOST_READ]
    said = f"{said}\n{unicodedata.normalize('NFKC', said)}"
    runs = CJK.findall(said)
    parts = {run[i : i + n] for run in runs for i in range(len(run)) for n in range(1, LONGEST_FAMILY)}
    # "Suzuki-san's" is also Suzuki-san and Suzuki.
    latin = {word[: mark.start()] for word in LATIN.findall(said) for mark in re.finditer(r"['-]|$", word)}
    spaced = {f"{left} {right[:n]}" for left, right in SPACED.findall(said) for n in range(1, len(right) + 1)}
    joined = {f"{run[:i]} {run[i:LONGEST_NAME]}" for run in runs for i in range(1, min(len(run), LONGEST_FAMILY))}
    families = sorted(parts | latin | set(KATAKANA.findall(said)))
    # SQLite lowers A to Z only, PostgreSQL every letter.
    words = {word.casefold() for word in latin} | {re.sub("[A-Z]+", lambda it: it[0].lower(), word) for word in latin}
    return Candidates(families, sorted(spaced | joined), sorted(words))
