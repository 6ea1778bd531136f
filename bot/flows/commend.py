"""What is asked about a colleague's good practice after it was named: of the colleague, of whoever decides, and what
the team is shown of it.

Pure. Whose it is, is known here only where they agreed to that.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import Conclusion, RegisterItem
from bot.credits import AnswerCredit, DecideCredit
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.grades import NoteNudge


def read_credit(facts: Facts) -> Mapping[str, Any]:
    """id, title, giver, team, department; perhaps credited, tells_name; for whoever decides head and may_item."""
    return facts["credit"] or {}


def answer(facts: Facts, _: str) -> list[Conclusion]:
    """A title without the name, where one was asked for, takes the place of the first."""
    title = facts["plain_title"] if facts["credit_consent"] == "unnamed" else None
    said = str(facts["credit_consent"])
    return [AnswerCredit(read_credit(facts)["id"], said, "" if title in (None, *UNANSWERED) else str(title))]


# -- whoever decides ---------------------------------------------------------------------------------------------------


def name_item(facts: Facts) -> str:
    """What it is called on the register: its title, or what the person wrote instead."""
    return str(facts["item_name"] if facts["as_item"] == "other" else read_credit(facts)["title"])


def derive_whose_line(facts: Facts) -> Value:
    return {"message": "of_named" if read_credit(facts).get("credited") else "of_unnamed"}


def decide(facts: Facts, _: str) -> list[Conclusion]:
    return [DecideCredit(read_credit(facts)["id"], facts["decide"] != "declined")]


def register(facts: Facts, _: str) -> list[Conclusion]:
    """By name only, to be judged by the head of the department; whose it is only where that may be told."""
    credit = read_credit(facts)
    department, owner = credit["department"], (credit.get("credited") or {}).get("person")
    technical = department["field"] in facts.catalogue["categories"]["technical_fields"]
    body: dict[str, Any] = {
        "name_en": None,
        "line": None,
        "forms": [],
        "technical": "yes" if technical else "no",
        "entrusted": None,
        "proposals": {},
        "owner_how": "said" if owner else "open",
    }
    return [RegisterItem(department["id"], "credit", name_item(facts), owner, body, credit["head"])]


DERIVED: Mapping[str, Derive] = {
    "may_item": lambda facts: read_credit(facts).get("may_item") or "no",
    "whose_line": derive_whose_line,
    "on_register": name_item,
}
CONCLUSIONS: Mapping[str, Conclude] = {"decide": decide, "register": register}
CONSENT_DERIVED: Mapping[str, Derive] = {"tells_name": lambda facts: read_credit(facts).get("tells_name") or "no"}
CONSENT_CONCLUSIONS: Mapping[str, Conclude] = {"answer": answer}


# -- the team ----------------------------------------------------------------------------------------------------------


def derive_kept_line(facts: Facts) -> Value:
    return {"message": "kept_named" if (facts["credited"] or {}).get("credited") else "kept_unnamed"}


SEEN_DERIVED: Mapping[str, Derive] = {"kept_line": derive_kept_line}
SEEN_CONCLUSIONS: Mapping[str, Conclude] = {
    "note": lambda facts, _: [NoteNudge("seen" if facts["card"] == "seen" else "none")]
}
