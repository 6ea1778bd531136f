"""A case as the flows about it read it: what was reported, the items, where evidence lies, what is owed by when.

Pure. Everything of a case stands under one given name; before it is prepared, or once it was forgotten, there is
nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.conclusions import BeginInterview, Conclusion
from bot.engine.facts import Derive, Facts
from bot.engine.lexicon import fold
from bot.engine.model import UNANSWERED, Value
from bot.engine.moments import read_moment
from bot.engine.reading import Reading, Refused
from bot.handbook.deadlines import DUE, MAYBE, Deadline, Left, count_down, find_deadlines, is_likely, to_case
from bot.handbook.evidence import Held, Source, Stand, Suspicion, find_sources
from bot.handbook.incident import Response, read_response
from bot.handbook.measures import COMPANY, LEAKERS, read_measures

UNKNOWN_FORMS = frozenset({"paper", "electronic"})  # in which something may be of which nothing is known
DAYS_BACK = {"today": 0, "days": 7}  # before it was noticed, when it may have begun: the earliest that is meant
NAMED = 70  # least rapidfuzz partial ratio (0-100) at which a few words name a task
NEAR = 72  # hours within which a deadline that falls on an hour is counted down in hours
FAR = timedelta(days=183)  # a day without its year is not meant to lie further back
OF_TRACE, OF_STOP, OWN = "trace-", "stop-", "own"  # how tasks are called that the catalogue has not as such
TABLES = {OF_TRACE: "traces", OF_STOP: "stops"}  # of content, by how the task begins


def read_case(facts: Facts) -> Mapping[str, Any]:
    """What is given of the case; nothing before it is prepared."""
    known: Mapping[str, Any] = facts["case"] or {}
    return known


def read_known(facts: Facts) -> Mapping[str, Any]:
    """What stands in the case as a fact."""
    known: Mapping[str, Any] = read_case(facts).get("facts") or {}
    return known


def read_told(facts: Facts) -> Mapping[str, Any]:
    """The handbook's words about leaks."""
    told: Mapping[str, Any] = facts.catalogue["incident"]
    return told


def read_handbook(facts: Facts) -> Response:
    return read_response(read_told(facts))


def read_mover(facts: Facts) -> str:
    report = read_case(facts).get("report") or {}
    return str(report.get("mover") or "unknown")


def me(facts: Facts) -> str:
    return str(facts["me"]["person"])


def list_chosen(value: Value) -> list[Any]:
    """The ids of an answer with several, without what means none of them."""
    return [one for one in value if one != "none"] if isinstance(value, list) else []


def go_on(facts: Facts, _: str) -> list[Conclusion]:
    """What follows in the case is asked from the record as it is then."""
    case = read_case(facts).get("id")
    return [BeginInterview("course", me(facts), case, {}, queued=True)] if case else []


# -- instants ----------------------------------------------------------------------------------------------------------


