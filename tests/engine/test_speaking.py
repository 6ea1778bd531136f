"""What a person is shown and told, as values; the wording itself is content's."""

import ast
from pathlib import Path
from typing import get_args

import pytest

import bot.engine
from bot.engine.checks import check_map
from bot.engine.model import Outcome, Text
from bot.engine.position import Reply, Route
from bot.engine.speaking import find_people_ids
from bot.guard import Kind
from bot.prompts import Row, Table
from tests import factories
from tests.chat import IDS, Chat, content, shared
from tests.factories import branching, choice, field, flow, question, route, two_questions

BOTH = ("ja", "en")


def told(**words: str) -> dict[str, object]:
    return {"words": {name: Text(ja=text, en=text) for name, text in words.items()}}


# -- prompts -----------------------------------------------------------------------------------------------------------


def test_statement_is_made_once() -> None:
    """What is promised is said with the first question alone; one asked again comes without its opening."""
    asked = flow(question("one", "text", "two", **told(statement="PROMISE", body="BODY")), question("two", "text"))
    chat = Chat(asked)
    assert chat.last_prompt.body == "PROMISE\nBODY"
    assert Chat(asked).say("なぜ").last_prompt.body == "PROMISE\nBODY"
    assert chat.say("あ", "戻る").last_prompt.body == ""


def test_second_of_its_kind_is_shorter() -> None:
    """A question about each of several things is asked in full once, then in its short form."""
    loop = factories.loop()
    each = loop.questions["each"]
    words = each.words.model_copy(update={"again": Text(ja="AGAIN {this}", en="AGAIN {this}")})
    chat = Chat(route(factories.edited(loop, each.model_copy(update={"words": words})))).say("ink, glue")
    assert "AGAIN" not in chat.last_prompt.title
    assert chat.say("1").last_prompt.title == "AGAIN glue"


def test_prompt_names_its_question() -> None:
    """A prompt carries what an answer to it must carry back: interview, question, revision, and its language."""
    prompt = Chat(branching(), language="en").say("yes").last_prompt
    assert (prompt.interview, prompt.question, prompt.revision, prompt.language) == ("i1", "where", 1, "en")


def test_form_shows_proposals_as_people_say_them() -> None:
    """A proposal in a form is shown by label or name; a line without one is empty."""
    fields = (
        field("a", "several_of", ("x", "y"), filled=["x", "y"]),
        field("b", "yes_no", filled="yes"),
        field("c", "person", filled=IDS["mori"]),
        field("d", "number"),
        field("e", "one_of", ("x",), filled="unknown"),
    )
    shown = [one.filled_label for one in Chat(flow(question("sheet", "form", fields=fields[:4]))).last_prompt.fields]
    assert shown == ["xです、yです", shared().yes.label.ja, "森さん", ""]
    unknown = Chat(flow(question("sheet", "form", fields=fields[4:]))).last_prompt.fields[0]
    assert unknown.filled_label == shared().formats["unknown"].ja


def test_list_is_shown_with_its_question() -> None:
    """A question that shows a list shows it line by line."""
    chat = Chat(route(factories.listing())).say("ink, glue", "はい")
    assert [line.label for line in chat.last_prompt.lines] == ["ink", "glue"]


@pytest.mark.parametrize("language", BOTH)
def test_table_is_shown_in_words(language: str) -> None:
    """A table made by a derived fact comes in the person's language, with its marks as they are."""
    state = {"ja": "予定", "en": "planned"}
    made = {
        "columns": [{"ja": "社員", "en": "staff"}, {"form": "unknown"}],
        "rows": [{"label": {"person": IDS["mori"]}, "cells": [state, [state, state]], "marks": ["planned", "open"]}],
        "spoken": state,
    }
    asked = flow(question("q", "text", table_from="table"))
    table = Chat(Route(asked, {"table": lambda _: made}, {}, {}), language).last_prompt.table
    told, joined = state[language], {"ja": "予定、予定", "en": "planned, planned"}[language]
    unknown = shared().formats["unknown"].of(language)
    name = Chat(asked).speaker(language).write({"person": IDS["mori"]})
    row = Row(name, (told, joined), ("planned", "open"))
    assert table == Table(({"ja": "社員", "en": "staff"}[language], unknown), (row,), told)


