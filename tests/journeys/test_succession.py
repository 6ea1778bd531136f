"""Somebody who was asked leaves, moves or stays silent: a manager names who goes on, and nothing answered is lost."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.access import Scope
from bot.bootstrap import OURS, Program, build_program, list_fields
from bot.intake.people import read_people
from bot.settings import Settings
from bot.state import succession
from bot.state.people import import_people
from bot.state.reach import Met, leave_chat, meet_person
from bot.state.tables import accounts, interviews, invitations, people
from tests.bot.trial import put_forward
from tests.faults.evidence import rows_of
from tests.journeys.terminal import talk
from tests.journeys.test_round import ITO, ONLY_SATO, SATO, TAKAHASHI, let_happen
from tests.state.world import SetClock

SUZUKI = "suzuki@hibarino.example"  # works in the department of Sato
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo
BEGUN = ("はじめる", "順送の金型、加工条件表")  # as far as Sato comes


@pytest.fixture
def clock() -> SetClock:
    return SetClock(TUESDAY)


@pytest.fixture
def program(tmp_path: Path, clock: SetClock) -> Program:
    """The trial company, in which Sato has begun the list a round asked for."""
    made = build_program(Settings(data=tmp_path / "data", key_file=tmp_path / "key"), clock=clock)
    talk(made, TAKAHASHI, ONLY_SATO, "round")
    talk(made, SATO, BEGUN)
    return made


def read_directory(program: Program, without: Collection[str] = (), **changed: dict[str, Any]) -> None:
    """The directory once more, by a file that names everybody: some are gone, of some another thing is said."""
    text = (OURS / "sample" / "people.csv").read_text(encoding="utf-8")
    known = read_people(text, list_fields(program.content)).people
    found = [replace(one, **changed.get(one.family_en.lower(), {})) for one in known if one.email not in without]
    fields = {row.name: row.field for row in program.reader.list_departments()}
    program.store.write(lambda tx: import_people(tx, "operator", found, fields, everybody=True))


def id_of(program: Program, email: str) -> str:
    member = program.reader.find_member(email)
    assert member is not None
    return member.id


def open_of(program: Program, email: str) -> list[tuple[str, str]]:
    return [(one.flow, one.status) for one in program.reader.find_waiting(id_of(program, email))]


def position_of(program: Program, email: str) -> str:
    (waiting,) = program.reader.find_waiting(id_of(program, email), "inventory")
    found = program.reader.read_interview(waiting.id, program.store.words.routes)
    assert found is not None
    return found.snapshot.position


def test_what_was_left_open_goes_on_at_the_same_question(program: Program, clock: SetClock) -> None:
    """Sato leaves with the next directory; the manager names Suzuki, who is asked and goes on where Sato stopped."""
    before = position_of(program, SATO)
    read_directory(program, without=[SATO])
    let_happen(program)
    seen = talk(program, TAKAHASHI, ["鈴木さん"])
    assert ("successor", "handed_on") in seen.ends
    assert open_of(program, SATO) == []
    let_happen(program)
    assert open_of(program, SUZUKI) == [("inventory", "open")]
    assert position_of(program, SUZUKI) == before
    visit = talk(program, SUZUKI, ["どれもない", "どれもない", "送る", "飛ばす", "ない", "はい"])
    assert ("inventory", "listed") in visit.ends
    names = {row["name"] for row in program.reader.read_register(Scope(everything=True))}
    assert names >= {"順送の金型", "加工条件表"}
    assert {flow for flow, _ in open_of(program, SUZUKI)} <= {"evaluation"}  # what follows is theirs, too
    assert program.reader.find_chain_break() is None


def test_who_goes_on_need_not_be_of_the_department(program: Program) -> None:
    """A head of another department may answer for this one, without seeing its register or becoming its head."""
    read_directory(program, without=[SATO])
    talk(program, TAKAHASHI, ["伊藤さん"])
    visit = talk(program, ITO, ["どれもない", "どれもない", "送る", "飛ばす", "ない", "はい"])
    assert ("inventory", "listed") in visit.ends
    (row,) = rows_of(program, select(interviews.c.subject).where(interviews.c.flow == "inventory"))
    assert {item["department_id"] for item in program.reader.read_register(Scope(everything=True))} == {row.subject}


def test_the_head_the_directory_names_is_asked_without_a_question(program: Program) -> None:
    """Where the same file names another head of the department, that one goes on, and the managers are told."""
    read_directory(program, without=[SATO], suzuki={"roles": ("employee", "department_head")})
    assert open_of(program, SUZUKI) == [("inventory", "queued")]
    assert [flow for flow, _ in open_of(program, TAKAHASHI)].count("successor") == 0
    assert any("鈴木" in one for one in talk(program, TAKAHASHI, []).notices)


def test_a_silent_head_is_replaced_only_by_a_manager(program: Program, clock: SetClock) -> None:
    """After two reminders a manager is asked, may have the silent one asked once more, or names somebody else."""
    for _ in range(40):
        clock.advance(days=1)
        let_happen(program)
    assert ("successor", "open") in open_of(program, TAKAHASHI)
    assert ("successor", "asked_again") in talk(program, TAKAHASHI, ["佐藤さん"]).ends
    assert open_of(program, SATO) == [("inventory", "queued")]
    for _ in range(40):
        clock.advance(days=1)
        let_happen(program)
    talk(program, TAKAHASHI, ["鈴木"])
    assert open_of(program, SATO) == []
    clock.advance(days=1)
    assert any("鈴木" in one for one in talk(program, SATO, []).notices)


def test_left_out_ends_it_and_keeps_the_record(program: Program) -> None:
    """A manager may leave the department out: nobody is asked, and what Sato answered stays on the record."""
    read_directory(program, without=[SATO])
    talk(program, TAKAHASHI, ["今回は外す", "はい"])
    (row,) = rows_of(program, select(interviews).where(interviews.c.flow == "inventory"))
    assert row.status == "cancelled"
    assert len(program.reader.read_answers(row.id)) >= 2
    assert open_of(program, SATO) == []


def test_who_leaves_the_chat_is_replaced_as_well(program: Program) -> None:
    """An account that was closed asks a manager for a successor, once however often it is told."""
    person = id_of(program, SATO)
    program.store.write(lambda tx: meet_person(tx, "slack", person, Met("T1:U1")))
    for _ in range(2):
        program.store.write(lambda tx: leave_chat(tx, "slack", "T1:U1"))
    assert open_of(program, TAKAHASHI).count(("successor", "queued")) == 1


def test_who_moved_keeps_what_is_of_nobody_elses_department(program: Program) -> None:
    """With other duties the department's work goes on with its new head; what a colleague asked stays with them."""
    put_forward(program, ITO, {"試作の図面": 2})
    row = program.reader.read_register(Scope(everything=True))[0]
    talk(program, ITO, ["任せる 佐藤さん"], "evaluation", items=(str(row["id"]),))
    read_directory(program, sato={"department": "設計部"})
    assert [flow for flow, _ in open_of(program, TAKAHASHI)].count("successor") == 1
    talk(program, TAKAHASHI, ["鈴木"])
    assert [flow for flow, _ in open_of(program, SATO)] == ["evaluation"]
    assert ("inventory", "queued") in open_of(program, SUZUKI)


