"""Real time and real ids, for everything that is handed a clock. Tests hand in their own."""

import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """The computer's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    """UUID version 7: milliseconds, a counter within the millisecond, chance; they sort in the order they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        with self._lock:  # 48 bits of milliseconds and 12 of counter, counted as one number that only grows
            self._last = max(self._last + 1, (time.time_ns() // 1_000_000) << 12)
            last = self._last
        value = (last >> 12) << 80 | 0x7 << 76 | (last & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62)
        return str(UUID(int=value))
