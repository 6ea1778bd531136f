"""What people are sent unasked, as they see it: a lesson answered wrongly, and why it came, in Slack and in Teams."""

from typing import Protocol

import pytest

from bot.state.campaigns import Audience, Campaign, make_campaign, start_campaign
from tests.browsers.office import Office
from tests.browsers.test_playground import Teams, teams
from tests.browsers.test_round import TAKAHASHI

__all__ = ["teams"]  # pytest finds fixtures among a module's names

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]

ABE = "abe@hibarino.example"  # an employee without another role
LESSON, CASE = "al-26", "lc-aichi"


class Reader(Protocol):
    """Somebody before either chat."""

    async def says(self, text: str, holds: str = "") -> str: ...
    async def presses(self, label: str, holds: str = "", asks: bool = True) -> str: ...


def send(office: Office, kind: str, subject: str) -> None:
    """A campaign to one person, as a manager starts it."""
    program = office.program
    person, starter = program.find_member(ABE), program.find_member(TAKAHASHI)
    assert person and starter
    audience, now = Audience(people=(person.id,)), program.clock.now()
    one = Campaign(program.ids.new(), kind, subject, audience, "planned", starter.id, 0, now)
    program.store.write(lambda tx: make_campaign(tx, starter.id, one))
    assert program.store.write(lambda tx: start_campaign(tx, starter.id, one.id)) == 1


def read(office: Office, kind: str, subject: str, *path: str) -> str:
    """A text of a lesson or case."""
    told = office.program.content.awareness[f"{kind}s"][f"{kind}s"][subject]
    for one in path:
        told = told[one]
    return str(told[office.language]).strip()


async def answer(office: Office, person: Reader) -> None:
    """Asked by themselves: one lesson, answered wrongly and explained kindly; then a case, and why it came."""
    send(office, "lesson", LESSON)
    await person.says("/secret-review", read(office, "lesson", LESSON, "message"))
    wrong = read(office, "lesson", LESSON, "checks", "first", "options", "tell")
    told = await person.presses(wrong, read(office, "lesson", LESSON, "today"), asks=False)
    assert read(office, "lesson", LESSON, "checks", "first", "explain") in told
    send(office, "case", CASE)
    await person.says("/secret-review", read(office, "case", CASE, "story"))
    await person.presses(office.choice("nudge", "story", "why"))
    await person.presses(office.choice("nudge", "story", "seen"), asks=False)


@pytest.mark.parametrize("office", [("http", "ja"), ("socket", "en")], indirect=True, ids="-".join)
async def test_in_slack(office: Office) -> None:
    """By the buttons of the cards."""
    await answer(office, await office.seat(ABE))


@pytest.mark.parametrize("teams", ["ja", "en"], indirect=True)
async def test_in_teams(teams: Teams) -> None:
    """The same, in Microsoft's own client."""
    await answer(teams.office, await teams.seat(ABE))
