"""What interviews have worked out outside the lane: by name, a function over a reader, the flows, and plain values.

Each gives plain values; what they were made from is named by the key of the question that takes them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from bot.access import Scope
from bot.campaigning import read_plan
from bot.engine.lexicon import fold
from bot.engine.position import Route
from bot.handbook.cover import find_met
from bot.handbook.measures import COMPANY, ItemClass, Measure, read_measures
from bot.handbook.proportion import BURDEN, Finding, find_muda, find_mura, find_muri, list_spare
from bot.handbook.selection import select
from bot.hours import find_start, write_clock
from bot.state.campaigns import Audience
from bot.state.measures import Kept, list_measures, list_planned, to_classes, to_standing
from bot.state.queries import Reader

Compute = Callable[[Reader, Mapping[str, Route], Mapping[str, Any]], Any]
EVERYWHERE = Scope(everything=True)
MOST_ALIKE = 60  # pairs of items looked at; a line of the packs may stand in every department


def suggest(_: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> dict[str, Any]:
    """The lightest set for one class as the interview knows it: measures in order, each with what opens without it,
    and what nothing meets any more."""
    found = select(read_catalogue(routes), to_class(given["class"]), given["standing"], given["near"])
    picks = [
        {"measure": one.measure, "opens": [list(cell) for cell in one.opens], "now": one.now} for one in found.picks
    ]
    return {"picks": picks, "unmet": [list(cell) for cell in found.unmet]}


def weigh(reader: Reader, routes: Mapping[str, Route], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of a plan is out of proportion, seen beside all that the company has and plans: what concerns the class, and
    of other departments only that they have more for something alike."""
    measures, this = read_catalogue(routes), to_class(given["class"])
    rows = reader.read_register(EVERYWHERE)
    others = [one for one in to_classes(rows) if (one.department, one.id) != (this.department, this.id)]
    mine = [this, *(one for one in others if one.department == this.department)]
    beside = [one for one in others if one.department != this.department]
    alike = list_alike(rows, this.items)
    like = [one for one in beside if not {other for _, other in alike}.isdisjoint(one.items)]
    standing_of = {one.department: read_states(reader, one.department) for one in like}
    standing_of[this.department] = dict(given["standing"])
    planned = [(name, person, day) for name, person, day in given["planned"] if person]
    tasks = list_planned(reader, {person for _, person, _ in planned})
    load = count_load(tasks, {name for name, *_ in planned}, measures)
    spare = [one for one in find_muda(measures, mine, standing_of) if concerns(one, this, measures)]
    needed = find_needed(reader, measures, spare, beside)
    found = [
        *find_muri(planned, load, measures),
        *(one for one in spare if one.params["measure"] not in needed),
        *find_mura(measures, [this, *like], standing_of, alike),
    ]
    return [
        {"kind": one.kind, "name": one.name, "params": dict(one.params)}
        for one in found
        if concerns(one, this, measures)
    ]


def count_load(
    kept: Sequence[Kept], but: Collection[str], measures: Mapping[str, Measure]
) -> dict[str, dict[str, int]]:
    """What each person has to do beside these measures, month by month, in the unit of `BURDEN`."""
    load: dict[str, Counter[str]] = {}
    for one in kept:
        if one.state == "planned" and one.owner and one.due_on and one.measure in measures and one.measure not in but:
            months = load.setdefault(one.owner, Counter())
            months[f"{one.due_on:%Y-%m}"] += BURDEN[measures[one.measure].effort]
    return {person: dict(months) for person, months in load.items()}


def concerns(found: Finding, this: ItemClass, measures: Mapping[str, Measure]) -> bool:
    """Whether a finding is this class's to look at."""
    told = found.params
    if found.kind == "mura":
        return (told["department"], told["class"]) == (this.department, this.id)
    if found.kind == "muri":
        return True
    return told["place"] in (this.department, COMPANY) and bool(find_met(measures[told["measure"]], this))


def find_needed(
    reader: Reader, measures: Mapping[str, Measure], spare: Sequence[Finding], beside: Sequence[ItemClass]
) -> set[str]:
    """Those of these measures that serve the whole company and are needed by one of these classes of other departments.
    One department is looked at after the other, and none any more once all are needed."""
    wide = [one.params["measure"] for one in spare if one.params["place"] == COMPANY]
    left = list(wide)
    for department, held in groupby(beside, key=lambda one: one.department):
        if not left:
            break
        left = list_spare(measures, left, list(held), read_states(reader, department))
    return set(wide) - set(left)


def read_states(reader: Reader, department: str) -> dict[str, str]:
    """How measures stand for a department."""
    kept = list_measures(reader, Scope(department=department))
    return {name: one.state for name, one in to_standing(kept, department).items()}


def list_alike(rows: Sequence[Mapping[str, Any]], mine: Collection[str]) -> list[tuple[str, str]]:
    """These items, each with one of another department that goes by the same name, or by the same line of the packs; so
    many pairs at most."""
    told = [row for row in rows if row["state"] not in ("draft", "retired") and row["name"]]
    named: dict[str, list[Mapping[str, Any]]] = {}
    for row in (row for row in told if str(row["id"]) in mine):
        for name in _list_names(row):
            named.setdefault(name, []).append(row)
    pairs = {
        (str(one["id"]), str(other["id"]))
        for other in told
        for name in _list_names(other)
        for one in named.get(name, ())
        if one["department_id"] != other["department_id"]
    }
    return sorted(pairs)[:MOST_ALIKE]


def _list_names(row: Mapping[str, Any]) -> set[str]:
    return {fold(row["name"]), *([f"line {row['line']}"] if row.get("line") else [])}


def read_catalogue(routes: Mapping[str, Route]) -> Mapping[str, Measure]:
    """The measures as the published flow has them."""
    return read_measures(routes["measures"].flow.catalogue["measures"])


def to_class(told: Mapping[str, Any]) -> ItemClass:
    return ItemClass(told["department"], told["id"], told["level"], frozenset(told["forms"]), tuple(told["items"]))


def count_reached(reader: Reader, _: Mapping[str, Route], given: Mapping[str, Any]) -> dict[str, Any]:
    """Exactly how many a campaign would reach, what that costs them in minutes, and when the first and the last is sent
    it, on the clock of whoever asks; `now` is an instant."""
    zone, now = given["timezone"], datetime.fromisoformat(given["now"])
    starts_at = find_start(date.fromisoformat(given["day"]), zone) if given["day"] else now
    audience = Audience(*(tuple(given[name]) for name in ("departments", "roles", "classes")))
    plan = read_plan(reader.database, audience, max(now, starts_at))
    first = min((one.first_at for one in plan.sendings), default=now)
    last = max((one.last_at for one in plan.sendings), default=now)
    return {
        "people": plan.people,
        "minutes": plan.minutes,
        "first": write_clock(first, zone),
        "last": write_clock(last, zone),
    }


COMPUTATIONS: dict[str, Compute] = {"suggestion": suggest, "proportion": weigh, "campaign": count_reached}
