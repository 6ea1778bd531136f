"""How far an interview is, honestly: parts done and minutes left by the time model of the flow's own figures."""

import math

from bot.engine.facts import Facts, split_key
from bot.engine.model import Question
from bot.engine.position import Route, Snapshot
from bot.prompts import Progress


def measure_progress(route: Route, snapshot: Snapshot, facts: Facts, shown: str | None = None) -> Progress:
    """Parts before the position's, all parts, and the minutes of what will still be asked (at least 1)."""
    questions = list(route.flow.questions.values())
    here = next((i for i, one in enumerate(questions) if one.id == split_key(snapshot.position)[0]), len(questions) - 1)
    seconds = _estimate(questions[here], facts)
    for question in questions[here + 1 :]:
        asked = route.asked_when.get(question.id)
        if not question.standing and question.id not in snapshot.answers and (asked is None or asked(facts)):
            seconds += _estimate(question, facts)
    part = route.flow.questions[split_key(shown)[0]].part if shown else questions[here].part
    return Progress(part - 1, route.flow.parts, max(1, math.ceil(seconds / 60)))


def _estimate(question: Question, facts: Facts) -> int:
    """The seconds of a question, as often as it is still asked."""
    return question.seconds * max(1, int(facts[question.times_from])) if question.times_from else question.seconds