def test_what_a_leaver_was_asked_by_others_returns_to_them(program: Program) -> None:
    """An item handed to somebody who leaves is its head's again."""
    put_forward(program, ITO, {"試作の図面": 2})
    row = program.reader.read_register(Scope(everything=True))[0]
    talk(program, ITO, ["任せる 佐藤さん"], "evaluation", items=(str(row["id"]),))
    read_directory(program, without=[SATO])
    assert ("evaluation", "queued") in open_of(program, ITO)


def test_where_the_successor_was_asked_the_same_one_is_enough(program: Program) -> None:
    """Two unfinished lists of one department for one person become one; the round follows the one that stands."""
    read_directory(program, without=[SATO])
    talk(program, TAKAHASHI, ["鈴木"])
    read_directory(program)  # Sato is back, and heads the department as before
    talk(program, TAKAHASHI, ONLY_SATO, "round")
    assert open_of(program, SATO) == []
    standing = rows_of(program, select(interviews.c.id).where(interviews.c.flow == "inventory"))
    assert len(standing) == 1
    assert {row.interview_id for row in rows_of(program, select(invitations))} == {standing[0].id}


def test_without_handing_on_nobody_would_ask(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: where nothing is released, the department's list stays with somebody who is gone."""
    monkeypatch.setattr(succession, "_release_interviews", lambda *_: False)
    read_directory(program, without=[SATO])
    assert open_of(program, SATO) == [("inventory", "open")] or open_of(program, SATO) == [("inventory", "paused")]
    assert [flow for flow, _ in open_of(program, TAKAHASHI)].count("successor") == 0


def test_who_left_may_do_nothing(program: Program) -> None:
    """Whoever left holds no role, is found by no name, and has no account anywhere."""
    person = id_of(program, SATO)
    program.store.write(lambda tx: meet_person(tx, "slack", person, Met("T1:U1")))
    read_directory(program, without=[SATO])
    member = program.reader.find_person(person)
    assert member is not None
    assert (member.active, member.roles) == (False, ())
    assert program.reader.find_known("佐藤さん") == ()
    assert rows_of(program, select(people.c.id).where(~people.c.active))
    assert rows_of(program, select(accounts.c.person_id))
