"""Hypothesis strategies for random well-formed flows, and for the versions of a flow an editor may publish next."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from bot.engine.model import Choice, Condition, Field, Flow, Question, Rule, Value
from tests.factories import DONE, choice, edited, field, flow, joined, listing, question, text, thinking, when

KINDS = ("yes_no", "one_of", "several_of", "text", "number", "date", "person", "form")
ENDS = ("end0", "end1", "end2")
THINGS = ("ink", "glue", "thread")


@st.composite
def conditions(draw: st.DrawFn, earlier: Sequence[Question], depth: int = 2) -> Condition:
    """One condition of the closed list over questions asked before, or several joined."""
    operator = draw(st.sampled_from(("test", "test", "test", "all", "any", "not"))) if depth else "test"
    if operator == "test":
        about = draw(st.sampled_from(earlier))
        return when(about.id, *draw(st.sampled_from(_tests_of(about))))
    count = 1 if operator == "not" else 2
    return joined(operator, *(draw(conditions(earlier, depth - 1)) for _ in range(count)))


def _tests_of(asked: Question) -> list[tuple[str, Value]]:
    """Tests that can hold, and fail, for an answer to this question."""
    ids = [one.id for one in asked.choices if not one.move and not one.opens] or ["yes", "x"]
    by_kind: dict[str, list[tuple[str, Value]]] = {
        "several_of": [("includes", ids[0]), ("at_least", 2), ("at_most", 1)],
        "text": [("at_least", 3), ("includes", "i"), ("is_not", "skipped")],
        "number": [("at_least", 10), ("at_most", 5), ("is", 12)],
        "date": [("before", "2026-12-01"), ("is_not", "unknown")],
        "form": [("includes", "f0"), ("is", "skipped")],
    }
    usual = [("is", ids[0]), ("is_not", ids[-1]), ("one_of", [ids[0], "unknown"]), ("is", "later")]
    return by_kind.get(asked.kind, usual)


@st.composite
def questions(draw: st.DrawFn, name: str, earlier: Sequence[Question]) -> Question:
    """A question of any kind with its habits; where it leads is settled later."""
    kind = draw(st.sampled_from(KINDS))
    rarely = st.sampled_from((False, False, False, True))
    more: dict[str, Any] = {
        "required": draw(rarely),
        "quiet": draw(rarely),
        "on_later": draw(st.sampled_from(("postpone", "postpone", "pause"))),
        "on_unknown": draw(st.sampled_from(("record", "record", "example"))),
        "limit": draw(st.sampled_from((12, 60))),
    }
    if earlier and draw(rarely):
        more["asked_when"] = draw(conditions(earlier))
    if kind in ("yes_no", "one_of", "several_of", "person"):
        more |= draw(_choosing(kind))
    if kind == "form":
        more["fields"] = tuple(draw(_fields(f"f{place}")) for place in range(draw(st.integers(1, 4))))
    return question(name, kind, **more)


@st.composite
def _choosing(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    often = st.booleans()
    if kind == "yes_no":
        said = [choice("dunno", move="unknown"), choice("leave", move="later")] if draw(often) else []
        return {"choices": ("yes", "no", *said)} if draw(often) else {}
    if kind == "person":
        return {"choices": ("nobody",), **({"choices_from": "colleagues"} if draw(often) else {})}
    names: list[str | Choice] = list("abcde"[: draw(st.integers(2, 5))])
    if kind == "several_of":
        names += [choice("none", exclusive=True)] if draw(often) else []
    else:
        names += [choice("tell", move="why"), choice("rest", move="pause")] if draw(often) else []
    return {"choices": names, "own": draw(often), **({"choices_from": "three"} if draw(often) else {})}


@st.composite
def _fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(("yes_no", "one_of", "several_of", "text", "number", "date", "person")))
    choices = "ab" if kind in ("one_of", "several_of") else ""
    filled = {"one_of": "a", "several_of": ["b"], "text": "as ever", "number": 3, "date": "2026-12-24"}.get(kind)
    return field(name, kind, choices, filled if draw(st.booleans()) else None)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Five to twelve questions in a row, with jumps forward, perhaps one loop and a list to confirm, perhaps a wait for
    something to be worked out."""
    made: list[Question] = []
    size = draw(st.integers(5, 12))
    looped = draw(st.integers(0, size - 3)) if draw(st.booleans()) else None
    while len(made) < size:
        if len(made) == looped:
            made += _things_and_each()
        else:
            made.append(draw(questions(f"q{len(made)}", made)))
    waits, found = thinking(DONE)
    if draw(st.booleans()):
        made.insert(draw(st.integers(1, 3)), waits)
    standing = [question("told", "text", standing=True, by_others=True), found]
    if looped is not None:
        made += [one for one in listing().questions.values() if one.id == "confirm"]
        standing += [one for one in listing().questions.values() if one.standing]
    ends = ENDS[: draw(st.integers(1, 3))]
    led = [draw(_leading(one, made[: place + 1], made[place + 1 :], ends)) for place, one in enumerate(made)]
    messages = {f"colleague_said_{said}": text(said) for said in ("me", "unknown")}
    return flow(*led, *standing, outcomes=ends, shows="lines" if looped is not None else None, messages=messages)


