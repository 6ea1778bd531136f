"""A conversation as a test writes it: what a person does, and what came of it.

Pure: one `take_turn` an event, no database, no platform. What the store and the shell do around a turn is done here in
their simplest form: the guard looks first, a key seen before changes nothing, a prompt shown is one delivered.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.computations import COMPUTATIONS
from bot.conclusions import Compute, Conclusion
from bot.engine.dates import DateWords
from bot.engine.facts import Facts
from bot.engine.interview import Interview, Recorded, Turn
from bot.engine.lexicon import Shared, clean
from bot.engine.loader import Content, load_content
from bot.engine.model import Flow, Text, Value
from bot.engine.notices import to_notices
from bot.engine.position import Reply, Route, Snapshot, facts_of, start
from bot.engine.speaking import Speaker, to_prompt
from bot.engine.turn import take_turn
from bot.engine.words import Names
from bot.events import Body, ColleagueAnswered, Computed, Event, Known, Left, Opened, Pressed, Said, Stopped, Submitted
from bot.flows import build_route
from bot.guard import Lexicon, inspect
from bot.prompts import Prompt
from tests.cast import CAST, IDS, PEOPLE
from tests.given import (
    ADDITION,
    BUNDLE,
    CAMPAIGN,
    CONFIRM,
    COUNTED,
    EVIDENCE,
    HANDOFF,
    LATER,
    MEASURES,
    PLAN,
    RECHECK,
    REPORT,
    RESPONSE,
    ROUND,
    SAME,
    SHORT,
    SUCCESSOR,
    TASK,
    TELLING,
    UPKEEP,
)

CONTENT = Path(__file__).resolve().parent.parent / "content"
MONDAY = datetime(2026, 11, 9, 7, 40, tzinfo=UTC)  # 16:40 in Tokyo
A_WHILE = timedelta(seconds=20)

COMPANY = {"name": Text(ja="試しの会社", en="Try Co."), "retention": Text(ja="5年", en="five years")}
NAMES = Names(PEOPLE, COMPANY, "terminal")
FACTORY = {"id": "d1", "name": {"ja": "製造部", "en": "Manufacturing"}, "field": "manufacturing"}
LEDGER: Mapping[str, Value] = {
    "columns": [
        {"id": "c0", "letter": "A", "head": "管理番号", "samples": ["A-001", "A-002"], "values": []},
        {"id": "c1", "letter": "B", "head": "情報資産名", "samples": ["プレス条件表", "金型図面"], "values": []},
        {"id": "c2", "letter": "C", "head": "所管部署", "samples": ["製造部", "設計部"], "values": []},
        {"id": "c3", "letter": "D", "head": "管理責任者", "samples": ["佐藤", "伊藤"], "values": []},
        {"id": "c4", "letter": "E", "head": "機密区分", "samples": ["極秘", "A"], "values": ["極秘", "秘", "A"]},
        {"id": "c5", "letter": "F", "head": "保管場所", "samples": ["現場書庫", "共有サーバ"], "values": []},
        {"id": "c6", "letter": "G", "head": "ランク", "samples": ["高", "低"], "values": ["高", "低"]},
    ],
    "departments": [{"id": "d1", "ja": "製造部", "en": "Manufacturing"}, {"id": "d2", "ja": "設計部", "en": "Design"}],
    "reach": "all",
    "own": "d1",
}
JUDGED: Mapping[str, Value] = {
    "id": "x",
    "name": "P-3ライン加工条件表",
    "name_en": "Line P-3 settings sheet",
    "level": 3,
    "proposed": 2,
    "revision": 2,
    "reasons": ["economic", "nonpublic"],
    "overruled": {"reason": "核心なので"},
}
REVIEW: Mapping[str, Value] = {
    "cards": [{"id": "x", "name": "P-3ライン加工条件表", "level": 3, "department": FACTORY["name"]}],
    "count": 1,
    "minutes_left": 4,
}
DECISION: Mapping[str, Value] = {
    "department": FACTORY,
    "item": JUDGED,
    "proposer": {"person": IDS["sato"]},
    "place": 1,
    "of": 7,
    "minutes_left": 8,
    "last": "no",
    "due": "2026-11-19",
}
GIVEN: Mapping[str, Mapping[str, Value]] = {
    "inventory": {
        "manager": {"person": IDS["takahashi"]},
        "department": FACTORY,
        "experts": {"finance": [IDS["kobayashi"]], "quality": [IDS["mori"]]},
        "salt": "salt",
    },
    "colleague": {
        "asker": {"person": IDS["suzuki"]},
        "department": FACTORY,
        "item": {"ja": "歩留まり", "en": "Yield"},
        "origin": {"interview": "another", "key": "colleague_says@abc"},
    },
    "evaluation": {
        "manager": {"person": IDS["takahashi"]},
        "department": FACTORY,
        "item": {
            "id": "x",
            "name": "P-3ライン加工条件表",
            "name_en": "Line P-3 settings sheet",
            "technical": "yes",
            "entrusted": "no",
            "forms": ["paper", "electronic", "knowhow"],
            "owner": IDS["sato"],
        },
        "turn": 1,
        "of": 6,
        "experts": [IDS["mori"]],
    },
    "ledger": LEDGER,
    "measures": MEASURES,
    "review": REVIEW,
    "decision": DECISION,
    "recheck": RECHECK,
    "plan": PLAN,
    "confirm": CONFIRM,
    "evidence": EVIDENCE,
    **SHORT,
    "bundle": BUNDLE,
    "same": SAME,
    "upkeep": UPKEEP,
    "report": REPORT,
    "response": RESPONSE,
    "course": LATER,
    "task": TASK,
    "closing": LATER,
    "telling": TELLING,
    "addition": ADDITION,
    "handoff": HANDOFF,
    "round": ROUND,
    "campaign": CAMPAIGN,
    "successor": SUCCESSOR,
    "company": {"missing": ["retention", "desk_phone", "outside_contact", "approved_services", "lawyer"]},
}


@cache
def content() -> Content:
    return load_content([CONTENT])


@cache
def lexicon() -> Lexicon:
    return Lexicon(**_tuples(content().guard))


@cache
def dates() -> DateWords:
    return DateWords(**_tuples(content().dates))


def shared() -> Shared:
    return content().shared


def _tuples(lists: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in lists.items()}


def find_known(text: str) -> tuple[Known, ...]:
    """The people whose family name or address occurs in the text, as the shell finds them before a turn."""
    folded = text.casefold()
    found = []
    for who, (family, family_en, first, first_en, *_) in CAST.items():
        if family in text or family_en.casefold() in folded or who in folded:
            names = (family, f"{family} {first}", family + first, family_en, f"{first_en} {family_en}")
            found.append(Known(IDS[who], (*names, f"{who}@example.jp", who)))
    return tuple(found)


def screen(body: Body) -> Body:
    """The guard's look at what was typed, as the shell has it done before a turn."""
    fields = [body.text] if isinstance(body, Said) else []
    if isinstance(body, Submitted):
        fields = [text for value in body.fields.values() for text in (value if isinstance(value, list) else [value])]
    found = next(filter(None, (inspect(text, lexicon()) for text in fields)), None)
    return Stopped(found.kind, found.lines, found.characters) if found else body


