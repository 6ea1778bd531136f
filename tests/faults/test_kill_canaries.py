"""`kill -9` while what somebody confides is being written: whatever was half done, no word of it is readable in any
file, and all that was taken stands under seal."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import Program
from bot.state.incident_tables import mailboxes
from bot.state.mailboxes import to_mailbox
from tests.faults.clients import PATIENCE, Ended, Forge, Worker
from tests.faults.conftest import LONG
from tests.faults.evidence import find_damage
from tests.faults.places import Place, copy_place, opened
from tests.state.canaries import find_word, make_stem, read_files, read_raw
from tests.state.confided import Tokens, open_all

ROUNDS = 8 if LONG else 1  # reports, each worked through its first hour
WRITING = [
    "before bot.state.record:Transaction.finish",
    "bot.state.record:Transaction.finish",  # written, and not committed
    "before bot.state.database:Database._fold_log",  # committed, and not acknowledged
    "bot.reporting:write_mailbox",
    "bot.state.casework:add_line",
    "bot.state.store:Store._write_turns",
]
REPORTER, HANDLER = "nakamura", "takahashi"
ABOUT = {"mover": "employee", "when": "today", "still": "yes", "conflict": ["nobody_involved"]}
PLAIN = ("1", "送る", "いいえ/いいえ/いいえ/はい", "飛ばす", "はい", "分からない")  # what leads on

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is of POSIX"),
    pytest.mark.timeout(3600 if LONG else 300),
]


@dataclass
class Line:
    """Whoever confides something: says it again, to the next process, until one took it."""

    forge: Forge
    place: Place
    chance: Random
    how: Mapping[str, Any]
    kills: int = 0
    left: int = 0  # things told to the process there is until it is killed, whatever it does
    worker: Worker | None = None
    heard: list[Any] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)
    keys: Any = field(default_factory=lambda: count(1))
    steps: list[str] = field(default_factory=list)  # at which processes are still to be killed

    def tell(self, who: str, flow: str, text: str | None = None, **fields: Any) -> Any:
        """What the program answered to it in the end."""
        order = {"key": f"told:{next(self.keys)}", "who": who, "flow": flow, "text": text, "fields": fields}
        while True:
            try:
                return self._tell(order)
            except (Ended, BrokenPipeError, ConnectionResetError):
                assert self.worker and self.steps  # it was this test that killed it
                self.steps.pop()
                self.kills += 1
                self.worker = None

    def _tell(self, order: Mapping[str, Any]) -> Any:
        if self.worker is None:
            dies = {"die_at": self.steps[-1], "times": self.chance.randint(1, 3)} if self.steps else {}
            self.worker = self.stack.enter_context(self.forge.start(self.place, tells=self.how, **dies))
            self.left = self.chance.randint(2, 4)
        self.worker.send([order])
        self.left -= 1
        if self.steps and not self.left:  # it did not come to its step, and dies at any instant of this
            time.sleep(self.chance.uniform(0, 0.03))
            self.heard += self.worker.kill()
            raise Ended("killed")
        lines = self.worker.lines.read(time.monotonic() + PATIENCE)
        self.heard += lines
        return lines[-1]


def report(line: Line, tokens: Tokens) -> None:
    line.tell(REPORTER, "report", "通報")
    line.tell(REPORTER, "report", "1")
    line.tell(REPORTER, "report", **ABOUT)
    told = {"signs": ["sg-emp-03", tokens.new()], "what": f"{tokens.new()}の図面", "others": f"{tokens.new()}さん"}
    line.tell(REPORTER, "report", **told)


def add(line: Line, tokens: Tokens, receipt: str) -> None:
    line.tell(REPORTER, "report", f"追加 {receipt}")
    line.tell(REPORTER, "report", "1")
    line.tell(REPORTER, "report", words=f"{tokens.new()}も見ました")


def work_first_hour(line: Line, tokens: Tokens) -> None:
    """Whoever receives it takes it, answers in words wherever there is room for them, and asks for something."""
    for text in ("開く", "引き受ける"):
        line.tell(HANDLER, "handoff", text)
    asked = line.tell(HANDLER, "response")
    while asked["question"]:
        asked = answer(line, tokens, asked)
    for text in (None, "頼む", f"{tokens.new()}を預かる"):
        line.tell(HANDLER, "course", text)


def answer(line: Line, tokens: Tokens, asked: Any) -> Any:
    """What is asked after this question: first something is said that only is noted, then the first thing it takes."""
    if asked["kind"] == "one_of":
        line.tell(HANDLER, "response", f"まだ{tokens.new()}しか見ていません")
    for text in PLAIN:
        told = line.tell(HANDLER, "response", text)
        if told["question"] != asked["question"]:
            return told
    raise AssertionError(asked)


def find_receipt(program: Program) -> str:
    """Of the latest report."""
    rows = program.database.fetch(select(mailboxes))
    return str([one["receipt"] for row in rows for one in to_mailbox(program.store.keeper, row).reports][-1])


def look_around(place: Place, program: Program, line: Line) -> list[tuple[str, bytes]]:
    """Everything that was left behind, and everything that was said to this side."""
    return [*read_files(place.folder), *read_raw(program.database), ("heard", json.dumps(line.heard).encode())]


def test_no_word_is_readable_after_kills_in_the_middle_of_writing(forge: Forge, place: Place, seed: int) -> None:
    """A report, more on it and a first hour, through processes killed at every step of their writing: the words are
    under seal, all of them, and nowhere else."""
    chance, tokens = Random(seed), Tokens(make_stem(f"killed {seed}"))
    steps = chance.sample(WRITING, len(WRITING)) * 2 * ROUNDS
    line = Line(forge, place, chance, {"folder": make_folder(place)}, steps=steps)
    with line.stack, opened(place) as program:
        for _ in range(ROUNDS):
            report(line, tokens)
            add(line, tokens, find_receipt(program))
            work_first_hour(line, tokens)
        assert find_word(tokens.stem, look_around(place, program, line)) == []
        assert [word for word in tokens.said if word not in open_sealed(program)] == []
        assert find_damage(place, program) == []
    print(f"seed {seed}: {line.kills} kills, {len(tokens.said)} words")
    assert line.kills > len(WRITING)
    assert len(tokens.said) > 5 * ROUNDS


def make_folder(place: Place) -> str:
    """For what the processes put into temporary files, and for what they print."""
    folder = place.folder / "temporary"
    folder.mkdir()
    return str(folder)


def open_sealed(program: Program) -> str:
    """Everything of cases and reports, opened."""
    store = program.store

    def read(table: Any) -> list[Any]:
        return program.database.fetch(select(table))

    return open_all(SimpleNamespace(vault=store.vault, keeper=store.keeper, rows=read))  # type: ignore[arg-type]


@pytest.mark.parametrize(("fault", "file"), [("clear", "secret-review.sqlite3"), ("writes", "secret-review.log")])
def test_words_left_readable_are_found(forge: Forge, standing: Place, tmp_path: Path, fault: str, file: str) -> None:
    """The control: kept without a seal, or written into the log, the words are found, and where."""
    place, tokens = copy_place(standing, tmp_path / "place"), Tokens(make_stem(f"control {fault}"))
    line = Line(forge, place, Random(0), {"folder": make_folder(place), fault: True})
    with line.stack, opened(place) as program:
        report(line, tokens)
        found = find_word(tokens.stem, look_around(place, program, line))
    assert any(file in one for one in found), found
