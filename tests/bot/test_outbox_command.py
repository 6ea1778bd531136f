"""`outbox` at the command line: what waits, what could not be said, and saying it again."""

import json

import pytest
from sqlalchemy import update

from bot.state.outbox import Due, put_due
from bot.state.tables import outbox
from tests.bot.test_commands import run
from tests.bot.trial import SATO, Run, open_trial, read_entries

__all__ = ["run"]  # pytest finds it among this module's names


@pytest.fixture
def letters(run: Run) -> None:
    """One letter that waits, two that the platform would not take."""
    program = open_trial()
    sato = program.find_member(SATO)
    assert sato is not None
    told = {"notice": "list_ready", "params": {"secret": "ひばりの名前"}}
    program.store.write(lambda tx: put_due(tx, [Due(f"n:{place}", "notice", sato.id, told) for place in range(3)]))
    dead = update(outbox).where(outbox.c.key != "n:0").values(state="dead", reason="channel_not_found")
    program.store.write(lambda tx: tx.connection.execute(dead))
    program.database.close()


def read(run: Run) -> dict[str, object]:
    result = run("outbox", "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, object] = json.loads(result.stdout)
    return told


def test_it_counts_and_tells_why(run: Run, letters: None) -> None:
    """Counts by lane and state, and each dead letter with its reason, but nothing of what it says."""
    told = read(run)
    lanes, dead = told["lanes"], told["dead"]
    assert isinstance(lanes, dict)
    assert isinstance(dead, list)
    assert (lanes["reply"]["ready"], lanes["reply"]["dead"]) == (1, 2)
    assert {one["reason"] for one in dead} == {"channel_not_found"}
    for shown in (run("outbox", "--json").output, run("outbox").output):
        assert "n:1" in shown
        assert "ひばり" not in shown


def test_a_dead_letter_is_sent_again_by_its_key_or_with_all_others(run: Run, letters: None) -> None:
    """What is sent again waits as before; each time is one audit entry, and a key that is not dead is refused."""
    assert run("outbox", "--resend", "n:1").exit_code == 0
    assert run("outbox", "--resend", "n:1").exit_code == 1
    assert run("outbox", "--resend-all").exit_code == 0
    assert read(run)["dead"] == []
    assert len(read_entries("outbox.resent")) == 2
