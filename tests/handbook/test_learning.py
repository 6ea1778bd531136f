"""What comes next for one person: each rule by an example, then what holds for any people and any past."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from bot.handbook import grounds, learning
from bot.handbook.awareness import Awareness
from bot.handbook.grounds import Change, Learner, Reason
from bot.handbook.learning import Choice, choose, order_options, rank
from bot.handbook.spacing import TOGETHER, Sent, Standing, find_standing
from tests.handbook.lessons import LONG_GONE, NOW, gather, make_case, make_learner, make_lesson, sent

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
TWO = gather(
    make_lesson("a", handles={"recipes"}),
    make_lesson("b", handles={"drawings"}, topic="mail", leakers={"partner"}),
)


def pick(awareness: Awareness, learner: Learner) -> Choice:
    choice = choose(awareness, learner, NOW)
    assert choice is not None
    return choice


def pick_id(awareness: Awareness, learner: Learner) -> str | None:
    choice = choose(awareness, learner, NOW)
    return choice.id if choice else None


def find_kinds(choice: Choice) -> set[str]:
    return {reason.kind for reason in choice.reasons}


# -- who hears what ----------------------------------------------------------------------------------------------------


def test_only_what_concerns_a_person_comes() -> None:
    """Of what the department does not hold, or is meant for managers or another field, nothing comes."""
    others = gather(
        make_lesson("held", handles={"alloys"}),
        make_lesson("led", audience="managers"),
        make_lesson("sold", audience="sales"),
        make_case("near", handles={"alloys"}),
    )
    assert choose(others, make_learner(), NOW) is None
    assert pick_id(others, make_learner(groups={"managers"})) == "led"
    assert pick_id(others, make_learner(handles={"alloys": 1})) == "held"


def test_while_nobody_has_said_what_a_department_holds_anything_meant_for_them_may_come() -> None:
    """A company that has just begun is taught, too; what is meant for others still is not."""
    others = gather(make_lesson("held", handles={"alloys"}), make_lesson("led", audience="managers"))
    assert pick_id(others, make_learner(handles={})) == "held"
    assert {one.id for one in rank(others, make_learner(handles={"alloys": 0}), NOW)} == {"held"}


def test_why_me_is_what_the_person_handles_what_is_thin_and_what_was_not_heard() -> None:
    """The three reasons of an ordinary lesson, with what they rest on."""
    past = (sent("b", LONG_GONE, "right"), sent("a", NOW - WEEK, "right"))
    learner = make_learner(*past, thin={("C4", "partner"): 3, ("C1", "employee"): 9})
    choice = pick(TWO, learner)
    assert (choice.kind, choice.id, choice.form) == ("lesson", "b", "second")
    assert choice.reasons == (
        Reason("handles", ("drawings",)),
        Reason("thin", ("C4", "partner")),
        Reason("unheard", (LONG_GONE.isoformat(),)),
    )


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"thin": {("C4", "partner"): 1}}, "thin"),
        ({"handles": {"recipes": 1, "drawings": 2}}, "handles"),
        ({"asked": {"b": NOW - DAY}}, "asked"),
        ({"changes": (Change("rule", NOW - DAY, topics=frozenset({"mail"})),)}, "changed"),
        ({"changes": (Change("item", NOW - DAY, handles=frozenset({"drawings"})),)}, "changed"),
        ({"changes": (Change("measure", NOW - DAY, squares=frozenset({("C4", "partner")})),)}, "changed"),
    ],
)
def test_each_reason_moves_a_lesson_to_the_front(told: dict[str, Any], kind: str) -> None:
    """Among equals the other would come; the reason brings this one, and is told."""
    assert pick_id(TWO, make_learner()) == "a"
    choice = pick(TWO, make_learner(**told))
    assert choice.id == "b"
    assert kind in find_kinds(choice)


def test_something_new_is_a_reason_for_four_weeks_and_until_it_was_told() -> None:
    """Older news, and news that a lesson already followed, are none."""
    change = Change("measure", NOW - 5 * WEEK, squares=frozenset({("C4", "partner")}))
    followed = sent("b", NOW - 2 * WEEK)
    assert pick_id(TWO, make_learner(changes=(change,))) == "a"
    news = (change._replace(at=NOW - 3 * WEEK),)
    assert pick_id(TWO, make_learner(changes=news)) == "b"
    assert pick_id(TWO, make_learner(followed, changes=news)) == "a"


def test_what_belongs_to_a_moment_comes_then_and_once() -> None:
    """A visit brings its lesson before all others, though its topic was turned down; before and after it stays away."""
    awareness = gather(make_lesson("a"), make_lesson("visit", topic="partners", triggers={"before_visit"}))
    visit = {"moments": {"before_visit": NOW - DAY}, "fewer": frozenset({"partners"})}
    assert pick_id(awareness, make_learner()) == "a"
    choice = pick(awareness, make_learner(**visit))
    assert (choice.id, choice.reasons[0]) == ("visit", Reason("moment", ("before_visit",)))
    assert pick_id(awareness, make_learner(sent("visit", NOW - DAY / 2), **visit)) == "a"
    assert pick_id(awareness, make_learner(moments={"before_visit": NOW + DAY})) == "a"


def test_what_a_manager_asked_for_comes_first_and_once() -> None:
    """Before a return, though it was answered right last week and its topic was turned down; then no more."""
    history = (sent("a", NOW - 2 * WEEK, "wrong"), sent("b", NOW - WEEK, "right"))
    told = {"asked": {"b": NOW - DAY}, "fewer": frozenset({"mail"})}
    choice = pick(TWO, make_learner(*history, **told))
    assert (choice.id, choice.reasons[0].kind) == ("b", "asked")
    assert pick(TWO, make_learner(*history, sent("b", NOW - DAY / 2), **told)).id == "a"


def test_a_case_comes_after_three_things_that_were_none() -> None:
    """Then before lessons; and one that was told rests for a year, seen or not."""
    awareness = gather(*(make_lesson(name) for name in "abcdefgh"), make_case("old"))
    lessons = [sent(name, NOW - by * DAY) for by, name in ((9, "a"), (8, "b"), (7, "c"))]
    assert pick(awareness, make_learner(*lessons[:2])).kind == "lesson"
    choice = pick(awareness, make_learner(*lessons))
    assert (choice.kind, choice.id, choice.form, choice.options) == ("case", "old", "", ())
    assert pick(awareness, make_learner(sent("old", NOW - 51 * WEEK, "right", ""), *lessons)).kind == "lesson"


def test_the_same_topic_does_not_come_twice_in_a_row_where_there_is_another() -> None:
    """After a lesson about marks, one about something else, though thinner squares speak for marks."""
    awareness = gather(make_lesson("a"), make_lesson("b"), make_lesson("c", topic="mail", leakers={"leaver"}))
    learner = make_learner(sent("a", NOW - DAY), thin={("C4", "employee"): 5})
    assert pick_id(awareness, learner) == "c"
    assert pick_id(gather(make_lesson("a"), make_lesson("b")), learner) == "b"


def test_a_topic_turned_down_returns_once_after_a_wrong_answer() -> None:
    """What was answered wrong comes once more, answered or not; nothing else of the topic comes."""
    fewer = {"fewer": frozenset({"marking"})}
    only = gather(make_lesson("a"), make_lesson("other"))
    wrong = sent("a", NOW - 20 * WEEK, "wrong")
    assert choose(only, make_learner(**fewer), NOW) is None
    assert pick(only, make_learner(wrong, **fewer)).reasons[0].kind == "returns"
    for grade in ("wrong", "right", "none"):
        again = sent("a", NOW - 15 * WEEK, grade, "second")
        assert choose(only, make_learner(wrong, again, **fewer), NOW) is None
    assert pick_id(only, make_learner(wrong, sent("a", NOW - 15 * WEEK, "wrong"))) == "a"


# -- any people, any past ----------------------------------------------------------------------------------------------

PEOPLE = 5_000 if os.environ.get("SECRET_REVIEW_LONG") else 400
TOPICS = ("marking", "mail", "media")
HELD = ("drawings", "recipes", "knowhow")
LEAKERS = ("employee", "leaver", "partner")


def some(random: Random, names: Sequence[str]) -> frozenset[str]:
    return frozenset(one for one in names if random.random() < 0.4)


def draw_material(random: Random) -> Awareness:
    """Up to six lessons and three cases, which share topics and what they are about."""
    lessons = [
        make_lesson(
            name,
            topic=random.choice(TOPICS),
            handles=some(random, HELD),
            leakers=some(random, LEAKERS),
            audience=random.choice(("all", "all", "managers")),
            triggers=some(random, ("monthly", "yearly", "before_visit")),
        )
        for name in random.sample("abcdef", random.randint(0, 6))
    ]
    names = random.sample("xyz", random.randint(0, 3))
    return gather(*lessons, *(make_case(one, topic=random.choice(TOPICS), handles=some(random, HELD)) for one in names))


def draw_learner(random: Random) -> Learner:
    """Somebody with a past of some sendings, and perhaps changes, topics turned down, a moment and a wish."""

    def draw_instant() -> datetime:
        return NOW - random.randint(1, 400) * DAY

    def draw_sent() -> Sent:
        grade = random.choice(("right", "wrong", "unknown", "none"))
        return sent(random.choice("abcdefxyz"), draw_instant(), grade, random.choice(("first", "second")))

    changes = [
        Change(kind, draw_instant(), some(random, HELD), topics=some(random, TOPICS))
        for kind in sorted(some(random, ("item", "measure", "rule")))
    ]
    return Learner(
        person=random.choice(("nakamura", "ito")),
        handles={name: random.randint(0, 3) for name in sorted(some(random, HELD))},
        groups=some(random, ("managers",)),
        thin={("C4", leaker): random.randint(0, 3) for leaker in sorted(some(random, LEAKERS))},
        changes=tuple(changes),
        history=tuple(draw_sent() for _ in range(random.randint(0, 12))),
        fewer=some(random, TOPICS),
        moments={name: draw_instant() for name in some(random, ("before_visit",))},
        asked={name: draw_instant() for name in sorted(some(random, "ax"))},
    )


def find_last(learner: Learner, name: str) -> Sent | None:
    """The last answered sending."""
    answered = [one for one in learner.history if one.id == name and one.answered_at]
    return max(answered, key=lambda one: (one.answered_at or NOW, one.sent_at, one), default=None)


def keeps_what_was_turned_down_away(awareness: Awareness, learner: Learner) -> bool:
    """Nothing of such a topic comes but a duty or a return."""
    topics = {one.id: one.topic for one in (*awareness.lessons.values(), *awareness.cases.values())}
    unwanted = [one for one in rank(awareness, learner, NOW) if topics[one.id] in learner.fewer]
    return all(find_kinds(one) & {"asked", "moment", "returns"} for one in unwanted)


def keeps_gaps(awareness: Awareness, learner: Learner) -> bool:
    """What was answered right comes after 26 weeks at least, or 3 where it returns; what was not, after 1."""
    for choice in rank(awareness, learner, NOW):
        last, kinds = find_last(learner, choice.id), find_kinds(choice)
        if last and last.answered_at and choice.kind == "lesson" and "asked" not in kinds:
            gap = 1 if last.grade != "right" else 3 if "returns" in kinds else 26
            if NOW - last.answered_at < gap * WEEK - TOGETHER:
                return False
    return True


def brings_another_form(awareness: Awareness, learner: Learner) -> bool:
    """A lesson that was answered comes in another form than then."""
    lessons = [one for one in rank(awareness, learner, NOW) if one.kind == "lesson"]
    return not any((last := find_last(learner, one.id)) and one.form == last.form for one in lessons)


def takes_silence_for_no_answer(awareness: Awareness, learner: Learner) -> bool:
    """Who never answers is never given a return."""
    silent = tuple(one._replace(grade="none", answered_at=None) for one in learner.history)
    return not any("returns" in find_kinds(one) for one in rank(awareness, learner._replace(history=silent), NOW))


def chooses_alike_later(awareness: Awareness, learner: Learner) -> bool:
    """Neither the order of the record nor what came at that instant or after it changes what was chosen then."""
    choice = choose(awareness, learner, NOW)
    later = [Sent(choice.id, choice.form, NOW, "wrong", NOW + DAY)] if choice else []
    later += [sent(name, NOW + 2 * DAY, "right") for name in "abx"]
    told = learner._replace(
        history=(*later, *reversed(learner.history)),
        changes=(*learner.changes, Change("item", NOW + DAY, frozenset(HELD))),
        asked={**dict.fromkeys("bcdef", NOW + DAY), **learner.asked},
    )
    return choose(awareness, told, NOW) == choice


def can_say_why(awareness: Awareness, learner: Learner) -> bool:
    """There is a reason for whatever comes, or else it was told to this person before and has rested."""
    known = {one.id for one in learner.history}
    return all(choice.reasons or choice.id in known for choice in rank(awareness, learner, NOW))


Property = Callable[[Awareness, Learner], bool]
PROPERTIES: tuple[Property, ...] = (
    *(keeps_what_was_turned_down_away, keeps_gaps, brings_another_form),
    *(takes_silence_for_no_answer, chooses_alike_later, can_say_why),
)


def count_breaches(holds: Property, seed: int = 20_261_118) -> int:
    random = Random(seed)
    return sum(not holds(draw_material(random), draw_learner(random)) for _ in range(PEOPLE))


@pytest.mark.parametrize("holds", PROPERTIES)
def test_it_holds_for_any_people_and_any_past(holds: Property) -> None:
    """Each property in its own words, for hundreds of drawn people and materials."""
    assert count_breaches(holds) == 0


def take_silence_for_wrong(sendings: Sequence[Sent], now: datetime) -> Standing:
    return find_standing([one._replace(grade="wrong", answered_at=one.sent_at) for one in sendings], now)


WITHOUT: dict[str, tuple[Any, str, Callable[..., Any], Property]] = {
    "topics turned down": (grounds, "_is_free", lambda *_: True, keeps_what_was_turned_down_away),
    "the rest": (grounds, "find_due", lambda *_: None, keeps_gaps),
    "another form": (learning, "find_form", lambda forms, _: next(iter(forms), ""), brings_another_form),
    "silence told apart": (learning, "find_standing", take_silence_for_wrong, takes_silence_for_no_answer),
    "only what was before": (grounds, "_is_news", lambda at, *_: at is not None, chooses_alike_later),
    "reasons": (learning, "find_reasons", lambda *_: (), can_say_why),
}


@pytest.mark.parametrize("what", WITHOUT)
def test_a_rule_taken_away_is_noticed(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each property fails for somebody once what it protects is gone."""
    room, name, spoiled, holds = WITHOUT[what]
    monkeypatch.setattr(room, name, spoiled)
    assert count_breaches(holds) > 0


def test_options_stand_elsewhere_for_another_person_and_another_time() -> None:
    """The order is of all options, the same when asked again, and the right one stands in each place about as often."""
    check = make_lesson("a").checks[0]
    people = [(f"person{number}", times) for number in range(200) for times in (0, 1)]
    orders = [order_options(check, person, "a", times) for person, times in people]
    assert orders == [order_options(check, person, "a", times) for person, times in people]
    assert {frozenset(order) for order in orders} == {frozenset("abcd")}
    places = [order.index(check.right) for order in orders]
    assert all(70 <= places.count(place) <= 130 for place in range(4))
    assert any(one != after for one, after in pairwise(orders))
