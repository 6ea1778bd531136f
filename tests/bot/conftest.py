"""An empty place for the command line's data, and what a command leaves open in this process closed after each test."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat import content
from tests.postgres import postgres_url

__all__ = ["postgres_url"]  # pytest finds it among this module's names

CONTENT = content()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings for an empty folder, on either database; the folder in which it and everything else may be put."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    monkeypatch.setenv("SECRET_REVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_REVIEW_KEY_FILE", str(tmp_path / "key" / "master.key"))
    for module in ("bot.bootstrap", "bot.__main__"):  # reading content takes longer than all the rest
        monkeypatch.setattr(f"{module}.read_content", lambda _: CONTENT)
    monkeypatch.setenv("DATABASE_URL", url) if url else monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def _close_log() -> Iterator[None]:
    yield
    log = logging.getLogger("secret_review")
    for handler in log.handlers:
        handler.close()
    log.handlers, log.propagate = [], True
