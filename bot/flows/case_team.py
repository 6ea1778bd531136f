"""Who is in a case, as whoever works it sees and changes that: asked, let in, made its leader; and who never is.

Pure. Why somebody is kept out is told nobody.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, LetIn
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.flows.case import OWN, go_on, me, name_outside, read_case, read_told
from bot.leads import OfferLead

NOBODY = "nobody"
MOST_PEOPLE, MOST_HEIRS = 6, 8  # put before somebody to choose from


def is_said(value: Value) -> bool:
    """Whether a question was answered by words or a choice."""
    return isinstance(value, str) and bool(value) and value not in UNANSWERED


def derive_people(facts: Facts) -> list[dict[str, Any]]:
    """Who may be asked: the team first, then who usually does such work."""
    case = read_case(facts)
    team = [one["person"] for one in case.get("members") or ()]
    usual = [person for people in (case.get("workers") or {}).values() for person in people]
    near = [one for one in dict.fromkeys([*team, *usual]) if one != me(facts)]
    return [{"person": one} for one in near[:MOST_PEOPLE]]


def find_asked(facts: Facts) -> str | None:
    told = facts["ask_whom"]
    return told if isinstance(told, str) and told not in (*UNANSWERED, NOBODY) else None


def is_kept_out(facts: Facts) -> str:
    return "yes" if find_asked(facts) in (read_case(facts).get("kept_out") or ()) else "no"


def is_outside(facts: Facts) -> str:
    """Whether whoever is asked is not in the case: then it is to be said whether they come in."""
    members = {one["person"] for one in read_case(facts).get("members") or ()}
    return "yes" if find_asked(facts) and find_asked(facts) not in members and is_kept_out(facts) == "no" else "no"


def derive_asked_words(facts: Facts) -> Value:
    """What reaches whoever is asked and not let in."""
    told = facts["ask_what"]
    if told in (*UNANSWERED, None):
        return ""
    own = {"task": OWN, "words": told["own"]} if isinstance(told, dict) else {"task": told}
    return name_outside(facts, own)


def is_barred(facts: Facts) -> str:
    """Whether whoever was named can never be let in."""
    return "yes" if facts["who_in"] in (read_case(facts).get("kept_out") or ()) else "no"


def let_in(facts: Facts, key: str) -> list[Conclusion]:
    """Somebody more needs to know."""
    person, role = facts["who_in"], facts["role_in"]
    if not is_said(person) or person == NOBODY or is_barred(facts) == "yes":
        return list(go_on(facts, key))
    known = str(role) if role in read_told(facts)["team"] else ""
    return [LetIn(str(read_case(facts).get("id")), {str(person): known}), *go_on(facts, key)]


def derive_heirs(facts: Facts) -> list[dict[str, Any]]:
    """Who may lead it instead; given to whoever leads it now."""
    return [{"person": one} for one in (read_case(facts).get("heirs") or ())[:MOST_HEIRS]]


def offer_lead(facts: Facts, key: str) -> list[Conclusion]:
    to = facts["heir"]
    asked = [OfferLead(str(read_case(facts).get("id")), to)] if to in (read_case(facts).get("heirs") or ()) else []
    return [*asked, *go_on(facts, key)]


def derive_lead_line(facts: Facts) -> Value:
    """Who leads it, where that is somebody else."""
    leader = read_case(facts).get("leader")
    return {"message": "lead_line", "value": {"person": leader}} if leader not in (None, me(facts)) else ""


def derive_offer_line(facts: Facts) -> Value:
    to = read_case(facts).get("offered")
    return {"message": "offer_line", "value": {"person": to}} if to else ""


def derive_roles(facts: Facts) -> list[dict[str, Any]]:
    team = read_told(facts)["team"]
    return [{"id": name, **one["name"]} for name, one in team.items() if one["kind"] != "outside"][:MOST_HEIRS]


DERIVED: Mapping[str, Derive] = {
    "lead_line": derive_lead_line,
    "offer_line": derive_offer_line,
    "heirs": derive_heirs,
    "people_near": derive_people,
    "asked_out": is_kept_out,
    "asked_outside": is_outside,
    "asked_person": lambda facts: {"person": find_asked(facts)} if find_asked(facts) else "",
    "asked_words": derive_asked_words,
    "barred": is_barred,
    "barred_person": lambda facts: {"person": facts["who_in"]} if is_barred(facts) == "yes" else "",
    "role_options": derive_roles,
}
