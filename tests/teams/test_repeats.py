"""What comes twice, late, from somebody else or to no end, in Teams: each counts once or not at all, and is said."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Program
from tests.doubles.activities import edit, execute, say
from tests.slack.test_repeats import records_of, says, state_of
from tests.teams.office import SDKS, Person, open_office, wait_until

pytestmark = pytest.mark.parametrize("sdk", SDKS)


async def begin(sato: Person) -> None:
    await sato.say("こんにちは")
    await sato.hear()


def message_of(got: Any) -> str:
    """What a press was answered with in words."""
    assert got.status == 200
    value = got.body["value"]
    return value if isinstance(value, str) else ""


async def test_a_replay_changes_nothing(tmp_path: Path, sdk: str) -> None:
    """The same activities again, messages and presses: the answer they had, and no other effect."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        hello = say("こんにちは", sato.user)
        assert (await sato.send(hello)).status == 200
        await sato.hear()
        press = execute(sato.find("choose"), sato.user)
        first = await sato.send(press)
        await sato.hear()
        before = state_of(program)
        for _ in range(5):
            assert {(await sato.send(one)).status for one in (hello, press)} == {200}
        assert state_of(program) == before
        assert first.body["type"].endswith("card.adaptive")


async def test_many_copies_at_once_count_once(tmp_path: Path, sdk: str) -> None:
    """Twenty copies in the same moment are one answer."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await begin(sato)
        press = execute(sato.find("choose"), sato.user)
        assert {one.status for one in await asyncio.gather(*(sato.send(press) for _ in range(20)))} == {200}
        await sato.hear()
        once = records_of(program)
        await sato.send(press)
        assert records_of(program) == once


async def test_a_pressed_card_shrinks_to_its_answer_for_everybody(tmp_path: Path, sdk: str) -> None:
    """Whoever pressed sees it at once; the message itself is changed once the next question stands."""
    async with open_office(tmp_path, sdk) as (_, office):
        sato = office["sato"]
        await begin(sato)
        got = await sato.press("choose")
        card = got.body["value"]
        assert "Action" not in str(card)
        assert "はじめる" in str(card)
        await sato.hear()
        at = next(iter(sato.double.messages))
        await wait_until(lambda: "Action" not in str(sato.double.messages[at]))
        assert "はじめる" in str(sato.double.messages[at])


async def test_an_old_card_changes_nothing(tmp_path: Path, sdk: str) -> None:
    """A button of a card further up, by either kind of client: the person is told, and the question comes again."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await begin(sato)
        await sato.press("choose")
        await sato.hear()
        await sato.say("P-3ライン加工条件表")
        await sato.hear()
        before, old = records_of(program), sato.find("choose", 1, card=0)
        assert (await sato.send(execute(old, sato.user))).body["statusCode"] == 200
        assert says(program, "old_card") in await sato.hear()
        assert records_of(program) == before


async def test_a_double_press_counts_once(tmp_path: Path, sdk: str) -> None:
    """The second of two presses finds the question answered: it changes nothing, and the person is told."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await begin(sato)
        data = sato.find("choose")
        await sato.send(execute(data, sato.user))
        once = records_of(program)
        await sato.send(execute(data, sato.user))
        assert records_of(program) == once
        assert says(program, "old_card") in await sato.hear()


@pytest.mark.parametrize("name", ["suzuki", "nobody"])
async def test_somebody_elses_button_is_theirs(tmp_path: Path, sdk: str, name: str) -> None:
    """Whoever presses the button of another's interview learns in private that it is not theirs, and nothing else."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        sato.double.add_member("29:u09", "nobody@elsewhere.example")
        other = office["suzuki"] if name == "suzuki" else Person(sato.double, sato.url, "29:u09")
        await begin(sato)
        await other.say("こんにちは")
        await other.hear(asks=False)
        before, told = records_of(program), len(sato.double.messages)
        got = await other.send(execute(sato.find("choose"), other.user))
        word = message_of(got) if name == "suzuki" else await other.hear(asks=False)
        assert word.strip()
        assert "製造部" not in word
        assert records_of(program) == before
        assert len([at for at in sato.double.messages if at[0] == "a:talk-u01"]) <= told


async def test_a_token_nobody_made_is_not_taken(tmp_path: Path, sdk: str) -> None:
    """A token with anything changed opens nothing: the presser is told, and nothing is written."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await begin(sato)
        data = dict(sato.find("choose"))
        data["token"] = data["token"][:20] + ("A" if data["token"][20] != "A" else "B") + data["token"][21:]
        before = state_of(program)
        assert message_of(await sato.send(execute(data, sato.user))).strip()
        assert state_of(program) == before


async def answer_once(program: Program, person: Person) -> Any:
    """They begin, and stand before their second question; the record then."""
    await begin(person)
    await person.press("choose")
    await person.hear()
    return records_of(program)


async def test_an_answer_edited_afterwards_stands_as_it_came(tmp_path: Path, sdk: str) -> None:
    """Whoever edits a message is told how to change an answer; the record stays."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        before = await answer_once(program, sato)
        await sato.send(edit("ちがうもの", sato.user))
        assert says(program, "edited_in_chat") in await sato.hear(asks=False)
        assert records_of(program) == before


def is_told(program: Program, person: Person) -> bool:
    """Whether they heard that a file is not taken."""
    words = says(program, "files_not_taken")
    return any(words in one.get("text", "") for one in person.double.messages.values())


@pytest.mark.parametrize("text", ["", "この図です"], ids=["alone", "with words"])
async def test_a_picture_is_not_taken(tmp_path: Path, sdk: str, text: str) -> None:
    """Whoever pastes one hears that it was not kept and still stands in the chat; alone it answers nothing."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        before = await answer_once(program, sato)
        picture = {"contentType": "image/png", "contentUrl": "https://smba.trafficmanager.net/secret.png"}
        formatted = {"contentType": "text/html", "content": "<p>x</p>"}
        await sato.send(say(text, sato.user, attachments=[picture, formatted]))
        await wait_until(lambda: is_told(program, sato))
        assert "secret.png" not in str(sato.double.messages)
        if text:
            await wait_until(lambda: records_of(program) != before)
        else:
            assert records_of(program) == before


async def test_a_formatted_text_is_no_file(tmp_path: Path, sdk: str) -> None:
    """The control: Teams sends the same text once more as HTML beside it, which is no reason for a word."""
    async with open_office(tmp_path, sdk) as (program, office):
        sato = office["sato"]
        await begin(sato)
        await sato.send(say("もう少し知りたい", sato.user, attachments=[{"contentType": "text/html", "content": "x"}]))
        await sato.hear()
        assert not is_told(program, sato)