def test_a_table_comes_from_a_fact_that_exists() -> None:
    """A flow whose table is to come from a fact that nobody works out is refused."""
    found = check_map(flow(question("q", "text", table_from="nothing")), Path("flow.yaml"))
    assert [(one.code, one.params) for one in found] == [("unknown_name", {"name": "nothing"})]
    assert check_map(flow(question("q", "text", table_from="lines")), Path("flow.yaml")) == []


def test_no_table_where_there_is_nothing_to_show() -> None:
    """A question without a table, or whose fact is empty, is shown without one, and so is a small question beside."""
    asked = flow(question("q", "text", table_from="table"))
    assert Chat(Route(asked, {"table": lambda _: None}, {}, {})).last_prompt.table is None
    assert Chat(two_questions()).last_prompt.table is None
    made = {"columns": [], "rows": [], "spoken": "x"}
    assert Chat(Route(asked, {"table": lambda _: made}, {}, {})).say("やめる").last_prompt.table is None


def test_earlier_answers_are_offered_by_their_question() -> None:
    """Answers to change are offered by the title of their question, places filled."""
    chat = Chat(route(factories.loop())).say("ink, glue", "1", "直す")
    assert [one.label for one in chat.last_prompt.choices][1] == "inkは"


def test_progress_and_moves_are_always_there() -> None:
    """Every prompt says how far it is and which words always work, a small question too."""
    for prompt in (Chat(branching()).last_prompt, Chat(branching()).say("やめる").last_prompt):
        assert prompt.progress is not None
        assert prompt.moves == shared().formats["moves"].ja


def test_moves_worth_a_button() -> None:
    """Why, an example, not knowing and a rest are offered where they are taken, and nothing beside a small question."""
    asked = flow(
        question("one", "text", "two"),
        question("two", "one_of", "three", choices=("a", choice("later", move="pause")), required=True),
        question("three", "form", fields=(field("x", "text"),)),
    )
    chat = Chat(asked)
    assert chat.last_prompt.offers == ("why", "example", "unknown", "pause")
    assert chat.say("あ").last_prompt.offers == ("why", "example")
    assert chat.say("a").last_prompt.offers == ("why", "example", "pause")
    assert chat.say("やめる").last_prompt.offers == ()


def test_fields_say_what_can_be_written() -> None:
    """A field tells whether words of one's own are taken beside its choices, and how long a text may be."""
    fields = (field("a", "several_of", ("x",)).model_copy(update={"own": True}), field("b", "text"))
    shown = Chat(flow(question("sheet", "form", fields=fields, limit=40))).last_prompt.fields
    assert [(one.own, one.limit) for one in shown] == [(True, 40), (False, 40)]


# -- notices -----------------------------------------------------------------------------------------------------------


def test_typed_choice_is_confirmed_and_pressed_one_is_not() -> None:
    """What was typed is repeated as understood; what was pressed stands there already, and text speaks for itself."""
    assert ["greenです" in one for one in Chat(two_questions()).say("2").notices] == [True]
    assert Chat(two_questions()).choose("green").notices == []
    assert Chat(branching()).say("はい", "山").notices == []


def test_echo_of_a_question() -> None:
    """A question may have words of its own for that, also for one choice alone, or keep quiet."""
    loud = flow(
        question(
            "q",
            "one_of",
            "then",
            choices=("a", "b"),
            words={"echo": Text(ja="TOOK {answer}", en=""), "echoes": {"b": Text(ja="B", en="")}},
        ),
        question("then", "text"),
    )
    assert Chat(loud).say("1").notices == ["TOOK aです"]
    assert Chat(loud).say("2").notices == ["B"]
    quiet = flow(question("q", "one_of", "then", choices=("a", "b"), quiet=True), question("then", "text"))
    assert Chat(quiet).say("1").notices == []


def test_why_tells_where_it_comes_from() -> None:
    """A reason is told with its origin, one line for each source."""
    asked = flow(question("q", "text", words={"source": ("seed", "knowledge", "found:npa2024")}))
    lines = Chat(asked).say("なぜ").notices[0].splitlines()
    assert len(lines) == 4
    assert lines[1] == shared().formats["origin_seed"].ja
    assert shared().sources["npa2024"].ja in lines[3]


def test_no_reason_and_no_example() -> None:
    """Where a question has none of its own, that is said too."""
    asked = flow(question("q", "text", words={"why": None, "example": None, "help": None}))
    for word in ("なぜ", "例", "ヘルプ"):
        assert len(Chat(asked).say(word).notices) == 1


