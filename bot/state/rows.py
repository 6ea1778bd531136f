"""Between values and rows: interviews, answers, items, classes and measures as sealed bodies.

Knows the tables' shape, runs no SQL.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.engine.interview import Interview, Recorded, Say
from bot.engine.position import Reply, Snapshot
from bot.state.crypto import Vault

# Made once: json.dumps makes an encoder anew for every call that asks for anything but its defaults.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def to_json(value: Any) -> str:
    """Compact JSON in one canonical form."""
    return _ENCODE(value)


def seal_interview(vault: Vault, interview: Interview) -> bytes:
    """Given values and snapshot as one sealed cell."""
    return vault.seal("interviews", interview.id, "body", to_json(to_parts(interview)))


def open_interview(vault: Vault, row: Any) -> Interview:
    """The interview of a row. Raises Damaged."""
    return to_interview(row, json.loads(vault.open("interviews", row.id, "body", row.body)))


def to_parts(interview: Interview) -> list[Any]:
    """What of an interview is no column: given values and snapshot."""
    snapshot = interview.snapshot
    return [interview.given, snapshot.position, snapshot.path, snapshot.answers, snapshot.aside]


def to_interview(row: Any, parts: Any) -> Interview:
    """The interview of its columns and `to_parts`."""
    given, position, path, answers, aside = parts
    known = {key: Reply(state, value, tuple(filled)) for key, (state, value, filled) in answers.items()}
    return Interview(
        id=row.id,
        person=row.person_id,
        flow=row.flow,
        digest=row.digest,
        language=row.language,
        status=row.status,
        revision=row.revision,
        given=given,
        snapshot=Snapshot(position, tuple(path), known, aside),
        prompted_at=row.prompted_at,
    )


def answer_row(
    vault: Vault, interview: Interview, place: int, recorded: Recorded, person: str, at: datetime
) -> dict[str, Any]:
    """One row of the record of answers."""
    reply = recorded.reply
    body = to_json([recorded.key, reply.value, reply.filled, recorded.said])
    row = f"{interview.id}/{interview.revision}/{place}"
    return {
        "interview_id": interview.id,
        "revision": interview.revision,
        "place": place,
        "question": recorded.key.partition("@")[0],
        "state": reply.state,
        "body": vault.seal("answers", row, "body", body),
        "digest": interview.digest,
        "language": interview.language,
        "person_id": person,
        "at": at,
    }


def open_answer(vault: Vault, row: Any) -> Recorded:
    """One recorded answer of a row. Raises Damaged."""
    place = f"{row.interview_id}/{row.revision}/{row.place}"
    key, value, filled, said = json.loads(vault.open("answers", place, "body", row.body))
    return Recorded(key, Reply(row.state, value, tuple(filled)), said)


def seal_item(vault: Vault, item_id: str, name: str, key: str, body: Mapping[str, Any]) -> bytes:
    """An item's name, its key within its interview and what is known of it."""
    return vault.seal("items", item_id, "body", to_json({**body, "name": name, "key": key}))


def open_item(vault: Vault, row: Any) -> dict[str, Any]:
    """What `seal_item` sealed. Raises Damaged."""
    opened: dict[str, Any] = json.loads(vault.open("items", row.id, "body", row.body))
    return opened


def seal_class(vault: Vault, department: str, class_id: str, body: Mapping[str, Any]) -> bytes:
    """What was settled for a class of a department, and what was made of it."""
    return vault.seal("classes", f"{department}/{class_id}", "body", to_json(body))


def open_class(vault: Vault, row: Any) -> dict[str, Any]:
    """What `seal_class` sealed. Raises Damaged."""
    class_id = row._mapping["class"]
    opened: dict[str, Any] = json.loads(vault.open("classes", f"{row.department_id}/{class_id}", "body", row.body))
    return opened


def seal_measure(vault: Vault, place: str, measure: str, body: Mapping[str, Any]) -> bytes:
    """What was said of a measure in somebody's own words."""
    return vault.seal("measures", f"{place}/{measure}", "body", to_json(body))


def open_measure(vault: Vault, row: Any) -> dict[str, Any]:
    """What `seal_measure` sealed. Raises Damaged."""
    opened: dict[str, Any] = json.loads(vault.open("measures", f"{row.place}/{row.measure}", "body", row.body))
    return opened


def says_to_json(says: tuple[Say, ...]) -> str:
    return to_json([[say.notice, say.params] for say in says])


def says_from_json(body: str) -> tuple[Say, ...]:
    return tuple(Say(notice, params) for notice, params in json.loads(body))
