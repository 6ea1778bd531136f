"""How the protection of a class is told: derived values that name texts of the flow, with what their places take.

Pure; the texts themselves stand in `content/flows/measures/wording.yaml` and in the catalogue.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.measures_plan import (
    QUESTIONS,
    Plan,
    list_before,
    list_lines,
    list_opened,
    list_said,
    list_suggested,
    list_swaps,
    read_catalogue,
    read_class,
    read_listed,
    read_plan,
    read_standing,
    read_suggestion,
    to_standing,
)
from bot.handbook.cover import (
    AWARENESS,
    FLOOR,
    NOT_APPLICABLE,
    SHARED,
    Cell,
    counts_over,
    find_cover,
    find_met,
    list_needs,
    to_squares,
)
from bot.handbook.measures import EFFORTS, FORMS, IN_PLACE, LEAKERS, ItemClass

MOST_SQUARES = 4  # told one by one; the others are counted
MOST_ITEMS = 2  # named; the others are counted
TOLD = ("short", "name", "note", "reason", "desc")


# -- names -------------------------------------------------------------------------------------------------------------


def read_told(facts: Facts) -> Mapping[str, Any]:
    """The catalogue with its texts."""
    found: Mapping[str, Any] = facts.catalogue["measures"]
    return found


def name_measure(facts: Facts, measure: str) -> Value:
    """A measure as people call it; one the catalogue has no more goes by its id."""
    one = read_told(facts)["measures"].get(measure)
    return dict(one["short"]) if one else measure


def tell(facts: Facts, kind: str, name: str, part: str) -> Value:
    """A text of the catalogue: of an objective, a leaker, a form, an effort, an owner or a measure."""
    return dict(read_told(facts)[kind][name][part])


def name_forms(facts: Facts, forms: Collection[str]) -> list[Value]:
    return [tell(facts, "forms", form, "name") for form in FORMS if form in forms]


def count(message: str, number: int, **more: Value) -> Value:
    """A text with a number in it; nothing where there is none of it."""
    return {"message": message, "value": number, **more} if number else ""


def stack(lines: Iterable[Value]) -> Value:
    """Texts one below the other."""
    stacked: Value = ""
    for line in lines:
        stacked = {"message": "below", "value": stacked, "other": line}
    return stacked


def derive_class_word(facts: Facts) -> Value:
    """Level × way of use, with the forms it takes."""
    level, _, way = str(facts["class"]["id"]).partition("-")
    forms = name_forms(facts, set(facts["class"]["forms"]) - {SHARED})  # the way of use has said that
    said = {"value": {"form": f"level_{level.removeprefix('L')}"}, "other": {"form": f"way_{way}"}}
    return {"message": "class_forms", **said, "this": forms}


def derive_items_word(facts: Facts) -> Value:
    """The items of the class by name, the first ones."""
    items = facts["class"]["items"]
    names = [{"ja": one["name"], "en": one.get("name_en") or one["name"]} for one in items]
    rest = count("items_more", len(names) - MOST_ITEMS) if len(names) > MOST_ITEMS else ""
    return {"message": "items", "value": names[:MOST_ITEMS], "other": rest}


# -- what is in place --------------------------------------------------------------------------------------------------


def make_lines(facts: Facts, names: Iterable[str]) -> list[dict[str, Any]]:
    """Measures as lines to tick."""
    told = read_told(facts)["measures"]
    return [{"id": name, **told[name]["short"], "also": told[name].get("also", ())} for name in names]


def derive_known_line(facts: Facts, group: str) -> Value:
    """Whose word it is that some lines stand in the record already."""
    standing = facts["standing"] or {}
    known = [name for name in list_lines(facts, group) if (standing.get(name) or {}).get("state") in IN_PLACE]
    people = list(dict.fromkeys(one for name in known if (one := standing[name].get("owner"))))
    return {"message": "known", "value": [{"person": one} for one in people]} if known else ""


def derive_taken(facts: Facts, question: str) -> Value:
    """What came of a checklist: how many were taken, and the words that no measure was found for."""
    listed = read_listed(facts[question])
    names = [one for one in listed if isinstance(one, str) and one in read_catalogue(facts)]
    words = [one for one in listed if isinstance(one, dict)]
    taken = {"message": "taken", "value": len(names), "other": [name_measure(facts, one) for one in names]}
    unknown = {"message": "unmatched", "value": words} if words else ""
    return stack(filter(None, [taken if names else {"message": "taken_none"}, unknown]))


def derive_settled_line(facts: Facts) -> Value:
    """How much the department said for its other classes, which is not asked again."""
    own = facts["department"]["id"]
    known = [one for one in (facts["standing"] or {}).values() if one["state"] in IN_PLACE]
    mine = [one for one in known if one.get("place") == own or one.get("owner") == facts["me"]["person"]]
    return count("settled_before", len(mine)) if facts["settled"] else ""


# -- squares -----------------------------------------------------------------------------------------------------------


def find_squares(facts: Facts, plan: Plan | None = None) -> dict[tuple[str, str], str]:
    """The squares as they stand today, or as they would with a plan."""
    standing = to_standing(facts, plan) if plan else read_standing(facts)
    return to_squares(find_cover(read_catalogue(facts), read_class(facts), standing))


def tally_squares(facts: Facts, plan: Plan | None = None) -> Counter[str]:
    """How many squares are in place, planned, open; and `needed`, all of them."""
    return count_states(find_squares(facts, plan))


def count_states(squares: Mapping[tuple[str, str], str]) -> Counter[str]:
    states = Counter(squares.values())
    states["needed"] = sum(states.values()) - states[NOT_APPLICABLE]
    return states


def derive_filled_line(facts: Facts) -> Value:
    """How many squares of how many are met, by how many measures there or planned; what the list still leaves to decide
    counts for nothing."""
    known = {name: state for name, state in read_standing(facts).items() if name not in list_suggested(facts)}
    squares = count_states(to_squares(find_cover(read_catalogue(facts), read_class(facts), known)))
    fitting = [name for name, state in known.items() if state in IN_PLACE and name in read_catalogue(facts)]
    filled, planned = squares["needed"] - squares["open"], sum(state == "planned" for state in known.values())
    message = "filled" if filled else "filled_in_part" if fitting else "filled_none"
    told = {"value": filled, "other": squares["needed"], "this": len(fitting)}
    return {"message": "filled_and_planned", **told, "after": planned} if planned else {"message": message, **told}


def name_squares(facts: Facts, cells: Iterable[Cell], with_meaning: bool = True) -> list[Value]:
    """Needs by square, the forms of each together: its name, and what it means that it is open."""
    opens = read_told(facts)["opens"]
    lines: list[Value] = []
    for (objective, leaker), together in groupby(cells, key=lambda cell: (cell.objective, cell.leaker)):
        forms = name_forms(facts, [cell.form for cell in together])
        if objective == FLOOR:
            name: Value = {"message": "floor", "value": forms}
            meaning = dict(opens[FLOOR])
        else:
            sides = (tell(facts, "objectives", objective, "short"), tell(facts, "leakers", leaker, "name"))
            name = {"message": "square", "value": sides[0], "other": sides[1], "this": forms}
            meaning = dict(opens[objective][leaker])
        lines.append({"message": "square_open", "value": name, "other": meaning} if with_meaning else name)
    return lines


def stack_squares(facts: Facts, cells: Iterable[Cell]) -> Value:
    """Open needs as lines, the first ones; the others are counted."""
    lines = name_squares(facts, cells)
    rest = count("squares_more", len(lines) - MOST_SQUARES) if len(lines) > MOST_SQUARES else ""
    return stack([*lines[:MOST_SQUARES], *([rest] if rest else [])])


def count_squares(facts: Facts, cells: Iterable[Cell]) -> int:
    """How many squares these needs stand in; a floor stands in those of awareness, for all who count over its form."""
    told = list(cells)
    level, forms = int(str(facts["class"]["id"])[1]), frozenset(facts["class"]["forms"])
    needs = list_needs(read_catalogue(facts), ItemClass("", "", level, forms, ()))
    needed = {(need.objective, need.leaker) for need in needs}
    floors = [cell.form for cell in told if cell.objective == FLOOR]
    by_floor = {(AWARENESS, leaker) for leaker in LEAKERS for form in floors if counts_over(leaker, form)}
    return len(needed & ({(cell.objective, cell.leaker) for cell in told} | by_floor) - {(FLOOR, "")})


def to_cells(told: Iterable[Sequence[str]]) -> list[Cell]:
    return [Cell(*one) for one in told]


# -- the suggestion ----------------------------------------------------------------------------------------------------


def derive_pick_lines(facts: Facts) -> list[dict[str, Value]]:
    """What is suggested, as numbered lines: effort and reason, what is for next said as such, the floor by its name."""
    suggestion = read_suggestion(facts) or {"picks": []}
    opens = {one["measure"]: to_cells(one["opens"]) for one in suggestion["picks"]}
    return [
        {
            "key": name,
            "label": name_measure(facts, name),
            "note": _note(facts, name, now, any(cell.objective == FLOOR for cell in opens.get(name, ())), "pick"),
        }
        for name, now in list_suggested(facts).items()
    ]


def _note(facts: Facts, name: str, now: bool, is_floor: bool, message: str) -> Value:
    marks = [*([] if now else [{"message": "next"}]), *([{"message": "as_floor"}] if is_floor else [])]
    effort = tell(facts, "efforts", read_catalogue(facts)[name].effort, "name")
    message = f"{message}_marked" if marks else message
    return {"message": message, "value": effort, "other": tell(facts, "measures", name, "reason"), "this": marks}


def derive_plan_lines(facts: Facts) -> list[dict[str, Value]]:
    """What is left of it, as numbered lines; what each is for was said with the suggestion."""
    plan = read_plan(facts)
    return [
        {"key": name, "label": name_measure(facts, name), "note": _note(facts, name, now, False, "planned")}
        for name, now in plan.picks.items()
    ]


def derive_burden(facts: Facts) -> Value:
    """How many of which effort."""
    efforts = Counter(read_catalogue(facts)[name].effort for name in list_suggested(facts))
    parts = [
        {"message": "burden_part", "value": tell(facts, "efforts", one, "name"), "other": efforts[one]}
        for one in EFFORTS
        if efforts[one]
    ]
    return {"message": "burden", "value": parts} if parts else ""


def derive_spared(facts: Facts) -> Value:
    """The commonest measure of great effort that is left out, because the lighter ones do."""
    chosen, known = list_suggested(facts), read_catalogue(facts)
    if any(known[name].effort == EFFORTS[-1] for name in chosen):
        return ""
    item_class, standing = read_class(facts), read_standing(facts)
    heavy = [one for one in known.values() if one.effort == EFFORTS[-1] and find_met(one, item_class)]
    left = min((one for one in heavy if one.id not in standing), key=lambda one: one.rank, default=None)
    return {"message": "spared_heavy", "value": name_measure(facts, left.id)} if left else ""


def derive_unmet(facts: Facts) -> Value:
    """What nothing meets any more, because all that would was declined."""
    suggestion = read_suggestion(facts)
    cells = to_cells(suggestion["unmet"]) if suggestion else []
    return (
        {"message": "unmet", "value": count_squares(facts, cells), "other": name_squares(facts, cells, False)}
        if cells
        else ""
    )


def derive_lead(facts: Facts) -> Value:
    """What the list that follows is: the lightest set, or what was settled before with what is missing."""
    before = len(list_before(facts))
    new = len(list_suggested(facts)) - before
    if not before:
        return {"message": "lead"}
    return {"message": "lead_more" if new else "lead_before", "value": before, "other": new}


def derive_next_line(facts: Facts) -> Value:
    """From which line on it is for next."""
    picks = list(list_suggested(facts).values())
    now = sum(picks)
    return {"message": "now_and_next", "value": now, "other": len(picks) - now} if now < len(picks) else ""


# -- leaving out -------------------------------------------------------------------------------------------------------


def read_measure(facts: Facts) -> str:
    """The measure a question is about."""
    return str(facts["this"] or facts["next_about"] or "").rpartition(".")[2]


def derive_opened(facts: Facts) -> list[Cell]:
    """What opens without the measure the question is about."""
    return list(list_opened(facts, read_plan(facts), read_measure(facts)))


def derive_swap_options(facts: Facts) -> list[dict[str, Any]]:
    """What could come instead, each with its effort and what it closes."""
    name = read_measure(facts)
    opened = derive_opened(facts)
    return [
        {
            "id": swap,
            "message": "swap",
            "value": name_measure(facts, swap),
            "other": tell(facts, "efforts", read_catalogue(facts)[swap].effort, "name"),
            "this": _tell_closed(facts, cells, opened),
            "also": read_told(facts)["measures"][swap].get("also", ()),
        }
        for swap, cells in list_swaps(facts, read_plan(facts), name)
    ]


def _tell_closed(facts: Facts, cells: Sequence[Cell], opened: Collection[Cell]) -> Value:
    """How much of what is open one measure closes: all, some squares, or of these some forms alone."""
    if set(opened) <= set(cells):
        return {"message": "closes_all"}
    squares = {(cell.objective, cell.leaker) for cell in cells}
    touched = [cell for cell in opened if (cell.objective, cell.leaker) in squares]
    leakers = list(dict.fromkeys(cell.leaker for cell in cells if cell.leaker))
    only = [tell(facts, "leakers", leaker, "name") for leaker in leakers]
    forms = name_forms(facts, {cell.form for cell in cells})
    if not set(touched) <= set(cells):
        return {"message": "closes_part" if only else "closes_only", "value": only or forms, "other": forms}
    is_named = only and len(squares) == len(leakers)
    return {"message": "closes_only", "value": only} if is_named else count("closes", len(squares))


def derive_declined_word(facts: Facts) -> Value:
    """What came of a measure that was left out: replaced, left open, or kept after all; and what stays open."""
    name, plan = read_measure(facts), read_plan(facts)
    said = {"value": name_measure(facts, name)}
    if name not in plan.declined:
        return {"message": "kept", **said}
    answer = (facts["declined"] or {}).get(facts["this"])
    choice = answer["choice"] if isinstance(answer, dict) else answer
    swap = choice if choice in plan.picks else None
    still = [cell for cell, state in find_cover_of(facts, plan).items() if state == "open"]
    met = find_met(read_catalogue(facts)[name], read_class(facts))
    left = count_squares(facts, [cell for cell in still if cell in met])
    message = ("swapped_open" if left else "swapped") if swap else "left_open"
    return {"message": message, **said, "other": name_measure(facts, str(swap)), "this": left}


def find_cover_of(facts: Facts, plan: Plan) -> Mapping[Cell, str]:
    """How each need would stand with a plan."""
    return find_cover(read_catalogue(facts), read_class(facts), to_standing(facts, plan)).cells


def list_open(facts: Facts, plan: Plan) -> list[Cell]:
    return [cell for cell, state in find_cover_of(facts, plan).items() if state == "open"]


# -- what is done ------------------------------------------------------------------------------------------------------


def derive_measure_line(facts: Facts) -> Value:
    """The work of the measure a question is about, and who usually sees to it."""
    one = read_catalogue(facts)[read_measure(facts)]
    effort, owner = tell(facts, "efforts", one.effort, "name"), tell(facts, "owners", one.owners[0], "name")
    return {"message": "measure_line", "value": effort, "other": owner}


def derive_first_task(facts: Facts) -> Value:
    """The measure that is due first, by name."""
    name = next(iter(read_plan(facts).picks), None)
    return {"message": "first_task", "value": name_measure(facts, name)} if name else ""


def derive_wish(facts: Facts) -> Value:
    """Why the class is asked about anew, in a manager's words, or in those of an owner who cannot do a measure."""
    wish = facts["wish"]
    if not wish:
        return ""
    said = {"value": {"person": wish["person"]}, "other": wish["words"]}
    if not wish.get("measure"):
        return {"message": "wish", **said}
    message = "wish_cannot" if wish["words"] else "wish_cannot_bare"
    return {"message": message, **said, "this": name_measure(facts, wish["measure"])}


def derive_progress_word(facts: Facts) -> Value:
    """What is done so far, said on coming back."""
    if facts["suggestion"] is not None:
        return {"message": "so_far_decided", "value": len(read_plan(facts).picks)}
    answered = [name for name in QUESTIONS.values() if facts[name] is not None]
    return {"message": "so_far_said", "value": len(list_said(facts))} if answered else {"message": "so_far_begun"}
