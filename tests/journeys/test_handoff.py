"""A report in the night, put before whoever is to take it, at a terminal, in Slack and in Teams: from the alert to who
leads the case. Of what is shown on the way nothing is in a notification, and nothing is left in the chat.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.teams.line import Reference
from bot import due, introductions
from bot.bootstrap import Program
from bot.conclusions import OpenIncident
from bot.engine.loader import Content
from bot.state.casework import open_incident
from bot.state.incident_tables import incident_members
from bot.state.incidents import Cases, Incident
from tests.chat import content
from tests.doubles.activities import BOT, TENANT
from tests.doubles.teams import conversation_of
from tests.faults.evidence import rows_of
from tests.journeys.deeds import Press
from tests.journeys.hands import SlackHands, TeamsHands
from tests.journeys.terminal import open_program, talk
from tests.journeys.visits import email_of, meet, speak_to_all
from tests.slack import test_round as slack_office
from tests.teams import office as teams_office

BOTH = ("ja", "en")
WHAT, OWN = "金型の図面", "夜に一人で残っていた"
REPORT = {
    **{"mover": "employee", "when": "today", "still": "yes", "signs": ["sg-emp-03"]},
    **{"own": [OWN], "what": WHAT, "others": ""},
}
HANDLER = "takahashi"
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What falls due is looked for as often as a test has patience."""
    monkeypatch.setattr(due, "PATROL", 0.1)
    monkeypatch.setattr(introductions, "PATROL", 0.1)


def report(program: Program) -> str:
    return program.store.write(lambda tx: open_incident(tx, OpenIncident(REPORT, (), "R-1")))


def find_case(program: Program, incident: str) -> Incident:
    member = program.find_member(email_of(HANDLER))
    assert member is not None
    found = Cases(program.database, program.store.vault).find(member.actor, incident)
    assert found is not None
    return found


def check_taken(program: Program, incident: str) -> None:
    """The handler leads the case, and nobody else knows of it."""
    found = find_case(program, incident)
    member = program.find_member(email_of(HANDLER))
    assert member is not None
    assert (found.state, found.body["facts"]["taken_by"]) == ("taken", member.id)
    assert [row.person_id for row in rows_of(program, select(incident_members))] == [member.id]


def list_secrets(language: str) -> Iterator[str]:
    """What of the report must be seen in no notification."""
    told: Content = content()
    signs = told.catalogue["incident"]["signs"]
    yield from (WHAT, OWN, signs["sg-emp-03"]["short"][language])
    yield told.catalogue["incident"]["leakers"]["employee"]["name"][language]


async def wait_for(is_so: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        await asyncio.sleep(0.02)


# -- terminal ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BOTH)
def test_at_a_terminal_it_comes_first(tmp_path: Path, language: str) -> None:
    """Whoever comes with something put away is shown the alert before it, what it is about only once they ask."""
    program = open_program(tmp_path)
    speak_to_all(program, language)
    talk(program, email_of(HANDLER), ["1"])  # an interview of their own, put away
    incident = report(program)
    screen = talk(program, email_of(HANDLER), ["1", "1"])
    alert, take = screen.prompts[:2]
    assert (alert["flow"], alert["question"], take["question"]) == ("handoff", "alert", "take")
    assert not [one for one in list_secrets(language) if one in json.dumps(alert, ensure_ascii=False)]
    assert not [one for one in list_secrets(language) if one not in json.dumps(take, ensure_ascii=False)]
    assert ("handoff", "taken") in screen.ends
    check_taken(program, incident)
    program.database.close()


def test_without_its_rank_it_would_wait_behind_what_was_put_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: in the order of everything else, the interview put away comes first."""
    monkeypatch.setattr("bot.conversation.Conversation._place", lambda *_: 0)
    program = open_program(tmp_path)
    talk(program, email_of(HANDLER), ["1"])
    report(program)
    assert talk(program, email_of(HANDLER), []).prompts[0]["flow"] != "handoff"
    program.database.close()


# -- Slack -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", BOTH)
async def test_in_slack_it_is_taken_by_two_presses(tmp_path: Path, language: str) -> None:
    """The alert comes unasked; what is shown is in no message's text, and once it is taken in no message at all."""
    async with slack_office.open_office(tmp_path) as (program, office):
        speak_to_all(program, language)
        meet(program, "T01:U02", HANDLER, "slack", "D02")
        incident = report(program)
        person = office[HANDLER]
        await person.hear()
        await press_through(SlackHands(person), lambda: list_in_slack(person), language)
        await wait_for(lambda: find_case(program, incident).state == "taken")
        await slack_office.hear_out(program, email_of(HANDLER))
        await wait_for(lambda: not find_told(list_in_slack(person), language))
        texts = [call.args["text"] for call in person.double.called("chat.postMessage")]
        assert not find_told(texts, language)
        check_taken(program, incident)


def list_in_slack(person: Any) -> list[Any]:
    """Every message as it stands now."""
    return list(person.double.messages.values())


async def press_through(hands: Any, read: Callable[[], list[Any]], language: str) -> None:
    """Open it, see all of it, take it."""
    assert not find_told(read(), language)
    assert await hands.do(Press("open"))
    await wait_for(lambda: len(find_told(read(), language)) == len(list(list_secrets(language))))
    assert await hands.do(Press("take"))


def find_told(shown: list[Any], language: str) -> list[str]:
    """What of the report stands somewhere in it."""
    text = json.dumps(shown, ensure_ascii=False)
    return [one for one in list_secrets(language) if one in text]


# -- Teams -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sdk", teams_office.SDKS)
@pytest.mark.parametrize("language", BOTH)
async def test_in_teams_it_is_taken_by_two_presses(tmp_path: Path, language: str, sdk: str) -> None:
    """The same: neither a summary nor a text for clients without cards tells, and the card that was answered is empty
    of it."""
    async with teams_office.open_office(tmp_path, sdk) as (program, office):
        speak_to_all(program, language)
        person = office[HANDLER]
        place = Reference(person.double.service, conversation_of(person.user), BOT, person.user, TENANT, "ja-JP")
        meet(program, f"{TENANT}:aad-{person.user}", HANDLER, "teams", place.to_text())
        incident = report(program)
        await person.hear()
        await press_through(TeamsHands(person), lambda: list(person.double.messages.values()), language)
        await wait_for(lambda: find_case(program, incident).state == "taken")
        await slack_office.hear_out(program, email_of(HANDLER), "teams")
        await wait_for(lambda: not find_told(list(person.double.messages.values()), language))
        sent = [call.body for method in ("send", "update") for call in person.double.called(method)]
        assert not find_told([list_previews(one) for one in sent], language)
        assert any(list_previews(one) for one in sent)
        check_taken(program, incident)


def list_previews(activity: Any) -> list[str]:
    """What of a message may show outside the conversation."""
    cards = [one["content"] for one in activity.get("attachments") or ()]
    return [
        *(activity[name] for name in ("text", "summary") if activity.get(name)),
        *(one["fallbackText"] for one in cards),
    ]
