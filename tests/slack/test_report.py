"""A report in Slack: by word, command, shortcut or button, in two modals, with nothing of it in any message."""

import asyncio
import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import Program
from bot.state.database import CannotSave
from bot.state.incident_tables import incidents, mailboxes
from bot.state.incidents import Cases, Incident
from bot.state.mailboxes import ask_reporter
from bot.state.tables import interviews, outbox
from tests.doubles.payloads import event, message, shortcut, shortcut_anywhere, submit
from tests.doubles.slack import Fault
from tests.slack.test_errands import type_command
from tests.slack.test_interview import PATIENCE, Person, open_company, read_message
from tests.teams.office import wait_until

RECEIPT = re.compile(r"R-[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}")
ABOUT = {
    "field:mover": {"value:1": {"selected_option": {"value": "employee"}}},
    "field:when": {"value:2": {"selected_option": {"value": "today"}}},
    "field:still": {"value:3": {"selected_option": {"value": "yes"}}},
    "field:conflict": {"value:4": {"selected_options": [{"value": "nobody_involved"}]}},
}
SEEN = {
    "field:signs": {"value:1": {"selected_options": [{"value": "sg-emp-03"}]}},
    "field:what": {"value:2": {"value": "合言葉ナナカマドの図面"}},
}


async def wait_for_view(person: Person) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := person.double.called("views.open")):
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    return found[-1].args["view"]


async def fill(person: Person, view: Any, values: dict[str, Any]) -> Any:
    payload = submit(values, view["private_metadata"], person.user)
    return (await person.double.send(person.url, "interactive", payload, time.time())).body


async def report(person: Person) -> str:
    """From the first card to the receipt: one press, two forms."""
    await person.press("choose:1")
    view = await wait_for_view(person)
    following = await fill(person, view, ABOUT)
    assert following["response_action"] == "update"  # the next form in the place of the first
    assert not await fill(person, following["view"], SEEN)
    return await person.hear("R-", asks=False)


def find_case(program: Program) -> Incident:
    """The one case there is, as the handler of the sample company may see it."""
    handler = program.find_member("takahashi@hibarino.example")
    assert handler is not None
    (found,) = Cases(program.database, program.store.vault).list_open(handler.actor)
    return found


async def test_a_report_in_two_modals_leaves_no_word_in_the_chat(tmp_path: Path) -> None:
    """From the word to the receipt in one press and two forms; the case holds it, no message and no row of it does."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()
        await report(sato)
        found = find_case(program)
        assert found.body["report"]["what"] == "合言葉ナナカマドの図面"
        said = json.dumps([call.args for call in sato.double.called("chat.postMessage")], ensure_ascii=False)
        assert "ナナカマド" not in said
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        for table in (interviews, outbox):
            rows = program.database.fetch(select(table).where(table.c.person_id == member.id))
            assert not rows  # nothing says that they spoke
        assert not Cases(program.database, program.store.vault).list_open(member.actor)


async def test_somebody_unknown_may_report(tmp_path: Path) -> None:
    """Who is not in the directory reports like anybody, begun by the command in a channel, and sees nothing else."""
    async with open_company(tmp_path) as (program, sato):
        sato.double.users["U01"]["profile"]["email"] = "nobody@elsewhere.example"
        told = await type_command(sato, "report")
        assert told["response_type"] == "ephemeral"
        await sato.hear()
        await report(sato)
        assert find_case(program).body["report"]["signs"] == ["sg-emp-03"]


@pytest.mark.parametrize("payload", [shortcut(), shortcut_anywhere()], ids=["of a message", "anywhere"])
async def test_both_shortcuts_lead_to_the_desk(tmp_path: Path, payload: dict[str, Any]) -> None:
    """From a message's menu or from anywhere: the first word comes to the person alone, and nothing of the message."""
    async with open_company(tmp_path) as (program, sato):
        told = await sato.double.send(sato.url, "interactive", payload, time.time())
        assert told.status == 200
        await sato.hear("匿名ではありません")
        await report(sato)
        assert find_case(program).body["report"]["signs"] == ["sg-emp-03"]
        said = [call.args for call in sato.double.called("chat.postMessage")]
        assert not [one for one in said if one["channel"] == "C01" or "third person" in json.dumps(one)]


@pytest.mark.parametrize(("word", "language"), [("通報", "ja"), ("report", "en")])
async def test_somebody_unknown_is_answered_in_the_language_of_their_word(
    tmp_path: Path, word: str, language: str
) -> None:
    """Before anybody knows them, the word they came with says what they read."""
    async with open_company(tmp_path) as (program, sato):
        sato.double.users["U01"]["profile"]["email"] = "nobody@elsewhere.example"
        await sato.say(word)
        title = program.content.flows["report"].questions["trust"].words.title
        assert title.of(language).strip() in await sato.hear()


