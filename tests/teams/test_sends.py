"""What is due in Teams goes out whatever Teams does: said once, in order, or listed as what nobody can know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import dispatch
from bot.bootstrap import Program
from bot.state.outbox import DEAD, UNKNOWN, Due, find_given_up, put_due, resend
from bot.state.tables import accounts, outbox
from tests.doubles.activities import TENANT, install
from tests.doubles.teams import Fault
from tests.faults.evidence import rows_of
from tests.teams.office import SDKS, Person, open_office, wait_until

pytestmark = pytest.mark.parametrize("sdk", SDKS)

TIMES = {"before": timedelta(seconds=-5), "after": timedelta(seconds=0.2)}
TOLD = {"notice": "handed_on_from_you", "params": {}}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are tried elsewhere."""
    monkeypatch.setattr(dispatch, "PACE", timedelta(milliseconds=20))
    monkeypatch.setattr(dispatch.random, "uniform", lambda *_: 0.02)


@asynccontextmanager
async def open_met(folder: Path, sdk: str) -> AsyncIterator[tuple[Program, Person]]:
    """Sato has the app and has seen their page."""
    async with open_office(folder, sdk) as (program, office):
        sato = office["sato"]
        await sato.send(install(user=sato.user))
        await sato.hear()
        yield program, sato


def put(program: Program, *keys: str, **more: Any) -> None:
    member = program.find_member("sato@hibarino.example")
    assert member is not None
    program.store.write(
        lambda tx: put_due(tx, [Due(key, "notice", member.id, {**TOLD, "whose": member.id}, **more) for key in keys])
    )


def states(program: Program, *keys: str) -> list[str]:
    found = {row.key: row.state for row in rows_of(program, select(outbox))}
    return [found[key] for key in keys]


def count_told(sato: Person) -> int:
    return len([one for one in sato.double.messages.values() if "text" in one and one.get("text")])


@pytest.mark.parametrize("fault", [Fault(429), Fault(429, retry_after="1"), Fault(412), Fault(503)])
async def test_what_teams_put_off_is_said_later_and_once(tmp_path: Path, sdk: str, fault: Fault) -> None:
    """Too many, a conflict, away for the moment: it comes again until it is taken."""
    async with open_met(tmp_path, sdk) as (program, sato):
        sato.double.script("send", fault, fault)
        put(program, "n:1")
        await wait_until(lambda: states(program, "n:1") == ["sent"])
        assert count_told(sato) == 1
        assert len(sato.double.called("send")) == 4  # the page, two refusals, the notice


@pytest.mark.parametrize("fault", [Fault(drops="after"), Fault(502), Fault(504), Fault(500), Fault(drops="before")])
async def test_what_may_have_arrived_is_listed_and_not_said_twice(tmp_path: Path, sdk: str, fault: Fault) -> None:
    """Nobody can look it up, so a notice is held back as unknown, what is behind it goes on, and it can be resent."""
    async with open_met(tmp_path, sdk) as (program, sato):
        sato.double.script("send", fault)
        put(program, "n:1")
        await wait_until(lambda: states(program, "n:1") == [UNKNOWN])
        put(program, "n:2")
        await wait_until(lambda: states(program, "n:2") == ["sent"])
        assert count_told(sato) == (2 if fault.drops == "after" else 1)
        assert [(one.key, one.state) for one in find_given_up(program.database)] == [("n:1", UNKNOWN)]
        assert program.store.write(lambda tx: resend(tx, "operator", "n:1")) == 1
        await wait_until(lambda: states(program, "n:1") == ["sent"])


@pytest.mark.parametrize("fault", [Fault(drops="after"), Fault(502), Fault(504), Fault(500)])
async def test_a_question_is_asked_again_where_it_may_be_lost(tmp_path: Path, sdk: str, fault: Fault) -> None:
    """A person waits for it: two of it do no harm, none would."""
    async with open_met(tmp_path, sdk) as (_, sato):
        sato.double.script("send", fault)
        await sato.say("こんにちは")
        assert "製造部" in await sato.hear()


async def test_with_read_back_nothing_would_be_listed(
    tmp_path: Path, sdk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: treated like a chat in which it can be looked up, the notice is said twice."""
    made = dispatch.Dispatcher.__init__
    monkeypatch.setattr(dispatch.Dispatcher, "__init__", lambda *args, **_: made(*args))
    async with open_met(tmp_path, sdk) as (program, sato):
        sato.double.script("send", Fault(drops="after"))
        put(program, "n:1")
        await wait_until(lambda: states(program, "n:1") == ["sent"])
        assert count_told(sato) == 2


async def test_what_a_dead_replica_may_have_said_is_listed(tmp_path: Path, sdk: str) -> None:
    """It claimed the conversation and was never heard of again: its notice is unknown, what came later is said."""
    async with open_met(tmp_path, sdk) as (program, sato):
        name = f"{TENANT}:aad-{sato.user}"
        held = program.store.write(
            lambda tx: tx.connection.execute(
                update(accounts)
                .where(accounts.c.account == name)
                .values(doubt_at=tx.now, next_at=tx.now + timedelta(seconds=0.5))
            )
        )
        assert held.rowcount == 1
        member = program.find_member("sato@hibarino.example")
        assert member is not None
        told = {**TOLD, "whose": member.id}
        due = [Due(key, "notice", member.id, told, due_at=program.clock.now() + late) for key, late in TIMES.items()]
        program.store.write(lambda tx: put_due(tx, due))
        await wait_until(lambda: states(program, "before", "after") == [UNKNOWN, "sent"])
        assert count_told(sato) == 1


@pytest.mark.parametrize("fault", [Fault(400, "BadSyntax"), Fault(403, "BotDisabledByAdmin")])
async def test_what_teams_will_never_take_is_given_up(tmp_path: Path, sdk: str, fault: Fault) -> None:
    """The first that is refused is dead with Teams' own word, to be resent by hand; what is behind it goes on."""
    async with open_met(tmp_path, sdk) as (program, sato):
        sato.double.script("send", fault)
        put(program, "n:1")
        await wait_until(lambda: states(program, "n:1") == [DEAD])
        put(program, "n:2")
        await wait_until(lambda: states(program, "n:2") == ["sent"])
        assert [one.reason for one in find_given_up(program.database)] == [fault.code]
