"""What a judgement does to the measures that stand in its department: which planned ones are released, whom that
concerns, and how much of the class the item comes to is open.

Pure; the reasoning is `handbook.effect`, which the record follows too once the judgement stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.flows.judgement import read_choices, read_proposal
from bot.handbook.cover import find_cover, to_squares
from bot.handbook.effect import Effect, find_effect
from bot.handbook.measures import Holding, ItemClass, Standing, gather_classes, read_measures

MOST_NAMED = 3  # measures named one by one; the others are counted
NOTHING = Effect((), ())


def derive_effect(facts: Facts) -> Effect:
    """What follows for the measures of the department once this is put forward; nothing where none stand."""
    protection = facts["protection"] or {}
    if not protection.get("standing"):
        return NOTHING
    return find_effect(
        read_measures(facts.catalogue["measures"]),
        _to_classes(protection["settled"]),
        gather_classes([*_list_others(facts), *_hold_this(facts)]),
        _read_standing(facts),
        _to_classes(protection["elsewhere"]),
    )


def _to_classes(told: Sequence[tuple[int, Sequence[str]]]) -> list[ItemClass]:
    """Classes of which only level and forms count."""
    return [ItemClass("", f"{place}", level, frozenset(forms), ()) for place, (level, forms) in enumerate(told)]


def _read_standing(facts: Facts) -> Standing:
    return {name: one["state"] for name, one in facts["protection"]["standing"].items()}


def _list_others(facts: Facts) -> list[Holding]:
    """What the department holds beside the item, as the record has it."""
    others = [one for one in facts["protection"]["held"] if one["item"] != facts["item"]["id"]]
    return [_to_holding(facts, one) for one in others]


def _to_holding(facts: Facts, one: Mapping[str, Any]) -> Holding:
    return Holding(facts["department"]["id"], one["item"], one["class"], one["level"], frozenset(one["forms"]))


def _hold_this(facts: Facts) -> list[Holding]:
    """The item as it is judged now; none where it is public or its level is still open."""
    level, proposal = int(facts["level"]), read_proposal(facts)
    if level == 0 or not proposal.is_settled:
        return []
    told = read_choices(facts, "handling", "forms")
    forms = told or [form for form in facts["item"].get("forms") or () if isinstance(form, str)]
    shared = ["shared"] if "shared" in read_choices(facts, "handling", "ways") else []
    class_id = f"L{level}-{facts['way']}"
    return [Holding(facts["department"]["id"], facts["item"]["id"], class_id, level, frozenset([*forms, *shared]))]


def derive_released(facts: Facts) -> Value:
    """The planned measures that would not be needed any more, by name."""
    released = facts["effect"].released
    if not released:
        return {"message": "released_none"}
    told = facts.catalogue["measures"]["measures"]
    names = [dict(told[name]["short"]) for name in released[:MOST_NAMED]]
    message = "released_some" if len(released) <= MOST_NAMED else "released_many"
    return {"message": message, "value": names, "other": len(released)}


def derive_open_squares(facts: Facts) -> int:
    """How many squares of the class the item comes to are open; 0 where it comes to none or nothing is known yet."""
    protection, here = facts["protection"] or {}, _hold_this(facts)
    if not protection.get("standing") or not here:
        return 0
    classes = gather_classes([*_list_others(facts), *here])
    this = next(one for one in classes if one.id == here[0].class_id)
    squares = to_squares(find_cover(read_measures(facts.catalogue["measures"]), this, _read_standing(facts)))
    return list(squares.values()).count("open")


def list_concerned(facts: Facts) -> list[str]:
    """Whose planned measures would be released, each person once."""
    standing = (facts["protection"] or {}).get("standing") or {}
    owners = [standing[name].get("owner") for name in facts["effect"].released]
    return sorted({owner for owner in owners if owner})


def derive_concerned(facts: Facts) -> Value:
    people = list_concerned(facts)
    if not people:
        return {"message": "concerned_none"}
    return {"message": "concerned_some", "value": [{"person": one} for one in people]}


def derive_effect_lines(facts: Facts) -> Value:
    """What the conclusion says of measures already planned; empty where none of them is released."""
    return {"message": "effect_lines"} if facts["effect"].released else ""


DERIVED: Mapping[str, Derive] = {
    "effect": derive_effect,
    "released": derive_released,
    "open_squares": derive_open_squares,
    "concerned": derive_concerned,
    "effect_lines": derive_effect_lines,
}
