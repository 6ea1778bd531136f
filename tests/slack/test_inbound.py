"""What Slack sends, read into our words: every kind, every copy under one key, any JSON without a fall."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inbound import READERS, read, read_retry
from adapters.slack.markup import to_typed
from bot.events import Pressed, Said, Submitted
from bot.incoming import Incoming, to_body
from bot.payloads import LONGEST_KEY
from tests.doubles.payloads import command, event, home, message, press, shortcut, submit

NOW = datetime(2026, 9, 21, 14, 13, 22, tzinfo=UTC)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


def must_read(kind: str, body: Any, retry: int = 0) -> Incoming:
    incoming = read(kind, body, NOW, retry)
    assert incoming is not None
    return incoming


def test_typed_text_is_said_with_its_time_and_place() -> None:
    """A direct message is what a person said, when Slack says they said it."""
    said = must_read("event", event(message("はい\u200b", ts="1790000000.000100")))
    assert (said.kind, said.key, said.team, said.user) == ("said", "slack:T01:Ev01", "T01", "U01")
    assert (said.text, said.removed, said.is_private, said.channel) == ("はい", 1, True, "D01")
    assert said.occurred_at == datetime(2026, 9, 21, 14, 13, 20, 100, tzinfo=UTC)
    assert to_body(said) == Said("はい", 1)


@pytest.mark.parametrize(
    "inner",
    [
        message("x", bot_id="B01"),
        message("x", user=None),
        message("x", user=""),
        message("x", subtype="bot_message"),
        message("x", subtype="channel_join"),
        message("x", subtype="message_changed", message={"user": "UBOT", "bot_id": "B01", "text": "y"}),
        message("x", subtype="message_changed", message={"user": "U1", "text": "a"}, previous_message={"text": "a"}),
        home(user=""),
        {"type": "reaction_added", "user": "U01"},
    ],
)
def test_what_no_person_did_is_nothing(inner: dict[str, Any]) -> None:
    """Bots, our own messages, Slack's remarks, previews of links and events we did not ask for say nothing."""
    assert read("event", event(inner), NOW) is None


def test_a_file_is_counted_and_its_words_are_heard() -> None:
    """A message with a file is what was typed beside it; the file is only counted."""
    said = must_read("event", event(message("see this", subtype="file_share", files=[{"id": "F1", "name": "secret"}])))
    assert (said.kind, said.text, said.files) == ("said", "see this", 1)


@pytest.mark.parametrize(
    ("subtype", "inside"),
    [
        ("message_changed", {"message": {"user": "U1", "text": "b", "ts": "1.2"}, "previous_message": {"text": "a"}}),
        ("message_deleted", {"previous_message": {"user": "U1", "text": "a", "ts": "1.2"}}),
    ],
)
def test_a_changed_message_is_known_by_its_time_and_not_by_its_words(subtype: str, inside: dict[str, Any]) -> None:
    """Who changed or took back a message is told with which message it was; what it said does not come along."""
    changed = must_read("event", event(message("", user=None, subtype=subtype, **inside)))
    assert (changed.kind, changed.choice, changed.user, changed.message_ts) == ("changed", subtype, "U1", "1.2")
    assert changed.text == ""


def test_a_press_carries_token_and_choice() -> None:
    """A button's value is our token and what it chooses; who pressed is who Slack says, and the card is named."""
    pressed = must_read("action", press("tok\nyes"))
    assert (pressed.kind, pressed.token, pressed.choice) == ("pressed", "tok", "yes")
    assert pressed.key == "slack:T01:U01:1790000000.000100:1790000001.5:choose:1"
    assert (pressed.message_ts, pressed.trigger, pressed.is_private) == ("1790000000.000100", "12.34.ab", True)
    assert to_body(pressed, "q", 3) == Pressed("q", 3, "yes")


def test_a_button_that_asks_for_the_form_is_told_from_an_answer() -> None:
    """An action_id that begins with "open" asks for the form; one that only ticks says nothing yet."""
    assert must_read("action", press("tok\nq", action_id="open:1")).kind == "asked_form"
    assert must_read("action", press("tok\nwhy", action_id="move:1")).kind == "moved"
    assert must_read("action", press("tok\n", action_id="send:1")).kind == "submitted"
    assert read("action", press("3", action_id="value:1"), NOW) is None


def test_a_choice_from_a_list_is_a_press() -> None:
    """An option chosen from a list carries what a button carries."""
    body = press("", actions=[{"action_id": "choose:2", "action_ts": "1.5", "selected_option": {"value": "tok\nno"}}])
    assert must_read("action", body).choice == "no"


