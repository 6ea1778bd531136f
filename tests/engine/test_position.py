"""Position: where an interview stands is a function of its answers, walked in one step or all over again."""

from collections.abc import Mapping

import pytest

from bot.engine.machine import FlowFault, build_machine, follow
from bot.engine.model import Flow, Rule
from bot.engine.position import Reply, Route, Snapshot, facts_of, fits, replay, start, step
from tests import factories
from tests.factories import choice, edited, flow, joined, question, route, two_questions, when

SKIPPED, UNKNOWN, LATER = Reply("skipped"), Reply("unknown"), Reply("later")
GIVEN: Mapping[str, object] = {}


def said(value: object) -> Reply:
    return Reply("answered", value)


def walk(made: Flow | Route, *replies: Reply) -> Snapshot:
    """One step a reply, each compared with walking all over again."""
    way = made if isinstance(made, Route) else route(made)
    snapshot = start(way, GIVEN)
    for reply in replies:
        snapshot = step(way, GIVEN, snapshot, reply)
        assert snapshot == replay(way, GIVEN, snapshot.answers)
    return snapshot


# -- steps and replays -------------------------------------------------------------------------------------------------


def test_each_reply_is_one_step() -> None:
    """Every way of replying leads on, by the rule that holds first."""
    assert walk(factories.branching(), said("yes")).position == "where"
    assert walk(factories.branching(), said("no")).position == "why_not"
    assert walk(factories.branching(), SKIPPED).position == "why_not"
    ended = walk(factories.branching(), said("no"), UNKNOWN, said(3))
    assert (ended.position, ended.has_ended, ended.path) == ("=done", True, ("travels", "why_not", "days"))


def test_order_of_answers_does_not_matter_to_a_replay() -> None:
    """A replay reads the answers by key, in whatever order they were given."""
    answers = {"days": said(3), "where": said("sea"), "travels": said("yes")}
    assert replay(route(factories.branching()), GIVEN, answers).position == "=done"


def test_one_question_for_each_thing() -> None:
    """A question about each of several things is asked once for each, under a key of its own."""
    snapshot = walk(factories.loop(), said(["ink", "glue"]))
    assert snapshot.position == "each@ink"
    snapshot = walk(factories.loop(), said(["ink", "glue"]), said(1))
    assert snapshot.position == "each@glue"
    assert walk(factories.loop(), said(["ink", "glue"]), said(1), SKIPPED).has_ended
    assert walk(factories.loop(), UNKNOWN).has_ended


def test_question_that_does_not_apply_is_passed_over() -> None:
    """A question whose condition does not hold is passed over, and its rules still lead on."""
    asked = flow(
        question("one", "yes_no", "two"),
        question("two", "text", "three", asked_when=when("one", "is", "yes")),
        question("three", "text"),
    )
    assert walk(asked, said("yes")).position == "two"
    assert walk(asked, said("no")).position == "three"


# -- facts -------------------------------------------------------------------------------------------------------------


def test_dormant_answer_is_no_fact() -> None:
    """An answer that is off the path is kept, counts for nothing, and comes alive when the path returns."""
    way = route(factories.branching())
    held = {"travels": said("yes"), "where": said("sea"), "why_not": said("time")}
    away, home = replay(way, GIVEN, {**held, "travels": said("no")}), replay(way, GIVEN, held)
    assert facts_of(way, GIVEN, away)["where"] is None
    assert facts_of(way, GIVEN, away)["why_not"] == "time"
    assert facts_of(way, GIVEN, home)["where"] == "sea"
    assert away.answers == home.answers | {"travels": said("no")}


def test_later_answer_is_no_fact_yet() -> None:
    """A question sees answers before it only: changing what comes after cannot move it."""
    asked = flow(
        question("one", "yes_no", "two"),
        question("two", "text", "three", asked_when=joined("not", when("three", "is", "yes"))),
        question("three", "yes_no"),
    )
    held = {"one": said("yes"), "two": said("a"), "three": said("yes")}
    assert replay(route(asked), GIVEN, held).path == ("one", "two", "three")


def test_standing_answer_counts_from_the_start() -> None:
    """A standing question's answer is a fact everywhere once it is given."""
    way = route(factories.handed_on())
    held = {"colour": said("red"), "told": said("me")}
    assert replay(way, GIVEN, held).position == "day"
    assert facts_of(way, GIVEN, start(way, GIVEN)._replace(answers=held))["told"] == "me"


def test_given_facts_and_answers() -> None:
    """An answer outweighs a given value of the same name; a name nobody knows reads as nothing."""
    way = route(two_questions())
    facts = facts_of(way, {"colour": "grey", "shade": "dark"}, start(way, GIVEN))
    assert (facts["colour"], facts["shade"], facts["nobody"]) == ("grey", "dark", None)
    facts = facts_of(way, {"colour": "grey"}, replay(way, GIVEN, {"colour": said("red")}))
    assert facts["colour"] == "red"


