"""A round through the departments: asked within their hours, reminded, seen by the manager on one card, and again."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.access import Scope
from bot.bootstrap import Program, build_inspect, build_program
from bot.conversation import Conversation, NotAllowed
from bot.delivery import Voice
from bot.due import Due, repeat_once
from bot.settings import Settings
from bot.state.lane import Lane
from bot.state.tables import interviews, invitations, outbox, people, rounds
from tests.bot.trial import put_forward
from tests.faults.evidence import rows_of
from tests.journeys.terminal import count_minutes, talk
from tests.state.world import SetClock

SATO, ITO, TAKAHASHI = (f"{name}@hibarino.example" for name in ("sato", "ito", "takahashi"))
FRIDAY_EVENING = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # 19:00 in Tokyo; Monday the 23rd is a holiday
ONLY_SATO = ("部署を選ぶ", "製造部", "一年後")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(FRIDAY_EVENING)


@pytest.fixture
def program(tmp_path: Path, clock: SetClock) -> Program:
    return build_program(Settings(data=tmp_path / "data", key_file=tmp_path / "key"), clock=clock)


def let_happen(program: Program) -> None:
    """What is due by now happens."""

    async def once() -> None:
        lane = Lane(program.store.take_turns)
        inspect = build_inspect(program.content)
        lane.start()
        await Due(Conversation(program.store, program.reader, lane, inspect, program.clock, program.ids)).do_due()
        lane.stop()

    asyncio.run(once())


def statuses(program: Program) -> list[str]:
    """The interviews of all rounds, in order."""
    wanted = select(interviews.c.status, interviews.c.flow).join(
        invitations, invitations.c.interview_id == interviews.c.id
    )
    return sorted(f"{row.flow}:{row.status}" for row in rows_of(program, wanted))


def keys(program: Program, begins: str) -> list[str]:
    wanted = select(outbox.c.key).where(outbox.c.key.startswith(begins), outbox.c.state == "sent")
    return [row.key for row in rows_of(program, wanted)]


def end_lists(program: Program) -> None:
    """Every list that was begun is through."""
    over = update(interviews).where(interviews.c.flow == "inventory").values(status="done")
    program.store.write(lambda tx: tx.connection.execute(over))


def show_card(program: Program, email: str = TAKAHASHI) -> str:
    """The manager's card as it would be shown now."""
    member = program.find_member(email)
    assert member is not None
    voice = Voice(program.store, program.reader, "terminal")
    rows = [row for row in program.reader.find_ready(member.id, program.clock.now()) if row.kind == "card"]
    return "\n".join(shown.text for shown in voice.word(member, rows, None))


def test_heads_are_asked_in_their_hours_and_not_on_a_holiday(program: Program, clock: SetClock) -> None:
    """Begun on a Friday evening before a holiday, the first word reaches everybody on Tuesday at nine."""
    talk(program, TAKAHASHI, ["届ける", "決めない"], "round")
    assert len(statuses(program)) > 3
    clock.at = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    let_happen(program)
    assert "inventory:open" not in statuses(program)
    clock.advance(minutes=1)  # Tuesday, 9:00 in Tokyo
    let_happen(program)
    assert "inventory:queued" not in statuses(program)
    assert statuses(program).count("inventory:open") >= len(statuses(program)) - 1  # the manager came by themselves


def test_who_set_other_hours_is_asked_in_those(program: Program, clock: SetClock) -> None:
    """The hours a person chose hold for the first word, too."""
    program.store.write(
        lambda tx: tx.connection.execute(update(people).where(people.c.email == SATO).values(from_hour=20, to_hour=22))
    )
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    clock.advance(minutes=59)
    let_happen(program)
    assert statuses(program) == ["inventory:queued"]
    clock.advance(minutes=1)
    let_happen(program)
    assert statuses(program) == ["inventory:open"]


def test_two_reminders_then_a_manager_is_asked(program: Program, clock: SetClock) -> None:
    """A head who stays silent hears twice more, never oftener, and a manager is asked once who goes on."""
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    for _ in range(60):
        clock.advance(days=1)
        let_happen(program)
    told = select(outbox.c.key).join(people, people.c.id == outbox.c.person_id).where(people.c.email == SATO)
    said = [row.key for row in rows_of(program, told.where(outbox.c.state == "ready"))]
    assert len([key for key in said if key.startswith("turn:invite:")]) == 1
    assert len([key for key in said if key.startswith("turn:remind:")]) == 2
    asked = rows_of(program, select(interviews).where(interviews.c.flow == "successor"))
    assert [row.status for row in asked] == ["open"]