def work_out(asked: Compute) -> Value:
    """What the shell works out of plain values alone; whatever needs a record finds nothing there."""
    routes = {"measures": to_route("measures")}
    reader: Any = None
    if asked.what == "campaign":
        return COUNTED
    return COMPUTATIONS[asked.what](reader, routes, asked.given) if asked.what == "suggestion" else []


def to_route(flow: str | Flow | Route) -> Route:
    if isinstance(flow, Route):
        return flow
    return build_route(content().flows[flow] if isinstance(flow, str) else flow)


class Chat:
    """One person's interview. Every method that does something hands in one event and returns the chat."""

    def __init__(
        self, flow: str | Flow | Route = "inventory", language: str = "ja", given: Mapping[str, Value] | None = None
    ) -> None:
        self.route = to_route(flow)
        self.now = MONDAY
        self.works_out = False  # as the shell does beside the lane, at once
        self.knows_shown = True  # as a terminal, which knows on which question a text was typed
        self.turn: Turn | None = None
        self.turns: list[Turn] = []
        self.recorded: list[Recorded] = []
        self.conclusions: list[Conclusion] = []
        self.events: list[Event] = []
        self._seen: set[str] = set()
        about = {"interview": "i1", "me": {"person": IDS["sato"]}, "timezone": "Asia/Tokyo"}
        given = {**about, **GIVEN.get(self.route.flow.id, {}), **(given or {})}
        snapshot = start(self.route, given)
        digest = self.route.flow.digest
        interview = Interview("i1", IDS["sato"], self.route.flow.id, digest, language, "open", 0, given, snapshot)
        self.interview = interview
        self.last_prompt: Prompt | None = None
        self._show()

    # -- what a person does --------------------------------------------------------------------------------------------

    def say(self, *texts: str) -> "Chat":
        """Type these, one message each."""
        for text in texts:
            kept, removed = clean(text)
            self._take(Said(kept, removed))
        return self

    paste = say  # the guard does not ask how a text came into the field, so neither do we

    def choose(self, choice: str, on: Prompt | None = None) -> "Chat":
        """Press a button of the prompt before the person, or of an older one."""
        prompt = on or self.last_prompt
        assert prompt is not None, "there is nothing to press"
        return self._take(Pressed(prompt.question, prompt.revision, choice))

    def submit(self, fields: Mapping[str, Any]) -> "Chat":
        return self._take(Submitted(fields))

    def late(self, text: str, on: Prompt | None = None) -> "Chat":
        """A message typed before the prompt now shown had arrived; a surface may know on which one (`on`)."""
        if on is not None:
            return self._take(Said(text), shown=on.question)
        delivered = self.interview.prompted_at or self.now
        return self._take(Said(text), occurred_at=delivered - timedelta(seconds=1), shown=None)

    def again(self) -> "Chat":
        """The last event delivered once more, under the same key."""
        return self._hand_in(self.events[-1])

    def open(self, language: str | None = None) -> "Chat":
        return self._take(Opened(language))

    def leave(self) -> "Chat":
        return self._take(Left())

    def advance(self, **time: float) -> "Chat":
        """Let time pass, e.g. `advance(days=2)`."""
        self.now += timedelta(**time)
        return self

    def hear(self, colleague: str, key: str, value: Value) -> "Chat":
        """A colleague's answer comes back for a standing question."""
        return self._take(ColleagueAnswered(key, value, IDS[colleague]), person=IDS[colleague])

    def compute(self, value: Value = None, place: int = -1) -> "Chat":
        """What the interview had worked out comes back: the last thing it asked for, or an earlier one."""
        return self._take(Computed(self.awaited[place].key, value), person="")

    def publish(self, route: Route) -> "Chat":
        """A new version of the flow is published; the interview moves to it at its next turn."""
        self.route = route
        return self

    # -- what came of it -----------------------------------------------------------------------------------------------

    @property
    def position(self) -> str:
        return self.interview.snapshot.position

    @property
    def asked(self) -> str | None:
        """The key of the question before the person, also where it is a small one of the engine's own."""
        return self.last_prompt.question if self.last_prompt else None

    @property
    def status(self) -> str:
        return self.interview.status

    @property
    def awaited(self) -> list[Compute]:
        """What it asked to have worked out, so far."""
        return [one for one in self.conclusions if isinstance(one, Compute)]

    @property
    def waits(self) -> bool:
        """Whether the question before the person only waits for something to be worked out."""
        asked = self.route.flow.questions.get((self.asked or "").partition("@")[0])
        return asked is not None and asked.awaits is not None

    @property
    def ended(self) -> str | None:
        """The outcome, once there is one."""
        return self.position[1:] if self.status == "done" else None

    @property
    def says(self) -> list[str]:
        return [say.notice for say in self.turn.says] if self.turn else []

    @property
    def notices(self) -> list[str]:
        return to_notices(self.speaker(), self.turn.says) if self.turn else []

    @property
    def facts(self) -> Facts:
        return facts_of(self.route, self.interview.given, self.interview.snapshot)

    def answer(self, key: str) -> Value:
        """The value that now stands as the answer, or the state of one that has none."""
        known = self.interview.snapshot.answers.get(key)
        return known.fact if known else None

    @property
    def choices(self) -> list[str]:
        return [choice.id for choice in self.last_prompt.choices] if self.last_prompt else []

    def speaker(self, language: str | None = None) -> Speaker:
        interview = self.interview._replace(language=language or self.interview.language)
        return Speaker(self.route, interview, shared(), NAMES)

    # -- the shell in small --------------------------------------------------------------------------------------------

    def _take(self, body: Body, **how: Any) -> "Chat":
        self.now += A_WHILE
        body = screen(body)
        usual = {
            "person": IDS["sato"],
            "occurred_at": self.now,
            "shown": self.asked if self.knows_shown else None,
            "people": find_known(_text_of(body)),
        }
        return self._hand_in(Event(f"e{len(self.events)}", "i1", surface="terminal", body=body, **{**usual, **how}))

    def _hand_in(self, event: Event) -> "Chat":
        if event.key in self._seen:
            return self
        self._seen.add(event.key)
        self.events.append(event)
        self.turn = take_turn(self.route, self.interview, event, self.now, shared(), dates())
        self.turns.append(self.turn)
        self.interview = _kept(self.turn.interview)
        self.recorded = [] if self.turn.erased else [*self.recorded, *self.turn.recorded]
        self.conclusions += self.turn.conclusions
        if self.works_out and (asked := [one for one in self.turn.conclusions if isinstance(one, Compute)]):
            taken = self.turn
            self.compute(work_out(asked[-1]))
            self.turn = taken  # what came of it is what the person did, not that it was worked out
        self._show()
        return self

    def _show(self) -> None:
        self.now += timedelta(seconds=1)
        self.last_prompt = to_prompt(self.speaker()) if self.status == "open" else None
        if self.last_prompt:
            self.interview = self.interview._replace(prompted_at=self.now)


def _kept(interview: Interview) -> Interview:
    """The interview as it comes back from the store, where it lies as JSON."""
    position, path, answers, aside = json.loads(json.dumps(interview.snapshot))
    replies = {key: Reply(state, value, tuple(filled)) for key, (state, value, filled) in answers.items()}
    given = json.loads(json.dumps(interview.given))
    return interview._replace(given=given, snapshot=Snapshot(position, tuple(path), replies, aside))


def _text_of(body: Body) -> str:
    if isinstance(body, Said):
        return body.text
    return " ".join(map(str, body.fields.values())) if isinstance(body, Submitted) else ""
