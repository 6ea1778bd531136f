"""What is out of proportion in how a class is to be protected: plain for the record, and in a few lines for the person.

Pure; it was worked out outside, where all classes and people are seen.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.measures_words import name_measure, name_squares, tell, to_cells

MOST_LINES = 4
MOST_NAMED = 3  # in one line

Finding = Mapping[str, Any]


def read_findings(facts: Facts) -> list[Finding]:
    """What was found for the plan as it is now."""
    found: list[Finding] = (facts["weighed"] or {}).get(facts["result"]) or []
    return found


def list_lines(facts: Facts) -> list[Value]:
    """What is told of it: too much, not needed, overlapping, uneven; what overlaps in one line.

    What is in place already is told as overlapping, whatever it costs: nobody is to take a protection away because a
    count says so. The record keeps it as it was found.
    """
    return list(islice(_list_lines(facts), MOST_LINES))


def _list_lines(facts: Facts) -> Iterator[Value]:
    found = read_findings(facts)
    yield from (_tell_too_much(facts, one["params"]) for one in found if one["kind"] == "muri")
    spare = [one for one in found if one["kind"] in ("muda", "overlap")]
    idle = [one for one in spare if is_idle(one)]
    yield from (_tell_not_needed(facts, one["params"]) for one in idle)
    overlaps = [name_measure(facts, one["params"]["measure"]) for one in spare if one not in idle]
    if overlaps:
        yield {"message": "finding_overlap", "value": overlaps[:MOST_NAMED]}
    yield from (_tell_uneven(facts, one) for one in found if one["kind"] == "mura")


def is_idle(found: Finding) -> bool:
    """Whether it is work that nobody needs and nobody has done yet."""
    return bool(found["kind"] == "muda" and found["params"]["state"] == "planned")


def _tell_too_much(facts: Facts, told: Mapping[str, Any]) -> Value:
    measure, month = told["move"][0]
    move = {"message": "finding_move", "value": name_measure(facts, measure), "other": {"on": month}}
    who = {"value": {"person": told["person"]}, "other": {"on": told["month"]}, "this": len(told["measures"])}
    return {"message": "finding_muri", **who, "after": move}


def _tell_not_needed(facts: Facts, told: Mapping[str, Any]) -> Value:
    by = [name_measure(facts, one) for one in told["by"][:MOST_NAMED]]
    message = "finding_muda" if by else "finding_muda_level"
    return {"message": message, "value": name_measure(facts, told["measure"]), "other": by}


def _tell_uneven(facts: Facts, found: Finding) -> Value:
    told = found["params"]
    squares = name_squares(facts, to_cells(told["cells"]), False)[:1]
    if found["name"] == "unlike_forms":
        like = [tell(facts, "forms", form, "name") for form in told["like"]]
        return {"message": "finding_mura_forms", "value": squares, "other": like}
    by = [name_measure(facts, one) for one in told["measures"][:MOST_NAMED]]
    return {"message": "finding_mura", "value": by, "other": squares}
