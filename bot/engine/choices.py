"""Reading replies to questions with a shown list: numbers, labels, near misses, several in one line.

Pure and total: any text gives a result. Knows no flow and keeps nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from bot.engine.asking import Asking, Option
from bot.engine.lexicon import TRAILING, Shared, cut_front, fold, fold_word, unquote
from bot.engine.model import Value
from bot.engine.numerals import read_number
from bot.engine.reading import Accepted, Moved, Near, Reading, Refused, Result

WRITE = "other"  # by convention the choice that says more will be written
NEAR = 70  # a label this alike (0-100) is asked back with "did you mean"
SAME = 92  # alike enough to be taken in a list of labels

# Spaces part what is listed, but not the words of one English name.
SPLIT = re.compile(r"[、,\uff0c/\uff0f;\uff1b\n]+|(?<![a-z])\s+|\s+(?![a-z])", re.IGNORECASE)
FIRST_MARK = re.compile("[\u3002\u3001\uff0c,.\uff0e:\uff1a\n]")
NUMBER_FIRST = re.compile(r"^\s*([0-9\uff10-\uff19]{1,2})(?:\s+|\s*[\u3001\uff0c,.\u3002]\s*)(\D.*)$", re.DOTALL)
AROUND = TRAILING + "\u3000:\uff1a\n"  # what may stand around an answer and its remark
LIST_MARKS = re.compile("[、,\uff0c;\uff1b\n]")
HIRAGANA = re.compile(r"[\u3041-\u3096]")
CIRCLED = re.compile(r"[\u2460-\u2473]")
RANGE = re.compile(r"^(\d+)[-~〜\u2013](\d+)$")


def read_yes_no(asking: Asking, text: str, reading: Reading) -> Result:
    """はい variants and the like count beside the labels and numbers shown."""
    folded = fold(text)
    shared = reading.shared
    begun = re.split(r"[\u3002\u3001.,!\s]", folded, maxsplit=1)[0]  # an answer with more said behind it
    for option, more, words in ((shared.no, shared.none, "no"), (shared.yes, (), "yes")):
        spelled = {fold_word(word) for word in (*option.also, *more, option.label.ja, option.label.en)}
        if folded in spelled or begun in spelled:
            return Accepted(words)
    return read_one_of(asking, text, reading)


def read_one_of(asking: Asking, text: str, reading: Reading) -> Result:
    """A number of the shown list, a label, or words of the person's own where those are asked for."""
    option = find_option(asking.options, text)
    if option:
        return Moved(option.move, option.opens) if option.move or option.opens else Accepted(option.id)
    if asking.question.own:
        return _own(asking, text, reading)
    if asking.question.reads:
        read = reading.readers[asking.question.reads](text, asking.facts, reading)
        if read is not None:
            return read if isinstance(read, Refused) else Accepted(read)
    chosen = _read_with_remark(asking, text, reading.shared)
    if chosen:
        return chosen
    near = nearest(asking.options, text) or find_within(asking.options, text)
    if near and not (near.move or near.opens):
        return Near(near.id, doubtful=near.exclusive or nearest(asking.options, text) is None)
    return Refused("choose_one")


def _read_with_remark(asking: Asking, text: str, shared: Shared) -> Result | None:
    """「秘。来年には使わなくなるので」「2 古いから」「たぶん主力に効く」: a choice with words around it, kept where the
    question takes remarks."""
    ways = (_part_remark(asking.options, said, shared) for said in (text, unhedge(text, shared)))
    option, rest = next((way for way in ways if way[0]), (None, ""))
    if option is None:
        return None
    if option.move or option.opens:
        return Moved(option.move, option.opens)
    remark = rest.strip(AROUND) if unhedge(fold(f"_{rest}"), shared) != "_" else ""
    if len(remark) > asking.question.limit:
        return Refused("too_long", {"length": len(remark), "limit": asking.question.limit})
    if remark and (not asking.question.remark or _turns(remark, asking.options, shared)):
        return Near(option.id, doubtful=True)
    return Accepted({"choice": option.id, "own": remark} if remark else option.id)


def _turns(remark: str, options: Sequence[Option], shared: Shared) -> bool:
    """Whether what is said behind a label takes it back, or names another."""
    folded = fold(remark)
    labels = [fold_word(label) for option in options for label in _labels(option)]
    return _is_denied(folded, shared) or any(label in folded for label in labels)


def _is_denied(rest: str, shared: Shared) -> bool:
    return any(rest.startswith(fold_word(word)) for word in shared.denials)


