"""What an interview is given of a lesson, leak case or moment: the very words that are shown now, and why it comes.

Pure. The words are copied, so that an open interview stays as it was seen; their digest names the published version.
What a person may see of items and cover is decided elsewhere and comes in as names.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.engine.model import Text
from bot.handbook.awareness import FILES, Check, LeakCase, Lesson, Step, Told, find_digest, read_awareness
from bot.handbook.grounds import ASKED, CHANGED, HANDLES, MOMENT, RETURNS, THIN, UNHEARD, Reason
from bot.handbook.learning import CASE, Choice, order_options

PLAIN = {ASKED: "why_asked", MOMENT: "why_moment", RETURNS: "why_returns", CHANGED: "why_changed"}
PUBLISHED = "found:"  # how the tag of a published source begins


def to_given(parsed: Told, choice: Choice, names: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    """`parsed` are the files of content/awareness. `names` is how what the department has may be called before this
    person, by category, and under `thin` whether they may know of the cover; `here` how it stands with the company."""
    awareness = read_awareness(parsed)
    subject = awareness.cases[choice.id] if choice.kind == CASE else awareness.lessons[choice.id]
    return {
        "thing": choice.id,
        "kind": choice.kind,
        "form": choice.form,
        "digest": find_digest(parsed, choice.kind, choice.id),
        "status": subject.status if isinstance(subject, LeakCase) else "",
        "topic": _to_plain(awareness.topics[subject.topic]),
        "topic_id": subject.topic,
        "told": _tell_case(subject) if isinstance(subject, LeakCase) else _tell_lesson(subject, choice),
        "reasons": [told for one in choice.reasons if (told := _tell_reason(one, names))],
        "here": dict(here) if choice.kind == CASE else {},
        **_tell_origins(parsed, CASE if choice.kind == CASE else "lesson", choice.id),
    }


def to_moment(
    parsed: Told, name: str, person: str, planner: str, days: tuple[date, date], is_for_all: bool = False
) -> dict[str, Any]:
    """A moment of working life for this person; `planner` is who said that it is theirs, or everybody's. `days` are
    today and the last on which it is of use."""
    today, last_day = days
    moment = read_awareness(parsed).moments[name]
    return {
        "thing": name,
        "digest": find_digest(parsed, "moment", name),
        "title": _to_plain(moment.title),
        "steps": [_tell_step(step, name, person) for step in moment.steps],
        "planner": planner,
        "last_day": last_day.isoformat(),
        "lasts": (last_day - today).days,
        "for_all": "yes" if is_for_all else "no",
        **_tell_origins(parsed, "moment", name),
    }


def _to_plain(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}


def _tell_lesson(lesson: Lesson, choice: Choice) -> dict[str, Any]:
    check = next(one for one in lesson.checks if one.id == choice.form)
    texts = {"message": lesson.message, "today": lesson.today, "question": check.question, "explain": check.explain}
    return {
        **{name: _to_plain(text) for name, text in texts.items()},
        "options": _order(check, choice),
        "right": check.right,
    }


def _tell_step(step: Step, moment: str, person: str) -> dict[str, Any]:
    told = {"id": step.id, "text": _to_plain(step.text)}
    if step.check is None:
        return told
    options = {one.id: one.text for one in step.check.options}
    order = order_options(step.check, person, moment, 0)
    return {
        **told,
        "question": _to_plain(step.check.question),
        "options": [{"id": one, **_to_plain(options[one])} for one in order],
        "right": step.check.right,
        "explain": _to_plain(step.check.explain),
    }


def _order(check: Check, choice: Choice) -> list[dict[str, str]]:
    """The options as this person sees them."""
    options = {one.id: one.text for one in check.options}
    return [{"id": name, **_to_plain(options[name])} for name in choice.options]


def _tell_case(case: LeakCase) -> dict[str, Any]:
    return {name: _to_plain(getattr(case, name)) for name in ("story", "resembles", "today")}


def _tell_origins(parsed: Told, kind: str, name: str) -> dict[str, Any]:
    """Where it is from, as far as a person should know, and whether it speaks of law."""
    file = parsed[FILES[kind]]
    written = file[FILES[kind]][name]
    sources = written["source"]
    titles = [file["sources"][tag.removeprefix(PUBLISHED)]["name"] for tag in sources if PUBLISHED in tag]
    return {
        "origins": [{"ja": one["ja"], "en": one["en"]} for one in titles],
        "outline": "yes" if "seed" in sources else "no",
        "ours": "yes" if "knowledge" in sources else "no",
        "general": str(written.get("seen") or file["seen"]) if written.get("general") == "yes" else "",
    }


# -- why it comes ------------------------------------------------------------------------------------------------------


def _tell_reason(reason: Reason, names: Mapping[str, Any]) -> dict[str, Any] | None:
    """A reason as a message of the flow with what it takes; None where it would say what this person may not see."""
    if reason.kind == HANDLES:
        known = next((names[one] for one in reason.values if one in names), None)
        return {"message": "why_handles", "value": known} if known else None
    if reason.kind == THIN:
        message = "why_thin" if names.get("thin") else "why_concerns"
        return {"message": message, "value": {"message": f"leaker_{reason.values[1]}"}}
    if reason.kind == UNHEARD:
        return {"message": "why_long_ago" if reason.values else "why_unheard"}
    return {"message": PLAIN[reason.kind]}
