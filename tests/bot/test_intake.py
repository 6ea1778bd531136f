"""Every row of a list comes to exactly one outcome, the sums add up, and what the guard stops goes nowhere."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.report import Report, to_ranges
from bot.engine.lexicon import fold
from bot.engine.model import Text
from bot.flows.ledger import hear_head
from bot.guard import inspect
from bot.intake.judging import (
    HIDDEN,
    REFUSED,
    REPEATED,
    TAKEN,
    Department,
    Judged,
    Surroundings,
    count_rows,
    find_department,
    judge_rows,
    mark_repeated,
    note_names,
    to_items,
)
from bot.intake.ledger import Column, Ledger, read_ledger
from tests.bot.ledgers import CONTENTS, HEAD, OUTCOMES, ROWS, make_csv
from tests.chat import content, lexicon, shared

CATALOGUE = content().catalogue
MAKING = Department("d1", Text(ja="製造部", en="Manufacturing"), "manufacturing", True)
DESIGN = Department("d2", Text(ja="設計部", en="Design"), "rnd", True)
SALES = Department("d3", Text(ja="営業部", en="Sales"), "sales", False)
MAPPING = {
    "name": "c1",
    "department": "c2",
    "owner": "c3",
    "level": "c4",
    "place": "c5",
    "levels": {"極秘": 3, "秘": 2, "社外秘": 1, "B": None},
    "whole": None,
}


def guard(text: str) -> bool:
    return inspect(text, lexicon()) is not None


def around(stops: Callable[[str], bool] = guard) -> Surroundings:
    people = {"鈴木": "p1", "伊藤 隆": "p2"}
    return Surroundings((MAKING, DESIGN, SALES), lambda said, _: people.get(said), stops)


def to_ledger(*rows: tuple[str, ...]) -> Ledger:
    found = read_ledger(make_csv([HEAD, *rows], "utf-8"), lambda head: hear_head(head, CATALOGUE["ledger"]))
    assert isinstance(found, Ledger)
    return found


def judge(*rows: tuple[str, ...], known: dict[str, dict[str, str]] | None = None, **mapping: Any) -> list[Judged]:
    return mark_repeated(judge_rows(to_ledger(*rows), {**MAPPING, **mapping}, around()), known or {})


def items(judged: list[Judged]) -> list[Any]:
    return to_items(judged, "salt", "sha", CATALOGUE["categories"])


def test_each_kind_of_row_is_told_apart() -> None:
    """The example list comes to what is written beside it, row by row."""
    assert {one.row: one.outcome for one in judge(*ROWS)} == OUTCOMES


def test_a_name_on_the_register_already_is_told_before_one_in_the_file() -> None:
    """Both rows of a name that stands are that name standing, whatever the width of its letters."""
    judged = judge(*ROWS, known={"d1": {fold("プレス条件表"): "standing"}, "d2": {fold("溶接の治具"): "standing"}})
    assert [one.row for one in judged if one.outcome == "standing"] == [2, 4]
    assert [one.row for one in judged if one.outcome == "twice"] == []


def test_a_name_that_once_stood_is_not_put_on_again() -> None:
    """What was renamed or taken off is told as such; a name that stands now wins over one that once did."""
    known: dict[str, dict[str, str]] = {}
    note_names(known, "d1", "プレス条件表 改", [fold("プレス条件表")], gone=False)
    assert judge(*ROWS, known=known)[0].outcome == "gone"
    note_names(known, "d1", "プレス条件表", [], gone=False)
    assert judge(*ROWS, known=known)[0].outcome == "standing"


def test_the_same_name_in_two_departments_is_two_items() -> None:
    """Duplicates are told within one department only."""
    judged = judge(("1", "図面", "製造部", "", "", ""), ("2", "図面", "設計部", "", "", ""))
    assert [one.outcome for one in judged] == ["new", "new"]


def test_a_row_of_another_department_is_refused_and_listed() -> None:
    """Where the person may not import it is no item, and its name is told to who has the file anyway."""
    (one,) = judge(("1", "顧客名簿", "営業部", "", "", ""))
    assert (one.outcome, one.name, items([one])) == ("other_department", "顧客名簿", [])


def test_an_item_has_what_the_register_needs_and_the_lists_word_as_a_claim() -> None:
    """Pack line, forms and flags come from the name; level, place, row and file stand under `ledger`."""
    first, *_ = items(judge(*ROWS))
    assert (first.name, first.owner, first.department, first.judge) == ("プレス条件表", "p1", "d1", None)
    assert first.body["ledger"] == {"row": 2, "level": 3, "places": ["現場の書庫"], "sha": "sha"}
    assert first.body["owner_how"] == "said"
    assert first.body["line"] in CATALOGUE["categories"]["departments"]["manufacturing"]["lines"]
    assert first.body["forms"]


def test_an_owner_nobody_knows_leaves_the_item_without_one_and_says_so() -> None:
    """The item is taken all the same; the cell is told so that it can be mended."""
    one = next(one for one in judge(*ROWS) if one.row == 8)
    assert (one.owner, one.owner_lost) == (None, "山本")
    assert next(item for item in items(judge(*ROWS)) if item.name == one.name).body["owner_how"] == "open"


def test_a_level_that_was_left_open_is_no_claim() -> None:
    """Only values that were given one of our levels are kept."""
    assert {one.row: one.level for one in judge(*ROWS) if one.outcome == TAKEN} == {2: 3, 3: 2, 8: None, 11: 1}


def test_without_a_department_column_every_row_is_the_one_departments() -> None:
    """The department settled in the interview holds for all rows, by its id."""
    judged = judge(*ROWS, department=None, whole="d2")
    assert {one.department.id for one in judged if one.outcome == TAKEN and one.department} == {"d2"}


def test_a_head_that_stands_again_among_the_rows_is_no_item() -> None:
    """The second line of a merged head and the heads of a second page are told as that."""
    assert judge(ROWS[0], HEAD)[1].outcome == "head_again"


@pytest.mark.parametrize(
    ("said", "found"),
    [("製造部", "d1"), ("manufacturing", "d1"), ("ＤＥＳＩＧＮ", "d2"), ("製造", "d1"), ("製造部 第一課", "d1"),
     ("d2", "d2"), ("部", None), ("製", None), ("品証", None), ("", None)],
)  # fmt: skip
def test_a_department_is_found_by_its_name_or_the_only_one_begun_alike(said: str, found: str | None) -> None:
    """A whole name of either language, else one that begins it or is begun by it; never a guess between two."""
    department = find_department(said, (MAKING, DESIGN, SALES))
    assert (department.id if department else None) == found
    second = Department("d4", Text(ja="製造管理部", en="Control"), "manufacturing", True)
    assert find_department("製造", (MAKING, second)) is None


def test_a_like_department_is_told() -> None:
    """Where a like name was taken, the row says which."""
    (one,) = judge(("1", "図面", "製造", "", "", ""))
    assert (one.outcome, one.department_said) == (TAKEN, "製造")


SECRET = "password: Hbr!24x"
SECRET_CELLS = {
    "name": ("1", SECRET, "製造部", "鈴木", "秘", "書庫"),
    "department": ("1", "図面", SECRET, "鈴木", "秘", "書庫"),
    "owner": ("1", "図面", "製造部", SECRET, "秘", "書庫"),
    "place": ("1", "図面", "製造部", "鈴木", "秘", SECRET),
}


def leak(cell: str, stops: Callable[[str], bool]) -> str:
    """Everything that is made of a row: how it is judged, said and registered."""
    judged = mark_repeated(judge_rows(to_ledger(SECRET_CELLS[cell]), MAPPING, around(stops)), {})
    said: list[str] = []
    Report(shared(), "ja", said.append).describe_rows(judged)
    return repr((judged, items(judged), said))


@pytest.mark.parametrize("cell", SECRET_CELLS)
def test_what_the_guard_stops_is_in_nothing_that_is_made_of_the_row(cell: str) -> None:
    """A password in any cell is neither kept nor shown; without the guard it would be."""
    assert "Hbr!24x" not in leak(cell, guard)
    assert "Hbr!24x" in leak(cell, lambda _: False)


def test_a_place_that_looks_like_contents_is_dropped_and_told() -> None:
    """The item is taken without it."""
    (one,) = judge(SECRET_CELLS["place"])
    assert (one.outcome, one.places, one.place_lost) == (TAKEN, (), True)


CELL = st.text(max_size=70) | st.sampled_from(
    ["製造部", "設計", "営業部", "図面", "鈴木", "極秘", CONTENTS, "", HEAD[1]]
)
ROW = st.tuples(*[CELL] * len(HEAD))


@given(rows=st.lists(ROW, min_size=1, max_size=12), known=st.sets(st.sampled_from(["図面", "鈴木"])))
def test_every_row_is_in_exactly_one_outcome_and_the_counts_add_up(
    rows: list[tuple[str, ...]], known: set[str]
) -> None:
    """Whatever a list holds: one outcome a row, in order, and the sums are those of the file."""
    columns = tuple(Column(at, "A", head) for at, head in enumerate(HEAD))
    ledger = Ledger(columns, tuple(enumerate(rows, 2)), HEAD, 1, "", "sha")
    judged = mark_repeated(judge_rows(ledger, MAPPING, around()), {"d1": dict.fromkeys(known, "standing")})
    assert [one.row for one in judged] == [number for number, _ in ledger.rows]
    assert {one.outcome for one in judged} <= {TAKEN, *REPEATED, *REFUSED}
    counts = count_rows(judged)
    assert counts["rows"] == len(rows) == sum(counts[name] for name in ("new", "standing", "gone", "twice", "refused"))
    assert counts["new"] == len(items(judged)) == sum(count for _, count in counts["departments"])
    names = Counter((one.department, fold(one.name)) for one in items(judged))
    assert set(names.values()) <= {1}
    assert not [one for one in items(judged) if guard(one.name) or (fold(one.name) in known and one.department == "d1")]


@given(rows=st.lists(ROW, min_size=1, max_size=30))
def test_every_row_that_is_not_new_is_told_by_its_number(rows: list[tuple[str, ...]]) -> None:
    """However many there are, no number is missing in what the person reads, and none is told twice."""
    ledger = Ledger((), tuple(enumerate(rows, 2)), HEAD, 1, "", "sha")
    judged = mark_repeated(judge_rows(ledger, MAPPING, around()), {})
    told: list[int] = []
    report = Report(shared(), "ja", lambda _: None)
    report.say_under = lambda _, **values: told.extend(_numbers(values))  # type: ignore[method-assign]
    report.describe_rows([one for one in judged if one.outcome != TAKEN])
    assert sorted(told) == [one.row for one in judged if one.outcome != TAKEN]


def _numbers(values: dict[str, Any]) -> list[int]:
    found: list[int] = []
    for one in values.get("rows", ()):
        first, _, last = one.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def test_row_numbers_are_written_short() -> None:
    """Neighbours are joined."""
    assert list(to_ranges([3, 4, 5, 9, 11, 12])) == ["3-5", "9", "11-12"]


def test_every_outcome_has_its_words() -> None:
    """Each outcome and note is worded, as a heading and as a line."""
    for kind in (*REPEATED, *REFUSED, "owner_lost", "place_lost", "department_said"):
        assert {f"ledger_{kind}", f"ledger_row_{kind}"} <= set(shared().says), kind
    assert HIDDEN
