"""Drafts at the desk that takes reports: as they lie in a mailbox, put aside for a moment, erased after a day.

Knows no words and nobody's name.
"""

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.engine.interview import Interview, Say
from bot.engine.position import Route, replay
from bot.patrol import keep_looking
from bot.state.mailboxes import REPORT, Mailbox, has_late, take_late, write_mailbox
from bot.state.record import Transaction
from bot.state.rows import says_to_json, to_interview, to_parts
from bot.state.store import Store

KEPT = timedelta(hours=24)  # after which what was begun and not sent is erased
PATROL = 300.0  # seconds between two looks
STANDS = ("open", "paused")  # statuses of a draft that somebody may go on with


def to_draft(interview: Interview, says: tuple[Say, ...], until: datetime | None) -> dict[str, Any]:
    """An interview and what came of its last turn, as JSON; erased once `until` has passed, if there is such a time."""
    columns = ("id", "person", "flow", "digest", "language", "status", "revision")
    known = {name: getattr(interview, name) for name in columns}
    told = {**known, "parts": to_parts(interview), "says": says_to_json(says)}
    return {**told, "until": until.isoformat() if until else None}


def read_draft(box: Mailbox, part: str = "draft") -> Interview | None:
    """The interview `to_draft` kept there, if there is one."""
    draft = box.body.get(part)
    if not draft or "parts" not in draft:
        return None
    row = SimpleNamespace(**{**draft, "person_id": draft["person"], "prompted_at": None})
    return to_interview(row, draft["parts"])


# -- a report that waits while its receipt, or another's, is looked at -------------------------------------------------


def put_aside(box: Mailbox) -> None:
    """A report of which something was told waits while something else comes before it."""
    draft = read_draft(box)
    if draft and draft.flow == REPORT and draft.status in STANDS and draft.snapshot.path:
        box.body["held"] = {name: one for name, one in box.body["draft"].items() if name != "notice"}


def give_back(box: Mailbox) -> None:
    """What came before it is over, and still to be said; the report stands again where it was."""
    if "held" in box.body:
        box.body["over"] = box.body["draft"]
        take_up(box)


def take_up(box: Mailbox) -> None:
    """The report that was put aside is what waits."""
    box.body["draft"] = {**box.body.pop("held"), "status": "open", "says": "[]"}


# -- after a day -------------------------------------------------------------------------------------------------------


class Drafts:
    """Erases what was begun and not sent, wherever the product runs."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def run(self) -> None:
        """Until it is cancelled."""
        await keep_looking(self.erase_late, PATROL)

    async def erase_late(self) -> int:
        """Returns how many. Raises CannotSave."""
        if not await asyncio.to_thread(has_late, self.store.database, self.store.clock.now()):
            return 0
        return await asyncio.to_thread(self.store.write, self._erase)

    def _erase(self, tx: Transaction) -> int:
        boxes = [box for box in take_late(tx) if self._forget(box, tx.now)]
        for box in boxes:
            box.due_at = box.due_at if box.asks else None
            write_mailbox(tx, box)
        return len(boxes)

    def _forget(self, box: Mailbox, now: datetime) -> bool:
        """Whether anything of it was too old, and is gone."""
        parts = ("held",) if box.is_unsaid else ("draft", "held", "over")  # what was sent is still to be said
        late = [name for name in parts if _is_late(box.body.get(name), now)]
        for name in late:
            draft = read_draft(box, name)
            del box.body[name]
            if draft and draft.given.get("question") and draft.status in STANDS:  # the team's question stands on
                box.body[name] = empty_draft(draft, self.store.words.routes[draft.flow])
        return bool(late)


def _is_late(draft: dict[str, Any] | None, now: datetime) -> bool:
    until = (draft or {}).get("until")
    return bool(until and datetime.fromisoformat(until) <= now)


def empty_draft(draft: Interview, route: Route) -> dict[str, Any]:
    """The same interview before anything was said in it; there is nothing to erase then."""
    fresh = draft._replace(status="open", snapshot=replay(route, draft.given, {}), digest=route.flow.digest)
    return to_draft(fresh._replace(revision=draft.revision + 1), (), None)
