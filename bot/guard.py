"""Tells the secret itself from its name, by shape alone, before anything is written.

Keeps and returns no piece of the text; knows no flow, person or surface. The words it needs come in as data.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

__all__ = ["Finding", "Kind", "Lexicon", "inspect"]

Kind = Literal["rows", "code", "credential", "personal_number", "long_text"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text looks like and its size as typed: lines that are not blank, and characters. Never a piece of it."""

    kind: Kind
    lines: int
    characters: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `content/shared/guard.yaml`, both languages together; each list is explained there."""

    credential_words: tuple[str, ...]
    personal_number_words: tuple[str, ...]
    units: tuple[str, ...]
    currencies: tuple[str, ...]
    links: tuple[str, ...]
    not_values: tuple[str, ...]
    fingerprint_words: tuple[str, ...]
    sentence_endings: tuple[str, ...]


class _Shapes(NamedTuple):
    """What is made of one lexicon."""

    credential: re.Pattern[str]
    follows: re.Pattern[str]  # what may come after a credential word: a link or a gap, then a value
    closes: re.Pattern[str]  # what may come after a value that ends its statement
    not_values: frozenset[str]
    fingerprint: re.Pattern[str]
    personal: re.Pattern[str]
    number: re.Pattern[str]
    unit_after: re.Pattern[str]
    units_before: frozenset[str]
    currencies: frozenset[str]
    sentence_end: re.Pattern[str]


def inspect(text: str, lexicon: Lexicon) -> Finding | None:
    """What `text` looks like when it is content rather than a name or an explanation, else None.

    The most harmful kind wins. Full-width and invisible characters make no difference. Total: takes any string, also
    with lone surrogates; linear in its length, and bounded however long it is.
    """
    shapes = _build(lexicon)
    plain = _to_plain(text)
    for kind, shows in _CHECKS:
        if shows(plain, shapes):
            return Finding(kind, sum(not line.isspace() for line in text.splitlines() if line), len(text))
    return None


_ANY_LENGTH = 10_000  # nobody types this much: whatever it is, it was copied
_ENOUGH = (
    100_000  # with gaps of at most eight blanks, this much holds _ANY_LENGTH that are not blank: more decides nothing
)
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_GAP = re.compile(r"[^\S\n]{9,}|\n\s*\n")
# NFKC sorts combining marks in quadratic time, so runs of them, which mean nothing, are cut first.
_MARKS = re.compile(r"((?:[^\w\s\x00-\x7f]|[\uff9e\uff9f]){30})(?:[^\w\s\x00-\x7f]|[\uff9e\uff9f])+")


def _to_plain(text: str) -> str:
    shown = _GAP.sub(lambda gap: "\n" if "\n" in gap[0] else " " * 8, _INVISIBLE.sub("", text))[:_ENOUGH]
    if not shown.isascii():
        shown = unicodedata.normalize("NFKC", _MARKS.sub(r"\1", shown))[:_ENOUGH]
    return "\n".join(shown.splitlines())


# -- credentials -------------------------------------------------------------------------------------------------------
_KNOWN_SECRETS = re.compile(
    r"(?a)-----BEGIN [A-Z ]{0,40}PRIVATE KEY|(?<![A-Za-z0-9])A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])"
    r"|(?<![\w-])(?:gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|[sr]k_live_|npm_|hf_|AIza|ya29\.)[\w-]{16}"
    r"|(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8}|hooks\.slack\.com/services/T|://[^\s:/@]{1,64}:[^\s/@]{3,64}@"
    r"|(?i:(?<!\w)bearer\s{1,4}[\w.~+/-]{16})"
    r"|[?&;](?i:sig|token|access_token|api_?key|key|secret|password|pwd|accountkey|sharedaccesskey)=[^&;\s]{6}"
)
_ADDRESS = re.compile(r"(?:https?|s?ftp|file|smb)://\S+")
_TOKEN = re.compile(r"(?<![\w+/=\\.-])[\w+/=-]{20,}(?![.\\])", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-fA-F])(?:[0-9a-f]{32,}|[0-9A-F]{32,})")
_TURN = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_WORDLIKE = re.compile(r"[a-z]{4,}")
_OFTEN, _SELDOM = 0.33, 0.28  # shares of a random token: small, capital and digit change; small letters make a word
_MIXED = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?=[^0-9]*[0-9])|.*[!#$%^&*?~;=]|.*\w@\w*$", re.ASCII)
_ELSEWHERE = re.compile(  # a date, a figure, an address, a path, a file: since when or where, not the value itself
    r"[0-9]{1,4}([-/.:][0-9]{1,2})+|[0-9.,]+%?|[^@]+@[^@]+\.[a-z]{2,}|[a-z]+://.*|[A-Za-z]:?[\\/].*|\\\\.*"
    r"|.*\.[A-Za-z]{2,5}"
)
_SHORTEST_VALUE, _SHORTEST_MIXED, _LONG_WORD, _LOOK_BACK = 4, 6, 8, 20  # characters


def _shows_credential(plain: str, shapes: _Shapes) -> bool:
    if _KNOWN_SECRETS.search(plain):
        return True
    for word in shapes.credential.finditer(plain):
        found = shapes.follows.match(plain, word.end())
        if found and _is_value(found, plain, shapes):
            return True
    local = _ADDRESS.sub(" ", plain)  # the long name of a shared folder is a place
    tokens = (token.start() for token in _TOKEN.finditer(local) if _is_random(token[0]))
    return any(not shapes.fingerprint.search(local, max(0, start - _LOOK_BACK), start) for start in tokens)


def _is_value(found: re.Match[str], plain: str, shapes: _Shapes) -> bool:
    """Whether what follows a credential word is its value; the looser the link, the more it must look like one."""
    value = found["value"].rstrip(".,;:/)]}>\"'")
    if len(value) < _SHORTEST_VALUE or value.casefold() in shapes.not_values:
        return False
    closes = value != found["value"] or bool(shapes.closes.match(plain, found.end()))
    if value.isdecimal() or _ELSEWHERE.fullmatch(value):
        return closes and value.isdecimal()
    mixed = bool(_MIXED.match(value))
    if found["strong"]:
        return mixed or closes or bool(found["quote"])
    if found["weak"]:  # a Latin word in a Japanese sentence is a value more often than an English one after "is"
        return (mixed and len(value) >= _SHORTEST_MIXED) or (closes and not found["weak"].isascii())
    return mixed and closes and len(value) >= _SHORTEST_MIXED


def _is_random(token: str) -> bool:
    core = token.strip("=-_/+")
    if _UUID.fullmatch(core) or core.isalpha():
        return False
    turns, in_words = len(_TURN.findall(core)), sum(map(len, _WORDLIKE.findall(core)))
    return bool(_HEX.fullmatch(core)) or (turns > _OFTEN * len(core) and in_words < _SELDOM * len(core))


# -- personal numbers --------------------------------------------------------------------------------------------------
_DASH = re.compile(r"(?<=[0-9])[\u2010-\u2015\u2212\u30fc](?=[0-9])")  # also the long vowel mark, typed by mistake
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.-])(?:[0-9]{12,19}|[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -][0-9]{1,3})?"
    r"|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5})(?![0-9A-Za-z]|[.-][0-9])"
)
_MOMENT = re.compile(
    r"(?a)(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d(?:[0-2]\d(?:[0-5]\d){1,2})?"
)  # a date, perhaps with a time
_MY_NUMBER_WEIGHTS = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)  # from the right, before the check digit; modulus 11


def _shows_personal_number(plain: str, shapes: _Shapes) -> bool:
    text = _DASH.sub("-", plain)
    runs = [run[0] for run in _LONG_NUMBER.finditer(text) if _has_check_digit(run[0])]
    runs += [run["number"] for run in shapes.personal.finditer(text)]
    return any(not _MOMENT.fullmatch(re.sub("[ -]", "", run)) for run in runs)


def _has_check_digit(run: str) -> bool:
    """That of the individual number for twelve digits, that of a card (Luhn) for more."""
    last, *others = (int(character) for character in reversed(run) if character.isdecimal())
    if len(others) == len(_MY_NUMBER_WEIGHTS):
        rest = sum(digit * weight for digit, weight in zip(others, _MY_NUMBER_WEIGHTS, strict=True)) % 11
        return last == (0 if rest <= 1 else 11 - rest) and any(others)
    doubled = (sum(divmod(digit * 2, 10)) for digit in others[::2])
    return (last + sum(doubled) + sum(others[1::2])) % 10 == 0 and any(others)


# -- code --------------------------------------------------------------------------------------------------------------
_CODE = re.compile(
    r"(?am)^[ \t]*#include[ \t]*[<\"]|^#!/|<\?php|<!DOCTYPE|</[A-Za-z][\w:-]{0,30}>"
    r"|^[ \t]*(?:(?:async|export|local|pub)[ \t])?(?:def|func|fn|function|[SF]ub|Function)[ \t]\w{1,60}\("
    r"|\b(?:public|private|protected)[ \t](?:static[ \t])?(?:void|int|[Ss]tring|class)[ \t]\w{1,60} ?[({;=]"
    r"|\b(?:console\.log|System\.out\.print|fmt\.Print|std::\w|print(?:f|ln)?\([\"'])|=>[ \t]?\{"
    r"|^[ \t]*(?:(?:const|let|var)[ \t][\w$]{1,60}|\$\w{1,60})[ \t]?=|^[ \t]*Dim[ \t]\w{1,60}[ \t]As\b"
    r"|^[ \t]*End[ \t](?:Sub|If|Function)\b|^[ \t]*from[ \t][\w.]{1,60}[ \t]import[ \t]"
    r"|^[ \t]*import[ \t](?:[\w.]{1,60}(?:;|[ \t]as[ \t]\w)|[^\n]{1,80}[ \t]from[ \t]['\"])"
    r"|[{\[,]\s{0,20}[\"'][^\"'\n]{1,60}[\"'][ \t]?:[ \t]?[\"'0-9\[{tfn-]|^[ \t]*=[ \t]?[A-Z][A-Z0-9.]{1,20}\("
    r"|\b(?:if|for|while|switch|catch)[ \t]?\([^()\n]{1,120}\)[ \t]?\{|\bin (?:range|enumerate)\(|\blambda \w{1,20}:"
    r"|\b(?:INSERT INTO|DELETE FROM|(?:CREATE|ALTER|DROP) TABLE|UPDATE \w{1,60} SET|SELECT[\s*][^;]{1,200}?FROM)\b"
    r"|(?i:\bselect\s(?:\*|[\w.]{1,60}(?:,[ \t]?[\w.]{1,60}){0,20})\sfrom\s[\w.]{1,60}\s?(?:;|where\b|join\b|$))"
    r"|(?<![A-Za-z])[GM][0-9]{1,3}(?:[ \t]?[XYZIJKRFS]-?[0-9]{1,6}(?:\.[0-9]{0,6})?){2}"
)
_STATEMENT = re.compile(
    r"(?a)[ \t]*(?:(?:\w{1,60}[ \t])?[A-Za-z_][\w.\[\]]{0,60}[ \t]?[-+*/:]?=[ \t]?"
    r"(?:[\"'\[{]|-?[0-9][\w.]{0,20};?$|[A-Za-z_]\w{0,60}[.(\[+*/-]|(?:[Tt]rue|[Ff]alse|None|null)\b)"
    r"|[a-z][a-z0-9]{0,30}[_.][\w.]{1,60}[ \t]?[:=][ \t]?\S|[{}\])]{1,3}[;,]?$"
    r"|(?:LDI?|AN[DI]|ORI?|OUT|SET|RST|MOVP?)[ \t]+[A-Z][0-9])"
)
_CALL = re.compile(r"\w\(|=", re.ASCII)


def _shows_code(plain: str, shapes: _Shapes) -> bool:
    if _CODE.search(plain):
        return True
    lines = [line.rstrip() for line in plain.split("\n") if line.strip()]
    statements = sum(bool(_STATEMENT.match(line) or (line[-1] in ";{" and _CALL.search(line))) for line in lines)
    return statements > 1 and statements * 2 >= len(lines)


# -- rows: tables, figures, people -------------------------------------------------------------------------------------
_CONTACT = re.compile(
    r"(?a)(?<=\w)@[A-Za-z0-9][\w-]{0,62}\.[A-Za-z]|\u3012 ?[0-9]{3}-[0-9]{4}"  # an e-mail address; a postcode
    r"|(?<![\w-])\(?0[0-9]{1,4}[)-] ?[0-9]{1,4}-[0-9]{3,4}(?![\w-])|(?<![\w-])0[5789]0[0-9]{8}(?!\w)"
    r"|(?<![\w-])\(?[2-9][0-9]{2}\)?[ -][0-9]{3}-[0-9]{4}(?![\w-])|\+[0-9]{1,3}(?:[ -][0-9]{1,4}){3}"
)
_BREAK = re.compile(r"\n|[;、。・]|(?<![0-9])/|/(?![0-9])|,(?![0-9A-Za-z])|\.[ \t]|[ \t]\|")
_FIGURE = re.compile(
    r"(?i:(?<![a-z])(?:v|ver|version|rev|no)\.? ?)[0-9.]+"
    r"|(?P<prefix>(?<![A-Za-z])[A-Za-zφΦ]{1,12}-?)(?P<model>[0-9][A-Za-z0-9.-]*)"
    r"|(?P<other>[0-9]{1,4}(?:[/.:-][0-9]{1,4}){2,}|[0-9]{1,2}[/:][0-9]{1,2}(?![0-9])|[0-9]+-[A-Za-z0-9-]+)"
    r"|(?:(?P<before>(?<![A-Za-z])[A-Za-z]{2,8}|[¥$€£])[ \t]?[:=]?[ \t]?)?"
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?: ?[x×*] ?[0-9.]+)*)"
)
_LISTED = re.compile(r"\A[ \t]*(?:\([0-9]{1,2}\)|[0-9]{1,2}[.)]?[ \t]+|[0-9]{1,2}[.)])(?=[^0-9])")
_OUTLINE = re.compile(r"[ \t]*[0-9]{1,2}\.[0-9]{1,2}\.?[ \t]+[^\W0-9]")  # "1.1 Settings" numbers a list
_LETTER = re.compile(r"[A-Za-z\u30a1-\u30fa\u3400-\u9fff]")  # not hiragana: "118.4 desu" is a value, "1.5 han" a name
_TAIL = re.compile(r"\s*(?:[\u3041-\u309f]{0,3}|\([^()]{0,20}\))[!?.]?\s*")
_DAY = re.compile(r"(?:1[0-2]|[1-9])\.(?:3[01]|[12]?[0-9])")  # 12.10 may be a date
_PLACE_OR_YEAR = re.compile(r"[0-9]{1,2}|(?:19|20)[0-9]{2}")
_SEPARATORS = (r"\t", r"\|", r",(?![ \t])", r",[ \t]", r"[ \t]{2,}", r"[ \t]+")
_TYPED_SELDOM = _SEPARATORS[:3]  # cells between these were copied from a table, whatever they hold
_SYMBOL = 2  # letters at most: t0.8
_FEW = 3  # so many of a kind are a list of values, so many cells a row of a table, so many digits a measured value


class _Measure(NamedTuple):
    """A figure and its place in a record; `real` unless part of a model's name, `precise` to three digits."""

    start: int
    end: int
    real: bool
    precise: bool = False
    price: bool = False


