"""What Slack sends for what people do, signed as Slack signs it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PATH = "/slack/events"
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Request:
    """One HTTP request, in bytes, so that it can be spoilt anywhere."""

    body: bytes
    headers: Headers = ()
    method: str = "POST"
    path: str = PATH

    def but(self, **headers: bytes | None) -> "Request":
        """The same with these headers (a_b for a-b) replaced, or left out."""
        changed = {name.replace("_", "-").encode(): value for name, value in headers.items()}
        kept = tuple(one for one in self.headers if one[0] not in changed)
        return replace(
            self, headers=kept + tuple((name, value) for name, value in changed.items() if value is not None)
        )

    def header(self, name: bytes) -> bytes:
        return dict(self.headers)[name]


def sign(secret: bytes, stamp: bytes, body: bytes) -> bytes:
    return b"v0=" + hmac.new(secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()


def make_request(secret: str, now: float, body: bytes, media: str = JSON, **headers: str) -> Request:
    stamp = str(int(now)).encode()
    signed = (
        (b"content-type", media.encode()),
        (b"x-slack-request-timestamp", stamp),
        (b"x-slack-signature", sign(secret.encode(), stamp, body)),
    )
    return Request(
        body, signed + tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    )


def encode(kind: str, payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """The body and its content type, as Slack chooses them by kind."""
    if kind == "events_api":
        return json.dumps(payload, ensure_ascii=False).encode(), JSON
    if kind == "slash_commands":
        return urlencode(payload).encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


# -- what people do ----------------------------------------------------------------------------------------------------


def event(inner: Mapping[str, Any], event_id: str = "Ev01", team: str = "T01") -> dict[str, Any]:
    return {
        "token": "old",
        "team_id": team,
        "api_app_id": "A01",
        "event": dict(inner),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1_790_000_000,
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "UBOT", "is_bot": True}],
        "is_ext_shared_channel": False,
    }


def message(text: str, user: str = "U01", ts: str = "1790000000.000100", **more: Any) -> dict[str, Any]:
    said = {"type": "message", "user": user, "text": text, "ts": ts, "event_ts": ts}
    return {**said, "channel": "D01", "channel_type": "im", "team": "T01", **more}


def home(user: str = "U01", tab: str = "home") -> dict[str, Any]:
    return {"type": "app_home_opened", "user": user, "channel": "D01", "tab": tab, "event_ts": "1790000000.000200"}


def press(value: str, user: str = "U01", action_id: str = "choose:1", **more: Any) -> dict[str, Any]:
    ts = "1790000000.000100"
    return {
        "type": "block_actions",
        "team": {"id": "T01", "domain": "example"},
        "user": {"id": user, "username": "someone", "team_id": "T01"},
        "container": {"type": "message", "message_ts": ts, "channel_id": "D01", "is_ephemeral": False},
        "channel": {"id": "D01", "name": "directmessage"},
        "message": {"ts": ts, "bot_id": "B01", "text": "shown before"},
        "trigger_id": "12.34.ab",
        "actions": [
            {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1790000001.5"}
        ],
        **more,
    }


def submit(values: Mapping[str, Any], token: str = "token", user: str = "U01", **more: Any) -> dict[str, Any]:  # noqa: S107 - ours, and made up
    return {
        "type": "view_submission",
        "team": {"id": "T01", "domain": "example"},
        "user": {"id": user, "team_id": "T01"},
        "trigger_id": "12.34.ab",
        "view": {
            "id": "V01",
            "type": "modal",
            "callback_id": "form",
            "hash": "1790000000.x",
            "private_metadata": token,
            "state": {"values": dict(values)},
            "app_installed_team_id": "T01",
        },
        **more,
    }


def command(text: str, user: str = "U01", trigger: str = "12.34.ab", **more: Any) -> dict[str, Any]:
    return {
        "team_id": "T01",
        "channel_id": "C01",
        "channel_name": "general",
        "user_id": user,
        "command": "/secret-review",
        "text": text,
        "response_url": "https://hooks.slack.com/commands/x",
        "trigger_id": trigger,
        **more,
    }


def shortcut_anywhere(callback: str = "report_leak_anywhere", user: str = "U01", **more: Any) -> dict[str, Any]:
    """Of the menu that stands beside every message and in the search: no channel, no message, nowhere to reply to."""
    return {
        "type": "shortcut",
        "callback_id": callback,
        "team": {"id": "T01", "domain": "example"},
        "user": {"id": user, "team_id": "T01"},
        "action_ts": "1790000001.6",
        "trigger_id": "13.35.ab",
        **more,
    }


def shortcut(callback: str = "report_leak", user: str = "U01", **more: Any) -> dict[str, Any]:
    """Of the menu of a message, which is somebody else's."""
    message = {"type": "message", "user": "U02", "text": "what a third person wrote", "ts": "1790000000.7"}
    where = {"channel": {"id": "C01", "name": "general"}, "message": message, "message_ts": message["ts"]}
    what = {"type": "message_action", "action_ts": "1790000001.5", "trigger_id": "12.34.ab"}
    return shortcut_anywhere(callback, user, **{**what, **where, **more})
