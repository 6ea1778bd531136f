"""Reading one reply against what was asked: the entry for typed text and for submitted forms.

Pure and total: any text gives an accepted value, a near miss, or the reason it was not taken.
"""

import re
from collections.abc import Callable, Mapping

from bot.engine.asking import AskedField, Asking
from bot.engine.choices import find_option, read_one_of, read_several_of, read_yes_no
from bot.engine.dates import read_date
from bot.engine.lexicon import fold, fold_word, has_letters, is_question, unquote
from bot.engine.model import Value, Words
from bot.engine.numerals import read_number
from bot.engine.reading import Accepted, Half, Moved, Near, Reading, Refused, Result, Several

FEWEST_IN_ORDER = 3  # numbers with only spaces between them that are one answer a field
SHORT_NUMBER = re.compile(r"^\d{1,2}$")  # where words are asked for: a place of a list that is not there
ONE_EACH = re.compile(r"(\d+)\s*(?:→|->|[:=.)])?\s*([^\d\s、,][^\d、,]*|\d+(?=\s*(?:[、,]|$)))")
NUMBERED = re.compile(r"((?:\d+[\s、,]*)+)(?:→|->|[:=.)])?\s*([^\d\s、,][^\d、,]*|\d+(?=\s*(?:[、,]|$)))")
BETWEEN = " :=→-"  # marks between a place and its answer


def read_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """One typed message as a reply to the question asked."""
    if asking.kind == "form":
        return read_form_line(asking, text, reading)
    if not has_letters(text):
        return Refused("empty")
    return READERS[asking.kind](asking, text, reading)


def is_keeping(text: str, reading: Reading) -> bool:
    """Whether the words leave a name as it is: "as it is", "no", "send"."""
    shared = reading.shared
    return fold(text) in {fold_word(word) for word in (*shared.keep, *shared.none, *shared.send)}


def read_text(asking: Asking, text: str, reading: Reading) -> Result:
    """Free text within the question's limit, turned into a value where the flow names a reader."""
    option = find_option(asking.options, text) if read_number(text) is None else None
    if option:
        return Moved(option.move, option.opens) if option.move or option.opens else Accepted(option.id)
    words = unquote(text) or text.strip()
    refused = None if unquote(text) else _not_words(asking, text, reading)
    if refused:
        return refused
    if len(words) > asking.question.limit:
        return Refused("too_long", {"length": len(words), "limit": asking.question.limit})
    if asking.question.reads is None:
        return Accepted(words)
    value = reading.readers[asking.question.reads](words, asking.facts, reading) or []
    return value if isinstance(value, Refused) else Accepted(value)


def _not_words(asking: Asking, text: str, reading: Reading) -> Result | None:
    """What a short message is, where it is not the words asked for: a place, a yes, "as it is", a question to us."""
    yes = reading.shared.yes
    agreeing = {fold_word(word) for word in (*yes.also, yes.label.ja, yes.label.en)}
    if SHORT_NUMBER.match(fold(text)) or fold(text) in agreeing:
        return Refused("words_wanted")
    if asking.question.keeps and is_keeping(text, reading):
        return Moved("skip", None)
    return Refused("asked_back") if asking.question.reads and is_question(text, reading.shared) else None


def read_number_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """A number in digits of any width or kanji, with or without its counter."""
    number = read_number(text, reading.shared.counters)
    return Accepted(number) if number is not None else Refused("not_a_number")


def read_date_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """A day in any of the usual spellings, kept as ISO date."""
    day = read_date(text, reading.today, reading.dates) if reading.dates else None
    return Accepted(day.isoformat()) if day else Refused("not_a_date")


def read_person(asking: Asking, text: str, reading: Reading) -> Result:
    """A place or label of the shown list, or somebody of the directory by name or e-mail."""
    found = find_people(text, reading)
    offered = {option.id for option in asking.options if option.person}
    if len(found) > 1 and len(offered & set(found)) == 1:
        found = [person for person in found if person in offered]
    if len(found) == 1:
        return Accepted(found[0])
    option = find_option([option for option in asking.options if not option.person], text)
    if read_number(text) is not None:
        option = find_option(asking.options, text)
    if option:
        return Moved(option.move, option.opens) if option.move or option.opens else Accepted(option.id)
    return Several(tuple(found)) if found else Refused("nobody_by_that_name")


