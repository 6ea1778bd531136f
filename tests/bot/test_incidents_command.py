"""`incidents` at the command line: what a person was let into, and of nothing else that it exists."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.conclusions import OpenIncident, PutTask
from bot.state.casework import open_incident
from bot.state.requests import put_task
from bot.state.tables import deployment, outbox, roles
from tests.bot.test_commands import run
from tests.bot.trial import CLERK, ITO, MANAGER, SATO, Run, open_trial, read_entries
from tests.state.taken import act_as, find, note, open_case

__all__ = ["run"]  # pytest finds it among this module's names

DIRECTOR = "watanabe@hibarino.example"
WHAT = "金型の図面"
REPORT = {
    "mover": "employee",
    "when": "today",
    "still": "yes",
    "signs": ["sg-emp-03"],
    "own": [],
    "what": WHAT,
    "others": "",
}
COMMANDS = (("outbox",), ("outbox", "--json"), ("people", "--json"), ("register", "--json"), ("incidents", "--json"))
OF_OTHERS = (SATO, ITO, CLERK, DIRECTOR, "okada@hibarino.example")


@pytest.fixture
def case(run: Run) -> str:
    """A report has come in, the manager was asked to take it; the director is named in it. The case's number."""
    program = open_trial()
    director = program.reader.find_member(DIRECTOR)
    assert director is not None
    told = OpenIncident(REPORT, (director.id,), "R-1")
    incident = program.store.write(lambda tx: open_incident(tx, told))
    member = program.reader.find_member(MANAGER)
    assert member is not None
    program.database.close()
    (found,) = json.loads(run("incidents", "--json", "--as", MANAGER).stdout)
    assert found["id"] == incident
    return str(found["number"])


def give_every_role(email: str) -> None:
    """This person configures, checks, manages and heads, beside what they are."""
    program = open_trial()
    member = program.reader.find_member(email)
    assert member is not None
    for role in {"administrator", "auditor", "register_manager", "incident_lead"} - set(member.roles):
        program.store.write(
            lambda tx, role=role: tx.connection.execute(insert(roles).values(person_id=member.id, role=role))
        )
    program.database.close()


def test_who_was_let_in_sees_the_list_and_the_whole(run: Run, case: str) -> None:
    """The list, one case by its number, in words and as values, in both languages."""
    (listed,) = json.loads(run("incidents", "--json", "--as", MANAGER).stdout)
    assert (listed["state"], listed["standing"], listed["taken_by"]) == ("new", "asked", None)
    whole = json.loads(run("incidents", case.lower(), "--json", "--as", MANAGER).stdout)
    assert whole["report"] == REPORT
    assert [line["kind"] for line in whole["record"]] == ["report"]
    assert whole["members"] == [{"person": MANAGER, "standing": "asked", "role": ""}]
    assert whole["excluded"] == [DIRECTOR]
    for lang in ("ja", "en"):
        assert WHAT in run("incidents", case, "--as", MANAGER, "--lang", lang).output
        assert case in run("incidents", "--as", MANAGER, "--lang", lang).output


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_its_record_and_tasks_are_told_in_words(run: Run, lang: str) -> None:
    """No id and no name of a field as the program keeps them."""
    program = open_trial()
    found = open_case(program, "takahashi", "watanabe")
    lead = find(program, "takahashi").id
    put = PutTask(found.id, "fr-05", lead, "open", None)
    program.store.write(lambda tx: put_task(tx, act_as(lead), lead, put))
    note(program, "takahashi", found, "decision", grade="suspected")
    program.database.close()
    told = run("incidents", found.number, "--as", MANAGER, "--lang", lang).output
    assert ("疑いあり" in told, "suspected" in told) == (lang == "ja", lang == "en")
    assert [one for one in ("fr-05", "grade:", "{", "taken:", lead) if one in told] == []


@pytest.mark.parametrize("email", OF_OTHERS)
def test_nobody_else_learns_that_there_is_one(run: Run, case: str, email: str) -> None:
    """Whatever their roles, they are told what they would be told if there were none."""
    give_every_role(email)
    assert json.loads(run("incidents", "--json", "--as", email).stdout) == []
    there, nowhere = (run("incidents", number, "--as", email) for number in (case, "ZZZZ"))
    assert (there.exit_code, there.output) == (nowhere.exit_code, nowhere.output) == (1, there.output)


def test_every_view_is_one_row_of_the_audit(run: Run, case: str) -> None:
    """Who looked at which case, and nothing of it; who is shown nothing leaves nothing."""
    before = len(read_entries("incident.viewed"))
    run("incidents", case, "--as", MANAGER)
    run("incidents", case, "--as", SATO)
    entries = read_entries("incident.viewed")
    assert len(entries) == before + 1
    assert WHAT not in repr(entries)


