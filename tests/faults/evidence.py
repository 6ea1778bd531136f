"""What the record must show after everything that was accepted, and nothing else, was written exactly once."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.access import Scope
from bot.bootstrap import Program
from bot.engine.lexicon import fold
from bot.engine.position import replay
from bot.state.tables import audit, inbox, interviews
from tests.faults.clients import BACK, Reply, Talker
from tests.faults.places import Place, opened
from tests.faults.terminals import Typist


def find_faults(place: Place, people: Sequence[Talker | Typist]) -> list[str]:
    """Everything in which the record differs from what was accepted, in words; empty where nothing does."""
    with opened(place) as program:
        found = find_damage(place, program)
        for person in people:
            found += _compare_person(program, person)
        keys = [reply.key for person in people for replies in person.accepted.values() for reply in replies]
        if all(keys):  # the terminal makes its own
            found += _compare_inbox(program, keys)
        return found + _find_double_items(program)


def find_damage(place: Place, program: Program) -> list[str]:
    """What is broken in itself: the audit chain, or the database file."""
    broken = program.reader.find_chain_break()
    found = [] if broken is None else [f"the audit chain breaks at row {broken}"]
    return found + (find_file_damage(place) if place.url is None else [])


def find_file_damage(place: Place) -> list[str]:
    connection = sqlite3.connect(place.database_file)
    try:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        strangers = list(connection.execute("PRAGMA foreign_key_check"))
    finally:
        connection.close()
    return [*(line for line in said if line != "ok"), *(f"foreign key: {row}" for row in strangers)]


def rows_of(program: Program, query: Any) -> list[Any]:
    with program.database.reading() as connection:
        return list(connection.execute(query))


def _compare_person(program: Program, person: Talker | Typist) -> list[str]:
    member = program.find_member(person.email)
    assert member
    wanted = select(interviews.c.id).where(interviews.c.person_id == member.id, interviews.c.flow == "inventory")
    known = {row.id for row in rows_of(program, wanted)}
    found = [f"{person.email}: interview {one} was never told of" for one in known - set(person.accepted)]
    for interview, replies in person.accepted.items():
        found += [f"{person.email}: {what}" for what in compare_answers(program, interview, replies)]
        found += [f"{person.email}: {what}" for what in _compare_turns(program, interview, replies)]
        found += [f"{person.email}: {what}" for what in _compare_register(program, interview, replies)]
    return found


def compare_answers(program: Program, interview: str, replies: Sequence[Reply]) -> list[str]:
    """The rows of answers against the accepted replies, and the position against a replay of the rows."""
    rows = [opened for _, opened in program.reader.read_answers(interview)]
    kept = [row.said for row in rows]
    told = [reply.text for reply in replies if reply.text not in (None, BACK)]
    found = [f"lost: {text}" for text in (Counter(told) - Counter(kept)).elements()]
    found += [f"doubled: {text}" for text in (Counter(kept) - Counter(told)).elements()]
    if not found and kept != told:
        found.append("in another order")
    now = program.reader.read_interview(interview, program.store.words.routes)
    assert now
    answers = {row.key: row.reply for row in rows}
    again = replay(program.store.words.routes[now.flow], now.given, answers)
    if again != now.snapshot._replace(aside=None):
        found.append(f"stands at {now.snapshot.position}, its answers lead to {again.position}")
    return found


def _compare_turns(program: Program, interview: str, replies: Sequence[Reply]) -> list[str]:
    """Every reply is one turn: one step of the revision, told by one row of the audit. Coming back is none."""
    now = program.reader.read_interview(interview, program.store.words.routes)
    assert now
    said = len([reply for reply in replies if reply.text is not None])
    entries = select(audit.c.detail).where(audit.c.object == interview, audit.c.action.like("turn.%"))
    steps = [json.loads(row.detail)["revision"] for row in rows_of(program, entries.order_by(audit.c.seq))]
    found = [f"{said} replies accepted, {now.revision} turns taken"] if now.revision != said else []
    if [step for step in steps if step] != list(range(1, said + 1)):
        found.append(f"{said} replies accepted, the audit tells of {steps}")
    return found


def _compare_register(program: Program, interview: str, replies: Sequence[Reply]) -> list[str]:
    """What a finished interview listed stands on the register."""
    now = program.reader.read_interview(interview, program.store.words.routes)
    if now is None or now.status != "done":
        return []
    told = [reply.text for reply in replies if reply.question == "told_items"][-1]
    names = {row["name"] for row in program.reader.read_register(Scope(everything=True))}
    return [] if told in names else [f"not on the register: {told}"]


def _find_double_items(program: Program) -> list[str]:
    rows = program.reader.read_register(Scope(everything=True))
    counted = Counter((row["department_id"], fold(row["name"])) for row in rows)
    return [f"twice on the register: {name}" for name, count in counted.items() if count > 1]


def _compare_inbox(program: Program, keys: Sequence[str]) -> list[str]:
    rows = rows_of(program, select(inbox))
    found = [f"event {row.key} is marked {row.state}" for row in rows if row.state != "taken"]
    differing = set(keys) ^ {row.key for row in rows}
    return found + [f"event {key} is on one side only" for key in sorted(differing)]
