"""What somebody who reported adds to it, or replies to a question of the team. Pure."""

from collections.abc import Mapping

from bot.conclusions import AddToReport, Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.position import Conclude
from bot.flows.report import read_text


def add(facts: Facts, _: str) -> list[Conclusion]:
    """What was written; nothing where nothing was."""
    told = facts["words"]
    words = read_text(told.get("words")) if isinstance(told, dict) else ""
    return [AddToReport(facts["receipt"], words, replies=bool(facts["question"]))] if words else []


DERIVED: Mapping[str, Derive] = {
    "asked": lambda facts: "yes" if facts["question"] else "no",
    "state_line": lambda facts: {"message": f"state_{facts['state']}"},
    "question_line": lambda facts: (
        {"message": "question_line", "value": facts["question"]} if facts["question"] else ""
    ),
}
CONCLUSIONS: Mapping[str, Conclude] = {"add": add}
