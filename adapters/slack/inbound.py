"""What Slack sends, in our words: one payload becomes one `Incoming`, or nothing where it says nothing to us. Pure.

Total: reads any JSON at all without raising. Nothing in it is trusted but that Slack sent it; who may do what, and what
a token stands for, is decided elsewhere.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack.markup import to_typed
from bot.incoming import Incoming
from bot.payloads import (
    LONGEST_ID,
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

DIGITS = 32  # of a digest within a key

# What the beginning of an action_id says of a press; any other is a tick on the way, and says nothing yet.
MEANINGS = {
    "choose": "pressed",
    "move": "moved",
    "open": "asked_form",
    "send": "submitted",
    "word": "asked",
    "resume": "resumed",
}
FIELD, OWN, KEEP = "field:", "own:", "keep:"  # how the blocks and inputs of a form are named
BETWEEN = "\n"  # in a button's value: the token, then what it chooses

# Messages that a person typed; a file comes with what was typed beside it. Every other subtype is Slack's own remark.
TYPED = ("", "file_share", "thread_broadcast", "me_message")
CHANGED = ("message_changed", "message_deleted")
GONE = ("app_uninstalled", "tokens_revoked")


@dataclass(frozen=True, slots=True)
class _Source:
    """A payload with what its surroundings say of it."""

    body: Json
    received_at: datetime
    retry: int


def read(kind: str, body: Any, received_at: datetime, retry: int = 0) -> Incoming | None:
    """`kind` is Bolt's: event, action, command, shortcut, view. `received_at` stands in where Slack names no time."""
    reader = READERS.get(kind)
    return reader(_Source(to_object(body), received_at, retry)) if reader else None


def read_retry(headers: Mapping[str, Any]) -> int:
    """The number of x-slack-retry-num, from headers as Bolt has them; anything strange is a first time."""
    values = headers.get("x-slack-retry-num")
    value = values[0] if isinstance(values, list | tuple) and values else values
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 1 else 0


# -- one reader for each kind ------------------------------------------------------------------------------------------


def _read_event(source: _Source) -> Incoming | None:
    event = to_object(source.body.get("event"))
    subject, key = to_id(event.get("type")), _key(source, to_id(source.body.get("event_id")))
    if not key:
        return None
    if subject in GONE:
        return _make(source, "uninstalled", key, _time(source.body.get("event_time"), source), choice=subject)
    if subject == "message":
        return _read_message(source, event, key)
    if subject == "user_change":
        return _read_person(source, event, key)
    user, channel, at = to_id(event.get("user")), to_id(event.get("channel")), _time(event.get("event_ts"), source)
    if subject != "app_home_opened" or not user:
        return None
    return _make(source, "home", key, at, user=user, channel=channel, choice=to_id(event.get("tab")))


def _read_person(source: _Source, event: Json, key: str) -> Incoming | None:
    """Of what Slack knows of a person only what we go by; names and pictures do not come along."""
    told = to_object(event.get("user"))
    user = to_id(told.get("id"))
    if not user or told.get("is_bot"):
        return None
    known = {
        "locale": to_id(told.get("locale")),
        "timezone": to_id(told.get("tz")),
        "gone": told.get("deleted") is True,
    }
    return _make(source, "person", key, _time(event.get("event_ts"), source), user=user, fields=known)


def _read_message(source: _Source, event: Json, key: str) -> Incoming | None:
    subtype = event.get("subtype") or ""
    meant = to_object(event.get("message") or event.get("previous_message")) if subtype in CHANGED else event
    user, channel = to_id(meant.get("user")), to_id(event.get("channel"))
    if subtype not in (*TYPED, *CHANGED) or not user or meant.get("bot_id") or event.get("bot_id"):
        return None
    if subtype == "message_changed" and meant.get("text") == to_object(event.get("previous_message")).get("text"):
        return None  # Slack added the preview of a link
    text, removed = to_clean(to_typed(to_text(event.get("text")))) if subtype in TYPED else ("", 0)
    return _make(
        source,
        "said" if subtype in TYPED else "changed",
        key,
        _time(event.get("event_ts") or event.get("ts"), source),
        user=user,
        channel=channel,
        is_private=event.get("channel_type") == "im" or (not event.get("channel_type") and channel.startswith("D")),
        choice=subtype if subtype in CHANGED else "",
        text=text,
        removed=removed,
        files=len(to_list(event.get("files"))),
        message_ts=to_id(meant.get("ts") or event.get("deleted_ts")),
    )


def _read_action(source: _Source) -> Incoming | None:
    body, actions = source.body, to_list(source.body.get("actions"))
    action, place = to_object(actions[0] if actions else None), to_object(body.get("container"))
    if body.get("type") != "block_actions" or not (value := _value_of(action)):
        return None
    user, stamp, name = (
        to_id(to_object(body.get("user")).get("id")),
        to_id(action.get("action_ts")),
        to_text(action.get("action_id")),
    )
    message = to_id(place.get("message_ts") or to_object(body.get("message")).get("ts"))
    view = to_id(to_object(body.get("view")).get("id"))
    key = _key(source, user, message or view, stamp, _plain(name))
    if not (user and stamp and key):
        return None
    kind = MEANINGS.get(name.partition(":")[0])
    if kind is None:
        return None
    token, _, choice = value.partition(BETWEEN)
    channel = to_id(place.get("channel_id") or to_object(body.get("channel")).get("id"))
    return _make(
        source,
        kind,
        key,
        _time(stamp, source),
        user=user,
        channel=channel,
        is_private=channel.startswith("D"),
        token=token[:LONGEST_TOKEN],
        choice=to_clean(choice)[0],
        fields=_read_fields(body.get("state")),
        message_ts=message,
        view=view,
        **_means_of_reply(body),
    )


