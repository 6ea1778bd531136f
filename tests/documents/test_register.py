"""The register as tables: what a spreadsheet opens is text and dates, never a formula, and comes back as it was."""

import csv
import zipfile
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bot.documents import register
from bot.documents.register import (
    COLUMNS,
    list_heads,
    make_harmless,
    restore,
    shorten_ids,
    to_csv,
    to_record,
    to_table,
    to_xlsx,
)
from bot.documents.wording import Wording
from tests.chat import content

SHARED = content().shared
JA, EN = Wording(SHARED, "ja"), Wording(SHARED, "en")
TODAY = date(2026, 11, 10)
HOSTILE = [
    "=HYPERLINK(1)",
    "+81 3 0000",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1+1",
    "'=1",
    "''=1",
    "https://example.com",
    "0123",
    'a";=1',
]


def row(name: str, **more: Any) -> dict[str, Any]:
    """An item as it is read, a draft unless told otherwise."""
    drafted = {
        "id": f"id-of-{name}",
        "name": name,
        "name_en": None,
        "department": "製造部",
        "department_en": "Manufacturing",
        "owner": "sato@hibarino.example",
        "owner_name": "佐藤 健一",
        "owner_name_en": "Kenichi Sato",
        "owner_how": "said",
        "state": "draft",
        "level": None,
        "class": None,
        "review_on": None,
        "forms": ["paper"],
    }
    return {**drafted, **more}


JUDGED = row(
    "加工条件表",
    state="proposed",
    level=3,
    review_on=date(2027, 11, 9),
    judgement={"reasons": ["economic", "nonpublic"], "forms": ["paper", "knowhow"]},
    **{"class": "L3-desk"},
)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def active(data: bytes) -> list[str]:
    """The cells of a CSV file that a spreadsheet would take for formulas."""
    return [cell for line in read_csv(data) for cell in line if cell.lstrip(" \t\r\n")[:1] in tuple("=+-@＝＋－＠")]


def cell_of(line: list[Any], column: str) -> Any:
    return line[[one.id for one in COLUMNS].index(column)]


def test_no_cell_of_the_csv_begins_a_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever items and people are called, no cell is active; without our mark some would be (negative control)."""
    rows = [row(name, owner_name=name, department=name) for name in HOSTILE]
    assert active(to_csv(rows, JA)) == []
    monkeypatch.setattr(register, "make_harmless", lambda cell: cell)
    assert active(to_csv(rows, JA))


def test_what_was_made_harmless_comes_back_as_it_was() -> None:
    """Reading the file back and taking our mark away gives every name again, also one that began with an apostrophe."""
    names = [cell_of(line, "name") for line in read_csv(to_csv([row(name) for name in HOSTILE], JA))[1:]]
    assert [restore(name) for name in names] == HOSTILE


@given(st.text(alphabet="'=+-@ \t\r\n＝a1名", max_size=8))
def test_the_mark_is_put_on_and_taken_off_without_loss(text: str) -> None:
    """For any text, restoring what was made harmless is the text; and what is harmless is left alone."""
    harmless = make_harmless(text)
    assert restore(harmless) == text
    assert harmless.lstrip()[:1] not in tuple("=+-@＝＋－＠")


def test_the_csv_opens_right_in_excel() -> None:
    """UTF-8 with a mark, lines ended as Windows ends them, as many cells in every line as there are heads."""
    data = to_csv([JUDGED, row("金型")], JA)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    assert {len(line) for line in read_csv(data)} == {len(COLUMNS)}


def formulas(data: bytes) -> int:
    """How many cells of an Excel file are formulas or links."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return sheet.count("<f>") + sheet.count("<hyperlink ")


def test_no_cell_of_the_excel_file_is_a_formula_or_a_link() -> None:
    """Names stay text; written the library's usual way they would not (negative control)."""
    assert formulas(to_xlsx([row(name) for name in HOSTILE], JA, "A&B", TODAY)) == 0
    file = BytesIO()
    with Workbook(file) as book:
        book.add_worksheet().write_column(0, 0, HOSTILE)
    assert formulas(file.getvalue()) > 0


