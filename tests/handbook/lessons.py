"""Made-up lessons and leak cases to choose from, and people to choose for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.engine.model import Text
from bot.handbook.awareness import Awareness, Check, LeakCase, Lesson, Option
from bot.handbook.grounds import Learner
from bot.handbook.spacing import Sent

SAID = Text(ja="-", en="-")  # nothing here rests on words
NOW = datetime(2026, 11, 18, 0, 40, tzinfo=UTC)  # Wednesday, 9:40 in Tokyo
LONG_GONE = NOW - timedelta(weeks=30)


def make_lesson(name: str, **told: Any) -> Lesson:
    """About marks, for every employee, with two forms of its check; but for what is told of it."""
    plain: dict[str, Any] = {
        **dict.fromkeys(("title", "message", "today"), SAID),
        **{"topic": "marking", "audience": "all", "objectives": {"C4"}, "leakers": {"employee"}},
        **{"handles": (), "triggers": {"monthly"}, "checks": (make_check("first"), make_check("second")), "source": ()},
    }
    values = {**plain, **told}
    return Lesson(id=name, **{**values, **to_sets(values, "objectives", "leakers", "handles", "triggers")})


def make_case(name: str, **told: Any) -> LeakCase:
    """A case of an employee, about media; but for what is told of it."""
    plain: dict[str, Any] = {
        **dict.fromkeys(("title", "story", "resembles", "today"), SAID),
        **{"topic": "media", "leakers": {"employee"}, "handles": (), "year": 2022, "status": "final", "source": ()},
    }
    values = {**plain, **told}
    return LeakCase(id=name, **{**values, **to_sets(values, "leakers", "handles")})


def to_sets(values: dict[str, Any], *names: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(values[name]) for name in names}


def make_check(name: str) -> Check:
    return Check(name, SAID, tuple(Option(option, SAID) for option in "abcd"), "b", SAID)


def gather(*subjects: Lesson | LeakCase) -> Awareness:
    lessons = {one.id: one for one in subjects if isinstance(one, Lesson)}
    cases = {one.id: one for one in subjects if isinstance(one, LeakCase)}
    return Awareness(lessons, cases, {}, {one.topic: SAID for one in subjects})


def make_learner(*history: Sent, **told: Any) -> Learner:
    """An employee whose department holds a drawing and a recipe; but for what is told of it."""
    plain = {"person": "nakamura", "handles": {"drawings": 1, "recipes": 1}, "groups": frozenset[str](), "thin": {}}
    return Learner(**{**plain, "history": history, **told})


def sent(name: str, at: datetime, grade: str = "none", form: str = "first") -> Sent:
    """As it was sent, and answered within a minute where it was."""
    return Sent(name, form, at, grade, None if grade == "none" else at + timedelta(minutes=1))
