"""A person at a terminal whose program is killed: what they know is what they read, for lines carry no event keys."""

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self

from tests.faults.clients import PATIENCE, Ended, Lines, Reply, choose_reply
from tests.faults.places import Place

REST = "休む"


@dataclass(slots=True)
class Typist:
    """Types a reply once a question is read; it counts as accepted with the next line that is read."""

    email: str
    chance: Random
    accepted: dict[str, list[Reply]] = field(default_factory=dict)  # by interview, in order
    pending: tuple[str, Reply] | None = None  # the interview it was for, and the reply
    has_typed: bool = False  # since the start of this process
    resent: int = 0
    landed: int = 0  # replies nobody accepted in words, whose effect was there after the next start

    def start(self) -> None:
        self.has_typed = False

    def hear(self, line: dict[str, Any]) -> str | None:
        """Take in one line of output; what to type, where it asks for something."""
        if self.has_typed:
            self._count_pending()
        if line["type"] != "prompt":
            return None
        if line["flow"] != "inventory":  # what comes after the list is another day's work
            self._count_pending()
            return REST
        question, interview = line["question"].partition("@")[0], line["interview"]
        self.accepted.setdefault(interview, [])
        if self.pending and (self.pending[0], self.pending[1].question) == (interview, question):
            self.resent += 1
        else:
            self.landed += self.pending is not None
            self._count_pending()
            self.pending = (interview, Reply("", choose_reply(question, self.chance), question))
        self.has_typed = True
        return self.pending[1].text

    def _count_pending(self) -> None:
        if self.pending:
            interview, reply = self.pending
            self.accepted[interview].append(reply)
        self.pending, self.has_typed = None, False


class Terminal:
    """`python -m bot talk FLOW --jsonl` as a process of its own."""

    def __init__(self, place: Place, email: str, flow: str = "inventory") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "talk", flow, "--as", email, "--jsonl"],
            cwd=place.folder,
            env=place.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin and self.process.stdout
        self.keys, self.screen = self.process.stdin, self.process.stdout
        self.lines = Lines(self.screen.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)
        self.keys.close()
        self.screen.close()

    def type(self, text: str) -> None:
        self.keys.write(text.encode() + b"\n")
        self.keys.flush()

    def kill(self) -> list[Any]:
        """Kill it, wait until it is gone, and read what stood on its screen by then."""
        self.process.kill()
        return self.lines.read_rest()


def talk(place: Place, person: Typist, during_start: float | None, talking: float) -> bool:
    """Let the person talk, then kill the program: so long after its start, or after its first word.

    False where it had ended by itself, the interview over.
    """
    person.start()
    until = time.monotonic() + (PATIENCE if during_start is None else during_start)
    has_spoken = during_start is not None
    with Terminal(place, person.email) as terminal:
        try:
            while time.monotonic() < until:
                lines = terminal.lines.read(until)
                if lines and not has_spoken:
                    has_spoken, until = True, time.monotonic() + talking
                _listen(terminal, person, lines)
        except Ended:
            assert terminal.process.wait(PATIENCE) == 0
            return False
        for line in terminal.kill():
            person.hear(line)
    return True


def settle_last(place: Place, person: Typist) -> None:
    """Come back once more, to see or to say again what was on its way when the last process was killed."""
    person.start()
    with suppress(Ended), Terminal(place, person.email) as terminal:  # it ends where the last reply was the last of all
        while True:
            for line in terminal.lines.read(time.monotonic() + PATIENCE):
                before, text = person.pending, person.hear(line)
                if text is not None and person.pending is not before:
                    person.pending = None  # all is settled, and this next one is not typed any more
                    return
                if text is not None:
                    terminal.type(text)


def _listen(terminal: Terminal, person: Typist, lines: list[dict[str, Any]]) -> None:
    for line in lines:
        text = person.hear(line)
        if text is not None:
            terminal.type(text)
