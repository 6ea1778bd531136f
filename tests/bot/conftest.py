"""What a command leaves open in this process is closed after each test: the log of a folder that is about to go."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _close_log() -> Iterator[None]:
    yield
    log = logging.getLogger("secret_review")
    for handler in log.handlers:
        handler.close()
    log.handlers, log.propagate = [], True
