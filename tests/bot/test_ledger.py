"""A company's own list is read from whatever a spreadsheet writes, or refused by a rule; nothing makes it fail."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.ledger import hear_head
from bot.intake import ledger as module
from bot.intake.ledger import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Ledger, read_ledger, to_letter
from bot.intake.workbook import Unreadable
from tests.bot.ledgers import HEAD, ROWS, make_csv, make_workbook
from tests.chat import content

DAY, MOMENT = datetime.fromisoformat("2026-04-01"), datetime.fromisoformat("2026-04-01 09:30")
WORDS = content().catalogue["ledger"]


def hear(head: str) -> str | None:
    return hear_head(head, WORDS)


def read(raw: bytes, sheet: str | None = None) -> Ledger:
    found = read_ledger(raw, hear, sheet)
    assert isinstance(found, Ledger), found
    return found


def refuse(raw: bytes, sheet: str | None = None) -> str:
    found = read_ledger(raw, hear, sheet)
    assert isinstance(found, Unreadable), found
    assert f"ledger_{found.rule}" in content().shared.says
    return found.rule


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_every_usual_encoding_and_mark_gives_the_same_list(encoding: str, mark: str) -> None:
    """Shift_JIS, UTF-8 with and without mark, UTF-16; comma, tab or semicolon: one and the same list."""
    found = read(make_csv(encoding=encoding, mark=mark))
    assert found.head == HEAD
    assert found.rows == tuple(enumerate(ROWS, 2))
    assert [column.letter for column in found.columns] == list("ABCDEF")


def test_the_head_is_found_under_title_rows_and_columns_that_hold_nothing_are_dropped() -> None:
    """Titles, blank rows and an empty column above and beside it change no row number and lose no cell."""
    rows = [
        ["情報資産台帳"],
        [],
        ["作成:", "総務部"],
        ["No", "名称", "", "部署", "備考"],
        ["1", "図面", "", "設計部", ""],
    ]
    found = read(make_csv(rows))
    assert (found.head_row, [number for number, _ in found.rows]) == (4, [5])
    assert [(column.letter, column.head) for column in found.columns] == [("A", "No"), ("B", "名称"), ("D", "部署")]


def test_a_workbook_is_read_as_its_csv_would_be() -> None:
    """Cover sheets, title rows, numbers, days, formulas and merged departments come out as a person reads them."""
    rows: list[list[Any]] = [["台帳"], [], ["No", "名称", "部署", "更新"]]
    rows += [[1.0, "図面", "設計部", DAY], [2.5, ("=A1", "単価表"), "", MOMENT]]
    found = read(make_workbook(("表紙", [["題", "部署"]]), ("一覧", rows), merged=[(3, 2, 4, 2)]))
    assert (found.sheet, found.other_sheets, found.head_row) == ("一覧", ("表紙",), 3)
    assert found.rows[0] == (4, ("1", "図面", "設計部", "2026-04-01"))
    assert found.rows[1] == (5, ("2.5", "単価表", "設計部", "2026-04-01 09:30"))


def test_the_sheet_asked_for_is_read_and_one_that_is_not_there_is_told() -> None:
    """--sheet takes exactly that sheet; a wrong name is refused with the names there are."""
    raw = make_workbook(("甲", [HEAD, ROWS[0]]), ("乙", [HEAD, ROWS[1]]))
    assert read(raw, "乙").rows[0][1][1] == ROWS[1][1]
    found = read_ledger(raw, hear, "丙")
    assert isinstance(found, Unreadable)
    assert (found.rule, found.params["sheets"]) == ("no_such_sheet", ["甲", "乙"])


@pytest.mark.parametrize(
    ("cell", "kept"), [("'=図面", "=図面"), ("'-3ライン", "-3ライン"), ("'@x", "@x"), ("'04", "'04")]
)
def test_what_our_own_export_put_before_a_formula_is_taken_off(cell: str, kept: str) -> None:
    """An apostrophe before = + - @ goes, any other stays."""
    assert read(make_csv([HEAD, ("1", cell, *ROWS[0][2:])])).rows[0][1][1] == kept


def test_too_much_is_refused_and_the_most_is_taken() -> None:
    """The limits of rows, columns and bytes hold exactly."""
    row = ["1", "図面", "設計部"]
    assert len(read(make_csv([HEAD, *[row] * MOST_ROWS])).rows) == MOST_ROWS
    assert refuse(make_csv([HEAD, *[row] * (MOST_ROWS + 1)])) == "too_many_rows"
    assert len(read(make_csv([["名称"] * MOST_COLUMNS, ["x"] * MOST_COLUMNS])).columns) == MOST_COLUMNS
    assert refuse(make_csv([["名称"] * (MOST_COLUMNS + 1), ["x"] * (MOST_COLUMNS + 1)])) == "too_many_columns"
    assert refuse(b"x" * (MOST_BYTES + 1)) == "too_big"


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        ("xl/worksheets/sheet9.xml", b"<c r='XFD1048576' t='n'><v>1</v></c>"),
        ("xl/worksheets/sheet9.xml", b'<c r = "XFD1048576" t="n"><v>1</v></c>'),
        ("xl/worksheets/sheet9.xml", b'<x.y:c s="1" r=" xfd1048576 "><v>1</v></x.y:c>'),
        ("xl/elsewhere/s1.xml", b'<c r="XFD1048576" t="n"><v>1</v></c>'),
        ("xl/worksheets/sheet9.xml", b'<mergeCell ref="A1:A9"/>' * 6000),
    ],
)
def test_no_way_of_writing_a_cell_reaches_further(path: str, cell: bytes) -> None:
    """Quotes, spaces, prefixes, another folder or a flood of merged cells: the look before unpacking sees them all."""
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr(path, b"<worksheet>" + cell + b"</worksheet>")
    assert read_ledger(out.getvalue(), hear) == Unreadable("too_wide")


def test_a_value_in_a_far_corner_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cell a million rows down would be a billion empty ones; without the look before, it would be unpacked."""
    rows = [[*HEAD], [*ROWS[0]]]
    out = io.BytesIO(make_workbook(("一覧", rows)))
    with zipfile.ZipFile(out, "a") as book:
        far = b'<c r="XFD1048576" t="n"><v>1</v></c>'
        book.writestr("xl/worksheets/sheet9.xml", b"x" * (1024 * 1024 - 10) + far)
    assert refuse(out.getvalue()) == "too_wide"
    monkeypatch.setattr("bot.intake.workbook.MOST_CELLS", 10**12)
    assert read(out.getvalue()).head == HEAD


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"\x81",
        b"\0\0\0",
        b"PK\x03\x04junk",
        b"\xd0\xcf\x11\xe0" + b"x" * 600,
        b'a,b\n"open,1',
        b"%PDF-1.7 \x80\xff",
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(raw: bytes) -> None:
    """Nothing, noise, broken workbooks, an open quote and other kinds of file each have their sentence."""
    assert refuse(raw) in ("not_a_list", "no_rows")


