"""Reading a form: its fields as submitted, or all of them typed in one message.

Pure and total. What can be read in two ways is not guessed; what is left open can be asked a field at a time.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.engine.answers import read_one
from bot.engine.asking import AskedField, Asking, narrow
from bot.engine.choices import find_option
from bot.engine.lexicon import cut_front, fold, fold_word
from bot.engine.model import Value
from bot.engine.numerals import read_number
from bot.engine.places import fold_width, read_places, strip
from bot.engine.reading import Accepted, Half, Near, Reading, Refused, Result, Several
from bot.engine.rows import read_rows

PARTS = re.compile("[/\uff0f\n]")  # between the fields of a form
LISTED = re.compile("[\u3001,;\uff0c\uff1b]")
PAIR = 2

Named = Mapping[str, Value]


def read_form_line(asking: Asking, text: str, reading: Reading) -> Result:
    """A form typed in one line: nothing (as shown), `1/0/1` for the fields in order, or `5 鈴木、1 小林` for some."""
    if not text.strip() or fold(text) in {fold_word(word) for word in reading.shared.send}:
        return _read_open(asking, {}, reading)
    if any(line.row for line in asking.fields):
        rows = read_rows(asking, text, reading)
        return read_form(asking, rows, reading) if rows else Refused("form_rows_line")
    if len(asking.fields) == 1 and asking.fields[0].kind == "text":  # what is typed is all there is to fill in
        result, limit = read_form(asking, {asking.fields[0].id: text}, reading), asking.question.limit
        is_long = isinstance(result, Refused) and len(text) > limit
        return Refused("too_long", {"length": len(text), "limit": limit}) if is_long else result
    if not is_of_choices(asking):
        named = _slashed(asking, text) or _numbered(asking, text, reading) or _labelled(asking, text, reading)
        named = named or _for_all(asking, text, reading)
        if asking.question.asks_each:
            return _read_open(asking, named, reading) if named else _read_first(asking, text, reading)
        return read_form(asking, named, reading) if named else Refused("form_line", {"count": len(asking.fields)})
    return _read_choices(asking, text, reading)


def is_of_choices(asking: Asking) -> bool:
    """Whether every field has a list to choose from."""
    return all(line.options for line in asking.fields)


def _read_choices(asking: Asking, text: str, reading: Reading) -> Result:
    """A typed form of choices: as it is parted by marks, else the one way in which all of it can be read."""
    if PARTS.search(text) and (named := _in_order(asking, PARTS.split(text))):
        return _read_open(asking, named, reading)
    ways = [named for named in _list_ways(asking, text, reading) if _fits(asking, named, reading)]
    different = [way for place, way in enumerate(ways) if way not in ways[:place]]
    pairs = _in_pairs(asking, fold(text).split())
    if len(different) > 1 or (different != [pairs] and _fits(asking, pairs, reading)):
        return Refused("form_unclear")
    if different:
        return _read_open(asking, different[0], reading)
    named = _labelled(asking, text, reading) or _for_all(asking, text, reading)
    if named:
        return _read_open(asking, named, reading)
    return Refused("form_unclear") if _are_numbers(fold(text).split()) else _read_first(asking, text, reading)


def _fits(asking: Asking, named: Named, reading: Reading) -> bool:
    """Whether each of these fields can be read from what stands for it."""
    fields = {line.id: line for line in asking.fields}
    return bool(named) and all(
        isinstance(_read_field(asking, fields[name], said, reading), Accepted) for name, said in named.items()
    )


def _list_ways(asking: Asking, text: str, reading: Reading) -> Iterator[Named]:
    """The ways in which a line without marks between the fields may be meant."""
    spaced = fold(text).split()
    if _are_numbers(spaced):
        yield from _list_numbers(asking, spaced)
        return
    if rows := _by_row(asking, text, reading):  # places of rows are meant as such
        yield rows
        return
    if labels := _by_label(asking, text):
        yield labels
        return
    listed = [piece.strip() for piece in LISTED.split(text)]
    yield _in_order(asking, listed)
    yield _in_order(asking, spaced)
    still = [line for line in asking.fields if line.filled is None]
    if len(still) == 1:
        yield {still[0].id: text}


def _are_numbers(spaced: Sequence[str]) -> bool:
    return len(spaced) > 1 and all(read_number(one) is not None for one in spaced)


def _list_numbers(asking: Asking, numbers: Sequence[str]) -> Iterator[Named]:
    """Numbers with spaces between: two are a row and its choice; more are one a field, or a row's several."""
    fields, places = asking.fields, [int(read_number(one) or 0) for one in numbers]
    is_row = 1 <= places[0] <= len(fields)
    if len(numbers) == PAIR and is_row:
        yield {fields[places[0] - 1].id: numbers[1]}
        return
    yield _in_order(asking, numbers)
    if is_row and fields[places[0] - 1].kind == "several_of" and len(set(numbers[1:])) == len(numbers) - 1:
        yield {fields[places[0] - 1].id: " ".join(numbers[1:])}