@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
def test_the_excel_file_reads_back_as_the_register(words: Wording) -> None:
    """Heads in the language asked, every text as it was, also what looks like a number, and dates as dates."""
    rows = [JUDGED, *(row(name) for name in HOSTILE if name.strip() == name)]
    book = CalamineWorkbook.from_filelike(BytesIO(to_xlsx(rows, words, "雲雀野", TODAY)))
    heads, *lines = book.get_sheet_by_index(0).to_python()
    assert heads == list_heads(words)
    assert [cell_of(line, "name") for line in lines] == [one["name"] for one in rows]
    assert cell_of(lines[0], "review") == date(2027, 11, 9)
    assert cell_of(lines[0], "level") == words.say("level_3")


def test_the_excel_sheet_is_ready_to_sort_and_print() -> None:
    """Header frozen and repeated, filter on every column, A4 across, one page wide, the day in the print header."""
    with zipfile.ZipFile(BytesIO(to_xlsx([JUDGED], JA, "A&B", TODAY))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    for part in ('state="frozen"', "<autoFilter ", 'orientation="landscape"', 'paperSize="9"', 'fitToHeight="0"'):
        assert part in sheet
    assert "2026-11-10" in sheet
    assert "A&amp;&amp;B" in sheet  # one & would be a code of the print header


def test_the_same_register_makes_the_same_excel_file() -> None:
    """Nothing in the file depends on when or where it was made, but the day it says."""
    first, second = (to_xlsx([JUDGED], JA, "", TODAY) for _ in range(2))
    assert first == second


def test_plain_values_say_what_was_judged() -> None:
    """The JSON has level, secrecy, class, reasons, review date and forms; what was never judged is null or empty."""
    judged, draft = to_record(JUDGED), to_record(row("金型"))
    assert (judged["level"], judged["secret"], judged["class"]) == ("L3", True, "L3-desk")
    assert (judged["reasons"], judged["review_on"]) == (["economic", "nonpublic"], "2027-11-09")
    assert judged["forms"] == ["paper", "knowhow"]
    assert [draft[name] for name in ("level", "secret", "class", "review_on")] == [None] * 4
    assert (draft["reasons"], draft["forms"]) == ([], ["paper"])
    assert to_record({**JUDGED, "level": 0})["secret"] is False


@pytest.mark.parametrize("judgement", [None, {}, [], {"reasons": None}, {"reasons": [7, "no_such"]}, {"overruled": {}}])
def test_a_judgement_with_parts_missing_is_still_told(judgement: Any) -> None:
    """Whatever is missing or not known of a judgement, every output is made, and no id is shown for a word."""
    odd = row("金型", level=2, judgement=judgement, **{"class": "L2-no_such"})
    text = "\n".join(to_table([odd], JA, [odd["id"]])[1])
    assert "no_such" not in text
    assert to_csv([odd], EN)
    assert to_xlsx([odd], EN, "", TODAY)
    assert isinstance(to_record(odd)["reasons"], list)


def test_one_who_decided_otherwise_is_told_as_the_reason() -> None:
    """Where a person overruled the rule, that is what decided."""
    overruled = {**JUDGED, "judgement": {"reasons": ["economic"], "overruled": {"reason": None}}}
    assert JA.reason(overruled) == JA.say("reason_overruled")
    assert JA.reason(JUDGED) == JA.say("reason_economic")


def test_every_column_and_value_has_its_words() -> None:
    """Each level, way, form, state and reason the record may hold has a word in both languages."""
    names = [
        *(f"level_{level}" for level in range(4)),
        *(f"way_{way}" for way in ("desk", "company", "outside", "shared", "cloud")),
        *(f"form_{form}" for form in ("paper", "electronic", "knowhow", "object")),
        *(f"state_{state}" for state in ("draft", "proposed", "retired")),
        *(f"column_{column.id}" for column in COLUMNS),
    ]
    for words in (JA, EN):
        said = [words.say(name) for name in names]
        assert len(set(said)) == len(names)


@given(st.sets(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=30))
def test_a_shown_id_tells_its_item_from_every_other(ids: set[str]) -> None:
    """What is shown of an id is at least eight characters, and the beginning of no other id."""
    for one, short in shorten_ids(ids).items():
        assert len(short) >= 8
        assert [other for other in ids if other.startswith(short)] == [one]
