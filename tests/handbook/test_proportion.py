"""What is too much, not needed and uneven is found where it was planted, by name, and nothing else is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.loader import read_yaml
from bot.handbook.cover import Cell, find_cover, find_met
from bot.handbook.measures import COMPANY, ItemClass, Measure, Standing
from bot.handbook.proportion import BURDEN, CAPACITY, Finding, find_muda, find_mura, find_muri, list_spare
from bot.handbook.selection import select
from tests.handbook.catalogues import (
    catalogues,
    classes,
    list_measures,
    make_class,
    make_measure,
    read_real,
    standings,
)

COMPANIES: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).parent / "companies.yaml")
PLANTED = [name for name, company in COMPANIES.items() if "planted" in company]
SOUND = [name for name, company in COMPANIES.items() if "sound" in company]
LEVELS = {"L1": 1, "L2": 2, "L3": 3}


# -- sixty companies ---------------------------------------------------------------------------------------------------


def read_classes(company: Mapping[str, Any]) -> list[ItemClass]:
    return [
        ItemClass(department, name, LEVELS[name[:2]], frozenset(told["forms"].split()), tuple(told["items"].split()))
        for department, held in company["classes"].items()
        for name, told in held.items()
    ]


def read_standing(company: Mapping[str, Any]) -> dict[str, Standing]:
    """How measures stand in each department that was asked; what serves the company stands in all."""
    standing: dict[str, dict[str, str]] = {department: {} for department in company["classes"]}
    for department in company.get("unasked", "").split():
        del standing[department]
    for state, key in (("confirmed", "in_place"), ("planned", "planned"), ("declined", "declined")):
        for place, names in company.get(key, {}).items():
            for name in names.split():
                assert (read_real()[name].reach == COMPANY) is (place == COMPANY), (name, place)
                for department in standing if place == COMPANY else [place]:
                    standing[department][name] = state
    for department, lines in company.get("due", {}).items():
        standing[department] |= {line.split()[0]: "planned" for line in lines}
    return standing


def look_over(company: Mapping[str, Any]) -> list[Finding]:
    measures, held, standing = read_real(), read_classes(company), read_standing(company)
    due = [tuple(line.split()) for lines in company.get("due", {}).values() for line in lines]
    alike = [tuple(pair.split()) for pair in company.get("alike", ())]
    muri = find_muri(due, company.get("load", {}), measures)  # type: ignore[arg-type] # three words each
    return [*muri, *find_muda(measures, held, standing), *find_mura(measures, held, standing, alike)]  # type: ignore[arg-type]


def tell(findings: list[Finding]) -> Iterator[str]:
    """What is out of proportion, as the file writes it."""
    for kind, name, told in findings:
        if kind == "muri":
            move = ", ".join(f"{measure} -> {month}" for measure, month in told["move"])
            yield f"muri {told['person']} {told['month']}: {move}"
        elif kind == "muda":
            yield f"muda {told['measure']} {told['place']}: {' '.join(told['by'])}".strip()
        elif name == "unlike_departments":
            weaker, stronger = (" ".join(side) for side in zip(*told["items"], strict=True))
            yield f"mura {weaker} < {stronger}: {' '.join(told['measures'])}"
        elif name == "unlike_forms":
            yield f"mura {told['department']} {told['class']}: {told['form']} < {' '.join(told['like'])}"


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found_by_name_and_nothing_else(name: str) -> None:
    """Excess, waste and unevenness in thirty worked companies."""
    assert sorted(tell(look_over(COMPANIES[name]))) == sorted(COMPANIES[name]["found"])


@pytest.mark.parametrize("name", SOUND)
def test_in_a_sound_company_nothing_is_found(name: str) -> None:
    """Thirty that come near it: exactly as much as can be carried, the only one for its need, other forms."""
    findings = look_over(COMPANIES[name])
    assert list(tell(findings)) == []
    if "left" in COMPANIES[name]:
        assert {told["measure"] for _, _, told in findings} == set(COMPANIES[name]["left"].split())


def test_there_are_thirty_of_each() -> None:
    """And ten of each kind among the planted."""
    assert (len(PLANTED), len(SOUND)) == (30, 30)
    kinds = [line.split()[0] for name in PLANTED for line in {COMPANIES[name]["found"][0]}]
    assert {kind: kinds.count(kind) for kind in kinds} == {"muri": 10, "muda": 10, "mura": 10}


# -- muri --------------------------------------------------------------------------------------------------------------

MEASURES = list_measures(
    make_measure("mark", floor={"paper"}, rank=1),
    make_measure("small", rank=2),
    make_measure("usual", starter=True, rank=9),
    make_measure("middle", effort="mid", rank=3),
    make_measure("large", effort="high", rank=4),
)
MONTHS = st.integers(0, 4).map(lambda later: f"{2026 + (10 + later) // 12}-{(10 + later) % 12 + 1:02}")
DUE = st.lists(st.tuples(st.sampled_from(sorted(MEASURES)), st.sampled_from("ab"), MONTHS.map("{}-15".format)))
LOAD = st.dictionaries(st.sampled_from("ab"), st.dictionaries(MONTHS, st.integers(1, 8), max_size=3))


@given(DUE, LOAD)
def test_once_moved_as_proposed_nothing_is_too_much(
    due: list[tuple[str, str, str]], load: dict[str, dict[str, int]]
) -> None:
    """Found is exactly each month over the measure, and what is proposed makes room without filling another."""
    found = find_muri(due, load, MEASURES)
    over = {(who, day[:7]) for _, who, day in due if burden_of(due, load, who, day[:7]) > CAPACITY}
    assert {(told["person"], told["month"]) for _, _, told in found} == over
    for _, _, told in found:
        for measure, month in told["move"]:
            at = next(
                at for at, one in enumerate(due) if one[:2] == (measure, told["person"]) and one[2][:7] == told["month"]
            )
            due[at] = (measure, told["person"], f"{month}-15")
    assert find_muri(due, load, MEASURES) == []


def burden_of(due: list[tuple[str, str, str]], load: Mapping[str, Mapping[str, int]], who: str, month: str) -> int:
    ours = sum(BURDEN[MEASURES[name].effort] for name, person, day in due if (person, day[:7]) == (who, month))
    return ours + load.get(who, {}).get(month, 0)


@pytest.mark.parametrize(
    ("names", "moved"),
    [
        ("mark small usual middle middle", ["middle"]),
        ("mark usual large", ["large"]),
        ("mark usual small small middle", ["small"]),
        ("mark mark mark usual middle", ["usual"]),
    ],
)
def test_the_fewest_move_and_the_floor_moves_last(names: str, moved: list[str]) -> None:
    """The lightest that is enough, of these what is not commonly done first; the mark where nothing else is left."""
    (found,) = find_muri([(name, "a", "2026-12-10") for name in names.split()], {}, MEASURES)
    assert [measure for measure, _ in found.params["move"]] == moved


# -- muda --------------------------------------------------------------------------------------------------------------


def cells_of(
    measures: Mapping[str, Measure], held: list[ItemClass], standing_of: Mapping[str, Standing]
) -> list[Mapping[Any, str]]:
    return [find_cover(measures, one, standing_of[one.department]).cells for one in held]


def without(
    measures: Mapping[str, Measure], standing_of: Mapping[str, Standing], gone: list[tuple[str, str]]
) -> dict[str, Standing]:
    """How measures stand once these of these places are gone."""
    return {
        department: {
            name: state
            for name, state in standing.items()
            if (name, COMPANY if name in measures and measures[name].reach == COMPANY else department) not in gone
        }
        for department, standing in standing_of.items()
    }


@st.composite
def companies(draw: st.DrawFn) -> tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]]:
    """Two departments with a class or two; what serves the company stands alike in both."""
    measures = draw(catalogues)
    held = [*draw(st.lists(classes("d1"), min_size=1, max_size=2)), *draw(st.lists(classes("d2"), max_size=2))]
    held = [one._replace(id=f"c{place}", items=(f"i{place}",)) for place, one in enumerate(held)]
    common = {name: state for name, state in draw(standings).items() if name in measures}
    standing_of = {}
    for department in ("d1", "d2"):
        own = {name: state for name, state in draw(standings).items() if name in measures}
        standing_of[department] = {
            **{name: state for name, state in own.items() if measures[name].reach != COMPANY},
            **{name: state for name, state in common.items() if measures[name].reach == COMPANY},
        }
    return measures, held, standing_of


@given(companies())
def test_all_that_is_not_needed_can_go_at_once_and_nothing_more(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """Without all of it every need stands as it did; without any other one that meets a need, some does not."""
    measures, held, standing_of = company
    gone = [(told["measure"], told["place"]) for _, _, told in find_muda(measures, held, standing_of)]
    before, rest = cells_of(measures, held, standing_of), without(measures, standing_of, gone)
    assert cells_of(measures, held, rest) == before
    for department, standing in rest.items():
        for name in standing:
            place = COMPANY if measures[name].reach == COMPANY else department
            over = [one for one in held if place in (COMPANY, one.department)]
            if standing[name] != "declined" and any(find_met(measures[name], one) for one in over):
                assert cells_of(measures, held, without(measures, rest, [(name, place)])) != before


@given(companies())
def test_only_what_costs_much_and_marks_nothing_is_waste(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """Everything else that is not needed is overlap."""
    measures, held, standing_of = company
    for kind, _, told in find_muda(measures, held, standing_of):
        measure = measures[told["measure"]]
        is_much = measure.effort in ("mid", "high") and not measure.starter
        assert (kind == "muda") is (is_much and not measure.floor)


@given(companies())
def test_what_is_named_instead_meets_it_all(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """The others by which a need is met that a measure not needed meets stand in the finding."""
    measures, held, standing_of = company
    for _, _, told in find_muda(measures, held, standing_of):
        for one in held:
            if told["place"] in (COMPANY, one.department) and told["measure"] in standing_of[one.department]:
                met = set().union(*(find_met(measures[name], one) for name in told["by"]))
                assert find_met(measures[told["measure"]], one) <= met


@given(companies())
def test_what_serves_all_can_go_only_where_no_other_department_needs_it(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """What one department finds it could do without, looked at beside another: without what is left of it every need of
    both stands as it did, and whatever was put back is needed there."""
    measures, held, standing_of = company
    own, others = ([one for one in held if one.department == place] for place in ("d1", "d2"))
    found = find_muda(measures, own, {"d1": standing_of["d1"]})
    wide = [told["measure"] for _, _, told in found if told["place"] == COMPANY]
    left = list_spare(measures, wide, others, standing_of["d2"])
    before = cells_of(measures, held, standing_of)
    rest = without(measures, standing_of, [(name, COMPANY) for name in left])
    assert cells_of(measures, held, rest) == before
    for name in set(wide) - set(left):
        assert cells_of(measures, held, without(measures, rest, [(name, COMPANY)])) != before


LITTLE = (
    "c4-mark",
    "c4-object-tag",
    "c4-knowhow-list",
    "c4-nda-hire",
    "c1-locked-storage",
    "c3-tidy",
    "c3-visitor-badge",
    "c1-mfa",
    "c1-firewall",
    "c4-training",
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_mark_the_pledge_the_lock_and_tidiness_are_never_called_waste(data: st.DataObject) -> None:
    """Nor anything else of low effort, to begin with, or by which people tell: whatever is in place beside it."""
    measures = read_real()
    names = data.draw(st.lists(st.sampled_from(sorted(measures)), max_size=60))
    held = make_class("paper", "electronic", "object", "knowhow", "shared", level=data.draw(st.integers(1, 3)))
    found = find_muda(measures, [held], {"d1": dict.fromkeys((*LITTLE, *names), "confirmed")})
    wasted = {told["measure"] for kind, _, told in found if kind == "muda"}
    assert wasted.isdisjoint(LITTLE)
    assert all(measures[name].effort != "low" for name in wasted)
    assert not any(measures[name].floor or measures[name].starter for name in wasted)


def test_a_mark_that_were_no_floor_and_much_work_would_be_called_waste() -> None:
    """What protects it is its floor, its low effort and that one begins with it, not its name."""
    measures = {**read_real()}
    measures["c4-mark"] = measures["c4-mark"]._replace(effort="mid", floor=frozenset(), starter=False)
    standing = {"c4-mark": "confirmed", "c4-nda-hire": "confirmed"}
    (found,) = find_muda(measures, [make_class("paper")], {"d1": standing})
    assert (found.kind, found.params["measure"]) == ("muda", "c4-mark")


@given(catalogues, classes(), standings)
def test_what_is_suggested_is_never_waste(measures: dict[str, Measure], held: ItemClass, standing: Standing) -> None:
    """Each pick is needed, so none is found once it is planned."""
    picks = {pick.measure for pick in select(measures, held, standing).picks}
    found = find_muda(measures, [held], {"d1": {**standing, **dict.fromkeys(picks, "planned")}})
    assert picks.isdisjoint(told["measure"] for _, _, told in found)


# -- mura --------------------------------------------------------------------------------------------------------------


@given(companies())
def test_what_the_stronger_has_makes_the_weaker_like_it(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """Taken over by the weaker, what is named leaves nothing uneven between the two."""
    measures, held, standing_of = company
    alike = [(one.items[0], other.items[0]) for one in held for other in held if one.department < other.department]
    found = find_mura(measures, held, standing_of, alike)
    assert sorted(map(str, found)) == sorted(
        map(str, find_mura(measures, held, standing_of, [pair[::-1] for pair in alike]))
    )
    for _, name, told in found:
        if name == "unlike_departments":
            assert told["cells"]
            pair = [one for one in held if {*one.items} & {*told["items"][0]}]
            weaker = {**standing_of[told["department"]], **dict.fromkeys(told["measures"], "planned")}
            again = find_mura(measures, pair, {**standing_of, told["department"]: weaker}, [tuple(told["items"][0])])
            assert not [one for one in again if one.params["department"] == told["department"] and one.name == name]


@given(companies())
def test_a_form_is_weaker_only_than_one_that_lacks_nothing(
    company: tuple[dict[str, Measure], list[ItemClass], dict[str, Standing]],
) -> None:
    """And it lacks something itself."""
    measures, held, standing_of = company
    for _, name, told in find_mura(measures, held, standing_of, []):
        assert name == "unlike_forms"
        (one,) = [one for one in held if (one.department, one.id) == (told["department"], told["class"])]
        states = find_cover(measures, one, standing_of[one.department]).cells
        for form in told["like"]:
            assert "open" not in [state for cell, state in states.items() if cell.form == form]
        assert all(states[Cell(*cell)] == "open" and cell[2] == told["form"] for cell in told["cells"])