async def test_a_report_gives_the_place_back(tmp_path: Path) -> None:
    """In the middle of an interview the desk comes before everything; after it the same question stands again."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        (before,) = program.reader.find_waiting(member.id)
        await sato.say("通報")
        await sato.hear("匿名ではありません")
        await sato.press("choose:1")
        view = await wait_for_view(sato)
        following = await fill(sato, view, ABOUT)
        await fill(sato, following["view"], SEEN)
        await sato.hear("先ほどの続き")
        (after,) = program.reader.find_waiting(member.id)
        assert after == before  # nothing of the interview changed
        await sato.press("choose:1")  # and its question can be answered there
        await sato.hear()


async def test_a_press_of_somebody_else_or_twice_changes_nothing(tmp_path: Path) -> None:
    """The buttons of a report are its own person's; a form sent twice opens one case."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()
        await sato.press("choose:1")
        view = await wait_for_view(sato)
        sato.double.add_user("U02", "suzuki@hibarino.example")
        other = Person(sato.double, sato.url, "U02")
        await fill(other, view, ABOUT)
        following = await fill(sato, view, ABOUT)
        for _ in range(2):
            await fill(sato, following["view"], SEEN)
        await sato.hear("R-", asks=False)
        assert len(program.database.fetch(select(incidents))) == 1


async def test_what_slack_sends_again_is_said_once(tmp_path: Path) -> None:
    """An event that Slack repeats draws no second card."""
    async with open_company(tmp_path) as (_, sato):
        told = event(message("通報", sato.user, "1790000000.000100"), "EvAgain")
        for _ in range(3):
            assert (await sato.double.send(sato.url, "events_api", told, time.time())).status == 200
        await sato.hear()
        await sato.say("ここで続ける")
        await sato.hear("受け取るのは")
        said = [read_message(one) for one in sato.double.messages.values()]
        assert sum("はじめに一つだけ" in one for one in said) == 1


async def test_what_cannot_be_saved_is_said_not_to_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the database down the person is told plainly that it was not taken, and whom to call."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()

        def fail(*_: Any) -> Any:
            raise CannotSave("disk full")

        with monkeypatch.context() as broken:
            broken.setattr(program.store, "write", fail, raising=False)
            await sato.press("choose:1")
            told = await sato.hear("受け取れていません", asks=False)
        assert "201" in told  # the desk of the sample company
        with monkeypatch.context() as broken:
            broken.setattr(program.database, "ask", fail, raising=False)
            await sato.say("通報")
            assert "201" in await sato.hear("受け取れていません", asks=False)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not sent is tried again at once."""
    monkeypatch.setattr("bot.reporting.RESENT_AFTER", timedelta(seconds=1))
    monkeypatch.setattr("bot.hearing.PATROL", 0.1)


@pytest.mark.usefixtures("in_a_hurry")
async def test_a_receipt_that_could_not_be_sent_comes_later(tmp_path: Path) -> None:
    """With Slack away at the moment of the receipt it stays due in the mailbox, and arrives once."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()
        await sato.press("choose:1")
        following = await fill(sato, await wait_for_view(sato), ABOUT)
        sato.double.script("chat.postMessage", Fault(status=503))
        await fill(sato, following["view"], SEEN)
        await sato.hear("R-", asks=False)
        assert find_case(program).body["report"]["still"] == "yes"
        await wait_until(lambda: not [row for row in program.database.fetch(select(mailboxes)) if row.due_at])
        assert sum("R-" in read_message(one) for one in sato.double.messages.values()) == 1


@pytest.mark.usefixtures("in_a_hurry")
async def test_whoever_was_met_only_afterwards_keeps_their_report(tmp_path: Path) -> None:
    """The first word to us is a report; once we know who it is, their receipt and the team's questions still reach it,
    also where they looked how it stands and left it at that."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()
        found = RECEIPT.search(await report(sato))
        assert found
        await sato.say("こんにちは")
        await sato.hear("はじめまして")
        await sato.say(f"状況 {found[0]}")
        await sato.hear("待っています")
        case = find_case(program)
        assert program.store.write(lambda tx: ask_reporter(tx, case.id, "何時ごろでしたか"))
        await sato.hear("何時ごろでしたか")
        sato.double.calls.clear()
        sato.read = 0
        await sato.press("open")
        await fill(sato, await wait_for_view(sato), {"field:words": {"value:1": {"value": "六時ごろ"}}})
        await sato.hear("受け取りました", asks=False)


@pytest.mark.usefixtures("in_a_hurry")
async def test_a_question_of_the_team_comes_and_is_answered_without_a_name(tmp_path: Path) -> None:
    """Whoever reported is asked in their chat, answers in a form, and the team reads it as of nobody."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("通報")
        await sato.hear()
        receipt = await report(sato)
        case = find_case(program)
        assert program.store.write(lambda tx: ask_reporter(tx, case.id, "何時ごろでしたか"))
        await sato.hear("何時ごろでしたか")
        sato.double.calls.clear()
        sato.read = 0
        await sato.press("open")
        view = await wait_for_view(sato)
        await fill(sato, view, {"field:words": {"value:1": {"value": "夕方の六時ごろ"}}})
        await sato.hear("受け取りました", asks=False)
        handler = program.find_member("takahashi@hibarino.example")
        assert handler is not None
        (reply,) = [
            one
            for one in Cases(program.database, program.store.vault).list_entries(handler.actor, case.id)
            if one.kind == "reply"
        ]
        assert (reply.body["words"], reply.body["who"]) == ("夕方の六時ごろ", "reporter")
        found = RECEIPT.search(receipt)
        assert found
        await sato.say(f"追加 {found[0].lower()}")
        assert "待っています" in await sato.hear(found[0])
