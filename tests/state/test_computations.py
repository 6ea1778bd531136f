"""What is worked out of a plan beside all that the company has, and how little of that is read for it."""

import pytest

from bot import computations
from bot.access import Scope
from bot.computations import EVERYWHERE, list_alike, weigh
from bot.handbook.measures import Measure, read_measures
from bot.measuring import list_needing
from bot.state.queries import Reader
from tests.state.test_measures import classes_of, judge
from tests.state.test_settling import put, settle
from tests.state.world import World

AUDIT, MARK, TIDY = "c3-audit", "c4-mark", "c3-tidy"  # of the whole company and of much work; a department's own
OWN = {MARK: "claimed", TIDY: "claimed", AUDIT: "claimed"}  # the two meet of what is on paper all that the first does
PAPER = {"forms": ["paper"]}


def weighed(world: World, **standing: str) -> set[tuple[str, str]]:
    """What is found for the first head's class: kind, and the measure or else the department that has more."""
    (one,) = classes_of(world, "sato").values()
    told = {"department": one.department, "id": one.id, "level": one.level}
    told |= {"forms": sorted(one.forms), "items": list(one.items)}
    given = {"class": told, "standing": {**OWN, **standing}, "planned": []}
    found = weigh(world.reader, world.template.words.routes, given)
    return {(one["kind"], one["params"].get("measure") or one["params"]["like_department"]) for one in found}


def find_measure(world: World, name: str) -> Measure:
    return read_measures(world.template.content.catalogue["measures"])[name]


def test_what_serves_the_company_is_waste_only_where_nobody_needs_it(world: World) -> None:
    """Not needed here, but by another department that has nothing else; once that has, it is told."""
    judge(world, "sato", ("加工条件表", "L2-desk", PAPER))
    assert ("muda", AUDIT) in weighed(world)
    judge(world, "ito", ("試作の図面", "L2-desk", PAPER))
    settle(world, "ito", put("claimed", AUDIT, "company"))
    assert ("muda", AUDIT) not in weighed(world)
    settle(world, "ito", put("claimed", MARK), put("claimed", TIDY))
    assert ("muda", AUDIT) in weighed(world)


def test_what_is_alike_elsewhere_and_better_protected_is_told(world: World) -> None:
    """An item that goes by the same name in another department is compared; one of another name is not."""
    judge(world, "sato", ("図面", "L2-desk", PAPER))
    judge(world, "ito", ("図面", "L2-desk", PAPER))
    settle(world, "ito", put("claimed", "c1-locked-storage"))
    design = world.find("ito").department_id
    assert ("mura", design) in weighed(world)
    assert ("mura", design) not in weighed(world, **{"c1-locked-storage": "claimed"})


def test_only_departments_that_can_matter_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing of the company's is in question and nothing is alike, no other department's measures are read; and
    looking for who needs a measure ends at the first that does."""
    judge(world, "sato", ("加工条件表", "L2-desk", PAPER))
    judge(world, "ito", ("試作の図面", "L2-desk", PAPER))
    judge(world, "takahashi", ("就業規則の案", "L2-desk", PAPER))
    settle(world, "ito", put("claimed", AUDIT, "company"))
    read = list[str]()
    known = computations.read_states
    monkeypatch.setattr(computations, "read_states", lambda reader, place: read.append(place) or known(reader, place))
    weighed(world, **{AUDIT: "declined"})
    assert read == []
    weighed(world)
    assert len(read) == 1
    registers = list[Scope]()
    whole = Reader.read_register
    monkeypatch.setattr(Reader, "read_register", lambda self, reach: registers.append(reach) or whole(self, reach))
    (one,) = list_needing(world.reader, world.find("sato").department_id, [find_measure(world, AUDIT)])
    assert one.department == registers[-1].department
    assert EVERYWHERE not in registers
    assert len(registers) < len(world.reader.list_departments())


def test_a_line_that_stands_everywhere_is_compared_with_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are counted from the items asked about alone, and there is an end to them."""
    told = {"state": "approved", "name": "歩留まり"}
    rows = [{**told, "id": f"i{place}", "department_id": f"d{place}"} for place in range(9)]
    assert list_alike(rows, ["i3"]) == [("i3", f"i{place}") for place in range(9) if place != 3]
    assert list_alike([*rows, {**told, "id": "i9", "department_id": "d3"}], ["i3"]) == list_alike(rows, ["i3"])
    monkeypatch.setattr(computations, "MOST_ALIKE", 4)
    assert len(list_alike(rows, ["i3"])) == 4
