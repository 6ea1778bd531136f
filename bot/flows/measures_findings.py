"""What is out of proportion in how a class is to be protected: plain for the record, and in a few lines for the person.

Pure; it was worked out outside, where all classes and people are seen.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.measures_words import name_measure

MOST_LINES = 4


def read_findings(facts: Facts) -> list[Mapping[str, Any]]:
    """What was found for the plan as it is now."""
    found: list[Mapping[str, Any]] = (facts["weighed"] or {}).get(facts["result"]) or []
    return found


def list_lines(facts: Facts) -> Iterator[Value]:
    """What is told of it, the most important first."""
    for one in read_findings(facts)[:MOST_LINES]:
        yield {"message": f"finding_{one['kind']}", "value": name_measure(facts, one["name"])}
