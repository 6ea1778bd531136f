"""The room of a case's team from the offer to the channel, through the real server against a Slack of ours."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import Program
from bot.conclusions import OpenIncident
from bot.state import rooms
from bot.state.accounts import meet
from bot.state.casework import open_incident
from bot.state.tables import interviews
from tests.doubles.channels import ME
from tests.slack.test_interview import Person, open_company
from tests.state.cases import REPORT
from tests.teams.office import wait_until

TYPED = (
    "この時刻で始める",
    "分からない",
    "あるかもしれない",
    "いまは頼まない",
    "どれでもない",
    "いまは頼まない",
    "ほぼ確実",
)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether rooms can be had is asked at every look."""
    monkeypatch.setattr(rooms, "LOOK", rooms.timedelta())
    monkeypatch.setattr("bot.housing.PATROL", 0.05)
    monkeypatch.setattr("bot.due.PATROL", 0.1)


def employ(program: Program, sato: Person, user: str, name: str) -> Person:
    """Somebody whom we met, and of whom nothing was asked yet."""
    email = f"{name}@hibarino.example"
    sato.double.add_user(user, email)
    member = program.find_member(email)
    assert member is not None
    program.store.write(lambda tx: meet(tx, "slack", f"T01:{user}", member.id, None))
    return Person(sato.double, sato.url, user)


async def lead_to_the_team(program: Program, leader: Person) -> None:
    """A report came in, this person takes it and answers until it is said who is in it."""
    program.store.write(lambda tx: open_incident(tx, OpenIncident(REPORT, (), "R-1")))
    await leader.hear()
    await leader.press("choose", "開く")
    await leader.press("choose", "引き受ける")
    await leader.hear("時計")
    asked = select(interviews.c.id).where(interviews.c.flow == "response", interviews.c.prompted_at.is_not(None))
    await wait_until(lambda: program.database.fetch(asked))  # only then is what is typed an answer to it
    for reply in TYPED:
        await leader.say(reply)
        await leader.hear()


async def test_the_leader_is_offered_a_room_and_the_team_is_in_it(tmp_path: Path) -> None:
    """After the roles the offer stands with what it is not; pressed, there is one private channel with both in it."""
    async with open_company(tmp_path) as (program, sato):
        sato.double.channels.scopes = {"groups:read", "groups:write"}
        leader, _ = employ(program, sato, "U02", "takahashi"), employ(program, sato, "U03", "watanabe")
        await lead_to_the_team(program, leader)
        await leader.say("送る")
        await leader.hear("管理者")
        await leader.press("choose", "班だけの部屋を作る")
        await wait_until(lambda: [one for one in sato.double.channels.known.values() if len(one.members) > 2])
        (channel,) = sato.double.channels.known.values()
        assert set(channel.members) == {ME, "U02", "U03"}
        await leader.hear("部屋を、Slack に用意しました", asks=False)
