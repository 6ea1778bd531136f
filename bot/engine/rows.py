"""Reading a form whose fields stand in rows: a row by its place, behind it what is said of its fields, in any order.

Pure and total. What cannot be placed leaves all of it unread.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, takewhile

from bot.engine.answers import find_named, read_one
from bot.engine.asking import AskedField, Asking, narrow
from bot.engine.lexicon import Shared, fold, fold_word
from bot.engine.numerals import read_number
from bot.engine.reading import Accepted, Reading, Several

LONGEST = 60  # words; more is no list of rows
LONGEST_ENDING = 2  # letters behind a name that say no more than that it is meant
APART = re.compile(r"[\s、,;\uff0c\uff1b]+|(?<!\d)/|/(?!\d)")  # a slash between digits belongs to a date
MARKS = r"(?:→|->|[:=.)])"
DIGIT = re.compile(r"\d")
SHORTEST_NAME = 2  # letters by which a row may be named

Named = dict[str, str]
Rows = Sequence[Sequence[AskedField]]


def read_rows(asking: Asking, text: str, reading: Reading) -> Named:
    """`4 Sato`, `2 end of December, 4 Sato Jan 31`, `1 and 2 Sato`, `all Sato`: what is said of each field, by id;
    nothing where a part of it cannot be placed."""
    rows = [list(fields) for _, fields in groupby(asking.fields, key=lambda line: line.row)]
    if said := _find_said_of_all(text, reading.shared):
        words = list(_part(said, 0, asking, reading))
        each = [_read_row(asking, fields, words, reading) for fields in rows]
        return {name: one for named in each for name, one in named.items()}
    words = list(_part(_place_name(rows, text, reading.shared), len(rows), asking, reading))
    return (_place(asking, rows, words, reading) or {}) if len(words) <= LONGEST else {}


def _find_said_of_all(text: str, shared: Shared) -> str:
    """`all Sato`, `Sato for all`: what is said of every row; nothing where a line does not speak of all."""
    folded = fold(text)
    for word in sorted(map(fold_word, shared.all), key=len, reverse=True):
        mark = " " if word.isascii() else ""
        if folded.startswith(word + mark):
            return folded.removeprefix(word + mark)
        if folded.endswith(mark + word):
            return folded.removesuffix(mark + word)
    return ""


def _place_name(rows: Rows, text: str, shared: Shared) -> str:
    """A line that begins with the name of one row, as if it began with its place; any other as it is."""
    folded = fold(text)
    for particle in shared.particles:
        name, _, rest = folded.partition(particle)
        named = [place for place, fields in enumerate(rows, 1) if _is_named(fields[0], name)]
        if rest and len(named) == 1:
            return f"{named[0]} {rest}"
    return text


def _is_named(line: AskedField, name: str) -> bool:
    labels = (line.row.ja, line.row.en) if line.row and len(name) >= SHORTEST_NAME and not DIGIT.search(name) else ()
    return any(name in fold_word(label) for label in labels)


def _part(text: str, count: int, asking: Asking, reading: Reading) -> Iterator[str]:
    """The words of a line; a place that is written together with what is said of it stands apart from it."""
    joins, joined = _joined(reading.shared.joins, reading.shared.counters, reading.shared.particles)
    kinds = {line.kind: line for line in asking.fields}.values()
    for word in filter(None, APART.split(joins.sub(" ", fold(text)))):
        found = joined.match(word)
        is_place = found and 1 <= int(found[1]) <= count
        is_marked = found and found[2] == ""  # as a place, with nothing behind it yet
        if found and is_place and (is_marked or not any(_is_read(asking, line, word, reading) for line in kinds)):
            yield from filter(None, found.groups())
        else:
            yield word


@lru_cache(maxsize=4)
def _joined(
    joins: tuple[str, ...], counters: tuple[str, ...], particles: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What joins two places, and a place with what is said of it."""
    counted = "|".join(re.escape(word) for word in sorted(counters, key=len, reverse=True))
    marked = "|".join([MARKS, *map(re.escape, particles)])
    between = "|".join(map(re.escape, joins))
    return (
        re.compile(rf"(?<=\d)\s*(?:{between})\s*(?=\d)"),
        re.compile(rf"^(\d{{1,2}})(?:{counted})?(?:(?:{marked})(.*)|(\D.*))?$"),
    )


def _place(asking: Asking, rows: Rows, words: Sequence[str], reading: Reading) -> Named | None:
    """Rows one after the other, or several together, each with as many words as can be read for it."""
    if not words:
        return {}
    places = list(takewhile(lambda word: 1 <= _to_place(word, reading) <= len(rows), words))
    for first in range(1, len(places) + 1):
        meant = [rows[_to_place(word, reading) - 1] for word in places[:first]]
        for end in range(len(words), first, -1):
            each = [_read_row(asking, fields, words[first:end], reading) for fields in meant]
            named = {name: said for one in each for name, said in one.items()} if all(each) else {}
            rest = _place(asking, rows, words[end:], reading) if named else None
            if rest is not None and not named.keys() & rest.keys():
                return {**named, **rest}
    return None


def _to_place(word: str, reading: Reading) -> int:
    number = read_number(word, reading.shared.counters)
    return int(number) if number is not None and number == int(number) else 0


def _read_row(asking: Asking, fields: Sequence[AskedField], words: Sequence[str], reading: Reading) -> Named:
    """The first of the words for one field and the others for another, or all of them for one."""
    whole = " ".join(words)
    if whole in reading.shared.moves["unknown"].spellings:
        return {fields[0].id: whole}
    for middle in range(1, len(words)):
        parts = " ".join(words[:middle]), " ".join(words[middle:])
        for one in fields:
            for other in fields:
                pair = ((one, parts[0]), (other, parts[1]))
                if one is not other and all(_is_read(asking, line, said, reading) for line, said in pair):
                    return {line.id: said for line, said in pair}
    return {line.id: whole for line in fields if _is_read(asking, line, whole, reading)}


def _is_read(asking: Asking, line: AskedField, said: str, reading: Reading) -> bool:
    if said in reading.shared.moves["unknown"].spellings:
        return True
    if line.kind == "person" and not _is_name(said, reading):
        return False
    return isinstance(read_one(narrow(asking, line), said, reading), Accepted | Several)


def _is_name(said: str, reading: Reading) -> bool:
    """Whether these words are somebody's name with an ending at most: one within a sentence, or with a day behind it,
    is none, as the rest would be lost."""
    if DIGIT.search(said) or find_named(said, reading):
        return not DIGIT.search(said)
    held = [fold(name) for person in reading.people for name in person.names if fold(name) in said]
    rest = said.replace(max(held, key=len), "", 1) if held else said
    for honorific in sorted(map(fold_word, reading.shared.honorifics), key=len, reverse=True):
        rest = rest.replace(honorific, "", 1)
    return bool(held) and len(rest.strip()) <= LONGEST_ENDING
