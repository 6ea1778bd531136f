"""The manager's conversation over a real database: what it counts is what is sent, and what it changes is changed."""

from datetime import UTC, datetime

import pytest

from bot.campaigning import read_running
from bot.conversation import NotAllowed
from bot.handbook.awareness import read_awareness
from bot.recurrence import is_rule
from bot.state.campaign_tables import campaigns
from bot.state.campaigns import Progress, read_progress
from bot.state.directing import fit_short_months
from bot.state.schedules import list_schedules
from tests.state.nudged import LESSON, start
from tests.state.talk import Talk, talking
from tests.state.world import World

ALL = 30  # people of the sample
MANAGER = "takahashi"
MONTHLY = "FREQ=MONTHLY"


async def talk_through(talk: Talk, *lines: str) -> None:
    await talk.come(MANAGER, "campaign")
    await talk.say(MANAGER, *lines)


def find_campaigns(world: World) -> list[tuple[str, str, int]]:
    return [(row.kind, row.state, row.people) for row in world.rows(campaigns)]


async def test_what_the_card_counts_is_what_is_sent(world: World) -> None:
    """The card says everybody, with their minutes; nothing is sent before the last word, and then exactly that."""
    with talking(world) as talk:
        await talk_through(talk, "おまかせ", "全員", "いま", "一度だけ")
        assert find_campaigns(world) == []
        told = talk.texts(MANAGER)
        assert f"届く人は{ALL}名" in told
        assert "5.0分" in told
        await talk.say(MANAGER, "届ける")
    assert find_campaigns(world) == [("lesson", "running", ALL)]
    assert list_schedules(world.database) == []


async def test_what_comes_again_is_sent_and_scheduled(world: World) -> None:
    """One goes out from the day that was named, and the next is due by the rule after that."""
    with talking(world) as talk:
        await talk_through(talk, "おまかせ", "役割を選ぶ", "部署の責任者", "日を決める", "2026-11-30", "毎月", "届ける")
    assert find_campaigns(world) == [("lesson", "running", 8)]
    (one,) = list_schedules(world.database)
    assert one.next_at == datetime(2026, 12, 30, 0, 0, tzinfo=UTC)
    assert one.audience.roles == ("department_head",)


async def test_one_under_way_is_paused_and_taken_up_again(world: World) -> None:
    """Chosen from the list, paused, and found there once more to go on."""
    campaign = start(world, people=("sato", "ito"))
    with talking(world) as talk:
        await talk_through(talk, "1", "止める")
        assert find_campaigns(world)[0][1] == "paused"
        await talk_through(talk, "1", "続きから届ける")
        assert find_campaigns(world)[0][1] == "running"
        await talk_through(talk, "1", "取りやめる")
    now: Progress = read_progress(world.database, campaign)
    assert (find_campaigns(world)[0][1], now.waiting) == ("cancelled", 0)


@pytest.mark.parametrize(
    ("kind", "subject", "title"),
    [
        ("lesson", "", "その人に合う短い話"),
        ("case", "", "その人に合う漏えいの話"),
        ("case", "0000", "社内で起きたことの話"),
        ("credit", "0000", "いい工夫の紹介"),
        ("lesson", LESSON, None),
        ("moment", "joining", None),
    ],
)
def test_each_under_way_is_told_by_what_it_is(world: World, kind: str, subject: str, title: str | None) -> None:
    """By its title where content has one, else by its kind; nothing else passes for what fits each person."""
    start(world, subject, kind)
    flow = world.template.words.routes["campaign"].flow
    known = read_awareness(flow.catalogue)
    found = {**known.lessons, **known.moments}.get(subject)
    (told,) = read_running(world.reader, flow)
    assert told["title"]["ja"] == (title or (found and found.title.ja.strip()))


async def test_it_is_a_managers_conversation(world: World) -> None:
    """A head of a department cannot begin it, and nothing of it waits for them."""
    with talking(world) as talk, pytest.raises(NotAllowed):
        await talk.come("sato", "campaign")


@pytest.mark.parametrize(
    ("day", "rule"), [(28, "FREQ=MONTHLY"), (31, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1")]
)
def test_a_month_without_that_day_has_its_last(day: int, rule: str) -> None:
    """What begins on the 31st comes every month all the same."""
    found = fit_short_months(MONTHLY, day)
    assert found == rule
    assert is_rule(found, datetime(2026, 12, day, tzinfo=UTC), "Asia/Tokyo")
