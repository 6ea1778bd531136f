"""A round whole, as people see it in Slack: a manager, two heads, a colleague; started, answered, decided."""

import asyncio

import pytest

from tests.browsers.office import EVERY_WAY, Office
from tests.browsers.person import Person
from tests.house import JAPANESE

pytestmark = pytest.mark.asyncio(loop_scope="session")

SATO, ITO, SUZUKI, TAKAHASHI = (f"{name}@hibarino.example" for name in ("sato", "ito", "suzuki", "takahashi"))
SHEET = {"ja": "P-3ライン加工条件表", "en": "Line P-3 settings sheet"}
RULES = {"ja": "金型設計基準", "en": "Die design rules"}
KNOWS = {"ja": "鈴木さん", "en": "Suzuki-san"}
WISH = {"ja": "まず相談したい", "en": "Let us talk first"}


async def start(office: Office, manager: Person) -> None:
    """By the command, for two departments."""
    await manager.types("/secret-review start")
    await manager.hears()
    await manager.presses(office.choice("round", "begin", "some"))
    await manager.says(", ".join(map(office.department, (SATO, ITO))))
    await manager.presses(office.choice("round", "again", "year"), asks=False)


async def list_one(office: Office, head: Person, item: str) -> None:
    """From the invitation, which came by itself, to the form that asks who knows the one item."""
    await head.hears(office.department(head.email))
    await head.presses(office.choice("inventory", "begin", "start"))
    await head.says(item)
    told = await head.says(office.choice("inventory", "pack_prompts", "none"))
    while item not in told:
        told = await head.says(office.choice("inventory", "pack_more", "none"))


async def judge(office: Office, head: Person) -> None:
    """The list is closed, and its one item put forward as strictly confidential."""
    await head.presses(office.choice("inventory", "left_behind", "no"))
    await head.presses(office.choice("inventory", "confirm_list", "proceed"))
    await head.says("1/0/1/1")
    await head.presses(office.choice("evaluation", "economic", "core"))
    await head.says("1/1/2/1")
    await head.says("4/4/3")
    await head.presses(office.choice("evaluation", "conclusion", "propose"), asks=False)


async def answer_by_oneself(office: Office, head: Person) -> None:
    await list_one(office, head, RULES[office.language])
    await head.presses(office.word("slack_send_as_shown"))
    await judge(office, head)


async def hand_on(office: Office, head: Person, colleague: Person) -> None:
    """Who knows the item best is not known here: a colleague is asked, answers, and the list has it."""
    item, knows = SHEET[office.language], KNOWS[office.language]
    await list_one(office, head, item)
    await head.says("1 " + office.move("unknown"))
    await head.says(knows)
    await colleague.hears(item)
    await colleague.presses(office.choice("colleague", "is_it_you", "me"), asks=False)
    await head.hears(knows)
    await judge(office, head)


async def decide(office: Office, manager: Person) -> None:
    """Two cards: the first approved, the second sent back with words."""
    await manager.types("/secret-review")
    await manager.hears()
    await manager.presses(office.choice("review", "begin", "start"))
    await manager.presses(office.choice("decision", "card", "approve"))
    await manager.presses(office.choice("decision", "card", "return"))
    await manager.says(WISH[office.language])
    await manager.presses(office.choice("decision", "send", "send"), asks=False)


@pytest.mark.parametrize("office", EVERY_WAY, indirect=True, ids="-".join)
async def test_a_round_from_its_start_to_what_the_manager_decides(office: Office) -> None:
    """Two heads are asked unasked and answer, one question is handed on, one item is approved and one sent back."""
    manager, sato, ito, suzuki = [await office.seat(one) for one in (TAKAHASHI, SATO, ITO, SUZUKI)]
    await start(office, manager)
    await manager.sees(office.told("round_head", total=2, done=0))
    await asyncio.gather(hand_on(office, sato, suzuki), answer_by_oneself(office, ito))
    await manager.sees(office.told("round_head", total=2, done=2))
    await manager.sees(office.told("round_head", total=2, done=0), times=0)  # one card, shown anew where it stood
    await decide(office, manager)
    items = {name: (owner, level, state) for name, owner, level, state in office.items()}
    sheet, rules = items[SHEET[office.language]], items[RULES[office.language]]
    assert (sheet[:2], rules[:2]) == ((SUZUKI, 3), (ITO, 3))
    assert sorted((sheet[2], rules[2])) == ["approved", "returned"]
    await (sato if sheet[2] == "returned" else ito).sees(WISH[office.language])
    assert SHEET[office.language] in await sato.goes_home()
    assert office.program.reader.find_chain_break() is None
    heard = "".join("".join(one.heard[1:]) for one in (manager, sato, ito, suzuki))
    assert office.language == "ja" or not JAPANESE.search(heard)
