"""The directory: a file of people is read whole or not at all, and every complaint names its row and column."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import ROLES
from bot.bootstrap import OURS, list_fields
from bot.commands.company import read_sheet
from bot.intake.people import COLUMNS, LONGEST, Complaint, decode, find_fields, read_people
from tests.chat import content

CONTENT = content()
FIELDS = list_fields(CONTENT)
SAMPLE = OURS / "sample" / "people.csv"
HEADER = ",".join(COLUMNS)
SATO = "sato@a.example,佐藤 健一,Kenichi Sato,部長,製造部,Manufacturing,manufacturing,department_head,ja"
ITO = "ito@a.example,伊藤 隆,Takashi Ito,部長,設計部,Design,rnd,employee,ja"
MORI = "mori@a.example,森 恵美,Emi Mori,,品質課,,quality,employee,en"


def complain(*lines: str) -> list[tuple[int, str, str]]:
    """What is complained of in these lines, as row, column and rule."""
    return [(one.row, one.column, one.rule) for one in read_people("\n".join(lines), FIELDS).complaints]


def line(**cells: str) -> str:
    """Sato's line with some cells changed."""
    made = dict(zip(COLUMNS, SATO.split(","), strict=True)) | cells
    out = io.StringIO()
    csv.writer(out).writerow(made.values())
    return out.getvalue().strip("\r\n")


WRONG = [
    ({"email": ""}, "email", "empty"),
    ({"name": " "}, "name", "empty"),
    ({"department": "　"}, "department", "empty"),
    ({"roles": ""}, "roles", "empty"),
    ({"email": "sato"}, "email", "not_email"),
    ({"email": "sato@a@b"}, "email", "not_email"),
    ({"email": "sato san@a.example"}, "email", "not_email"),
    ({"field": "製造"}, "field", "not_one_of"),
    ({"roles": "chief"}, "roles", "not_one_of"),
    ({"roles": "employee;root"}, "roles", "not_one_of"),
    ({"language": "fr"}, "language", "not_one_of"),
    ({"name": "あ" * (LONGEST + 1)}, "name", "too_long"),
    ({"title": "あ" * (LONGEST + 1)}, "title", "too_long"),
]


@pytest.mark.parametrize(("cells", "column", "rule"), WRONG)
def test_a_wrong_cell_is_named_by_row_and_column(cells: dict[str, str], column: str, rule: str) -> None:
    """One bad cell gives one complaint, at its row as a spreadsheet counts it, and nobody is read."""
    assert complain(HEADER, ITO, line(**cells), MORI) == [(3, column, rule)]
    assert read_people("\n".join([HEADER, ITO, line(**cells), MORI]), FIELDS).people == ()


def test_every_complaint_is_made_in_one_reading() -> None:
    """A file with several mistakes is told all of them at once, in the order of its rows."""
    found = complain(HEADER, line(email="x"), ITO, line(roles="root", language="fr"), "only,three,cells")
    assert [(row, column) for row, column, _ in found[:3]] == [(2, "email"), (4, "language"), (4, "roles")]
    assert {row for row, _, _ in found[3:]} == {5}


HEADERS = [
    ("", [(column, "column_missing") for column in ("email", "name", "department", "roles")]),
    ("email,name,department", [("roles", "column_missing")]),
    ("email,name,department,roles,phone", [("phone", "column_unknown")]),
    ("email,name,department,roles,name", [("name", "column_twice")]),
    ("email;name;department;roles", None),
]


@pytest.mark.parametrize(("header", "expected"), HEADERS)
def test_a_wrong_header_is_told_before_any_row(header: str, expected: list[tuple[str, str]] | None) -> None:
    """A missing, unknown or double column is a complaint of row 1; no row is judged by a wrong header."""
    found = complain(header, SATO)
    assert {row for row, _, _ in found} == {1}
    if expected is not None:
        assert [(column, rule) for _, column, rule in found][: len(expected)] == expected


@pytest.mark.parametrize("row", ["sato@a.example,佐藤", SATO + ",more", '"'])
def test_a_row_of_another_length_or_half_quoted_is_refused(row: str) -> None:
    """Too few or too many cells are told at their row, an open quote as no CSV at all."""
    found = complain(HEADER, ITO, row)
    assert (3, "", "row_length") in found or found == [(1, "", "not_csv")]