def find_people(text: str, reading: Reading) -> list[str]:
    """The people whose name the text is, honorific and department in brackets aside; else whose name it holds."""
    folded = re.sub(r"[((].*?[))]", "", fold(text)).strip()
    for honorific in sorted(reading.shared.honorifics, key=len, reverse=True):
        folded = folded.removesuffix(fold_word(honorific)).strip()
    if reading.me and folded in {fold_word(word) for word in reading.shared.myself}:
        return [reading.me]
    exactly = [person.id for person in reading.people if folded in {fold(name) for name in person.names}]
    if exactly:
        return exactly
    held = [(fold(name), person.id) for person in reading.people for name in person.names if fold(name) in folded]
    whole = [(name, person) for name, person in held if not any(name != other and name in other for other, _ in held)]
    return list(dict.fromkeys(person for _, person in whole))


READERS: dict[str, Callable[[Asking, str, Reading], Result]] = {
    "yes_no": read_yes_no,
    "one_of": read_one_of,
    "several_of": read_several_of,
    "text": read_text,
    "number": read_number_reply,
    "date": read_date_reply,
    "person": read_person,
}


def read_form_line(asking: Asking, text: str, reading: Reading) -> Result:
    """A form typed in one line: nothing (as shown), `1/0/1` for all fields in order, or `5 鈴木、1 小林` for some."""
    if not text.strip():
        return _read_open(asking, {}, reading)
    if fold(text) in {fold_word(word) for word in reading.shared.send}:
        return read_form(asking, {}, reading)
    named = (
        _in_order(asking, text)
        or _for_open(asking, text, reading)
        or _by_label(asking, text)
        or _numbered(asking, text, reading)
        or _labelled(asking, text)
        or _for_all(asking, text, reading)
    )
    return _read_open(asking, named, reading) if named else Refused("form_line", {"count": len(asking.fields)})


def _read_open(asking: Asking, named: Mapping[str, Value], reading: Reading) -> Result:
    """The form with these fields; where the question asks each, a field left open is asked next."""
    result = read_form(asking, named, reading)
    still = next_open(asking, named) if asking.question.asks_each else None
    if still is None or not isinstance(result, Accepted):
        return result
    return Half({name: result.value[name] for name in named}, still.id)


def next_open(asking: Asking, told: Mapping[str, Value]) -> AskedField | None:
    """The first field of the form that was neither told nor proposed."""
    return next((line for line in asking.fields if line.filled is None and line.id not in told), None)


def _in_order(asking: Asking, text: str) -> dict[str, Value]:
    """`1/0/1`, a line each, or `1 0 1`: one answer a field from the first on; those not reached have a proposal."""
    fields = asking.fields
    pieces = [piece.strip() for piece in re.split("[/\uff0f\n]", text)]
    if len(pieces) == 1 and all(line.options for line in fields):
        spaced = fold(text).split()
        pieces = spaced if len(spaced) >= FEWEST_IN_ORDER and all(map(str.isdigit, spaced)) else pieces
    rest = fields[len(pieces) :]
    if not 1 < len(pieces) <= len(fields) or (rest and not all(line.options for line in fields)):
        return {}
    if any(line.filled is None for line in rest) and not asking.question.asks_each:
        return {}
    return {line.id: piece for line, piece in zip(fields, pieces, strict=False)}


