"""The catalogue of measures as values that reasoning can use: what each does, for which information, at what effort.

Pure: reads `content/catalogue/measures.yaml` as parsed, writes no words. What it is called and why is content.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

OBJECTIVES = ("C1", "C2", "C3", "C4", "C5")  # the handbook's five objectives, in its order
LEAKERS = ("employee", "leaver", "partner", "outsider")
FORMS = ("paper", "electronic", "object", "knowhow", "shared")
EFFORTS = ("low", "mid", "high")
GROUPS = ("things", "people", "data")  # the three checklists of what is in place
COMPANY = "company"  # the reach of a measure that is one and the same for every department


class Measure(NamedTuple):
    """One protective measure. `level` is the least level it is meant for, 1 (internal) to 3 (strictly confidential)."""

    id: str
    objectives: frozenset[str]
    leakers: frozenset[str]
    forms: frozenset[str]
    level: int
    effort: str
    owners: tuple[str, ...]  # kinds of work that usually see to it, the first one first
    reach: str  # department, or company where one serves all
    starter: bool  # commonly the first thing to do
    group: str  # under which checklist it stands
    floor: frozenset[str]  # the forms in which it tells people that something is secret
    keeps: bool  # leaves a record whose days are asked
    rank: int  # the commonest first, from 1


class ItemClass(NamedTuple):
    """A class as one department holds it: what is alike in level and way of use, and the forms it takes there.

    `forms` holds `shared` where something of it is handed to partners.
    """

    department: str
    id: str  # level and way of use, e.g. L3-desk
    level: int  # 1 to 3
    forms: frozenset[str]
    items: tuple[str, ...]  # ids


Standing = Mapping[str, str]  # measure -> claimed, confirmed, planned or declined; absent where nothing is known
IN_PLACE = ("claimed", "confirmed")


def read_measures(catalogue: Mapping[str, Any]) -> dict[str, Measure]:
    """Every measure of the catalogue that is not hidden, by id, in the catalogue's order."""
    told: Mapping[str, Mapping[str, Any]] = catalogue["measures"]
    return {name: _read_measure(name, one) for name, one in told.items() if one.get("hidden") != "yes"}


def _read_measure(name: str, told: Mapping[str, Any]) -> Measure:
    return Measure(
        id=name,
        objectives=frozenset(told["objectives"]),
        leakers=frozenset(told["leakers"]),
        forms=frozenset(told["forms"]),
        level=int(str(told["level"]).removeprefix("L")),
        effort=told["effort"],
        owners=tuple(told["owners"]),
        reach=told["reach"],
        starter=told.get("starter") == "yes",
        group=told["group"],
        floor=frozenset(told.get("floor", ())),
        keeps=told.get("keeps") == "yes",
        rank=int(told["rank"]),
    )


def fits(measure: Measure, item_class: ItemClass) -> bool:
    """Whether a measure is meant for this class: its level, and one of the forms it takes."""
    return measure.level <= item_class.level and bool(measure.forms & item_class.forms)


class Holding(NamedTuple):
    """One item as far as measures need it: its class, and the forms it takes in its department."""

    department: str
    item: str
    class_id: str
    level: int  # 1 to 3
    forms: frozenset[str]


def gather_classes(held: Iterable[Holding]) -> list[ItemClass]:
    """The classes that items fall in, by department, the highest level first."""
    found: dict[tuple[str, str], list[Holding]] = {}
    for one in held:
        found.setdefault((one.department, one.class_id), []).append(one)
    classes = [
        ItemClass(
            department,
            class_id,
            max(one.level for one in alike),
            frozenset().union(*(one.forms for one in alike)),
            tuple(sorted(one.item for one in alike)),
        )
        for (department, class_id), alike in found.items()
    ]
    return sorted(classes, key=lambda one: (one.department, -one.level, one.id))
