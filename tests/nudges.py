"""What interviews about one short thing are given: a lesson with its question, and a leak case."""

from collections.abc import Mapping

from bot.engine.model import Value
from tests.cast import IDS

NUDGE: Mapping[str, Value] = {
    "nudge": {
        "thing": "al-30",
        "kind": "lesson",
        "form": "first",
        "digest": "d" * 64,
        "status": "",
        "topic": {"ja": "取引先とのやり取り", "en": "Dealing with partners"},
        "topic_id": "partners",
        "told": {
            "message": {
                "ja": "「工程サンプルを見せて」と言われたら、渡してよい物か、契約にあるかを確かめましょう。",
                "en": "Asked for a sample of the process, see whether it may be handed over and is in the contract.",
            },
            "today": {
                "ja": "次の打合せの前に、見せてよい物を一つ決めておく。",
                "en": "Decide on one thing you may show.",
            },
            "question": {
                "ja": "値引きの代わりにノウハウを求められたら?",
                "en": "Asked for know-how in place of a discount?",
            },
            "explain": {"ja": "口で伝えた内容は取り戻せません。", "en": "What was said cannot be taken back."},
            "options": [
                {"id": "orally", "ja": "口で教える", "en": "Tell it orally"},
                {"id": "consult", "ja": "持ち帰り、責任者と相談する", "en": "Take it back and consult"},
                {"id": "hand", "ja": "その場で渡す", "en": "Hand it over"},
            ],
            "right": "consult",
        },
        "reasons": [
            {"message": "why_handles", "value": {"message": "item", "value": {"ja": "順送金型", "en": "Dies"}}},
            {"message": "why_concerns", "value": {"message": "leaker_partner"}},
            {"message": "why_unheard"},
        ],
        "here": {},
        "origins": [],
        "outline": "yes",
        "ours": "yes",
        "general": "",
    }
}
LEAK: Mapping[str, Value] = {
    "nudge": {
        **NUDGE["nudge"],
        "thing": "meeting",
        "kind": "case",
        "form": "",
        "status": "acquitted_final",
        "topic": {"ja": "会議", "en": "Meetings"},
        "topic_id": "meetings",
        "told": {
            "story": {
                "ja": "打合せで工程を書いて説明したことが争われ、無罪となった(確定)話です。",
                "en": "What was said in a meeting was disputed; it ended in acquittal, which is final.",
            },
            "resembles": {"ja": "この会社で言えば「段取りのコツ」に近い話です。", "en": "Close to set-up tricks."},
            "today": {"ja": "話す前に「ここからは社外秘です」と一言。", "en": "Say before: this is internal."},
        },
        "origins": [{"ja": "報道", "en": "press"}],
        "here": {"reads": "no", "ask": IDS["sato"]},
    }
}
