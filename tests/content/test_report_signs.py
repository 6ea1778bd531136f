"""What somebody ticks on a report is what whoever handles it reads."""

from collections.abc import Mapping
from typing import Any

import pytest
from rapidfuzz import fuzz

from bot.flows.report import SIGNS
from tests.chat import content

ALIKE = 45  # least rapidfuzz ratio (0-100) between a line of the form and a name of its sign
OFFERED = sorted({sign for signs in SIGNS.values() for sign in signs})


def read_signs() -> Mapping[str, Any]:
    known: Mapping[str, Any] = content().flows["handoff"].catalogue["incident"]["signs"]
    return known


def compare(line: str, sign: str) -> float:
    """How like a line of the form is to a sign of the catalogue, in the language and name where it is most so."""
    label, known = content().flows["report"].messages[line], read_signs()[sign]
    names = [known[name] for name in ("short", "name")]
    pairs = [(label.ja, one["ja"]) for one in names] + [(label.en, one["en"]) for one in names]
    return max(fuzz.ratio(mine.strip(), theirs.strip()) for mine, theirs in pairs)


@pytest.mark.parametrize("sign", OFFERED)
def test_a_line_of_the_form_is_the_sign_it_stands_for(sign: str) -> None:
    """The form's words may be plainer than the catalogue's, and tell of the same thing."""
    assert compare(sign, sign) >= ALIKE


def test_a_line_that_tells_of_something_else_is_noticed() -> None:
    """The control: mail that went astray is no mail that strangers sent."""
    assert compare("sg-par-08", "sg-par-06") < ALIKE
