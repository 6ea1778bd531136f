"""Two cases from being taken to being closed, on the terminal: a leaver took drawings; a mail went to the wrong
partner with personal data."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.access import Scope
from bot.bootstrap import Program
from bot.conclusions import BeginInterview, OpenIncident, PutMeasure, RegisterItem, SettleClass, TakeIncident
from bot.engine.interview import Interview
from bot.engine.position import Snapshot
from bot.state.casework import ask, open_incident, take_incident
from bot.state.incidents import Cases, Incident
from bot.state.record import Transaction, begin_interview, register_items
from bot.state.rows import seal_item
from bot.state.settling import settle_class
from bot.state.tables import interviews, items
from tests.journeys.terminal import Screen, open_program, talk
from tests.state.test_measures import JUDGED

LEADER = "takahashi@hibarino.example"
ITEM, CLASS = "順送金型の図面", "L2-desk"
REPORT = {"signs": [], "own": [], "others": "", "when": "today", "still": "yes"}


def interview_of(program: Program, email: str, flow: str) -> Interview:
    """An interview of this person as rows refer to it."""
    member = program.find_member(email)
    assert member is not None
    begun = BeginInterview(flow, member.id, f"test:{flow}", {}, queued=True)
    program.store.write(lambda tx: begin_interview(tx, member.id, begun))
    (waiting,) = [one for one in program.reader.find_waiting(member.id) if one.subject == f"test:{flow}"]
    program.store.write(lambda tx: _end(tx, waiting.id))
    return Interview(waiting.id, member.id, flow, "", "ja", "open", 1, {}, Snapshot("", (), {}))


def _end(tx: Transaction, interview: str) -> None:
    tx.connection.execute(update(interviews).where(interviews.c.id == interview).values(status="done"))


def protect(program: Program) -> None:
    """An item of the design department as it was judged, with a camera over it."""
    email = "ito@hibarino.example"
    interview = interview_of(program, email, "inventory")
    member = program.find_member(email)
    assert member is not None
    body = {"name_en": "Progressive die drawings", "forms": ["electronic", "paper"], "owner_how": "said"}
    put = (PutMeasure("c3-cctv", "company", "claimed", kept_days=14), PutMeasure("c3-pc-log", "company", "claimed"))

    def change(tx: Transaction) -> None:
        register_items(tx, interview, member.id, [RegisterItem(member.department_id, "k", ITEM, member.id, body)])
        settle_class(tx, interview, member.id, SettleClass(member.department_id, CLASS, put, (), ()))

    program.store.write(change)
    (row,) = program.reader.read_register(Scope(department=member.department_id))
    judgement = {**JUDGED, "places": ["設計サーバの金型フォルダ"]}
    sealed = seal_item(program.store.vault, row["id"], ITEM, "k", {**body, "judgement": judgement})
    columns = {"state": "proposed", "level": 2, "class": CLASS, "body": sealed}
    with program.database.writing() as connection:
        connection.execute(update(items).where(items.c.id == row["id"]).values(columns))


def take(program: Program, **report: Any) -> str:
    """A case as it was reported and taken; its id."""
    interview = interview_of(program, LEADER, "handoff")

    def change(tx: Transaction) -> str:
        incident = open_incident(tx, OpenIncident({**REPORT, **report}, (), "R-1"))
        ask(tx, incident, interview.person)
        take_incident(tx, interview, interview.person, TakeIncident(incident))
        return incident

    return program.store.write(change)


def read(program: Program, incident: str) -> Incident:
    member = program.find_member(LEADER)
    assert member is not None
    found = Cases(program.database, program.store.vault).find(member.actor, incident)
    assert found is not None
    return found


Says = Mapping[str, str]


def answer(says: Says, *acts: str) -> Callable[[dict[str, Any]], str | None]:
    """What the leader says to each question, and at the whole one act after the other; then they leave."""
    left = list(acts)

    def reply(prompt: dict[str, Any]) -> str | None:
        name = str(prompt["question"]).partition("@")[0]
        if name == "now":
            return left.pop(0) if left else None
        return says.get(name)

    return reply


def outcomes(screen: Screen) -> list[tuple[str, str]]:
    return [one for one in screen.ends if one[1] != "paused"]


def say_done(prompt: Any) -> str:
    return "済" if "state" in prompt["question"] else "飛ばす"


def test_a_leaver_took_drawings(tmp_path: Path) -> None:
    """From taking it to closing it: evidence from the register, requests answered, the record whole, the item and its
    class looked at anew, a case drafted and approved."""
    program = open_program(tmp_path)
    protect(program)
    incident = take(program, mover="leaver", signs=["sg-lev-01"], what="順送の金型図面")
    first = {
        "clock": "この時刻で始める",
        "stop": "1 2",
        "involved": "ない",
        "items": "1",
        "traces": "送る",
        "grade": "2",
        "team": "送る",
        "legal": "いいえ/いいえ/いいえ/はい",
        "plan": "この割り振りで頼む",
    }
    screen = talk(program, LEADER, answer(first, "今日はここまで"))
    assert outcomes(screen) == [("response", "first_done"), ("course", "enough")]
    (table,) = [one["table"] for one in screen.prompts if one["question"] == "traces"]
    assert "防犯カメラ" in [row["label"] for row in table["rows"]]
    assert read(program, incident).body["facts"]["grade"] == "suspected"

    asked = talk(program, "ishikawa@hibarino.example", say_done)
    assert ("task", "answered") in asked.ends
    shown = str(asked.shown)
    assert not [word for word in (read(program, incident).number, "金型", "図面", "退職") if word in shown]

    later = {
        "failed": "1",
        "missed": "1",
        "lesson": "最後の週の持ち出しは二人で見る",
        "telling": "残す",
        "sure": "終える",
    }
    closing = {**later, "more": "この件を終える", "approve": "話してよい"}
    screen = talk(program, LEADER, answer(closing, "済 鍵", "ほか"))
    assert ("closing", "closed") in outcomes(screen)
    known = read(program, incident)
    assert known.state == "closed"
    assert known.body["facts"]["missed"] == ["sg-lev-01"]
    head = program.find_member("ito@hibarino.example")
    assert head is not None
    waiting = {one.flow for one in program.reader.find_waiting(head.id)}
    assert {"recheck", "measures"} <= waiting
    lead = talk(program, "watanabe@hibarino.example", answer({"approve": "話してよい"}))
    assert ("telling", "approved") in lead.ends
    assert read(program, incident).body["draft"]["state"] == "approved"
    assert program.reader.find_chain_break() is None


def test_a_mail_went_to_the_wrong_partner(tmp_path: Path) -> None:
    """Personal data are in it: the quick report is counted down, drafted, sent and owed no more; then it is closed."""
    program = open_program(tmp_path)
    incident = take(program, mover="partner", signs=["sg-par-01"], what="customer list", when="days", still="no")
    first = {
        "clock": "begin",
        "stop": "3",
        "involved": "I stop it myself",
        "traces": "none for now",
        "grade": "nearly certain",
        "team": "send",
        "legal": "yes/yes/no/no",
        "harm": "no/yes/no/no",
        "term": "48",
        "plan": "not yet",
        "missing": "1 no, 2 no",
        "owed": "back",
        "notice": "1",
        "draft": "it went out",
    }
    screen = talk(program, LEADER, answer(first, "deadlines", "draft", "done", "enough"), lang="en")
    assert ("response", "first_done") in outcomes(screen)
    before = [one["body"] for one in screen.prompts if one["question"] == "now"]
    assert "Quick report" in before[0]
    assert "Quick report" not in before[2]
    (draft,) = [one["body"] for one in screen.prompts if one["question"] == "draft"]
    assert "Personal data" in draft or "personal data" in draft
    assert set(read(program, incident).body["facts"]["met"]) >= {"ppc-quick"}

    closing = {"more": "close the case", "missed": "none", "lesson": "skip", "telling": "no", "sure": "yes"}
    screen = talk(program, LEADER, answer(closing, "more"), lang="en")
    assert ("closing", "closed") in outcomes(screen)
    assert read(program, incident).state == "closed"
    assert "draft" not in read(program, incident).body


@pytest.mark.parametrize("email", ["ishikawa@hibarino.example", "saito@hibarino.example", "sato@hibarino.example"])
def test_whoever_is_not_in_it_is_asked_nothing_of_it(tmp_path: Path, email: str) -> None:
    """Administrator, auditor and a head who say the word for cases are shown nothing, as if there were none."""
    program = open_program(tmp_path)
    take(program, mover="leaver")
    assert talk(program, email, [], flow="course").shown == []
