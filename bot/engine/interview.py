"""One person's run through one flow, as a value, and one event's effect on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from bot.conclusions import Conclusion
from bot.engine.model import Value
from bot.engine.position import Reply, Route, Snapshot, replay

Status = Literal["queued", "open", "paused", "done", "cancelled"]


class Interview(NamedTuple):
    """Who is asked what, and where they stand. `revision` grows by one with every turn that changes anything."""

    id: str
    person: str
    flow: str
    digest: str  # of the flow version the snapshot was made with
    language: str
    status: Status
    revision: int
    given: Mapping[str, Value]
    snapshot: Snapshot
    prompted_at: datetime | None = None  # when the latest prompt reached the person


def follow_flow(route: Route, interview: Interview) -> Interview:
    """An unfinished interview as the published version of its flow has it; a finished one never moves."""
    if interview.digest == route.flow.digest or interview.status in ("done", "cancelled"):
        return interview
    snapshot = replay(route, interview.given, interview.snapshot.answers)
    return interview._replace(digest=route.flow.digest, snapshot=snapshot)


class Say(NamedTuple):
    """A notice by name with plain parameters: references and numbers, never words."""

    notice: str
    params: Mapping[str, Any] = {}


class Recorded(NamedTuple):
    """One row for the record of answers: `said` is what was typed, where that differs from the value."""

    key: str
    reply: Reply
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One event handled: the interview after it, what to say, what to record, what follows."""

    interview: Interview
    says: tuple[Say, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    erased: bool = False  # cancelled: the answers are to be deleted
