"""What Teams sends for what people do."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

TENANT = "00000000-bbbb-4000-8000-0000000000c0"
BOT = "28:00000000-aaaa-4000-8000-0000000000b0"
NUMBERS = itertools.count(1)


def make(kind: str, user: str = "29:u01", scope: str = "personal", **more: Any) -> dict[str, Any]:
    """An activity of this type, by somebody, in their own conversation with us or in one of many."""
    conversation = f"a:talk-{user.removeprefix('29:')}" if scope == "personal" else "19:many@thread.tacv2"
    return {
        "type": kind,
        "id": f"1790000000{next(NUMBERS):05}",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "localTimezone": "Asia/Tokyo",
        "channelId": "msteams",
        "from": {"id": user, "name": "someone", "aadObjectId": f"aad-{user}"},
        "conversation": {"conversationType": scope, "tenantId": TENANT, "id": conversation},
        "recipient": {"id": BOT, "name": "Secret Review"},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "ja-JP",
        "entities": [{"locale": "ja-JP", "country": "JP", "platform": "Web", "type": "clientInfo"}],
        **more,
    }


def say(text: str, user: str = "29:u01", **more: Any) -> dict[str, Any]:
    return make("message", user, text=text, textFormat="plain", **more)


def mention(text: str, user: str = "29:u01", scope: str = "channel", **more: Any) -> dict[str, Any]:
    """Among others the bot hears only what calls it by name."""
    at = "<at>Secret Review</at>"
    called = {"type": "mention", "mentioned": {"id": BOT, "name": "Secret Review"}, "text": at}
    return say(f"{at} {text}", user, scope=scope, entities=[called], **more)


def execute(data: Mapping[str, Any], user: str = "29:u01", **more: Any) -> dict[str, Any]:
    """A button by which the card changes at once."""
    action = {"type": "Action.Execute", "verb": data.get("means", ""), "data": dict(data)}
    value = {"action": action, "trigger": "manual"}
    return make("invoke", user, name="adaptiveCard/action", value=value, **more)


def submit(data: Mapping[str, Any], user: str = "29:u01", **more: Any) -> dict[str, Any]:
    """The same on a client that knows no such button, and what sends a message."""
    return make("message", user, value=dict(data), **more)


def act_on_message(command: str = "report_leak", user: str = "29:u01", **more: Any) -> dict[str, Any]:
    """An entry of a message's menu; the message is somebody's own."""
    payload = {"id": "1", "body": {"contentType": "html", "content": "<p>somebody's own words</p>"}}
    value = {"commandId": command, "commandContext": "message", "messagePayload": payload}
    return make("invoke", user, "channel", **{"name": "composeExtension/fetchTask", "value": value, **more})


def install(action: str = "add", user: str = "29:u01", **more: Any) -> dict[str, Any]:
    return make("installationUpdate", user, action=action, **more)


def edit(text: str, user: str = "29:u01", **more: Any) -> dict[str, Any]:
    data = {"tenant": {"id": TENANT}, "eventType": "editMessage"}
    return make("messageUpdate", user, text=text, channelData=data, **more)
