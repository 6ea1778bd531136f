"""At a real keyboard: a pseudo-terminal types, pastes and presses Ctrl-C."""

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

from tests.faults.places import compile_content

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a POSIX thing")

CTRL_C = b"\x03"
UNCUT = """
import asyncio, signal, threading
from adapters.terminal.keyboard import interrupt, read_line
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
signal.signal(signal.SIGINT, interrupt)
try:
    asyncio.run(read_line())
except KeyboardInterrupt:
    print("interrupted")
"""  # the signal wakes the other thread and cuts no read short, as when it comes an instant before the read blocks


def sit_down(*arguments: str, **settings: str) -> tuple[int, int]:
    """Python with these arguments at a terminal of its own: the process, and the terminal's other side."""
    environment = {**os.environ, **settings, "PYTHONPATH": str(Path(__file__).parents[2])}
    process, screen = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606 - the program under test takes the place of the fork
    return process, screen


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


def hang_up(process: int, screen: int) -> int:
    """Its exit code, once it has closed the terminal; one that does not within half a minute is hung up on."""
    read_until(screen, "\0")
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_a_paste_is_one_message_and_ctrl_c_pauses(tmp_path: Path) -> None:
    """Pasted rows come as one message that the guard stops, and Ctrl-C ends the talk at once with exit code 0."""
    places = {"SECRET_REVIEW_DATA": str(tmp_path / "data"), "SECRET_REVIEW_KEY_FILE": str(tmp_path / "key")}
    compile_content(tmp_path / "data")
    process, screen = sit_down("-m", "bot", "talk", **places)
    assert "> " in read_until(screen, "> ")
    os.write(screen, b"1\n")
    assert "> " in read_until(screen, "> ")
    os.write(screen, "寸法 12.5mm\n寸法 13.2mm\n寸法 14.9mm\n寸法 18.1mm\n".encode())
    assert "clear" in read_until(screen, "> ")
    os.write(screen, CTRL_C)
    assert hang_up(process, screen) == 0


def test_ctrl_c_is_heard_though_it_cuts_no_read_short() -> None:
    """Ctrl-C that comes an instant before a reply is awaited ends the wait, though nothing is typed."""
    process, screen = sit_down("-c", UNCUT)
    read_until(screen, "> ")
    os.write(screen, CTRL_C)
    assert "interrupted" in read_until(screen, "interrupted")
    assert hang_up(process, screen) == 0
