"""What Teams sends, read into our words: every kind, every copy under one key, any JSON without a fall."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.inbound import MEANINGS, READERS, read, read_reference
from bot.incoming import Incoming
from bot.payloads import LONGEST_KEY
from tests.doubles.activities import (
    BOT,
    TENANT,
    act_on_message,
    edit,
    execute,
    install,
    make,
    mention,
    say,
    submit,
)

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KINDS = [
    (say("あ"), "said"),
    (say("secret-review help"), "command"),
    (mention("help"), "command"),
    (execute({"means": "choose", "choice": "x", "token": "t"}), "pressed"),
    (submit({"means": "choose", "choice": "x", "token": "t"}), "pressed"),
    (execute({"means": "move", "choice": "why"}), "moved"),
    (execute({"means": "send", "field:a": "x"}), "submitted"),
    (submit({"means": "word", "choice": "help"}), "asked"),
    (submit({"means": "resume", "choice": "i"}), "resumed"),
    (act_on_message(), "shortcut"),
    (edit("あ"), "changed"),
    (make("messageDelete"), "changed"),
    (install(), "home"),
    (install("remove"), "person"),
]


def take(activity: Any) -> Incoming:
    found = read(activity, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize(("activity", "kind"), KINDS)
def test_every_kind_is_read(activity: dict[str, Any], kind: str) -> None:
    """Who, where, when and what; the same copy has the same key, another one another."""
    told = take({**activity, "serviceUrl": "https://smba.trafficmanager.net/emea/"})
    assert (told.kind, told.team, told.user) == (kind, TENANT, "aad-29:u01")
    assert take(copy.deepcopy(activity)).key == told.key
    assert take({**activity, "id": "another"}).key != told.key
    assert (told.reference["bot"], told.reference["user"]) == (BOT, "29:u01")
    assert told.reference["service"] == "https://smba.trafficmanager.net/emea/"
    assert len(told.key) <= LONGEST_KEY


def test_all_that_is_read_is_tried() -> None:
    """No kind of activity and no meaning of a button is left out above."""
    assert {one["type"] for one, _ in KINDS} == set(READERS)
    assert set(MEANINGS.values()) <= {kind for _, kind in KINDS}


def test_a_mention_is_not_part_of_what_is_said() -> None:
    """By its entity, wherever it stands, and only ours."""
    assert take(mention("使い方")).text == "使い方"
    other = say("<at>Sato</at> x", entities=[{"type": "mention", "mentioned": {"id": "29:x"}, "text": "<at>Sato</at>"}])
    assert take(other).text == "<at>Sato</at> x"


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("secret-review", "command", ""),
        ("/secret-review  台帳 ", "command", "台帳"),
        ("SECRET-REVIEW\nhelp", "command", "help"),
        ("secret-reviewer", "said", "secret-reviewer"),
        ("これは secret-review です", "said", "これは secret-review です"),
        ("a\u200bb\u202ec", "said", "abc"),
    ],
)
def test_a_command_is_a_word_of_its_own(typed: str, kind: str, text: str) -> None:
    """It begins what was typed, with a slash or without."""
    told = take(say(typed))
    assert (told.kind, told.text) == (kind, text)


def test_a_form_is_read_by_field() -> None:
    """One, several, none, words added, a proposal kept; a comma inside a value parts nothing."""
    data = {
        "means": "send",
        "field:one": "a%2Cb",
        "several:more": "x%2Cy,z",
        "several:none": "",
        "own:more": "自分の言葉",
        "field:empty": "",
        "keep:who": "",
        "keep:other": "鈴木",
        "field:day": "2026-12-01",
    }
    assert take(execute(data)).fields == {
        "one": "a,b",
        "more": ["x,y", "z", "自分の言葉"],
        "none": [],
        "empty": None,
        "other": "鈴木",
        "day": "2026-12-01",
    }


def test_both_hours_come_with_their_button() -> None:
    """The two menus beside it are read as if they were typed."""
    assert take(submit({"means": "word", "choice": "hours", "from": "8", "to": "17"})).choice == "hours 8 17"


def test_what_was_reported_is_not_read() -> None:
    """Of the message of a third person nothing comes along."""
    assert "own words" not in repr(take(act_on_message()))


def test_the_tenant_is_found_where_the_library_loses_it() -> None:
    """In the channel's data, or else of the conversation."""
    assert take(make("message", text="x", channelData={})).team == TENANT
    conversation = {"conversationType": "personal", "id": "a:1"}
    assert take(make("message", text="x", conversation=conversation)).team == TENANT
    assert read(make("message", text="x", conversation=conversation, channelData=None), NOW) is None


@pytest.mark.parametrize("stamp", [None, 7, "canary", "2026-11-30T09:00:00", "9999-99-99T00:00:00Z"])
def test_a_time_that_is_none_is_when_we_received_it(stamp: Any) -> None:
    """Whatever stands there."""
    assert take(make("message", text="x", timestamp=stamp)).occurred_at == NOW


@given(JSON)
def test_any_json_at_all(value: Any) -> None:
    """Nothing makes reading fall."""
    read(value, NOW)
    read_reference(value)


@given(st.sampled_from([one for one, _ in KINDS]), st.data())
def test_any_part_may_be_anything(activity: dict[str, Any], data: st.DataObject) -> None:
    """Every part of what Teams sends, replaced by any JSON: read as something or nothing, without a fall."""
    changed = json.loads(json.dumps(activity))
    parts = [changed]
    while isinstance(parts[-1], dict) and parts[-1]:
        name = data.draw(st.sampled_from(sorted(parts[-1])))
        if data.draw(st.booleans()) or not isinstance(parts[-1][name], dict):
            parts[-1][name] = data.draw(JSON)
            break
        parts.append(parts[-1][name])
    read(changed, NOW)
    read_reference(changed)
