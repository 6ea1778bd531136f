"""How measures become work, through the real program: settled, approved, told, asked, done, seen, asked again."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.access import Scope, scope
from bot.bootstrap import Program, build_program
from bot.commands.trail import Trail
from bot.conclusions import PutMeasure, SettleClass
from bot.conversation import NotAllowed
from bot.documents.wording import Wording
from bot.engine.interview import Interview
from bot.measuring import prepare_measures
from bot.settings import Settings
from bot.state import deciding
from bot.state.concluding import conclude, lock_what_changes
from bot.state.history import History
from bot.state.measures import Kept, list_measures, list_settled
from bot.state.queries import Waiting
from bot.state.record import NOWHERE, Transaction
from bot.state.tables import classes, interviews, items, measures
from tests.bot.trial import put_forward
from tests.faults.evidence import rows_of
from tests.journeys.terminal import Screen, talk
from tests.journeys.test_review import appoint, asked
from tests.journeys.test_round import let_happen
from tests.state.world import SetClock

SATO, SUZUKI, TAKAHASHI, KOBAYASHI = (
    f"{name}@hibarino.example" for name in ("sato", "suzuki", "takahashi", "kobayashi")
)
MARK, LOCK, CAMERA = "c4-mark", "c1-locked-storage", "c3-cctv"
OPEN = ("C1", "employee", "knowhow")


def in_tokyo(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour - 9, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(in_tokyo(11, 12, 13))


@pytest.fixture
def program(tmp_path: Path, clock: SetClock) -> Program:
    """Two items of one class, approved; their measures are still to be settled."""
    program = build_program(Settings(data=tmp_path / "data", key_file=tmp_path / "key"), clock=clock)
    put_forward(program, SATO, {"加工条件表": 3, "段取りのコツ": 3})

    def approve(tx: Transaction) -> None:
        tx.connection.execute(update(items).values(state="approved"))
        tx.connection.execute(update(interviews).values(status="done"))

    program.store.write(approve)
    return program


def person(program: Program, email: str) -> Any:
    member = program.find_member(email)
    assert member is not None
    return member


def settle(program: Program, *put: PutMeasure, open_cells: tuple[tuple[str, str, str], ...] = ()) -> None:
    """The class as its head settled it, written as the end of that interview writes it."""
    sato = person(program, SATO)
    waiting = Waiting("none", "measures", "queued", f"{sato.department_id}/L3-desk")
    given = prepare_measures(program.reader, program.store.words.routes, sato, waiting, program.clock.now())
    assert given is not None
    said = SettleClass(sato.department_id, "L3-desk", put, open_cells, ())
    (begun, *_) = rows_of(program, select(interviews.c.id).where(interviews.c.person_id == sato.id))
    one = Interview(begun.id, sato.id, "measures", "", "ja", "done", 1, given, NOWHERE)

    def change(tx: Transaction) -> None:
        lock_what_changes(tx, [said])
        conclude(tx, one, sato.id, [said])

    program.store.write(change)


def plan(program: Program, measure: str = MARK, **more: Any) -> PutMeasure:
    return PutMeasure(measure, "department", "planned", person(program, SUZUKI).id, "2026-12-10", **more)


def find(program: Program, measure: str = MARK) -> Kept:
    (found,) = list_measures(program.reader, Scope(everything=True), measures.c.measure == measure)
    return found


def state_of(program: Program) -> str:
    (found,) = list_settled(program.reader, Scope(everything=True))
    return found.state


def review(program: Program, *replies: str, email: str = TAKAHASHI) -> Screen:
    return talk(program, email, replies, "review")


def wait_until(program: Program, clock: SetClock, at: datetime) -> None:
    """Time passes, and what is due happens; what comes of that, too."""
    clock.at = at
    for _ in range(2):
        let_happen(program)


# -- from plan to seen -------------------------------------------------------------------------------------------------


def test_a_measure_from_the_plan_to_a_year_later(program: Program, clock: SetClock) -> None:
    """Approved, its owner hears; asked before the date they say it is done; a manager sees it; a year on it is asked
    whether it goes on, and nobody else is troubled."""
    settle(program, plan(program))
    card = review(program, "始める", "承認")
    assert asked(card) == ["begin", "card"]
    assert card.ends[-1] == ("plan", "settled")

    wait_until(program, clock, in_tokyo(11, 13, 10))
    told = talk(program, SUZUKI, [])
    assert "12月10日" in " ".join(told.notices)

    wait_until(program, clock, in_tokyo(12, 4, 17))
    assert talk_of(program, SUZUKI) == ["paused"]  # only what they looked at by themselves
    wait_until(program, clock, in_tokyo(12, 7))
    done = talk(program, SUZUKI, ["済"])
    assert ("upkeep", "tended") in done.ends
    assert find(program).state == "claimed"

    seen = review(program, "始める", "1")
    assert asked(seen) == ["begin", "seen"]
    assert find(program).state == "confirmed"
    assert review(program).prompts == []
    clock.advance(days=2)
    assert "upkeep" not in [one["flow"] for one in talk(program, SUZUKI, []).prompts]  # it was just seen

    wait_until(program, clock, in_tokyo(12, 8, year=2027))
    still = talk(program, SUZUKI, ["続いている"])
    assert [one["question"].partition("@")[0] for one in still.prompts] == ["state"]
    assert (find(program).state, find(program).asks) == ("confirmed", "still")
    assert program.reader.find_chain_break() is None


def talk_of(program: Program, email: str) -> list[str]:
    """The short interviews of an owner, by status."""
    of = select(interviews.c.status).where(
        interviews.c.flow == "upkeep", interviews.c.person_id == person(program, email).id
    )
    return [row.status for row in rows_of(program, of)]


def test_the_question_comes_by_itself_some_days_before_the_date(program: Program, clock: SetClock) -> None:
    """Nobody is asked the day before that; then once, and again only after some working days."""
    settle(program, plan(program), plan(program, LOCK))
    review(program, "始める", "承認")
    wait_until(program, clock, in_tokyo(12, 6))
    assert talk_of(program, SUZUKI) == []
    wait_until(program, clock, in_tokyo(12, 7))
    assert talk_of(program, SUZUKI) == ["open"]
    done = talk(program, SUZUKI, ["済", "まだ", "1/15"])
    assert done.ends == [("upkeep", "tended")]
    assert sorted(find(program, one).state for one in (MARK, LOCK)) == ["claimed", "planned"]
    wait_until(program, clock, in_tokyo(12, 11))
    assert talk_of(program, SUZUKI) == ["done"]


def test_who_writes_done_before_they_are_asked_is_understood(program: Program, clock: SetClock) -> None:
    """Somebody with nothing else before them is asked about what they see to; after that they are left alone."""
    settle(program, plan(program))
    review(program, "始める", "承認")
    clock.advance(days=1)
    assert talk(program, SUZUKI, ["まだ", "12/20"]).ends == [("upkeep", "tended")]
    assert str(find(program).due_on) == "2026-12-20"
    assert talk(program, SUZUKI, []).prompts == []
    assert talk(program, SUZUKI, ["済"], "upkeep").ends == [("upkeep", "tended")]
    assert find(program).state == "claimed"


def test_who_has_nothing_to_see_to_is_not_asked(program: Program) -> None:
    """A person without measures gets no such interview, by themselves or on request."""
    assert talk(program, KOBAYASHI, [], "upkeep").prompts == []


def test_what_cannot_be_done_comes_back_to_the_head_in_its_owners_words(program: Program, clock: SetClock) -> None:
    """The owner's reason stands before the head of the department with the class to be settled anew."""
    settle(program, plan(program))
    review(program, "始める", "承認")
    clock.advance(days=1)
    talk(program, SUZUKI, ["できない", "人が足りません"])
    assert find(program).state == "declined"
    again = talk(program, SATO, [])
    assert again.prompts[0]["flow"] == "measures"
    assert "人が足りません" in again.prompts[0]["body"]