def read_instant(facts: Facts, at: str | None) -> datetime | None:
    """An ISO instant where the person is."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(facts["timezone"] or "UTC")) if at else None


def read_aware(facts: Facts) -> datetime | None:
    """When it became known, as it stands or as it was put right in this interview."""
    told = facts["aware_fix"]
    if isinstance(told, dict) and "on" in told:
        return datetime.fromisoformat(f"{told['on']}T{told['time']}").replace(
            tzinfo=ZoneInfo(facts["timezone"] or "UTC")
        )
    return read_instant(facts, read_known(facts).get("aware_at"))


def tell_day(at: datetime | date | None) -> Value:
    return {"on": (at.date() if isinstance(at, datetime) else at).isoformat()} if at else ""


def read_past(said: str, facts: Facts, reading: Reading) -> Value:
    """A day that was, perhaps with its time: `11/16 14:30`, yesterday. Without a time it is the day's beginning; what
    lies far back has to be said with its year."""
    moment = read_moment(said, reading.today, reading.dates) if reading.dates else None
    now = read_instant(facts, read_case(facts).get("now"))
    if moment is None or (reading.today - moment.day > FAR and str(moment.day.year) not in said):
        return Refused("not_a_date")
    at = f"{moment.day.isoformat()}T{moment.time or '00:00'}"
    if now and datetime.fromisoformat(at).replace(tzinfo=now.tzinfo) > now:
        return Refused("not_a_date")
    return {"on": moment.day.isoformat(), "time": at[-5:]}


# -- the items, and where evidence lies --------------------------------------------------------------------------------


def list_items(facts: Facts) -> list[Mapping[str, Any]]:
    """The items the case is about, as far as that was said."""
    chosen = facts["items"] if isinstance(facts["items"], list) else read_known(facts).get("items") or []
    return [one for one in read_case(facts).get("items") or () if one["id"] in chosen]


def name_item(one: Mapping[str, Any]) -> dict[str, str]:
    return {"ja": one["name"], "en": one["name_en"]}


def list_sources(facts: Facts) -> list[Source]:
    """Where evidence should lie, what vanishes first; of an item nobody named what there usually is."""
    items = list_items(facts)
    held = [Held(one["id"], one["department"], frozenset(one["forms"])) for one in items]
    held = held or [Held("", "", UNKNOWN_FORMS)]
    near = items or [one for one in read_case(facts).get("items") or ()]
    stands = {(one["place"], one["measure"]): _to_stand(one) for item in near for one in item["measures"]}
    there = [one for one in stands.values() if items or one.place == COMPANY]
    now = read_instant(facts, read_case(facts).get("now"))
    if now is None:
        return []
    catalogue = read_measures(facts.catalogue["measures"])
    return find_sources(read_handbook(facts).traces, catalogue, held, there, read_suspicion(facts), now)


def _to_stand(one: Mapping[str, Any]) -> Stand:
    said_at = datetime.fromisoformat(one["said_at"])
    return Stand(one["place"], one["measure"], one["state"], one["owner"], one["kept_days"], said_at)


def read_suspicion(facts: Facts) -> Suspicion:
    aware, mover = read_aware(facts), read_mover(facts)
    when = (read_case(facts).get("report") or {}).get("when")
    began = aware - timedelta(days=DAYS_BACK[when]) if aware and when in DAYS_BACK else None
    return Suspicion(began, mover if mover in LEAKERS else None)


# -- tasks -------------------------------------------------------------------------------------------------------------


def _find_told(facts: Facts, task: str) -> Mapping[str, Any]:
    """What content has of a task; nothing of the team's own."""
    told = read_told(facts)
    table = next((name for prefix, name in TABLES.items() if task.startswith(prefix)), "tasks")
    found: Mapping[str, Any] = told[table].get(task.removeprefix(OF_TRACE).removeprefix(OF_STOP), {})
    return found


def name_task(facts: Facts, one: Mapping[str, Any]) -> Value:
    """A task as those call it who are in the case."""
    task = str(one["task"])
    found = _find_told(facts, task)
    if task == OWN or not found:
        return str(one.get("words") or "")
    return {"message": "task_trace", "value": found["name"]} if task.startswith(OF_TRACE) else found["name"]


def tell_task(facts: Facts, one: Mapping[str, Any]) -> Value:
    """What to do, in the task's own words."""
    found = _find_told(facts, str(one["task"]))
    return found.get("take") or found.get("does") or ""


def name_outside(facts: Facts, one: Mapping[str, Any]) -> Value:
    """A task as somebody reads it who is not in the case, which tells of no leak: in words that content has for them,
    in the team's own as the team wrote them, or only that there is something."""
    task = str(one["task"])
    if task == OWN:
        return str(one.get("words") or "")
    return _find_told(facts, task).get("outside") or {"message": "outside_name"}


def tell_outside(facts: Facts, one: Mapping[str, Any]) -> Value:
    """That the rest is told them by whoever asks, where the words alone are not enough to go by."""
    task = str(one["task"])
    is_whole = task == OWN or (not task.startswith(OF_STOP) and "outside" in _find_told(facts, task))
    return "" if is_whole else {"message": "outside_does"}


def list_open(facts: Facts) -> list[Mapping[str, Any]]:
    return [one for one in read_case(facts).get("tasks") or () if one["state"] == "open"]


def match_tasks(facts: Facts, said: str) -> list[str]:
    """The open tasks that a few words name, by id; none where they name none."""
    found = []
    for one in list_open(facts) if said else ():
        name = name_task(facts, one)
        texts = name.get("value", name) if isinstance(name, dict) else name
        names = texts.values() if isinstance(texts, dict) else [texts]
        if any(fuzz.partial_ratio(fold(said), fold(str(text))) >= NAMED for text in names):
            found.append(str(one["id"]))
    return found


