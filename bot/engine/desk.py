"""What one turn works on: the interview, the facts, and what has come of the event so far.

Lives for one turn inside `turn.take_turn`; the handlers of `moves.py` and `asides.py` write on it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conclusions import Conclusion
from bot.engine.asking import Asking, Option, ask, narrow, read_lines
from bot.engine.facts import Facts
from bot.engine.interview import Interview, Recorded, Say, Turn
from bot.engine.lexicon import Shared
from bot.engine.machine import END
from bot.engine.model import Question, Rule, Text, Value, Words
from bot.engine.position import Reply, Route, Snapshot, facts_of, replay, step
from bot.engine.reading import Reading
from bot.events import Event, Said

OVERLAID = ("reask", "open")  # asides that ask a question of the flow itself, out of its turn
SILENT = ("hinted", "half")  # asides that only remember something and show nothing
MOST_FORESEEN = 20  # new questions a change is followed through
EACH = "each"  # the aside that asks the open fields of a form one at a time


class Desk:
    """One event on the table."""

    def __init__(self, route: Route, interview: Interview, event: Event, now: datetime, reading: Reading) -> None:
        self.route = route
        self.interview = interview
        self.event = event
        self.now = now
        self.reading = reading
        self.snapshot = interview.snapshot
        self.status = interview.status
        self.language = interview.language
        self.says: list[Say] = []
        self.recorded: list[Recorded] = []
        self.conclusions: list[Conclusion] = []
        self.erased = False
        self._asked: tuple[Snapshot, Asking] | None = None  # worked out once as long as the snapshot is the same
        self.has_moved = False  # a new version of the flow asks something else than what the person was shown

    @property
    def aside(self) -> dict[str, Any]:
        return self.snapshot.aside or {}

    def set_aside(self, kind: str, **details: Any) -> None:
        aside = {"kind": kind, **details, "since": self.interview.revision + 1}
        self.snapshot = self.snapshot._replace(aside=aside)

    def drop_aside(self) -> None:
        self.snapshot = self.snapshot._replace(aside=None)

    def say(self, notice: str, **params: Any) -> None:
        self.says.append(Say(notice, params))

    def asking(self) -> Asking:
        if self._asked is None or self._asked[0] is not self.snapshot:
            asked = asking_now(self.route, self.interview.given, self.snapshot, self.reading.shared)
            self._asked = (self.snapshot, asked)
        return self._asked[1]

    def accept(self, key: str, reply: Reply, said: str | None = None) -> None:
        """Take a reply to this key: show its effect first where it undoes later answers, else apply it."""
        body = self.event.body
        if isinstance(body, Said) and body.seen and said == body.text:
            said = body.seen  # ids were ticked, and nobody reads those
        if key != self.snapshot.position:
            given = self.interview.given
            after, asked = foresee(self.route, given, self.snapshot, {**self.snapshot.answers, key: reply})
            dropped = set(self.snapshot.path) - set(after.path)
            shows = dropped or asked or compare(self.route, given, self.snapshot, after)
            if self.aside.get("kind") == "reask" and shows:
                self.set_aside("effect", key=key, reply=list(reply), said=said)
                return
        self.apply(key, reply, said)

    def apply(self, key: str, reply: Reply, said: str | None = None) -> None:
        """Write the reply and go to where the answers now lead."""
        given = self.interview.given
        if key == self.snapshot.position:
            self.snapshot = step(self.route, given, self.snapshot._replace(aside=None), reply)
        else:
            self.snapshot = replay(self.route, given, {**self.snapshot.answers, key: reply})
        self.recorded.append(Recorded(key, reply, said))
        question = self.route.flow.questions[key.partition("@")[0]]
        if reply.state == "answered":
            self.say("echo", key=key, typed=said is not None)
        elif reply.state != "answered":
            self.say(reply.state, key=key)
        self.conclude(question.concludes, key)
        self.end_where_reached(key)

    def end_where_reached(self, key: str) -> None:
        """Draw the outcome's conclusions where the answers, of which `key` is the latest, lead to the end."""
        if self.snapshot.has_ended:
            outcome = self.route.flow.outcomes[self.snapshot.position.removeprefix(END)]
            self.conclude(outcome.concludes, key)
            self.status = "done"
            self.say("outcome", outcome=outcome.id)

    def conclude(self, names: tuple[str, ...], key: str) -> None:
        if not names:
            return
        facts = self.facts()
        for name in names:
            self.conclusions.extend(self.route.conclude[name](facts, key))

    def have_worked_out(self) -> None:
        """Where the interview has come to wait for something, have it worked out."""
        question = self.route.flow.questions.get(self.snapshot.position.partition("@")[0])
        if question and question.awaits and self.status not in ("done", "cancelled"):
            self.conclude((question.awaits,), self.snapshot.position)

    def facts(self) -> Facts:
        return facts_of(self.route, self.interview.given, self.snapshot)

    def finish(self) -> Turn:
        """The turn as a value. The revision grows where anything changed or was recorded."""
        interview = self.interview._replace(language=self.language, status=self.status, snapshot=self.snapshot)
        if interview != self.interview or self.recorded:
            interview = interview._replace(revision=interview.revision + 1)
        return Turn(interview, tuple(self.says), tuple(self.recorded), tuple(self.conclusions), self.erased)


