"""What is asked, proposed and concluded about the protection of one class.

Pure: what the answers amount to is `measures_plan.py`, how that is told `measures_words.py`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.conclusions import Compute, Conclusion, PutMeasure, SettleClass, TellManager
from bot.engine.facts import Derive, Facts
from bot.engine.model import Value
from bot.engine.position import Conclude
from bot.flows import measures_findings, measures_map, measures_named, measures_origins, measures_words
from bot.flows.measures_plan import (
    QUESTIONS,
    Plan,
    find_fitting,
    find_plan,
    find_standing,
    find_unasked,
    list_about,
    list_lines,
    list_rest,
    list_said,
    list_suggested,
    list_unknown,
    list_unsure,
    name_briefly,
    name_inputs,
    name_plan,
    name_round,
    read_catalogue,
    read_class,
    read_plan,
    read_standing,
    read_suggestion,
    to_standing,
)
from bot.flows.measures_words import list_open, make_lines, name_measure, read_measure, stack, stack_squares
from bot.handbook.cover import find_cover, to_squares
from bot.handbook.measures import GROUPS, IN_PLACE
from bot.hours import add_working_days

MOST_DAYS = 4  # lines about records; of what is left out their owners are asked
# By when, by the work it takes; what is for next has at least as long as work of weeks. Our suggestion.
MONTHS = {"low": 1, "mid": 3, "high": 6}
MONTHS_NEXT = MONTHS["mid"]


# -- what is in place --------------------------------------------------------------------------------------------------


def has_more(facts: Facts, group: str) -> str:
    """Whether a checklist leaves something out."""
    return "yes" if len(list_unknown(facts, group)) > len(list_lines(facts, group)) else "no"


def fill_lines(facts: Facts, group: str) -> list[str]:
    """What stands in the record already."""
    standing = facts["standing"] or {}
    return [name for name in list_lines(facts, group) if (standing.get(name) or {}).get("state") in IN_PLACE]


def list_keeping(facts: Facts) -> list[str]:
    """What is in place, was said here and leaves records of which nobody knows how long they keep."""
    known, standing = read_catalogue(facts), facts["standing"] or {}
    names = [name for name in list_said(facts) if known[name].keeps]
    return [name for name in names if not (standing.get(name) or {}).get("kept_days")][:MOST_DAYS]


def read_kept_days(facts: Facts, measure: str) -> int | None:
    """For how many days its records keep, as far as it was said here."""
    told = read_told_fields(facts).get(f"{measure}.kept")
    return told if isinstance(told, int) else None


# -- rounds ------------------------------------------------------------------------------------------------------------


def derive_next_about(facts: Facts) -> str:
    """What the next question about one measure is about; empty where none is."""
    plan = read_plan(facts)
    return next((name_round(facts, plan.round, name) for name in list_about(facts, plan)), "")


def is_rest_due(facts: Facts) -> str:
    """Whether, something being left out, it is asked if the others may stand as they are."""
    plan = read_plan(facts)
    answered = (facts["rest"] or {}).get(name_round(facts, plan.round))
    return "yes" if isinstance(plan.decision, dict) and plan.picks and answered is None else "no"


def derive_place(facts: Facts) -> Value:
    """Which of how many it is, one by one."""
    plan = read_plan(facts)
    here = name_round(facts, plan.round, "")
    said = [about for about in facts["one"] or {} if about.startswith(here) and about != facts["this"]]
    return {"message": "place", "value": len(said) + 1, "other": len(said) + max(1, len(plan.undecided))}


# -- who, and by when --------------------------------------------------------------------------------------------------


def propose_owner(facts: Facts, measure: str) -> str | None:
    """Whoever does that kind of work here: the first kind of the measure's for which there is somebody."""
    people = facts["people"] or {}
    if before := _read_planned(facts, measure).get("owner"):
        return str(before)
    found = next((people[kind][0] for kind in read_catalogue(facts)[measure].owners if people.get(kind)), None)
    return found or (facts["manager"] or {}).get("person")


