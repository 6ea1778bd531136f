"""Where no chat is configured the page runs by itself, and drafts go after their day there, too."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import StartFault, build_desk, build_program
from bot.clock import SystemClock
from bot.events import Opened
from bot.reporting import WEB, Caller
from bot.server import list_surfaces, open_server
from bot.settings import Settings
from bot.state.incident_tables import mailboxes
from tests.state.world import SetClock
from tests.teams.office import wait_until


async def test_where_there_is_no_chat_the_page_runs_and_old_drafts_go(tmp_path: Path) -> None:
    """People are told where it is, so it is there; what was begun a day ago is not."""
    folder = {"data": tmp_path / "data", "key_file": tmp_path / "key"}
    clock = SetClock(SystemClock().now())
    program = build_program(Settings(**folder, report_url="https://report.example/report"), clock=clock)
    caller = Caller(WEB, "somebody", None, "ja", "Asia/Tokyo")
    await build_desk(program).take(caller, "one", Opened(), clock.now())
    assert program.database.fetch(select(mailboxes))
    clock.at += timedelta(hours=24)
    async with open_server(program) as server:
        assert server.surfaces == (WEB,)
        await wait_until(lambda: not program.database.fetch(select(mailboxes)))
    with pytest.raises(StartFault):
        list_surfaces(program, "slack")
    program.database.close()
