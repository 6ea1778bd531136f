"""What looking over a department's register again derives and concludes: what is still so, changed, or gone.

Pure. Nothing follows before the end, so that every answer can be taken back until then.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import BeginInterview, Conclusion, ConfirmItem, RetireItem, TellManager
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude

Item = Mapping[str, Any]


def derive_next_item(facts: Facts) -> str:
    """The first item nothing was said of yet; empty where there is none, or all the rest was answered at once."""
    said = facts["still"] or {}
    if "rest" in said.values():
        return ""
    return next((item["id"] for item in facts["items"] if item["id"] not in said), "")


def derive_next_gone(facts: Facts) -> str:
    """The first item said to be gone for which nobody said yet whether it comes off; empty where there is none."""
    asked = facts["sure"] or {}
    return next((key for key, said in (facts["still"] or {}).items() if said == "gone" and key not in asked), "")


def list_by_fate(facts: Facts) -> dict[str, list[Item]]:
    """The items by what follows for them: same, changed, gone, or open where nobody could say."""
    found: dict[str, list[Item]] = {"same": [], "changed": [], "gone": [], "open": []}
    for item in facts["items"]:
        found[_judge(facts, item["id"])].append(item)
    return found


def _judge(facts: Facts, item: str) -> str:
    said = facts["still"] or {}
    answer = said.get(item, "rest" if "rest" in said.values() else None)
    if answer in ("same", "rest"):
        return "same"
    if answer == "changed":
        return "changed"
    return "gone" if answer == "gone" and (facts["sure"] or {}).get(item) == "remove" else "open"


def _find_item(facts: Facts) -> Item:
    """The item a question is about."""
    this = facts["this"] or facts["next_gone"] or facts["next_item"]
    return next((item for item in facts["items"] if item["id"] == this), {})


def derive_name(facts: Facts) -> Value:
    name = _find_item(facts).get("name", "")
    return {"ja": name, "en": _find_item(facts).get("name_en") or name}


def derive_level_word(facts: Facts) -> Value:
    level = _find_item(facts).get("level")
    return {"message": "level_open" if level is None else f"level_{level}"}


def derive_place(facts: Facts) -> int:
    """Where in the list the item a question is about stands, from 1."""
    return facts["items"].index(_find_item(facts)) + 1 if _find_item(facts) else len(facts["items"])


def derive_asked_by(facts: Facts) -> Value:
    """Who asked for this: the manager by name, or the company where the manager is the one who answers."""
    if facts["manager"] and facts["manager"] != facts["me"]:
        return {"message": "by_manager", "value": facts["manager"]}
    return {"message": "by_company"}


def _name_count(fate: str) -> Derive:
    """How many met this fate, as a line of its own; nothing where none did."""
    return lambda facts: {"message": f"{fate}_line", "value": facts[fate]} if facts[fate] else ""


def recheck(facts: Facts, _: str) -> list[Conclusion]:
    """What is still so is confirmed, what changed is judged anew, what is gone comes off; and a word to the manager."""
    department, fates = facts["department"]["id"], list_by_fate(facts)
    handed = {"handed": facts["handed"]} if facts["handed"] else {}
    return [
        *(ConfirmItem(department, item["id"], item["revision"]) for item in fates["same"]),
        *(
            BeginInterview("evaluation", facts["me"]["person"], item["id"], handed, queued=True)
            for item in fates["changed"]
        ),
        *(RetireItem(department, item["id"], item["revision"]) for item in fates["gone"]),
        TellManager("rechecked", {"department": facts["department"], **{name: len(fates[name]) for name in fates}}),
    ]


DERIVED: Mapping[str, Derive] = {
    "asked_by": derive_asked_by,
    "next_item": derive_next_item,
    "next_gone": derive_next_gone,
    "count": lambda facts: len(facts["items"]),
    "left": lambda facts: len(facts["items"]) - len(facts["still"] or {}),
    "place": derive_place,
    "name": derive_name,
    "level_word": derive_level_word,
    "same": lambda facts: len(list_by_fate(facts)["same"]),
    "changed": lambda facts: len(list_by_fate(facts)["changed"]),
    "gone": lambda facts: len(list_by_fate(facts)["gone"]),
    "open": lambda facts: len(list_by_fate(facts)["open"]),
    "changed_line": _name_count("changed"),
    "gone_line": _name_count("gone"),
    "open_line": _name_count("open"),
}
CONCLUSIONS: Mapping[str, Conclude] = {"recheck": recheck}
