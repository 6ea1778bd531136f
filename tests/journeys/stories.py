"""Visits in which every flow there is comes to an end: what is said, pressed and filled in. Knows no surface."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from bot.bootstrap import Program
from bot.conclusions import BeginInterview
from bot.state.campaigns import Audience, Campaign, make_campaign, start_campaign
from bot.state.digests import begin_digest
from bot.state.nudges import Chosen, Fit, Held
from bot.state.record import Transaction, begin_interview
from bot.state.tables import company
from tests.bot.trial import put_forward
from tests.chat import LEDGER
from tests.credits import CREDITS
from tests.digests import LINES
from tests.journeys.case_stories import CASE
from tests.journeys.deeds import Day, Fill, Move, Press, both, tick
from tests.journeys.test_succession import read_directory
from tests.journeys.visits import Happening, Visit
from tests.moments import MOMENT
from tests.nudges import LEAK, NUDGE

SATO, ITO, SUZUKI, TAKAHASHI, MORI, ABE, ISHIKAWA, WATANABE, KEIKO = (
    f"{name}@hibarino.example"
    for name in ("sato", "ito", "suzuki", "takahashi", "mori", "abe", "ishikawa", "watanabe", "watanabe.keiko")
)
PAST, SOON, LATER = ((datetime.now(UTC).date() + timedelta(days=days)).isoformat() for days in (-60, 40, 60))


DO_NOT_KNOW, ASK_SUZUKI = both("分からない", "don't know"), both("鈴木さん", "Suzuki")
AS_SHOWN = Fill(both("送る", "send"))
BACK, WHY = Move("back", both("戻る", "back")), Move("why", both("なぜ", "why"))


# -- facts of the company: a question of each kind ---------------------------------------------------------------------


def forget_facts(program: Program, _: str) -> None:
    """The company never told some facts."""
    told = delete(company).where(company.c.fact.in_(["retention", "lawyer"]))
    program.store.write(lambda tx: tx.connection.execute(told))


FACTS = (
    Happening(forget_facts),
    Visit(
        TAKAHASHI,
        None,
        [
            both("5年", "five years"),
            both("大野弁護士", "Ono, attorney at law"),
            Press("yes"),
            "30",
            Day(PAST),
            tick("office", "factory"),
            Press("nobody"),
            "90",
            Fill(both(f"鈴木さん / {PAST} / 12 / 1", f"Suzuki / {PAST} / 12 / 1"), (ASK_SUZUKI, PAST, "12", "yes")),
            Fill(both("紙だけ / 1", "paper only / 1"), (both("紙だけ", "paper only"), ("office",))),
        ],
    ),
)

# -- a round: listed, asked of colleagues, judged, decided -------------------------------------------------------------

OUTSIDE = Fill("1/0/1/1", ("never", ("none",), "always", "yes"))
JUDGE = (
    OUTSIDE,
    Press("core"),
    Fill("1/1/2/1", (("paper",), ("desk",), ("lock",), ("make",))),
    Fill("4/4/3", ("no", "never", "secret")),
    Press("propose"),
)
THINGS = both("P-3ライン加工条件表、段取りのコツ", "Line P-3 settings sheet, set-up tricks")
NOBODY_KNOWS = Fill(both("1 分からない、2 分からない", "1 don't know, 2 don't know"), (DO_NOT_KNOW, DO_NOT_KNOW))
ROUND = (
    Visit(TAKAHASHI, "round", [Press("some"), tick(6, 7), Press("year")]),
    Visit(
        SATO,
        None,
        [
            Press("start"),
            THINGS,
            tick("none"),
            NOBODY_KNOWS,
            Press(1),
            ASK_SUZUKI,
            Press("no"),
            Press("proceed"),
        ],
    ),
    Visit(SUZUKI, None, [Press("other"), Press("nobody")]),
    Visit(MORI, None, [Press("me")]),
    Visit(SATO, None, [OUTSIDE, Press("core"), BACK, WHY, *JUDGE[1:], *JUDGE]),
    Visit(
        ITO,
        None,
        [
            Press("start"),
            both("金型設計基準", "Die design rules"),
            tick("none"),
            tick("none"),
            AS_SHOWN,
            Press("no"),
            Press("proceed"),
            *JUDGE,
        ],
    ),
    Visit(
        TAKAHASHI,
        "review",
        [
            Press("start"),
            Press("approve"),
            both("戻す まず相談したい", "send back let us talk first"),
            Press("send"),
            Press("delegate"),
            ASK_SUZUKI,
            Press("other"),
            Day(LATER),
        ],
    ),
    Visit(SATO, None, [both("えーと、これは何ですか", "well, what is this?"), *JUDGE]),
    Visit(SUZUKI, None, [Press("approve")]),
)

# -- a review of what looks alike, and the list looked over again ------------------------------------------------------


def put_more_forward(program: Program, language: str) -> None:
    """Three items of one class, and one that is called like an item of another department."""
    alike = both("P-3ライン加工条件", "Line P-3 settings").of(language)
    put_forward(program, ITO, {"試作の図面": 2, "検査治具": 2, "実験の記録": 2, alike: 1})


AGAIN = (
    Happening(put_more_forward),
    Visit(TAKAHASHI, "review", [Press("start"), Press("same"), Press("approve"), Press("approve")]),
    Visit(TAKAHASHI, "round", [Press("some"), tick(6), Press("never")]),
    Visit(SATO, None, [Press("start"), Press("same"), Press("gone"), Press("remove")]),
)

# -- a class is protected, decided, seen and seen to -------------------------------------------------------------------

PROTECT = (
    Visit(
        SATO,
        "measures",
        [
            tick(1, 2),
            tick(1, 2, 3),
            both("1なし、30人なので", "without 1, we are 30"),
            Press("leave_open"),
            Press("all"),
            Fill(both(f"1 鈴木 {SOON}", f"1 Suzuki {SOON}"), (ASK_SUZUKI, SOON)),
            Press("send"),
        ],
    ),
    Visit(TAKAHASHI, "review", [Press("start"), Press("keep"), tick(1), Press("ask"), tick(1, 2, 3)]),
    Visit(SUZUKI, "upkeep", [Press("not_yet"), Day(LATER)]),
)

# -- somebody leaves; a list the company had already -------------------------------------------------------------------


def let_ito_leave(program: Program, _: str) -> None:
    """The directory names him no more."""
    read_directory(program, without=[ITO])


def begin_own_list(program: Program, _: str) -> None:
    """Sato begins to bring in a list of the department's own."""
    member = program.find_member(SATO)
    assert member is not None
    given = {**LEDGER, "own": member.department_id}
    beginning = BeginInterview("ledger", member.id, "list", given)
    program.store.write(lambda tx: begin_interview(tx, member.id, beginning))