def _shows_rows(plain: str, shapes: _Shapes) -> bool:
    head = plain[:_ANY_LENGTH]
    contacts = islice(_CONTACT.finditer(head), _FEW)
    return sum(1 for _ in contacts) == _FEW or _shows_columns(head, shapes) or _shows_figures(head, shapes)


def _shows_columns(plain: str, shapes: _Shapes) -> bool:
    lines = [_LISTED.sub("", line).strip(" |") for line in plain.split("\n") if line.strip()]
    figures = [line for line in lines if shapes.number.fullmatch(line)]
    if len(figures) >= _FEW and not all(line.isdecimal() or _DAY.fullmatch(line) for line in figures):
        return True
    for separator in _SEPARATORS if len(lines) > 1 else ():
        rows = [[cell.strip() for cell in re.split(separator, line)] for line in lines]
        widths = Counter(len(row) for row in rows if len(row) >= _FEW)
        numbers = [[cell for cell in row[1:] if shapes.number.fullmatch(cell)] for row in rows]
        measured = [row for row in numbers if len(row) > 1 and not all(map(_PLACE_OR_YEAR.fullmatch, row))]
        named = [row for row, found in zip(rows, numbers, strict=True) if found and not shapes.number.fullmatch(row[0])]
        copied = separator in _TYPED_SELDOM and max(len(named), *widths.values(), 0) >= _FEW
        if copied or len(measured) > 1:
            return True
    return False