def test_who_has_answered_is_reminded_of_nothing(program: Program, clock: SetClock) -> None:
    """What is over needs no reminder: those that were due later say nothing."""
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    talk(program, SATO, ["はじめる", "順送の金型", "どれもない", "どれもない", "送る", "飛ばす", "ない", "はい"])
    talk(program, SATO, ["やめる", "はい"], "inventory")
    for _ in range(30):
        clock.advance(days=1)
        let_happen(program)
    wanted = select(outbox.c.key).where(outbox.c.key.startswith("turn:remind:"))
    assert rows_of(program, wanted) == []


def test_the_card_shows_how_far_each_department_is(program: Program) -> None:
    """One card names the departments and where they stand, for the manager alone; an end shows it anew."""
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    before = [row for row in rows_of(program, select(outbox)) if row.kind == "card"]
    assert [row.state for row in before] == ["sent"]  # it was said when the manager's visit went on
    program.store.write(
        lambda tx: tx.connection.execute(
            update(interviews).where(interviews.c.flow == "inventory").values(status="done")
        )
    )
    assert show_card(program, SATO) == ""


def test_a_department_with_a_register_is_only_asked_what_changed(program: Program, clock: SetClock) -> None:
    """Where items stand, the round begins the flow that asks of each whether it is still so."""
    put_forward(program, SATO, {"加工条件表": 2})
    program.store.write(
        lambda tx: tx.connection.execute(
            update(interviews).where(interviews.c.flow == "inventory").values(status="done")
        )
    )
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    assert statuses(program) == ["recheck:queued"]
    clock.advance(days=4)
    let_happen(program)
    assert statuses(program) == ["recheck:open"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_twenty_items_take_four_minutes(program: Program, language: str) -> None:
    """Looking over twenty items, a press each, is no more than four minutes by the time model."""
    put_forward(program, SATO, {f"加工条件表 {place}": 2 for place in range(20)})
    end_lists(program)
    visit = talk(program, SATO, ["1", *["1"] * 20], "recheck", lang=language)
    assert visit.ends == [("recheck", "checked")]
    minutes = count_minutes(visit, language)
    print(f"20 items in {visit.replies} replies, {minutes:.1f} minutes ({language})")
    assert minutes <= 4


def test_it_begins_again_by_its_date(program: Program, clock: SetClock) -> None:
    """A year later the same departments are asked again, once."""
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    program.store.write(
        lambda tx: tx.connection.execute(
            update(interviews).where(interviews.c.flow == "inventory").values(status="done")
        )
    )
    clock.at = FRIDAY_EVENING + timedelta(days=364)
    let_happen(program)
    assert len(statuses(program)) == 1
    clock.advance(days=1)
    let_happen(program)
    let_happen(program)
    assert len(statuses(program)) == 2


def test_of_two_replicas_one_begins_it_again(program: Program, clock: SetClock) -> None:
    """Two replicas that see the same date begin one round, not two."""
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    end_lists(program)
    clock.advance(days=365)
    (again,) = [row for row in rows_of(program, select(outbox)) if row.key.endswith(":again")]
    for _ in range(2):
        program.store.write(lambda tx: repeat_once(tx, again.key, again.key.split(":")[1]))
    assert len(rows_of(program, select(rounds.c.id))) == 2


def test_nobody_but_a_manager_starts_one(program: Program) -> None:
    """A head who asks for a round is refused like anybody who asks for what does not exist."""
    with pytest.raises(NotAllowed):
        talk(program, SATO, ["届ける"], "round")


def test_a_colleague_asked_one_question_hears_of_it(program: Program, clock: SetClock) -> None:
    """A question handed to somebody reaches them by itself, in their hours."""
    put_forward(program, ITO, {"試作の図面": 2})
    row = program.reader.read_register(Scope(everything=True))[0]
    talk(program, ITO, ["任せる 佐藤さん"], "evaluation", items=(str(row["id"]),))
    clock.advance(days=4)
    let_happen(program)
    sato = program.find_member(SATO)
    assert sato is not None
    waiting = program.reader.find_waiting(sato.id, "evaluation")
    assert [one.status for one in waiting] == ["open"]
