"""People who never wrote to the app are found by their address, gently; what was pressed on Home, or as a shortcut."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from adapters.slack.workspace import Workspace
from bot.bootstrap import Program, build_program
from bot.introductions import BARRED_REST, Introductions
from bot.settings import Settings
from bot.state.preferences import read_preferences
from bot.state.reach import find_met
from bot.state.record import notify_person
from bot.state.tables import people
from tests.contracts.slack_prompts import elements
from tests.doubles.payloads import home, press, shortcut
from tests.doubles.slack import Fault, SlackDouble
from tests.faults.evidence import rows_of
from tests.slack.serving import SECRET
from tests.slack.test_errands import tell, wait_for_home
from tests.slack.test_interview import PATIENCE, Person, open_company
from tests.state.world import SetClock

SATO = "sato@hibarino.example"
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
NUMBERS = itertools.count(1)


@asynccontextmanager
async def open_lobby(folder: Path) -> AsyncIterator[tuple[Program, SlackDouble, Introductions]]:
    """Something is due for Sato, who has an account in the workspace and never wrote to the app."""
    double = await SlackDouble(SECRET).start()
    double.add_user("U01", SATO)
    settings = Settings(data=folder / "data", key_file=folder / "key")
    program = build_program(settings, clock=SetClock(TUESDAY))
    member = program.find_member(SATO)
    assert member is not None
    program.store.write(lambda tx: notify_person(tx, member.id, "test", "handed_on_from_you", {}))
    workspace = Workspace(AsyncWebClient(token="xoxb-test", base_url=double.api))
    made = Introductions(program.store, "slack", workspace, lambda: None, program.clock)
    made.pace = 0.0
    try:
        yield program, double, made
    finally:
        program.database.close()
        await double.stop()


def unfound(program: Program) -> list[str]:
    """Those who were sought in vain."""
    return [row.email for row in rows_of(program, select(people.c.email).where(people.c.sought_at.is_not(None)))]


async def test_somebody_is_found_by_their_address(tmp_path: Path) -> None:
    """Whom something is due for is met without having written; once met, nobody asks for them again."""
    async with open_lobby(tmp_path) as (program, double, made):
        assert await made.meet_due() == 1
        account, member = find_met(program.database, "slack", "T01:U01")
        assert account is not None
        assert member is not None
        assert member.email == SATO
        assert await made.meet_due() == 0
        assert len(double.called("users.lookupByEmail")) == 1


async def test_too_many_is_waited_for(tmp_path: Path) -> None:
    """After a 429 nobody is looked for until its time is over, and then they are found all the same."""
    async with open_lobby(tmp_path) as (_, double, made):
        double.script("users.lookupByEmail", Fault(status=429, retry_after="7", error="ratelimited"))
        assert (await made.meet_due(), made.rest) == (0, 7.0)
        assert (await made.meet_due(), made.rest) == (1, 0.0)


async def test_without_the_right_to_look_nobody_counts_as_unknown(tmp_path: Path) -> None:
    """An app that lacks the scope asks seldom, and tells nobody that a colleague does not exist."""
    async with open_lobby(tmp_path) as (program, double, made):
        double.script("users.lookupByEmail", Fault(error="missing_scope"))
        assert (await made.meet_due(), made.rest) == (0, BARRED_REST)
        assert unfound(program) == []
        assert await made.meet_due() == 1


async def test_who_is_another_than_asked_for_is_not_taken(tmp_path: Path) -> None:
    """An account whose address is another's is nobody's, whatever the search said."""
    async with open_lobby(tmp_path) as (program, double, made):
        double.add_user("U02", "somebody@elsewhere.example")
        double._users_lookupByEmail = lambda _: {"user": double.users["U02"]}  # type: ignore[attr-defined]
        assert await made.meet_due() == 0
        assert unfound(program) == [SATO]


def read_all(folder: Path) -> bytes:
    """Every byte the deployment wrote."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def press_home(person: Person, action: str, value: str, **more: Any) -> None:
    place = {"container": {"type": "view", "view_id": "V9"}, "view": {"id": "V9"}, "channel": None, "message": None}
    told = press(value, person.user, f"{action}:{next(NUMBERS)}", **place, **more)
    assert (await person.double.send(person.url, "interactive", told, time.time())).status == 200


async def test_home_takes_up_what_waits(tmp_path: Path) -> None:
    """The button of an open interview puts its question into the direct message again."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        first = await sato.hear()
        await tell(sato, home(sato.user))
        await wait_for_home(sato, "resume:1")
        blocks = [
            one
            for block in sato.double.homes["U01"]["blocks"]
            for one in [block.get("accessory"), *block.get("elements", ())]
        ]
        button = next(one for one in blocks if one and str(one.get("action_id")).startswith("resume"))
        await press_home(sato, "resume", button["value"])
        again = await sato.hear()
        assert again.splitlines()[-1] == first.splitlines()[-1]
        member = program.find_member(SATO)
        assert member is not None
        assert len(program.reader.find_waiting(member.id)) == 1


def find_menus(person: Person) -> list[Any]:
    """The two of hours, on the Home tab as it stands."""
    return elements(person.double.homes.get(person.user), "static_select")


async def pick(person: Person, place: int, ends: str) -> None:
    """From a menu of the Home tab as it stands, the option whose value ends so."""
    menu = find_menus(person)[place]
    option = next(one for one in menu["options"] if one["value"].endswith(ends))
    assert option != menu["initial_option"]
    chosen = {"type": "static_select", "action_id": menu["action_id"], "block_id": "hours", "selected_option": option}
    await press_home(person, "", "", actions=[{**chosen, "action_ts": f"{time.time():.6f}"}])


async def wait_for_hours(person: Person, *hours: int) -> None:
    """Until the menus stand at these."""
    until = time.monotonic() + PATIENCE
    wanted = [f"\nhours {end} {hour}" for end, hour in zip(("from", "to"), hours, strict=True)]
    while [one["initial_option"]["value"] for one in find_menus(person)] != wanted:
        assert time.monotonic() < until
        await asyncio.sleep(0.02)


async def test_hours_chosen_on_home_hold(tmp_path: Path) -> None:
    """Each end picked from its menu is the person's from then on, and the page shows it."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        await tell(sato, home(sato.user))
        await wait_for_hours(sato, 9, 18)
        await pick(sato, 0, " 10")
        await wait_for_hours(sato, 10, 18)
        await pick(sato, 1, " 16")
        await wait_for_hours(sato, 10, 16)
        member = program.find_member(SATO)
        assert member is not None
        known = read_preferences(program.database, member.id)
        assert known is not None
        assert (known.from_hour, known.to_hour) == (10, 16)


async def test_the_report_shortcut_keeps_nothing_of_the_message(tmp_path: Path) -> None:
    """Reporting from a message tells where to turn; what a third person wrote there is kept nowhere."""
    async with open_company(tmp_path) as (program, sato):
        await sato.say("こんにちは")
        await sato.hear()
        told = shortcut(user=sato.user)
        assert (await sato.double.send(sato.url, "interactive", told, time.time())).status == 200
        assert b"third person wrote" not in read_all(tmp_path)
        assert not [one for one in sato.double.called("chat.postMessage") if one.args["channel"] == "C01"]
        assert program.reader.find_chain_break() is None
