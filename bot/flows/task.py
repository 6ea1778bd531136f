"""What somebody is asked to do, and what they say of it: done, later, cannot, not mine. Nothing of what it is for.

Pure. Nothing follows before the end, so that every answer can be taken back until then.
"""

from collections.abc import Mapping
from typing import Any

from bot.conclusions import AnswerTask, Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.model import UNANSWERED, Value
from bot.engine.position import Conclude
from bot.flows.case import name_outside, name_task, read_case, read_instant, tell_day, tell_outside, tell_task

SAID = {"done": "done", "later": "later", "cannot": "cannot", "other": "other"}
NOBODY = "nobody"


def list_asked(facts: Facts) -> dict[str, Mapping[str, Any]]:
    return {str(one["id"]): one for one in read_case(facts).get("asked") or ()}


def find_this(facts: Facts) -> Mapping[str, Any]:
    """The task a question is about."""
    this = facts["this"] or next((facts[name] for name in NEXT if facts[name]), "")
    return list_asked(facts).get(str(this), {})


def _find_next(facts: Facts, question: str, *after: str) -> str:
    """The first task that needs this question and was not asked it; empty where there is none."""
    told, said = facts[question] or {}, facts["state"] or {}
    return next((key for key in list_asked(facts) if key not in told and (not after or said.get(key) in after)), "")


NEXT: Mapping[str, Derive] = {
    "next_note": lambda facts: _find_next(facts, "note", "done", "cannot"),
    "next_when": lambda facts: _find_next(facts, "when", "later"),
    "next_who": lambda facts: _find_next(facts, "who", "other"),
    "next_task": lambda facts: _find_next(facts, "state"),
}


def answer(facts: Facts, _: str) -> list[Conclusion]:
    """What was said of each task; of one left open nothing."""
    return [_answer_one(facts, key) for key in list_asked(facts) if (facts["state"] or {}).get(key) in SAID]


def _answer_one(facts: Facts, key: str) -> AnswerTask:
    told = {name: _known((facts[name] or {}).get(key)) for name in ("note", "when", "who")}
    said = str(facts["state"][key])
    owner = told["who"] if told["who"] != NOBODY else None
    return AnswerTask(key, said, told["note"] or "", told["when"], owner)


def _known(value: Value) -> Any:
    return None if value in UNANSWERED else value


def derive_name(facts: Facts) -> Value:
    this = find_this(facts)
    tell = name_outside if this.get("outside") else name_task
    return tell(facts, this) if this else ""


def derive_does(facts: Facts) -> Value:
    this = find_this(facts)
    tell = tell_outside if this.get("outside") else tell_task
    return tell(facts, this) if this else ""


def derive_due_line(facts: Facts) -> Value:
    at = read_instant(facts, find_this(facts).get("due_at"))
    return {"message": "due_line", "value": tell_day(at), "other": f"{at:%H:%M}"} if at else ""


DERIVED: Mapping[str, Derive] = {
    **NEXT,
    "count": lambda facts: len(list_asked(facts)),
    "left": lambda facts: len(list_asked(facts)) - len(facts["state"] or {}),
    "name": derive_name,
    "does": derive_does,
    "due_line": derive_due_line,
    "says_any": lambda facts: "yes" if answer(facts, "") else "no",
}
CONCLUSIONS: Mapping[str, Conclude] = {"answer": answer}
