"""What a report asks and concludes: who moved, what was noticed, who of those who receive it may be involved.

Pure. Nothing follows before the end; who reports is no fact of this flow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conclusions import Conclusion, OpenIncident
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude

NOBODY = "nobody_involved"
# The lines offered, by whose doing it is: signs of content/catalogue/incident.yaml, those one sees from a desk.
SIGNS: Mapping[str, Sequence[str]] = {
    "employee": ("sg-emp-01", "sg-emp-03", "sg-emp-05", "sg-emp-06", "sg-emp-08"),
    "leaver": ("sg-lev-01", "sg-lev-03", "sg-lev-04", "sg-lev-05", "sg-lev-07"),
    "partner": ("sg-par-01", "sg-par-02", "sg-par-03", "sg-par-04", "sg-par-08"),
    "outsider": ("sg-out-01", "sg-out-03", "sg-out-04", "sg-out-09", "sg-out-07"),
    "unknown": ("sg-emp-03", "sg-par-08", "sg-out-04", "sg-out-09", "sg-out-07"),
}
KNOWN = frozenset(one for signs in SIGNS.values() for one in signs)
ON_PAGE, AT_TERMINAL = "web", "terminal"


def read_about(facts: Facts) -> Mapping[str, Any]:
    """The first form as far as it was filled in."""
    told = facts["about"]
    return told if isinstance(told, dict) else {}


def read_mover(facts: Facts) -> str:
    told = read_about(facts).get("mover")
    return str(told) if told in SIGNS else "unknown"


def list_excluded(facts: Facts) -> list[str]:
    """Those of the receivers who may be involved."""
    told = read_about(facts).get("conflict")
    return [one for one in told if one != NOBODY] if isinstance(told, list) else []


def list_left(facts: Facts) -> list[str]:
    """Those who would receive it all the same."""
    out = list_excluded(facts)
    return [one for one in facts["receivers"] or () if one not in out]


def goes_outside(facts: Facts) -> bool:
    """Whether it goes to the contact outside the company: they can be written to, and nobody within is left."""
    return bool(facts["outside"]) and not list_left(facts)


def derive_about_fields(facts: Facts) -> list[dict[str, Any]]:
    """Who of those who receive reports may be involved."""
    people = [{"person": one} for one in facts["receivers"] or ()]
    none = {"id": NOBODY, "message": NOBODY, "exclusive": True}
    return [{"id": "conflict", "kind": "several_of", "message": "conflict", "options": [*people, none]}]


def derive_sign_fields(facts: Facts) -> list[dict[str, Any]]:
    """The lines that fit whose doing it is, then what it is about, then who else knows."""
    signs = [{"id": one, "message": one} for one in SIGNS[read_mover(facts)]]
    return [
        {"id": "signs", "kind": "several_of", "message": "signs", "options": signs, "own": True},
        {"id": "what", "kind": "text", "message": "what"},
        {"id": "others", "kind": "text", "message": "others"},
    ]


def describe_report(facts: Facts) -> dict[str, Any]:
    """What was told; what was left out is empty, or not known. A sign stays told where whose doing it is was mended."""
    seen = facts["seen"] if isinstance(facts["seen"], dict) else {}
    told = seen.get("signs")
    said = told if isinstance(told, list) else []
    signs = [one for one in said if isinstance(one, str) and one in KNOWN]
    return {
        "mover": read_mover(facts),
        "when": read_about(facts).get("when") or "unknown",
        "still": read_about(facts).get("still") or "unknown",
        "signs": signs,
        "own": [read_text(one) for one in said if one not in signs],
        "what": read_text(seen.get("what")),
        "others": read_text(seen.get("others")),
    }


def open_incident(facts: Facts, _: str) -> list[Conclusion]:
    """What was told becomes a case."""
    return [OpenIncident(describe_report(facts), tuple(list_excluded(facts)), facts["receipt"], goes_outside(facts))]


def read_text(value: Value) -> str:
    """Words of the person's own; empty where there are none."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("own")
    return value if isinstance(value, str) and value not in UNANSWERED else ""


# -- what is seen once more before it goes -----------------------------------------------------------------------------


def tell_mover(facts: Facts) -> Value:
    return {"message": "mover_line", "value": _name(facts, "mover")}


def tell_when(facts: Facts) -> Value:
    return {"message": "when_line", "value": _name(facts, "when"), "other": _name(facts, "still")}


def _name(facts: Facts, field: str) -> Value:
    return {"message": f"about.{field}.{describe_report(facts)[field]}"}


def tell_signs(facts: Facts) -> Value:
    told = describe_report(facts)
    return _tell("signs_line", [*({"message": one} for one in told["signs"]), *told["own"]])


def tell_out(facts: Facts) -> Value:
    return _tell("out_line", [{"person": one} for one in list_excluded(facts)])


def _tell(message: str, value: Value) -> Value:
    """A line of its own; none where nothing was told."""
    return {"message": message, "value": value} if value else ""


def name_way_back(facts: Facts) -> Value:
    """How they come back to it where they are."""
    name = facts["surface"] if facts["surface"] in (ON_PAGE, AT_TERMINAL) else "chat"
    return {"message": f"more_{name}"}


DERIVED: Mapping[str, Derive] = {
    "has_web": lambda facts: "yes" if facts["web"] else "no",
    "receiver_names": lambda facts: [{"person": one} for one in facts["receivers"] or ()],
    "left_names": lambda facts: [{"person": one} for one in list_left(facts)],
    "anybody_left": lambda facts: "yes" if list_left(facts) else "no",
    "takes_outside": lambda facts: "yes" if facts["outside"] else "no",
    "nobody_line": lambda facts: {"message": "nobody_written" if facts["outside"] else "nobody_called"},
    "goes_line": lambda facts: {"message": "goes_outside"} if goes_outside(facts) else "",
    "sent_line": lambda facts: {"message": "sent_outside"} if goes_outside(facts) else "",
    "call_line": lambda facts: {"message": "call_outside" if goes_outside(facts) else "call_within"},
    "about_fields": derive_about_fields,
    "sign_fields": derive_sign_fields,
    "more_line": name_way_back,
    "mover_line": tell_mover,
    "when_line": tell_when,
    "signs_line": tell_signs,
    "what_line": lambda facts: _tell("what_line", describe_report(facts)["what"]),
    "others_line": lambda facts: _tell("others_line", describe_report(facts)["others"]),
    "out_line": tell_out,
}
CONCLUSIONS: Mapping[str, Conclude] = {"open_incident": open_incident}
