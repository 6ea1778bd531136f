"""What naming a colleague's good practice shows and concludes: the title goes to the colleague, who is asked first.

Pure.
"""

from collections.abc import Mapping

from bot.conclusions import Conclusion
from bot.credits import GiveCredit
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED
from bot.engine.position import Conclude


def find_credited(facts: Facts) -> str:
    """The person named; where that was whoever speaks, the one they named instead."""
    instead = facts["who_else"]
    return str(facts["who"] if instead in (None, *UNANSWERED) else instead)


def give(facts: Facts, _: str) -> list[Conclusion]:
    return [GiveCredit(find_credited(facts), str(facts["credit_title"]))]


DERIVED: Mapping[str, Derive] = {
    "is_own": lambda facts: "yes" if find_credited(facts) == facts["me"]["person"] else "no",
    "credited": lambda facts: {"person": find_credited(facts)},
}
CONCLUSIONS: Mapping[str, Conclude] = {"give": give}
