"""An answer of any kind told again: the words that were shown, labels for ids, what was left as proposed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.commands.trail import ACCEPTED, Telling, Version, read_version
from bot.documents.why import Step
from bot.documents.wording import Wording
from bot.engine.interview import Interview, Recorded
from bot.engine.model import Flow, Value
from bot.engine.position import Reply, Route, replay
from bot.state.history import Told
from tests import factories
from tests.chat import IDS, NAMES, content
from tests.factories import question

SHARED = content().shared
JA = Wording(SHARED, "ja")
AT = datetime(2026, 11, 9, 7, 40, tzinfo=UTC)


def keep(flow: Flow) -> str:
    """A flow as it lies among what was published."""
    return json.dumps({"flow": json.loads(flow.model_dump_json()), "shared": json.loads(SHARED.model_dump_json())})


def tell(version: Version, *answered: tuple[str, Any], language: str = "ja", key: str | None = None) -> list[Step]:
    """These answers, given one after the other, as the trail tells them."""
    replies = [(name, reply if isinstance(reply, Reply) else Reply("answered", reply)) for name, reply in answered]
    route = version.route or Route(factories.two_questions())
    accepted = {name: reply for name, reply in replies if reply.state in ACCEPTED}
    snapshot = replay(route, {}, accepted)
    interview = Interview("i", IDS["sato"], "invented", "d", language, "done", len(replies), {}, snapshot)
    told = [Told(AT, IDS["sato"], language, "d", Recorded(name, reply)) for name, reply in replies]
    return list(Telling(interview, key, {"d": version}, NAMES, JA).tell(told))


def version_of(flow: Flow) -> Version:
    version = read_version(keep(flow), SHARED)
    assert version.route is not None
    return version


SAID: list[tuple[Flow, str, Value, str]] = [
    (factories.two_questions(), "colour", "green", "greenです"),
    (factories.many(), "places", ["paper", "head"], "paperです、headです"),
    (factories.many(), "places", [{"own": "棚"}], "棚"),
    (factories.flow(question("reason", "text")), "reason", "古いから", "古いから"),
    (factories.flow(question("who", "person", choices=("nobody",))), "who", IDS["mori"], "森さん"),
    (factories.flow(question("who", "person", choices=("nobody",))), "who", "nobody", "nobodyです"),
    (factories.flow(question("sure", "yes_no")), "sure", "yes", SHARED.yes.label.ja),
    (factories.flow(question("count", "number")), "count", 30, "30"),
]


@pytest.mark.parametrize(("flow", "name", "value", "said"), SAID)
def test_an_answer_is_told_in_labels(flow: Flow, name: str, value: Value, said: str) -> None:
    """Choices by label, people by name, the person's own words as they are; the question in the words shown."""
    (step,) = tell(version_of(flow), (name, value))
    assert (step.text, step.answer, step.question) == (f"{name}、と", said, name)


@pytest.mark.parametrize("state", ["skipped", "unknown", "later"])
def test_what_was_not_answered_is_told_as_that(state: str) -> None:
    """Skipped, not known and put off each have their word."""
    (step,) = tell(version_of(factories.two_questions()), ("colour", Reply(state)))
    assert step.answer == JA.say(state)


def test_a_form_is_told_line_by_line_with_what_was_left_as_proposed() -> None:
    """Each line by its label; left as proposed, changed, or without any proposal."""
    value = {"size": "small", "marks": ["seal", "key"], "owner": IDS["mori"], "many": 5}
    (step,) = tell(version_of(factories.form()), ("sheet", Reply("answered", value, ("size",))))
    assert [(part.label, part.answer, part.proposed) for part in step.parts] == [
        ("size、と", "smallです", True),
        ("marks、と", "sealです、keyです", None),
        ("owner、と", "森さん", None),
        ("many、と", "5", False),
    ]


def test_the_words_are_those_of_the_language_it_was_asked_in() -> None:
    """Who reads in Japanese still sees an English question as it was shown."""
    (step,) = tell(version_of(factories.two_questions()), ("colour", "red"), language="en")
    assert (step.text, step.answer) == ("colour it", "red one")


def test_an_answer_changed_later_is_told_with_what_replaced_it() -> None:
    """Nothing is left out: the earlier answer says that it was replaced, and one off the way that it is unused."""
    version = version_of(factories.branching())
    steps = tell(version, ("travels", "yes"), ("where", "東京"), ("travels", "no"), ("why_not", "忙しい"))
    assert [(step.question, step.state) for step in steps] == [
        ("travels", "replaced"),
        ("where", "unused"),
        ("travels", "stands"),
        ("why_not", "stands"),
    ]


def test_what_was_not_accepted_is_no_answer() -> None:
    """A note of what was not understood, or that the guard kept something out, is neither told nor in the way."""
    replies = [Reply("note"), Reply("kept_out", ["rows", 3, 90]), "red", Reply("note")]
    steps = tell(version_of(factories.two_questions()), *(("colour", one) for one in replies), ("reason", "赤いから"))
    assert [(step.answer, step.state) for step in steps] == [("redです", "stands"), ("赤いから", "stands")]


def test_only_what_concerns_the_item_is_told() -> None:
    """Of an interview about several things, the questions about this one; told without a key all of it comes."""
    flow = factories.flow(
        question("things", "text", "each"), question("each", "text", "done", about="this", words={"title": TITLE})
    )
    version = version_of(flow)
    answered = (("things", "表"), ("each@k1", "一つめ"), ("each@k2", "二つめ"))
    assert [step.answer for step in tell(version, *answered, key="k2")] == ["二つめ"]
    assert [step.answer for step in tell(version, *answered)] == ["表", "一つめ", "二つめ"]


TITLE = factories.text("each {this}")


@pytest.mark.parametrize("kept", ["words", "nothing"])
def test_a_version_ours_cannot_read_any_more_is_told_plainly(kept: str) -> None:
    """The title and labels as they lie in the record, or the word that they are gone; never a fault."""
    body = json.loads(keep(factories.two_questions()))
    body["flow"]["no_longer_known"] = True
    version = read_version(json.dumps(body) if kept == "words" else None, SHARED)
    assert version.route is None
    (step,) = tell(version, ("colour", "green"))
    expected = ("colour、と", "greenです") if kept == "words" else (JA.say("why_gone"), "green")
    assert (step.text, step.answer) == expected


def test_where_a_question_comes_from_is_told_in_the_readers_language() -> None:
    """A source tag reads as content words it, in the language of the reader."""
    flow = factories.flow(question("reason", "text", words={"source": ("seed", "knowledge")}))
    (step,) = tell(version_of(flow), ("reason", "古いから"), language="en")
    assert list(step.sources) == [JA.say("origin_seed"), JA.say("origin_knowledge")]