def _part_remark(options: Sequence[Option], text: str, shared: Shared) -> tuple[Option | None, str]:
    """The option a text begins with, and what is said behind it."""
    option = find_option(options, text)
    if option:
        return option, ""
    numbered = NUMBER_FIRST.match(text)
    if numbered and (option := find_option(options, numbered[1])):
        return option, numbered[2]
    head, _, rest = _at_first_mark(text)
    option = find_option(options, unhedge(head, shared)) if rest and read_number(head.strip(TRAILING)) is None else None
    return (option, rest) if option else _begin_with_label(options, text)


def _at_first_mark(text: str) -> tuple[str, str, str]:
    found = FIRST_MARK.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _begin_with_label(options: Sequence[Option], text: str) -> tuple[Option | None, str]:
    """The option whose whole label the text begins with, the longest where several do."""
    folded = fold(text)
    labels = [(fold_word(word), option) for option in options for word in (*_labels(option), *option.also)]
    begun = [(word, option) for word, option in labels if folded.startswith(word if len(word) > 1 else f"{word} ")]
    if not begun:
        return None, ""
    word, option = max(begun, key=lambda pair: len(pair[0]))
    behind = cut_front(text, word)
    rest = folded[len(word) :] if behind is None else behind  # as it was typed
    if word[-1].isascii() and rest[:1].isalnum():  # a Latin word goes on, so that it is another word
        return None, ""
    return option, rest


def unhedge(text: str, shared: Shared) -> str:
    """A reply without 「たぶん」 before it and 「だと思います」 or 「でお願いします」 behind it."""
    kept = text.strip(AROUND)
    while True:
        shorter = kept
        for word in shared.hedges:
            if len(shorter) > len(word):
                shorter = shorter.removeprefix(word).removesuffix(word).strip(AROUND)
        if shorter == kept:
            return kept
        kept = shorter


def _own(asking: Asking, text: str, reading: Reading) -> Result:
    shared = reading.shared
    keeping = {fold_word(word) for word in (*shared.keep, *shared.none)}
    if asking.question.keeps and unquote(text) is None and fold(text) in keeping:
        return Moved("skip", None)
    words = unquote(text) or text.strip()
    if len(words) > asking.question.limit:
        return Refused("too_long", {"length": len(words), "limit": asking.question.limit})
    return Accepted({"own": words})


def find_option(options: Sequence[Option], text: str) -> Option | None:
    """The option whose place or label this is, exactly or as its only beginning."""
    folded = fold(text)
    place = read_number(text.strip(TRAILING))
    if place is not None:
        return options[int(place) - 1] if place == int(place) and 1 <= place <= len(options) else None
    for option in options:
        if folded in {fold_word(word) for word in (option.id, *_labels(option), *option.also)}:
            return option
    begun = [option for option in options if any(fold_word(label).startswith(folded) for label in _labels(option))]
    return begun[0] if len(begun) == 1 and len(folded) > 1 else None


def _labels(option: Option) -> list[str]:
    return [label for label in (option.label.ja, option.label.en) if label]


def nearest(options: Sequence[Option], text: str, least: int = NEAR) -> Option | None:
    """The option most like the text, if it is alike enough."""
    folded = fold(text)
    scored = [
        (max((fuzz.ratio(folded, fold_word(word)) for word in (*_labels(option), *option.also)), default=0), option)
        for option in options
    ]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] >= least else None


def find_within(options: Sequence[Option], text: str) -> Option | None:
    """The only option of which a word stands inside a longer text; to be asked back, as more is said around it."""
    folded = fold(text)
    held = {
        option.id: option
        for option in options
        for word in map(fold_word, (*_labels(option), *option.also))
        if (len(word) > 1 or not HIRAGANA.match(word)) and not word.isascii() and word in folded
    }
    found = [option for option in held.values() if not option.exclusive] or list(held.values())
    return found[0] if len(found) == 1 else None


def read_several_of(asking: Asking, text: str, reading: Reading) -> Result:
    """Several numbers or labels in one line; what is no choice is kept in the person's own words where allowed."""
    folded, shared = fold(text), reading.shared
    sending = {fold_word(word) for word in shared.send} - {
        fold_word(word) for word in (shared.yes.label.ja, *shared.yes.also)
    }
    if folded in sending and asking.filled:
        return Accepted(asking.filled)
    if folded in sending | {fold_word(word) for word in shared.none}:
        exclusive = next((option for option in asking.options if option.exclusive), None)
        return Accepted([exclusive.id] if exclusive else [])
    if folded in {fold_word(word) for word in reading.shared.all}:
        return Accepted([option.id for option in asking.options if not option.exclusive and option.id != WRITE])
    chosen: list[Value] = []
    own: list[str] = []
    names_places = asking.question.own and asking.question.reads is None
    marked = _list_marked(asking.options, text) if names_places else []
    for piece in marked or _pieces(asking.options, text, shared):
        found = _find_joined(asking.options, piece, reading.shared)
        chosen += [option.id for option in found if option.id not in chosen]
        own += [] if found else [piece]
    return _several(asking, chosen, own, reading)


