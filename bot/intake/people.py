"""Reading people, departments and roles from CSV text: every row checked, all or nothing. Pure.

Complaints are values with row and column; their words live in `content/shared/messages.yaml`.
"""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.access import ROLES

COLUMNS = ("email", "name", "name_en", "title", "department", "department_en", "field", "roles", "language")
NEEDED = ("email", "name", "department", "roles")
EMAIL = re.compile(r"^[^@\s,]{1,64}@[^@\s,]{1,185}$")
LONGEST = 120
LONGEST_FAMILY = 60
LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the directory, as a file or the database has it."""

    email: str
    name: str
    name_en: str
    title: str
    department: str
    department_en: str
    field: str
    roles: tuple[str, ...]
    language: str = "ja"

    @property
    def family(self) -> str:
        """How the person is spoken to in Japanese: the first part of 「佐藤 健一」."""
        return re.split(r"[\s\u3000]+", self.name)[0][:LONGEST_FAMILY]

    @property
    def family_en(self) -> str:
        """How the person is spoken to in English: the last part of "Kenichi Sato"."""
        return self.name_en.split()[-1][:LONGEST_FAMILY] if self.name_en else self.family


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong where: the row as a spreadsheet counts it, the column, a rule by name, what is accepted."""

    row: int
    column: str
    rule: str
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A read file: its people, or what is wrong with it."""

    people: tuple[Person, ...]
    complaints: tuple[Complaint, ...]
    rows: tuple[int, ...] = ()  # where each of the people stands


def decode(raw: bytes) -> str | None:
    """CSV bytes as text: UTF-8 with or without mark, or the Shift_JIS that Japanese Excel writes; None for neither."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_people(text: str, fields: Collection[str]) -> Sheet:
    """The people of a CSV text with a header; `fields` are the departments of the catalogue a field may name."""
    filled = read_rows(text)
    if filled is None:
        return Sheet((), (Complaint(1, "", "not_csv"),))
    header = [cell.strip().casefold() for cell in filled[0][1]] if filled else []
    wrong = _check_header(header)
    if wrong:
        return Sheet((), tuple(wrong))
    people: list[Person] = []
    complaints: list[Complaint] = []
    for number, row in filled[1:]:
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        found = [*_check_length(number, header, row), *_check_row(number, cells, fields)]
        complaints += found
        if not found:
            people.append(_to_person(cells))
    places = tuple(number for number, _ in filled[1:])
    complaints += _check_together(places, people) if not complaints else []
    if not people and not complaints:
        complaints.append(Complaint(2, "", "no_people"))
    return Sheet((), tuple(complaints)) if complaints else Sheet(tuple(people), (), places)


def read_rows(text: str) -> list[tuple[int, list[str]]] | None:
    """The rows of a CSV text that hold anything, behind their numbers; None where it is none."""
    if "\0" in text:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error:
        return None
    return [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]


def _check_header(header: Sequence[str]) -> list[Complaint]:
    missing = [name for name in NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    accepted = ", ".join(COLUMNS)
    return [
        *(Complaint(1, name, "column_missing", accepted) for name in missing),
        *(Complaint(1, name, "column_unknown", accepted) for name in unknown),
        *(Complaint(1, name, "column_twice") for name in {name for name in header if header.count(name) > 1}),
    ]


def _check_length(number: int, header: Sequence[str], row: Sequence[str]) -> list[Complaint]:
    return [] if len(row) == len(header) else [Complaint(number, "", "row_length", str(len(header)))]


def _check_row(number: int, cells: dict[str, str], fields: Collection[str]) -> list[Complaint]:
    found = [Complaint(number, name, "empty") for name in NEEDED if not cells.get(name)]
    found += [Complaint(number, name, "too_long", str(LONGEST)) for name, cell in cells.items() if len(cell) > LONGEST]
    if cells.get("email") and not EMAIL.match(cells["email"]):
        found.append(Complaint(number, "email", "not_email"))
    if cells.get("field") and cells["field"] not in fields:
        found.append(Complaint(number, "field", "not_one_of", ", ".join(fields)))
    if cells.get("language", "") not in ("", *LANGUAGES):
        found.append(Complaint(number, "language", "not_one_of", ", ".join(LANGUAGES)))
    wrong = [role for role in _split_roles(cells.get("roles", "")) if role not in ROLES]
    return found + ([Complaint(number, "roles", "not_one_of", ", ".join(ROLES))] if wrong else [])


def _check_together(places: Sequence[int], people: Sequence[Person]) -> list[Complaint]:
    """What only shows over all rows: an address twice, a department with two fields."""
    found: list[Complaint] = []
    seen: dict[str, int] = {}
    packs: dict[str, str] = {}
    for number, person in zip(places, people, strict=True):
        if person.email in seen:
            found.append(Complaint(number, "email", "twice", str(seen[person.email])))
        seen.setdefault(person.email, number)
        if person.field and packs.setdefault(person.department, person.field) != person.field:
            found.append(Complaint(number, "field", "field_differs", packs[person.department]))
    return found


def _split_roles(cell: str) -> list[str]:
    return [role.strip().casefold() for role in re.split(r"[;,\s\u3001\uff1b]+", cell) if role.strip()]


def _to_person(cells: dict[str, str]) -> Person:
    roles = tuple(dict.fromkeys(["employee", *_split_roles(cells["roles"])]))
    return Person(
        email=cells["email"].casefold(),
        name=cells["name"],
        name_en=cells.get("name_en", ""),
        title=cells.get("title", ""),
        department=cells["department"],
        department_en=cells.get("department_en") or cells["department"],
        field=cells.get("field", ""),
        roles=roles,
        language=cells.get("language") or "ja",
    )


def find_fields(people: Sequence[Person], heard_as: dict[str, Sequence[str]]) -> dict[str, str | None]:
    """The catalogue field of every department: the one written, else the one whose word its name holds, else None."""
    written = {person.department: person.field for person in people if person.field}
    found: dict[str, str | None] = {}
    for person in people:
        if found.get(person.department) is None:
            found[person.department] = written.get(person.department) or _hear_field(person, heard_as)
    return found


def _hear_field(person: Person, heard_as: dict[str, Sequence[str]]) -> str | None:
    names = f"{person.department} {person.department_en}".casefold()
    fits = [(len(word), field) for field, words in heard_as.items() for word in words if word.casefold() in names]
    return max(fits)[1] if fits else None
