"""`teams package` at the command line: one file that can be uploaded, or none."""

import json
import zipfile
from pathlib import Path

import pytest

from bot.commands.teams import ICONS, NOBODY
from tests.bot.test_commands import run
from tests.bot.trial import Run
from tests.doubles.teams import APP
from tests.teams.test_manifest import EVERY, find_faults

__all__ = ["run"]  # pytest finds it among this module's names


@EVERY
def test_the_package_is_ready_to_be_uploaded(run: Run, tmp_path: Path, schema: str) -> None:
    """One file with the manifest and both icons; the app's id stands everywhere it has to, and nothing else's."""
    out = tmp_path / "app.zip"
    assert run("teams", "package", "--app-id", APP, "--schema", schema, "--out", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as package:
        assert sorted(package.namelist()) == sorted(["manifest.json", *ICONS])
        text = package.read("manifest.json").decode()
    assert NOBODY not in text
    assert not find_faults(schema, json.loads(text))
    assert json.loads(text)["bots"][0]["botId"] == APP


@pytest.mark.parametrize("named", ["", "not a guid", "00000000"])
def test_no_package_without_an_app(run: Run, tmp_path: Path, named: str) -> None:
    """What is no id of an app makes no file."""
    out = tmp_path / "app.zip"
    assert run("teams", "package", "--app-id", named, "--out", str(out)).exit_code != 0
    assert not out.exists()