@pytest.mark.parametrize("operator", ["", "true"])
def test_outside_the_trial_folder_it_shows_nothing(
    run: Run, case: str, operator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acting for somebody is allowed for no case, whoever may do it for other things."""
    program = open_trial()
    program.store.write(lambda tx: tx.connection.execute(update(deployment).values(trial=False)))
    program.database.close()
    monkeypatch.setenv("SECRET_REVIEW_OPERATOR", operator)
    for words in (("incidents",), ("incidents", case), ("incidents", case, "--json")):
        result = run(*words, "--as", MANAGER)
        assert result.exit_code == 1
        assert WHAT not in result.output
        assert case not in result.output
    monkeypatch.setattr(
        "bot.commands.incidents._find_member", lambda program, email, _: program.reader.find_member(email)
    )
    assert case in run("incidents", "--as", MANAGER).output  # the control: it is the refusal that keeps it


def test_an_operator_acts_for_nobody_in_a_case(run: Run, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere somebody who may act for others is neither asked nor told for them, and what waits goes on waiting."""
    program = open_trial()
    member = program.reader.find_member(MANAGER)
    assert member is not None
    (waiting,) = program.reader.find_waiting(member.id, "handoff")
    row = {"key": "turn:remind:x", "kind": "turn", "person_id": member.id, "interview_id": waiting.id, "lane": "reply"}
    told = {"state": "ready", "due_at": program.clock.now(), "body": '[["colleague_said", {}]]'}
    program.store.write(lambda tx: tx.connection.execute(insert(outbox).values({**row, **told})))
    program.store.write(lambda tx: tx.connection.execute(update(deployment).values(trial=False)))
    program.database.close()
    monkeypatch.setenv("SECRET_REVIEW_OPERATOR", "true")
    shown = run("talk", "--jsonl", "--as", MANAGER).output + run("talk", "handoff", "--jsonl", "--as", MANAGER).output
    assert "handoff" not in shown
    program = open_trial()
    with program.database.reading() as connection:
        assert "ready" in connection.execute(select(outbox.c.state).where(outbox.c.key == "turn:remind:x")).scalars()
    assert [one.status for one in program.reader.find_waiting(member.id, "handoff")] == ["queued"]
    program.database.close()
    monkeypatch.setattr("bot.conversation.Conversation._may_act", lambda *_: True)
    assert "handoff" in run("talk", "handoff", "--jsonl", "--as", MANAGER).output  # the control


def show_all(run: Run, folder: Path) -> dict[tuple[str, ...], str]:
    """What every command tells an operator, and everybody but whoever was asked."""
    shown = {
        words: run(*words).output for words in (("outbox",), ("outbox", "--json"), ("people", "--json"), ("company",))
    }
    for email in OF_OTHERS:
        for words in (("register", "--json"), ("incidents", "--json"), ("cover", "--json"), ("suggest", "--json")):
            shown[*words, email] = run(*words, "--as", email).output
    return shown


def test_no_command_tells_of_a_case(run: Run, tmp_path: Path) -> None:
    """Before and after a report, each says the same to everybody but those who were asked; alerts are among replies."""
    for email in OF_OTHERS:
        give_every_role(email)
    before = show_all(run, tmp_path)
    program = open_trial()
    director = program.reader.find_member(DIRECTOR)
    out = tuple(one.id for one in program.reader.list_members() if one.email in OF_OTHERS)
    assert director is not None
    program.store.write(lambda tx: open_incident(tx, OpenIncident(REPORT, out, "R-1")))
    program.database.close()
    assert show_all(run, tmp_path) == before


def test_an_alert_that_could_not_be_sent_reads_like_any_reminder(run: Run, case: str) -> None:
    """An operator's list has it under a key like others', among replies; of alerts nothing is told."""
    program = open_trial()
    row = {"key": "turn:remind:0d6e4079:d29e6fbb0088423f", "kind": "turn", "person_id": "p", "lane": "urgent"}
    more: dict[str, Any] = {"state": "dead", "reason": "gone", "due_at": program.clock.now(), "body": "[]"}
    program.store.write(lambda tx: tx.connection.execute(insert(outbox).values({**row, **more})))
    program.database.close()
    told = run("outbox", "--json").output
    assert "urgent" not in told + run("outbox").output
    assert json.loads(told)["lanes"]["reply"]["dead"] == 1
    assert [one["lane"] for one in json.loads(told)["dead"]] == ["reply"]
