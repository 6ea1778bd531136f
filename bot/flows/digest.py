"""What more than three campaigns have for one person at once: their titles, one of which may be opened.

Pure. It knows the lines that it was given, and which of them may still be opened.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.grades import DropListed, OpenListed, PutOffListed
from bot.interruptions import BUDGET

Line = Mapping[str, Any]


def list_open(facts: Facts) -> list[Line]:
    """The lines whose campaign goes on; all of them where nothing says otherwise."""
    digest = facts["digest"] or {}
    lines = list(digest.get("lines") or ())
    return [one for one in lines if one["campaign"] in digest.get("open", [one["campaign"]])]


def derive_lines(facts: Facts) -> Value:
    """Each by its kind and title, to press."""
    return [
        {"id": one["campaign"], "message": f"line_{one['kind']}", "value": dict(one["title"])}
        for one in list_open(facts)
    ]


def derive_opening(facts: Facts) -> Value:
    return {"message": "opening_rest" if (facts["digest"] or {}).get("rest") == "yes" else "opening"}


def derive_opens(facts: Facts) -> Value:
    """By all lines: what is open may change after it was chosen, and never where the interview stands."""
    lines = (facts["digest"] or {}).get("lines") or ()
    return "yes" if facts["card"] in [one["campaign"] for one in lines] else "no"


# -- what follows ------------------------------------------------------------------------------------------------------


def open_line(facts: Facts, _: str) -> list[Conclusion]:
    return [OpenListed(str(facts["card"]))]


def put_off(facts: Facts, _: str) -> list[Conclusion]:
    return [PutOffListed(str(facts["snooze"]))]


DERIVED: Mapping[str, Derive] = {
    "opening_line": derive_opening,
    "lines": derive_lines,
    "opens": derive_opens,
    "count": lambda facts: len(list_open(facts)),
    "most": lambda _: BUDGET,
}
CONCLUSIONS: Mapping[str, Conclude] = {"open": open_line, "put_off": put_off, "drop": lambda *_: [DropListed()]}