SHIFTS = {
    "a blank line": [""],
    "three blank lines": ["", " ", ""],
    "a line of commas, as Excel leaves them": ["," * (len(COLUMNS) - 1)],
    "a cell with a line break in it": [line(email="a@a.example", title="部長\n兼 課長")],
    "a cell with three line breaks": [line(email="a@a.example", title="一\r\n二\n\n三")],
    "all of these": ["", line(email="a@a.example", title="一\n二"), "," * (len(COLUMNS) - 1)],
}


@pytest.mark.parametrize("before", SHIFTS)
def test_rows_are_counted_as_a_spreadsheet_counts_them(before: str) -> None:
    """What stands before a bad row counts as the rows it takes in a spreadsheet: blank ones one each, a cell of
    several lines no more than its own."""
    rows = SHIFTS[before]
    expected = 2 + len(rows)
    assert complain(HEADER, *rows, line(roles="root")) == [(expected, "roles", "not_one_of")]
    assert complain(HEADER, *rows, SATO, ITO, SATO) == [(expected + 2, "email", "twice")]
    other = line(email="b@a.example", field="quality")
    assert complain(HEADER, *rows, SATO, other)[-1] == (expected + 1, "field", "field_differs")


@given(blanks=st.lists(st.integers(0, 3), min_size=4, max_size=4), bad=st.integers(0, 2))
def test_blank_lines_anywhere_never_shift_the_row_told(blanks: list[int], bad: int) -> None:
    """Wherever blank lines stand, also before the header, the bad row is told by its place in the file."""
    rows = [HEADER, *(line(email=f"p{n}@a.example", roles="root" if n == bad else "employee") for n in range(3))]
    lines = [text for count, row in zip(blanks, rows, strict=True) for text in [*[""] * count, row]]
    place = lines.index(rows[bad + 1]) + 1
    assert complain(*lines) == [(place, "roles", "not_one_of")]


def test_an_address_twice_is_told_with_the_row_it_stood_in_first() -> None:
    """Addresses are compared without regard to capitals; the second row is told, with the number of the first."""
    sheet = read_people("\n".join([HEADER, SATO, ITO, line(email="SATO@A.example")]), FIELDS)
    assert sheet.complaints == (Complaint(4, "email", "twice", "2"),)
    assert sheet.people == ()


def test_a_department_with_two_fields_is_told() -> None:
    """The second field written for one department is a complaint that names the first."""
    sheet = read_people("\n".join([HEADER, SATO, line(email="b@a.example", field="rnd")]), FIELDS)
    assert sheet.complaints == (Complaint(3, "field", "field_differs", "manufacturing"),)


@pytest.mark.parametrize("text", ["", "\n\n", HEADER, HEADER + "\n\n", "\0", HEADER + "\n" + "\0"])
def test_a_file_without_people_is_refused(text: str) -> None:
    """Nothing, a header alone, or bytes that are no text are complaints, never an empty success."""
    sheet = read_people(text, FIELDS)
    assert sheet.people == ()
    assert sheet.complaints != ()


ENCODINGS = ("utf-8", "utf-8-sig", "cp932")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_as_spreadsheets_write_them_are_read_alike(encoding: str, newline: str, tmp_path: Path) -> None:
    """UTF-8 with and without mark and Shift_JIS, with either line ending, give the same people."""
    file = tmp_path / "people.csv"
    file.write_bytes((newline.join([HEADER, SATO, MORI, ""])).encode(encoding))
    read = read_sheet(file, FIELDS)
    assert read.sheet.complaints == ()
    assert [person.name for person in read.sheet.people] == ["佐藤 健一", "森 恵美"]


def test_other_bytes_are_no_csv(tmp_path: Path) -> None:
    """UTF-16, a spreadsheet's own format and a missing file are told, each by its rule."""
    for raw in ((HEADER + "\n" + SATO).encode("utf-16"), b"PK\x03\x04\x00\x81\x00", b"\x81"):
        file = tmp_path / "people.csv"
        file.write_bytes(raw)
        assert [one.rule for one in read_sheet(file, FIELDS).sheet.complaints] == ["not_csv"]
    missing = read_sheet(tmp_path / "nothing.csv", FIELDS)
    assert [one.rule for one in missing.sheet.complaints] == ["file_unreadable"]
    assert decode(b"\x81") is None


def test_every_complaint_has_its_words_in_both_languages() -> None:
    """Each rule that can be complained of is worded, with nothing left in braces."""
    rules = {rule for _, _, rule in WRONG} | {"column_missing", "column_unknown", "column_twice", "row_length"}
    for rule in rules | {"twice", "field_differs", "field_unknown", "not_csv", "no_people", "file_unreadable"}:
        assert f"complaint_{rule}" in CONTENT.shared.says, rule


