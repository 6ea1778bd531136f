"""What a colleague's one answer concludes: it goes back to the interview that asked. Pure."""

from collections.abc import Mapping

from bot.conclusions import Conclusion, TellAsker
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED
from bot.engine.position import Conclude


def tell_asker(facts: Facts, _: str) -> list[Conclusion]:
    """The answer (me, other with a name, unknown, declined) for the standing question of the asker's interview."""
    said = facts["is_it_you"]
    instead = facts["who_instead"]
    person = instead if instead not in (None, "nobody", *UNANSWERED) else None
    if said not in ("me", "declined") and not (said == "other" and person):
        said = "unknown"
    origin = facts["origin"]
    return [TellAsker(origin["interview"], origin["key"], {"answer": said, "person": person})]


DERIVED: Mapping[str, Derive] = {}
CONCLUSIONS: Mapping[str, Conclude] = {"tell_asker": tell_asker}