def test_a_form_gives_its_values_by_field() -> None:
    """Options as ids, several as a list with the words added, dates and texts as text, empty fields as None; one that
    keeps its proposal is left out."""
    values = {
        "field:name": {"value:1": {"type": "plain_text_input", "value": " <a> &amp; b\u202e "}},
        "field:level": {
            "value:1": {"type": "radio_buttons", "selected_option": {"value": "3", "text": {"text": "秘"}}}
        },
        "field:forms": {"value:1": {"type": "checkboxes", "selected_options": [{"value": "paper"}, {"value": "data"}]}},
        "field:until": {"value:1": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "field:who": {"value:1": {"type": "users_select", "selected_user": "U2"}},
        "field:at": {"value:1": {"type": "datetimepicker", "selected_date_time": 1790000000}},
        "field:empty": {"value:1": {"type": "plain_text_input", "value": None}},
        "field:unchosen": {"value:1": {"type": "static_select", "selected_option": None}},
        "field:kept": {"keep:1": {"type": "plain_text_input", "value": None}},
        "own:forms": {"own:1": {"type": "plain_text_input", "value": "棚"}},
        "hello": {"x": {"type": "plain_text_input", "value": "not ours"}},
    }
    submitted = must_read("view", submit(values))
    assert (submitted.kind, submitted.token, submitted.choice, submitted.view) == ("submitted", "token", "form", "V01")
    assert to_body(submitted) == Submitted(
        {
            "name": "<a> &amp; b",
            "level": "3",
            "forms": ["paper", "data", "棚"],
            "until": "2026-12-01",
            "who": "U2",
            "at": "1790000000",
            "empty": None,
            "unchosen": None,
        }
    )


def test_a_form_sent_again_with_other_values_is_another_event() -> None:
    """The same values have the same key, corrected ones have their own."""
    keys = [must_read("view", submit({"field:a": {"value:1": {"value": text}}})).key for text in ("x", "x", "y")]
    assert keys[0] == keys[1] != keys[2]


def test_a_command_and_a_shortcut_are_known_by_their_trigger() -> None:
    """A command is its name and its words; of a shortcut on a message, a third person's text does not come along."""
    asked = must_read("command", command("next &lt;3"))
    assert (asked.kind, asked.choice, asked.text, asked.is_private) == ("command", "/secret-review", "next <3", False)
    assert asked.key == "slack:T01:12.34.ab"
    meant = must_read("shortcut", shortcut())
    assert (meant.kind, meant.choice, meant.text, meant.message_ts) == ("shortcut", "report_leak", "", "1790000000.7")
    assert "third person" not in repr(meant)


def test_home_and_leaving_are_told() -> None:
    """Opening the home says whose and which tab; the app being taken away says which workspace."""
    opened, gone = must_read("event", event(home())), must_read("event", event({"type": "app_uninstalled"}))
    assert (opened.kind, opened.user, opened.choice) == ("home", "U01", "home")
    assert (gone.kind, gone.team, gone.key) == ("uninstalled", "T01", "slack:T01:Ev01")
    assert gone.occurred_at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("event", event(message("x"))),
        ("action", press("t\nc")),
        ("view", submit({})),
        ("command", command("x")),
        ("shortcut", shortcut()),
    ],
)
def test_a_repeat_differs_in_nothing_but_its_number(kind: str, body: dict[str, Any]) -> None:
    """A copy that arrives later, and says that it is one, has the same key."""
    first, again = read(kind, body, NOW), read(kind, body, NOW.replace(hour=15), 2)
    assert first and again
    assert (first.key, first.retry, again.retry) == (again.key, 0, 2)


@pytest.mark.parametrize("number", ["0", "1", "3"])
def test_the_number_of_a_repeat_is_read(number: str) -> None:
    """Headers as Bolt has them give the number."""
    assert read_retry({"x-slack-retry-num": [number]}) == int(number)


@given(ANYTHING)
def test_a_strange_number_of_a_repeat_is_none(value: Any) -> None:
    """Whatever stands in the header, there is a number."""
    assert read_retry({"x-slack-retry-num": value}) in range(10)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("<@U02>", "@U02"),
        ("<@U02|suzuki>", "@suzuki"),
        ("<#C02|general>", "#general"),
        ("<!here>", "@here"),
        ("<!subteam^S01|@law>", "@law"),
        ("<!date^1790000000^{date}|Sep 21>", "Sep 21"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<https://example.com/|example.com>", "example.com"),
        ("<https://example.com/x|the list>", "the list (https://example.com/x)"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com|Suzuki>", "Suzuki (a@example.com)"),
        ("<tel:0312345678|03-1234-5678>", "03-1234-5678 (0312345678)"),
        ("a < b", "a < b"),
        ("&nbsp;", "&nbsp;"),
    ],
)
def test_mark_up_is_turned_back_into_what_was_typed(written: str, typed: str) -> None:
    """Escapes, mentions and links read as the person typed them, or as near to it as Slack tells."""
    assert to_typed(written) == typed


@given(st.text())
def test_what_slack_escapes_comes_back_unchanged(text: str) -> None:
    """Any text, escaped as Slack does it, is itself again."""
    assert to_typed(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) == text


@given(kind=st.sampled_from(sorted(READERS)) | st.text(), body=ANYTHING)
def test_any_json_is_read_without_a_fall(kind: str, body: Any) -> None:
    """Whatever comes is an event or nothing."""
    assert isinstance(read(kind, body, NOW), Incoming | None)


GENUINE = {
    "event": event(message("x", files=[{}], subtype="")),
    "action": press("t\nc", state={"values": {"b": {"v": {"value": "x"}}}}),
    "view": submit({"b": {"v": {"selected_options": [{"value": "x"}]}}}),
    "command": command("x"),
    "shortcut": shortcut(),
}


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for name, part in parts for place in places(part, (*way, name)))]


def spoil(value: Any, way: tuple[Any, ...], other: Any) -> Any:
    if not way:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[way[0]] = spoil(value[way[0]], way[1:], other)
    return copy


@given(data=st.data(), kind=st.sampled_from(sorted(GENUINE)))
def test_a_genuine_payload_with_anything_anywhere_is_read_without_a_fall(data: st.DataObject, kind: str) -> None:
    """Put anything in the place of any part of a real payload: what is read still fits the inbox."""
    way = data.draw(st.sampled_from(places(GENUINE[kind])))
    incoming = read(kind, spoil(GENUINE[kind], way, data.draw(ANYTHING)), NOW)
    if incoming:
        assert incoming.key.startswith("slack:") and len(incoming.key) <= LONGEST_KEY
        assert incoming.key.isascii() and incoming.occurred_at.tzinfo is UTC
        assert to_body(incoming) is not None