def _shows_figures(plain: str, shapes: _Shapes) -> bool:
    """Figures with units or decimals: several in one record, or record after record ending in one."""
    labels: list[str] = []
    long_records = pairs = precise = prices = 0
    for record in _BREAK.split(plain):
        measures = _read_measures(record, shapes)
        real = sum(measure.real for measure in measures)
        ends = bool(real and _TAIL.fullmatch(record, measures[-1].end))
        precise += sum(measure.precise for measure in measures)
        prices += any(measure.price for measure in measures)
        long_records += len(measures) >= _FEW
        pairs += ends and real > 1
        if long_records > 1 or pairs > 1 or real > _FEW or (ends and len(measures) >= _FEW and real > 1):
            return True
        label = _LISTED.sub("", record[: measures[-1].start]).strip(" :=") if ends else ""
        labels += [label] if label else []
    return max(precise, prices) >= _FEW or (len(labels) >= _FEW and (len(set(labels)) > 1 or precise > 0))


def _read_measures(record: str, shapes: _Shapes) -> list[_Measure]:
    """The figures of one record that have a unit or a decimal; dates, versions, list numbers and codes are none."""
    measures = []
    for found in _FIGURE.finditer(record):
        before = (found["prefix"] or found["before"] or "").casefold()
        unit = before in shapes.units_before
        if model := found["model"]:
            if unit or ("." in model.rstrip(".") and len(before) <= _SYMBOL):
                measures.append(_Measure(*found.span(), unit))
        elif number := found["number"]:
            after = shapes.unit_after.match(record, found.end())
            if unit or after or "," in number or ("." in number and _stands_alone(found, record)):
                digits = number.replace(".", "").lstrip("0")
                precise = "." in number and digits.isdecimal() and len(digits) >= _FEW
                start, end = found.start() if unit else found.start("number"), after.end() if after else found.end()
                price = bool(shapes.currencies & {before, after[0].strip().casefold() if after else ""})
                measures.append(_Measure(start, end, True, precise, price))
    return measures