def count_hours(facts: Facts, more: int) -> int:
    """So many hours from now, counted from the beginning of the case as tasks are."""
    aware, now = read_aware(facts), read_instant(facts, read_case(facts).get("now"))
    return more + max(0, int((now - aware).total_seconds() // 3600)) if aware and now else more


# -- deadlines ---------------------------------------------------------------------------------------------------------


def read_answers(facts: Facts) -> dict[str, Any]:
    """What is known of the facts that deadlines rest on: as it stands in the case, then as it was just said."""
    told = dict(read_known(facts).get("answers") or {})
    for form in ("legal", "harm", "missing"):
        said = facts[form] if isinstance(facts[form], dict) else {}
        told |= {name: value for name, value in said.items() if value not in UNANSWERED}
    return told


def list_deadlines(facts: Facts) -> list[Deadline]:
    """What is owed, or may be, the soonest first."""
    aware = read_aware(facts)
    if aware is None:
        return []
    said: dict[str, Any] = {"aware_at": aware.isoformat(), "answers": read_answers(facts)}
    said |= {"term": facts["term"]} if isinstance(facts["term"], int) else {}
    case = to_case({**read_known(facts), **said}, facts["timezone"] or "UTC")
    return [one for one in find_deadlines(read_handbook(facts), case) if one.state in (DUE, MAYBE)]


def tell_deadlines(facts: Facts) -> list[Value]:
    """Each deadline that has a time in one line: by when, how long that is, and what is not known yet."""
    now = read_instant(facts, read_case(facts).get("now"))
    return [_tell_deadline(facts, one, now) for one in list_deadlines(facts) if one.due_at and now]


def _tell_deadline(facts: Facts, one: Deadline, now: datetime) -> Value:
    line = {
        "message": "deadline",
        "value": read_told(facts)["clocks"][one.clock]["name"],
        "other": _tell_by(facts, one, now),
    }
    return _tell_missing(facts, one, line)


def list_owed(facts: Facts) -> list[dict[str, Any]]:
    """Everything that is owed, or may be: what has a time by when, and of the rest what is known to apply, how soon."""
    now, handbook = read_instant(facts, read_case(facts).get("now")), read_handbook(facts)
    clocks, lines = read_told(facts)["clocks"], []
    for one in list_deadlines(facts) if now else ():
        if one.due_at and now:
            lines.append((one, _tell_missing(facts, one, _tell_by(facts, one, now))))
        elif is_likely(handbook, one):
            lines.append((one, clocks[one.clock]["when"]))
    return [{"key": one.id, "label": clocks[one.clock]["name"], "note": note} for one, note in lines]


def _tell_missing(facts: Facts, one: Deadline, line: Value) -> Value:
    told = read_told(facts)["facts"]
    missing = [told[name]["name"] for name in one.missing if name in told]
    return {"message": "deadline_missing", "value": line, "other": missing[:2]} if missing else line


def _tell_by(facts: Facts, one: Deadline, now: datetime) -> Value:
    by = {"value": _tell_until(facts, one), "other": _tell_left(one, count_down(one, now))}
    return {"message": "until_left" if one.state == DUE else "until_if", **by}


def _tell_until(facts: Facts, one: Deadline) -> Value:
    """A day, from the first on which it may be asked for; where hours are counted, the very minute."""
    opens, due = (read_instant(facts, at.isoformat()) if at else None for at in (one.from_at, one.due_at))
    if one.last_day is None:
        return {"message": "by_time", "value": tell_day(due), "other": f"{due:%H:%M}"} if due else ""
    last = tell_day(one.last_day)
    return {"message": "by_window", "value": tell_day(opens), "other": last} if opens else last


def _tell_left(one: Deadline, left: Left | None) -> Value:
    """How long that is; in hours where hours are counted and it is near."""
    if left is None or left.is_over:
        return {"message": "left_over"}
    hours = left.days * 24 + left.hours
    if left.days and (one.last_day or hours >= NEAR):
        return {"message": "left_days", "value": left.days}
    return {"message": "left_hours", "value": hours} if hours else {"message": "left_soon"}


def list_missing(facts: Facts) -> list[str]:
    """The facts that would settle what is owed, those of the soonest deadline first."""
    known = read_told(facts)["facts"]
    named = [name for one in list_deadlines(facts) for name in one.missing if name in known]
    return list(dict.fromkeys(named))


def take_nth(name: str, place: int) -> Derive:
    """The line at this place of a derived list; nothing where it is not so long."""

    def derive(facts: Facts) -> Value:
        lines: Sequence[Value] = facts[name] or ()
        return lines[place] if place < len(lines) else ""

    return derive


def list_dont(facts: Facts) -> Iterator[Value]:
    """What not to do in the first hour."""
    told = read_told(facts)["evidence_dont"]
    return (told[name]["first_hour"] for name in read_handbook(facts).first_hour)
