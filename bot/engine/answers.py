"""Reading one typed value: words, a number, a day, a person, or a choice of a list.

Pure and total: any text gives an accepted value, a near miss, or the reason it was not taken.
"""

import re
from collections.abc import Callable

from bot.engine.asking import Asking
from bot.engine.choices import find_option, read_one_of, read_several_of, read_yes_no, unhedge
from bot.engine.dates import read_last_day
from bot.engine.lexicon import fold, fold_word, has_letters, is_question, unquote
from bot.engine.numerals import read_number, replace_kanji
from bot.engine.reading import Accepted, Moved, Reading, Refused, Result, Several

COUNTED = re.compile(r"\D{0,6}?([0-9][0-9,]{0,8}(?:\.[0-9])?)\s*(\D*)")  # a number, perhaps "about", and its unit
DAYS_OF_MONTHS = {1: 30, 6: 182, 12: 365}
SHORT_NUMBER = re.compile(r"^\d{1,2}$")  # where words are asked for: a place of a list that is not there


def read_one(asking: Asking, text: str, reading: Reading) -> Result:
    """One typed message as the one value asked for."""
    return READERS[asking.kind](asking, text, reading) if has_letters(text) else Refused("empty")


def is_keeping(text: str, reading: Reading) -> bool:
    """Whether the words leave a name as it is: "as it is", "no", "send"."""
    shared = reading.shared
    return fold(text) in {fold_word(word) for word in (*shared.keep, *shared.none, *shared.send)}


def read_text(asking: Asking, text: str, reading: Reading) -> Result:
    """Free text within the question's limit, turned into a value where the flow names a reader."""
    option = find_option(asking.options, text)
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
    if not asking.question.brief and (SHORT_NUMBER.match(fold(text)) or fold(text) in agreeing):
        return Refused("words_wanted")
    if asking.question.keeps and is_keeping(text, reading):
        return Moved("skip", None)
    return Refused("asked_back") if asking.question.reads and is_question(text, reading.shared) else None


def read_number_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """A number in digits of any width or kanji, with or without its counter."""
    number = read_number(text, reading.shared.counters)
    return Accepted(number) if number is not None else Refused("not_a_number")


def read_days(asking: Asking, text: str, reading: Reading) -> Result:
    """How many days something lasts; weeks, months (30 days) and years (365) count as days."""
    plain = replace_kanji(unhedge(fold(text), reading.shared))
    spans = {**reading.dates.day_spans} if reading.dates else {}
    if reading.dates:
        spans |= {word: DAYS_OF_MONTHS[months] for word, months in reading.dates.month_spans.items()}
    days = {fold_word(word): length for word, length in spans.items()} | {"": 1}
    found = COUNTED.fullmatch(plain)
    if plain in days and plain:
        return Accepted(days[plain])
    if found is None or found[2] not in days:
        return Refused("not_days")
    return Accepted(int(float(found[1].replace(",", "")) * days[found[2]]))


def read_date_reply(asking: Asking, text: str, reading: Reading) -> Result:
    """A day in any of the usual spellings, kept as ISO date; every day we ask for is one by which something is done."""
    day = read_last_day(text, reading.today, reading.dates) if reading.dates else None
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
    """The people whose name the text is; else whose name it holds."""
    if exactly := find_named(text, reading):
        return exactly
    folded = _fold_name(text, reading)
    held = [(fold(name), person.id) for person in reading.people for name in person.names if fold(name) in folded]
    whole = [(name, person) for name, person in held if not any(name != other and name in other for other, _ in held)]
    return list(dict.fromkeys(person for _, person in whole))


def find_named(text: str, reading: Reading) -> list[str]:
    """The people whose name the text is and nothing more, honorific and department in brackets aside."""
    folded = _fold_name(text, reading)
    if reading.me and folded in {fold_word(word) for word in reading.shared.myself}:
        return [reading.me]
    return [person.id for person in reading.people if folded in {fold(name) for name in person.names}]


def _fold_name(text: str, reading: Reading) -> str:
    folded = re.sub(r"[((].*?[))]", "", fold(text)).strip()
    for honorific in sorted(reading.shared.honorifics, key=len, reverse=True):
        folded = folded.removesuffix(fold_word(honorific)).strip()
    return folded


READERS: dict[str, Callable[[Asking, str, Reading], Result]] = {
    "yes_no": read_yes_no,
    "one_of": read_one_of,
    "several_of": read_several_of,
    "text": read_text,
    "number": read_number_reply,
    "days": read_days,
    "date": read_date_reply,
    "person": read_person,
}
