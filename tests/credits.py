"""What interviews about a colleague's good practice are given: of the colleague, of whoever decides, of the team."""

from collections.abc import Mapping

from bot.engine.model import Value
from tests.cast import IDS

CREDIT: Mapping[str, Value] = {
    "id": "c1",
    "title": "段取りのコツ",
    "giver": {"person": IDS["kobayashi"]},
    "credited": {"person": IDS["suzuki"]},
    "team": {"ja": "製造部", "en": "Manufacturing"},
    "department": {"id": "d1", "field": "manufacturing"},
}
CREDITS: Mapping[str, Mapping[str, Value]] = {
    "credit": {},
    "thanked": {"credit": CREDIT},
    "commend": {"credit": {**CREDIT, "may_item": "yes", "head": IDS["sato"]}},
    "credited": {"credited": CREDIT},
}
