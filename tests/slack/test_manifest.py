"""The manifest asks Slack for what the adapter does: nothing missing, nothing to spare."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from adapters.slack.inbound import MEANINGS, read
from bot.reception import TAKES
from tests.doubles.payloads import command, event, home, message, shortcut, shortcut_anywhere

ROOT = Path(__file__).parents[2]
MANIFEST = YAML(typ="safe").load(ROOT / "deploy/slack/manifest.yaml")

# What Slack asks for each call (docs.slack.dev, "methods"); a modal needs only the press that it answers.
SCOPES: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"groups:write"},
    "conversations.create": {"groups:write"},
    "conversations.history": {"im:history"},
    "conversations.invite": {"groups:write"},
    "conversations.kick": {"groups:write"},
    "conversations.members": {"groups:read"},
    "conversations.open": {"im:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "users.conversations": {"groups:read"},
    "users.info": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "views.publish": set(),
    "views.{way}": set(),
}
USER = {"id": "U01", "deleted": False, "tz": "Asia/Tokyo"}
EVENTS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "app_home_opened": (set(), home()),
    "app_uninstalled": (set(), {"type": "app_uninstalled"}),
    "message.im": ({"im:history"}, message("こんにちは")),
    "tokens_revoked": (set(), {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}),
    "user_change": ({"users:read"}, {"type": "user_change", "user": USER}),
}
OF_SLACK = ("person", "uninstalled")  # kinds that no person does


def list_calls() -> set[str]:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in [*(ROOT / "adapters/slack").glob("*.py"), ROOT / "bot/server.py"]
    )
    return set(re.findall(r'_(?:call|read|settle)\(\s*f?"([^"]+)"', text))


def test_scopes_are_those_of_the_calls_and_events() -> None:
    """Each scope is needed by a call, an event or the command, and each of those has its scope."""
    called, heard = list_calls(), MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert called == set(SCOPES)
    assert set(heard) == set(EVENTS)
    needed: set[str] = {"commands"}.union(*(SCOPES[one] for one in called), *(EVENTS[one][0] for one in heard))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_what_is_subscribed_is_taken_up() -> None:
    """Every event that is asked for becomes something the reception acts on."""
    for _, sample in EVENTS.values():
        incoming = read("event", event(sample), datetime.now(UTC))
        assert incoming is not None
        assert incoming.kind in (*TAKES, *OF_SLACK)


def test_what_the_reception_acts_on_can_come() -> None:
    """No handler waits for an event nobody asked Slack for; what comes of presses and forms needs no asking."""
    read_as = [read("event", event(sample), datetime.now(UTC)) for _, sample in EVENTS.values()]
    heard = {one.kind for one in read_as if one}
    asked = {one.kind for one in (read("command", command(""), datetime.now(UTC)),) if one}
    pressed = set(MEANINGS.values())
    assert {*TAKES, *OF_SLACK} == heard | asked | pressed | {"changed"}  # message.im tells of changes, too


def test_the_shortcuts_are_those_that_are_answered() -> None:
    """The entry in a message's menu and the one that stands everywhere lead to where a leak is reported; of the second
    Slack tells neither message nor channel."""
    offered = {one["type"]: one for one in MANIFEST["features"]["shortcuts"]}
    assert set(offered) == {"message", "global"}
    for kind, payload in (("message", shortcut()), ("global", shortcut_anywhere())):
        incoming = read("shortcut", payload, datetime.now(UTC))
        assert incoming is not None
        assert (incoming.kind, incoming.choice) == ("shortcut", offered[kind]["callback_id"])
        assert len(offered[kind]["name"]) <= 24
        assert len(offered[kind]["description"]) <= 150


def test_people_can_write_and_press() -> None:
    """Without these settings Slack shows a bot nobody can write to, or buttons that do nothing."""
    features: dict[str, Any] = MANIFEST["features"]
    assert features["app_home"]["messages_tab_enabled"]
    assert features["app_home"]["home_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert [one["command"] for one in features["slash_commands"]] == ["/secret-review"]
    assert len(MANIFEST["display_information"]["name"]) <= 35
    assert len(MANIFEST["display_information"]["description"]) <= 140
