"""What a deployment remembers of people's visits, as values by which two surfaces are compared. Knows no surface."""

import json
import re
from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import select

from bot.bootstrap import Program
from bot.state.rows import open_answer, open_class, open_interview, open_item
from bot.state.tables import answers, audit, classes, departments, interviews, items, measures, people
from tests.faults.evidence import rows_of

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
KEY = re.compile(r"\b[0-9a-f]{10}\b")  # of an item within its interview, or of what a question is about
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+]+")
PRIVATE = {"salt", "timezone"}


class Record(NamedTuple):
    """The state, by kind of row; and each answer of it with the words in which it was typed, None where it was not."""

    state: dict[str, Any]
    words: Counter[tuple[str, str | None]]


def read_record(program: Program) -> Record:
    """What the deployment remembers of the visits, by names in place of ids, without times and ways of delivery."""
    vault, found = program.store.vault, rows_of(program, select(interviews).order_by(interviews.c.id))
    listed = [(row, open_item(vault, row)) for row in rows_of(program, select(items))]
    names = {row.id: row.email for row in rows_of(program, select(people))}
    names |= {row.id: row.name for row in rows_of(program, select(departments))}
    names |= {row.id: body["name"] for row, body in listed}
    names |= {body["key"]: body["name"] for _, body in listed}
    for row in found:
        names[row.id] = (
            f"<{names[row.person_id]} {row.flow} {UUID.sub(lambda one: names.get(one[0], '?'), row.subject)}>"
        )

    def tell(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, default=list)
        known = KEY.sub(lambda one: names.get(one[0], "#"), UUID.sub(lambda one: names.get(one[0], "?"), text))
        return json.dumps(json.loads(INSTANT.sub("@", known)), ensure_ascii=False, sort_keys=True)

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
        "audit": Counter(
            tell([row.action, row.actor])
            for row in rows_of(program, select(audit))
            if row.action.startswith(("item.", "round.", "class.", "measure."))
        ),
    }
    return Record(state, words)


def list_ended(record: Record) -> set[str]:
    """The flows of which an interview came to its end."""
    told = [json.loads(row) for row in record.state["interviews"]]
    return {flow for _, _, flow, _, _, status, *_ in told if status == "done"}


def _stand(one: Any) -> list[Any]:
    """An interview as it stands; whether its person is away for the moment is the surface's own."""
    status = "open" if one.status == "paused" else one.status
    given = {name: value for name, value in one.given.items() if name not in PRIVATE}
    stands = [one.snapshot.position, one.snapshot.path, one.snapshot.answers]
    return [one.id, one.person, one.flow, one.digest, one.language, status, given, stands]
