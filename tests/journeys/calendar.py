"""A calendar of the tests' own, moved on by whole spans: the product's clock and the stamps of what people send in
chats follow it, everything else keeps real time.
"""

import time
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace

import pytest

STAMPING = ("tests.slack.test_interview", "tests.slack.test_round", "tests.journeys.hands", "tests.journeys.desks")


class Calendar:
    """What day it is."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.passed = timedelta()
        patch.setattr("bot.clock.SystemClock.now", lambda _: self.now())
        stamps = SimpleNamespace(time=lambda: self.now().timestamp(), monotonic=time.monotonic)
        for module in STAMPING:
            patch.setattr(f"{module}.time", stamps)
        patch.setattr("tests.doubles.activities.datetime", SimpleNamespace(now=self.now))

    def now(self, zone: tzinfo = UTC) -> datetime:
        return datetime.now(zone) + self.passed

    def advance(self, **span: float) -> None:
        self.passed += timedelta(**span)
