"""A campaign as tests play it: started, put before people, answered, left alone; over a real database."""

import json
from collections.abc import Sequence
from typing import Any

from bot.nudging import Nudging
from bot.resting import Resting
from bot.state.campaign_tables import nudges
from bot.state.campaigns import Audience, Campaign, make_campaign, start_campaign
from bot.state.tables import interviews
from bot.teaching import Teaching
from tests.state.talk import Talk
from tests.state.world import World

WHO = "abe"  # an employee without another role
LESSON = "al-11"


def make_teaching(world: World) -> Teaching:
    content = world.template.content
    return Teaching(world.store, world.reader, world.clock, content.awareness, content.catalogue)


def start(world: World, subject: str = LESSON, kind: str = "lesson", people: Sequence[str] = (WHO,)) -> str:
    """A campaign to the departments of these people, started; its id."""
    audience = Audience(departments=tuple(world.find(name).department_id for name in people))
    starter = world.find("takahashi").id
    one = Campaign(world.store.ids.new(), kind, subject, audience, "planned", starter, 0, world.clock.at)

    def begin(tx: Any) -> None:
        make_campaign(tx, one.starter, one)
        start_campaign(tx, one.starter, one.id)

    world.store.write(begin)
    return one.id


async def reach(world: World, talk: Talk) -> None:
    """Whoever may be written to now is."""
    nudging = Nudging(talk.conversation, make_teaching(world).choose)
    while await nudging.do_due():
        pass


async def rest(world: World, talk: Talk, **after: float) -> None:
    """What falls due by then of nudges at rest is done."""
    world.clock.advance(**after)
    rows = [(row, json.loads(row.body)) for row in world.reader.find_events(world.clock.now())]
    await Resting(talk.conversation).do(rows)


def find_nudge(world: World, name: str) -> Any:
    """The row of the one nudge this person was sent."""
    (row,) = [row for row in world.rows(nudges) if row.person_id == world.people[name]]
    return row


def find_given(world: World, name: str) -> dict[str, Any]:
    """What the interview of it was given."""
    found = world.reader.read_interview(find_nudge(world, name).interview_id, world.template.words.routes)
    assert found is not None
    given: dict[str, Any] = found.given["nudge"]
    return given


def find_status(world: World, interview: str) -> str:
    return next(row.status for row in world.rows(interviews) if row.id == interview)


async def answer(world: World, talk: Talk, name: str, *lines: str) -> None:
    """This person comes and says these."""
    await talk.come(name, "nudge")
    await talk.say(name, *lines)