def _read_planned(facts: Facts, measure: str) -> Mapping[str, Value]:
    """What the record has of a measure that is planned."""
    known: Mapping[str, Value] = (facts["standing"] or {}).get(measure) or {}
    return known if known.get("state") == "planned" else {}


def propose_day(facts: Facts, measure: str, now: bool) -> str:
    """By when, by its effort, on a day on which people work here."""
    if before := _read_planned(facts, measure).get("due_on"):
        return str(before)
    months = MONTHS[read_catalogue(facts)[measure].effort]
    day = date.fromisoformat(facts["today"]) + relativedelta(months=months if now else max(months, MONTHS_NEXT))
    holidays = {date.fromisoformat(one) for one in facts["holidays"] or ()}
    return add_working_days(day, 0, holidays).isoformat()


def make_owner_fields(facts: Facts) -> Iterator[dict[str, Any]]:
    """Two fields a measure, on one line: who sees to it, and by when; then for records in place how long they keep."""
    told = read_told_fields(facts)
    for name, (person, day) in read_tasks(facts).items():
        row = name_measure(facts, name)
        owner = {"message": "field_owner", "value": row, "filled": person or "unknown"}
        when = {"message": "field_day", "value": row, "filled": day}
        yield {"id": f"{name}.owner", "kind": "person", "row": row, **owner}
        yield {"id": f"{name}.day", "kind": "date", "row": row, **when}
    for name in list_keeping(facts):
        kept = {"value": name_measure(facts, name), "filled": told.get(f"{name}.kept", "unknown")}
        yield {
            "id": f"{name}.kept",
            "kind": "days",
            "row": {"message": "row_kept", **kept},
            "message": "field_kept",
            **kept,
        }


def read_told_fields(facts: Facts) -> Mapping[str, Value]:
    """What was said of owners, days and records, by field, the latest of each."""
    told = [*(facts["owners_dates"] or {}).values(), *(facts["change_dates"] or {}).values()]
    return {name: value for answer in told if isinstance(answer, dict) for name, value in answer.items()}


def are_owners_due(facts: Facts) -> str:
    """Whether something of the plan was not shown with its owner and date yet."""
    told = read_told_fields(facts)
    return "yes" if any(field["id"] not in told for field in make_owner_fields(facts)) else "no"


def read_tasks(facts: Facts) -> dict[str, tuple[str | None, str]]:
    """By measure of the plan, who sees to it and by when; as proposed where nothing else was said."""
    plan, said = read_plan(facts), read_told_fields(facts)
    tasks = {}
    for name, now in plan.picks.items():
        owner = said.get(f"{name}.owner", propose_owner(facts, name))
        day = said.get(f"{name}.day", "unknown")
        known_day = day if day != "unknown" else propose_day(facts, name, now)
        tasks[name] = (None if owner == "unknown" else owner, known_day)
    return tasks


# -- the end -----------------------------------------------------------------------------------------------------------


def name_outcome(facts: Facts) -> str:
    """Names exactly what is put forward: the plan, who and when."""
    return name_briefly(name_plan(facts, read_plan(facts)), sorted(read_tasks(facts).items()))


def derive_spoken(facts: Facts) -> Value:
    """The map in a sentence: what is open, and when the planned squares will be met."""
    plan = read_plan(facts)
    squares = measures_words.find_squares(facts, plan)
    opened = sum(state == "open" for state in squares.values())
    days = Counter(day for day in _list_days(facts, plan).values())
    when = [{"message": "spoken_day", "value": {"on": day}, "other": many} for day, many in sorted(days.items())]
    first = {"message": "spoken_open", "value": opened} if opened else {"message": "spoken_none_open"}
    then = {"message": "spoken_planned", "value": sum(days.values()), "other": when} if when else ""
    return {"message": "beside", "value": first, "other": then}


