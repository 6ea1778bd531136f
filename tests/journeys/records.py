"""What a deployment remembers of people's visits, as values by which two surfaces are compared. Knows no surface."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.bootstrap import Program
from bot.state.campaign_tables import campaigns
from bot.state.credit_tables import credits
from bot.state.credits import to_credit
from bot.state.incident_tables import incident_entries, incident_members, incident_tasks, incidents, mailboxes
from bot.state.incidents import open_own, to_entry, to_incident, to_task
from bot.state.mailboxes import to_mailbox
from bot.state.rows import open_answer, open_class, open_interview, open_item
from bot.state.tables import answers, audit, classes, departments, interviews, items, measures, people
from tests.faults.evidence import rows_of

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")  # those of cases are random
KEY = re.compile(r"\b[0-9a-f]{10}\b")  # of an item within its interview, or of what a question is about
RECEIPT = re.compile(r"R-\w{3}-\w{3}-\w{3}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ][0-9:.+]+")
PRIVATE = {"salt", "timezone"}
# Values at random; and what a server notes of its own looks at a case, while a terminal looks only when somebody comes.
OWN = {"salt", "reminded"}


class Record(NamedTuple):
    """The state, by kind of row; and each answer of it with the words in which it was typed, None where it was not."""

    state: dict[str, Any]
    words: Counter[tuple[str, str | None]]


def read_record(program: Program) -> Record:
    """What the deployment remembers of the visits, by names in place of ids, without times and ways of delivery."""
    vault, found = program.store.vault, rows_of(program, select(interviews).order_by(interviews.c.id))
    listed = [(row, open_item(vault, row)) for row in rows_of(program, select(items))]
    cases = read_cases(program)
    names = _name_rows(program, found, listed, cases.names)

    def tell(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, default=list)
        known = KEY.sub(lambda one: names.get(one[0], "#"), UUID.sub(lambda one: names.get(one[0], "?"), text))
        known = RECEIPT.sub("R-", cases.hide_numbers(known))
        return json.dumps(json.loads(INSTANT.sub("@", known), object_hook=_drop), ensure_ascii=False, sort_keys=True)

    told = [
        [row.interview_id, row.revision, row.place, row.person_id, row.language, open_answer(vault, row)]
        for row in rows_of(program, select(answers))
    ]
    order = {name: sorted(one[1:3] for one in told if one[0] == name) for name in {one[0] for one in told}}
    words = Counter(
        (tell([one[0], order[one[0]].index(one[1:3]), *one[3:5], one[5].key, one[5].reply]), one[5].said)
        for one in told
    )
    state = {
        "interviews": sorted(tell(_stand(open_interview(vault, row))) for row in found),
        "answers": sorted(answer for answer, _ in words.elements()),
        "items": sorted(
            tell([row.department_id, row.owner_id, row.state, row.level, row[row._fields.index("class")], body])
            for row, body in listed
        ),
        "classes": sorted(
            tell([row.department_id, row[1], row.state, open_class(vault, row)])
            for row in rows_of(program, select(classes))
        ),
        "measures": sorted(
            tell([row.place, row.measure, row.state, row.owner_id, str(row.due_on), row.kept_days, row.asks])
            for row in rows_of(program, select(measures))
        ),
        "credits": sorted(map(tell, _read_credits(program))),
        **{kind: sorted(map(tell, rows)) for kind, rows in cases.rows.items()},
        "audit": Counter(
            tell([row.action, row.actor])
            for row in rows_of(program, select(audit))
            if row.action.startswith(("item.", "round.", "class.", "measure.", "incident.", "credit.", "campaign."))
        ),
    }
    return Record(state, words)


def _read_credits(program: Program) -> list[Any]:
    """Each credit, and for whom the campaign is by which its team sees it."""
    found = [to_credit(program.store.vault, row) for row in rows_of(program, select(credits))]
    sent = {row.subject: [row.audience, row.state] for row in rows_of(program, select(campaigns))}
    return [[*one[1:], sent.get(one.id)] for one in found]


def _name_rows(program: Program, found: Any, listed: Any, cases: Mapping[str, str]) -> dict[str, str]:
    """What people, departments, items, cases and interviews are called in place of their ids."""
    names = {row.id: row.email for row in rows_of(program, select(people))}
    names |= {row.id: row.name for row in rows_of(program, select(departments))}
    names |= {row.id: body["name"] for row, body in listed}
    names |= {body["key"]: body["name"] for _, body in listed}
    names |= cases
    for row in found:
        names[row.id] = (
            f"<{names[row.person_id]} {row.flow} {UUID.sub(lambda one: names.get(one[0], '?'), row.subject)}>"
        )
    return names


def _drop(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in OWN}


def list_ended(record: Record) -> set[str]:
    """The flows of which an interview came to its end; those of the desk that takes reports, of which no interview is
    kept, by the lines they left in a case."""
    told = [json.loads(row) for row in record.state["interviews"]]
    left = {json.loads(row)[2] for row in record.state["lines"]}
    at_desk = {flow for flow, kind in (("report", "report"), ("addition", "reply")) if kind in left}
    return {flow for _, _, flow, _, _, status, *_ in told if status == "done"} | at_desk


# -- cases -------------------------------------------------------------------------------------------------------------


class CaseRows(NamedTuple):
    """Cases opened, by kind of row; what their ids are called; the numbers their teams speak of."""

    rows: Mapping[str, list[Any]]
    names: Mapping[str, str]
    numbers: list[str]

    def hide_numbers(self, text: str) -> str:
        for one in self.numbers:
            text = text.replace(f'"{one}"', '"N"')
        return text


def read_cases(program: Program) -> CaseRows:
    """Everything that is kept of cases and of who reported, opened with every key."""
    vault, keeper = program.store.vault, program.store.keeper
    found = {row.id: row for row in rows_of(program, select(incidents))}
    opened = {name: to_incident(vault, row, ()) for name, row in found.items()}
    tasks = [
        (row.incident_id, to_task(open_own(vault, found[row.incident_id]), row))
        for row in rows_of(program, select(incident_tasks))
    ]
    lines = [
        (row.incident_id, to_entry(open_own(vault, found[row.incident_id]), row))
        for row in rows_of(program, select(incident_entries))
    ]
    boxes = [to_mailbox(keeper, row) for row in rows_of(program, select(mailboxes))]
    names = {name: f"<case {one.body['report']['what']}>" for name, one in opened.items()}
    names |= {one.id: f"<{one.task} in {names[case]}>" for case, one in tasks}
    rows = {
        "cases": [[name, one.state, one.held, one.body, bool(found[name].keep_until)] for name, one in opened.items()],
        "members": [list(row) for row in rows_of(program, select(incident_members))],
        "lines": [[case, one.seq, one.kind, one.body] for case, one in lines],
        "tasks": [
            [case, one.task, one.owner, one.state, str(one.due_at), one.body, one.revision] for case, one in tasks
        ],
        "mailboxes": [[box.body["who"][2], box.reports, box.asks, box.body.get("draft")] for box in boxes],
    }
    return CaseRows(rows, names, [one.number for one in opened.values()])


def _stand(one: Any) -> list[Any]:
    """An interview as it stands; whether its person is away for the moment is the surface's own."""
    status = "open" if one.status == "paused" else one.status
    given = {name: value for name, value in one.given.items() if name not in PRIVATE}
    stands = [one.snapshot.position, one.snapshot.path, one.snapshot.answers]
    return [one.id, one.person, one.flow, one.digest, one.language, status, given, stands]