def test_old_card_tells_the_answer() -> None:
    """An old card is answered with the answer that stands."""
    chat = Chat(two_questions())
    card = chat.last_prompt
    assert "greenです" in chat.say("2").choose("red", on=card).notices[0]


def test_coming_back_tells_the_last_answer() -> None:
    """Coming back, the last answer is told as a person would say it, whatever its kind."""
    assert "yes" not in Chat(branching()).say("はい").leave().open().notices[0]
    assert shared().yes.label.ja in Chat(branching()).say("はい").leave().open().notices[0]
    assert "小林" in Chat(factories.form()).say("3 小林").leave().open().notices[0]


def test_effect_names_what_it_does() -> None:
    """The effect of a change names each answer that no longer counts and the question that is new."""
    body = Chat(branching()).say("はい", "山の上", "直す 1", "いいえ").last_prompt.body
    assert all(name in body for name in ("where", "山の上", "why_not"))


def test_list_on_request() -> None:
    """The list so far can be asked for; an empty one is said to be empty."""
    chat = Chat(route(factories.listing()))
    assert chat.say("一覧").notices == [shared().says["no_list"].ja]
    assert chat.say("ink, glue", "一覧").notices[0].splitlines() == ["1 ink", "2 glue"]


def test_outcome_is_told_with_its_facts() -> None:
    """At the end the outcome's text is told, places filled."""
    asked = flow(question("q", "number"), outcomes=[Outcome(id="done", text=Text(ja="END {q}", en="END {q}"))])
    assert Chat(asked).say("12").notices[-1] == "END 12"


def test_everything_the_guard_stops_has_words() -> None:
    """For each kind the guard tells apart there is a sentence in both languages."""
    for kind in get_args(Kind):
        text = shared().says[f"kept_out_{kind}"]
        assert text.ja
        assert text.en


def test_every_notice_has_words() -> None:
    """Every notice the engine can give has its words in content."""
    known = {*shared().says, *(name for one in content().flows.values() for name in one.messages)}
    worded_by_code = {"too_long", "echo", "outcome", "kept_out", "colleague_said", "example", "help", "list"}
    for file in Path(bot.engine.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("say", "Refused"):
                    assert node.args[0].value in known | worded_by_code, (file.name, node.lineno)


@pytest.mark.parametrize("language", BOTH)
def test_notice_in_either_language(language: str) -> None:
    """The same notice is told in the language of the interview."""
    text = shared().says["skipped"]
    assert Chat(branching(), language=language).say("skip").notices == [text.of(language)]


# -- answers as people say them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("one_of", "a", "aです"),
        ("one_of", {"own": "紺"}, "紺"),
        ("several_of", ["a", "b", {"own": "紺"}], "aです、bです、紺"),
        ("person", IDS["mori"], "森さん"),
        ("person", "a", "aです"),
        ("text", [{"name": "型", "line": None}, {"name": "治具", "line": None}], "型、治具"),
        ("number", 3, "3"),
        ("date", "2026-11-10", "11月10日"),
    ],
)
def test_answer_as_people_say_it(kind: str, value: object, written: str) -> None:
    """An answer is written by labels and names, never by ids."""
    chat = Chat(flow(question("q", kind, choices=("a", choice("b")))))
    assert chat.speaker().answer("q", Reply("answered", value)) == written


def test_answer_of_a_form() -> None:
    """A form's answer is what its lines say, each thing once."""
    held = {"size": "large", "marks": ["seal", "key"], "owner": "unknown", "many": "unknown"}
    written = Chat(factories.form()).speaker().answer("sheet", Reply("answered", held))
    assert written == f"largeです、sealです、keyです、{shared().formats['unknown'].ja}"


@pytest.mark.parametrize("state", ["skipped", "unknown", "later"])
def test_how_a_question_was_left(state: str) -> None:
    """How a question was left is written in words."""
    for language in BOTH:
        assert Chat(branching()).speaker(language).answer("where", Reply(state)) == shared().formats[state].of(language)


def test_people_an_interview_speaks_of() -> None:
    """Everybody named in given values, answers and small questions is found, so that the shell can look them up."""
    asked = flow(question("who", "person", "then"), question("then", "person"))
    chat = Chat(asked, given={"experts": {"quality": [IDS["takahashi"]]}}).say("森", "山本")
    wanted = {IDS[who] for who in ("sato", "takahashi", "mori", "yamamoto", "yamamoto.aya")}
    assert find_people_ids(chat.interview) == wanted
