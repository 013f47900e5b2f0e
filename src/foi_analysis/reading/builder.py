"""Build a Document from a stream of events: text, breaks, tables, rows, cells. HTML and Word share it.

A table that holds another table, or never more than one cell a row, is layout: what it holds becomes
paragraphs. Every other table becomes lines of fields, each with the columns of the grid that it covers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from foi_analysis.reading.document import Field, Line

#: Spans beyond these are taken as these: no form is as wide or as long.
_WIDEST, _LONGEST = 200, 500


@dataclass(slots=True)
class _Cell:
    across: int
    down: int
    text: list[str] = field(default_factory=list)
    continued: bool = False
    closed: bool = False


@dataclass(slots=True)
class _Table:
    number: int
    rows: list[list[_Cell]] = field(default_factory=list)
    layout: bool = False


class Builder:
    """Take events in reading order; ``lines`` gives what they make.

    ``place`` writes the place of a cell from table, row and cell (all from 1), and that of a paragraph
    from its number.
    """

    def __init__(self) -> None:
        """Begin an empty document."""
        self._lines: list[Line] = []
        self._open: list[_Table] = []
        self._text: list[str] = []
        self._tables = 0
        self._paragraphs = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines made so far, what is still open included."""
        while self._open:
            self.end_table()
        self._flush()
        return tuple(self._lines)

    def text(self, text: str | None) -> None:
        """Take a run of text; runs follow each other without a space."""
        if text:
            self._sink().append(text)

    def end_paragraph(self) -> None:
        """End a paragraph, or a line within a cell."""
        if self._cell():
            self._sink().append("\n")
        else:
            self._flush()

    def start_table(self) -> None:
        """Begin a table; begun within a cell, it makes the tables around it layout."""
        for table in self._open:
            self._dissolve(table)
        self._flush()
        self._tables += 1
        self._open.append(_Table(self._tables))

    def start_row(self) -> None:
        """Begin a row of the innermost table."""
        if self._open:
            self._open[-1].rows.append([])

    def start_cell(self, across: int = 1, down: int = 1, *, continued: bool = False) -> None:
        """Begin a cell; ``continued`` tells that it only goes on with the cell above it."""
        if not self._open:
            return
        if not self._open[-1].rows:
            self.start_row()
        across, down = min(max(across, 1), _WIDEST), min(max(down, 1), _LONGEST)
        self._open[-1].rows[-1].append(_Cell(across, down, continued=continued))

        if self._open[-1].layout:
            self._flush()

    def skip(self, columns: int) -> None:
        """Leave columns of the grid empty, as Word does at the edges of some rows."""
        if columns > 0 and self._open and self._open[-1].rows:
            self._open[-1].rows[-1].append(_Cell(min(columns, _WIDEST), 1, continued=True, closed=True))

    def end_cell(self) -> None:
        """End the innermost cell: text behind it belongs to no cell."""
        cell = self._cell()
        if cell:
            cell.closed = True
        elif self._open and self._open[-1].layout:
            self._flush()

    def end_table(self) -> None:
        """End the innermost table."""
        if not self._open:
            return
        table = self._open[-1]
        if table.layout or all(len(row) < 2 for row in table.rows):
            self._dissolve(table)
            self._flush()
            self._open.pop()
            return
        self._open.pop()
        self._lines += _grid(table)

    def _cell(self) -> _Cell | None:
        """Give the cell that text belongs to, None within layout."""
        table = self._open[-1] if self._open else None
        cell = table.rows[-1][-1] if table and not table.layout and table.rows and table.rows[-1] else None
        return cell if cell and not cell.closed else None

    def _sink(self) -> list[str]:
        cell = self._cell()
        return cell.text if cell else self._text

    def _dissolve(self, table: _Table) -> None:
        """Turn what a table holds so far into paragraphs."""
        for row in table.rows:
            for cell in row:
                for text in "".join(cell.text).split("\n"):
                    self._text.append(text)
                    self._flush()
        table.layout, table.rows = True, []

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if text:
            self._paragraphs += 1
            self._lines.append(Line((Field(text, f"paragraph {self._paragraphs}"),)))


def _grid(table: _Table) -> list[Line]:
    """Lay the cells of a table on its grid, row by row."""
    taken: dict[int, int] = {}
    lines: list[Line] = []
    for number, row in enumerate(table.rows, 1):
        taken = {column: rows - 1 for column, rows in taken.items() if rows > 1}
        covered, fields, left = dict(taken), [], 0
        for at, cell in enumerate(row, 1):
            while left in covered:
                left += 1
            right = left + cell.across
            if not cell.continued:
                where = f"table {table.number}, row {number}, cell {at}"
                fields.append(Field("".join(cell.text).strip(), where, left, right, cell.down))
            if cell.down > 1:
                taken |= dict.fromkeys(range(left, right), cell.down)
            left = right
        if fields:
            lines.append(Line(tuple(fields), table.number))
    return lines
