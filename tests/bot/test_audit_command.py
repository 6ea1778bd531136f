"""`audit` at the command line: its exit codes, who may, and that a killed program's checkpoint is made up for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.state.tables import audit, checkpoints, deployment
from tests.bot.test_commands import HEADER, ITO, SATO, look, run
from tests.bot.trial import CLERK, Run, open_trial, read_entries

__all__ = ["run"]  # pytest finds it among this module's names


@pytest.fixture
def trial(run: Run) -> Run:
    """The sample company, with nothing vouched for yet."""
    open_trial().database.close()
    return run


def verify(run: Run, *words: str) -> tuple[int, dict[str, Any]]:
    result = run("audit", "verify", "--json", *words)
    told: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, told


def change(*statements: Any) -> None:
    program = open_trial()
    with program.database.writing() as connection:
        for statement in statements:
            connection.execute(statement)
    program.database.close()


def test_it_is_unanchored_then_whole_then_broken(trial: Run, place: Path) -> None:
    """2 before anything is outside, 0 with no setting at all once a checkpoint was made, 1 once a row was changed."""
    assert verify(trial)[0] == 2
    assert trial("audit", "checkpoint").exit_code == 0
    code, told = verify(trial)
    assert (code, told["result"], told["rows_after"], told["bad"]) == (0, "whole", 0, None)
    assert {file.suffix for file in (place / "key" / "checkpoints").iterdir()} == {".pem", ".txt"}
    change(update(audit).where(audit.c.seq == 2).values(actor="somebody else"))
    code, told = verify(trial)
    assert (code, told["result"], told["bad"]["row"], told["sure"]) == (1, "broken", 2, 0)
    for language in ("ja", "en"):
        result = trial("audit", "verify", "--lang", language)
        assert result.exit_code == 1
        assert "2" in result.output


def test_a_visit_at_a_terminal_leaves_a_checkpoint(run: Run) -> None:
    """With no setting and no further command, a first visit is vouched for once it is over."""
    assert run("talk").exit_code == 0
    code, told = verify(run)
    assert (code, told["rows_after"]) == (0, 0)


def test_rows_after_the_newest_checkpoint_are_said_and_no_fault(trial: Run) -> None:
    """Still 0, with their number."""
    trial("audit", "checkpoint")
    assert trial("register", "--as", "sato@hibarino.example").exit_code == 0
    code, told = verify(trial)
    assert (code, told["rows_after"]) == (0, 1)


def test_checkpoints_kept_elsewhere_are_looked_at_where_they_are_named(
    trial: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the settings is gone: nothing vouches, until a copy of it is named; a folder that is not there is
    told apart from one that holds nothing."""
    trial("audit", "checkpoint")
    shutil.move(place / "key" / "checkpoints", place / "usb")
    assert verify(trial)[0] == 2
    assert verify(trial, "--checkpoints", str(place / "usb"))[0] == 0
    assert trial("audit", "verify", "--checkpoints", str(place / "nowhere")).exit_code == 66
    monkeypatch.setenv("SECRET_REVIEW_CHECKPOINTS", f"folder:{place / 'usb'}")
    assert verify(trial)[0] == 0


def test_an_older_copy_is_found_only_with_what_is_outside(trial: Run, place: Path) -> None:
    """The rows after it are missing, and the first is named; without the folder (negative control) it is unanchored."""
    trial("audit", "checkpoint")
    rows = verify(trial)[1]["rows"]
    program = open_trial()
    with program.database.reading() as connection:
        before = connection.execute(audit.select().where(audit.c.seq == rows - 3)).one()
    program.database.close()
    change(
        delete(audit).where(audit.c.seq > rows - 3),
        delete(checkpoints),
        update(deployment).values(audit_seq=rows - 3, audit_hash=before.hash),
    )
    code, told = verify(trial)
    assert (code, told["bad"]["cause"], told["bad"]["row"], told["bad"]["seen_at"]) == (1, "cut_off", rows - 2, rows)
    shutil.rmtree(place / "key" / "checkpoints")
    assert verify(trial)[0] == 2


