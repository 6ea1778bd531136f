"""Rows copied from elsewhere: people with their contacts, cells in columns, figures.

Must not know the other kinds, nor what a row is about.
"""

import re
from collections import Counter
from itertools import islice

from bot.guard.figures import DAY, FEW, LISTED, Units, build_units, shows_figures
from bot.guard.finding import Lexicon
from bot.guard.spelling import ANY_LENGTH

_CONTACT = re.compile(
    r"(?a)(?<=\w)@[A-Za-z0-9][\w-]{0,62}\.[A-Za-z]|\u3012 ?[0-9]{3}-[0-9]{4}"  # an e-mail address; a postcode
    r"|(?<![\w-])\(?0[0-9]{1,4}[)-] ?[0-9]{1,4}-[0-9]{3,4}(?![\w-])|(?<![\w-])0[5789]0[0-9]{8}(?!\w)"
    r"|(?<![\w-])\(?[2-9][0-9]{2}\)?[ -][0-9]{3}-[0-9]{4}(?![\w-])|\+[0-9]{1,3}(?:[ -][0-9]{1,4}){3}"
)
_PLACE_OR_YEAR = re.compile(r"[0-9]{1,2}|(?:19|20)[0-9]{2}")
_SEPARATORS = (r"\t", r"\|", r",(?![ \t])", r",[ \t]", r"[ \t]{2,}", r"[ \t]+")
_TYPED_SELDOM = _SEPARATORS[:3]  # cells between these were copied from a table, whatever they hold


def shows_rows(plain: str, lexicon: Lexicon) -> bool:
    head, units = plain[:ANY_LENGTH], build_units(lexicon)
    contacts = list(islice(_CONTACT.finditer(head), FEW))
    return len(contacts) == FEW or _shows_columns(head, units) or shows_figures(head, units)


def _shows_columns(plain: str, units: Units) -> bool:
    lines = [LISTED.sub("", line).strip(" |") for line in plain.split("\n") if line.strip()]
    figures = [line for line in lines if units.number.fullmatch(line)]
    if len(figures) >= FEW and not all(line.isdecimal() or DAY.fullmatch(line) for line in figures):
        return True
    for separator in _SEPARATORS if len(lines) > 1 else ():
        rows = [[cell.strip() for cell in re.split(separator, line)] for line in lines]
        widths = Counter(len(row) for row in rows if len(row) >= FEW)
        numbers = [[cell for cell in row[1:] if units.number.fullmatch(cell)] for row in rows]
        measured = [row for row in numbers if len(row) > 1 and not all(map(_PLACE_OR_YEAR.fullmatch, row))]
        named = [row for row, found in zip(rows, numbers, strict=True) if found and not units.number.fullmatch(row[0])]
        copied = separator in _TYPED_SELDOM and max(len(named), *widths.values(), 0) >= FEW
        if copied or len(measured) > 1:
            return True
    return False
