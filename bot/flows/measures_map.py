"""The cover map of a class as people are shown it: objectives by leakers, each square in a word, and how many of each.

Pure; a surface draws it.
"""

from typing import Any

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.measures_plan import Plan, read_plan
from bot.flows.measures_words import count, find_squares, tally_squares, tell
from bot.handbook.measures import LEAKERS, OBJECTIVES


def make_cover_table(facts: Facts, plan: Plan, spoken: Value) -> dict[str, Any]:
    """Objectives by leakers, each square in a word."""
    squares = find_squares(facts, plan)
    return {
        "columns": [tell(facts, "leakers", leaker, "name") for leaker in LEAKERS],
        "rows": [
            {
                "label": tell(facts, "objectives", objective, "short"),
                "cells": [{"form": f"square_{squares[objective, leaker]}"} for leaker in LEAKERS],
                "marks": [squares[objective, leaker] for leaker in LEAKERS],
            }
            for objective in OBJECTIVES
        ],
        "spoken": spoken,
    }


def derive_map_line(facts: Facts) -> Value:
    """How many squares of how many are in place, planned and open."""
    squares = tally_squares(facts, read_plan(facts))
    parts = [count(f"many_{state}", squares[state]) for state in ("in_place", "planned", "open")]
    return {"message": "map", "value": squares["needed"], "other": [part for part in parts if part]}
