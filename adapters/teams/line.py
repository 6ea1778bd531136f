"""The line to Teams, whichever SDK holds it: what it carries, and what can go wrong on it. Values and protocols.

A reference says how to write into a conversation, as our own JSON; no object of an SDK is ever kept.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol

Json = Mapping[str, Any]
CALL_SECONDS = 15.0  # for one call
MOST_SERVICES = 64  # addresses for which a client is kept


class Reference(NamedTuple):
    """How to write to one person, or into the conversation where something happened.

    `conversation` is empty where theirs with us was not opened yet; `bot` and `user` are Teams' own ids.
    """

    service: str
    conversation: str
    bot: str
    user: str
    tenant: str
    locale: str = ""

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps(self._asdict(), ensure_ascii=False, sort_keys=True)


def to_reference(text: str) -> Reference:
    """From what was kept."""
    return Reference(**json.loads(text))


class Reply(NamedTuple):
    """What an activity is answered with over HTTP; a body only where Teams waits for one."""

    status: int
    body: Json | None = None


class Failed(Exception):
    """Teams answered, and not well: status, its own word for why, and how long to wait where it says so."""

    def __init__(self, status: int, code: str = "", retry_after: str = "") -> None:
        super().__init__(f"{status} {code}".strip())
        self.status, self.code, self.retry_after = status, code, retry_after


class Line(Protocol):
    """One SDK. Writing raises Failed, bot.ports.Unsent, or anything else where nobody knows what arrived."""

    async def take(self, activity: Json, claims: Json, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        """Hand an activity through the SDK's own pipeline; `answer` says what came of it."""

    async def send(self, reference: Reference, activity: Json, is_targeted: bool = False) -> str:
        """Write into a conversation, for one person's eyes only where it is targeted; the id of what was written."""

    async def update(self, reference: Reference, name: str, activity: Json) -> None:
        """Put this in the place of what was written."""

    async def open(self, reference: Reference) -> str:
        """Open the conversation with one person; its id."""

    async def read_member(self, reference: Reference) -> Json:
        """What Teams knows of the person of this reference."""

    async def close(self) -> None:
        """Hang up."""


def read_code(text: str) -> str:
    """Teams' own word for what is wrong, from the body of an error: its code, or the subCode in the JSON that is its
    message where somebody blocked us; empty where there is neither."""
    body = _read_object(text)
    told = body.get("error")
    code = told.get("code") if isinstance(told, Mapping) else _read_object(body.get("message")).get("subCode")
    return code[:60] if isinstance(code, str) else ""


def _read_object(text: Any) -> Json:
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def to_activity(reference: Reference, activity: Json) -> dict[str, Any]:
    """An activity of ours with where it goes, from whom, and for whom."""
    where = {"channelId": "msteams", "serviceUrl": reference.service, "conversation": {"id": reference.conversation}}
    return {**where, "from": {"id": reference.bot}, "recipient": {"id": reference.user}, **activity}


def to_parameters(reference: Reference) -> dict[str, Any]:
    """What Teams wants to know to open a conversation with one person."""
    tenant = {"tenantId": reference.tenant, "channelData": {"tenant": {"id": reference.tenant}}}
    return {"isGroup": False, "bot": {"id": reference.bot}, "members": [{"id": reference.user}], **tenant}
