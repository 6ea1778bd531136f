"""State as the design defines it: the records opened, by natural key, without ids, times, nonces and audit."""

import base64
import json
import re
from typing import Any

from bot.state.rows import open_answer, open_class, open_interview, open_item, open_measure
from bot.state.tables import (
    answers,
    classes,
    company,
    departments,
    inbox,
    interviews,
    items,
    measures,
    outbox,
    people,
    publications,
    roles,
)
from tests.state.world import World

ID = re.compile(r"[0-9a-f]{8}-0000-7000-8000-\d{12}")


def read_state(world: World) -> str:
    """Everything the deployment remembers, as one canonical text; two equal texts are two equal states."""
    names = _name_records(world)

    def tell(value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=list)
        return json.loads(ID.sub(lambda found: names.get(found.group(), "?"), text))

    parts = {
        "directory": sorted([row.email, row.name, tell(row.department_id), row.language] for row in world.rows(people)),
        "departments": sorted([row.name, row.name_en, row.field] for row in world.rows(departments)),
        "roles": sorted([tell(row.person_id), row.role] for row in world.rows(roles)),
        "company": sorted([row.fact, row.ja, row.en] for row in world.rows(company)),
        "publications": sorted([row.digest, row.kind, row.body] for row in world.rows(publications)),
        "inbox": sorted([tell(row.key), row.state] for row in world.rows(inbox)),
        "outbox": sorted(tell(_open_message(world, row)) for row in world.rows(outbox)),
        "interviews": sorted(tell(_open_interview(world, row)) for row in world.rows(interviews)),
        "answers": sorted(tell(_open_answer(world, row)) for row in world.rows(answers)),
        "items": sorted(tell(_open_item(world, row)) for row in world.rows(items)),
        "classes": sorted(tell(_open_class(world, row)) for row in world.rows(classes)),
        "measures": sorted(tell(_open_measure(world, row)) for row in world.rows(measures)),
    }
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, indent=1)


def _name_records(world: World) -> dict[str, str]:
    """What each id stands for: an address, a department's name, or whose interview it is about what."""
    names = {row.id: row.email for row in world.rows(people)}
    names |= {row.id: row.name for row in world.rows(departments)}
    for row in sorted(world.rows(interviews), key=lambda row: (row.flow != "inventory", row.id)):
        subject = ID.sub(lambda found: names.get(found.group(), "?"), row.subject)
        name = f"<{names[row.person_id]} {row.flow} {subject}>"
        names[row.id] = name + "again " * list(names.values()).count(name)
    return names


def _open_message(world: World, row: Any) -> list[Any]:
    """What is due to be said, or to be carried to another interview: only that holds words, and is sealed."""
    body = json.loads(row.body)
    if row.kind == "event":
        body = json.loads(world.vault.open("outbox", row.key, "body", base64.b64decode(body)))
    return [row.key, row.kind, row.person_id, row.state, body]


def _open_interview(world: World, row: Any) -> list[Any]:
    one = open_interview(world.vault, row)
    given = {name: value for name, value in one.given.items() if name != "salt"}
    stands = [one.snapshot.position, one.snapshot.path, one.snapshot.answers, one.snapshot.aside]
    return [one.id, one.digest, one.language, one.status, one.revision, given, stands]


def _open_answer(world: World, row: Any) -> list[Any]:
    one = open_answer(world.vault, row)
    return [row.interview_id, row.revision, row.place, row.question, row.person_id, row.digest, row.language, one]


def _open_item(world: World, row: Any) -> list[Any]:
    body = open_item(world.vault, row)
    return [row.department_id, body["name"], row.interview_id, row.owner_id, row.state, row.revision, body]


def _open_class(world: World, row: Any) -> list[Any]:
    class_id = row._mapping["class"]
    return [row.department_id, class_id, row.interview_id, row.state, row.revision, open_class(world.vault, row)]


def _open_measure(world: World, row: Any) -> list[Any]:
    who = [row.owner_id, row.said_by, row.confirmed_by, row.interview_id, row.chosen_for]
    known = [row.state, str(row.due_on), row.kept_days, row.asks, str(row.ask_on), row.revision]
    return [row.place, row.measure, *who, *known, open_measure(world.vault, row)]
