"""Visits in which a case goes from its report to its end: what is said, pressed and filled in. Knows no surface."""

from datetime import UTC, datetime, timedelta

from tests.journeys.deeds import Day, Fill, Move, Press, both, tick
from tests.journeys.visits import Report, Visit, email_of

SATO, SUZUKI, TAKAHASHI = map(email_of, ("sato", "suzuki", "takahashi"))
WATANABE, ISHIKAWA, ABE, MORI = map(email_of, ("watanabe", "ishikawa", "abe", "mori"))
THING = both("P-3ライン加工条件表", "Line P-3 settings sheet")
AS_SHOWN = Fill(both("送る", "send"))
BEGIN, SKIP = both("通報", "report"), Move("skip", both("飛ばす", "skip"))
TOMORROW = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()  # in every zone
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

CASE = (
    Report(
        SUZUKI,
        BEGIN,
        [
            Press("form"),
            Fill("2 / 1 / 1 / 3", ("leaver", "today", "yes", ("nobody_involved",))),
            Fill(
                both("1、3 / P-3ライン加工条件表 / 飛ばす", "1, 3 / Line P-3 settings sheet / skip"),
                (("sg-lev-01", "sg-lev-04"), THING),
            ),
        ],
        look=Press("send"),
    ),
    Visit(TAKAHASHI, None, [Press("open"), Press("pass")]),
    Visit(
        WATANABE,
        None,
        [
            Press("open"),
            Press("take"),
            Press("start"),
            tick("account", "share"),
            Press("no"),
            tick(1),
            tick("key-record", "camera"),
            Press("suspected"),
            AS_SHOWN,
            Fill(both("はい/はい/いいえ/いいえ", "yes/yes/no/no"), ("yes", "yes", "no", "no")),
            Fill(both("いいえ/はい/いいえ/いいえ", "no/yes/no/no"), ("no", "yes", "no", "no")),
            "48",
            Press("ok"),
            Press("enough"),
        ],
    ),
    Visit(
        ISHIKAWA,
        "task",
        [
            Press("done"),
            both("写しを取り、金庫に入れました", "copied, and put into the safe"),
            Press("later"),
            Day(TOMORROW),
            Press("cannot"),
            both("権限がありません", "I have no right to"),
            Press("other"),
            both("阿部さん", "Abe"),
        ],
    ),
    Visit(SATO, "task", [Press("done"), SKIP]),
    Visit(
        TAKAHASHI,
        "task",
        [Press("done"), SKIP, Press("done"), SKIP, Press("later"), Day(TOMORROW), Press("done"), SKIP],
    ),
    Visit(
        WATANABE,
        "course",
        [
            Press("reporter"),
            both("見たのは何時ごろでしたか", "About when did you see it?"),
            Press("done"),
            tick(1),
            Press("ask"),
            both("受付簿を、封をして預かる", "keep the visitor book, sealed"),
            both("森さん", "Mori"),
            Press("tomorrow"),
            Press("only"),
            Press("ask"),
            Press(1),
            both("阿部さん", "Abe"),
            Press("tomorrow"),
            Press("only"),
            Press("deadlines"),
            Fill(both("いいえ/いいえ/いいえ/いいえ", "no/no/no/no"), ("no", "no", "no", "no")),
            Press("back"),
            Press("notice"),
            Press("partner"),
            Press("sent"),
            Press("taken"),
            Press("key-record"),
            Press("now"),
            Fill(
                both("私 / 総務の金庫 / 3 / 高橋さん", "me / the safe / 3 / Takahashi"),
                (None, both("総務の金庫", "the safe"), "original", both("高橋さん", "Takahashi")),
            ),
            HASH,
            Press("more"),
            Press("handed"),
            Press(1),
            Press("now"),
            Fill(
                both("渡辺 / 大野弁護士 / 法律事務所", "Watanabe / Ono, lawyer / the law office"),
                (both("渡辺", "Watanabe"), both("大野弁護士", "Ono, lawyer"), both("法律事務所", "the law office")),
            ),
            Press("keep"),
            Press("enough"),
        ],
    ),
    Report(
        SUZUKI,
        both("状況 {receipt}", "status {receipt}"),
        [
            Fill(
                both("夕方の六時ごろです", "about six in the evening"),
                (both("夕方の六時ごろです", "about six in the evening"),),
            )
        ],
        is_asked=True,
    ),
    Report(
        SUZUKI,
        both("追加 {receipt}", "add {receipt}"),
        [
            Press("add"),
            Fill(
                both("昨日もUSBでした", "a USB stick yesterday, too"),
                (both("昨日もUSBでした", "a USB stick yesterday, too"),),
            ),
        ],
    ),
    Visit(ABE, "task", [Press("done"), SKIP]),
    Visit(MORI, "task", [Press("done"), SKIP]),
    Visit(WATANABE, "hold", [Press("hold"), both("調べが続いているため", "the inquiry goes on")]),
    Visit(WATANABE, "hold", [Press("pack"), Press("allow")]),
    Visit(WATANABE, "hold", [Press("ask"), SKIP, Press(1)]),
    Visit(TAKAHASHI, "hold", [Press("agree")]),
    Visit(
        WATANABE,
        "course",
        [Press("more"), Press("unseal"), both("本人の安全のため", "for their own safety"), Press(1), Press("enough")],
    ),
    Visit(TAKAHASHI, "agree", [Press("agree")]),
    Visit(WATANABE, "course", [Press("grade"), Press("certain"), Press("close"), Press("enough")]),
    Visit(
        WATANABE,
        "course",
        [
            Press("more"),
            Press("close"),
            tick(1),
            tick(1),
            both("最後の週の持ち出しは二人で見る", "in the last week two look at what is taken out"),
            Press("draft"),
            Press("close"),
            Press("approve"),
        ],
    ),
)
