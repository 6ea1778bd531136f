"""Lists as companies keep them, made for the tests: CSV bytes and workbooks."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

HEAD = ("管理番号", "情報資産名", "所管部署", "管理責任者", "重要区分", "保管場所")
CONTENTS = "加工条件 t0.8 SPM 62 下死点 118.4 / t1.2 SPM 48 下死点 117.9 / t1.6 SPM 40 下死点 117.5"
ROWS = (
    ("1", "プレス条件表", "製造部", "鈴木", "極秘", "現場の書庫"),
    ("2", "金型の図面", "設計部", "伊藤 隆", "秘", "共有サーバー"),
    ("3", "ﾌﾟﾚｽ条件表", "製造", "鈴木", "秘", "控え"),
    ("4", "", "製造部", "鈴木", "秘", ""),
    ("5", CONTENTS, "製造部", "鈴木", "極秘", "現場"),
    ("6", "出荷の予定", "第七室", "田中", "B", ""),
    ("7", "溶接の治具", "製造部", "山本", "B", ""),
    ("8", "とても長い名前" * 9, "製造部", "鈴木", "秘", ""),
    ("9", "保全の記録", "", "鈴木", "秘", ""),
    ("10", "設備の履歴", "製造部", "", "社外秘", ""),
)
# What a register manager is told of each: the first row of the file that is not its head is row 2.
OUTCOMES = {
    2: "new",
    3: "new",
    4: "twice",
    5: "no_name",
    6: "kept_out",
    7: "unknown_department",
    8: "new",
    9: "too_long",
    10: "no_department",
    11: "new",
}


def make_csv(rows: Sequence[Sequence[str]] = (HEAD, *ROWS), encoding: str = "cp932", mark: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def make_workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], merged: Sequence[tuple[int, ...]] = ()) -> bytes:
    """Sheets by name with their cells, a formula as (text, value); the last one has `merged` ranges (top, left, bottom,
    right)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy/m/d"}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(at, place, cell)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(at, place, cell[0], None, cell[1])
                    elif cell != "":
                        sheet.write(at, place, cell)
            for top, left, bottom, right in merged if name == sheets[-1][0] else ():
                sheet.merge_range(top, left, bottom, right, rows[top][left])
    return out.getvalue()