# -- fields and roles --------------------------------------------------------------------------------------------------


def read_lines(tmp_path: Path, *lines: str) -> tuple[list[tuple[int, str]], dict[str, str]]:
    file = tmp_path / "people.csv"
    file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    read = read_sheet(file, FIELDS)
    return [(one.row, one.rule) for one in read.sheet.complaints], dict(read.fields)


def test_a_department_whose_field_cannot_be_told_is_a_complaint_at_its_first_row(tmp_path: Path) -> None:
    """One complaint for the department, however many people it has, and blank lines before it are counted."""
    unknown = [line(email=f"{n}@a.example", department="第七室", department_en="Room 7", field="") for n in range(3)]
    complaints, _ = read_lines(tmp_path, SATO, "", *unknown)
    assert complaints == [(4, "field_unknown")]


@pytest.mark.parametrize(
    ("department", "field"),
    [
        ("製造部", "manufacturing"),
        ("第二営業所", "sales"),
        ("品質保証課", "quality"),
        ("経理課", "finance"),
        ("購買課", "purchasing"),
        ("総務部", "general_affairs"),
        ("経営企画室", "management"),
        ("設計部", "rnd"),
    ],
)
def test_the_field_of_a_department_is_heard_from_its_name(tmp_path: Path, department: str, field: str) -> None:
    """Without a field written, the department's own name tells it; one written anywhere in the department wins."""
    plain = line(department=department, department_en="", field="")
    complaints, fields = read_lines(tmp_path, plain)
    assert (complaints, fields) == ([], {department: field})


def test_a_field_written_for_one_person_counts_for_the_department() -> None:
    """What is written for anybody of a department is the department's field, also where its name says otherwise."""
    for fields in (("quality", ""), ("", "quality"), ("quality", "quality")):
        rows = [line(email=f"{place}@a.example", field=field) for place, field in enumerate(fields)]
        people = read_people("\n".join([HEADER, *rows]), FIELDS).people
        assert find_fields(people, dict(FIELDS)) == {"製造部": "quality"}


@pytest.mark.parametrize(
    "joined", ["employee;auditor", "employee, auditor", "auditor", "AUDITOR　employee", "auditor、employee"]
)
def test_roles_are_split_at_any_usual_mark_and_everybody_is_an_employee(joined: str) -> None:
    """However the cell is written, the roles are the same, and being an employee need not be said."""
    (person,) = read_people("\n".join([HEADER, line(roles=joined)]), FIELDS).people
    assert set(person.roles) == {"employee", "auditor"}


def test_only_four_columns_are_needed() -> None:
    """Without the others a person has the language ja and the department's own name in English, too."""
    (person,) = read_people("roles,email,department,name\nemployee,A@a.example,製造部,佐藤 健一", FIELDS).people
    assert (person.email, person.family, person.family_en) == ("a@a.example", "佐藤", "佐藤")
    assert (person.language, person.department_en, person.title) == ("ja", "製造部", "")


def test_the_sample_is_thirty_clean_people() -> None:
    """The sample reads without a complaint: thirty people, a head in each department, one register manager."""
    read = read_sheet(SAMPLE, FIELDS)
    assert read.sheet.complaints == ()
    people = read.sheet.people
    assert len(people) == 30
    heads = [person.department for person in people if "department_head" in person.roles]
    assert sorted(heads) == sorted({person.department for person in people})
    assert [person.email for person in people if "register_manager" in person.roles] == ["takahashi@hibarino.example"]
    assert {role for person in people for role in person.roles} == set(ROLES)
    assert set(read.fields) == set(heads)


CELLS = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=30)


@given(rows=st.lists(st.lists(CELLS, max_size=10), max_size=5))
def test_whatever_a_file_holds_is_read_or_complained_of(rows: Sequence[Sequence[str]]) -> None:
    """No content makes the reading fail: people or complaints, never both and never neither."""
    out = io.StringIO()
    csv.writer(out).writerow(COLUMNS)
    csv.writer(out).writerows(rows)
    sheet = read_people(out.getvalue(), FIELDS)
    assert bool(sheet.people) != bool(sheet.complaints)
    assert all(2 <= one.row <= len(rows) + 1 for one in sheet.complaints if one.rule not in ("not_csv", "no_people"))
