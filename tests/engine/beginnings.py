"""The values that random interviews of the real flows begin with, where they lead to other questions."""

from typing import Any

from tests.chat import IDS

ITEM = {"id": "x", "name": "金型", "technical": "yes", "forms": ["object"], "owner": IDS["suzuki"]}
CLASS = {"id": "L2-shared", "level": 2, "forms": ["object", "knowhow"], "items": [ITEM]}
PLANNED = {
    "state": "planned",
    "owner": IDS["suzuki"],
    "due_on": "2026-12-24",
    "kept_days": None,
    "place": "d1",
    "chosen_for": "d1/L2-shared",
}
ONE = {"asker": {"person": IDS["suzuki"]}, "origin": {"interview": "i2", "key": "opinion@loss"}}
GIVENS: dict[str, tuple[dict[str, Any], ...]] = {
    "evaluation": (
        {},
        {"item": {**ITEM, "proposals": {"lifetime": "always", "duties": ["personal_sensitive"]}}},
        {"item": ITEM, "turn": 2, "again": True, "defaults": {"outside": {"lifetime": "always", "duties": ["none"]}}},
        {"item": {**ITEM, "technical": "no", "entrusted": "yes"}},
        *({**ONE, "only": name} for name in ("export", "economic", "loss", "others")),
    ),
    "measures": (
        {},
        {"class": {**CLASS, "forms": ["electronic", "shared"]}, "standing": {"c4-mark": PLANNED}},
        {"class": {**CLASS, "level": 1}, "again": True, "settled": [{"level": 1, "forms": ["paper"]}]},
        {  # looked through before, so that the end is near
            "class": CLASS,
            "again": True,
            "settled": [{"level": 2, "forms": CLASS["forms"]}],
            "standing": {"c4-mark": PLANNED},
        },
    ),
}