def _read_view(source: _Source) -> Incoming | None:
    view, user = to_object(source.body.get("view")), to_id(to_object(source.body.get("user")).get("id"))
    name = to_id(view.get("id"))
    if source.body.get("type") != "view_submission" or not (name and user):
        return None
    state = json.dumps(to_object(view.get("state")).get("values"), sort_keys=True, default=str)
    return _make(
        source,
        "submitted",
        _key(source, user, name, to_id(view.get("hash")), to_digest(state, DIGITS)),
        source.received_at,
        user=user,
        token=to_text(view.get("private_metadata"))[:LONGEST_TOKEN],
        choice=to_text(view.get("callback_id"))[:LONGEST_ID],
        fields=_read_fields(view.get("state")),
        view=name,
        **_means_of_reply(source.body),
    )


def _read_command(source: _Source) -> Incoming | None:
    body = source.body
    user, channel, trigger = to_id(body.get("user_id")), to_id(body.get("channel_id")), to_id(body.get("trigger_id"))
    if not (user and trigger):
        return None
    text, removed = to_clean(to_typed(to_text(body.get("text"))))
    return _make(
        source,
        "command",
        _key(source, trigger),
        source.received_at,
        user=user,
        channel=channel,
        is_private=channel.startswith("D"),
        choice=to_text(body.get("command"))[:LONGEST_ID],
        text=text,
        removed=removed,
        **_means_of_reply(body),
    )


def _read_shortcut(source: _Source) -> Incoming | None:
    """Of a shortcut on a message only which message it was: its text is a third person's."""
    body, user = source.body, to_id(to_object(source.body.get("user")).get("id"))
    trigger, channel = to_id(body.get("trigger_id")), to_id(to_object(body.get("channel")).get("id"))
    if not (user and trigger):
        return None
    return _make(
        source,
        "shortcut",
        _key(source, trigger),
        _time(body.get("action_ts"), source),
        user=user,
        channel=channel,
        is_private=channel.startswith("D"),
        choice=to_text(body.get("callback_id"))[:LONGEST_ID],
        message_ts=to_id(body.get("message_ts")),
        **_means_of_reply(body),
    )


READERS: Mapping[str, Callable[[_Source], Incoming | None]] = {
    "event": _read_event,
    "action": _read_action,
    "view": _read_view,
    "command": _read_command,
    "shortcut": _read_shortcut,
}


def _make(source: _Source, kind: str, key: str, occurred_at: datetime, **said: Any) -> Incoming:
    told = {"user": "", **said}
    return Incoming(kind, key, _team(source.body), occurred_at=occurred_at, retry=source.retry, **told)


# -- values of a form --------------------------------------------------------------------------------------------------


def _read_fields(state: Any) -> dict[str, Any]:
    """Values by field, with the words added to it; one left empty that keeps its proposal is left out."""
    fields: dict[str, Any] = {}
    for block, inputs in list(to_object(to_object(state).get("values")).items())[:MOST_PARTS]:
        for name, value in list(to_object(inputs).items())[:1]:
            told, field_id = _read_input(to_object(value)), to_clean(str(block).partition(":")[2])[0]
            if str(block).startswith(FIELD) and (told or not str(name).startswith(KEEP)):
                fields[field_id] = told
            elif str(block).startswith(OWN) and told:
                before = fields.get(field_id) or []
                fields[field_id] = [*(before if isinstance(before, list) else [before]), told]
    return fields


def _read_input(value: Json) -> Any:
    """The id of an option, ids of several, a date, a person, a typed text; None where it was left empty."""
    for name in ("selected_options", "selected_users", "selected_conversations", "selected_channels"):
        if isinstance(value.get(name), list):
            return [_read_option(one) for one in value[name][:MOST_PARTS]]
    chosen = next((one for name, one in value.items() if str(name).startswith("selected_") and one is not None), None)
    return _read_option(chosen if chosen is not None else value.get("value"))


def _read_option(option: Any) -> str | None:
    value = option.get("value") if isinstance(option, dict) else option
    if value is None or isinstance(value, dict | list):
        return None
    return to_clean(str(value))[0]


def _value_of(action: Json) -> str:
    """What a button, or a chosen option of a list, carries of ours."""
    return to_text(action.get("value") or to_object(action.get("selected_option")).get("value"))


# -- parts, whatever they are ------------------------------------------------------------------------------------------


def _team(body: Json) -> str:
    """The workspace; where the app belongs to a whole organisation and Slack names none, the organisation."""
    view, user = to_object(body.get("view")), to_object(body.get("user"))
    named = (
        view.get("app_installed_team_id"),
        body.get("team_id"),
        to_object(body.get("team")).get("id"),
        user.get("team_id"),
        body.get("enterprise_id"),
        to_object(body.get("enterprise")).get("id"),
    )
    return next((found for one in named if (found := to_id(one))), "")


def _means_of_reply(body: Json) -> dict[str, str]:
    url = to_text(body.get("response_url"))
    return {"trigger": to_id(body.get("trigger_id")), "reply_url": url if url.isascii() and url.isprintable() else ""}


def _key(source: _Source, *parts: str) -> str:
    """Empty where Slack named nothing that tells this one from others."""
    key = ":".join(("slack", _team(source.body), *parts))
    if not any(parts):
        return ""
    return key if len(key) <= LONGEST_KEY else f"slack:{to_digest(key, DIGITS)}"


def _plain(name: str) -> str:
    return name if to_id(name) else to_digest(name, DIGITS)


def _time(stamp: Any, source: _Source) -> datetime:
    """Slack's seconds with a fraction, or a whole number of them, in UTC; what is none is when we received it."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return source.received_at