def _list_days(facts: Facts, plan: Plan) -> dict[tuple[str, str], str]:
    """By planned square, the day on which the last of its needs is met; what is planned elsewhere has its own date."""
    days = {name: day for name, (_, day) in read_tasks(facts).items()}
    for name, known in (facts["standing"] or {}).items():
        if known["state"] == "planned" and known.get("due_on"):
            days.setdefault(name, known["due_on"])
    known, item_class = read_catalogue(facts), read_class(facts)
    standing, squares = dict(to_standing(facts, plan)), measures_words.find_squares(facts, plan)
    planned = [square for square, state in squares.items() if state == "planned"]
    found: dict[tuple[str, str], str] = {}
    for day in sorted(set(days.values())):  # the day on which what is due by then makes a square whole
        done = {name: "claimed" for name, by in days.items() if by <= day and standing.get(name) == "planned"}
        then = to_squares(find_cover(known, item_class, {**standing, **done}))
        found |= {square: day for square in planned if square not in found and then[square] == "in_place"}
    return found


def list_put(facts: Facts) -> Iterator[PutMeasure]:
    """What is said of each measure: in place, planned, declined, or not known."""
    known, plan, tasks = read_catalogue(facts), read_plan(facts), read_tasks(facts)
    for name in list_said(facts):
        yield PutMeasure(name, known[name].reach, "claimed", kept_days=read_kept_days(facts, name))
    for name, (owner, day) in tasks.items():
        yield PutMeasure(name, known[name].reach, "planned", owner=owner, due_on=day)
    for name, reason in plan.declined.items():
        if name in known and name not in plan.picks:
            yield PutMeasure(name, known[name].reach, "declined", reason=reason)
    for name in list_unsure(facts):
        if name not in plan.picks and name not in plan.declined:
            yield PutMeasure(name, known[name].reach, "unknown", owner=propose_owner(facts, name))


def settle(facts: Facts, _: str) -> list[Conclusion]:
    """The class as its head wants it protected."""
    cells = tuple((cell.objective, cell.leaker, cell.form) for cell in list_open(facts, read_plan(facts)))
    findings = tuple(measures_findings.read_findings(facts))
    return [
        SettleClass(facts["department"]["id"], facts["class"]["id"], tuple(list_put(facts)), cells, findings),
    ]


def tell_manager(facts: Facts, _: str) -> list[Conclusion]:
    return [TellManager("class_proposed", {"department": facts["department"]})]


def suggest(facts: Facts, _: str) -> list[Compute]:
    """Have the lightest set worked out for how things stand by these answers."""
    given = {
        "class": _plain_class(facts),
        "standing": read_standing(facts),
        "near": [kind for kind, people in (facts["people"] or {}).items() if facts["me"]["person"] in people],
    }
    return [Compute("suggestion", f"suggested@{facts['inputs']}", given)]


def weigh(facts: Facts, _: str) -> list[Conclusion]:
    """Have it looked at what of this is too much, more than is needed, or uneven."""
    given = {
        "class": _plain_class(facts),
        "standing": dict(to_standing(facts, read_plan(facts))),
        "planned": [[name, owner, day] for name, (owner, day) in read_tasks(facts).items()],
    }
    return [Compute("proportion", f"weighed@{facts['result']}", given)]


def _plain_class(facts: Facts) -> dict[str, Any]:
    one = read_class(facts)
    return {
        "department": one.department,
        "id": one.id,
        "level": one.level,
        "forms": sorted(one.forms),
        "items": list(one.items),
    }


def _turn(derive: Callable[[Facts, str], Value], group: str, facts: Facts) -> Value:
    return derive(facts, group)


