"""What the administrative commands do: people from a file, the first manager, facts of the company.

Decides by `access`, writes through the store; knows no terminal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.access import Resource, can
from bot.bootstrap import Program, build_inspect
from bot.engine.lexicon import Shared
from bot.engine.words import Names, fill
from bot.flows.company import FACTS
from bot.intake.people import Complaint, Sheet, decode, find_fields, read_people
from bot.state.people import appoint_manager, import_people, list_leaving
from bot.state.record import Transaction, set_company_fact
from bot.state.retention import FACT as CASE_YEARS

SETTABLE = ("name", CASE_YEARS, *FACTS)
MOST_NAMED = 20  # of those who leave


@dataclass(frozen=True, slots=True)
class Read:
    """A file read and checked: its people with the field of each department, or complaints."""

    sheet: Sheet
    fields: Mapping[str, str]

    def describe(self, shared: Shared, language: str) -> tuple[list[str], bool]:
        """What to tell the operator, and whether the file can be taken."""
        if self.sheet.complaints:
            head = _word(shared, "import_refused", language, count=len(self.sheet.complaints))
            return [head, *(_word_complaint(shared, one, language) for one in self.sheet.complaints)], False
        people = self.sheet.people
        departments = len({person.department for person in people})
        return [_word(shared, "import_ready", language, count=len(people), departments=departments)], True


def read_sheet(file: Path, known: dict[str, Sequence[str]]) -> Read:
    """Read a CSV file; a department whose field nobody can tell is a complaint at its first row."""
    try:
        text = decode(file.read_bytes())
    except OSError:
        return Read(Sheet((), (Complaint(0, str(file), "file_unreadable"),)), {})
    if text is None:
        return Read(Sheet((), (Complaint(0, str(file), "not_csv"),)), {})
    sheet = read_people(text, known)
    fields = find_fields(sheet.people, known)
    first = {person.department: row for row, person in reversed(list(zip(sheet.rows, sheet.people, strict=True)))}
    lost = [
        Complaint(first[name], "field", "field_unknown", ", ".join(known))
        for name, field in fields.items()
        if field is None
    ]
    return Read(Sheet((), tuple(lost)) if lost else sheet, {name: field or "" for name, field in fields.items()})


def describe_leaving(program: Program, read: Read, language: str) -> str:
    """Who leaves the directory with a file that names everybody."""
    leaving = list_leaving(program.database, read.sheet.people)
    shared = program.content.shared
    if not leaving:
        return _word(shared, "import_nobody_leaves", language)
    more = ", …" if len(leaving) > MOST_NAMED else ""
    return _word(shared, "import_leaving", language, count=len(leaving), names=", ".join(leaving[:MOST_NAMED]) + more)


def write_people(program: Program, read: Read, language: str, everybody: bool = False) -> tuple[str, bool]:
    """Put a checked file into the directory, and say whether that was done. Register managers are named, not made by
    a file, and none leaves by one."""
    if program.is_trial:
        return _word(program.content.shared, "import_trial", language), False
    managers = set(program.reader.find_with_role("register_manager"))
    known = {member.email for member in program.reader.list_members() if member.id in managers}
    new = [one.email for one in read.sheet.people if "register_manager" in one.roles and one.email not in known]
    if new:
        return _word(program.content.shared, "import_manager", language, email=new[0]), False
    kept = {one.email for one in read.sheet.people if "register_manager" in one.roles}
    missing = (known if everybody else known & {one.email for one in read.sheet.people}) - kept
    if missing:
        return _word(program.content.shared, "import_keeps_manager", language, email=sorted(missing)[0]), False

    def change(tx: Transaction) -> None:
        import_people(tx, program.operator, read.sheet.people, read.fields, everybody)

    program.store.write(change)
    return _word(program.content.shared, "import_done", language, count=len(read.sheet.people)), True


def appoint_first(program: Program, email: str) -> tuple[str, bool]:
    """Name the first register manager; the notice that says what came of it."""
    member = program.reader.find_member(email)
    if member is None:
        return "appoint_unknown", False
    done = program.store.write(lambda tx: appoint_manager(tx, program.operator, member.id))
    return ("appointed", True) if done else ("appoint_taken", False)


def set_company(program: Program, fact: str, ja: str, en: str | None, email: str | None) -> tuple[str, bool]:
    """Set one fact of the company, as the operator or in somebody's name."""
    if fact not in SETTABLE:
        return "company_unknown", False
    actor = program.operator
    if email:
        member = program.find_member(email)
        named = program.name_actor(member) if member else None
        if member is None or named is None or not can(member.actor, "company.set", Resource()):
            return "not_yours", False
        actor = named
    if any(map(build_inspect(program.content), (ja, en or ""))):
        return "kept_out_rows", False
    program.store.write(lambda tx: set_company_fact(tx, actor, fact, ja, en or ja))
    return "company_set", True


def _word_complaint(shared: Shared, one: Complaint, language: str) -> str:
    values = {"row": one.row, "column": one.column, "accepted": one.accepted}
    return _word(shared, f"complaint_{one.rule}", language, **values)


def _word(shared: Shared, notice: str, language: str, **values: Any) -> str:
    return fill(shared.says[notice].of(language), values, language, shared, Names())
