"""A trial company with a few items on its register, and the command line over it, on either database."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from typer.testing import Result

from bot.access import Scope
from bot.beginnings import BEGINNINGS
from bot.bootstrap import Program, build_program, read_settings
from bot.conclusions import ClassifyItem, RegisterItem
from bot.engine.interview import Interview
from bot.state.record import Transaction, begin_interview, classify_item, register_items
from bot.state.tables import audit

Run = Callable[..., Result]
SATO, ITO, MANAGER, CLERK = (f"{name}@hibarino.example" for name in ("sato", "ito", "takahashi", "suzuki"))
JUDGEMENT = {"low": 3, "high": 3, "proposed": 3, "reasons": ["economic", "nonpublic"], "forms": ["paper", "knowhow"]}


def open_trial() -> Program:
    return build_program(read_settings(), make="trial")


def settle(named: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Items by name for the department of each address; name -> id."""
    program = open_trial()
    for email, names in named.items():
        _register(program, email, names)
    rows = [row for email in named for row in _rows(program, email)]
    program.database.close()
    return {row["name"]: row["id"] for row in rows}


def _rows(program: Program, email: str) -> list[dict[str, Any]]:
    member = program.find_member(email)
    assert member is not None
    return program.reader.read_register(Scope(department=member.department_id))


def _register(program: Program, email: str, names: tuple[str, ...]) -> None:
    member = program.find_member(email)
    assert member is not None
    (beginning,) = BEGINNINGS["inventory"](program.reader, member, ())

    def change(tx: Transaction) -> None:
        begin_interview(tx, member.id, beginning)

    program.store.write(change)
    interview = find_interview(program, program.reader.find_waiting(member.id, "inventory")[0].id)
    body = {"name_en": None, "line": None, "forms": ["paper"], "technical": True, "entrusted": False}
    put = [
        RegisterItem(member.department_id, f"key-of-{name}", name, member.id, {**body, "owner_how": "said"})
        for name in names
    ]
    program.store.write(lambda tx: register_items(tx, interview, member.id, put))


def put_forward(program: Program, email: str, levels: dict[str, int], **judgement: Any) -> None:
    """Items of the department of this address as its head put them forward, by name and level."""
    _register(program, email, tuple(levels))
    for row in _rows(program, email):
        if row["name"] in levels:
            level = levels[row["name"]]
            interview = find_interview(program, row["interview_id"])
            told = ClassifyItem(row["department_id"], row["id"], level, "desk", 12, {**JUDGEMENT, **judgement})
            program.store.write(partial(classify_item, interview=interview, actor=interview.person, one=told))


def find_interview(program: Program, interview_id: str) -> Interview:
    found = program.reader.read_interview(interview_id, program.store.words.routes)
    assert found is not None
    return found


def judge(email: str, name: str, level: int = 3, way: str = "desk", **judgement: Any) -> None:
    """Write a judgement of an item, as the evaluation does."""
    program = open_trial()
    row = next(row for row in _rows(program, email) if row["name"] == name)
    interview = find_interview(program, row["interview_id"])
    told = ClassifyItem(row["department_id"], row["id"], level, way, 12, {**JUDGEMENT, **judgement})
    program.store.write(lambda tx: classify_item(tx, interview, interview.person, told))
    program.database.close()


def read_entries(action: str = "") -> list[tuple[str, str, str, dict[str, Any]]]:
    """The audit as (actor, action, object, detail), whole or of actions that begin so; the chain holds."""
    program = open_trial()
    with program.database.reading() as connection:
        rows = list(connection.execute(audit.select().order_by(audit.c.seq)))
    assert program.reader.find_chain_break() is None
    program.database.close()
    told = [(row.actor, row.action, row.object, json.loads(row.detail)) for row in rows]
    return [one for one in told if one[1].startswith(action)]


def list_names(run: Run, email: str, *words: str) -> list[str]:
    """The names of the items this person is given."""
    result = run("register", "--json", "--as", email, *words)
    assert result.exit_code == 0, result.output
    return [row["name"] for row in json.loads(result.stdout)]
