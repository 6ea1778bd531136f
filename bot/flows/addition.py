"""What somebody who reported adds to it, or replies to a question of the team. Pure."""

from collections.abc import Mapping

from bot.conclusions import AddToReport, Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.position import Conclude
from bot.flows.report import read_text


def read_words(facts: Facts) -> str:
    """What was written; empty where nothing was."""
    told = facts["words"]
    return read_text(told.get("words")) if isinstance(told, dict) else ""


def add(facts: Facts, _: str) -> list[Conclusion]:
    """What was written; where a question of the team was left open, that it was."""
    return [AddToReport(facts["receipt"], read_words(facts), replies=bool(facts["question"]))]


DERIVED: Mapping[str, Derive] = {
    "told": lambda facts: "yes" if read_words(facts) else "no",
    "asked": lambda facts: "yes" if facts["question"] else "no",
    "state_line": lambda facts: {"message": f"state_{facts['state']}"},
    "question_line": lambda facts: (
        {"message": "question_line", "value": facts["question"]} if facts["question"] else ""
    ),
}
CONCLUSIONS: Mapping[str, Conclude] = {"add": add}
