"""Where one deployment of a test lies: a folder of its own, and a database in it or on the tests' PostgreSQL."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.bootstrap import CACHE, Program, _keep_content, build_program, read_content
from bot.settings import Settings
from bot.state.database import FILE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """One deployment; `url` is None where the database is a file in the folder."""

    folder: Path
    url: str | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def key_file(self) -> Path:
        return self.folder / "config" / "master.key"

    @property
    def database_file(self) -> Path:
        return self.data / FILE

    def describe(self) -> dict[str, str | None]:
        """The place as plain values for another process; `to_settings` reads them."""
        return {"data": str(self.data), "key_file": str(self.key_file), "DATABASE_URL": self.url}

    def environment(self, **changed: str | Path) -> dict[str, str]:
        """The environment of a process that is to work here and nowhere else."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SECRET_REVIEW_", "XDG_"))}
        clean.pop("DATABASE_URL", None)
        ours = {
            "HOME": self.folder / "home",
            "XDG_DATA_HOME": self.folder / "home" / "share",
            "XDG_CONFIG_HOME": self.folder / "home" / "config",
            "SECRET_REVIEW_DATA": self.data,
            "SECRET_REVIEW_KEY_FILE": self.key_file,
            "TMPDIR": self.folder,
            "PYTHONPATH": ROOT,
            "PYTHONUTF8": "1",
            **({"DATABASE_URL": self.url} if self.url else {}),
            **changed,
        }
        return clean | {name: str(value) for name, value in ours.items()}


def to_settings(described: dict[str, str | None]) -> Settings:
    """Settings of a described place, whatever the environment says."""
    return Settings(**{"content": None, **described})


@contextmanager
def opened(place: Place) -> Iterator[Program]:
    """The program of a place, built in this process and closed at the end."""
    program = build_program(to_settings(place.describe()))
    try:
        yield program
    finally:
        program.database.close()


def settle(folder: Path, url: str | None = None, content_from: Path | None = None) -> Place:
    """A trial deployment that stands; `content_from` is a data folder whose compiled content saves reading YAML."""
    place = Place(folder, url)
    place.data.mkdir(parents=True)
    if content_from:
        shutil.copy(content_from / CACHE, place.data / CACHE)
    with opened(place):
        return place


def copy_place(standing: Place, folder: Path, url: str | None = None) -> Place:
    """Another like it, key and all; `url` is that of a copy of its database, where that is on PostgreSQL."""
    shutil.copytree(standing.folder, folder)
    return Place(folder, url)


def compile_content(data: Path) -> None:
    """A data folder in which the content lies compiled, so that no process that starts there reads YAML."""
    settings = Settings(data=data, content=None)
    data.mkdir(parents=True, exist_ok=True)
    _keep_content(settings, read_content(settings))


def run_here(place: Place, *arguments: str, **changed: str | Path) -> subprocess.CompletedProcess[str]:
    """The same command within this process, in which content was read before; for starts that come to nothing."""
    with pytest.MonkeyPatch.context() as patch:
        wanted = place.environment(**changed)
        for name in {*os.environ} - {*wanted}:
            patch.delenv(name)
        for name, value in wanted.items():
            patch.setenv(name, value)
        ended = CliRunner().invoke(app, arguments)
    assert isinstance(ended.exception, SystemExit | None), ended.exception
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout, ended.stderr)


def run_bot(place: Place, *arguments: str, **changed: str | Path) -> subprocess.CompletedProcess[str]:
    """One command of the program as a process of its own, at its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=place.folder,
        env=place.environment(**changed),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
