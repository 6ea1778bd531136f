"""How the judgement of an item is told: derived values that name texts of the flow, with what their places take.

Pure; the texts themselves stand in `content/flows/evaluation/wording.yaml`.
"""

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.judgement import (
    ECONOMIC,
    LEVELS,
    LOSS,
    OTHERS,
    read_choices,
    read_field,
    read_known,
    read_overruled,
    read_proposal,
    read_told,
)
from bot.handbook.classification import HIGHEST, PUBLIC, UNKNOWN

FORMS = ("paper", "electronic", "knowhow", "object")


def name_choices(question: str, ids: list[str]) -> list[Value]:
    return [{"message": f"{question}.{one}"} for one in ids]


def name_level(level: int) -> Value:
    return {"message": f"overrule.{LEVELS[level]}"}


def derive_level_meaning(facts: Facts) -> Value:
    """The level in words; where an open answer decides, both ends of what it may be."""
    low, high = read_proposal(facts)[:2]
    if read_overruled(facts) or low == high:
        return {"message": f"meaning_{facts['level']}"}
    if read_field(facts, "outside", "nonpublic") is None:
        return {"message": "undecided", "other": name_level(high)}
    return {"message": "between", "value": name_level(low), "other": name_level(high)}


def derive_class_word(facts: Facts) -> Value:
    """Level × way of use, with the forms it takes."""
    forms = name_choices("handling.forms", [one for one in FORMS if one in read_choices(facts, "handling", "forms")])
    way = {"message": "way_unknown" if facts["way"] == "unknown" else f"way_{facts['way']}"}
    if facts["level"] == PUBLIC:
        return {"message": "class_public"}
    return {"message": "class_forms" if forms else "class_plain", "value": way, "other": forms}


def derive_reason_word(facts: Facts) -> Value:
    """The one deciding answer, with how far it is known outside."""
    proposal, known = read_proposal(facts), read_known(facts)
    reason, nonpublic = proposal.reasons[0], read_field(facts, "outside", "nonpublic")
    if reason == "nonpublic":
        return {"message": "reason_public" if proposal.high == PUBLIC else "reason_light"}
    if nonpublic == "public":
        return {"message": "reason_check"}
    if reason == "open" or nonpublic is None:
        return {"message": "reason_open"}
    value = {"message": _name_reason(facts, reason, known.get(reason, UNKNOWN).low)}
    return {"message": "reason_both", "value": value, "other": {"message": f"outside.nonpublic.{nonpublic}"}}


def _name_reason(facts: Facts, indicator: str, value: int) -> str:
    """The choice by which an indicator reached this value."""
    if indicator in ("economic", "loss"):
        scale = ECONOMIC if indicator == "economic" else LOSS
        return f"{indicator}.{next(name for name, one in scale.items() if one == value)}"
    if indicator in OTHERS:
        ticked = read_told(facts, "others") or ()
        return f"others.{next((line for line in OTHERS[indicator] if line in ticked), OTHERS[indicator][0])}"
    personal = "personal_sensitive" if value == HIGHEST else "personal_many"
    duty = {"contract": "contract", "personal": personal, "security": "export"}
    return f"outside.duties.{duty[indicator]}"


def derive_hint_word(facts: Facts) -> Value:
    return {"message": f"hint_{facts['hint'] or 'none'}"}


def derive_level_open(facts: Facts) -> Value:
    """A line of its own where an open answer decides the level; the class tells it otherwise."""
    low, high = read_proposal(facts)[:2]
    return {"message": "level_open"} if low != high and not read_overruled(facts) else ""


def derive_kept(facts: Facts) -> Value:
    """What tells people it is secret; what nobody said is not known, which is not the same as none."""
    marks = read_choices(facts, "handling", "marks")
    if not marks or "none" in marks:
        return {"message": "kept_none" if marks else "not_known"}
    return name_choices("handling.marks", marks)


def derive_useful(facts: Facts) -> Value:
    return name_choices("handling.useful", read_choices(facts, "handling", "useful")) or {"message": "not_known"}


def derive_known_outside(facts: Facts) -> Value:
    nonpublic = read_field(facts, "outside", "nonpublic")
    return {"message": f"outside.nonpublic.{nonpublic}" if nonpublic else "not_known"}
