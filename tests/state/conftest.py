"""Worlds to test in: `world` is tried on both databases in turn, `sqlite_world` and `postgres_world` are one each."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.postgres import MakePostgres, make_postgres, postgres_url
from tests.state.world import KINDS, Template, World, make_template, open_world

__all__ = ["make_postgres", "postgres_url"]  # pytest finds fixtures among a conftest's names

FindTemplate = Callable[[str], Template]


@pytest.fixture(scope="session")
def find_template(make_postgres: MakePostgres, tmp_path_factory: pytest.TempPathFactory) -> FindTemplate:
    @cache
    def find(kind: str) -> Template:
        return make_template(kind, tmp_path_factory.mktemp(kind), make_postgres if kind == "postgres" else None)

    return find


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, find_template: FindTemplate, tmp_path: Path) -> Iterator[World]:
    yield from open_world(find_template(request.param), tmp_path / "world")


@pytest.fixture
def sqlite_world(find_template: FindTemplate, tmp_path: Path) -> Iterator[World]:
    yield from open_world(find_template("sqlite"), tmp_path / "sqlite")


@pytest.fixture
def postgres_world(find_template: FindTemplate, tmp_path: Path) -> Iterator[World]:
    yield from open_world(find_template("postgres"), tmp_path / "postgres")
