"""The words of the command and the Home tab, through the real server against a Slack of ours."""

import asyncio
import itertools
import json
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot.state.preferences import read_preferences
from bot.state.reach import find_met
from bot.state.tables import audit, roles
from tests.bot.trial import put_forward
from tests.doubles.payloads import command, event, home, message, press
from tests.slack.test_interview import PATIENCE, Person, buttons, open_company
from tests.slack.test_repeats import records_of, says

NUMBERS = itertools.count(1)


async def type_command(person: Person, text: str, **more: Any) -> Any:
    told = command(text, person.user, f"trigger.{next(NUMBERS)}", **more)
    return (await person.double.send(person.url, "slash_commands", told, time.time())).body


async def tell(person: Person, inner: dict[str, Any]) -> None:
    told = event(inner, f"EvX{next(NUMBERS)}")
    assert (await person.double.send(person.url, "events_api", told, time.time())).status == 200


async def wait_for_home(person: Person, holds: str) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        seen = json.dumps(person.double.homes.get(person.user, {}), ensure_ascii=False)
        if holds in seen:
            return seen
        await asyncio.sleep(0.02)
    raise AssertionError(person.double.calls[-3:])


async def press_word(person: Person, choice: str) -> None:
    place = {"container": {"type": "view", "view_id": "V9"}, "view": {"id": "V9"}, "channel": None, "message": None}
    told = press(f"\n{choice}", person.user, f"word:{next(NUMBERS)}", **place)
    assert (await person.double.send(person.url, "interactive", told, time.time())).status == 200


async def test_home_shows_what_is_theirs_and_changes_with_their_choice(tmp_path: Path) -> None:
    """What waits and who they are stand there; a language chosen there changes the page and outlasts Slack's own."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        await tell(sato, home(sato.user))
        seen = await wait_for_home(sato, "sato@hibarino.example")
        assert "resume:1" in seen
        await press_word(sato, "language en")
        await wait_for_home(sato, "Manufacturing")
        user = {**sato.double.users[sato.user], "locale": "ja-JP"}
        await tell(sato, {"type": "user_change", "user": user})
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        known = read_preferences(program.database, member.id)
        assert known is not None
        assert (known.language, known.language_from) == ("en", "person")


async def test_a_channel_is_told_nothing(tmp_path: Path) -> None:
    """In a public channel every word is answered for these eyes only, without a name, and nothing is posted there."""
    async with open_company(tmp_path) as (_, sato):
        await sato.say("こんにちは")
        await sato.hear()
        for text in (
            "",
            "台帳",
            "私のこと",
            "使い方",
            "言葉",
            "時間帯",
            "通報",
            "開始",
            "確認",
            "見取り図",
            "なにそれ",
        ):
            told = await type_command(sato, text)
            assert told["response_type"] == "ephemeral"
            assert not any(name in json.dumps(told, ensure_ascii=False) for name in ("佐藤", "製造部", "hibarino"))
        await sato.hear(asks=False)
        assert not [one for one in sato.double.called("chat.postMessage") if one.args["channel"] == "C01"]


async def test_in_our_own_conversation_only_the_question_follows(tmp_path: Path) -> None:
    """A command typed there is not told to go on there; typed elsewhere it is."""
    async with open_company(tmp_path) as (_, sato):
        await sato.say("こんにちは")
        await sato.hear()
        assert not await type_command(sato, "", channel_id="D01")
        await sato.hear()
        assert buttons(sato.cards[-1])
        assert (await type_command(sato, "", channel_id="C01"))["text"]


async def test_somebody_unknown_may_report_and_sees_nothing(tmp_path: Path) -> None:
    """Their Home has the way to report and nothing of the company's people; the command leads there."""
    async with open_company(tmp_path) as (_, sato):
        sato.double.users["U01"]["profile"]["email"] = "nobody@elsewhere.example"
        await tell(sato, home(sato.user))
        seen = await wait_for_home(sato, "word:report1")
        assert "製造部" not in seen
        await type_command(sato, "report")
        await sato.hear("not anonymous")  # in the language of the word they typed
        await type_command(sato, "")
        assert not [one for one in sato.double.called("chat.postMessage") if one.args["channel"] == "C01"]


async def test_a_file_is_not_taken(tmp_path: Path) -> None:
    """Whoever sends one hears that nobody opened it and that it still stands there; alone it answers nothing."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        before = records_of(program)
        shared = message("", subtype="file_share", files=[{"id": "F1", "name": "secret.xlsx"}], channel="D01")
        await tell(sato, shared)
        heard = await sato.hear(says(program, "files_not_taken"), asks=False)
        assert "secret.xlsx" not in heard
        assert records_of(program) == before


async def test_an_edit_is_answered_and_who_left_is_spoken_to_no_more(tmp_path: Path) -> None:
    """An edited message draws one word; once Slack says somebody is gone, their account is nobody's."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        assert buttons(sato.cards[-1])
        changed = {"message": {"user": "U01", "text": "b", "ts": "1.2"}, "previous_message": {"text": "a"}}
        await tell(sato, message("", user=None, subtype="message_changed", **changed))
        await sato.hear("直す", asks=False)
        await tell(sato, {"type": "user_change", "user": {**sato.double.users["U01"], "deleted": True}})
        account, _ = find_met(program.database, "slack", "T01:U01")
        assert account is not None
        assert account.person is None
        await tell(sato, {"type": "app_uninstalled"})
        assert program.reader.find_chain_break() is None


async def test_the_cover_map_is_for_who_may_see_it(tmp_path: Path) -> None:
    """A head is shown the own department's map with the word that goes on with it, and looking is on the record; who
    heads nothing is told as of anything else that is not theirs."""
    async with open_company(tmp_path) as (program, sato):
        put_forward(program, "sato@hibarino.example", {"加工条件": 3})
        await sato.say("こんにちは")
        await sato.hear()
        told = json.dumps(await type_command(sato, "見取り図", channel_id="D01"), ensure_ascii=False)
        assert "接近" not in told  # the short names are shown
        assert "近づきにくい" in told
        assert '"\\nmeasures"' in told
        with program.database.reading() as connection:
            seen = connection.execute(select(audit.c.detail).where(audit.c.action == "cover.viewed")).scalars().all()
        assert [json.loads(one) for one in seen] == [{"count": 1, "form": "slack"}]
        retire = update(roles).where(roles.c.role == "department_head").values(role="auditor")
        program.store.write(lambda tx: tx.connection.execute(retire) and None)
        told = json.dumps(await type_command(sato, "見取り図", channel_id="D01"), ensure_ascii=False)
        assert "近づきにくい" not in told
