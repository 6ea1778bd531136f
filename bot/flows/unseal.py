"""How somebody of a case asks to know who reported, what the second person says of it, and how it is shown, once.

Pure. Who reported stands in what one interview is given, and in nothing that is concluded or said here.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows.case import go_on, read_case, read_told
from bot.handbook.incident import may_show
from bot.unseals import OUTSIDE, AskToUnseal, ForgetReporter, OpenReporter

LAW = "wb-law"  # of the catalogue's protection: shown once a company's lawyer confirmed it


def tell_law(facts: Facts) -> Value:
    """What the law on reporters says; nothing as long as nobody confirmed it."""
    told: Mapping[str, Any] = read_told(facts)["protection"].get(LAW) or {}
    return dict(told["name"]) if told and may_show(told) else ""


# -- asked -------------------------------------------------------------------------------------------------------------


def derive_way(facts: Facts) -> Value:
    """By a second person's word, after some time where there is none, or not at all where nobody could even be told."""
    return read_case(facts).get("way") or "none"


def derive_outside(facts: Facts) -> Value:
    """Whether the contact outside the company may be asked in place of a second person."""
    return "yes" if read_case(facts).get("outside") and derive_way(facts) != "second" else "no"


def derive_alone_line(facts: Facts) -> Value:
    """What waiting means, where it may be waited for."""
    return {"message": "wait_told"} if derive_way(facts) == "alone" else ""


def find_second(facts: Facts) -> str | None:
    if facts["alone"] == OUTSIDE:
        return OUTSIDE
    known = {one["person"] for one in read_case(facts).get("others") or ()}
    return str(facts["second"]) if facts["second"] in known else None


def derive_pending(facts: Facts) -> Value:
    pending = read_case(facts).get("pending")
    if pending == OUTSIDE:
        return {"message": "pending_outside"}
    return {"message": "pending", "value": {"person": pending}} if pending else ""


def ask(facts: Facts, key: str) -> list[Conclusion]:
    """The second person is asked; then the case goes on."""
    words = facts["reason"]
    if not isinstance(words, str) or words in UNANSWERED:
        return []
    going_on = go_on(facts, key) if read_case(facts).get("state") == "taken" else []
    return [AskToUnseal(str(read_case(facts).get("id")), find_second(facts), words), *going_on]


# -- the second word ---------------------------------------------------------------------------------------------------


def give_word(facts: Facts, _: str) -> list[Conclusion]:
    incident = read_case(facts).get("about")
    return [OpenReporter(str(incident), facts["word"] == "agree")] if incident else []


# -- shown -------------------------------------------------------------------------------------------------------------


def derive_who(facts: Facts) -> Value:
    """Whoever reported, as far as that is known: a person, an account of a chat, or only the way it came."""
    told = read_case(facts).get("reporter") or {}
    if "person" in told:
        return {"message": "is_person", "value": {"person": told["person"], "form": "person_at"}}
    if "account" in told:
        return {"message": "is_account", "value": told["account"]}
    return {"message": "is_web" if told.get("web") else "is_gone"}


def forget(facts: Facts, _: str) -> list[Conclusion]:
    return [ForgetReporter(str(read_case(facts).get("id")))]


def derive_number(facts: Facts) -> Value:
    return read_case(facts).get("number") or ""


DERIVED: Mapping[str, Derive] = {
    "number": derive_number,
    "way": derive_way,
    "outside": derive_outside,
    "alone_line": derive_alone_line,
    "outside_line": lambda facts: {"message": "outside_told"} if derive_outside(facts) == "yes" else "",
    "others": lambda facts: read_case(facts).get("others") or [],
    "pending_line": derive_pending,
    "law_line": tell_law,
}
CONCLUSIONS: Mapping[str, Conclude] = {"ask": ask}
AGREE_DERIVED: Mapping[str, Derive] = {
    "number": derive_number,
    "asker": lambda facts: {"person": read_case(facts).get("asker")},
    "words": lambda facts: read_case(facts).get("reason") or "",
}
AGREE_CONCLUSIONS: Mapping[str, Conclude] = {"give_word": give_word}
OPENED_DERIVED: Mapping[str, Derive] = {"number": derive_number, "who_line": derive_who, "law_line": tell_law}
OPENED_CONCLUSIONS: Mapping[str, Conclude] = {"forget": forget}