def _in_pairs(asking: Asking, numbers: Sequence[str]) -> dict[str, Value]:
    """Rows and choices by turns, as somebody may mean 「1 1 2 0」; never taken for that, but then nothing else is."""
    places = [read_number(one) for one in numbers]
    if len(numbers) <= PAIR or len(numbers) % PAIR or any(place is None for place in places):
        return {}
    rows = [int(place or 0) for place in places[::PAIR]]
    if not all(1 <= row <= len(asking.fields) for row in rows) or len(set(rows)) < len(rows):
        return {}
    return {asking.fields[row - 1].id: said for row, said in zip(rows, numbers[1::PAIR], strict=True)}


def _in_order(asking: Asking, pieces: Sequence[str]) -> dict[str, Value]:
    """One answer a field from the first on; what is not reached has a proposal or is asked."""
    fields, told = asking.fields, [piece.strip() for piece in pieces]
    rest = fields[len(told) :]
    is_whole = asking.question.asks_each or all(line.filled is not None for line in rest)
    if not 1 < len(told) <= len(fields) or not is_whole:
        return {}
    return {line.id: piece for line, piece in zip(fields, told, strict=False) if piece}  # an empty one stays as it is


@lru_cache(maxsize=4)
def _row_patterns(counters: tuple[str, ...], particles: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A row's place before its answer (`2 none`, `2: 0`, 「2番は…」), and where after a space the next one begins."""
    counted = "|".join(re.escape(word) for word in sorted(counters, key=len, reverse=True))
    marked = "|".join(["[:=.)\u2192]", *map(re.escape, particles)])
    place = rf"(\d{{1,2}})\s*(?:{counted})?\s*"
    row = re.compile(rf"^\s*{place}(?:{marked}|(?<=\s))\s*(\S.*)$")
    return row, re.compile(rf"\s+(?={place}(?:{marked}))|\s+(?=\d{{1,2}}\s+\D)")


def _by_row(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """`2 どれもない`, `1 紙、棚`, `1:1 2:0`: rows by their place; what follows without a place belongs to the row."""
    row_pattern, next_row = _row_patterns(reading.shared.counters, reading.shared.particles)
    named: dict[str, Value] = {}
    row = ""
    for piece in filter(str.strip, LISTED.split(next_row.sub(",", text))):
        found = row_pattern.match(fold_width(piece))
        if found and 1 <= int(found[1]) <= len(asking.fields):
            row = asking.fields[int(found[1]) - 1].id
            named[row] = found[2].strip()
        elif row:
            named[row] = f"{named[row]},{piece.strip()}"
        else:
            return {}
    return named


def _by_label(asking: Asking, text: str) -> dict[str, Value]:
    """Labels of the choices, each of which stands in one field only."""
    named: dict[str, Value] = {}
    for piece in filter(None, map(str.strip, LISTED.split(text))):
        found = [(line, option) for line in asking.fields if (option := find_option(line.options, piece))]
        if read_number(piece) is not None or len(found) != 1:
            return {}
        line, option = found[0]
        several = [*named.get(line.id, ()), option.id]
        named[line.id] = several if line.kind == "several_of" else option.id
    return named


def _read_first(asking: Asking, text: str, reading: Reading) -> Result:
    """What is understood in no other way may answer the first open field; the others are then asked one at a time."""
    first = next_open(asking, {}) if asking.question.asks_each else None
    if first is None:
        return Refused("form_choices_line")
    result = _read_field(asking, first, text, reading)
    if isinstance(result, Accepted):
        return _read_open(asking, {first.id: text}, reading)
    return Half({}, first.id, "form_each")


def _read_open(asking: Asking, named: Named, reading: Reading) -> Result:
    """The form with these fields; where the question asks each, a field left open or not understood is asked next."""
    result = read_form(asking, named, reading)
    if not asking.question.asks_each:
        return result
    if isinstance(result, Refused):
        at = result.params["field"]
        is_long = len(str(named.get(at) or "")) > asking.question.limit
        return Half(result.params["told"], at, "form_each_long" if is_long else "form_each_field")
    still = next_open(asking, named)
    if still is None or not isinstance(result, Accepted):
        return result
    return Half({name: result.value[name] for name in named}, still.id)


def next_open(asking: Asking, told: Named) -> AskedField | None:
    """The first field of the form that was neither told nor proposed."""
    return next((line for line in asking.fields if line.filled is None and line.id not in told), None)


# -- forms that take names ---------------------------------------------------------------------------------------------


def _slashed(asking: Asking, text: str) -> dict[str, Value]:
    pieces = [piece.strip() for piece in PARTS.split(text)]
    fields = asking.fields
    return (
        {line.id: piece for line, piece in zip(fields, pieces, strict=True)} if len(pieces) == len(fields) > 1 else {}
    )


def _numbered(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """`5 鈴木、1 小林`, `2 3 don't know`: each run of places with the words behind it."""
    fields = asking.fields
    has_choices, has_words = any(line.options for line in fields), any(line.kind == "text" for line in fields)
    found = read_places(text, reading.shared, has_choices, has_words)
    if any(not 1 <= place <= len(fields) for one in found for place in one.places):
        return {}
    return {fields[place - 1].id: one.words for one in found for place in one.places}


def _for_all(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """`全部 鈴木`: one answer for every line; 「全部なし」 only for the lines where that can be said."""
    behind = (_cut_all(text, word) for word in reading.shared.all)
    rest = strip(next(filter(None, behind), ""), reading.shared)
    is_none = fold(rest) in {fold_word(one) for one in reading.shared.none}
    meant = [line for line in asking.fields if not is_none or any(option.exclusive for option in line.options)]
    return {line.id: rest for line in (meant if is_of_choices(asking) else asking.fields)} if rest else {}


def _cut_all(text: str, word: str) -> str:
    rest = cut_front(text, word) or ""
    return "" if word[-1].isascii() and rest[:1].isalnum() else rest  # a Latin word goes on: it is another word


def _labelled(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    for line in asking.fields:
        for label in (line.label.ja, line.label.en):
            behind = cut_front(text, label)
            if behind:
                return {line.id: strip(behind, reading.shared)}
    return {}


# -- the fields --------------------------------------------------------------------------------------------------------


def read_form(asking: Asking, given: Mapping[str, Value], reading: Reading) -> Result:
    """The fields of a submitted form; one left out keeps its proposal, or is not known where it has none."""
    value: dict[str, Value] = {}
    filled: list[str] = []
    doubts: list[tuple[str, tuple[str, ...]]] = []
    wrong: list[str] = []
    for line in asking.fields:
        said = given.get(line.id)
        if line.id not in given or said == line.filled:
            value[line.id] = "unknown" if line.filled is None else line.filled
            filled += [line.id] if line.filled is not None and not line.told else []
            continue
        result = _read_field(asking, line, said, reading)
        if isinstance(result, Several):
            doubts.append((line.id, result.people))
        elif not isinstance(result, Accepted):
            wrong.append(line.id)
            continue
        value[line.id] = result.value if isinstance(result, Accepted) else "unknown"
        filled += [line.id] if value[line.id] == line.filled and not line.told else []  # confirmed as proposed
    if wrong:  # what was understood is kept, and shown as such
        told = {name: one for name, one in value.items() if name in given and one != "unknown"}
        return Refused("form_field", {"field": wrong[0], "told": told})
    if doubts:
        (name, people), *more = doubts
        return Several(people, name, value, tuple(filled), tuple(more))
    return Accepted(value, tuple(filled))


def _read_field(asking: Asking, line: AskedField, said: Value, reading: Reading) -> Result:
    text = ",".join(map(str, said)) if isinstance(said, list) else str("" if said is None else said)
    moves = reading.shared.moves
    if fold(text).rstrip("?") in moves["unknown"].spellings | moves["skip"].spellings | {""}:
        return Accepted("unknown")
    if text in {option.id for option in line.options}:
        return Accepted([text] if line.kind == "several_of" else text)
    result = read_one(narrow(asking, line), text, reading)
    return Accepted(result.value) if isinstance(result, Near) and not result.doubtful else result
