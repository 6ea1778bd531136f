"""What becomes of each row of a ledger: exactly one outcome, and for a row that is taken what is noted with it.

Pure: the directory, the guard and the names on the register come in as values and functions; nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from bot.conclusions import RegisterItem
from bot.engine.lexicon import clean, fold
from bot.engine.model import Text
from bot.handbook.catalogue import LONGEST_NAME, find_pack, match_line
from bot.intake.ledger import Ledger, tidy

LONGEST_PLACE = 120
LONGEST_TOLD = 20  # characters of a cell that is shown because it could not be placed
SHORTEST_ALIKE = 2  # letters of a department's name that may stand for the whole
HIDDEN = "…"  # shown instead of what the guard stopped

Known = Mapping[str, Mapping[str, str]]  # department id -> folded name -> standing or gone

TAKEN = "new"
REPEATED = ("standing", "gone", "twice")  # on the register; once on it, renamed or taken off; in an earlier row
REFUSED = (
    "no_name",
    "kept_out",
    "too_long",
    "no_department",
    "unknown_department",
    "other_department",
    "head_again",
)


@dataclass(frozen=True, slots=True)
class Department:
    """One department of the directory; `mine` where the person may import for it."""

    id: str
    name: Text
    field: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are judged by: the departments, who a person's name means in a department, what the guard says."""

    departments: Sequence[Department]
    find_owner: Callable[[str, Department], str | None]
    stops: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """One row with its outcome. `told` is what it says that could not be placed, `first` the row it repeats."""

    row: int
    outcome: str
    name: str = ""
    department: Department | None = None
    told: str = ""
    first: int = 0
    owner: str | None = None
    owner_lost: str = ""  # a name that is nobody's, or more than one person's
    department_said: str = ""  # where a like name was taken for the department
    level: int | None = None
    places: tuple[str, ...] = ()
    place_lost: bool = False


def judge_rows(ledger: Ledger, mapping: Mapping[str, Any], around: Surroundings) -> list[Judged]:
    """Every row that holds something, in order; what repeats is still to be told by `mark_repeated`."""
    head = ledger.head[_place(mapping["name"])] if _place(mapping["name"]) < len(ledger.head) else ""
    return [_judge(number, Cells(row, mapping), head, around) for number, row in ledger.rows]


@dataclass(frozen=True, slots=True)
class Cells:
    """One row read by what its columns hold."""

    row: Sequence[str]
    mapping: Mapping[str, Any]

    def raw(self, kind: str) -> str:
        place = _place(self.mapping[kind])
        return self.row[place] if 0 <= place < len(self.row) else ""

    def text(self, kind: str) -> str:
        return tidy(self.raw(kind))


def _place(column: str | None) -> int:
    return int(column[1:]) if column else -1


def _judge(number: int, cells: Cells, head: str, around: Surroundings) -> Judged:
    wrong = _look_at_name(cells, head, around)
    if wrong:
        return Judged(number, wrong, told=str(len(cells.text("name"))))
    name, said = cells.text("name"), cells.text("department")
    department = find_department(said or cells.mapping["whole"] or "", around.departments)
    if department is None:
        outcome = "unknown_department" if said or cells.mapping["whole"] else "no_department"
        return Judged(number, outcome, name, told=_show(said, around))
    if not department.mine:
        return Judged(number, "other_department", name, department)
    return _take(Judged(number, TAKEN, name), department, cells, around)


def _look_at_name(cells: Cells, head: str, around: Surroundings) -> str | None:
    """What keeps a row from being taken for its name alone; the guard is asked before anything else looks at it."""
    name = cells.text("name")
    if not name:
        return "no_name"
    if around.stops(clean(cells.raw("name"))[0]):
        return "kept_out"
    if len(name) > LONGEST_NAME:
        return "too_long"
    return "head_again" if name == head else None


def _take(judged: Judged, department: Department, cells: Cells, around: Surroundings) -> Judged:
    named, said = cells.text("owner"), cells.text("department")
    owner = around.find_owner(named, department) if named else None
    written = [tidy(line) for line in cells.raw("place").splitlines() if tidy(line)]
    kept = not around.stops(clean(cells.raw("place"))[0]) and max(map(len, written), default=0) <= LONGEST_PLACE
    exactly = not said or _is_named(said, department)
    return replace(
        judged,
        department=department,
        owner=owner,
        owner_lost=_show(named, around) if named and owner is None else "",
        department_said="" if exactly else _show(said, around),
        level=cells.mapping["levels"].get(cells.text("level")),
        places=tuple(written) if kept else (),
        place_lost=bool(written) and not kept,
    )