def foresee(
    route: Route, given: Mapping[str, Value], before: Snapshot, answers: Mapping[str, Reply]
) -> tuple[Snapshot, list[str]]:
    """Where changed answers lead once what they newly ask is passed over, and the questions they newly ask.

    Without the passing over, every answer behind a new question would seem to be lost.
    """
    held, asked = dict(answers), list[str]()
    after = replay(route, given, held)
    while not after.has_ended and after.position not in (before.position, *held) and len(asked) < MOST_FORESEEN:
        if route.flow.questions[after.position.partition("@")[0]].awaits:
            break  # nobody can tell before it is worked out
        asked.append(after.position)
        held[after.position] = Reply("skipped")
        after = replay(route, given, held)
    kept = {key: reply for key, reply in after.answers.items() if key not in asked}
    return after._replace(answers={**kept, **{key: held[key] for key in asked}}), asked


def compare(
    route: Route, given: Mapping[str, Value], before: Snapshot, after: Snapshot
) -> list[tuple[str, Value, Value]]:
    """The facts the flow tells of a change that differ by it: (fact, before, after)."""
    names = route.flow.compares
    if not names:
        return []
    old, new = facts_of(route, given, before), facts_of(route, given, after)
    return [(name, old[name], new[name]) for name in names if old[name] != new[name]]


def asking_now(route: Route, given: Mapping[str, Value], snapshot: Snapshot, shared: Shared) -> Asking:
    """The question the person has before them: the position's, one asked again, or a small one of the engine's own."""
    aside = snapshot.aside
    if aside is None or aside["kind"] in SILENT:
        asking = ask(route.flow, snapshot.position, facts_of(route, given, snapshot), shared)
        return _with_answer(asking, Reply("answered", aside["told"])) if aside and aside["kind"] == "half" else asking
    if aside["kind"] == EACH:
        asking = ask_again(route, given, snapshot, aside["key"], shared)
        return narrow(asking, next(line for line in asking.fields if line.id == aside["at"]))
    if aside["kind"] in OVERLAID:
        return ask_again(route, given, snapshot, aside["key"], shared)
    return _ask_aside(route, given, snapshot, shared)


def ask_again(route: Route, given: Mapping[str, Value], snapshot: Snapshot, key: str, shared: Shared) -> Asking:
    """A question out of its turn: as it was asked, with the answer it had as its proposal."""
    asking = ask(route.flow, key, facts_of(route, given, _up_to(snapshot, key)), shared)
    return _with_answer(asking, snapshot.answers.get(key))


def _with_answer(asking: Asking, reply: Reply | None) -> Asking:
    """A question asked again shows the answer it had as its proposal."""
    if reply is None or reply.state != "answered":
        return asking
    held = reply.value if isinstance(reply.value, dict) else {}
    fields = tuple(
        replace(line, filled=held[line.id], told=line.id not in reply.filled) if line.id in held else line
        for line in asking.fields
    )
    return replace(asking, filled=reply.value, fields=fields)


def _up_to(snapshot: Snapshot, key: str) -> Snapshot:
    """The snapshot as it was when this key was asked, so that a question asked again sees no later answer."""
    if key not in snapshot.path:
        return snapshot
    return snapshot._replace(path=snapshot.path[: snapshot.path.index(key)])


def _ask_aside(route: Route, given: Mapping[str, Value], snapshot: Snapshot, shared: Shared) -> Asking:
    assert snapshot.aside is not None  # noqa: S101 - the caller looked
    kind = snapshot.aside["kind"]
    aside = shared.asides[kind]
    words = Words(title=aside.title, body=aside.body)
    yes_no = {choice.id for choice in aside.choices} == {"yes", "no"}
    question = Question(id=kind, kind="yes_no" if yes_no else "one_of", words=words, next=(Rule(go=kind),))
    facts = facts_of(route, given, snapshot)
    fixed = tuple(Option(choice.id, choice.label, choice.also, move=choice.move) for choice in aside.choices)
    return Asking(f"aside:{kind}", question, facts, (*_aside_options(route, snapshot, facts, shared), *fixed))


def _aside_options(route: Route, snapshot: Snapshot, facts: Facts, shared: Shared) -> tuple[Option, ...]:
    """What an aside offers beside its fixed choices: lines or answers to change, people of one name."""
    aside = snapshot.aside or {}
    if aside["kind"] == "which":
        return tuple(Option(person, Text(ja="", en=""), person=True) for person in aside["people"])
    if aside["kind"] == "pick_line":
        return tuple(
            Option(line.key, Text(ja=_plain(line.label, "ja"), en=_plain(line.label, "en")))
            for line in read_lines(facts, aside["shows"])
        )
    if aside["kind"] == "pick_answer":
        titles = [(key, ask(route.flow, key, facts, shared).question.words) for key in snapshot.path[-9:]]
        return tuple(Option(key, words.noun or words.again or words.title) for key, words in titles)
    return ()


def _plain(label: Value, language: str) -> str:
    return str(label[language]) if isinstance(label, dict) and "ja" in label else str(label)
