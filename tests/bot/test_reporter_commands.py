"""Who reported is asked of every command, by everybody: none has it in what it tells."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.commands import incidents as incident_commands
from bot.conclusions import TakeIncident
from bot.events import Body, Said, Submitted
from bot.reporting import Caller, ReportDesk
from bot.state.casework import take_incident
from bot.state.incidents import Cases
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, open_trial
from tests.state.taken import act_as

__all__ = ["run"]  # pytest finds it among this module's names

STRANGER = "guest@elsewhere.example"
RECEIPT = re.compile(r"R-[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}")
REPORTER, ACCOUNT = "nakamura@hibarino.example", "T1:U0NAKAMURA"
ABOUT = {"mover": "employee", "when": "today", "still": "yes", "conflict": ["nobody_involved"]}
SAID: Sequence[Body] = (Said("通報"), Said("1"), Submitted(ABOUT), Submitted({"what": "金型の図面"}))
OF_ANYBODY = ("register", "incidents", "cover", "suggest")


@pytest.fixture
def case(run: Run) -> str:
    """Somebody reported in a chat, and the manager took it; its number."""
    program = open_trial()
    reporter, leader = (program.find_member(one) for one in (REPORTER, MANAGER))
    assert reporter is not None
    assert leader is not None
    desk = ReportDesk(program.store, program.reader, lambda _: None)
    caller = Caller("slack", ACCOUNT, reporter.id, "ja", "Asia/Tokyo", "D1")

    async def report() -> None:
        for place, body in enumerate(SAID):
            await desk.take(caller, f"slack:{place}", body, program.clock.now())

    asyncio.run(report())
    (found,) = Cases(program.database, program.store.vault).list_open(leader.actor)
    taken = TakeIncident(found.id)
    program.store.write(lambda tx: take_incident(tx, act_as(leader.id), leader.id, taken))
    program.database.close()
    return found.number


def tell_all(run: Run, case: str, folder: Path) -> str:
    """What the commands over cases say to whoever leads it, and those over everything else to anybody."""
    told = [run("incidents", case, *words, "--as", MANAGER).output for words in ((), ("--json",), ("--lang", "en"))]
    told.append(run("evidence", "pack", case, str(folder / "pack"), "--as", MANAGER).output)
    told += [one.read_bytes().decode("utf-8", "replace") for one in (folder / "pack").iterdir()]
    told.append(run("evidence", "retention", "--as", MANAGER).output)
    told += [run("outbox").output, run("outbox", "--json").output, run("audit", "verify", "--json").output]
    for email in (MANAGER, SATO, ITO, CLERK):
        told += [run(command, "--json", "--as", email).output for command in OF_ANYBODY]
    return "\n".join(told)


def test_somebody_the_directory_does_not_know_reports_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They report like anybody, come back by their receipt, and see nothing else."""
    lines = iter(["1", "2/1/1/0", "1/金型の図面/飛ばす", "送る"])

    async def read_line() -> str | None:
        return next(lines, None)

    monkeypatch.setattr("adapters.terminal.keyboard.read_line", read_line)
    told = run("talk", "report", "--as", STRANGER).output
    found = RECEIPT.search(told)
    assert found
    lines = iter([f"状況 {found[0]}"])
    assert "待っています" in run("talk", "report", "--as", STRANGER).output
    program = open_trial()
    leader = program.find_member(MANAGER)
    assert leader is not None
    (case,) = Cases(program.database, program.store.vault).list_open(leader.actor)
    program.database.close()
    assert case.body["report"]["what"] == "金型の図面"
    assert [run(*words, "--as", STRANGER).exit_code for words in (("talk",), ("incidents",), ("register",))] == [1] * 3


def test_no_command_tells_who_reported(run: Run, case: str, place: Path) -> None:
    """Neither id nor address nor account, in words or as values, on the screen or in the files of a pack."""
    program = open_trial()
    reporter = program.find_member(REPORTER)
    program.database.close()
    assert reporter is not None
    told = tell_all(run, case, place)
    assert case in told
    assert [one for one in (reporter.id, reporter.email, ACCOUNT) if one in told] == []


def test_a_command_that_tells_it_is_found_out(
    run: Run, case: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a view that opened the mailbox would show."""
    keep = incident_commands.View.to_record

    def tell(view: incident_commands.View, one: object) -> dict[str, object]:
        return {**keep(view, one), "reporter": REPORTER}  # type: ignore[arg-type] # as it comes

    monkeypatch.setattr(incident_commands.View, "to_record", tell)
    assert REPORTER in tell_all(run, case, place)