def _things_and_each() -> list[Question]:
    more = when("next_thing", "at_least", 1)
    names = question("things", "several_of", choices=THINGS, own=True, limit=20)
    rules = (Rule(when=more, go="each"), Rule(go=DONE))
    return [names, question("each", "number", rules, about="next_thing", asked_when=more)]


@st.composite
def _leading(
    draw: st.DrawFn, asked: Question, earlier: Sequence[Question], after: Sequence[Question], ends: Sequence[str]
) -> Question:
    """The question with its rules: on to the next, or further ahead, or, from the last, to any of the ends."""
    ahead = [one.id for one in after]
    loops = [rule for rule in asked.next if rule.go == asked.id]
    if ahead:
        jumps = draw(st.lists(st.sampled_from([*ahead, *ends]), max_size=2))
        targets, last = jumps, ahead[0]
    else:
        targets, last = list(ends[:-1]), ends[-1]
    rules = [Rule(when=draw(conditions(earlier)), go=target) for target in targets]
    return asked.model_copy(update={"next": (*loops, *rules, Rule(go=last))})


# -- other versions of a flow ----------------------------------------------------------------------------------------


@st.composite
def new_versions(draw: st.DrawFn, made: Flow) -> Flow:
    """The flow as an editor may publish it next: reworded, a question added or removed, a choice removed."""
    asked = [one for one in made.questions.values() if not one.standing]
    one = draw(st.sampled_from(asked))
    change = draw(st.sampled_from(("reword", "add", "remove", "drop")))
    plain = [option for option in one.choices if not option.move and not option.opens]
    if change == "add":
        name = next(name for place in range(99) if (name := f"new{place}") not in made.questions)
        kind = draw(st.sampled_from(("yes_no", "text", "date")))
        added = question(name, kind, one.next[-1].go)
        led = one.model_copy(update={"next": (*one.next[:-1], Rule(go=name))})
        return edited(made, added, led)
    if change == "remove" and len(asked) > 2:
        return without(made, one)
    if change == "drop" and len(plain) > 1:
        gone = draw(st.sampled_from(plain))
        left = tuple(option for option in one.choices if option is not gone)
        return edited(made, one.model_copy(update={"choices": left}))
    words = one.words.model_copy(update={"title": text(f"{one.id} anew {made.digest[:4]}")})
    return edited(made, one.model_copy(update={"words": words}))


def without(made: Flow, gone: Question) -> Flow:
    """The flow with one question taken out; what led to it leads on to where it led."""
    after = gone.next[-1].go
    led = [
        one.model_copy(
            update={
                "next": tuple(
                    rule.model_copy(update={"go": after}) if rule.go == gone.id else rule for rule in one.next
                )
            }
        )
        for one in made.questions.values()
        if one.id != gone.id
    ]
    first = after if made.first == gone.id else made.first
    if first in made.outcomes:
        return made
    return edited(made, *led, without=(gone.id,), first=first)
