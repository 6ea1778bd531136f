"""Whoever leads a case is called before what is due, and no more once it is met; on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import lookout
from bot.conclusions import NoteIncident, PutTask
from bot.state.tables import outbox
from tests.state.talk import Talk, talking
from tests.state.worked import let_happen, list_asked, open_case, read, tell
from tests.state.world import World

OWED = {"personal_data": "yes", "sensitive": "yes", "encrypted": "no", "principal_told": "no"}


def called(world: World, name: str = "takahashi") -> int:
    """How often this person was called to something so far."""
    person = world.people[name]
    rows = [row for row in world.rows(outbox) if row.person_id == person and row.kind == "turn"]
    return len([row for row in rows if row.key.startswith("turn:call:")])


def note(world: World, incident: str, **facts: Any) -> None:
    tell(world, "takahashi", NoteIncident(incident, "fact", facts, {}))


async def wait(world: World, talk: Talk, until: datetime) -> None:
    """Time passes by the hour, as a patrol sees it."""
    while world.clock.now() < until:
        await let_happen(world, talk.conversation, hours=1)


async def test_a_deadline_calls_its_leader_a_day_before(world: World) -> None:
    """A quick report owed within five days: called as the window opens, and once more a day before it ends."""
    begun = world.clock.now()
    incident = open_case(world)
    note(world, incident, answers=OWED)
    with talking(world) as talk:
        await wait(world, talk, begun + timedelta(days=2))
        assert called(world) == 0
        await wait(world, talk, begun + timedelta(days=3, hours=6))
        assert called(world) == 1
        await wait(world, talk, begun + timedelta(days=5, hours=6))
        assert called(world) == 2


async def test_what_is_met_calls_nobody(world: World) -> None:
    """Once the report was made nobody is called for it any more."""
    begun = world.clock.now()
    incident = open_case(world)
    met = dict.fromkeys(("ppc-quick", "ppc-final"), begun.isoformat())
    note(world, incident, answers=OWED, met=met)
    with talking(world) as talk:
        await wait(world, talk, begun + timedelta(days=6))
    assert called(world) == 0


async def test_before_anything_was_asked_no_deadline_calls(world: World) -> None:
    """As long as nobody said what is in it, it is the first hour that asks, and no deadline."""
    begun = world.clock.now()
    open_case(world)
    with talking(world) as talk:
        await wait(world, talk, begun + timedelta(days=4))
    assert called(world) == 0


async def test_an_instant_put_right_moves_the_call(world: World) -> None:
    """Known two days earlier, the window opens two days earlier."""
    begun = world.clock.now()
    incident = open_case(world)
    note(world, incident, answers=OWED, aware_at=(begun - timedelta(days=2)).isoformat())
    with talking(world) as talk:
        await wait(world, talk, begun + timedelta(days=1, hours=6))
    assert called(world) == 1


async def test_a_task_that_falls_due_calls_within_hours(world: World) -> None:
    """Due at night, its leader is called in the morning; done before, not at all."""
    incident = open_case(world)  # 16:40 in Tokyo
    tell(world, "takahashi", PutTask(incident, "fr-03", world.people["takahashi"], "open", 8))
    with talking(world) as talk:
        await wait(world, talk, datetime(2026, 11, 9, 20, tzinfo=UTC))  # five in the morning
        assert called(world) == 0
        await wait(world, talk, datetime(2026, 11, 10, 3, tzinfo=UTC))
        assert called(world) == 1
        tell(world, "takahashi", PutTask(incident, "fr-04", world.people["takahashi"], "open", 40))
        tell(world, "takahashi", PutTask(incident, "fr-04", world.people["takahashi"], "done"))
        await wait(world, talk, datetime(2026, 11, 12, 3, tzinfo=UTC))
    assert called(world) == 1


async def test_two_replicas_call_once(world: World) -> None:
    """What both look at is carried out by whichever is first."""
    incident = open_case(world)
    tell(world, "takahashi", PutTask(incident, "fr-03", world.people["takahashi"], "open", 1))
    other = world.add_replica("other")
    with talking(world) as talk, talking(world, other) as second:
        world.clock.advance(hours=18)
        for one in (talk, second, talk, second):
            await let_happen(world, one.conversation)
    assert called(world) == 1
    assert len(list_asked(world, "takahashi", "response")) == 1


def test_it_is_nowhere_told_what_is_due(world: World) -> None:
    """No row that is due names a case in clear; the case's own line does, sealed, so that this looks at something."""
    incident = open_case(world)
    note(world, incident, answers=OWED)
    ours = [row for row in world.rows(outbox) if row.key.startswith(("watch:", "request:", "call:"))]
    assert ours
    assert not [row for row in ours if incident in f"{row.key} {row.body}"]


async def test_whoever_is_answering_about_it_is_not_called(world: World) -> None:
    """A contract is in it, its hours not known yet, so that it may be due today: while its leader is at that very
    question nobody calls them; once they have left it alone for a while, somebody does."""
    incident = open_case(world)
    with talking(world) as talk:
        await talk.come("takahashi", "response")
        await talk.say("takahashi", "この時刻で始める", "なし", "どれでもない", "いまは頼まない", "2", "送る")
        await talk.say("takahashi", "いいえ/はい/いいえ/いいえ")
        assert world.position(talk.at["takahashi"]) == "term"
        await let_happen(world, talk.conversation)
        assert called(world) == 0
        await let_happen(world, talk.conversation, minutes=9)
        assert called(world) == 0
        await let_happen(world, talk.conversation, minutes=2)
        assert called(world) == 1
    assert read(world, incident) is not None


async def test_without_that_rest_they_would_be_called_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nobody is left to what they are saying, the call comes in the middle of it."""
    monkeypatch.setattr(lookout, "AT_IT", timedelta(0))
    open_case(world)
    with talking(world) as talk:
        await talk.come("takahashi", "response")
        await talk.say("takahashi", "この時刻で始める", "なし", "どれでもない", "いまは頼まない", "2", "送る")
        await talk.say("takahashi", "いいえ/はい/いいえ/いいえ")
        await let_happen(world, talk.conversation)
    assert called(world) == 1
