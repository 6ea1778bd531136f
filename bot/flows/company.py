"""What the company interview concludes: the facts of the company that texts need. Pure."""

from collections.abc import Mapping

from bot.conclusions import Conclusion, SetCompanyFact
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED
from bot.engine.position import Conclude

FACTS = ("retention", "desk_phone", "outside_contact", "approved_services", "lawyer")


def set_facts(facts: Facts, _: str) -> list[Conclusion]:
    """Each fact that was asked for and told."""
    told = {name: facts[name] for name in FACTS if name in facts.answers}
    return [SetCompanyFact(name, text) for name, text in told.items() if text not in UNANSWERED]


DERIVED: Mapping[str, Derive] = {}
CONCLUSIONS: Mapping[str, Conclude] = {"set_facts": set_facts}