CHANGE = (
    Happening(let_ito_leave),
    Visit(TAKAHASHI, None, [Press(1)]),
    Happening(begin_own_list),
    Visit(
        SATO,
        None,
        [AS_SHOWN, Fill(both("2 ランク", "2 ランク"), (None, "c6")), AS_SHOWN, Press("agree")],
    ),
)

# -- one short thing ---------------------------------------------------------------------------------------------------


def put_before_abe(program: Program, _: str) -> None:
    """A lesson with its question, then a leak case, and then a moment of working life, wait for her."""
    member = program.find_member(ABE)
    assert member is not None
    for flow, subject, given in (("nudge", "lesson", NUDGE), ("nudge", "story", LEAK), ("moment", "joining", MOMENT)):
        beginning = BeginInterview(flow, member.id, subject, given, queued=True)
        program.store.write(lambda tx, one=beginning: begin_interview(tx, member.id, one))


SHORT = (
    Visit(TAKAHASHI, "occasion", [Press("joining"), ASK_SUZUKI, Press("enough"), Day(SOON), Press("send")]),
    Happening(put_before_abe),
    Visit(ABE, None, [Press("why"), Press("put_off"), BACK, Press("consult")]),
    Visit(ABE, None, [Press("ours"), Press("seen")]),
    Visit(ABE, None, [Press("go_on"), Press("why"), Press("leave"), Press("go_on")]),
)

# -- many short things -------------------------------------------------------------------------------------------------

MANY = (
    Visit(
        TAKAHASHI,
        "campaign",
        [
            Press("new"),
            Press("fit"),
            Press("departments"),
            tick(6, 7),
            Press("day"),
            Day(LATER),
            Press("yearly"),
            Press("start"),
        ],
    ),
    Visit(TAKAHASHI, "campaign", [Press(1), Press("pause")]),
)

# -- a colleague's good practice ---------------------------------------------------------------------------------------


def put_before_ishikawa(program: Program, _: str) -> None:
    """What the team sees of a credit waits for him."""
    member = program.find_member(ISHIKAWA)
    assert member is not None
    beginning = BeginInterview("credited", member.id, "credit", CREDITS["credited"], queued=True)
    program.store.write(lambda tx: begin_interview(tx, member.id, beginning))


CREDITED = (
    Visit(
        ABE,
        "credit",
        [both("渡辺 恵子さん", "Keiko Watanabe"), both("朝会の工夫", "The knack of meetings"), WHY, Press("send")],
    ),
    Visit(KEIKO, None, [Press("named")]),
    Visit(WATANABE, None, [Press("item"), Press("other"), both("朝会の進め方", "How meetings are run")]),
    Happening(put_before_ishikawa),
    Visit(ISHIKAWA, None, [Press("seen")]),
)

# -- several short things at once --------------------------------------------------------------------------------------


def list_for_keiko(program: Program, _: str) -> None:
    """Four campaigns have something for her, on one card."""
    member = program.find_member(KEIKO)
    assert member is not None
    audience, at = Audience(people=(member.id,)), program.clock.now()

    def begin(tx: Transaction) -> None:
        chosen = []
        for line in LINES:
            told = (str(line["kind"]), str(line["thing"]), audience, "planned", member.id, 0, at)
            campaign = Campaign(tx.ids.new(), *told)
            make_campaign(tx, member.id, campaign)
            start_campaign(tx, member.id, campaign.id)
            fit = Fit(**{name: line[name] for name in Fit._fields})
            chosen.append(Chosen(Held(f"campaign:{campaign.id}:{member.id}", campaign.id, member.id), fit))
        begin_digest(tx, chosen, is_told=False)

    program.store.write(begin)


AT_ONCE = (
    Happening(list_for_keiko),
    Visit(KEIKO, None, [WHY, Press(1), Press("consult"), Press(1), Press("seen"), Press("put_away")]),
)

STORY = (*FACTS, *ROUND, *AGAIN, *PROTECT, *CHANGE, *SHORT, *MANY, *CASE, *CREDITED, *AT_ONCE)
