"""What an interview about several things at once is given: four lines, each with what it opens."""

from collections.abc import Mapping

from bot.engine.model import Value
from tests.credits import CREDITS
from tests.moments import MOMENT
from tests.nudges import LEAK, NUDGE

LINES: list[Mapping[str, Value]] = [
    {
        "campaign": "c1",
        "kind": "lesson",
        "title": {"ja": "値引きの代わりに", "en": "In place of a discount"},
        "flow": "nudge",
        "thing": "al-30",
        "given": NUDGE,
    },
    {
        "campaign": "c2",
        "kind": "case",
        "title": {"ja": "打合せで話したこと", "en": "What was said in a meeting"},
        "flow": "nudge",
        "thing": "meeting",
        "given": LEAK,
    },
    {
        "campaign": "c3",
        "kind": "moment",
        "title": {"ja": "入社したとき", "en": "When somebody joins"},
        "flow": "moment",
        "thing": "joining",
        "given": MOMENT,
    },
    {
        "campaign": "c4",
        "kind": "credit",
        "title": {"ja": "段取りのコツ", "en": "Set-up tricks"},
        "flow": "credited",
        "thing": "c1",
        "given": CREDITS["credited"],
    },
]
DIGEST: Mapping[str, Value] = {"digest": {"lines": LINES}}