def _stands_alone(found: re.Match[str], record: str) -> bool:
    """Whether a decimal without a unit is a value: no part of a name, no place in a list, no date."""
    if _LETTER.match(record, found.end()) or _OUTLINE.match(record):
        return False
    return not (_DAY.fullmatch(found["number"]) and (_LISTED.match(record) or found["number"].find(".") > 1))


# -- long text ---------------------------------------------------------------------------------------------------------
_SENTENCE = re.compile(r"(?<=[。!?])|(?<=[a-z)\"]{3}\.)[ \t]|\n")
_UNBROKEN = re.compile(r"[\s、。,;・!?/\\]+")
_LATIN_SHARE = 0.4  # a Latin letter says less than half of what a kana or kanji does
_LONG, _LONG_UNBROKEN = 500, 150  # weights; eight sentences are long much sooner
_SENTENCES, _LONG_IN_SENTENCES, _WORDS = 8, 120, range(4, 61)


def _shows_long_text(plain: str, shapes: _Shapes) -> bool:
    """Prose that is longer than an explanation: its sentences, which lists of names have none of, are weighed."""
    if len(plain) - sum(map(str.isspace, plain)) > _ANY_LENGTH:
        return True
    head = plain[: 2 * _ANY_LENGTH]
    weights = [_weigh(piece) for piece in map(str.strip, _SENTENCE.split(head)) if _is_sentence(piece, shapes)]
    if sum(weights) >= _LONG or (len(weights) >= _SENTENCES and sum(weights) >= _LONG_IN_SENTENCES):
        return True
    return any(_weigh(run) >= _LONG_UNBROKEN for run in _UNBROKEN.split(_ADDRESS.sub(" ", head)))


