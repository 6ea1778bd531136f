"""What the fault tests share: the seed, the forge of workers, and places to break."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clients import Forge
from tests.faults.places import Place, settle
from tests.postgres import postgres_url

__all__ = ["postgres_url"]

LONG = bool(os.environ.get("SECRET_REVIEW_LONG"))


@pytest.fixture(scope="session")
def seed() -> int:
    """Of everything left to chance; the tests print it."""
    return int(os.environ.get("SECRET_REVIEW_SEED", "20261123"))


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    forge = Forge()
    yield forge
    forge.close()


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A trial deployment that stands; to be copied, not changed."""
    return settle(tmp_path_factory.mktemp("standing"))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, standing: Place) -> Place:
    """A trial deployment of the test's own, on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    return settle(tmp_path / "place", url, content_from=standing.data)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where nothing was ever started, on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    return Place(tmp_path / "place", url)
