"""What is typed at a terminal: a line, or the lines of one paste, and Ctrl-C. Knows nothing of what it is for."""

import select
import sys
from typing import Any

PASTES, RESTS = 0.05, 0.2  # seconds: within which nobody types a next line; after which a reader looks up


def interrupt(*_: Any) -> None:
    """Ctrl-C ends a waiting input at once; the event loop's own handler would only ask its task to end."""
    raise KeyboardInterrupt


async def read_line() -> str | None:
    """One reply from standard input: a line, or at a keyboard also the lines of one paste. None at its end."""
    if sys.stdin.isatty():
        sys.stdout.write("> ")
        sys.stdout.flush()
        while not _has_keys(RESTS):
            pass  # what comes in the instant before a read blocks, Ctrl-C too, would be heard only after that read
    line = sys.stdin.readline()  # nothing else runs here meanwhile, and Ctrl-C must end it at once
    while line and sys.stdin.isatty() and sys.platform != "win32" and _has_keys(PASTES):
        line += sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _has_keys(seconds: float) -> bool:
    """Whether something typed is there within so many seconds; Windows tells nobody, so there a read has to wait."""
    if sys.platform == "win32":
        return True
    return bool(select.select([sys.stdin], [], [], seconds)[0])