def _show(cell: str, around: Surroundings) -> str:
    return HIDDEN if around.stops(cell) else cell[:LONGEST_TOLD]


def _is_named(said: str, department: Department) -> bool:
    return fold(said) in (department.id, fold(department.name.ja), fold(department.name.en))


def find_department(said: str, departments: Sequence[Department]) -> Department | None:
    """The department of this name or id; else the only one whose name begins as this does, or the other way round."""
    exactly = [one for one in departments if _is_named(said, one)]
    if exactly or len(fold(said)) < SHORTEST_ALIKE:
        return exactly[0] if exactly else None
    alike = [
        one for one in departments if any(_begin_alike(fold(said), fold(text)) for text in (one.name.ja, one.name.en))
    ]
    return alike[0] if len(alike) == 1 else None


def _begin_alike(said: str, name: str) -> bool:
    return name.startswith(said) or (len(name) >= SHORTEST_ALIKE and said.startswith(name))


def mark_repeated(judged: Sequence[Judged], known: Known) -> list[Judged]:
    """The same rows, told apart by the folded names each department has or once had, then by the rows before."""
    seen: dict[tuple[str, str], int] = {}
    return [_mark(one, one.department, seen, known) if one.outcome == TAKEN else one for one in judged]


def _mark(one: Judged, department: Department | None, seen: dict[tuple[str, str], int], known: Known) -> Judged:
    place = (department.id if department else "", fold(one.name))
    first = seen.setdefault(place, one.row)
    outcome = known.get(place[0], {}).get(place[1])
    if outcome:
        return replace(one, outcome=outcome)
    return one if first == one.row else replace(one, outcome="twice", first=first)


def count_rows(judged: Sequence[Judged]) -> dict[str, Any]:
    """How many rows came to what: `rows new standing twice refused` add up; and the new ones of each department."""
    counts = Counter(one.outcome for one in judged)
    new = Counter(one.department.id for one in judged if one.outcome == TAKEN and one.department)
    names = {one.department.id: one.department.name for one in judged if one.department}
    return {
        "rows": len(judged),
        **{outcome: counts[outcome] for outcome in (TAKEN, *REPEATED)},
        "refused": sum(counts[outcome] for outcome in REFUSED),
        "departments": [(names[one].model_dump(), count) for one, count in new.most_common()],
    }


def to_items(judged: Sequence[Judged], salt: str, sha: str, categories: Mapping[str, Any]) -> list[RegisterItem]:
    """The rows that are taken, as items of the register; a claimed level is kept as a claim and decides nothing."""
    packs = {
        field: find_pack(categories, field) for field in {one.department.field for one in judged if one.department}
    }
    return [
        _to_item(one, one.department, salt, sha, packs) for one in judged if one.outcome == TAKEN and one.department
    ]


def _to_item(
    one: Judged, department: Department, salt: str, sha: str, packs: Mapping[str, Mapping[str, Any]]
) -> RegisterItem:
    line_id = match_line(one.name, packs[department.field])
    line = packs[department.field].get(line_id or "", {})
    key = blake2b(f"{department.id} {fold(one.name)}".encode(), key=salt.encode()[:64], digest_size=5).hexdigest()
    body = {
        "name_en": None,
        "line": line_id,
        "forms": list(line.get("forms", ())),
        "technical": line.get("technical"),
        "entrusted": line.get("entrusted"),
        "owner_how": "said" if one.owner else "open",
        "ledger": {"row": one.row, "level": one.level, "places": list(one.places), "sha": sha},
    }
    return RegisterItem(department.id, key, one.name, one.owner, body)


def note_names(known: dict[str, dict[str, str]], department: str, name: str, former: Sequence[str], gone: bool) -> None:
    """Add an item's name and those it had before to what is known; a name that stands wins over one that is gone."""
    names = known.setdefault(department, {})
    for one in former:
        names.setdefault(fold(one), "gone")
    if not gone:
        names[fold(name)] = "standing"
    else:
        names.setdefault(fold(name), "gone")
