"""Print a laid-out report as a workbook of a spreadsheet program: .xlsx, and .xls as Excel 97 has it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Border, Side

from pagemaker.doc import ole
from pagemaker.pages import Grid, Page, Printed, placed


@dataclass(frozen=True, slots=True)
class Put:
    """A printed cell in a sheet: its row and column from 1, and whether it belongs to a table."""

    row: int
    column: int
    cell: Printed
    in_table: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How a workbook is filled.

    ``top`` and ``left`` are blank rows and columns around, ``gap`` those between parts; ``merged`` cells are joined,
    else they stand in the first of their places; ``parted`` has a sheet for each table; ``typed`` stores digits as
    numbers.
    """

    top: int = 0
    left: int = 0
    gap: int = 0
    merged: bool = True
    ruled: bool = True
    parted: bool = False
    typed: bool = True

    def sheets(self, page: Page) -> list[list[Put]]:
        """Return the cells of each sheet."""
        sheets: list[list[Put]] = [[]]
        row = self.top + 1
        width = max(sum(c.across for c in part.rows[0]) for part in page.parts if isinstance(part, Grid))
        for part in (page.title, *page.parts):
            if self.parted and isinstance(part, str) and part[:2] in ("三、", "四、"):
                sheets.append([])
                row = self.top + 1
            put = list(self._part(part, row, width))
            sheets[-1] += put
            row = max((one.row + one.cell.down for one in put), default=row) + self.gap
        return sheets

    def _part(self, part: str | Grid, row: int, width: int) -> Iterator[Put]:
        if isinstance(part, str):
            yield Put(row, self.left + 1, Printed(part, width), False)
            return
        for at, line in enumerate(placed(part)):
            yield from (Put(row + at, self.left + 1 + c, cell, True) for c, cell, begins in line if begins)


PLAIN = Way()
WAYS = {
    "merged and ruled": PLAIN,
    "merged": Way(ruled=False),
    "ruled": Way(merged=False),
    "neither": Way(merged=False, ruled=False),
    "a sheet a table": Way(parted=True),
    "blank rows and columns around": Way(top=3, left=2, gap=2),
    "numbers stored as text": Way(typed=False),
}


def value_of(cell: Printed, way: Way) -> str | int:
    """Return what is stored in a cell."""
    return int(cell.text) if way.typed and cell.key and cell.text.isdigit() else cell.text


def to_book(page: Page, way: Way = PLAIN) -> Workbook:
    """Fill a workbook."""
    book = Workbook()
    book.remove(book.active)
    side = Side(style="thin")
    ruled = Border(side, side, side, side)
    for number, cells in enumerate(way.sheets(page), 1):
        sheet = book.create_sheet(f"年报 {number}")
        for put in cells:
            bottom, right = put.row + put.cell.down - 1, put.column + put.cell.across - 1
            if put.cell.text:
                sheet.cell(put.row, put.column, value_of(put.cell, way))
            if way.ruled and put.in_table:
                for row in range(put.row, bottom + 1):
                    for column in range(put.column, right + 1):
                        sheet.cell(row, column).border = ruled
            if way.merged and (bottom > put.row or right > put.column):
                sheet.merge_cells(start_row=put.row, end_row=bottom, start_column=put.column, end_column=right)
    return book


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_xlsx(page: Page, way: Way = PLAIN) -> bytes:
    """Print an Excel workbook."""
    return saved(to_book(page, way))


# ---- Excel 97 to 2003 ----


def record(kind: int, form: str = "", *values: object, more: bytes = b"") -> bytes:
    """Write a record, with records that continue it where it is long."""
    data = struct.pack(f"<{form}", *values) + more
    pieces = [data[at : at + 8000] for at in range(0, len(data), 8000)] or [b""]
    kinds = [kind, *[0x3C] * (len(pieces) - 1)]
    return b"".join(struct.pack("<HH", k, len(piece)) + piece for k, piece in zip(kinds, pieces, strict=True))


def wide(text: str, length: str) -> bytes:
    """Write a text with its length, two bytes a character."""
    return struct.pack(f"<{length}B", len(text), 1) + text.encode("utf-16-le")


def xls_cell(row: int, column: int, value: str | float | None, style: int = 0) -> bytes:
    """Write the record of a cell, rows and columns from 0."""
    if value is None or value == "":
        return record(0x201, "3H", row, column, style)
    if isinstance(value, str):
        return record(0x204, "3H", row, column, style, more=wide(value, "H"))
    if float(value).is_integer() and abs(value) < 1 << 29:
        return record(0x27E, "3Hi", row, column, style, int(value) << 2 | 2)
    return record(0x203, "3Hd", row, column, style, value)


def xls_stream(sheets: Sequence[tuple[str, int, Sequence[bytes]]], shared: Sequence[bytes] = ()) -> bytes:
    """Write the records of a workbook: of each sheet its name, 1 where it is hidden, and its records.

    Style 0 is plain, style 1 ruled; ``shared`` are records of the whole workbook.
    """
    bodies = [record(0x809, "4H2I", 0x600, 0x10, 0, 0, 0, 0) + b"".join(body) + record(0x0A) for _, _, body in sheets]
    styles = [record(0x31, "5H6B", 200, 0, 8, 400, 0, 0, 0, 0, 0, 1, 0, more=b"A")]
    styles += [record(0xE0, "6H2I", 0, 0, 0, 0, 0, sides, 0, 0) for sides in (0, 0x1111)]
    # the sides stand at offset 10 of a style: two bytes of them, then colours
    head = record(0x809, "4H2I", 0x600, 5, 0, 0, 0, 0) + b"".join([*styles, *shared])
    size = len(head) + sum(12 + 2 * len(name) for name, _, _ in sheets) + 4
    bounds = b""
    for (name, hidden, _), body in zip(sheets, bodies, strict=True):
        bounds += record(0x85, "I2B", size, hidden, 0, more=wide(name, "B"))
        size += len(body)
    return head + bounds + record(0x0A) + b"".join(bodies)


def to_xls(page: Page, way: Way = PLAIN) -> bytes:
    """Print a workbook of Excel 97."""
    sheets: list[tuple[str, int, list[bytes]]] = []
    for number, cells in enumerate(way.sheets(page), 1):
        size = [max(at) for at in zip(*((put.row, put.column) for put in cells), strict=True)]
        body = [record(0x200, "2I3H", 0, size[0], 0, size[1], 0)]
        for put in cells:
            row, column, style = put.row - 1, put.column - 1, int(way.ruled and put.in_table)
            body.append(xls_cell(row, column, value_of(put.cell, way), style))
            bottom, right = row + put.cell.down - 1, column + put.cell.across - 1
            covered = [(at, c) for at in range(row, bottom + 1) for c in range(column, right + 1)][1:]
            body += [xls_cell(*place, None, style) for place in covered]
            if way.merged and covered:
                body.append(record(0xE5, "5H", 1, row, bottom, column, right))
        sheets.append((f"年报 {number}", 0, body))
    return ole({"Workbook": xls_stream(sheets)})
