"""Measured figures and prices: several in one record, or record after record ending in one.

Must not know tables: a record is what stands between two breaks, wherever its line ends.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from bot.guard.finding import Lexicon
from bot.guard.spelling import any_of, fold

FEW = 3  # so many of a kind are a list of values, so many cells a row of a table, so many digits a measured value
LISTED = re.compile(r"\A[ \t]*(?:\([0-9]{1,2}\)|[0-9]{1,2}[.)]?[ \t]+|[0-9]{1,2}[.)])(?=[^0-9])")
DAY = re.compile(r"(?:1[0-2]|[1-9])\.(?:3[01]|[12]?[0-9])")  # 12.10 may be a date

_BREAK = re.compile(r"\n|[;、。・]|(?<![0-9])/|/(?![0-9])|,(?![0-9A-Za-z])|\.[ \t]|[ \t]\|")
_FIGURE = re.compile(
    r"(?i:(?<![a-z])(?:v|ver|version|rev|no)\.? ?)[0-9.]+"
    r"|(?P<prefix>(?<![A-Za-z])[A-Za-zφΦ]{1,12}-?)(?P<model>[0-9][A-Za-z0-9.-]*)"
    r"|[0-9]{1,4}(?:[/.:-][0-9]{1,4}){2,}|[0-9]{1,2}[/:][0-9]{1,2}(?![0-9])|[0-9]+-[A-Za-z0-9-]+"
    r"|(?:(?P<before>(?<![A-Za-z])[A-Za-z]{2,8}|[¥$€£])[ \t]?[:=]?[ \t]?)?"
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?: ?[x×*] ?[0-9.]+)*)"
)
_OUTLINE = re.compile(r"[ \t]*[0-9]{1,2}\.[0-9]{1,2}\.?[ \t]+[^\W0-9]")  # "1.1 Settings" numbers a list
_LETTER = re.compile(r"[A-Za-z\u30a1-\u30fa\u3400-\u9fff]")  # not hiragana: "118.4 desu" is a value, "1.5 han" a name
_TAIL = re.compile(r"\s*(?:[\u3041-\u309f]{0,3}|\([^()]{0,20}\))[!?.]?\s*")
_SYMBOL = 2  # letters at most: t0.8


class Units(NamedTuple):
    """The units and currencies of the lexicon, as they stand at a number."""

    number: re.Pattern[str]  # a number by itself, perhaps with its unit
    after: re.Pattern[str]
    before: frozenset[str]
    currencies: frozenset[str]


class _Measure(NamedTuple):
    """A figure and its place in a record; `real` unless part of a model's name, `precise` to three digits."""

    start: int
    end: int
    real: bool
    precise: bool = False
    price: bool = False


def shows_figures(plain: str, units: Units) -> bool:
    """Figures with units or decimals: several in one record, or record after record ending in one."""
    labels: list[str] = []
    long_records = pairs = precise = prices = 0
    for record in _BREAK.split(plain):
        measures = _read_measures(record, units)
        real = sum(measure.real for measure in measures)
        ends = bool(real and _TAIL.fullmatch(record, measures[-1].end))
        precise += sum(measure.precise for measure in measures)
        prices += any(measure.price for measure in measures)
        long_records += len(measures) >= FEW
        pairs += ends and real > 1
        if long_records > 1 or pairs > 1 or real > FEW or (ends and len(measures) >= FEW and real > 1):
            return True
        if ends and (label := LISTED.sub("", record[: measures[-1].start]).strip(" :=")):
            labels.append(label)
    return max(precise, prices) >= FEW or (len(labels) >= FEW and (len(set(labels)) > 1 or precise > 0))


def _read_measures(record: str, units: Units) -> list[_Measure]:
    """The figures of one record that have a unit or a decimal; dates, versions, list numbers and codes are none."""
    measures = []
    for found in _FIGURE.finditer(record):
        before = (found["prefix"] or found["before"] or "").casefold()
        unit = before in units.before
        if model := found["model"]:
            if unit or ("." in model.rstrip(".") and len(before) <= _SYMBOL):
                measures.append(_Measure(*found.span(), unit))
        elif number := found["number"]:
            after = units.after.match(record, found.end())
            if unit or after or "," in number or ("." in number and _stands_alone(found, record)):
                digits = number.replace(".", "").lstrip("0")
                precise = "." in number and digits.isdecimal() and len(digits) >= FEW
                start, end = found.start() if unit else found.start("number"), after.end() if after else found.end()
                price = bool(units.currencies & {before, after[0].strip().casefold() if after else ""})
                measures.append(_Measure(start, end, True, precise, price))
    return measures


def _stands_alone(found: re.Match[str], record: str) -> bool:
    """Whether a decimal without a unit is a value: no part of a name, no place in a list, no date."""
    if _LETTER.match(record, found.end()) or _OUTLINE.match(record):
        return False
    return not (DAY.fullmatch(found["number"]) and (LISTED.match(record) or found["number"].find(".") > 1))


@lru_cache(maxsize=4)
def build_units(lexicon: Lexicon) -> Units:
    units = {*lexicon.units, *lexicon.currencies}
    short_units = {word for word in units if len(word) == 1 and word.isascii() and word.isalpha()}  # "m" is not "M"
    long_units = fold(units - short_units)
    unit = f"(?:(?i:{any_of(long_units, re.escape)})|{any_of(short_units, re.escape)})(?![A-Za-z])"
    return Units(
        number=re.compile(rf"[^\w\s]?[-+±]?[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?(?:[ \t]?{unit})?"),
        after=re.compile(rf"[ \t]?{unit}"),
        before=frozenset(long_units),
        currencies=frozenset(fold(lexicon.currencies)),
    )
