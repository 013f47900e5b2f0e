"""What stands in a workbook's sheets: texts that stay texts, numbers that stay exact, tables as published.

Colour is never the only sign.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from foi_analysis.accounts import remarks_on
from foi_analysis.bilingual import named
from foi_analysis.datasets.tidy import Dataset, Value, starts_formula
from foi_analysis.extract import plain
from foi_analysis.report import Cell, Report
from foi_analysis.resources import Language
from foi_analysis.tables.grid import Box, PublishedTable, Row
from foi_analysis.tables.marks import DOUBT, SUPPLIED, evidence

_THIN = Side(style="thin", color="FF9E9E9E")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = {"wrap_text": True, "vertical": "center"}
_GREY = PatternFill("solid", fgColor="FFE8E8E8")
_PALE = PatternFill("solid", fgColor="FFF5F5F5")
#: A spreadsheet keeps so many digits of a number; one with more stands as text, so that none of them is lost.
_DIGITS = 15
#: A spreadsheet takes no longer text in one cell.
_LONGEST = 32_767
#: What XML cannot hold, and what would be read as a code for such a character.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x(?=[0-9A-Fa-f]{4}_)")
_WIDEST = 60
_LINE = 15.0


def _font(**kind: Any) -> Font:
    return Font(**{"name": "Calibri", "family": 2, "size": 11, **kind})


TITLE: Mapping[str, Any] = {"font": _font(bold=True, size=14)}
CAPTION: Mapping[str, Any] = {"font": _font(color="FF555555"), "alignment": Alignment(wrap_text=False)}
HEAD: Mapping[str, Any] = {
    "font": _font(bold=True),
    "fill": _GREY,
    "border": _BOX,
    "alignment": Alignment(horizontal="center", **_WRAPPED),
}
ROW_HEAD: Mapping[str, Any] = {
    "fill": _PALE,
    "border": _BOX,
    "alignment": Alignment(horizontal="left", indent=1, **_WRAPPED),
}
SECTION: Mapping[str, Any] = {"font": _font(bold=True, size=12), "alignment": Alignment(vertical="bottom")}
ITEM: Mapping[str, Any] = {"font": _font(bold=True), "alignment": Alignment(wrap_text=True, vertical="top")}
TEXT: Mapping[str, Any] = {"alignment": Alignment(wrap_text=True, vertical="top")}

_NUMBER: Mapping[str, Any] = {"border": _BOX, "alignment": Alignment(horizontal="right", vertical="center")}
#: Doubtful, broken, and what could not be read: a ground beside the sign, the comment or the word.
_FILLS = {
    "doubt": PatternFill("lightUp", fgColor="FFD55E00"),
    "broken": PatternFill("solid", fgColor="FFF9D9C4"),
    "missing": PatternFill("lightGray", fgColor="FF9E9E9E"),
    "unreadable": PatternFill("lightGray", fgColor="FF9E9E9E"),
}
#: The format of a number, by whether it is doubtful and whether a person supplied it: the sign is no part of it.
SIGNED = {
    (doubt, supplied): "General" + "".join(f'"{sign}"' for sign in (DOUBT * doubt, SUPPLIED * supplied) if sign)
    for doubt in (False, True)
    for supplied in (False, True)
}
_COMMENT_WIDTH = 320


def looks_of(cell: Cell) -> Mapping[str, Any]:
    """Return the style of a cell of the form by its mark and doubt."""
    kind = "doubt" if cell.doubt and cell.is_number else cell.mark
    return {**_NUMBER, "fill": _FILLS[kind]} if kind in _FILLS else _NUMBER


def remark(text: str) -> Comment:
    """Return a comment on a cell, large enough to be read."""
    return Comment(text, "foi_analysis", height=60 + 18 * (len(text) // 30), width=_COMMENT_WIDTH)


def put(sheet: Worksheet, row: int, column: int, value: Value, **style: Any) -> Any:
    """Write one value into a sheet: a number as a number, a text as a text whatever it begins with.

    ``style`` names attributes of the cell, such as ``font``. Gives the cell.
    """
    cell = sheet.cell(row, column)
    content = value if isinstance(value, bool) or value is None or exact(value) else plain_text(value)
    cell.value = content
    if isinstance(content, str):  # openpyxl takes "=1" for a formula and "#N/A" for an error
        cell.data_type = "s"
        cell.quotePrefix = starts_formula(content)
    for name, kind in style.items():
        setattr(cell, name, kind)
    return cell


def exact(value: Value) -> bool:
    """Check whether a value is a number that a spreadsheet keeps with every digit."""
    if isinstance(value, (str, bool)) or value is None:
        return False
    return isinstance(value, float) or len(Decimal(value).as_tuple().digits) <= _DIGITS


def plain_text(value: str | int | float | Decimal) -> str:
    """Return a text as XML can hold it, other characters as the codes that spreadsheets use for them."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, float) else plain(value)
    return _CONTROL.sub(lambda found: "_x005F_x" if found[0] == "_x" else f"_x{ord(found[0]):04X}_", text[:_LONGEST])


