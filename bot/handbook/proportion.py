"""Whether what a company does is in proportion: muri (too much), muda (not needed), overlap and mura (uneven).

Knows classes, how measures stand, and who has to see to what by when; writes no words and changes nothing. A finding is
something to look at, never a demand.

**Muri.** A measure weighs `BURDEN` in the month it is due; a person, or a department where nobody is named, can carry
`CAPACITY` a month beside the own work. Found is each month that holds more, with what to move to make it fit: of
what no floor rests on the lightest that is enough, else the heaviest and so on; each to the first later month with
room.

**Muda and overlap.** A measure *reaches* a class where it names objective, leaker and form of one of its needs, at
whatever level. One in place or planned that reaches a class can *go* where, without it, every need of every class
stands as it did: what was in place is in place, what was planned is planned. What is found can go together, so of two
that stand for each other one is found. Of middle or high effort it is muda; a measure of low effort, one that every
company begins with, and any by which people tell that something is secret, is overlap instead and never muda: nobody
is told that passwords are too much because paper is shredded. Looked at first
are planned ones before those in place, higher effort before lower, the rarer before the commoner. What reaches no class
is left alone: it may protect what nobody has listed.

**Mura between departments.** Two items said to be alike are compared over the forms that both take, each as if it were
of the higher of their two levels. Found is what is open for the one and in place or planned for the other. A
department of which nothing is known is not compared.

**Mura between forms.** Within one class, a form of which no need is open and another that is open for the same
objective and leaker, or on its floor: the information goes the easier way.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.handbook.cover import Cell, find_cover, find_met, list_counted, to_state
from bot.handbook.measures import COMPANY, EFFORTS, FORMS, ItemClass, Measure, Standing

BURDEN = {"low": 1, "mid": 2, "high": 5}  # our proposal: a large measure fills a month, two middle ones nearly
CAPACITY = 5  # small measures a month beside the own work, as many as are suggested at a time; our proposal


class Finding(NamedTuple):
    """`kind` is muri, muda, overlap or mura; `name` and the plain `params` say what, in the way of a notice."""

    kind: str
    name: str
    params: Mapping[str, Any]


# -- muri --------------------------------------------------------------------------------------------------------------


def find_muri(
    planned: Sequence[tuple[str, str, str]], load: Mapping[str, Mapping[str, int]], measures: Mapping[str, Measure]
) -> list[Finding]:
    """`too_much`: person, month, burden, most, the measures due then, and `move` as pairs of measure and month.

    `planned` are (measure, person, ISO date due); `load` is what else each person has to do, month (YYYY-MM) by month,
    in the unit of `BURDEN`; where only a number of measures is known, each counts as a small one.
    """
    found = []
    for person in dict.fromkeys(person for _, person, _ in planned):
        due = defaultdict(list)
        for name, who, day in planned:
            if who == person and name in measures:
                due[day[:7]].append(measures[name])
        found += [
            Finding("muri", "too_much", {"person": person, **told}) for told in _list_full(due, load.get(person, {}))
        ]
    return found


def _list_full(due: Mapping[str, Sequence[Measure]], load: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """The months of one person that hold too much, in order; what an earlier one moves on counts in the later."""
    burden = Counter(load)
    for month, ours in due.items():
        burden[month] += sum(BURDEN[measure.effort] for measure in ours)
    for month in sorted(due):
        told = {"month": month, "burden": burden[month], "most": CAPACITY, "measures": [one.id for one in due[month]]}
        left, move = list(due[month]), []
        while burden[month] > CAPACITY and left:
            measure = _pick_move(left, burden[month] - CAPACITY)
            later = _find_room(burden, month, BURDEN[measure.effort])
            left.remove(measure)
            move.append([measure.id, later])
            burden[month] -= BURDEN[measure.effort]
            burden[later] += BURDEN[measure.effort]
        if move:
            yield {**told, "move": move}


def _pick_move(left: Sequence[Measure], excess: int) -> Measure:
    """What no floor rests on; the lightest that is enough, else the heaviest; the rarer."""

    def reluctance(measure: Measure) -> tuple[bool, bool, int, bool, int]:
        burden = BURDEN[measure.effort]
        is_enough = burden >= excess
        return bool(measure.floor), not is_enough, burden if is_enough else -burden, measure.starter, -measure.rank

    return min(left, key=reluctance)


def _find_room(burden: Mapping[str, int], month: str, more: int) -> str:
    """The first month after this one that can take so much more; an empty month takes anything."""
    later = _next_month(month)
    while burden.get(later, 0) + more > max(CAPACITY, more):
        later = _next_month(later)
    return later


def _next_month(month: str) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04}-{number + 1:02}"


# -- muda and overlap --------------------------------------------------------------------------------------------------

Put = tuple[str, str]  # a measure and its place: a department, or the company where one serves all
Need = tuple[ItemClass, Cell]


class Survey(NamedTuple):
    """What is in place or planned over some classes: how each stands, which needs it meets, and what holds each need.

    A need is held by those by which it stands as it does: those in place where one is, else those planned.
    """

    states: dict[Put, str]  # of all that reach a class
    meets: dict[Put, list[Need]]
    holders: dict[Need, set[Put]]


def find_muda(
    measures: Mapping[str, Measure], classes: Sequence[ItemClass], standing_of: Mapping[str, Standing]
) -> list[Finding]:
    """`not_needed` (muda) and `overlaps`: measure, place, state, and `by` which others the same is met.

    Either is called `above_level` where the measure meets nothing, as it is meant for higher levels than are held.
    `classes` are all that `standing_of` speaks for, by department; what serves the whole company stands with each.
    """
    states, meets, holders = _survey(measures, classes, standing_of)
    gone = []
    for put in sorted(states, key=lambda put: _spareness(measures[put[0]], states[put])):
        if all(holders[need] != {put} for need in meets[put]):
            gone.append(put)
            for need in meets[put]:
                holders[need].discard(put)
    return [_to_finding(measures, put, states[put], [holders[need] for need in meets[put]]) for put in gone]


def list_spare(
    measures: Mapping[str, Measure], gone: Sequence[str], classes: Sequence[ItemClass], standing: Standing
) -> list[str]:
    """Of measures found to be able to go together elsewhere, in that order, those that can go also where one department
    holds these classes and has this standing."""
    left = list(gone)
    for one in classes:
        cover = find_cover(measures, one, standing)
        for cell, names in cover.met_by.items():
            holders = {name for name in names if to_state(standing[name]) == cover.cells[cell]}
            if holders and holders.issubset(left):
                left.remove(max(holders, key=left.index))
    return left


def _survey(
    measures: Mapping[str, Measure], classes: Sequence[ItemClass], standing_of: Mapping[str, Standing]
) -> Survey:
    survey = Survey({}, defaultdict(list), {})
    for one in classes:
        standing = standing_of.get(one.department, {})
        cover = find_cover(measures, one, standing)
        put_of = {name: (name, _place_of(measures[name], one)) for name in list_counted(measures, standing)}
        for name, put in put_of.items():
            if not find_met(measures[name]._replace(level=1), one).isdisjoint(cover.cells):
                survey.states[put] = to_state(standing[name])
        for cell, names in cover.met_by.items():
            for name in names:
                survey.meets[put_of[name]].append((one, cell))
            holders = {put_of[name] for name in names if to_state(standing[name]) == cover.cells[cell]}
            survey.holders[one, cell] = holders
    return survey


def _place_of(measure: Measure, item_class: ItemClass) -> str:
    return COMPANY if measure.reach == COMPANY else item_class.department


def _spareness(measure: Measure, state: str) -> tuple[bool, bool, bool, int, int]:
    """In which order it is asked whether it can go."""
    return _is_left(measure), bool(measure.floor), state != "planned", -EFFORTS.index(measure.effort), -measure.rank


def _is_left(measure: Measure) -> bool:
    """Whether a measure is never muda: it costs little, every company begins with it, or people tell by it that
    something is secret."""
    return measure.effort == "low" or measure.starter or bool(measure.floor)


def _to_finding(measures: Mapping[str, Measure], put: Put, state: str, held_by: Sequence[Collection[Put]]) -> Finding:
    kind, name = ("overlap", "overlaps") if _is_left(measures[put[0]]) else ("muda", "not_needed")
    if not held_by:
        name = "above_level"
    by = _list_fewest(measures, [{other for other, _ in holders} for holders in held_by])
    return Finding(kind, name, {"measure": put[0], "place": put[1], "state": state, "by": by})


def _list_fewest(measures: Mapping[str, Measure], held_by: Sequence[Collection[str]]) -> list[str]:
    """A few measures of which every need has one, given what holds each: what holds most first, then the commoner."""
    named: list[str] = []
    while left := [holders for holders in held_by if not set(named) & set(holders)]:
        times = Counter(name for holders in left for name in holders)
        named.append(min(times, key=lambda name: (-times[name], measures[name].rank)))
    return named


# -- mura --------------------------------------------------------------------------------------------------------------


def find_mura(
    measures: Mapping[str, Measure],
    classes: Sequence[ItemClass],
    standing_of: Mapping[str, Standing],
    alike: Sequence[tuple[str, str]],
) -> list[Finding]:
    """`unlike_departments` for pairs of items that are alike, and `unlike_forms` within a class.

    The first names department and class of the weaker one, `like_department` and `like_class`, the `items` as pairs of
    the weaker and the stronger, the open `cells`, and the `measures` that the stronger has for them. The second names
    department, class, the weaker `form`, the forms it is `like`, and the open `cells`.
    """
    class_of = {item: one for one in classes for item in one.items}
    pairs: dict[tuple[ItemClass, ItemClass], list[tuple[str, str]]] = defaultdict(list)
    for pair in alike:
        if all(item in class_of and class_of[item].department in standing_of for item in pair):
            for weak, strong in (pair, pair[::-1]):
                pairs[class_of[weak], class_of[strong]].append((weak, strong))
    found: list[Finding] = []
    for (weaker, stronger), items in pairs.items():
        found += _compare(measures, weaker, stronger, standing_of, items)
    for one in classes:
        found += _compare_forms(measures, one, standing_of.get(one.department, {}))
    return found


def _compare(
    measures: Mapping[str, Measure],
    weak: ItemClass,
    strong: ItemClass,
    standing_of: Mapping[str, Standing],
    items: Sequence[tuple[str, str]],
) -> Iterator[Finding]:
    """What the one lacks of what the other has, if it lacks anything."""
    seen = strong._replace(level=max(weak.level, strong.level), forms=weak.forms & strong.forms)
    lacks, has = (find_cover(measures, seen, standing_of[one.department]) for one in (weak, strong))
    cells = [cell for cell, state in lacks.cells.items() if state == "open" and has.cells[cell] != "open"]
    if cells:
        params = {"department": weak.department, "class": weak.id}
        params |= {"like_department": strong.department, "like_class": strong.id}
        told = {"items": [list(pair) for pair in items], "cells": [list(cell) for cell in cells]}
        by = _list_fewest(measures, [has.met_by[cell] for cell in cells])
        yield Finding("mura", "unlike_departments", {**params, **told, "measures": by})


def _compare_forms(measures: Mapping[str, Measure], item_class: ItemClass, standing: Standing) -> Iterator[Finding]:
    cells = find_cover(measures, item_class, standing).cells
    needs = {form: {cell[:2]: state for cell, state in cells.items() if cell.form == form} for form in FORMS}
    whole = [form for form, states in needs.items() if states and "open" not in states.values()]
    for form, states in needs.items():
        uneven = [
            need for need, state in states.items() if state == "open" and any(need in needs[other] for other in whole)
        ]
        if uneven:
            like = [other for other in whole if any(need in needs[other] for need in uneven)]
            params = {"department": item_class.department, "class": item_class.id, "form": form, "like": like}
            yield Finding("mura", "unlike_forms", {**params, "cells": [[*need, form] for need in uneven]})