LISTED: Mapping[str, Derive] = {
    f"{group}_{name}": partial(_turn, derive, group)
    for group in GROUPS
    for name, derive in (
        ("lines", lambda facts, group: make_lines(facts, list_lines(facts, group))),
        ("more", has_more),
        ("filled", fill_lines),
        ("known", measures_words.derive_known_line),
        ("taken", lambda facts, group: measures_words.derive_taken(facts, QUESTIONS[group])),
    )
}
DERIVED: Mapping[str, Derive] = {
    **LISTED,
    "fitting": find_fitting,
    "unasked": find_unasked,
    "stands": find_standing,
    "plan": find_plan,
    "class_word": measures_words.derive_class_word,
    "items_word": measures_words.derive_items_word,
    "item_count": lambda facts: len(facts["class"]["items"]),
    "settled_line": measures_words.derive_settled_line,
    "wish_line": measures_words.derive_wish,
    "decider": lambda facts: facts["manager"] or {"message": "decider"},
    "rest_lines": lambda facts: make_lines(facts, list_rest(facts)),
    "more_taken": lambda facts: measures_words.derive_taken(facts, "in_place_more"),
    "inputs": name_inputs,
    "is_suggested": lambda facts: "yes" if read_suggestion(facts) is not None else "no",
    "picks": lambda facts: list(list_suggested(facts)),
    "pick_count": lambda facts: len(list_suggested(facts)),
    "now_count": lambda facts: sum(list_suggested(facts).values()),
    "later_count": lambda facts: sum(not now for now in list_suggested(facts).values()),
    "pick_lines": measures_words.derive_pick_lines,
    "filled_line": measures_words.derive_filled_line,
    "filled_word": lambda facts: {**measures_words.derive_filled_line(facts), "message": "filled_short", "this": ""},
    "lead_line": measures_words.derive_lead,
    "next_line": measures_words.derive_next_line,
    "burden_line": measures_words.derive_burden,
    "spared_line": measures_words.derive_spared,
    "unmet_line": measures_words.derive_unmet,
    "pick_origins": lambda facts: measures_origins.derive_origins(facts, list_suggested(facts)),
    "next_about": derive_next_about,
    "next_declined": lambda facts: name_one(facts, read_plan(facts).unanswered),
    "next_one": lambda facts: name_one(facts, read_plan(facts).undecided),
    "reason_due": lambda facts: "yes" if read_plan(facts).unexplained else "no",
    "rest_due": is_rest_due,
    "round": lambda facts: name_round(facts, read_plan(facts).round),
    "measure": lambda facts: name_measure(facts, read_measure(facts)),
    "measure_desc": lambda facts: measures_words.tell(facts, "measures", read_measure(facts), "desc"),
    "measure_line": measures_words.derive_measure_line,
    "measure_origins": lambda facts: measures_origins.derive_origins(facts, [read_measure(facts)]),
    "opened_count": lambda facts: measures_words.count_squares(facts, measures_words.derive_opened(facts)),
    "opened_lines": lambda facts: stack_squares(facts, measures_words.derive_opened(facts)),
    "swaps": measures_words.derive_swap_options,
    "declined_word": measures_words.derive_declined_word,
    "place": derive_place,
    "plan_lines": measures_words.derive_plan_lines,
    "plan_count": lambda facts: len(read_plan(facts).picks),
    "open_count": lambda facts: measures_words.tally_squares(facts, read_plan(facts))["open"],
    "owner_title": lambda facts: {"message": "owner_title" if read_plan(facts).picks else "owner_title_kept"},
    "owners_due": are_owners_due,
    "owner_fields": lambda facts: list(make_owner_fields(facts)),
    "result": name_outcome,
    "is_weighed": lambda facts: "yes" if facts["result"] in (facts["weighed"] or {}) else "no",
    "cover_table": lambda facts: measures_map.make_cover_table(facts, read_plan(facts), facts["spoken"]),
    "spoken": derive_spoken,
    "map_line": measures_map.derive_map_line,
    "findings": lambda facts: stack(measures_findings.list_lines(facts)),
    "so_far": measures_words.derive_progress_word,
    "first_task": measures_words.derive_first_task,
    "unsure_line": lambda facts: measures_words.count("unsure", len(list_unsure(facts))),
}
READERS: Mapping[str, Callable[..., Value]] = measures_named.READERS
CONCLUSIONS: Mapping[str, Conclude] = {
    "suggest": suggest,
    "weigh": weigh,
    "settle": settle,
    "tell_manager": tell_manager,
}


def name_one(facts: Facts, names: tuple[str, ...]) -> str:
    """What a question about the first of these is about; empty where there is none."""
    return name_round(facts, read_plan(facts).round, names[0]) if names else ""
