"""At a real keyboard: a pseudo-terminal types, pastes and presses Ctrl-C."""

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")


def read_until(screen: int, text: str, seconds: float = 30) -> str:
    """What the screen shows until this text, or until the program closes it."""
    shown, end = b"", time.monotonic() + seconds
    while text.encode() not in shown and time.monotonic() < end:
        if select.select([screen], [], [], 0.2)[0]:
            try:
                shown += os.read(screen, 65536)
            except OSError:  # closed on the other side
                break
    return shown.decode(errors="replace")


def test_a_paste_is_one_message_and_ctrl_c_pauses(tmp_path: Path) -> None:
    """Pasted rows come as one message that the guard stops, and Ctrl-C ends the talk at once with exit code 0."""
    environment = {
        **os.environ,
        "SECRET_REVIEW_DATA": str(tmp_path / "data"),
        "SECRET_REVIEW_KEY_FILE": str(tmp_path / "key"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process, screen = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-m", "bot", "talk"], environment)  # noqa: S606 - the program under test takes the place of the fork
    assert "> " in read_until(screen, "> ")
    os.write(screen, b"1\n")
    read_until(screen, "> ")
    os.write(screen, "寸法 12.5mm\n寸法 13.2mm\n寸法 14.9mm\n寸法 18.1mm\n".encode())
    assert "clear" in read_until(screen, "> ")
    os.write(screen, b"\x03")
    read_until(screen, "\0", 5)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