def _is_sentence(piece: str, shapes: _Shapes) -> bool:
    closed = piece.endswith((".", "!", "?")) and len(piece.split()) in _WORDS
    return closed or bool(shapes.sentence_end.search(piece, max(0, len(piece) - _LOOK_BACK)))


def _weigh(text: str) -> float:
    latin = sum(map(str.isascii, text))
    return len(text) - latin + latin * _LATIN_SHARE


_CHECKS: tuple[tuple[Kind, Callable[[str, _Shapes], bool]], ...] = (
    ("credential", _shows_credential),
    ("personal_number", _shows_personal_number),
    ("code", _shows_code),
    ("rows", _shows_rows),
    ("long_text", _shows_long_text),
)


@lru_cache(maxsize=4)
def _build(words: Lexicon) -> _Shapes:
    units = {*words.units, *words.currencies}
    short_units = {word for word in units if len(word) == 1 and word.isascii() and word.isalpha()}  # "m" is not "M"
    long_units = _fold(units - short_units)
    unit = f"(?:(?i:{_any_of(long_units, re.escape)})|{_any_of(short_units, re.escape)})(?![A-Za-z])"
    ends = _any_of(words.sentence_endings, re.escape)
    return _Shapes(
        credential=re.compile(_any_of(words.credential_words), re.IGNORECASE),
        follows=re.compile(
            r"(?:[_-][A-Za-z]{1,20}){0,3}[\"')\]」』]?(?: ?\([^()\n]{0,20}\))?(?:(?P<strong>\s{0,5}[:=]{1,2}>?\s{0,5})"
            rf"|(?P<weak>\s{{0,5}}{_any_of(words.links)}\s{{0,5}})|[ \t\n]{{1,5}}|(?=[\"「『]))"
            r"(?P<quote>[\"'「『<])?(?P<value>[!-~]{1,200}|[^\s!-~]{1,12}[0-9]{3,8}(?!\S))",
            re.IGNORECASE,
        ),
        closes=re.compile(rf"[ \t]*(?:$|[\n。、」』)/]|{ends}[。!]?(?:\n|$))"),
        not_values=frozenset(_fold(words.not_values)),
        fingerprint=re.compile(rf"{_any_of(words.fingerprint_words)}\W{{0,5}}$", re.IGNORECASE),
        personal=re.compile(
            rf"{_any_of(words.personal_number_words)}[^0-9\n]{{0,30}}(?P<number>[0-9](?:[ -]?[0-9]){{5,}})",
            re.IGNORECASE,
        ),
        number=re.compile(rf"[^\w\s]?[-+±]?[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?(?:[ \t]?{unit})?"),
        unit_after=re.compile(rf"[ \t]?{unit}"),
        units_before=frozenset(long_units),
        currencies=frozenset(_fold(words.currencies)),
        sentence_end=re.compile(rf"[\u3041-\u309f]。$|{ends}[!?]?$"),
    )


def _fold(words: Iterable[str]) -> list[str]:
    return [unicodedata.normalize("NFKC", word).casefold().strip() for word in words]


def _any_of(words: Iterable[str], spell: Callable[[str], str] | None = None) -> str:
    """A group that matches any of `words`, the longest first, and nothing at all when there are none."""
    plain = sorted({unicodedata.normalize("NFKC", word).strip() for word in words} - {""}, key=len, reverse=True)
    if not plain:
        return "(?!)"
    first = "".join({re.escape(letter) for word in plain for letter in (word[0].lower(), word[0].upper())})
    return f"(?=[{first}])(?:{'|'.join(map(spell or _spell, plain))})"  # one letter first: ten times faster


def _spell(word: str) -> str:
    """A Latin word stands by itself, or ends a name (dbPassword) when long; "api key" is also api_key and apikey."""
    before = r"(?<![A-Za-z0-9])" if word[0].isascii() and word[0].isalpha() and len(word) < _LONG_WORD else ""
    after = r"(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalpha() else ""
    return before + re.escape(word).replace(r"\ ", "[ _-]?") + after
