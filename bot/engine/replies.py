"""Reading one reply against what was asked: the entry for typed text and for submitted forms.

Pure and total: any text gives an accepted value, a near miss, or the reason it was not taken.
"""

import re
from collections.abc import Callable, Mapping

from bot.engine.asking import AskedField, Asking
from bot.engine.choices import find_option, read_one_of, read_several_of, read_yes_no
from bot.engine.dates import read_date
from bot.engine.lexicon import fold, fold_word, has_letters, is_question, unquote
from bot.engine.model import Value
from bot.engine.numerals import read_number
from bot.engine.reading import Accepted, Moved, Near, Reading, Refused, Result, Several

SHORT_NUMBER = re.compile(r"^\d{1,2}$")  # where words are asked for: a place of a list that is not there
NUMBERED = re.compile(r"(\d+)\s*(?:→|->|[:=.)])?\s*([^\d\s、,][^\d、,]*|\d+(?=\s*(?:[、,]|$)))")


def read_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """One typed message as a reply to the question asked."""
    if asking.kind == "form":
        return read_form_line(asking, text, reading)
    if not has_letters(text):
        return Refused("empty")
    return READERS[asking.kind](asking, text, reading)


def read_text(asking: Asking, text: str, reading: Reading) -> Result:
    """Free text within the question's limit, turned into a value where the flow names a reader."""
    option = find_option(asking.options, text) if read_number(text) is None else None
    if option:
        return Moved(option.move, option.opens) if option.move or option.opens else Accepted(option.id)
    words = unquote(text) or text.strip()
    yes = reading.shared.yes
    if unquote(text) is None and (
        SHORT_NUMBER.match(fold(text))
        or fold(text) in {fold_word(word) for word in (*yes.also, yes.label.ja, yes.label.en)}
    ):
        return Refused("words_wanted")
    if asking.question.reads and is_question(text, reading.shared):
        return Refused("asked_back")
    if len(words) > asking.question.limit:
        return Refused("too_long", {"length": len(words), "limit": asking.question.limit})
    if asking.question.reads is None:
        return Accepted(words)
    value = reading.readers[asking.question.reads](words, asking.facts, reading) or []
    return value if isinstance(value, Refused) else Accepted(value)


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
    """The people whose name the text is, honorific and department in brackets aside."""
    folded = re.sub(r"[((].*?[))]", "", fold(text)).strip()
    for honorific in sorted(reading.shared.honorifics, key=len, reverse=True):
        folded = folded.removesuffix(fold_word(honorific)).strip()
    return [person.id for person in reading.people if folded in {fold(name) for name in person.names}]


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
    if not text.strip() or fold(text) in {fold_word(word) for word in reading.shared.send}:
        return read_form(asking, {}, reading)
    slashed = [piece.strip() for piece in re.split("[/\uff0f]", text)]
    if len(slashed) == len(asking.fields) > 1:
        return read_form(asking, dict(zip([line.id for line in asking.fields], slashed, strict=True)), reading)
    named = _numbered(asking, text) or _labelled(asking, text)
    return read_form(asking, named, reading) if named else Refused("form_line", {"count": len(asking.fields)})


def _numbered(asking: Asking, text: str) -> dict[str, Value]:
    found = [(int(place), words.strip()) for place, words in NUMBERED.findall(fold(text))]
    fields = asking.fields
    if not found or any(not 1 <= place <= len(fields) for place, _ in found):
        return {}
    return {fields[place - 1].id: words for place, words in found}


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
            return Refused("form_field", {"field": line.id})
        value[line.id] = result.value if isinstance(result, Accepted) else "unknown"
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
        return Accepted(text)
    result = read_reply(narrow(asking, line), text, reading)
    return Accepted(result.value) if isinstance(result, Near) else result


def narrow(asking: Asking, line: AskedField) -> Asking:
    """One field of a form, asked as if it were the whole question."""
    question = asking.question.model_copy(update={"kind": line.kind, "own": False})
    return Asking(asking.key, question, asking.facts, line.options, filled=line.filled)