def test_heads_without_rows_are_refused() -> None:
    """A head alone is no list."""
    assert refuse(make_csv([HEAD])) == "no_rows"
    assert refuse(make_workbook(("空", []))) == "no_rows"


GOOD = make_workbook(("一覧", [HEAD, *ROWS]))


@given(
    raw=st.binary(max_size=400),
    head=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", "名称,部署\n".encode()]),
)
def test_any_bytes_give_a_list_or_a_reason(raw: bytes, head: bytes) -> None:
    """No file makes the reading fail, whatever it begins like."""
    assert isinstance(read_ledger(head + raw, hear), Ledger | Unreadable)


@given(place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_gives_a_list_or_a_reason(place: int, byte: int, cut: bool) -> None:
    """A byte changed anywhere in a workbook, or its end cut off, is read or refused, never a crash."""
    raw = GOOD[:place] if cut else GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    assert isinstance(read_ledger(raw, hear), Ledger | Unreadable)


@given(rows=st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=8), mark=st.sampled_from(",\t;"))
def test_every_filled_row_under_the_head_is_read_once_by_its_number(rows: list[list[str]], mark: str) -> None:
    """Rows come in order, each by its place in the file, and none that holds anything is lost."""
    raw = make_csv([["名称", "部署", "担当者"], *rows], "utf-8", mark) if _plain(rows) else b""
    found = read_ledger(raw, hear)
    if isinstance(found, Ledger) and found.head_row == 1:
        numbers = [number for number, _ in found.rows]
        assert numbers == [at for at, row in enumerate(rows, 2) if any(module._to_text(cell) for cell in row)]


def _plain(rows: list[list[str]]) -> bool:
    """Whether CSV keeps each of these rows a line of its own."""
    return all("\0" not in cell and cell.isprintable() for row in rows for cell in row)


def test_letters_are_a_spreadsheets() -> None:
    """A to Z, then AA."""
    assert [to_letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("情報資産名", "name"), ("名称", "name"), ("管理番号", None), ("資料名", "name"), ("Asset name", "name"),
        ("所管部署", "department"), ("主管部門", "department"), ("担当部署", "department"),
        ("管理責任者", "owner"), ("担当", "owner"), ("担当者名", "owner"), ("Owner", "owner"),
        ("重要度", "level"), ("機密区分", "level"), ("情報区分", "level"), ("Classification", "level"),
        ("保管場所", "place"), ("保存先", "place"), ("Location", "place"),
        ("備考", None), ("保管期限", None), ("No", None),
    ],
)  # fmt: skip
def test_heads_are_heard_as_what_their_columns_hold(head: str, kind: str | None) -> None:
    """Usual heads of both languages are known; numbers, terms and remarks are nothing."""
    assert hear(head) == kind
