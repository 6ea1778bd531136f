"""The manifests ask Teams for what the adapter does: valid, nothing missing, nothing to spare."""

import json
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from ruamel.yaml import YAML

from adapters.teams.inbound import READERS, read
from bot.commands.teams import ICONS, MANIFESTS, PARTS, read_manifest
from bot.engine.lexicon import Move, read_command
from tests.chat import shared
from tests.doubles.activities import act_on_message, mention, say
from tests.doubles.teams import APP

SCHEMAS = Path(__file__).parents[1] / "contracts" / "schemas"
ON_THE_PAGE = (
    "me",
    "language",
    "hours",
    "case",
    "evidence",
    "hold",
    "credit",
    "campaign",
    "moment",
    "topics",
)  # what 「ホーム」 shows and lets one press
EVERY = pytest.mark.parametrize("schema", sorted(MANIFESTS))


def find_faults(schema: str, manifest: Any) -> list[str]:
    """What Microsoft's own schema has against it."""
    known = json.loads((SCHEMAS / f"teams-manifest-{schema}.schema.json").read_text(encoding="utf-8"))
    return [f"{error.json_path} {error.message[:120]}" for error in Draft4Validator(known).iter_errors(manifest)]


@EVERY
def test_it_is_valid(schema: str) -> None:
    """By the schema it names."""
    manifest = read_manifest(schema, APP)
    assert not find_faults(schema, manifest)
    assert manifest["manifestVersion"] == schema
    assert f"/v{schema}/" in manifest["$schema"]


def test_the_older_schema_refuses_the_newer_manifest() -> None:
    """Negative control, and why there are two: private words and slash commands are not known to 1.28."""
    faults = find_faults("1.28", {**read_manifest("1.29", APP), "manifestVersion": "1.28"})
    assert any("supportsTargetedMessages" in one for one in faults)
    assert any("triggers" in one for one in faults)


def test_the_two_differ_in_nothing_else() -> None:
    """What one offers the other does, but for those two."""
    newer, older = (read_manifest(schema, APP) for schema in ("1.29", "1.28"))
    assert newer["bots"][0].pop("supportsTargetedMessages") is True
    assert newer["bots"][0]["commandLists"][1].pop("triggers") == ["mention", "slash"]
    for name in ("$schema", "manifestVersion"):
        del newer[name], older[name]
    assert newer == older


@EVERY
def test_commands_are_those_that_are_answered(schema: str) -> None:
    """Every word of the command stands in both lists as it is shown, but for those the page holds, as Teams takes ten;
    and what the list inserts is understood."""
    (bot,) = read_manifest(schema, APP)["bots"]
    words = {name: one for name, one in shared().commands.items() if name not in ON_THE_PAGE}
    for listed in bot["commandLists"]:
        titles = [one["title"] for one in listed["commands"]]
        assert titles == ["secret-review", *(f"secret-review {one.shown.ja.strip()}" for one in words.values())]
        for title, name in zip(titles[1:], words, strict=True):
            for activity in (say(title), mention(title)):
                incoming = read(activity, datetime.now(UTC))
                assert incoming is not None
                assert incoming.kind == "command"
                assert read_command(incoming.text, shared()) == Move(name)
        for one, word in zip(listed["commands"][1:], words.values(), strict=True):
            assert word.tells.ja.strip() in one["description"]
            assert word.tells.en.strip() in one["description"]
    assert {scope for one in bot["commandLists"] for scope in one["scopes"]} == set(bot["scopes"])


@EVERY
def test_the_entry_of_a_messages_menu_is_the_one_that_is_answered(schema: str) -> None:
    """There is one, it opens a window, and it leads to where a leak is reported."""
    (extension,) = read_manifest(schema, APP)["composeExtensions"]
    (offered,) = extension["commands"]
    incoming = read(act_on_message(offered["id"]), datetime.now(UTC))
    assert incoming is not None
    assert (incoming.kind, incoming.choice) == ("shortcut", offered["id"])
    assert (offered["context"], offered["fetchTask"], offered["type"]) == (["message"], True, "action")


@EVERY
def test_nothing_is_asked_for_that_nobody_uses(schema: str) -> None:
    """No files, no calls, no tabs, no foreign pages; what the bot hears is what Teams sends to bots anyway."""
    manifest = read_manifest(schema, APP)
    assert not manifest["bots"][0]["supportsFiles"]
    assert not set(manifest) & {"staticTabs", "configurableTabs", "connectors", "authorization", "webApplicationInfo"}
    assert manifest["validDomains"] == []
    assert set(READERS) == {"message", "invoke", "messageUpdate", "messageDelete", "installationUpdate"}


@pytest.mark.parametrize(("icon", "size"), list(zip(ICONS, (192, 32), strict=True)))
def test_icons_have_their_sizes(icon: str, size: int) -> None:
    """As Teams wants them."""
    head = (PARTS / icon).read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (size, size)


def test_the_playgrounds_configuration_is_one_it_takes() -> None:
    """It speaks as somebody of the trial company before exactly five others; where it does not, it ends without a
    word."""
    told = YAML(typ="safe").load(PARTS / ".m365agentsplayground.yml")
    assert len(told["users"]) == 5
    assert {frozenset(one) for one in told["users"]} == {frozenset(told["currentUser"])}
    people = (PARTS.parents[1] / "content" / "sample" / "people.csv").read_text(encoding="utf-8")
    assert told["currentUser"]["email"] in people
