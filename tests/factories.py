"""Small invented flows, each for what it shows; random ones are made from the same parts in `engine/random_flows.py`.

Every flow here is a value built in Python: nothing is read from content, so that a test of the engine does not change
when a legal officer edits a sentence. Titles are the question's own id, which no test quotes.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.conclusions import Compute, Conclusion, TellManager
from bot.engine.facts import Facts
from bot.engine.model import Choice, Condition, Field, Flow, Outcome, Question, Rule, Text, Value, Words
from bot.engine.position import Route
from bot.engine.reading import Reading
from tests.chat import IDS

DONE = "done"


def text(words: str) -> Text:
    return Text(ja=f"{words}、と", en=f"{words} it")


def choice(name: str, **more: Any) -> Choice:
    return Choice(id=name, label=Text(ja=f"{name}です", en=f"{name} one"), **more)


def question(name: str, kind: str, go: str | Sequence[Rule] = DONE, **more: Any) -> Question:
    """A question with words of its own name; `go` is where it leads, or its rules; `choices` may be plain names."""
    choices = tuple(one if isinstance(one, Choice) else choice(one) for one in more.pop("choices", ()))
    rules = (Rule(go=go),) if isinstance(go, str) else tuple(go)
    told = {"title": text(name), "help": text(f"{name} helped"), "why": text(f"{name} because")}
    words = Words(**{**told, "example": text(f"{name} such as"), **more.pop("words", {})})
    rules = () if more.get("standing") else rules
    return Question(id=name, kind=kind, words=words, choices=choices, next=rules, **more)


def field(name: str, kind: str, choices: Sequence[str] = (), filled: Value = None) -> Field:
    return Field(id=name, kind=kind, label=text(name), choices=tuple(map(choice, choices)), filled=filled)


def when(fact: str, operator: str, value: Value) -> Condition:
    return Condition(operator=operator, fact=fact, value=value)


def joined(operator: str, *parts: Condition) -> Condition:
    return Condition(operator=operator, parts=parts)


def flow(*questions: Question, outcomes: Sequence[str | Outcome] = (DONE,), **more: Any) -> Flow:
    """A published flow; its digest names exactly what is in it."""
    ends = [one if isinstance(one, Outcome) else Outcome(id=one, text=text(one)) for one in outcomes]
    made = Flow(
        id="invented",
        digest="",
        status="published",
        title=text("invented"),
        first=more.pop("first", questions[0].id),
        given=("this", "me", "timezone"),
        derived=tuple(DERIVED),
        questions={one.id: one for one in questions},
        outcomes={one.id: one for one in ends},
        **more,
    )
    return sealed(made)


def sealed(made: Flow) -> Flow:
    """The flow with the digest of what it is now."""
    body = made.model_copy(update={"digest": ""}).model_dump_json()
    return made.model_copy(update={"digest": hashlib.sha256(body.encode()).hexdigest()})


def edited(made: Flow, *changed: Question, without: Sequence[str] = (), **more: Any) -> Flow:
    """Another version of a flow: questions added or replaced by their id, others taken out."""
    questions = {**made.questions, **{one.id: one for one in changed}}
    kept = {name: one for name, one in questions.items() if name not in without}
    return sealed(made.model_copy(update={"questions": kept, **more}))


# -- derived facts, readers and conclusions of the invented flows ----------------------------------------------------


def read_words(said: str, facts: Facts, reading: Reading) -> list[str]:
    """What stands between commas, each once."""
    return list(dict.fromkeys(part.strip() for part in said.replace("、", ",").split(",") if part.strip()))


def list_things(facts: Facts) -> list[str]:
    """What was named in `things` and in `add`, less what was taken off by `fix`, renamed where that was asked."""
    named = [*_as_list(facts["things"]), *(one for more in (facts["add"] or {}).values() for one in _as_list(more))]
    fixed = facts["fix"] or {}
    names = {one: fixed.get(one, one) for one in dict.fromkeys(named)}
    return [name["own"] if isinstance(name, dict) else one for one, name in names.items() if name != "remove"]


def _as_list(value: Value) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def find_next(facts: Facts) -> str:
    """The first thing named that `each` has not been asked about."""
    return next((one for one in _as_list(facts["things"]) if one not in (facts["each"] or {})), "")


def note_end(facts: Facts, key: str) -> list[Conclusion]:
    return [TellManager("list_ready", {"count": len(facts["list_things"]), "key": key})]


def name_inputs(facts: Facts) -> str:
    """Names exactly what `found` is worked out from: the first answer."""
    return hashlib.sha256(repr(facts["first"] or facts["q0"]).encode()).hexdigest()[:8]


def work_out(facts: Facts, _: str) -> list[Conclusion]:
    return [Compute("words", f"found@{facts['inputs']}", {"first": facts["first"]})]


DERIVED: Mapping[str, Callable[[Facts], Value]] = {
    "list_things": list_things,
    "lines": lambda facts: [{"key": one, "label": one} for one in facts["list_things"]],
    "next_thing": find_next,
    "version": lambda facts: hashlib.sha256("\n".join(facts["list_things"]).encode()).hexdigest()[:8],
    "round": lambda facts: str(len(facts["add"] or {}) + 1),
    "colleagues": lambda facts: [{"person": IDS["mori"]}, {"person": IDS["suzuki"]}],
    "inputs": name_inputs,
    "is_found": lambda facts: "yes" if facts["inputs"] in (facts["found"] or {}) else "no",
    "three": lambda facts: [{"id": one, "ja": f"{one}番", "en": f"no {one}"} for one in "xyz"],
}


def route(made: Flow) -> Route:
    return Route(made, DERIVED, {"words": read_words}, {"note_end": note_end, "work_out": work_out})


def reroute(known: Route, made: Flow) -> Route:
    """The same module's functions over another version of its flow."""
    return Route(made, known.derive, known.readers, known.conclude)


