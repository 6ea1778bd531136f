"""A Word file of headings, lines and tables, with numbered pages; the one place that knows the library writing it.

Knows no words and nothing of what it writes.
"""

from collections.abc import Sequence
from typing import IO, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

LATIN, JAPANESE = "Arial", "Yu Gothic"
SIZE, SMALL = Pt(9), Pt(7.5)
WIDTH = 267  # millimetres between the margins
ROOM = {"top": 40, "left": 90, "bottom": 40, "right": 90}  # twentieths of a point
GREY = "E8ECEF"  # behind the heads of a table
LONG = 48  # characters without a space, from which on a cell is set small


class WordFile:
    """Grows from the top; A4 on its side, so that a line with its proof fits."""

    def __init__(self, title: str, page: str) -> None:
        self.document = Document()
        self.widths: list[Mm] = []  # of the table being written
        self.document.core_properties.title = title
        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = LATIN, SIZE
        style.element.rPr.rFonts.set(qn("w:eastAsia"), JAPANESE)
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = section.bottom_margin = Mm(15)
        section.top_margin, section.header_distance, section.footer_distance = Mm(18), Mm(8), Mm(7)
        section.header.paragraphs[0].text = title
        self._number_pages(section.footer.paragraphs[0], page)
        self._write_heading(title, 1)

    def add_heading(self, text: str) -> None:
        self._write_heading(text, 2)

    def add_line(self, text: str) -> None:
        self.document.add_paragraph(text).paragraph_format.space_after = Pt(2)

    def add_table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], parts: Sequence[int]) -> None:
        """With its heads again on every page; `parts` say how wide the columns are beside each other."""
        table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.autofit = False
        self.widths = [Mm(WIDTH * part / sum(parts)) for part in parts]
        for column, width in zip(
            table.columns, self.widths, strict=True
        ):  # some programs read these, others the cells'
            column.width = width
        table._tbl.tblPr.find(qn("w:tblLook")).addprevious(self._make_room())  # where its schema wants it
        self._fill(table.rows[0], heads, bold=True)
        self._mark(table.rows[0], "w:tblHeader")
        for row in rows:
            self._fill(table.add_row(), row)
        for row in table.rows:
            self._mark(row, "w:cantSplit")

    def save(self, out: IO[bytes]) -> None:
        self.document.save(out)

    def _write_heading(self, text: str, level: int) -> None:
        heading = self.document.add_heading(text, level)
        for run in heading.runs:
            run.font.name = LATIN
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), JAPANESE)

    def _fill(self, row: Any, cells: Sequence[str], bold: bool = False) -> None:
        for cell, text, width in zip(row.cells, cells, self.widths, strict=True):
            cell.width = width
            if bold:
                self._shade(cell)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.bold = bold
            run.font.size = SMALL if max(map(len, text.split()), default=0) > LONG else SIZE

    def _mark(self, row: Any, name: str) -> None:
        """Something a row is: said again on every page, or never broken between two."""
        mark = OxmlElement(name)
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)

    def _make_room(self) -> Any:
        """Room around the words of each cell."""
        room = OxmlElement("w:tblCellMar")
        for side, width in ROOM.items():
            part = OxmlElement(f"w:{side}")
            part.set(qn("w:w"), str(width))
            part.set(qn("w:type"), "dxa")
            room.append(part)
        return room

    def _shade(self, cell: Any) -> None:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", GREY)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)

    def _number_pages(self, paragraph: Any, page: str) -> None:
        paragraph.add_run(f"{page} ")
        self._add_field(paragraph, "PAGE")
        paragraph.add_run(" / ")
        self._add_field(paragraph, "NUMPAGES")

    def _add_field(self, paragraph: Any, name: str) -> None:
        """What Word reckons itself when it opens the file."""
        for kind in ("begin", None, "end"):
            run = paragraph.add_run()
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = name
            run._r.append(mark)
