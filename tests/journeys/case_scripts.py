"""Three cases from the first word to the last, as scripts that any surface plays: a leaver took drawings, a mail went
to the wrong partner with personal data, a ransom note came with samples. Knows no surface.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.bootstrap import Program
from bot.conclusions import PutMeasure, SettleClass
from bot.engine.model import Text
from bot.state.settling import settle_class
from tests.bot.trial import put_forward
from tests.journeys.calendar import Calendar
from tests.journeys.case_stories import AS_SHOWN, BEGIN, HASH, ISHIKAWA, SUZUKI, TAKAHASHI, WATANABE
from tests.journeys.deeds import Deed, Fill, Press, both, tick
from tests.journeys.test_cases_handled import interview_of, protect
from tests.journeys.visits import Happening, Report, Story, Visit

ITO, SHIMIZU = "ito@hibarino.example", "shimizu@hibarino.example"


class Script(NamedTuple):
    """One case: what stands on the register before it, what is reported, what law it touches, which notices go out
    after how many days, and the head whose items come up anew."""

    prepare: Callable[[Program], None]
    report: Sequence[Deed]
    stops: Sequence[str]
    legal: Sequence[Deed]
    notices: Sequence[tuple[int, Sequence[str]]]
    head: str

    def to_story(self, calendar: Calendar) -> Story:
        yield Happening(lambda program, _: self.prepare(program))
        yield Report(SUZUKI, BEGIN, [Press("form"), *self.report], look=Press("send"))
        yield Visit(TAKAHASHI, None, [Press("open"), Press("take"), *self._first_hour(), Press("enough")])
        yield Visit(ISHIKAWA, "task", [Press("done"), both("止めました", "stopped")] * (len(self.stops) + 2))
        yield Visit(TAKAHASHI, "course", EVIDENCE)
        for days, names in self.notices:
            yield Happening(lambda _, __, days=days: calendar.advance(days=days))
            sent = [deed for name in names for deed in (Press("notice"), Press(name), Press("sent"))]
            yield Visit(TAKAHASHI, "course", [*sent, Press("enough")])
        yield Visit(TAKAHASHI, "course", CLOSE)
        yield Visit(WATANABE, "telling", [Press("approve")])

    def _first_hour(self) -> Sequence[Deed]:
        begun = [Press("start"), tick(*self.stops), Press("no"), tick(1), tick(1)]
        return [*begun, Press("suspected"), AS_SHOWN, *self.legal, Press("ok")]


EVIDENCE: Sequence[Deed] = [
    Press("taken"),
    Press(1),
    Press("now"),
    Fill(
        both("私 / 総務の金庫 / 1 / 渡辺 正雄", "me / the safe / 1 / Masao Watanabe"),
        (None, "総務の金庫", "copy", "渡辺"),
    ),
    HASH,
    Press("more"),
    Press("handed"),
    Press(1),
    Press("now"),
    Fill("高橋 / 大野弁護士 / 法律事務所", ("高橋", "大野弁護士", "法律事務所")),
    Press("keep"),
    Press("enough"),
]
CLOSE: Sequence[Deed] = [
    Press("more"),
    Press("close"),
    tick(1),
    tick(1),
    both("送る前に、もう一人が宛先を見る", "a second person looks before it goes"),
    Press("draft"),
    Press("close"),
]


def told(mover: str, place: int, signs: Sequence[str], what: Text, still: str) -> Sequence[Deed]:
    """Both forms of a report."""
    about = Fill(f"{place} / 1 / {'1' if still == 'yes' else '2'} / 3", (mover, "today", still, ("nobody_involved",)))
    seen = Fill(both(f"1 / {what.ja} / 飛ばす", f"1 / {what.en} / skip"), (signs, what))
    return [about, seen]


def law(answers: str, *more: Deed) -> Sequence[Deed]:
    """The four questions of law, each y or n, and what they lead to."""
    return [answer(answers), *more]


def answer(answers: str) -> Fill:
    said = {"y": both("はい", "yes"), "n": both("いいえ", "no")}
    ja, en = ("/".join(getattr(said[one], language) for one in answers) for language in ("ja", "en"))
    return Fill(both(ja, en), tuple({"y": "yes", "n": "no"}[one] for one in answers))


def keep(email: str, name: str) -> Callable[[Program], None]:
    """An item of this head's department, as it was judged and protected."""

    def prepare(program: Program) -> None:
        put_forward(program, email, {name: 2})
        member, interview = program.find_member(email), interview_of(program, email, "measures")
        assert member is not None
        put = (PutMeasure("c3-pc-log", "company", "claimed", kept_days=90), PutMeasure("c3-cctv", "company", "claimed"))
        settled = SettleClass(member.department_id, "L2-desk", put, (), ())
        program.store.write(lambda tx: settle_class(tx, interview, member.id, settled))

    return prepare


DRAWINGS = both("順送金型の図面", "Progressive die drawings")
CUSTOMERS = both("顧客名簿", "顧客名簿")
SCRIPTS = {
    "a leaver took drawings": Script(
        protect,
        told("leaver", 2, ("sg-lev-01",), DRAWINGS, "yes"),
        ("account", "keys"),
        law("nyny", "72"),
        [(1, ("partner", "police"))],
        ITO,
    ),
    "a mail to the wrong partner with personal data": Script(
        keep(SHIMIZU, "顧客名簿"),
        told("partner", 3, ("sg-par-01",), CUSTOMERS, "no"),
        ("sent",),
        law("yynn", answer("nynn"), "48"),
        [(1, ("partner",)), (2, ("ppc-quick", "persons")), (20, ("ppc-final",))],
        SHIMIZU,
    ),
    "a ransom note with samples": Script(
        keep(ITO, "試作品の図面"),
        told("outsider", 4, ("sg-out-01",), both("試作品の図面", "試作品の図面"), "unknown"),
        ("network", "share"),
        law("ynny", answer("nnyy")),
        [(0, ("police",)), (2, ("ppc-quick",)), (40, ("persons", "ppc-final"))],
        ITO,
    ),
}
