"""Every line of every cases.yaml is one test: the replies are typed, and the interview ends where the case says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bootstrap import build_inspect
from bot.conclusions import Compute
from bot.conversation import screen
from bot.engine.dates import DateWords
from bot.engine.interview import Interview
from bot.engine.lexicon import clean
from bot.engine.loader import Case
from bot.engine.notices import to_notices
from bot.engine.position import start
from bot.engine.speaking import Speaker, to_prompt
from bot.engine.turn import take_turn
from bot.engine.words import Names
from bot.events import Computed, Event, Known, Said
from bot.flows import build_route
from tests.chat import GIVEN as PLAYED
from tests.chat import MEASURES, SUCCESSOR, content, work_out

CONTENT = content()
INSPECT = build_inspect(CONTENT)
DATES = DateWords(**CONTENT.dates)
NOW = datetime(2026, 11, 9, 7, 40, tzinfo=UTC)
CASES = [(flow, case) for flow, cases in CONTENT.cases.items() for case in cases]
DEPARTMENT = {"id": "d", "name": {"ja": "製造部", "en": "Manufacturing"}, "field": "manufacturing"}
GIVEN: dict[str, Mapping[str, Any]] = {  # where these examples are about other people than the chats of tests
    **PLAYED,
    "inventory": {
        "department": DEPARTMENT,
        "manager": {"person": "manager"},
        "experts": {"finance": ["kobayashi"], "quality": ["mori"]},
    },
    "colleague": {
        "asker": {"person": "asker"},
        "department": DEPARTMENT,
        "item": "歩留まり・原価",
        "origin": {"interview": "asked", "key": "colleague_says@k"},
    },
    "company": {"missing": ["retention"]},
    "evaluation": {
        "department": DEPARTMENT,
        "manager": {"person": "manager"},
        "item": {
            "id": "x",
            "name": "P-3ライン加工条件表",
            "name_en": "Line P-3 settings sheet",
            "technical": "yes",
            "entrusted": "no",
            "forms": ["paper", "electronic", "knowhow"],
            "owner": "me",
        },
        "turn": 1,
        "of": 6,
        "experts": ["mori"],
    },
    "measures": {
        **MEASURES,
        "people": {
            **{kind: ["takahashi"] for kind in ("legal", "hr", "it", "general_affairs", "management")},
            "business": ["me"],
        },
    },
    "successor": {**SUCCESSOR, "who": {"person": "sato"}},
}


def play(flow_id: str, case: Case) -> tuple[Interview, list[str]]:
    """The interview after all replies, and the kinds of conclusions drawn on the way."""
    route = build_route(CONTENT.flows[flow_id])
    given = {"interview": "i", "me": {"person": "me"}, "salt": "s", **GIVEN[flow_id], **case.given}
    interview = Interview("i", "me", flow_id, route.flow.digest, case.language, "open", 0, given, start(route, given))
    people = tuple(Known(person, tuple(names)) for person, names in case.people.items())
    concluded: list[str] = []
    for number, typed in enumerate(case.says):
        body = screen(Said(*clean(typed)), INSPECT)
        turn = take_turn(
            route,
            interview,
            Event(str(number), "i", "me", "terminal", NOW, body, "", people),
            NOW,
            CONTENT.shared,
            DATES,
        )
        interview = turn.interview
        concluded += [type(one).__name__ for one in turn.conclusions]
        asked = turn
        while one := next((one for one in asked.conclusions if isinstance(one, Compute)), None):  # as the shell does
            found = Event(f"{number}:{one.key}", "i", "", "record", NOW, Computed(one.key, work_out(one)))
            asked = take_turn(route, interview, found, NOW, CONTENT.shared, DATES)
            interview = asked.interview
        speaker = Speaker(route, interview, CONTENT.shared, Names())
        shown = to_notices(speaker, turn.says) + ([repr(to_prompt(speaker))] if interview.status == "open" else [])
        assert not [text for text in shown if "{" in text and "}" in text], (typed, shown)
    return interview, concluded


@pytest.mark.parametrize(("flow_id", "case"), CASES, ids=lambda value: value if isinstance(value, str) else value.about)
def test_case_ends_where_it_says(flow_id: str, case: Case) -> None:
    """An example interview, typed as written, reaches its outcome and draws the conclusions it names."""
    interview, concluded = play(flow_id, case)
    assert interview.snapshot.position == f"={case.ends}", interview.snapshot
    assert set(case.concludes) <= set(concluded)


def test_each_outcome_has_a_case() -> None:
    """No published flow has an outcome that no example reaches."""
    for flow in CONTENT.flows.values():
        assert {case.ends for case in CONTENT.cases[flow.id]} == set(flow.outcomes)