def width(text: str) -> int:
    """Count the columns of text that a line takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height in points of a line that holds each text in a column of the given width."""
    lines = [sum(-(-width(line) // max(int(w), 1)) or 1 for line in text.split("\n")) for text, w in texts]
    return _LINE * max(lines, default=1)


def placed(rows: Sequence[Row], top: int) -> Iterator[tuple[int, int, Box]]:
    """Yield each box with the row and column in which it begins, after the room that earlier boxes cover."""
    taken: set[tuple[int, int]] = set()
    for row, boxes in enumerate(rows, top):
        column = 1
        for box in boxes:
            while (row, column) in taken:
                column += 1
            yield row, column, box
            taken |= {(row + i, column + j) for i in range(box.down) for j in range(box.across)}


def write_dataset(sheet: Worksheet, data: Dataset, to_read: bool = False) -> None:
    """Write a tidy table: its heads frozen, a filter over it, columns as wide as what they hold.

    With ``to_read`` long texts are wrapped within their columns.
    """
    widths = [_width_of(data, column) for column in range(len(data.columns))]
    for column, name in enumerate(data.columns, 1):
        put(sheet, 1, column, name, **HEAD)
        _set_width(sheet, column, widths[column - 1])
    for row, values in enumerate(data.rows, 2):
        for column, value in enumerate(values, 1):
            put(sheet, row, column, value, **(TEXT if to_read else {}))
        if to_read:
            sheet.row_dimensions[row].height = height(zip(map(str, values), widths, strict=True))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"


def _width_of(data: Dataset, column: int) -> float:
    """Return the width of a column: that of its longest text, up to a limit."""
    longest = max((width(str(row[column])) for row in data.rows if row[column] is not None), default=0)
    return min(max(longest, width(data.columns[column]) + 3) + 2, _WIDEST)


def write_table(sheet: Worksheet, table: PublishedTable, report: Report) -> None:
    """Write a table as published, heads merged as they are printed, caption above and notes below.

    Each cell of a broken identity is filled, and a comment tells what is printed, what does not hold and what the
    identities imply.
    """
    remarks = {str(key): text for key, text in remarks_on(report, _language(table)).items()}
    put(sheet, 1, 1, table.title.plain(table.language), **TITLE)
    put(sheet, 2, 1, "  ".join(line.plain(table.language) for line in table.caption), **CAPTION)
    rows = [*table.head, *(row for body in table.bodies for row in body)]
    top, values = 4, {str(key): cell for key, cell in report.grid.items()}
    for row, column, box in placed(rows, top):
        across = (row, column, row + box.down - 1, column + box.across - 1)
        if box.cell:
            _value(sheet, across, values[box.cell], table, remarks.get(box.cell, ""))
        else:
            is_row_head = box.scope in ("row", "rowgroup") and box.kind != "block"
            _merged(sheet, across, box.content.plain(table.language), ROW_HEAD if is_row_head else HEAD)
    for row, note in enumerate(table.notes, top + len(rows) + 1):
        put(sheet, row, 1, note.plain(table.language), **CAPTION)
    _shape(sheet, table, rows, top)


def _value(sheet: Worksheet, across: tuple[int, int, int, int], cell: Cell, table: PublishedTable, broken: str) -> None:
    """Write a cell of the form: its number, or what is printed instead; doubtful and broken ones are marked."""
    number = cell.is_number and cell.value is not None
    shown = cell.value if number else words_for(cell, table)
    looks = looks_of(cell)
    _merged(sheet, across, shown, {**looks, "fill": _FILLS["broken"]} if broken and "fill" not in looks else looks)
    first = sheet.cell(*across[:2])
    if cell.doubt or cell.mark in ("supplied", "missing", "unreadable"):
        broken = "\n".join(filter(None, (broken, evidence(cell).one(_language(table)))))
    if broken:
        first.comment = remark(plain_text(broken))
    if number and exact(cell.value):
        first.number_format = SIGNED[bool(cell.doubt), cell.mark == "supplied"]


def _language(table: PublishedTable) -> Language:
    return "zh" if table.language == "zh" else "en"


def words_for(cell: Cell, table: PublishedTable) -> str | None:
    """Return the text in place of a number: a dash as printed, the name of what is wrong, nothing for a blank."""
    if cell.mark in ("missing", "unreadable"):
        return named("mark", cell.mark).plain(table.language)
    return cell.printed.strip() or None if cell.mark == "dash" else None


def _merged(sheet: Worksheet, across: tuple[int, int, int, int], value: Value, look: Mapping[str, Any]) -> None:
    row, column, last_row, last_column = across
    for i in range(row, last_row + 1):
        for j in range(column, last_column + 1):
            sheet.cell(i, j).border = look["border"]
    put(sheet, row, column, value, **look)
    if (last_row, last_column) != (row, column):
        sheet.merge_cells(start_row=row, end_row=last_row, start_column=column, end_column=last_column)


def _shape(sheet: Worksheet, table: PublishedTable, rows: Sequence[Row], top: int) -> None:
    """Set widths and heights, freeze what heads the table, and fit it to the width of a printed page."""
    boxes = list(placed(rows, top))
    first = min((column for _, column, box in boxes if box.cell), default=1)
    last = max(column + box.across - 1 for _, column, box in boxes)
    widths = {column: 16.0 if column >= first else 12.0 for column in range(1, last + 1)}
    if first > 1:
        widths[first - 1] = 36.0
    for column, size in widths.items():
        _set_width(sheet, column, size)
    for row in range(top, top + len(rows)):
        here = [(box.content.plain(table.language), _room(box, column, widths)) for r, column, box in boxes if r == row]
        sheet.row_dimensions[row].height = height(here) + 3
    sheet.freeze_panes = sheet.cell(top + len(table.head), first).coordinate
    if table.head:
        sheet.print_title_rows = f"{top}:{top + len(table.head) - 1}"


def _room(box: Box, column: int, widths: Mapping[int, float]) -> float:
    """Return the width that a box has for its text, over all the rows that it covers."""
    return 0.9 * box.down * sum(widths[column + i] for i in range(box.across))


def _set_width(sheet: Worksheet, column: int, size: float) -> None:
    sheet.column_dimensions[get_column_letter(column)].width = size
