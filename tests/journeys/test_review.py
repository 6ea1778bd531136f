"""A manager's review, through the real program: what waits comes a card at a time, and each is one decision."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from bot.access import Scope
from bot.bootstrap import Program, build_program
from bot.conversation import NotAllowed
from bot.settings import Settings
from bot.state import deciding
from bot.state.tables import audit, roles
from tests.bot.trial import put_forward
from tests.faults.evidence import rows_of
from tests.journeys.terminal import Screen, talk
from tests.state.world import SetClock

SATO, ITO, TAKAHASHI, KOBAYASHI = (f"{name}@hibarino.example" for name in ("sato", "ito", "takahashi", "kobayashi"))
FIRST, SECOND, THIRD, FOURTH, OTHER = "加工条件表", "順送の金型", "段取りのコツ", "自動送りの改造", "試作の図面"

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


def register(program: Program) -> list[dict[str, Any]]:
    return program.reader.read_register(Scope(everything=True))


def matched(program: Program) -> list[Any]:
    """The entries about items said to be the same."""
    return rows_of(program, select(audit).where(audit.c.action == "item.matched"))


def asked_pairs(screen: Screen) -> int:
    return len([one for one in screen.prompts if one["flow"] == "same"])


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


def test_equal_cards_come_as_one_and_are_recorded_one_by_one(program: Program) -> None:
    """Three of one class that nobody changed are one card with a line each; approved, each has its own entry."""
    put_forward(program, SATO, {FOURTH: 2})
    screen = review(program, "始める", "承認", "承認", "承認")
    assert asked(screen)[:4] == ["begin", "card", "card", "card"]
    bundle = screen.prompts[2]
    assert bundle["flow"] == "bundle"
    assert {line["label"] for line in bundle["lines"]} == {SECOND, THIRD, FOURTH}
    assert set(states(program).values()) == {"approved"}
    entries = [row.object for row in rows_of(program, select(audit)) if row.action == "item.approved"]
    assert sorted(entries) == sorted(str(row["id"]) for row in items(program).values())


def test_what_was_changed_or_is_strictly_confidential_is_never_bundled(program: Program) -> None:
    """One item its head chose over what was computed, and those of the highest level, come by themselves."""
    put_forward(program, SATO, {FOURTH: 2}, overruled={"reason": "来年は使わない"})
    put_forward(program, SATO, {"極秘の二つめ": 3, "極秘の三つめ": 3})
    screen = review(program, "始める", *["承認"] * 7)
    assert {one["flow"] for one in screen.prompts} == {"review", "decision"}


def test_one_by_one_each_is_a_card_and_nothing_is_decided_before(program: Program) -> None:
    """Who would rather look at each gets them next, as cards that can be sent back or given away."""
    put_forward(program, SATO, {FOURTH: 2})
    screen = review(program, "始める", "承認", "1枚ずつ", "休む")
    assert [one["flow"] for one in screen.prompts][2:4] == ["bundle", "decision"]
    assert states(program)[SECOND] == "proposed"
    again = review(program, "始める", "承認", "承認", "承認", "承認")
    assert "bundle" not in {one["flow"] for one in again.prompts}
    assert set(states(program).values()) == {"approved"}


def test_an_item_changed_under_an_open_bundle_comes_back_alone(program: Program) -> None:
    """What its head changed meanwhile is not approved unseen: the others are, and it is a card again."""
    put_forward(program, SATO, {FOURTH: 2})
    review(program, "始める", "承認")  # the bundle is before the manager
    put_forward(program, SATO, {THIRD: 2}, reasons=["loss"])
    late = talk(program, TAKAHASHI, ["承認", "休む"])
    assert states(program)[THIRD] == "proposed"
    assert states(program)[SECOND] == states(program)[FOURTH] == "approved"
    assert THIRD in late.prompts[1]["title"]


def test_what_was_put_off_comes_first_the_next_time(program: Program) -> None:
    """A card put off stands before whatever else waits by then, whatever its level."""
    review(program, "始める", "承認", "承認", "あとで", "承認")
    put_forward(program, ITO, {"新しい極秘": 3})
    screen = review(program, "始める", "承認", "承認")
    assert THIRD in screen.prompts[1]["title"]
    assert "新しい極秘" in screen.prompts[2]["title"]


def test_two_that_look_alike_are_one_card_and_the_lower_is_asked_to_rise(program: Program) -> None:
    """Said to be the same, the lower one's head is asked again, not told whose the other is; both records say so."""
    put_forward(program, ITO, {SECOND: 1})
    screen = review(program, "始める", "同じ", *["承認"] * 4)
    assert [one["flow"] for one in screen.prompts] == ["review", "same", *["decision"] * 4]
    assert SECOND in screen.prompts[1]["body"]
    lower = next(row for row in register(program) if row["name"] == SECOND and row["level"] == 1)
    entries = [(row.object, json.loads(row.detail)["other"]) for row in matched(program)]
    assert len(entries) == 2
    assert {one for one, _ in entries} == {other for _, other in entries}
    asked_again = talk(program, ITO, [], "evaluation", items=(str(lower["id"]),)).prompts[0]
    assert "秘" in asked_again["body"]
    assert "製造部" not in asked_again["body"]
    assert review(program).prompts == []


def test_two_things_are_not_put_side_by_side_again(program: Program) -> None:
    """Said to be two things they stay as they are; put off, they come again."""
    put_forward(program, ITO, {SECOND: 1})
    later = ["あとで"] * 5
    assert asked_pairs(review(program, "始める", "あとで", *later)) == 1
    assert asked_pairs(review(program, "始める", "別のもの", *later)) == 1
    assert asked_pairs(review(program, "始める", *later)) == 0
    assert matched(program) == []


def test_a_pair_is_for_a_manager_or_whom_one_asked(program: Program) -> None:
    """Whoever was asked decides this one card; who is a manager no more is not shown the pair that waited for them."""
    put_forward(program, ITO, {SECOND: 1})
    review(program, "始める")  # the pair is before the manager
    manager = program.find_member(TAKAHASHI)
    assert manager is not None
    program.store.write(lambda tx: tx.connection.execute(delete(roles).where(roles.c.person_id == manager.id)))
    assert asked_pairs(talk(program, TAKAHASHI, ["同じ"])) == 0
    appoint(program, TAKAHASHI)
    talk(program, TAKAHASHI, ["任せる 小林さん", "よい", "休む"])
    assert asked_pairs(talk(program, KOBAYASHI, ["同じ"])) == 1
    assert {row.actor for row in matched(program)} == {program.find_member(KOBAYASHI).id}  # type: ignore[union-attr]