def test_an_item_tells_what_became_of_its_class(program: Program) -> None:
    """Asked why, an item goes on to how its class was put forward and approved, by whom."""
    settle(program, plan(program))
    review(program, "始める", "承認")
    sato = person(program, SATO)
    allowed = scope(sato.actor, "register.read")
    words = Wording(program.content.shared, "ja")
    trail = Trail(program.reader, History(program.database, program.store.vault), words, allowed, "Asia/Tokyo")
    forward = trail.follow(program.reader.read_register(allowed)[0]).forward
    told = [(entry.action, entry.by) for entry in forward if entry.action.startswith("class_")]
    assert told == [("class_proposed", sato.name), ("class_approved", person(program, TAKAHASHI).name)]


# -- the manager's cards -----------------------------------------------------------------------------------------------


def test_sent_back_the_head_sees_the_wish(program: Program) -> None:
    """The manager's words reach the head's interview about the class; nothing has begun."""
    settle(program, plan(program), open_cells=(OPEN,))
    words = "核心の2項目だけでも記号にできないか、相談したい"
    screen = review(program, "始める", f"戻す {words}", "送る")
    assert asked(screen) == ["begin", "card", "send"]
    assert (state_of(program), find(program).asks) == ("returned", None)
    again = talk(program, SATO, [])
    assert words in again.prompts[0]["body"]
    assert asked(again)[0].startswith("suggestion@")  # what was looked through before is not asked once more


