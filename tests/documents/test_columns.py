"""A table as text: its columns stand under each other on every screen."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import columns
from bot.documents.columns import to_lines
from bot.prompts import Row, Table

WIDE_ENOUGH = 10_000
WORDS = st.text(st.sampled_from("予定済対象外空きオープンABCxyz019*ｱｲ、(\u0301"), max_size=12)
TABLES = st.integers(0, 4).flatmap(
    lambda count: st.builds(
        lambda heads, rows: Table(
            (*heads, "|"), tuple(Row(label, (*cells, "|")) for label, cells in rows), spoken="told"
        ),
        st.lists(WORDS, min_size=count, max_size=count),
        st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=count, max_size=count)), min_size=1, max_size=6),
    )
)


def reach(text: str) -> tuple[int, int]:
    """How many wide and how many narrow characters it has, by Unicode's own word for each."""
    seen = [one for one in text if not unicodedata.combining(one)]
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in seen)
    return wide, len(seen) - wide


@given(TABLES)
def test_columns_stand_under_each_other(table: Table) -> None:
    """Before the last column stand as many wide and as many narrow characters in every line: straight in any font."""
    assert len({reach(line) for line in to_lines(table, WIDE_ENOUGH)}) == 1


@given(TABLES, st.integers(0, 60))
def test_nothing_is_left_out(table: Table, most: int) -> None:
    """Every label and cell is there in its order, as columns or, where they are too wide, as lists."""
    lines = to_lines(table, most)
    told = "".join("".join(lines).split())
    for row in table.rows:
        for text in filter(None, (row.label, *row.cells)):
            _, found, told = told.partition("".join(text.split()))
            assert found


@pytest.mark.parametrize("careless", [len, lambda text: sum(1 + (one > "\u2e80") for one in text)])
def test_counting_otherwise_is_found_out(careless: Callable[[str], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: by characters, or by room alone, the columns are not straight."""
    monkeypatch.setattr(columns, "measure", lambda text: columns.Room(0, careless(text)))
    table = Table(("従業員", "|"), (Row("近づきにくい", ("済*", "|")), Row("信頼", ("予定", "|"))), "")
    assert len({reach(line) for line in to_lines(table, WIDE_ENOUGH)}) > 1


def test_a_table_too_wide_is_a_list() -> None:
    """No line is longer than asked for as long as a single cell with its head fits."""
    table = Table(("a" * 9, "b" * 9), (Row("first", ("x" * 9, "y")), Row("second", ("z", "w"))), "")
    assert max(map(len, to_lines(table, 25))) <= 25
    assert len(to_lines(table, 25)) == 6
    assert len(to_lines(table, 60)) == 3
