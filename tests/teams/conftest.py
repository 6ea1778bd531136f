"""Chats of these tests do not wait for the pace at which people are written to."""

from datetime import timedelta

import pytest

from bot import dispatch


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due goes out at once; the pace itself is tried in tests/state and tests/faults."""
    monkeypatch.setattr(dispatch, "PACE", timedelta(milliseconds=20))
    monkeypatch.setattr(dispatch, "PATROL", 0.05)
