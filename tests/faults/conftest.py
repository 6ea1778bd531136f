"""What the fault tests share: the seed, the forge of workers, and places to break."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import CACHE
from tests.faults.clients import Forge
from tests.faults.places import Place, copy_place, settle
from tests.postgres import MakePostgres, drop_database, make_database, make_postgres, postgres_url

__all__ = ["make_postgres", "postgres_url"]  # pytest finds fixtures among a conftest's names

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))


@pytest.fixture(scope="session")
def seed() -> int:
    """Of everything left to chance; the tests print it."""
    return int(os.environ.get("SECRET_REVIEW_SEED", "20261123"))


@pytest.fixture(scope="session")
def forge(standing: Place) -> Iterator[Forge]:
    forge = Forge(standing.data)
    yield forge
    forge.close()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A trial deployment that stands; to be copied, not changed."""
    return settle(tmp_path_factory.mktemp("standing"))


@pytest.fixture(scope="session")
def standing_on_postgres(
    make_postgres: MakePostgres, tmp_path_factory: pytest.TempPathFactory, standing: Place
) -> Place:
    """The same on PostgreSQL."""
    return settle(tmp_path_factory.mktemp("standing-on-postgres"), make_postgres(), content_from=standing.data)


@pytest.fixture
def postgres_place(standing_on_postgres: Place, tmp_path: Path) -> Iterator[Place]:
    """A trial deployment of the test's own on PostgreSQL."""
    url = make_database(standing_on_postgres.url)
    yield copy_place(standing_on_postgres, tmp_path / "place", url)
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, standing: Place) -> Place:
    """A trial deployment of the test's own, on each database."""
    if request.param == "postgres":
        found: Place = request.getfixturevalue("postgres_place")
        return found
    return copy_place(standing, tmp_path / "place")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path, standing: Place) -> Place:
    """Where nothing was ever started, on each database; content lies compiled, as reading it takes ten seconds."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    place = Place(tmp_path / "place", url)
    place.data.mkdir(parents=True)
    shutil.copy(standing.data / CACHE, place.data)
    return place
