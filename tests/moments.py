"""What interviews about a moment of working life are given: somebody joins; a manager tells of one."""

from collections.abc import Mapping

from bot.engine.model import Value
from tests.cast import IDS

MOMENT: Mapping[str, Value] = {
    "moment": {
        "thing": "joining",
        "digest": "d" * 64,
        "title": {"ja": "入社した方へ", "en": "Welcome"},
        "planner": IDS["takahashi"],
        "last_day": "2027-02-08",
        "lasts": 91,
        "for_all": "no",
        "steps": [
            {
                "id": "welcome",
                "text": {"ja": "前の会社の資料は使いません。", "en": "Papers of your old company stay out."},
            },
            {
                "id": "bag",
                "text": {"ja": "よくある場面です。", "en": "This comes up."},
                "question": {"ja": "前の職場の一覧が、かばんにありました。", "en": "An old list is in your bag."},
                "options": [
                    {"id": "mine", "ja": "自分でまとめたので使う", "en": "Use it, you made it"},
                    {"id": "leave", "ja": "使わず、窓口に相談する", "en": "Do not use it, and consult the desk"},
                    {"id": "colleague", "ja": "同僚にだけ見せる", "en": "Show it to a colleague only"},
                ],
                "right": "leave",
                "explain": {"ja": "前の会社の情報です。", "en": "It is the old company's."},
            },
            {"id": "unsure", "text": {"ja": "迷ったら窓口に聞いてください。", "en": "If you wonder, ask the desk."}},
            {
                "id": "today",
                "text": {"ja": "今日は、約束を一度読んでください。", "en": "Today, read the promise once."},
            },
        ],
        "origins": [{"ja": "ブログ", "en": "a blog"}],
        "outline": "yes",
        "ours": "yes",
        "general": "",
    }
}
OCCASION: Mapping[str, Value] = {
    "own": None,
    "near": [IDS["suzuki"], IDS["yamamoto"]],
    "manager": {"person": IDS["takahashi"]},
    "holidays": "",
    "today": "2026-11-09",
}
