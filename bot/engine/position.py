"""Position: where an interview stands, as a function of its answers.

An ordinary answer is one step from the snapshot; change, back and a new flow version replay everything, and both ways
must agree. Knows no words, no people, no time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.conclusions import Conclusion
from bot.engine.conditions import Predicate, compile_condition
from bot.engine.facts import Derive, Facts, put_answer
from bot.engine.machine import END, FlowFault, Rulebook, build_machine, follow
from bot.engine.model import UNANSWERED, Flow, Text, Value

Conclude = Callable[[Facts, str], Sequence[Conclusion]]  # (facts, the key just answered) -> what follows

AGAIN = "again"  # the value of a reply that puts a question off for the second time
NO_FACTS = Facts({}, {}, {}, {})
LONGEST_PATH = 500  # a walk longer than this is a loop in content


class Reply(NamedTuple):
    """One accepted reply: `state` is answered, skipped, unknown or later; `filled` names proposals left alone."""

    state: str
    value: Value = None
    filled: tuple[str, ...] = ()

    @property
    def fact(self) -> Value:
        return self.value if self.state == "answered" else self.state


class Snapshot(NamedTuple):
    """Position (`question`, `question@about` or `=outcome`), the keys answered on the way, every current answer (also
    the dormant ones), and what is being settled beside the position, if anything."""

    position: str
    path: tuple[str, ...]
    answers: dict[str, Reply]
    aside: dict[str, Any] | None = None

    @property
    def has_ended(self) -> bool:
        return self.position.startswith(END)


class Route:
    """A flow made walkable: its machine, its compiled conditions, and what its module derives, reads and concludes."""

    __slots__ = (
        *("asked_when", "conclude", "derive", "flow", "machine", "plain", "readers", "standing", "straight", "texts"),
    )

    def __init__(
        self,
        flow: Flow,
        derive: Mapping[str, Derive] | None = None,
        readers: Mapping[str, Callable[..., Value]] | None = None,
        conclude: Mapping[str, Conclude] | None = None,
    ) -> None:
        self.flow = flow
        self.derive = derive or {}
        self.readers = readers or {}
        self.conclude = conclude or {}
        self.machine: Rulebook = build_machine(flow)
        questions = flow.questions.values()
        self.asked_when: dict[str, Predicate] = {
            question.id: compile_condition(question.asked_when) for question in questions if question.asked_when
        }
        self.texts = _list_texts(flow)
        self.standing = frozenset(question.id for question in questions if question.standing)
        # Questions whose key is their name and that are always asked need no look at anything else.
        self.plain = frozenset(
            question.id for question in questions if not (question.about or question.asked_when or question.standing)
        )
        # Where nothing decides what comes next, no facts need be gathered to go on.
        self.straight = frozenset(
            question.id
            for question in questions
            if question.next and question.next[0].when is None and question.next[0].go in self.plain
        )


def _list_texts(flow: Flow) -> dict[str, Text]:
    """The texts a derived value may name: the flow's messages, and labels as `question.choice` and
    `question.field.choice`."""
    texts = dict(flow.messages)
    for question in flow.questions.values():
        texts |= {f"{question.id}.{choice.id}": choice.label for choice in question.choices}
        texts[f"{question.id}.noun"] = question.words.noun or question.words.again or question.words.title
        for field in question.fields:
            texts |= {f"{question.id}.{field.id}.{choice.id}": choice.label for choice in field.choices}
    return texts


def facts_of(route: Route, given: Mapping[str, Value], snapshot: Snapshot) -> Facts:
    """The facts visible at the snapshot's position."""
    answers: dict[str, Value] = {}
    if route.standing:
        _put_standing(route, answers, snapshot.answers)
    known = snapshot.answers
    for key in snapshot.path:
        put_answer(answers, key, known[key].fact)
    return Facts(given, answers, route.derive, route.flow.catalogue)


def _put_standing(route: Route, answers: dict[str, Value], known: Mapping[str, Reply]) -> None:
    for key in known:
        if key.partition("@")[0] in route.standing:
            put_answer(answers, key, known[key].fact)


