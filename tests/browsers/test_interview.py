"""Interviews in Slack as people see them: real pages of an emulator that is not ours, before the real server."""

import pytest
from playwright.async_api import expect

from tests.browsers.office import BOTH_WAYS, Office
from tests.browsers.person import PATIENCE, Person
from tests.house import JAPANESE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATO = "sato@hibarino.example"
ITEM = {"ja": "P-3ライン加工条件表", "en": "Line P-3 settings sheet"}
KNOWS = {"ja": "鈴木さん", "en": "Suzuki-san"}
OUTSIDE = {"nonpublic": "never", "duties": "none", "lifetime": "always", "technical": "yes"}


async def name_one(office: Office, head: Person) -> None:
    """From the command in a channel to the form that asks who knows the one item named."""
    await head.goes_to("C01")
    await head.types("/secret-review")
    assert office.department(SATO) not in await head.hears(asks=False)  # among others nothing is revealed
    await head.goes_to()
    await head.hears(office.department(SATO))
    await head.presses(office.choice("inventory", "begin", "start"))
    await head.says(ITEM[office.language])
    await head.says(office.choice("inventory", "pack_prompts", "none"), ITEM[office.language])


@pytest.mark.parametrize("office", BOTH_WAYS, indirect=True, ids="-".join)
async def test_from_the_command_to_a_judged_item(office: Office) -> None:
    """By pressing, typing and forms, one of them closed by accident, an item comes to stand judged on the register."""
    sato = await office.seat(SATO)
    await name_one(office, sato)
    before = office.place(SATO)
    await sato.opens(office.word("slack_answer"))
    await sato.fills({ITEM[office.language]: KNOWS[office.language]})
    await sato.closes()
    assert office.place(SATO) == before
    await sato.opens(office.word("slack_answer"))
    await sato.submits()
    await sato.presses(office.choice("inventory", "left_behind", "no"))
    await sato.presses(office.choice("inventory", "confirm_list", "proceed"))
    assert office.items() == [(ITEM[office.language], SATO, None, "draft")]
    await sato.opens(office.word("slack_answer"))
    await sato.fills(
        {
            office.field("evaluation", "outside", field): [office.choice("evaluation", "outside", choice, field)]
            for field, choice in OUTSIDE.items()
        }
    )
    await sato.submits()
    await sato.presses(office.choice("evaluation", "economic", "core"))
    await sato.says("1/1/2/1")
    await sato.says("4/4/3")
    await sato.presses(office.choice("evaluation", "conclusion", "propose"), asks=False)
    assert office.items() == [(ITEM[office.language], SATO, 3, "proposed")]
    assert office.program.reader.find_chain_break() is None
    assert office.language == "ja" or not JAPANESE.search("".join(sato.heard[1:]))


@pytest.mark.parametrize("office", BOTH_WAYS, indirect=True, ids="-".join)
async def test_back_and_an_old_button(office: Office) -> None:
    """The word for back asks again; a question that is over has no buttons, and one pressed late changes nothing."""
    sato = await office.seat(SATO)
    await name_one(office, sato)
    asked = office.place(SATO)
    await sato.says(office.move("back"))
    assert office.place(SATO)[3] == "pack_prompts"
    await sato.says(office.choice("inventory", "pack_prompts", "none"))
    assert office.place(SATO) == asked
    kept = await sato.remembers(office.word("slack_send_as_shown"))
    await sato.presses(office.word("slack_send_as_shown"))
    moved = office.place(SATO)
    assert moved != asked
    await expect(sato.button(office.word("slack_send_as_shown"), card=-2)).to_have_count(0, timeout=PATIENCE)
    await sato.presses_late(kept)
    assert office.place(SATO) == moved
