"""What interviews about measures are given: a class to protect, one put forward, measures to see and to do."""

from collections.abc import Mapping

from bot.engine.model import Value
from tests.cast import IDS
from tests.credits import CREDITS
from tests.digests import DIGEST
from tests.moments import MOMENT, OCCASION
from tests.nudges import NUDGE

FACTORY = {"id": "d1", "name": {"ja": "製造部", "en": "Manufacturing"}, "field": "manufacturing"}
CARD = {"place": 1, "of": 7, "minutes_left": 8, "last": "no"}
PLAN: Mapping[str, Value] = {
    "department": FACTORY,
    "proposer": {"person": IDS["sato"]},
    "due": "2026-11-19",
    **CARD,
    "class": {
        "id": "L3-desk",
        "level": 3,
        "forms": ["paper", "knowhow"],
        "items": 2,
        "revision": 1,
        "planned": ["c4-mark", "c2-no-photo"],
        "in_place": 9,
        "unowned": 1,
        "open": [["C1", "employee", "knowhow"]],
        "declined": [{"measure": "c1-split-process", "reason": "30人で、分けると現場が回らないので"}],
        "findings": [
            {"kind": "muri", "name": "muri", "params": {}},
            {"kind": "overlap", "name": "overlap", "params": {}},
        ],
        "again": "no",
    },
    "near": [IDS["suzuki"], IDS["mori"]],
}
CONFIRM: Mapping[str, Value] = {
    "where": {"id": "d1", "name": FACTORY["name"]},
    "measures": [
        {"measure": name, "revision": 1, "said_by": IDS["sato"]} for name in ("c4-mark", "c3-cctv", "c1-route-limit")
    ],
    "more": 2,
    **CARD,
}
ALIKE = [
    {"id": f"i{place}", "name": name, "revision": 2, "reasons": ["economic", "nonpublic"], "proposer": IDS["sato"]}
    for place, name in enumerate(("順送の金型", "自動送りの改造", "段取りのコツ"))
]
BUNDLE: Mapping[str, Value] = {
    "department": FACTORY,
    "class": {"level": 2, "way": "desk"},
    "items": ALIKE,
    "proposers": [IDS["sato"]],
    **CARD,
}
SAME: Mapping[str, Value] = {
    "pair": "i0/i9",
    "higher": {**ALIKE[0], "level": 2, "department": FACTORY, "owner": IDS["sato"]},
    "lower": {
        **{"id": "i9", "name": "順送金型", "name_en": "Progressive dies", "revision": 1, "level": 1},
        "department": {"id": "d2", "name": {"ja": "営業部", "en": "Sales"}},
        **{"owner": IDS["mori"], "proposer": IDS["mori"]},
    },
    "likeness": "name",
    "due": "2026-11-19",
    **CARD,
}
ROUND: Mapping[str, Value] = {
    "departments": [
        {"id": "d1", "name": {"ja": "製造部", "en": "Manufacturing"}},
        {"id": "d2", "name": {"ja": "営業部", "en": "Sales"}},
    ],
    "without": 0,
}
FITTING = {"ja": "その人に合う短い話", "en": "What fits each person"}
GRADES = {"people": 30, "reached": 20, "answered": 12, "counted": 10, "right": 6, "wrong": 3, "unknown": 1, "seen": 0}
CAMPAIGN: Mapping[str, Value] = {
    "campaigns": [
        {"id": "c1", "title": FITTING, "state": "running", "people": 30, "sent": 18, "waiting": 12, "counts": GRADES},
        {"id": "c2", "title": FITTING, "state": "paused", "people": 4, "sent": 1, "waiting": 3, "counts": None},
        {"id": "c3", "title": FITTING, "state": "repeats", "next": "2026-12-09 09:00"},
    ],
    "departments": [
        {"id": "d1", "name": FACTORY["name"]},
        {"id": "d2", "name": {"ja": "営業部", "en": "Sales"}},
    ],
    "classes": ["L2-desk", "L3-desk"],
    "today": "2026-11-09",
}
COUNTED: Mapping[str, Value] = {"people": 30, "minutes": 5.0, "first": "2026-11-09 16:40", "last": "2026-11-09 16:41"}
HANDOFF: Mapping[str, Value] = {
    "case": {
        "id": "c1",
        "state": "new",
        "taken_by": None,
        "knows": "no",
        "others": [IDS["mori"], IDS["kobayashi"]],
        "report": {
            "mover": "employee",
            "when": "today",
            "still": "yes",
            "signs": ["sg-emp-03", "sg-emp-05"],
            "own": ["夜に一人で残っていた"],
            "what": "金型の図面",
            "others": "",
        },
    }
}
REPORT: Mapping[str, Value] = {
    "receivers": [IDS["takahashi"], IDS["mori"]],
    "receipt": "R-7Q4-2M9-KX3",
    "web": "",
    "surface": "terminal",
    "typed": "yes",
    "outside": "",
}
ADDITION: Mapping[str, Value] = {"receipt": "R-7Q4-2M9-KX3", "state": "taken", "question": ""}
UPKEEP: Mapping[str, Value] = {
    "measures": [
        {
            "place": "d1",
            "measure": name,
            "revision": 2,
            "asks": "done",
            "due_on": due_on,
            "kept_days": None,
            "confirmed_on": None,
        }
        for name, due_on in (("c4-mark", "2026-12-10"), ("c3-cctv", None))
    ],
    "manager": {"person": IDS["takahashi"]},
}
MEASURES: Mapping[str, Value] = {
    "manager": {"person": IDS["takahashi"]},
    "department": FACTORY,
    "class": {
        "id": "L3-desk",
        "level": 3,
        "forms": ["paper", "knowhow"],
        "items": [
            {"id": "i0", "name": "P-3ライン加工条件表", "name_en": "Line P-3 settings sheet"},
            {"id": "i3", "name": "段取りのコツ", "name_en": "Set-up tricks"},
        ],
    },
    "standing": {},
    "people": {
        **{kind: [IDS["takahashi"]] for kind in ("legal", "hr", "it", "general_affairs", "management")},
        "business": [IDS["sato"]],
    },
    "today": "2026-11-10",
}
HOLD: Mapping[str, Value] = {"case": {"id": "c", "number": "7Q4M", "held": False, "may": "hold", "others": []}}
UNSEAL: Mapping[str, Value] = {
    "case": {
        "id": "c1",
        "number": "7Q4M",
        "state": "taken",
        "others": [{"person": IDS["mori"]}, {"person": IDS["kobayashi"]}],
        "way": "second",
        "pending": IDS["mori"],
    }
}
AGREE: Mapping[str, Value] = {
    "case": {"about": "c1", "number": "7Q4M", "asker": IDS["takahashi"], "reason": "本人の安全を確かめるため"}
}
OPENED: Mapping[str, Value] = {"case": {"id": "c1", "number": "7Q4M", "reporter": {"person": IDS["suzuki"]}}}
SHORT: Mapping[str, Mapping[str, Value]] = {
    **{"hold": HOLD, "unseal": UNSEAL, "agree": AGREE, "opened": OPENED},
    "nudge": NUDGE,
    "digest": DIGEST,
    **CREDITS,
    "moment": MOMENT,
    "occasion": OCCASION,
}
EVIDENCE: Mapping[str, Value] = {
    "case": {"id": "c", "number": "7Q4M", "log": [], "traces": ["server-log", "mail-log"], "others": []},
}
CASE: Mapping[str, Value] = {
    "id": "c1",
    "number": "7Q4M",
    "report": {
        "mover": "employee",
        "signs": ["sg-emp-03", "sg-emp-05"],
        "own": [],
        "what": "金型の図面",
        "others": "",
        "when": "today",
        "still": "yes",
    },
    "facts": {"aware_at": "2026-11-09T07:13:00+00:00", "taken_by": IDS["sato"]},
    "aware_at": "2026-11-09T07:13:00+00:00",
    "now": "2026-11-09T07:40:00+00:00",
    "today": "2026-11-09",
    "kept_out": [IDS["suzuki"]],
    "members": [{"person": IDS["sato"], "role": ""}],
    "tasks": [],
    "items": [
        {
            "id": "i1",
            "name": "順送金型の図面",
            "name_en": "Progressive die drawings",
            "level": 2,
            "class": "L2-desk",
            "forms": ["paper", "electronic"],
            "places": ["設計サーバ"],
            "owner": IDS["sato"],
            "department": "d1",
            "measures": [
                {
                    "place": "company",
                    "measure": name,
                    "state": "confirmed",
                    "owner": IDS["takahashi"],
                    "kept_days": days,
                    "said_at": "2026-10-01T00:00:00+00:00",
                }
                for name, days in (("c3-pc-log", 90), ("c3-cctv", 14), ("c3-entry-log", None))
            ],
        }
    ],
    "workers": {
        "it": [IDS["mori"]],
        **{kind: [IDS["takahashi"]] for kind in ("legal", "hr", "general_affairs", "management")},
        "business": [IDS["sato"]],
    },
    "company": {},
    "replies": [],
    "evidence": [],
    "read": 0,
    "last": 1,
}
RESPONSE: Mapping[str, Value] = {"case": CASE}
LATER: Mapping[str, Value] = {
    "case": {
        **CASE,
        "facts": {**CASE["facts"], "items": ["i1"], "grade": "suspected", "answers": {"personal_data": "yes"}},
        "members": [{"person": IDS["sato"], "role": "tm-head"}, {"person": IDS["mori"], "role": "tm-it"}],
        "leader": IDS["sato"],
        "heirs": [IDS["mori"], IDS["takahashi"]],
        "tasks": [
            {
                "id": f"t{place}",
                "task": task,
                "owner": IDS[owner],
                "state": state,
                "due_at": "2026-11-09T11:13:00+00:00",
                "words": "",
                "said": "",
                "note": "",
            }
            for place, (task, owner, state) in enumerate(
                (
                    ("trace-camera", "takahashi", "open"),
                    ("trace-server-log", "mori", "open"),
                    ("stop-account", "mori", "done"),
                    ("fr-05", "sato", "open"),
                )
            )
        ],
        "replies": [{"seq": 5, "at": "2026-11-09T07:30:00+00:00", "who": "reporter", "words": "二階の棚の前です"}],
        "last": 5,
    }
}
TASK: Mapping[str, Value] = {
    "case": {
        "asked": [{**one, "outside": place == 1} for place, one in enumerate(LATER["case"]["tasks"][:2])],
        "now": CASE["now"],
        "today": CASE["today"],
    }
}
TELLING: Mapping[str, Value] = {
    "case": {
        "id": "c1",
        "number": "7Q4M",
        "draft": {
            "mover": "leaver",
            "signs": ["sg-lev-01"],
            "measures": ["c3-cctv"],
            "forms": ["electronic"],
            "lesson": "辞める前の最後の週は、持ち出しを二人で見る",
            "state": "proposed",
        },
    }
}
SUCCESSOR: Mapping[str, Value] = {
    "who": {"person": IDS["sato"]},
    "department": FACTORY,
    "reason": "left",
    "count": 7,
    "near": [IDS["sato"], IDS["kobayashi"], IDS["mori"]],
}
RECHECK: Mapping[str, Value] = {
    "manager": {"person": IDS["takahashi"]},
    "department": FACTORY,
    "items": [
        {"id": "i0", "name": "P-3ライン加工条件表", "name_en": "Line P-3 settings sheet", "level": 3, "revision": 2},
        {"id": "i1", "name": "順送の金型", "level": 2, "revision": 3},
        {"id": "i2", "name": "検査治具", "level": None, "revision": 1},
    ],
}
