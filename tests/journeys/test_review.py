"""A manager's review, through the real program: what waits comes a card at a time, and each is one decision."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.access import Scope
from bot.bootstrap import Program, build_program
from bot.conversation import NotAllowed
from bot.settings import Settings
from bot.state import deciding
from bot.state.tables import roles
from tests.bot.trial import put_forward
from tests.journeys.terminal import Screen, talk
from tests.state.world import SetClock

SATO, ITO, TAKAHASHI, KOBAYASHI = (f"{name}@hibarino.example" for name in ("sato", "ito", "takahashi", "kobayashi"))
FIRST, SECOND, THIRD, OTHER = "加工条件表", "順送の金型", "段取りのコツ", "試作の図面"

JUDGED = ["1 / 0 / 1", "あたらない", "会社の強みそのもの", "1 3 / 1 / 2 / 1 4", "この内容で出す"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def program(tmp_path: Path, clock: SetClock) -> Program:
    """Three proposals of one department, and one of another."""
    program = build_program(Settings(data=tmp_path / "data", key_file=tmp_path / "key"), clock=clock)
    put_forward(program, SATO, {FIRST: 3, SECOND: 2, THIRD: 2})
    put_forward(program, ITO, {OTHER: 1})
    return program


def review(program: Program, *replies: str, email: str = TAKAHASHI) -> Screen:
    return talk(program, email, replies, "review")


def items(program: Program) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in program.reader.read_register(Scope(everything=True))}


def states(program: Program) -> dict[str, object]:
    return {name: row["state"] for name, row in items(program).items()}


def asked(screen: Screen) -> list[str]:
    return [one["question"] for one in screen.prompts]


def appoint(program: Program, email: str) -> None:
    """One more manager."""
    member = program.find_member(email)
    assert member is not None
    row = {"person_id": member.id, "role": "register_manager"}
    program.store.write(lambda tx: tx.connection.execute(insert(roles), [row]))


def test_cards_come_one_at_a_time_and_are_decided(program: Program) -> None:
    """The highest level first, each by one reply; in the end nothing waits and the register has it."""
    screen = review(program, "始める", "承認", "1", "はい", "承認")
    assert asked(screen) == ["begin", "card", "card", "card", "card"]
    assert FIRST in screen.prompts[1]["title"]
    assert set(states(program).values()) == {"approved"}
    assert asked(review(program)) == []
    assert program.reader.find_chain_break() is None


def test_sent_back_the_head_sees_the_wish_and_proposes_again(program: Program) -> None:
    """The manager's own words reach the head with the item's questions; the new proposal is a card again."""
    words = "核心の2項目だけでも記号にできないか、相談したい"
    screen = review(program, "始める", f"戻す {words}", "送る", "休む")
    assert asked(screen)[:4] == ["begin", "card", "send", "card"]
    assert states(program)[FIRST] == "returned"
    again = talk(program, SATO, JUDGED, "evaluation")
    assert words in again.prompts[0]["body"]
    assert ("evaluation", "proposed") in again.ends
    assert states(program)[FIRST] == "proposed"


def test_the_wish_is_in_no_table_in_clear(program: Program) -> None:
    """What a manager writes to a head is sealed like everything people write."""
    review(program, "始める", "戻す ひばりの秘密の言葉", "送る", "休む")
    stored = [file.read_bytes() for file in program.settings.data.rglob("*") if file.is_file()]
    assert any(b"item.returned" in one for one in stored)
    assert not any("ひばりの秘密の言葉".encode() in one for one in stored)


def test_given_to_somebody_else_who_gets_this_card_and_no_other(program: Program) -> None:
    """The delegate decides one card without being a manager; the manager is not asked it meanwhile."""
    given = review(program, "始める", "任せる 小林さん", "よい", "休む")
    assert asked(given)[:3] == ["begin", "card", "due_ok"]
    assert FIRST not in str(review(program, "一覧だけ見る").notices)
    card = talk(program, KOBAYASHI, ["承認"])
    assert asked(card)[0] == "card"
    assert FIRST in card.prompts[0]["title"]
    assert states(program)[FIRST] == "approved"
    assert [one["question"] for one in talk(program, KOBAYASHI, []).prompts if one["question"] == "card"] == []


def test_put_off_it_waits_for_the_next_review(program: Program) -> None:
    """Later is no decision: the others go on, and the card is there again the next time."""
    screen = review(program, "始める", "あとで", "承認", "承認", "承認")
    assert asked(screen) == ["begin", *["card"] * 4]
    assert [name for name, state in states(program).items() if state == "proposed"] == [FIRST]
    assert asked(review(program, "始める", "承認")) == ["begin", "card"]


def test_a_review_stops_at_ten_minutes_when_asked_to(program: Program, clock: SetClock) -> None:
    """The card with which the time is over is followed by the question whether to go on; "stop" ends the visit."""

    def slow() -> Iterator[str]:
        for reply in ("始める", "承認", "承認", "終わる", "承認"):
            yield reply
            clock.advance(minutes=5)

    screen = talk(program, TAKAHASHI, slow(), "review")
    assert asked(screen) == ["begin", "card", "card", "enough"]
    assert list(states(program).values()).count("approved") == 2


def test_three_minutes_only(program: Program, clock: SetClock) -> None:
    """Who has three minutes is asked after about three, not ten; "one more" takes one more."""

    def slow() -> Iterator[str]:
        for reply in ("いまは3分だけ", "承認", "承認", "あと1枚だけ", "承認"):
            yield reply
            clock.advance(seconds=110)

    assert asked(talk(program, TAKAHASHI, slow(), "review"))[:5] == ["begin", "card", "card", "enough", "card"]


def test_the_second_of_two_managers_sees_who_was_first(program: Program) -> None:
    """A card decided meanwhile is not decided over: the second is told by whom and when, and may look again."""
    appoint(program, KOBAYASHI)
    review(program, "始める")  # the card is before the first manager
    review(program, "始める", "承認", email=KOBAYASHI)
    before = items(program)[FIRST]
    late = talk(program, TAKAHASHI, ["戻す 早すぎます", "送る", "このままでよい"])
    assert asked(late)[:3] == ["card", "send", "seen"]
    assert "小林" in late.prompts[2]["title"]
    assert items(program)[FIRST] == before


def test_without_its_revision_the_second_would_write_over_the_first(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were the item's revision not compared, the later word would simply stand."""
    monkeypatch.setattr(deciding, "is_stale", lambda *_: False)
    appoint(program, KOBAYASHI)
    review(program, "始める")
    review(program, "始める", "承認", email=KOBAYASHI)
    talk(program, TAKAHASHI, ["戻す 早すぎます", "送る"])
    assert states(program)[FIRST] == "returned"