# -- later -------------------------------------------------------------------------------------------------------------


def test_postponed_comes_back_before_the_end() -> None:
    """What was left for later comes back, first left first, once everything else is answered."""
    asked = flow(question("one", "text", "two"), question("two", "text", "three"), question("three", "text"))
    assert walk(asked, LATER).position == "two"
    assert walk(asked, LATER, LATER, said("c")).position == "one"
    assert walk(asked, LATER, LATER, said("c"), said("a")).position == "two"
    assert walk(asked, LATER, LATER, said("c"), said("a"), said("b")).has_ended


def test_postponed_answer_may_open_a_way() -> None:
    """An answer given late leads through what it opens."""
    snapshot = walk(factories.branching(), LATER, said("time"), said(3))
    assert snapshot.position == "travels"
    assert walk(factories.branching(), LATER, said("time"), said(3), said("yes")).position == "where"


# -- confirming a list -------------------------------------------------------------------------------------------------


def test_confirmation_is_of_one_list() -> None:
    """A list confirmed and then changed is confirmed again; changed back, the first confirmation holds."""
    way = route(factories.listing())
    named = {"things": said(["ink"]), "kept": said("yes")}
    key = replay(way, GIVEN, named).position
    confirmed = {**named, key: said("go")}
    assert replay(way, GIVEN, confirmed).has_ended
    added = {**confirmed, "add@1": said(["glue"])}
    assert replay(way, GIVEN, added).position not in (key, "=done")
    assert replay(way, GIVEN, {**added, "fix@glue": said("remove")}).has_ended


# -- what still fits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "choices", "value", "still"),
    [
        ("one_of", ("a", "b"), "a", True),
        ("one_of", ("b", "c"), "a", False),
        ("one_of", ("b", "c"), {"own": "a"}, True),
        ("several_of", ("a", "b"), ["a", "b"], True),
        ("several_of", ("a",), ["a", "b"], False),
        ("yes_no", (), "yes", True),
        ("person", ("nobody",), "somebody's id", True),
        ("text", (), "anything", True),
        ("form", (), {"f": 1}, True),
    ],
)
def test_what_still_fits(kind: str, choices: tuple[str, ...], value: object, still: bool) -> None:
    """An answer kept from before still fits unless it is a choice the question no longer has."""
    asked = flow(question("q", kind, choices=choices))
    assert fits(asked, "q", said(value)) is still
    assert fits(asked, "q@about", SKIPPED)


def test_person_beside_choices_is_one_step() -> None:
    """A person named where choices stand beside names leads on, now and whenever it is walked again."""
    asked = flow(question("who", "person", "then", choices=("nobody",)), question("then", "text"))
    assert walk(asked, said("somebody's id")).position == "then"


def test_choice_that_is_gone_is_asked_again() -> None:
    """With a version that lacks the choice taken, the walk stops at its question and keeps the rest."""
    made = two_questions()
    colour = made.questions["colour"].model_copy(update={"choices": (choice("red"),)})
    held = {"colour": said("green"), "reason": said("it is calm")}
    snapshot = replay(route(edited(made, colour)), GIVEN, held)
    assert (snapshot.position, snapshot.path) == ("colour", ())
    assert replay(route(edited(made, colour)), GIVEN, {**held, "colour": said("red")}).has_ended


# -- faults of a flow --------------------------------------------------------------------------------------------------


def test_no_rule_holds() -> None:
    """A question from which no rule leads on is a fault, never passed over."""
    stuck = flow(question("one", "yes_no", [Rule(when=when("one", "is", "yes"), go="done")]))
    with pytest.raises(FlowFault):
        walk(stuck, said("no"))
    with pytest.raises(FlowFault):
        follow(build_machine(stuck), "=done", facts_of(route(stuck), GIVEN, start(route(stuck), GIVEN)))


def test_asking_twice_and_going_round() -> None:
    """A flow that asks the same question twice, or passes over questions without end, is a fault."""
    twice = flow(question("one", "text", "two"), question("two", "text", "one"))
    with pytest.raises(FlowFault):
        walk(twice, said("a"), said("b"))
    never = when("one", "is", "no such answer")
    round_and_round = flow(
        question("one", "text", "two"),
        question("two", "text", "three", asked_when=never),
        question("three", "text", "two", asked_when=never),
    )
    with pytest.raises(FlowFault):
        walk(round_and_round, said("a"))


def test_a_loop_that_never_settles() -> None:
    """A loop whose thing to ask about never runs out is a fault, not a walk without end."""
    loop = factories.loop()
    endless = Route(loop, {"next_thing": lambda facts: str(len(facts["each"] or {}))})
    held = {"things": said(["ink"]), **{f"each@{place}": said(place) for place in range(600)}}
    with pytest.raises(FlowFault):
        replay(endless, GIVEN, held)