def _find_joined(options: Sequence[Option], piece: str, shared: Shared) -> list[Option]:
    """The option of one piece of a list, or both of 「鍵とパスワード」; none where it is none."""
    said = unhedge(piece, shared)
    option = find_option(options, piece) or find_option(options, said) or nearest(options, piece, SAME)
    if option:
        return [option]
    for join in shared.joins:
        left, _, right = said.partition(join)
        sides = [find_option(options, side.strip()) if side.strip() else None for side in (left, right)]
        if all(sides) and read_number(left.strip()) is None:
            return [side for side in sides if side]
    return []


def _several(asking: Asking, chosen: list[Value], own: list[str], reading: Reading) -> Result:
    if own and (not asking.question.own or any(read_number(piece) is not None for piece in own)):
        return _nearest_of(asking, chosen, own)
    if any(len(piece) > asking.question.limit for piece in own):
        return Refused("too_long", {"length": max(map(len, own)), "limit": asking.question.limit})
    exclusive = [option.id for option in asking.options if option.exclusive and option.id in chosen]
    if exclusive and len(chosen) + len(own) > 1:
        return Refused("either_none")
    read: Any = [{"own": piece} for piece in own]
    if own and asking.question.reads:
        read = reading.readers[asking.question.reads]("\n".join(own), asking.facts, reading)
        if read is None:  # none of the words is one of the list
            read = [{"own": piece} for piece in own] if chosen else _refuse_some(asking)
    return read if isinstance(read, Refused) else Accepted([*chosen, *read])


def _nearest_of(asking: Asking, chosen: list[Value], own: list[str]) -> Result:
    """What is no choice, where only choices count: the one it is near to, to be asked back."""
    within = find_within(asking.options, own[0]) if len(own) == 1 else None
    near = within or (nearest(asking.options, own[0]) if len(own) == 1 else None)
    if near is None or (near.exclusive and chosen):
        return _refuse_some(asking)
    return Near(list(dict.fromkeys([*chosen, near.id])), doubtful=bool(within) or near.exclusive)


def _refuse_some(asking: Asking) -> Refused:
    return Refused("choose_some", {"count": sum(not option.exclusive for option in asking.options)})


def _list_marked(options: Sequence[Option], text: str) -> list[str]:
    """The parts between list marks, where there are any; names of places keep the spaces in them."""
    parts = [part.strip() for part in LIST_MARKS.split(text) if part.strip()]
    listed = [part.split() if all(find_option(options, word) for word in part.split()) else [part] for part in parts]
    return [piece for pieces in listed for piece in pieces] if len(parts) > 1 else []


def _pieces(options: Sequence[Option], text: str, shared: Shared) -> list[str]:
    """The parts of one line: labels that hold a separator stay whole, a range of places is spelled out."""
    if find_option(options, text):
        return [text]
    joined = "|".join(rf"(?<=\d)\s*{re.escape(join)}\s*(?=\d)" for join in shared.joins)
    counted = "|".join(re.escape(word) for word in sorted(shared.counters, key=len, reverse=True))
    pieces: list[str] = []
    parted = unicodedata.normalize("NFKC", CIRCLED.sub(r" \g<0> ", _keep_labels(options, text)))
    parted = re.sub(rf"(?<!\d)(\d+)(?:{counted})(?=\W|$|{'|'.join(map(re.escape, shared.joins))})", r"\1", parted)
    for piece in SPLIT.split(re.sub(joined, " ", parted)):
        ranged = RANGE.match(fold(piece))
        if ranged and int(ranged[1]) < int(ranged[2]) <= len(options):
            pieces += [str(place) for place in range(int(ranged[1]), int(ranged[2]) + 1)]
        elif piece.strip():
            words = [piece] if find_option(options, piece) else piece.split()
            is_listed = all(find_option(options, word.replace("\x00", " ")) for word in words)
            pieces += [part.replace("\x00", " ").strip() for part in (words if is_listed else [piece])]
    return pieces


def _keep_labels(options: Sequence[Option], text: str) -> str:
    """Hide the spaces inside labels that were typed in full, so that splitting leaves them whole."""
    for label in (label for option in options for label in _labels(option) if " " in label):
        text = re.sub(re.escape(label), label.replace(" ", "\x00"), text, flags=re.IGNORECASE)
    return text