def start(route: Route, given: Mapping[str, Value]) -> Snapshot:
    """An interview nobody has answered yet."""
    return replay(route, given, {})


def step(route: Route, given: Mapping[str, Value], snapshot: Snapshot, reply: Reply) -> Snapshot:
    """The snapshot after one reply to the question at the position."""
    key = snapshot.position
    if key in snapshot.answers or reply.state == "later":
        return replay(route, given, {**snapshot.answers, key: reply})
    answers = {**snapshot.answers, key: reply}
    path = (*snapshot.path, key)
    if key in route.straight:
        position = follow(route.machine, key, NO_FACTS)
    else:
        facts = facts_of(route, given, Snapshot(key, path, answers))
        position = _settle(route, follow(route.machine, key.partition("@")[0], facts), facts, path, answers)
    if position in answers:
        return replay(route, given, answers)  # a dormant answer lies ahead and comes alive again
    return Snapshot(position, path, answers)


def replay(route: Route, given: Mapping[str, Value], answers: Mapping[str, Reply]) -> Snapshot:
    """Walk from the first question over the answers until one is missing."""
    held = dict(answers)
    visible: dict[str, Value] = {}
    _put_standing(route, visible, held)
    facts = Facts(given, visible, route.derive, route.flow.catalogue)
    path: list[str] = []
    position = _settle(route, route.flow.first, facts, path, held)
    while position in held and position not in path and fits(route.flow, position, held[position]):
        path.append(position)
        put_answer(facts.answers, position, held[position].fact)
        facts.derived.clear()
        position = _settle(route, follow(route.machine, position.partition("@")[0], facts), facts, path, held)
        if len(path) > LONGEST_PATH:
            raise FlowFault(f"flow {route.flow.id!r} does not come to an end")
    if position in path and held[position].state != "later":
        raise FlowFault(f"flow {route.flow.id!r} asks {position!r} twice")
    return Snapshot(position, tuple(path), held)


def _settle(route: Route, state: str, facts: Facts, path: Any, answers: Mapping[str, Reply]) -> str:
    """From a state of the machine to a position: pass over what is not asked, recall what was left for later."""
    for _ in range(LONGEST_PATH):
        if state in route.plain:
            return state
        if state.startswith(END):
            return _left_for_later(path, answers) or state
        question = route.flow.questions[state]
        asked = route.asked_when.get(state)
        if asked is None or asked(facts):
            return f"{state}@{facts[question.about]}" if question.about else state
        state = follow(route.machine, state, facts)
    raise FlowFault(f"flow {route.flow.id!r} passes over its questions without end")


def _left_for_later(path: Any, answers: Mapping[str, Reply]) -> str | None:
    """The first question put off and not put off again; each comes back once, before the end."""
    return next((key for key in path if answers[key].state == "later" and answers[key].value != AGAIN), None)


def find_left_out(route: Route, facts: Facts) -> list[str]:
    """The questions not asked because what they decide was settled: those that would be asked if it were not."""
    if "settled" not in route.derive:
        return []
    if facts["settled"] != "yes":
        return []
    unsettled = Facts(facts.given, {**facts.answers, "settled": "no"}, route.derive, facts.catalogue)
    left = [name for name, asked in route.asked_when.items() if name not in facts.answers and asked(unsettled)]
    return [name for name in left if not route.asked_when[name](facts)]


def fits(flow: Flow, key: str, reply: Reply) -> bool:
    """Whether an answer kept from before can still be an answer to this version of its question."""
    question = flow.questions[key.partition("@")[0]]
    is_closed = question.kind in ("yes_no", "one_of", "several_of") and question.choices and not question.choices_from
    if reply.state != "answered" or not is_closed:
        return reply.state == "answered" or reply.state in UNANSWERED
    ids = {choice.id for choice in question.choices}
    values = reply.value if isinstance(reply.value, list) else [reply.value]
    return all(isinstance(value, dict) or value in ids for value in values)
