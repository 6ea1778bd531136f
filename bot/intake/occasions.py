"""Reading moments of working life from CSV text: whose, which, on what day; every row checked. Pure.

Complaints are values with row and column; their words live in `content/shared/messages.yaml`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.engine.lexicon import fold
from bot.handbook.awareness import Moment
from bot.handbook.occasions import find_misfit
from bot.intake.people import EMAIL, Complaint, read_rows

COLUMNS = EMAILS, MOMENTS, DATES = ("email", "moment", "date")
LONGEST = 200  # characters of a cell

ReadDay = Callable[[str], date | None]


@dataclass(frozen=True, slots=True)
class Told:
    """One good row: the moment's id, and where it stands."""

    row: int
    email: str
    moment: str
    day: date


@dataclass(frozen=True, slots=True)
class Sheet:
    """The good rows, and what is wrong with the others."""

    told: tuple[Told, ...]
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Legend:
    """How a file may be written: words of each column, the moments by id, and how a day is read."""

    columns: Mapping[str, Sequence[str]]
    moments: Mapping[str, Moment]
    read_day: ReadDay
    today: date
    language: str

    def find_column(self, head: str) -> str:
        """The column of this heading; the heading itself where it is none."""
        folded = fold(head)
        found = (name for name in COLUMNS if folded in {fold(word) for word in (name, *self.columns[name])})
        return next(found, head)

    def find_moment(self, said: str) -> Moment | None:
        """By its id, its name in either language, or another word for it."""
        folded = fold(said)
        for one in self.moments.values():
            if folded in {fold(word) for word in (one.id, one.name.ja, one.name.en, *one.also)}:
                return one
        return None


def read_occasions(text: str, legend: Legend) -> Sheet:
    """The rows of a CSV text with a header. Where the header is wrong, no row is read."""
    filled = read_rows(text)
    if filled is None:
        return Sheet((), (Complaint(1, "", "not_csv"),))
    header = [legend.find_column(cell.strip()) for cell in filled[0][1]] if filled else []
    wrong = tuple(_check_header(header))
    if wrong:
        return Sheet((), wrong)
    read = [_read_row(number, header, row, legend) for number, row in filled[1:]]
    if not read:
        return Sheet((), (Complaint(2, "", "no_people"),))
    complaints = tuple(one for found in read if isinstance(found, list) for one in found)
    return Sheet(tuple(one for one in read if isinstance(one, Told)), complaints)


def _check_header(header: Sequence[str]) -> Iterator[Complaint]:
    accepted = ", ".join(COLUMNS)
    yield from (Complaint(1, name, "column_missing", accepted) for name in COLUMNS if name not in header)
    yield from (Complaint(1, name, "column_unknown", accepted) for name in header if name not in COLUMNS)
    yield from (Complaint(1, name, "column_twice") for name in COLUMNS if header.count(name) > 1)


def _read_row(number: int, header: Sequence[str], row: Sequence[str], legend: Legend) -> Told | list[Complaint]:
    if len(row) != len(header):
        return [Complaint(number, "", "row_length", str(len(header)))]
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    complaints = [Complaint(number, name, "empty") for name in COLUMNS if not cells[name]]
    complaints += [Complaint(number, name, "too_long", str(LONGEST)) for name in COLUMNS if len(cells[name]) > LONGEST]
    if complaints:
        return complaints
    moment, day = legend.find_moment(cells[MOMENTS]), legend.read_day(cells[DATES])
    if not EMAIL.match(cells[EMAILS]):
        complaints.append(Complaint(number, EMAILS, "not_email"))
    if moment is None:
        names = ", ".join(one.name.of(legend.language) for one in legend.moments.values())
        complaints.append(Complaint(number, MOMENTS, "not_one_of", names))
    if day is None:
        complaints.append(Complaint(number, DATES, "not_a_day"))
    elif moment and (misfit := find_misfit(moment.comes, day, legend.today)):
        complaints.append(Complaint(number, DATES, f"day_{misfit}", day.isoformat()))
    if complaints or moment is None or day is None:
        return complaints
    return Told(number, cells[EMAILS].casefold(), moment.id, day)