def test_after_the_key_was_lost_the_old_one_is_trusted_only_by_name(trial: Run, place: Path) -> None:
    """A new key is made at the next start; what the old one signed vouches where its public key is given."""
    trial("audit", "checkpoint")
    (place / "key" / "signing.key").unlink()
    code, told = verify(trial)
    assert (code, len(told["checkpoints"]["unknown_key"])) == (2, 2)
    (key,) = (place / "key" / "checkpoints").glob("*.pem")
    assert verify(trial, "--key", str(key))[0] == 0
    assert trial("audit", "verify", "--key", str(place / "key" / "master.key")).exit_code == 66


def test_the_keys_are_for_their_owner_and_apart_from_the_data(
    trial: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signing key lies beside the master key; in the data folder it is refused, and so is a place for checkpoints
    there, or one that cannot be."""
    assert (place / "key" / "signing.key").stat().st_mode & 0o777 == 0o600
    for name, value in (
        ("SIGNING_KEY_FILE", str(place / "data" / "signing.key")),
        ("CHECKPOINTS", f"folder:{place / 'data' / 'checkpoints'}"),
        ("CHECKPOINTS", "mailto:auditor@a.example"),
        ("CHECKPOINTS", "nowhere"),
    ):
        with monkeypatch.context() as changed:
            changed.setenv(f"SECRET_REVIEW_{name}", value)
            assert trial("audit", "verify").exit_code == 78, value


def test_a_place_that_fails_is_told_and_costs_no_others(
    trial: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 of the making, the folder has it all the same, and verify names the place that has not."""
    monkeypatch.setenv("SECRET_REVIEW_CHECKPOINTS", f"command:false; folder:{place / 'outside'}")
    assert trial("audit", "checkpoint").exit_code == 1
    code, told = verify(trial)
    assert (code, [name.partition(":")[0] for name in told["unwritten"]]) == (0, ["command"])


def test_an_auditor_may_and_others_may_not(run: Run) -> None:
    """Elsewhere than in the trial an operator acts for them, which is written down; a clerk is shown nothing."""
    assert run("people", "import", "--apply", file=HEADER + SATO + ITO).exit_code == 0
    with pytest.MonkeyPatch.context() as changed:
        assert run("audit", "verify", "--as", "ito@a.example").exit_code == 1
        changed.setenv("SECRET_REVIEW_OPERATOR", "true")
        assert run("audit", "verify", "--as", "ito@a.example").exit_code == 2
        assert run("audit", "verify", "--as", "sato@a.example").exit_code == 1
    actors = [actor for actor, action, _ in look()[1] if action == "audit.verified"]
    assert len(actors) == 1
    assert actors[0].startswith("operator:")


def test_it_is_refused_to_a_clerk_of_the_sample(trial: Run) -> None:
    """And leaves no entry."""
    assert trial("audit", "verify", "--as", CLERK).exit_code == 1
    assert read_entries("audit") == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX")
def test_a_kill_between_making_and_writing_is_made_up_for(trial: Run, place: Path) -> None:
    """A place that kills the program with signal 9 before the next has it; the checkpoint stands and is written by
    whoever comes."""
    kill = f"import os{chr(10)}os.kill(os.getppid(), 9)"
    places = f"command:{sys.executable} -c '{kill}'; folder:{place / 'outside'}"
    environment = {**os.environ, "SECRET_REVIEW_CHECKPOINTS": places}
    command = [sys.executable, "-m", "bot", "audit", "checkpoint"]
    root = Path(__file__).parents[2]
    killed = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    assert killed.returncode == -9
    assert not (place / "outside").exists()
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("SECRET_REVIEW_CHECKPOINTS", f"folder:{place / 'outside'}")
        code, told = verify(trial)
        assert (code, told["checkpoints"]["database"]) == (2, 1)
        assert trial("audit", "checkpoint").exit_code == 0
        code, told = verify(trial)
        assert (code, told["checkpoints"]["database"], told["rows_after"]) == (0, 1, 0)