def test_open_squares_are_said_with_the_heads_own_words(program: Program) -> None:
    """A card with an open square names it and why, and its first button keeps it so."""
    declined = PutMeasure("c1-black-box", "department", "declined", reason="現場が回らない")
    settle(program, plan(program), declined, open_cells=(OPEN,))
    card = review(program, "始める", "このままでよい").prompts[1]
    assert "現場が回らない" in card["body"]
    assert [choice["id"] for choice in card["choices"]] == ["keep", "return", "delegate", "put_off", "why"]
    assert state_of(program) == "approved"


def test_what_was_left_open_is_asked_about_once_more(program: Program, clock: SetClock) -> None:
    """Half a year on the same class is a card again; kept once more, it never returns."""
    settle(program, plan(program), open_cells=(OPEN,))
    review(program, "始める", "このままでよい")
    wait_until(program, clock, in_tokyo(5, 13, year=2027))
    assert asked(review(program, "始める", "このままでよい")) == ["begin", "card"]
    wait_until(program, clock, in_tokyo(5, 13, year=2028))
    assert state_of(program) == "approved"


def test_given_to_somebody_else_who_gets_this_card_and_no_other(program: Program, clock: SetClock) -> None:
    """A delegate decides one class without being a manager; the manager is not asked it meanwhile."""
    settle(program, plan(program))
    assert asked(review(program, "始める", "任せる 小林さん", "よい"))[:3] == ["begin", "card", "due_ok"]
    assert review(program).prompts == []
    clock.advance(days=1)
    assert asked(talk(program, KOBAYASHI, ["承認"]))[0] == "card"
    assert state_of(program) == "approved"


def test_turned_down_by_whom_it_was_given_to_it_is_the_managers_again(program: Program, clock: SetClock) -> None:
    """Who was asked to decide a class may cancel; the card goes back to whoever gave it, and nothing is decided."""
    settle(program, plan(program))
    review(program, "始める", "任せる 小林さん", "よい")
    clock.advance(days=1)
    assert talk(program, KOBAYASHI, ["やめる", "はい"]).ends == [("plan", "cancelled")]
    assert state_of(program) == "proposed"
    assert asked(review(program, "始める", "承認")) == ["begin", "card"]
    assert state_of(program) == "approved"


def test_the_second_of_two_managers_sees_who_was_first(program: Program) -> None:
    """A class decided meanwhile is not decided over; the second is told by whom, and it stays."""
    late = race(program)
    assert asked(late)[:3] == ["card", "send", "seen"]
    assert "小林" in late.prompts[2]["title"]
    assert state_of(program) == "approved"


