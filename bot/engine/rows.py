"""Reading a form whose fields stand in rows: a row by its place, behind it what is said of its fields, in any order.

Pure and total. What cannot be placed leaves all of it unread.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.engine.answers import find_named, read_one
from bot.engine.asking import AskedField, Asking, narrow
from bot.engine.lexicon import Shared, fold, fold_word
from bot.engine.numerals import read_number
from bot.engine.reading import Accepted, Reading

LONGEST = 60  # words; more is no list of rows
APART = re.compile(r"(?:[\s\u3001,;:=\uff0c\uff1b\u2192]|->)+")

Named = dict[str, str]


def read_rows(asking: Asking, text: str, reading: Reading) -> Named:
    """`4 Sato`, `2 end of December, 4 Sato Jan 31`, `all Sato`: what is said of each field, by id; nothing where a part
    of it cannot be placed."""
    rows = [list(fields) for _, fields in groupby(asking.fields, key=lambda line: line.row)]
    words = list(_part(text, len(rows), asking, reading))
    if not words or len(words) > LONGEST:
        return {}
    if words[0] in {fold_word(word) for word in reading.shared.all}:
        each = [_read_row(asking, fields, words[1:], reading) for fields in rows]
        return {name: said for named in each for name, said in named.items()} if all(each) else {}
    return _place(asking, rows, words, reading) or {}


def _part(text: str, count: int, asking: Asking, reading: Reading) -> Iterator[str]:
    """The words of a line; a place that is written together with what is said of it stands apart from it."""
    joined = _joined(reading.shared)
    kinds = {line.kind: line for line in asking.fields}.values()
    for word in filter(None, APART.split(fold(text))):
        found = joined.match(word)
        is_place = found and 1 <= int(found[1]) <= count
        if found and is_place and not any(_is_read(asking, line, word, reading) for line in kinds):
            yield from filter(None, (found[1], found[2]))
        else:
            yield word


def _joined(shared: Shared) -> re.Pattern[str]:
    counted = "|".join(re.escape(word) for word in sorted(shared.counters, key=len, reverse=True))
    marked = "|".join(["[.)]", *map(re.escape, shared.particles)])
    return re.compile(rf"^(\d{{1,2}})(?:{counted})?(?:{marked})?(\D.*)?$")


def _place(
    asking: Asking, rows: Sequence[Sequence[AskedField]], words: Sequence[str], reading: Reading
) -> Named | None:
    """Rows one after the other, each with as many words as can be read for it."""
    if not words:
        return {}
    place = read_number(words[0])
    if place is None or place != int(place) or not 1 <= place <= len(rows):
        return None
    for end in range(len(words), 1, -1):
        named = _read_row(asking, rows[int(place) - 1], words[1:end], reading)
        rest = _place(asking, rows, words[end:], reading) if named else None
        if rest is not None and not named.keys() & rest.keys():
            return {**named, **rest}
    return None


def _read_row(asking: Asking, fields: Sequence[AskedField], words: Sequence[str], reading: Reading) -> Named:
    """All of the words for one field, or the first of them for one and the others for another."""
    whole = " ".join(words)
    unknown = reading.shared.moves["unknown"]
    if whole in unknown.spellings:
        return {fields[0].id: whole}
    for line in fields:
        if _is_read(asking, line, whole, reading):
            return {line.id: whole}
    for middle in range(1, len(words)):
        parts = " ".join(words[:middle]), " ".join(words[middle:])
        for one in fields:
            for other in fields:
                pair = ((one, parts[0]), (other, parts[1]))
                if one is not other and all(_is_read(asking, line, said, reading) for line, said in pair):
                    return {line.id: said for line, said in pair}
    return {}


def _is_read(asking: Asking, line: AskedField, said: str, reading: Reading) -> bool:
    """Whether these words are just what the field takes; somebody's name in the middle of a sentence is not."""
    if line.kind == "person":
        return bool(find_named(said, reading))
    return isinstance(read_one(narrow(asking, line), said, reading), Accepted)