# -- flows by what they show -----------------------------------------------------------------------------------------


def two_questions() -> Flow:
    """A choice, then a text."""
    return flow(
        question("colour", "one_of", "reason", choices=("red", "green", "blue")),
        question("reason", "text", limit=40),
    )


def branching() -> Flow:
    """A yes or no that decides which of two texts is asked, and a count at the end."""
    return flow(
        question("travels", "yes_no", [Rule(when=when("travels", "is", "yes"), go="where"), Rule(go="why_not")]),
        question("where", "text", "days"),
        question("why_not", "text", "days"),
        question("days", "number"),
    )


def loop() -> Flow:
    """Things in one message, then one question about each."""
    more = when("next_thing", "at_least", 1)
    return flow(
        question("things", "text", "each", reads="words"),
        question(
            "each",
            "number",
            [Rule(when=more, go="each"), Rule(go=DONE)],
            about="next_thing",
            asked_when=more,
            words={"title": Text(ja="{this}は", en="{this} is")},
        ),
    )


def listing() -> Flow:
    """A list that is shown, changed by line, added to and confirmed as it stands."""
    ready = when("list_things", "at_least", 1)
    fix = question("fix", "one_of", choices=("remove",), standing=True, own=True, limit=20)
    choices = ("go", choice("more", opens="add"), choice("mend", move="change"))
    return flow(
        question("things", "text", "kept", reads="words", limit=100),
        question("kept", "yes_no", "confirm"),
        question(
            "confirm",
            "one_of",
            about="version",
            asked_when=ready,
            required=True,
            on_later="pause",
            shows="lines",
            edits="fix",
            choices=choices,
        ),
        fix,
        question("add", "text", standing=True, about="round", reads="words"),
        outcomes=[Outcome(id=DONE, text=Text(ja="{list_things}", en="{list_things}"), concludes=("note_end",))],
        shows="lines",
    )


def handed_on() -> Flow:
    """A standing question that only a colleague answers, and a later one that depends on it."""
    return flow(
        question("colour", "one_of", "day", choices=("red", "green")),
        question("day", "date", "end", asked_when=joined("not", when("told", "is", None))),
        question("end", "text"),
        question("told", "text", standing=True, by_others=True),
        messages={"colleague_said_me": text("me"), "colleague_said_other": text("other")},
    )


def thinking(go: str = "fits") -> tuple[Question, Question]:
    """A question that stands until something is worked out, and the standing one that takes the result."""
    waits = question(
        "thinking",
        "one_of",
        go,
        about="inputs",
        asked_when=when("is_found", "is", "no"),
        awaits="work_out",
        required=True,
        on_later="pause",
        choices=(choice("look", move="continue"),),
    )
    return waits, question("found", "text", standing=True, by_others=True, about="inputs")


def worked_out() -> Flow:
    """An answer from which something is worked out, and what is asked once it is."""
    return flow(question("first", "number", "thinking"), *thinking(), question("fits", "yes_no"))


def form() -> Flow:
    """Four small fields answered together, then a text."""
    fields = (
        field("size", "one_of", ("small", "large"), filled="small"),
        field("marks", "several_of", ("seal", "lock", "key")),
        field("owner", "person"),
        field("many", "number", filled=3),
    )
    return flow(question("sheet", "form", "note", fields=fields), question("note", "text"))


def many() -> Flow:
    """Several of a list, own words welcome, one choice that goes with nothing else."""
    choices = ("paper", "disk", "head", choice("none", exclusive=True))
    return flow(question("places", "several_of", choices=choices, own=True, limit=30))


def values() -> Flow:
    """A number, a day, a person."""
    return flow(
        question("count", "number", "day"),
        question("day", "date", "who"),
        question("who", "person", choices=("nobody",)),
    )