def test_without_its_revision_the_second_would_write_over_the_first(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were the revision not compared, the later word would stand."""
    monkeypatch.setattr(deciding, "is_stale", lambda *_: False)
    race(program)
    assert state_of(program) == "returned"


def race(program: Program) -> Screen:
    """One manager has the card open while another approves it, and then sends it back."""
    appoint(program, KOBAYASHI)
    settle(program, plan(program))
    review(program, "始める")
    review(program, "始める", "承認", email=KOBAYASHI)
    return talk(program, TAKAHASHI, ["戻す 早すぎます", "送る", "このままでよい"])


def test_a_review_counts_all_its_cards(program: Program) -> None:
    """Items, classes and what is to be seen are cards of one review, in this order, and the list names them all."""
    put_forward(program, SATO, {"順送の金型": 2})
    settle(program, plan(program), PutMeasure(CAMERA, "company", "claimed"), PutMeasure(LOCK, "department", "claimed"))
    screen = review(program, "一覧だけ見る", "始める", "承認", "承認", "1", "1")
    flows = [one["flow"] for one in screen.prompts if one["question"] in ("card", "seen")]
    assert flows == ["decision", "plan", "confirm", "confirm"]
    assert screen.prompts[2]["title"].startswith("1/4")
    assert len([line for line in " ".join(screen.notices).split("\n") if line.strip()]) >= 4
    assert {find(program, one).state for one in (CAMERA, LOCK)} == {"confirmed"}


def test_nobody_confirms_their_own_claim_where_there_is_somebody_else(program: Program) -> None:
    """What a manager said themselves waits for the other one; a lone manager has to look themselves."""
    settle(program, PutMeasure(LOCK, "department", "claimed"))
    program.store.write(
        lambda tx: tx.connection.execute(update(measures).values(said_by=person(program, TAKAHASHI).id))
    )
    program.store.write(partial(approve_class))
    assert "1" in review(program, "一覧だけ見る").prompts[0]["body"]
    end_review(program)
    appoint(program, KOBAYASHI)
    assert review(program).prompts == []
    assert asked(review(program, "始める", "1", email=KOBAYASHI)) == ["begin", "seen"]


def approve_class(tx: Transaction) -> None:
    tx.connection.execute(update(classes).values(state="approved"))


def end_review(program: Program) -> None:
    waiting = interviews.c.status.in_(("queued", "open", "paused"))
    program.store.write(lambda tx: tx.connection.execute(update(interviews).where(waiting).values(status="cancelled")))


def test_what_was_not_seen_its_owner_is_asked_about(program: Program, clock: SetClock) -> None:
    """Looked for in vain, it is one question for its owner; meanwhile no manager is asked it again."""
    settle(program, PutMeasure(LOCK, "department", "claimed", person(program, SUZUKI).id))
    program.store.write(approve_class)
    assert asked(review(program, "始める", "どれもまだ見ていない", "担当に聞く")) == ["begin", "seen", "rest"]
    assert review(program).prompts == []
    wait_until(program, clock, in_tokyo(11, 13))
    assert talk(program, SUZUKI, ["ない", "12/10"]).ends == [("upkeep", "tended")]
    assert find(program, LOCK).state == "planned"


def test_only_its_own_people_reach_each_of_these(program: Program) -> None:
    """A head reviews nothing, a manager settles no class of another department, nobody speaks for another's work."""
    settle(program, plan(program))
    for email, flow in ((SATO, "review"), (SATO, "plan"), (SUZUKI, "confirm"), (SUZUKI, "measures")):
        with pytest.raises(NotAllowed):
            talk(program, email, [], flow)
    subject = f"{person(program, SATO).department_id}/L3-desk"
    with pytest.raises(NotAllowed):
        talk(program, TAKAHASHI, [], "measures", items=(subject,))