def test_an_approval_of_an_older_version_shows_the_present_one(program: Program) -> None:
    """Where the head changed the proposal while the card was open, the manager is shown how it stands now."""
    review(program, "始める")
    item = str(items(program)[FIRST]["id"])
    talk(
        program,
        SATO,
        ["一部の相手だけ", "主力に効く", "売上や交渉力が落ちる", "3 鍵", "2/3/2", "はい"],
        "evaluation",
        items=(item,),
    )
    late = talk(program, TAKAHASHI, ["承認", "承認"])
    assert asked(late)[:2] == ["card", "card"]
    assert late.prompts[0]["title"] != late.prompts[1]["title"]
    assert states(program)[FIRST] == "approved"


def test_nobody_but_a_manager_reviews(program: Program) -> None:
    """A head who asks for a review is told no more than anybody who asks for something that does not exist."""
    with pytest.raises(NotAllowed):
        review(program, "始める", email=SATO)


def test_a_managers_own_proposal_waits_for_the_other_one(program: Program) -> None:
    """With two managers nobody approves what they put forward themselves; a lone one has to."""
    put_forward(program, TAKAHASHI, {"就業規則の案": 1})
    assert "就業規則の案" in str(review(program, "一覧だけ見る").notices)
    appoint(program, KOBAYASHI)
    assert "就業規則の案" in str(review(program, "一覧だけ見る", email=KOBAYASHI).notices)