def _for_open(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """A number or numbers alone, where one field is still open and all others have a proposal."""
    still = [line for line in asking.fields if line.filled is None]
    if len(still) != 1 or not still[0].options or not re.fullmatch(r"[\d\s、,]+", fold(text)):
        return {}
    return {still[0].id: text} if isinstance(_read_field(asking, still[0], text, reading), Accepted) else {}


def _by_label(asking: Asking, text: str) -> dict[str, Value]:
    """Labels of the choices, each of which stands in one field only."""
    named: dict[str, Value] = {}
    for piece in filter(None, map(str.strip, re.split(r"[、,;\uff0c\n]", text))):
        if read_number(piece) is not None:
            return {}
        found = [(line, option) for line in asking.fields if (option := find_option(line.options, piece))]
        if len(found) != 1:
            return {}
        line, option = found[0]
        several = [*named.get(line.id, ()), option.id]
        named[line.id] = several if line.kind == "several_of" else option.id
    return named


def _numbered(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """`5 鈴木、1 小林`, `2 3 don't know`: each run of places with the words behind it; nothing where words are over."""
    counted = "|".join(re.escape(word) for word in sorted(reading.shared.counters, key=len, reverse=True))
    joined = "|".join(re.escape(word) for word in reading.shared.joins)
    plain = re.sub(rf"(\d)(?:{counted})", r"\1 ", fold(text))
    plain = re.sub(rf"(?<=\d)\s*(?:{joined})\s*(?=\d)", " ", plain)
    # Where lines have choices a second number is a choice; where they take names it is a second line.
    pattern = ONE_EACH if any(line.options for line in asking.fields) else NUMBERED
    found = [(re.findall(r"\d+", places), _strip(words, reading)) for places, words in pattern.findall(plain)]
    fields = asking.fields
    places = [int(place) for numbers, _ in found for place in numbers]
    left = pattern.sub("", plain).strip(" 、,。")
    if not found or left or any(not 1 <= place <= len(fields) for place in places):
        return {}
    return {fields[int(place) - 1].id: words for numbers, words in found for place in numbers}


def _strip(words: str, reading: Reading) -> str:
    """An answer without what stands between it and its place, such as は."""
    kept = words.strip(BETWEEN)
    for particle in reading.shared.particles:
        kept = kept.removeprefix(particle).strip(BETWEEN)
    return kept


def _for_all(asking: Asking, text: str, reading: Reading) -> dict[str, Value]:
    """`全部 鈴木`: one answer for every line."""
    folded = fold(text)
    word = next((word for word in reading.shared.all if folded.startswith(fold_word(word))), None)
    rest = _strip(folded[len(fold_word(word)) :], reading) if word else ""
    return {line.id: rest for line in asking.fields} if rest else {}


def _labelled(asking: Asking, text: str) -> dict[str, Value]:
    folded = fold(text)
    for line in asking.fields:
        for label in (line.label.ja, line.label.en):
            if label and folded.startswith(fold(label)) and len(folded) > len(fold(label)):
                return {line.id: folded[len(fold(label)) :].strip(" :=→")}
    return {}


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
    if wrong:  # what was understood is kept, and shown as such
        told = {name: one for name, one in value.items() if name in given and one != "unknown"}
        return Refused("form_field", {"field": wrong[0], "told": told})
    if doubts:
        (name, people), *more = doubts
        return Several(people, name, value, tuple(filled), tuple(more))
    return Accepted(value, tuple(filled))


def _read_field(asking: Asking, line: AskedField, said: Value, reading: Reading) -> Result:
    text = "、".join(map(str, said)) if isinstance(said, list) else str("" if said is None else said)
    unknown = reading.shared.moves["unknown"]
    if fold(text).rstrip("?") in {
        fold_word(word).rstrip("?") for word in (unknown.shown.ja, unknown.shown.en, *unknown.also, "")
    }:
        return Accepted("unknown")
    if text in {option.id for option in line.options}:
        return Accepted([text] if line.kind == "several_of" else text)
    result = read_reply(narrow(asking, line), text, reading)
    return Accepted(result.value) if isinstance(result, Near) else result


def narrow(asking: Asking, line: AskedField) -> Asking:
    """One field of a form, asked as if it were the whole question."""
    words = Words(title=line.label, help=asking.question.words.help, why=asking.question.words.why)
    question = asking.question.model_copy(update={"kind": line.kind, "own": line.own, "words": words, "fields": ()})
    return Asking(asking.key, question, asking.facts, line.options, filled=line.filled)
