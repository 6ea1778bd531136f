"""What Teams sends, in our words: one activity becomes one `Incoming`, or nothing where it says nothing to us. Pure.

Total: reads any JSON at all without raising. Nothing in it is trusted but that Teams sent it; who may do what, and what
a token stands for, is decided elsewhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.teams.cards import FIELD, KEEP, OWN, SEVERAL, decode_choice
from adapters.teams.line import Reference
from bot.incoming import Incoming
from bot.payloads import (
    LONGEST_KEY,
    LONGEST_TOKEN,
    MOST_PARTS,
    Json,
    to_clean,
    to_digest,
    to_id,
    to_list,
    to_object,
    to_text,
)

LONGEST_CHOICE = 500
DIGITS = 16  # of a digest within a key

# What `means` of a button says of a press.
MEANINGS = {"choose": "pressed", "move": "moved", "send": "submitted", "word": "asked", "resume": "resumed"}
COMMAND = re.compile(r"^\s*/?secret-review(?=\s|$)", re.IGNORECASE)
INVOKES = {"adaptiveCard/action": "press", "composeExtension/fetchTask": "shortcut"}
CHANGES = {"messageUpdate": "message_changed", "messageDelete": "message_deleted"}
ADDED, REMOVED = ("add", "add-upgrade"), ("remove", "remove-upgrade")
# What comes beside a text and is no text: a file, or something that was pasted or recorded.
FILES = ("application/vnd.microsoft.teams.file.download.info", "image/", "video/", "audio/")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class _Source:
    """An activity with what its surroundings say of it."""

    body: Json
    received_at: datetime

    @property
    def is_private(self) -> bool:
        """Whether it happened in the conversation of this person and us."""
        return to_object(self.body.get("conversation")).get("conversationType") == "personal"

    @property
    def sender(self) -> Json:
        return to_object(self.body.get("from"))


def read(activity: Any, received_at: datetime) -> Incoming | None:
    """`received_at` stands in where Teams names no time."""
    source = _Source(to_object(activity), received_at)
    reader = READERS.get(to_text(source.body.get("type")))
    if reader is None or source.sender.get("role") in ("bot", "skill") or not to_id(source.sender.get("aadObjectId")):
        return None
    return reader(source)


def read_reference(activity: Any) -> Reference:
    """How to write where this happened; parts that are missing are empty."""
    body = to_object(activity)
    return Reference(
        service=to_id(body.get("serviceUrl")),
        conversation=to_id(to_object(body.get("conversation")).get("id")),
        bot=to_id(to_object(body.get("recipient")).get("id")),
        user=to_id(to_object(body.get("from")).get("id")),
        tenant=_tenant(body),
        locale=to_id(body.get("locale")),
    )


# -- one reader for each kind ------------------------------------------------------------------------------------------


def _read_message(source: _Source) -> Incoming | None:
    value = source.body.get("value")
    if isinstance(value, dict) and "means" in value:
        return _read_press(source, value)
    text, removed = to_clean(_to_typed(source.body))
    command = COMMAND.match(text)
    kind = "said" if source.is_private and not command else "command"
    kinds = [to_text(to_object(one).get("contentType")) for one in to_list(source.body.get("attachments"))]
    files = [one for one in kinds if one.startswith(FILES)]
    said = text[command.end() :].strip() if command else text
    return _make(source, kind, text=said, removed=removed, files=len(files), choice="" if kind == "said" else "command")


def _read_invoke(source: _Source) -> Incoming | None:
    value, kind = to_object(source.body.get("value")), INVOKES.get(to_text(source.body.get("name")))
    if kind == "shortcut":  # of the message only that there was one: its text is a third person's
        # A chat of two colleagues is called personal as ours is, so that none of these counts as ours.
        return _make(source, "shortcut", choice=to_id(value.get("commandId")), is_private=False)
    return _read_press(source, to_object(to_object(value.get("action")).get("data"))) if kind else None


def _read_press(source: _Source, data: Json) -> Incoming | None:
    kind = MEANINGS.get(to_text(data.get("means")))
    if kind is None:
        return None
    choice = to_clean(to_text(data.get("choice"))[:LONGEST_CHOICE])[0]
    if choice == "hours":  # both ends come beside the button
        choice = " ".join(["hours", *(to_clean(to_text(data.get(end))[:2])[0] for end in ("from", "to"))])
    return _make(
        source,
        kind,
        token=to_text(data.get("token"))[:LONGEST_TOKEN],
        choice=choice,
        fields=_read_fields(data) if kind == "submitted" else {},
        message_ts=to_id(source.body.get("replyToId")),
    )


def _read_change(source: _Source) -> Incoming | None:
    return _make(source, "changed", choice=CHANGES[source.body["type"]], message_ts=to_id(source.body.get("id")))


def _read_installation(source: _Source) -> Incoming | None:
    """Only of the conversation with one person: where an app is added to a team, nobody in particular met it."""
    action = to_text(source.body.get("action"))
    if not source.is_private or action not in (*ADDED, *REMOVED):
        return None
    if action in ADDED:
        return _make(source, "home", choice="home")
    return _make(source, "person", fields={"gone": True, "locale": "", "timezone": ""})


READERS: Mapping[str, Callable[[_Source], Incoming | None]] = {
    "message": _read_message,
    "invoke": _read_invoke,
    "messageUpdate": _read_change,
    "messageDelete": _read_change,
    "installationUpdate": _read_installation,
}


def _make(source: _Source, kind: str, **said: Any) -> Incoming | None:
    """None where Teams named nothing that tells this one from others, or no tenant."""
    body, team, user = source.body, _tenant(source.body), to_id(source.sender.get("aadObjectId"))
    reference, name = read_reference(body), to_id(body.get("id"))
    if not (team and name and reference.conversation):
        return None
    change = f":{source.body['type']}:{to_id(body.get('timestamp'))}" if kind == "changed" else ""
    key = f"teams:{team}:{to_digest(reference.conversation, DIGITS)}:{name}{change}"
    told = {"message_ts": name, "is_private": source.is_private, **said}
    return Incoming(
        kind,
        key if len(key) <= LONGEST_KEY else f"teams:{to_digest(key, DIGITS)}",
        team,
        user,
        _time(body.get("timestamp"), source),
        channel=reference.conversation,
        reference={**reference._asdict(), "timezone": to_id(body.get("localTimezone"))},
        **told,
    )


# -- texts and forms ---------------------------------------------------------------------------------------------------


def _to_typed(body: Json) -> str:
    """What was typed: without the mention by which we are called, and as plain text."""
    text, bot = to_text(body.get("text")), to_object(body.get("recipient")).get("id")
    for entity in map(to_object, to_list(body.get("entities"))[:MOST_PARTS]):
        if entity.get("type") == "mention" and to_object(entity.get("mentioned")).get("id") == bot:
            text = text.replace(to_text(entity.get("text")) or "\0", " ", 1)
    if body.get("textFormat") == "xml":
        text = re.sub(r"</?at[^>]*>", "", text)
        for written, meant in ENTITIES:
            text = text.replace(written, meant)
    return text


def _read_fields(data: Json) -> dict[str, Any]:
    """Values by field, with the words added to it; one left empty that keeps its proposal is left out."""
    fields: dict[str, Any] = {}
    inputs = [(name, to_text(value)) for name, value in list(data.items())[:MOST_PARTS] if ":" in name]
    for name, typed in inputs:
        kind, _, field_id = name.partition(":")
        field_id = to_clean(field_id)[0]
        told = to_clean(decode_choice(typed))[0] or None
        if kind == SEVERAL:
            fields[field_id] = [to_clean(decode_choice(one))[0] for one in typed.split(",")[:MOST_PARTS] if one]
        elif kind == FIELD or (kind == KEEP and told):
            fields[field_id] = told
    for name, typed in inputs:
        kind, _, field_id = name.partition(":")
        if kind == OWN and (told := to_clean(typed)[0]):
            before = fields.get(to_clean(field_id)[0]) or []
            fields[to_clean(field_id)[0]] = [*(before if isinstance(before, list) else [before]), told]
    return fields


# -- parts, whatever they are ------------------------------------------------------------------------------------------


def _tenant(body: Json) -> str:
    """The library loses it; the raw activity says it in the channel's data, else of the conversation."""
    data, conversation = to_object(body.get("channelData")), to_object(body.get("conversation"))
    return to_id(to_object(data.get("tenant")).get("id")) or to_id(conversation.get("tenantId"))


def _time(stamp: Any, source: _Source) -> datetime:
    """An instant as Teams writes it, in UTC; what is none is when we received it."""
    try:
        at = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return source.received_at
    return at.astimezone(UTC) if at.tzinfo else source.received_at
