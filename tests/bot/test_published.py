"""What people are shown is kept by digest from the start on, so that it can be proven later."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import Program, build_program, read_settings
from bot.handbook.awareness import list_published
from bot.state.tables import publications


def open_trial(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("SECRET_REVIEW_DATA", str(folder / "data"))
    monkeypatch.setenv("SECRET_REVIEW_KEY_FILE", str(folder / "key"))
    return build_program(read_settings())


def test_lessons_cases_and_moments_are_published_as_flows_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its row with kind and words; a second start adds none."""
    for _ in range(2):
        program = open_trial(tmp_path, monkeypatch)
        with program.database.reading() as connection:
            rows = {row.digest: (row.kind, row.body) for row in connection.execute(select(publications))}
        program.database.close()
        wanted = list_published(program.content.awareness)
        assert {digest: rows.get(digest) for digest in wanted} == wanted
        assert len(rows) == len(wanted) + len(program.content.flows)
